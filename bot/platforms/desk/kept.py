"""A message as JSON, and back: what the desk keeps of a post, and draws anew each time it is looked at."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from bot.message import Block, Message
from bot.platforms import pages
from bot.platforms.base import Frozen

KINDS: Mapping[str, type] = {kind.__name__.lower(): kind for kind in get_args(Block)}
"""The word that tells each kind of block from the others."""

_FREE: pages.Weight = (0,)
"""The desk has no budget: only the number of claims cuts a page."""


def render(message: Message, page: int) -> Frozen:
    """One page of a message, as the desk keeps it: the whole message, and which of its pages is shown."""
    cut = page_of(message, page)
    body = {"message": as_json(message), "page": cut.number}
    return Frozen(body, (), page=cut.number, more=cut.more, first=cut.first, last=cut.last)


def page_of(message: Message, page: int) -> pages.Page:
    """The page of a message that the desk shows."""
    return pages.cut(message, page, lambda _: _FREE, _FREE)


def read_body(body: object) -> tuple[Message, int]:
    """The message and the page of a body that `render` made, or of its JSON text; ValueError for anything else."""
    known = json.loads(body) if isinstance(body, str) else body
    if not isinstance(known, Mapping) or set(known) != {"message", "page"}:
        raise ValueError("this is no post of the desk")
    page = known["page"]
    if type(page) is not int or page < 0:
        raise ValueError("a post of the desk shows no such page")
    return read_message(known["message"]), page


def as_json(message: Message) -> dict[str, Any]:
    """The message as plain JSON; each block says what it is."""
    return _written(message)


def read_message(known: object) -> Message:
    """The message that `as_json` wrote down; ValueError for anything that it does not write."""
    message: Message = _thing(Message, known)
    return message


def _written(thing: Any) -> dict[str, Any]:
    told = {"block": type(thing).__name__.lower()} if isinstance(thing, Block) else {}
    return told | {one.name: _value(getattr(thing, one.name)) for one in fields(thing)}


def _value(value: Any) -> Any:
    if is_dataclass(value):
        return _written(value)
    # Blocks may be drawn lazily, so any sequence is written out.
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_value(one) for one in value]
    return value


def _thing(kind: type, known: object) -> Any:
    hints = _hints(kind)
    if not isinstance(known, dict) or set(known) != set(hints):
        raise ValueError(f"this is no {kind.__name__.lower()}")
    return kind(**{name: _read(hint, known[name]) for name, hint in hints.items()})


def _block(known: object) -> Any:
    word = known.get("block") if isinstance(known, dict) else None
    if not isinstance(known, dict) or not isinstance(word, str) or word not in KINDS:
        raise ValueError("this is no block of a message")
    return _thing(KINDS[word], {name: value for name, value in known.items() if name != "block"})


def _read(hint: Any, known: object) -> Any:
    """`known`, where it is what the type says; JSON knows lists only, and we know tuples only."""
    origin, of = get_origin(hint), get_args(hint)
    if hint == Block:
        return _block(known)
    if origin is Literal:
        return _one_of(of, known)
    if origin in (Union, UnionType):
        return None if known is None else _read(next(one for one in of if one is not type(None)), known)
    if origin is not None:
        return _several(of, known)
    if isinstance(hint, type) and is_dataclass(hint):
        return _thing(hint, known)
    if type(known) is not hint:
        raise ValueError(f"{hint.__name__} is expected here")
    return known


def _one_of(words: Sequence[object], known: object) -> object:
    if not isinstance(known, str) or known not in words:
        raise ValueError(f"one of {words} is expected here")
    return known


def _several(of: Sequence[Any], known: object) -> tuple[Any, ...]:
    """A tuple of any length of one type, or of just these types."""
    if not isinstance(known, list):
        raise ValueError("a list is expected here")  # noqa: TRY004 (what is wrong is the JSON, not our call)
    if len(of) == 1 or of[-1] is Ellipsis:
        return tuple(_read(of[0], one) for one in known)
    if len(known) != len(of):
        raise ValueError(f"{len(of)} are expected here")
    return tuple(_read(hint, one) for hint, one in zip(of, known, strict=True))


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)
