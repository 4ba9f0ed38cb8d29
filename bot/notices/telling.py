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
    for gone in (False, True):
        if counted := sum(not one.hidden and one.gone is gone for one in hidden):
            blocks.append(Paragraph(plain(_unseen(notice, counted, gone=gone))))
    rest = len(seen) - LISTED + notice.beyond
    closing = [f"And {rest:,} more; the desk lists them."] if len(seen) > LISTED or notice.beyond else []
    label = highest(label for one, label in labelled if one in seen)
    named = [one.lead for one in notice.items if one in seen or one.hidden]
    return Message(_title(notice, named), blocks=blocks, closing=(*closing, *_closing(notice)), label=label)


def sentence(notice: Notice) -> str:
    """The notice in a line, as the desk lists it: there nothing is hidden."""
    counts = notice.kind == "changed" or (notice.kind == "broken" and len(notice.items) > 1 and not notice.over)
    parts = [f"{one.lead}{':' if counts else ''} {one.text}" for one in notice.items]
    rest = len(parts) - WITH_LINES + notice.beyond
    shown = parts if len(parts) == 1 else [one.removesuffix(".") for one in parts[:WITH_LINES]]
    return "; ".join(shown) + (f"; and {rest:,} more" if rest > 0 else "")


def _safe(item: Item, unsafe: Sequence[str]) -> Item:
    """Without lines that name another file, which this audience may not see."""
    lines = tuple((lead, "" if any(name in text for name in unsafe) else text) for lead, text in item.lines)
    return replace(item, lines=lines)


def _without(item: Item) -> Iterator[Block]:
    """What is told of a file without any of its values: places alone."""
    yield Paragraph((bold(item.lead), Span(f" {item.hidden}")))
    yield from (Quiet(lead) for lead, _ in item.lines if lead)


def _broken(notice: Notice, items: Sequence[Item], of: int) -> Iterator[Block]:
    for one in items:
        told = f"{one.text[:-1]}:" if notice.over and one.lines else one.text
        if of > 1:
            yield Entry(one.lead, told, tuple(" · ".join(filter(None, line)) for line in one.lines))
        else:
            yield Paragraph((bold(one.lead), Span(f" {told}")))
            yield from (Entry(lead, text) for lead, text in one.lines)


def _changed(notice: Notice, items: Sequence[Item], of: int) -> Iterator[Block]:
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


def _title(notice: Notice, named: Sequence[str]) -> str:
    """What it is about: one file by its name, where that may be told."""
    amount = len(notice.items) + notice.beyond
    match notice.kind:
        case "broken":
            one = named[0] if amount == 1 and named else ""
            return _ended_title(notice, one) if notice.over else f"{one or _files(amount)} {_has(amount)} errors"
        case "vanished":
            return f"{_files(amount)} {_is(amount)} gone"
        case "changed":
            return "The briefings were edited"
        case "aged":
            return f"{capital(count(amount, 'claim'))} to look at"
        case "dead":
            links = capital(count(amount, "link"))
            return f"{links} {_is(amount)} mended" if notice.over else f"{links} that died"


def _ended_title(notice: Notice, one: str) -> str:
    """What became of the files that had errors."""
    gone = sum(item.gone for item in notice.items)
    mended = len(notice.items) - gone
    if one or not (gone and mended):
        return f"{one or _files(gone + mended)} {_is(gone + mended)} {'gone' if gone else 'mended'}"
    return f"{_files(mended)} {_is(mended)} mended, and {count(gone, 'file')} {_is(gone)} gone"


def _files(amount: int) -> str:
    return capital(count(amount, "file"))


def _is(amount: int) -> str:
    return "is" if amount == 1 else "are"


def _has(amount: int) -> str:
    return "has" if amount == 1 else "have"


def _unseen(notice: Notice, amount: int, *, gone: bool) -> str:
    """That there is something, and nothing else of it."""
    known = ", or that nobody knows," if notice.kind == "broken" and (gone or not notice.over) else ""
    files = count(amount, f"file under a label {UNSEEN}{known}", f"files under labels {UNSEEN}{known}")
    one = amount == 1
    match notice.kind:
        case "broken":
            became = f"{_is(amount)} {'gone' if gone else 'mended'}"
            told = f"{files} {became if notice.over else f'{_has(amount)} errors'}."
        case "vanished":
            told = f"{files} {_is(amount)} among them."
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
