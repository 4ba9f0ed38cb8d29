"""What each part of a message was drawn from, kept as JSON, so that a correction draws the same part again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.message import Message
from bot.platforms.desk import kept


@dataclass(frozen=True, slots=True)
class Outline:
    """One part: its message, the notices above it where it is sent late, and the keys of each claim and entry."""

    message: Message
    late: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]


def written(outlines: Sequence[Outline | None]) -> str:
    """The outlines of all parts as JSON; a part that cannot be drawn any more has none."""
    parts = [
        {"message": kept.as_json(one.message), "late": one.late, "items": one.items} if one else None
        for one in outlines
    ]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def read(text: str, parts: int) -> tuple[Outline | None, ...]:
    """The outline of each part; none of any where there is nothing to read, or another version of the bot wrote it."""
    try:
        found = tuple(map(_outline, json.loads(text or "[]")))
    except ValueError:
        found = ()
    return found if len(found) == parts else (None,) * parts


def _outline(part: Any) -> Outline | None:
    if part is None:
        return None
    items = tuple(tuple(keys) for keys in part["items"])
    return Outline(kept.read_message(part["message"]), tuple(part["late"]), items)
