"""What a channel is told of a notice; of what it may not see, only that there is something."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.commands.numbers import capital, count
from bot.content.model import rank
from bot.message import Block, Entry, Message, Paragraph, Quiet, Span, bold, plain
from bot.notices.things import Files, Item, Kind, Notice, highest

LISTED = 10
"""Items that one message lists: as many as stand on one page of any platform."""

WITH_LINES = 3
"""Edited files of which the ids are told."""

UNSEEN = "that this channel may not see"


def told(notice: Notice, audience: str, files: Files) -> Message:
    """The notice as it may be read there now: a label that was raised since it was told counts as well."""
    labelled = [(one, highest((one.label, files.labels.get(one.file, one.label)))) for one in notice.items]
    seen = [one for one, label in labelled if rank(label) <= rank(audience)]
    hidden = [one for one, label in labelled if rank(label) > rank(audience)]
    unsafe = [name for name, label in files.names.items() if rank(label) > rank(audience)]
    if notice.kind == "dead":  # a source's own addresses may be read where it may be, whatever words are in them
        unsafe = []
    blocks = [*_BLOCKS[notice.kind](notice, [_safe(one, unsafe) for one in seen[:LISTED]], len(labelled))]
    blocks += [block for one in hidden if one.hidden for block in _without(one)]
    counted = sum(not one.hidden for one in hidden)
    if counted:
        blocks.append(Paragraph(plain(_unseen(notice, counted))))
    rest = len(seen) - LISTED + notice.beyond
    closing = [f"And {rest:,} more; the desk lists them."] if len(seen) > LISTED or notice.beyond else []
    label = highest(label for one, label in labelled if one in seen)
    return Message(
        _title(notice, len(labelled) + notice.beyond), blocks=blocks, closing=(*closing, *_closing(notice)), label=label
    )


def sentence(notice: Notice) -> str:
    """The notice in a line, as the desk lists it: there nothing is hidden."""
    counts = notice.kind == "changed" or (notice.kind == "broken" and len(notice.items) > 1 and not notice.over)
    parts = [f"{one.lead}{':' if counts else ''} {one.text}" for one in notice.items] or ["changed back"]
    rest = len(parts) - WITH_LINES + notice.beyond
    return "; ".join(parts[:WITH_LINES]) + (f"; and {rest:,} more" if rest > 0 else "")


def _safe(item: Item, unsafe: Sequence[str]) -> Item:
    """Without lines that name another file, which this audience may not see."""
    lines = tuple((lead, "" if any(name in text for name in unsafe) else text) for lead, text in item.lines)
    return replace(item, lines=lines)


def _without(item: Item) -> Iterator[Block]:
    """What is told of a file without any of its values: places alone."""
    yield Paragraph((bold(item.lead), Span(f" {item.hidden}")))
    yield from (Quiet(lead) for lead, _ in item.lines if lead)


def _broken(notice: Notice, items: Sequence[Item], of: int) -> Iterator[Block]:
    if of > 1:
        yield from (Entry(one.lead, one.text, tuple(text for _, text in one.lines if text)) for one in items)
        return
    for one in items:
        yield Paragraph((bold(one.lead), Span(f" {one.text}")))
        yield from (Entry(lead, text) for lead, text in one.lines)


def _changed(notice: Notice, items: Sequence[Item], of: int) -> Iterator[Block]:
    if not of:
        yield Paragraph(plain("What was changed was changed back."))
    if of > WITH_LINES:
        yield from (Entry(one.lead, one.text) for one in items)
        return
    for one in items:
        yield Paragraph((bold(one.lead), Span(f": {one.text}")))
        yield from (Quiet(f"{kind}: {ids}") for kind, ids in one.lines)


def _listed(notice: Notice, items: Sequence[Item], of: int) -> Iterator[Block]:
    for one in items:
        lines = tuple(" · ".join(filter(None, line)) for line in one.lines)
        yield Entry(one.lead, one.text, lines, url=one.link or None)


_BLOCKS: Mapping[Kind, Callable[[Notice, Sequence[Item], int], Iterator[Block]]] = {
    "broken": _broken,
    "vanished": _listed,
    "changed": _changed,
    "aged": _listed,
    "dead": _listed,
}


def _title(notice: Notice, amount: int) -> str:
    match notice.kind:
        case "broken":
            have = "has" if amount == 1 else "have"
            return f"{_files(amount)} mended" if notice.over else f"{capital(count(amount, 'file'))} {have} errors"
        case "vanished":
            return f"{_files(amount)} gone"
        case "changed":
            return "The briefings were edited"
        case "aged":
            return f"{capital(count(amount, 'claim'))} to look at"
        case "dead":
            links = capital(count(amount, "link"))
            return f"{links} {'is' if amount == 1 else 'are'} mended" if notice.over else f"{links} that died"


def _files(amount: int) -> str:
    return f"{capital(count(amount, 'file'))} {'is' if amount == 1 else 'are'}"


def _unseen(notice: Notice, amount: int) -> str:
    """That there is something, and nothing else of it."""
    known = ", or that nobody knows," if notice.kind == "broken" and not notice.over else ""
    files = count(amount, f"file under a label {UNSEEN}{known}", f"files under labels {UNSEEN}{known}")
    one = amount == 1
    match notice.kind:
        case "broken":
            told = (
                f"{files} {'is' if one else 'are'} mended."
                if notice.over
                else f"{files} {'has' if one else 'have'} errors."
            )
        case "vanished":
            told = f"{files} {'is' if one else 'are'} among them."
        case "changed":
            told = f"{files} {'was' if one else 'were'} edited."
        case "aged":
            told = count(amount, f"claim stands under a label {UNSEEN}.", f"claims stand under labels {UNSEEN}.")
        case "dead":
            told = count(amount, f"source stands under a label {UNSEEN}.", f"sources stand under labels {UNSEEN}.")
    return capital(f"{told} The desk shows {'it' if one else 'them'}.")


def _closing(notice: Notice) -> tuple[str, ...]:
    if notice.over or not notice.items:
        return ()
    match notice.kind:
        case "broken":
            return ("The desk and briefing-bot check show the lines.",)
        case "vanished":
            return ("That looks like an accident. Bring them back, or let go of them: the desk, Briefings.",)
    return ()
