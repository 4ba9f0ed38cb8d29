"""From what was posted, and the briefings as they are now, to the next revision of it. All of it is pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from bot.commands.telling import claim, is_rests_on, rests_on, withdrawn
from bot.content.dates import MONTHS
from bot.content.model import LABELS, Snippet, rank
from bot.content.seen import Seen, basis
from bot.content.view import View
from bot.digests import outlines
from bot.digests.correcting import Finding, Setting, findings, way
from bot.digests.depends import snippet_key, snippet_of
from bot.digests.freezing import Render
from bot.digests.outlines import Outline
from bot.digests.settling import as_text
from bot.message import Block, Claim, Entry, Message, Quiet
from bot.store.revising import Revised
from bot.store.rows import Draft, Kind, Page, Standing

ERASED = "A claim was withdrawn and its text removed."


@dataclass(frozen=True, slots=True)
class Now:
    """What a message is compared with: what its audience sees, and the ids of all briefings there are for whomever.

    `setting`, `zone` and `title` are the digest's. Of `doubted` snippets nobody knows yet whether they should be as
    they are: they stay as they were told, unless they must not be read.
    """

    view: View
    served: Collection[str]
    setting: Setting
    zone: tzinfo
    title: str
    doubted: Collection[str] = ()


def is_stale(pages: Iterable[Page], now: Now) -> bool:
    """Whether something may have to be done about what was told: `revise` says what."""
    standing = (page for page in pages if page.way != "delete")
    return any(way(_become(page.keys, now).values(), now.setting, drawable=True) for page in standing)


def revise(standing: Standing, pages: Sequence[Page], outline: str, now: Now, render: Render) -> Revised | None:
    """The next revision of a message; None where it stands as it is."""
    drawn_from = outlines.read(outline, len(pages))
    become = [_become(_own(page, known), now) for page, known in zip(pages, drawn_from, strict=True)]
    ways = [
        None if page.way == "delete" else way(found.values(), now.setting, drawable=known is not None)
        for page, known, found in zip(pages, drawn_from, become, strict=True)
    ]
    if not any(ways):
        return None
    seen = _all_seen(drawn_from, now)
    found = [
        _revised(page, known, one, kind, seen, now, render)
        for page, known, one, kind in zip(pages, drawn_from, become, ways, strict=True)
    ]
    erased = frozenset(at for at, one in enumerate(become) if ways[at] and "erased" in one.values())
    draft = Draft(
        standing.platform,
        standing.audience,
        tuple(
            dict.fromkeys(name for at, one in enumerate(become) if ways[at] for name in map(snippet_of, one) if name)
        ),
        tuple(page for page, _ in found),
        outlines.written([known for _, known in found]),
    )
    return Revised(draft, erased | {at for at, kind in enumerate(ways) if kind == "delete"}, erased)


def _own(page: Page, known: Outline | None) -> tuple[str, ...]:
    """The keys of what a part shows. Every part depends on all briefings of its message, and most show only some."""
    shown = tuple(key for keys in known.items for key in keys) if known else ()
    return shown or page.keys


def _become(keys: tuple[str, ...], now: Now) -> Mapping[str, Finding]:
    """What is to be told of a part: in doubt, or with `corrections: off`, only what must not be read any more."""
    found = findings(keys, now.view, now.served)
    return {
        key: finding
        for key, finding in found.items()
        if finding in ("erased", "raised") or (now.setting != "off" and snippet_of(key) not in now.doubted)
    }


def _revised(
    page: Page,
    known: Outline | None,
    become: Mapping[str, Finding],
    kind: Kind | None,
    seen: Sequence[Seen[Snippet]] | None,
    now: Now,
    render: Render,
) -> tuple[Page, Outline | None]:
    """One part of the next revision, and what it is drawn from."""
    if kind is None:
        return page, known
    if kind == "delete":
        return Page("", "", (), way="delete"), None
    tells = {key: one for key in become if (one := now.view.snippet(snippet_of(key) or ""))}
    keys = {key: snippet_key(one) for key, one in tells.items()}
    told = tuple(keys.get(key, key) for key in page.keys)
    notice = render(_notice(known, become, tells, now), 0)
    if known is None:
        return Page("", "", told, as_text(notice.body), "reply"), None
    erases = "erased" in become.values()
    items = tuple(tuple(keys.get(key, key) for key in one) for one in known.items)
    outline = Outline(_corrected(known, become, tells, seen, now), known.late, items)
    on_time, late = render(outline.message, 0), render(replace(outline.message, notices=known.late), 0)
    if (on_time.more or late.more) and not erases:
        kind = "reply"  # it does not fit any more, and makes no further part
    late_body = "" if late.body == on_time.body else as_text(late.body)
    return Page(as_text(on_time.body), late_body, told, as_text(notice.body), kind, erases), outline


def _corrected(
    known: Outline,
    become: Mapping[str, Finding],
    tells: Mapping[str, Seen[Snippet]],
    seen: Sequence[Seen[Snippet]] | None,
    now: Now,
) -> Message:
    """The message of a part with what its claims have become, and else as it was."""
    blocks: list[Block] = []
    items = iter(known.items)
    moved = False
    for block in known.message.blocks:
        if isinstance(block, Claim | Entry):
            key = next((key for key in next(items) if key in tells), None)
            if key is not None and isinstance(block, Claim):
                fresh = _claim(tells[key], become[key], block, now)
                moved = moved or fresh.struck or _rests(fresh) != _rests(block)
                blocks.append(fresh)
                continue
        blocks.append(block)
    closing = known.message.closing
    if any(map(is_rests_on, closing)):
        live = [one for one in seen or () if one.item.state != "withdrawn"]
        closing = (*rests_on(basis(live)), *(line for line in closing if not is_rests_on(line)))
    if moved:
        blocks = [block for block in blocks if not (isinstance(block, Quiet) and is_rests_on(block.text))]
    return replace(known.message, blocks=tuple(blocks), closing=closing)


def _claim(seen: Seen[Snippet], finding: Finding, before: Claim | None, now: Now) -> Claim:
    """A claim as it is told now, with what happened to it and when."""
    when = _when(seen, now)
    named = before is not None and before.attribution[-1:] == (seen.briefing.title,)
    if seen.item.state == "withdrawn":
        if finding == "erased":
            return Claim(ERASED, (f"Withdrawn {when}",))
        told = withdrawn(seen, when=when)
        return replace(told, attribution=(*told.attribution, seen.briefing.title)) if named else told
    told = claim(seen, name_briefing=named, when=when)
    if seen.item.state == "corrected" and seen.item.correction:
        return told
    happened = "Restored" if before is not None and before.struck else "Changed"
    return replace(told, extra=(f"{happened} {when}.", *told.extra))


def _notice(
    known: Outline | None, become: Mapping[str, Finding], tells: Mapping[str, Seen[Snippet]], now: Now
) -> Message:
    """What is said under a message that cannot be edited: each claim that changed, with its source."""
    claims = tuple(_claim(tells[key], finding, None, now) for key, finding in become.items() if key in tells)
    about = ", ".join(filter(None, (known.message.title, known.message.about))) if known else now.title
    label = max((one.briefing.sharing for one in tells.values()), key=rank, default=LABELS[0])
    return Message("Correction", about=about, blocks=claims, label=label, stamp=now.view.stamp)


def _all_seen(drawn_from: Iterable[Outline | None], now: Now) -> Sequence[Seen[Snippet]] | None:
    """All claims of a message as they are now; None where one of them is not told any more."""
    keys = [key for known in drawn_from for one in (known.items if known else ()) for key in one]
    found = [now.view.snippet(name) for name in map(snippet_of, keys) if name]
    seen = [one for one in found if one]
    return seen if len(seen) == len(found) else None


def _when(seen: Seen[Snippet], now: Now) -> str:
    """When the bot came to know it, `12 November, 09:40`, by the digest's clock."""
    story = now.view.story(seen)
    if story is None:
        return str(seen.item.correction.at) if seen.item.correction else ""
    at = story.steps[-1].at.astimezone(now.zone)
    return f"{at.day} {MONTHS[at.month - 1]}, {at:%H:%M}"


def _rests(told: Claim) -> tuple[object, ...]:
    """Who says it, and where it was read."""
    return (*told.attribution[1:2], *(cite.reference.key for cite in told.cites))
