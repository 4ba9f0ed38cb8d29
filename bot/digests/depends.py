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

    Behind the `#` stand two prints of eight hex digits: of the text that is told, and of all that is told with it.
    A text that is told as erased is empty. `briefing_key` is what depends on a briefing alone.
    """
    mark = "~" if seen.item.state == "withdrawn" else ""
    return f"{seen.key}{mark}#{_print(_text(seen))}{_print(_whole(seen))}"


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
    edited may go out, unless it was erased: by the correction that stands there now, or by any before it.
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
    text, whole = prints[:_HALF], prints[_HALF:]
    if whole == _print(_whole(seen)):
        return True
    if seen.item.correction and seen.item.correction.erase:
        return False
    story = view.by_id[seen.briefing.id].stories.get(seen.item.id)
    texts = {seen.item.text, *(step.text for step in (story.steps if story else ()))}
    return text in map(_print, texts)


def _text(seen: Seen[Snippet]) -> str:
    item = seen.item
    return "" if item.state == "withdrawn" and item.correction and item.correction.erase else item.text


def _whole(seen: Seen[Snippet]) -> str:
    return repr([_text(seen), *(getattr(seen.item, name) for name in TOLD if name != "text")])


def _print(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=_HALF // 2).hexdigest()
