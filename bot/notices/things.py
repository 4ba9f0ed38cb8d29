"""What is to be told to the admins, as values: before anybody knows which channel may read how much of it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from bot.content.model import LABELS, rank

Kind = Literal["broken", "vanished", "changed", "aged", "dead"]
"""Files with errors, files that went together, what an edit changed, claims that aged, links that died."""

UNKNOWN = LABELS[-1]
"""The label of what nobody knows the label of."""


@dataclass(frozen=True, slots=True)
class Item:
    """What is told of one file, where its `label` may be read.

    `lead` stands in bold before `text`; `lines` are places with what is wrong there, or kinds of changes with ids.
    `hidden` is said where the label may not be read; where it is empty, the item is only counted there.
    `link` is where `lead` leads, and `thing` the key of the thing it is about, where it is followed up. `gone` is a
    file with errors that is no more.
    """

    file: str
    label: str
    lead: str
    text: str
    lines: tuple[tuple[str, str], ...] = ()
    hidden: str = ""
    link: str = ""
    thing: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to the admins; `over` once nothing of it can change any more.

    `since` is the moment from which an edit is told, as text; `beyond` counts items that are not kept.
    """

    kind: Kind
    items: tuple[Item, ...] = ()
    over: bool = False
    since: str = ""
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that happened by itself and is told once under its key: with others of its kind and day."""

    key: str
    kind: Kind
    item: Item


@dataclass(frozen=True, slots=True)
class Files:
    """The labels of this moment: of each file, and of each name that may stand in a sentence about another one."""

    labels: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def written(notice: Notice) -> str:
    """The notice as it is kept."""
    return json.dumps(asdict(notice), ensure_ascii=False)


def read(text: str) -> Notice:
    """The notice that `written` wrote down; in a rolling upgrade a newer bot may have written more into it."""
    known = json.loads(text)
    items = (
        Item(**{**_of(Item, one), "lines": tuple((lead, told) for lead, told in one["lines"])})
        for one in known["items"]
    )
    return Notice(**{**_of(Notice, known), "items": tuple(items)})


def _of(kind: type[Item | Notice], known: Mapping[str, Any]) -> dict[str, Any]:
    return {one.name: known[one.name] for one in fields(kind) if one.name in known}


def highest(labels: Iterable[str]) -> str:
    """The most restricted of these labels."""
    return max(labels, key=rank, default=LABELS[0])
