"""Where a key belongs that stands where nobody reads it."""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from itertools import islice
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from bot.content.mends_characters import plain
from bot.content.suggest import closest

Where = tuple[str, ...]
"""The keys that lead to a part of a file, without the numbers of list items: `("snippets", "horizon")`."""

_MEANS = {
    "link": "url", "href": "url", "website": "url", "paragraph": "para", "page": "para", "speaker": "claimed_by",
    "said_by": "claimed_by", "by": "claimed_by", "who": "claimed_by", "content": "text", "claim": "text",
    "body": "text", "statement": "text", "type": "kind", "category": "section", "topic": "section",
    "probability": "likelihood", "chance": "likelihood", "certainty": "confidence", "embargo": "publish_at",
    "until": "expires", "expiry": "expires", "expires_at": "expires", "review": "review_by", "aliases": "aka",
    "alias": "aka", "related": "see", "see_also": "see", "organisation": "affiliation", "organization": "affiliation",
    "job": "role", "amount": "value", "number": "value", "minimum": "low", "min": "low", "maximum": "high",
    "max": "high", "claims": "snippets", "events": "timeline", "numbers": "figures", "persons": "people",
    "speakers": "people", "tlp": "sharing", "keywords": "tags", "references": "cite", "updated": "correction",
    "outlet": "publisher", "name": "title", "heading": "headline", "warning": "caveat", "comment": "caveat",
}  # fmt: skip


def meant_key(model: type[BaseModel], where: Where, given: str) -> str | None:
    """The key of the same part that is meant by one that is not there."""
    siblings = _keys(model).get(where, ())
    word = re.sub(r"[\s-]+", "_", plain(given).strip().lower())
    same = next((key for key in siblings if _form(key) == _form(given)), None)
    if same or _MEANS.get(word) in siblings:
        return same or _MEANS[word]
    return None if _homes(model, where, given) else closest(word, siblings)


def mend_key(model: type[BaseModel], where: Where, given: str) -> str | None:
    """`did you mean "confidence"?`, or where a key belongs that is known elsewhere."""
    if meant := meant_key(model, where, given):
        return f'did you mean "{meant}"?'
    homes = _homes(model, where, given)
    if not where and homes and homes != ((),):
        return f"move it to {_any_of(homes)}, indented as its other keys are"
    if inside := [home for home in homes if home and home[:-1] == where]:
        return f'write it inside "{inside[0][-1]}": "{inside[0][-1]}: {{{given}: …}}"'
    if where and where[:-1] in homes:
        return f'move it out of "{where[-1]}", to the {_one(where[:-1])}'
    return f"move it to {_any_of(homes)}" if homes else None


def stands_otherwise(model: type[BaseModel], where: Where, keys: Iterable[str], wanted: str) -> bool:
    """Whether a key stands there under another name, which is told."""
    known = _keys(model)[where]
    unknown = (key for key in keys if key not in known)
    return any(meant_key(model, where, key) == wanted for key in islice(unknown, 100))


def belongs_elsewhere(model: type[BaseModel], where: Where, given: str) -> bool:
    """Whether a key that is unknown here is known in another part."""
    return meant_key(model, where, given) is None and bool(_homes(model, where, given))


def parts_within(model: type[BaseModel], where: Where, given: str) -> Iterator[str]:
    """The parts below `where` that know the key: `date` belongs inside `when`."""
    yield from (home[-1] for home in _homes(model, where, given) if home and home[:-1] == where)


def is_key(model: type[BaseModel], word: str) -> bool:
    """Whether any part of a file has such a key."""
    return any(word in keys for keys in _keys(model).values())


def where_of(model: type[BaseModel], path: Iterable[str | int]) -> Where:
    """The keys of a path alone: no numbers of items, and no names such as those of sections and channels."""
    where: Where = ()
    fields, named = _fields(model), False
    for step in path:
        if isinstance(step, int) or named:
            named = False
        elif step in fields:
            where += (step,)
            below, named = _model_in(fields[step]), get_origin(fields[step]) is dict
            fields = _fields(below) if below else {}
    return where


def _any_of(homes: Iterable[Where]) -> str:
    """`"snippets" or "figures"`; a part within one that is named goes without saying."""
    homes = set(homes)
    named = sorted(" · ".join(home) for home in homes if home and home[:-1] not in homes)
    return " or ".join([f'"{name}"' for name in named] + ["the left edge"] * (() in homes))


def _form(key: str) -> str:
    """`claimedBy`, `claimed-by` and `Claimed by` are one; so are `quote` and `quotes`."""
    return re.sub(r"[\s_-]", "", plain(key)).lower().rstrip("s")


def _one(where: Where) -> str:
    return where[-1].removesuffix("s") if where else "left edge"


def _homes(model: type[BaseModel], where: Where, given: str) -> tuple[Where, ...]:
    return tuple(home for home, keys in _keys(model).items() if given in keys and home != where)


@cache
def _keys(model: type[BaseModel]) -> dict[Where, tuple[str, ...]]:
    """The keys of each part of a model."""
    return dict(_walk(model, ()))


def _walk(model: type[BaseModel], where: Where) -> Iterator[tuple[Where, tuple[str, ...]]]:
    fields = _fields(model)
    yield where, tuple(fields)
    for key, annotation in fields.items():
        if (below := _model_in(annotation)) is not None:
            yield from _walk(below, (*where, key))


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is Literal or (isinstance(annotation, type) and issubclass(annotation, Enum)):
        return None
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
