"""What has become of the claims in a part that was posted, and what is done about it. All of it is pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from bot.content.view import View
from bot.digests.depends import is_erased, is_told_so, snippet_of
from bot.store.rows import Kind

Finding = Literal["changed", "withdrawn", "erased", "raised"]
"""Why a claim does not stand there as it would be told now."""

Setting = Literal["edit", "reply", "off"]
"""What the digest's `corrections` says."""


def findings(keys: Iterable[str], view: View, served: Collection[str]) -> Mapping[str, Finding]:
    """What has become of what these keys stand for, for the audience of this view; nothing, where all is as it was.

    `served` are the ids of all briefings there are, for whomever. A briefing or a snippet that is not there any more,
    expired, or is held back again, leaves what was posted as it is: only who withdraws it says that it was wrong. What
    was erased stays so, whatever the files say later: they may be older ones.
    """
    found = ((key, _finding(key, view, served)) for key in keys)
    return {key: finding for key, finding in found if finding}


def way(found: Collection[Finding], setting: Setting, *, drawable: bool) -> Kind | None:
    """What is done about a part with these findings; None where it stays as it is.

    What may not be read there any more goes, whatever the setting: a post that cannot be drawn anew as a whole.
    """
    if "raised" in found or ("erased" in found and not drawable):
        return "delete"
    if "erased" in found:
        return "edit"
    if not found or setting == "off":
        return None
    return "edit" if setting == "edit" and drawable else "reply"


def _finding(key: str, view: View, served: Collection[str]) -> Finding | None:
    briefing, _, _ = key.partition("/")
    if briefing not in view.by_id:
        return "raised" if briefing in served else None
    if is_erased(key):
        return None
    named = snippet_of(key)
    seen = view.snippet(named) if named else None
    if seen is None or is_told_so(key, seen):
        return None
    story = view.story(seen)
    if story and story.unsaid:
        return None
    if seen.item.correction and seen.item.correction.erase and seen.item.state != "active":
        return "erased"
    return "withdrawn" if seen.item.state == "withdrawn" else "changed"
