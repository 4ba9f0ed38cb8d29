"""What a part of a digest depends on, as keys that are kept with it until it is sent."""

import hashlib
from collections.abc import Iterable

from bot.content.history import TOLD
from bot.content.model import Snippet
from bot.content.seen import Seen
from bot.content.view import View

_HALF = 8


def snippet_key(seen: Seen[Snippet]) -> str:
    """`briefing/snippet#f00dcafe0badbeef`, or `briefing/snippet~#…` where it is told as withdrawn.

    Behind the `#` stand three prints of eight hex digits: of the text that is told, of all that is told with it, and of
    what the editors say of a correction. A text that is told as erased is empty. `briefing_key` is what depends on a
    briefing alone.
    """
    mark = "~" if seen.item.state == "withdrawn" else ""
    return f"{seen.key}{mark}#{_print(_text(seen))}{_print(_whole(seen))}{_print(_note(seen))}"


def is_told_so(key: str, seen: Seen[Snippet]) -> bool:
    """Whether a snippet is told as it was when it had this key.

    That a correction is not mentioned any more is no news, and keys of earlier versions do not know of it.
    """
    (told, _, before), (tells, _, now) = key.partition("#"), snippet_key(seen).partition("#")
    if told != tells or before[: 2 * _HALF] != now[: 2 * _HALF]:
        return False
    noted = before[2 * _HALF :]
    return not noted or seen.item.state == "active" or noted == now[2 * _HALF :]


def is_erased(key: str) -> bool:
    """Whether it stands for a text that is told as erased."""
    return "~#" in key and key.partition("~#")[2].startswith(_print(""))


def briefing_key(briefing: str) -> str:
    """`briefing/`: what names a briefing, or quotes its headline block."""
    return f"{briefing}/"


def snippet_of(key: str) -> str | None:
    """`briefing/snippet`, as times are counted; None for the key of a briefing."""
    named = key.partition("#")[0].removesuffix("~")
    return None if named.endswith("/") else named


def may_still_be_told(keys: Iterable[str], view: View) -> bool:
    """Whether all that these keys stand for may still be told to the audience of this view.

    A briefing has to be visible, a snippet too, and withdrawn just where it is told as withdrawn. A text that was
    edited may go out, unless it was erased: by the correction that stands there now, or by any before it. One that is
    not known here was frozen by another process, which may have read a later edit, and an earlier one just as well.
    """
    return all(_may(key, view) for key in keys)


def _may(key: str, view: View) -> bool:
    named = snippet_of(key)
    if named is None:
        return key.removesuffix("/") in view.by_id
    seen = view.snippet(named)
    before, _, prints = key.partition("#")
    if seen is None or (seen.item.state == "withdrawn") != before.endswith("~"):
        return False
    text, whole = prints[:_HALF], prints[_HALF : 2 * _HALF]
    if whole == _print(_whole(seen)):
        return True
    if seen.item.correction and seen.item.correction.erase:
        return False
    story = view.story(seen)
    texts = {seen.item.text, *(step.text for step in (story.steps if story else ()))}
    return "" not in texts or text in map(_print, texts)


def _text(seen: Seen[Snippet]) -> str:
    item = seen.item
    return "" if item.state == "withdrawn" and item.correction and item.correction.erase else item.text


def _whole(seen: Seen[Snippet]) -> str:
    return repr([_text(seen), *(getattr(seen.item, name) for name in TOLD if name != "text")])


def _note(seen: Seen[Snippet]) -> str:
    item = seen.item
    return "" if item.state == "active" or item.correction is None else repr(item.correction)


def _print(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=_HALF // 2).hexdigest()
