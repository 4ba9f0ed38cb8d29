"""What edits changed since a moment, read off the kept history: nothing of it is lost while the bot is down."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime

from bot.content.changes import DRAFT, Changes, changed_since
from bot.content.history import History
from bot.content.memory import Version
from bot.content.model import LABELS
from bot.content.receipt import Checked
from bot.content.state import ShelfState
from bot.notices.broken import label_of
from bot.notices.things import Item, Notice, highest

IDS = 10
"""Ids that are named of one kind of change."""

BACK = "as it was before"
"""What is told of a file in which nothing is left of what was told before."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before everything that is remembered."""

Served = Mapping[str, tuple[str, str, int]]
"""The briefings that are served, by id: their file, its label, and how many claims it has."""


@dataclass(frozen=True, slots=True)
class Told:
    """Up to which moment edits are told, and what was served then."""

    at: datetime
    served: Served

    def __str__(self) -> str:
        return json.dumps({"at": self.at.isoformat(), "served": self.served}, ensure_ascii=False)


def read_told(text: str) -> Told:
    """What `str` made of it."""
    known = json.loads(text)
    served = {name: (file, label, claims) for name, (file, label, claims) in known["served"].items()}
    return Told(datetime.fromisoformat(known["at"]), served)


def told_now(state: ShelfState, history: History, before: Told | None) -> Told:
    """All that is known now counts as told, and nothing that is being read at this moment."""
    newest = max((group[-1].seen_at for of in history.versions.values() for group in of.values()), default=BEGINNING)
    return Told(max(newest, before.at) if before else newest, served_of(state))


def served_of(state: ShelfState) -> Served:
    found = ((one.file, label_of(one), one.briefing) for one in state.files if one.briefing)
    return {one.briefing.id: (file, label, sum(s.state != DRAFT for s in one.snippets)) for file, label, one in found}


def edited(
    state: ShelfState, history: History, since: datetime, before: Served, earlier: Notice | None = None
) -> Notice:
    """What changed since then, against what was served then; `earlier` is what was told of it already."""
    now = served_of(state)
    checked = {one.briefing.briefing.id: one.checked for one in state.files if one.briefing}
    items = [item for name in sorted(now) if (item := _edited(name, now, history, since, checked.get(name, {})))]
    gone = [Item(file, label, file, _gone(claims)) for name, (file, label, claims) in before.items() if name not in now]
    told = {one.file: one for one in (earlier.items if earlier else ())}
    here = {file for file, _, _ in now.values()} | {one.file for one in gone}
    gone += [one for file, one in told.items() if _is_gone(one) and file not in here]
    known = {one.file for one in (*items, *gone)}
    back = [replace(one, text=BACK, lines=()) for file, one in told.items() if file not in known]
    return Notice("changed", (*items, *gone, *back), since=since.isoformat())


def touched(state: ShelfState, history: History, since: datetime) -> tuple[str, ...]:
    """The snippets that changed since then, as `briefing/id`."""
    found = ((name, changed_since(history.versions.get(name, {}), since)) for name in served_of(state))
    return tuple(f"{name}/{one}" for name, changes in found for ids in astuple(changes) for one in ids)


def _edited(
    name: str, served: Served, history: History, since: datetime, checked: Mapping[str, Checked]
) -> Item | None:
    versions = history.versions.get(name, {})
    changes = changed_since(versions, since)
    if changes == Changes():
        return None
    unchecked = tuple(one for one in (*changes.changed, *changes.corrected) if checked.get(one) == Checked.CHANGED)
    changes = replace(changes, unchecked=unchecked)
    file, label, _ = served[name]
    return Item(file, highest((label, *_labels(versions, since))), file, str(changes), tuple(_lines(changes)))


def _labels(versions: Mapping[str, Sequence[Version]], since: datetime) -> Iterator[str]:
    """The labels of what these snippets were since then, and right before: a withdrawn one keeps its label."""
    for group in versions.values():
        if group[-1].seen_at > since:
            before = next((one.label for one in reversed(group) if one.seen_at <= since), LABELS[0])
            yield from (before, *(one.label for one in group if one.seen_at > since))


def _lines(changes: Changes) -> Iterator[tuple[str, str]]:
    """The ids of each kind of change there is."""
    for kind in fields(changes):
        ids: tuple[str, ...] = getattr(changes, kind.name)
        if ids:
            rest = len(ids) - IDS
            yield kind.name, ", ".join(ids[:IDS]) + (f" and {rest} more" if rest > 0 else "")


def _gone(claims: int) -> str:
    if not claims:
        return "gone; nothing of it was served"
    return f"gone; its {claims} claims are no longer served" if claims > 1 else "gone; its claim is no longer served"


def _is_gone(item: Item) -> bool:
    return item.text.startswith("gone; ")
