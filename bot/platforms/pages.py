"""Cutting a message into pages on whole blocks, each page with the references its cites need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from bot.message import Block, Cite, Claim, Entry, Facts, Heading, Message, Paragraph, Quiet, Reference
from bot.platforms.shrink import CAPS, shrunk

ITEMS = 10
"""Claims or entries on one page at most (DESIGN: at most 10 snippets a page, or the platform's budget)."""

COUNTED = 1000
"""A list of blocks up to this long is counted through; a longer one is asked for its `entries`."""

HEADINGS = 3
"""Headings in a row that are kept with the block beneath them."""

Weight = tuple[int, ...]
"""What something costs, in each of a platform's units."""

Weigh = Callable[[Block | Reference], Weight]
"""What a block, or a reference cited for the first time on a page, adds to a page at most."""


@runtime_checkable
class Counted(Protocol):
    """A lazy sequence of blocks that knows how many claims and entries it holds."""

    @property
    def entries(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Page:
    """What one page shows of a message.

    `references` are numbered from 1 in the order the page first cites them. `first` and `last` count claims
    and entries from 1 over the whole message, and are 0 where the page has none; `total` is None where
    nobody knows it without reading everything. `number` counts pages from 0.
    """

    message: Message
    number: int
    blocks: tuple[Block, ...]
    references: tuple[Reference, ...]
    first: int
    last: int
    total: int | None
    more: bool

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each reference, by its key."""
        return {reference.key: number for number, reference in enumerate(self.references, 1)}


def cut(message: Message, number: int, weigh: Weigh, budget: Weight) -> Page:
    """Page `number` of `message`; the last page where there is no such one.

    Reads only the blocks up to the end of that page. A heading whose group goes on is repeated on the next
    page. A block too heavy for a page of its own is shortened, which no valid content needs.
    """
    start, seen, heading = 0, 0, None
    for at in range(max(number, 0) + 1):
        filled = _fill(message.blocks, start, heading, weigh, budget)
        more = filled.end < len(message.blocks)
        if at == number or not more:
            break
        start, seen, heading = filled.end, seen + filled.items, filled.heading
    return Page(
        message,
        at,
        tuple(filled.blocks),
        tuple(filled.references.values()),
        seen + 1 if filled.items else 0,
        seen + filled.items if filled.items else 0,
        _total(message.blocks) if more or at else seen + filled.items,
        more,
    )


def whole(message: Message) -> Page:
    """All of `message` as one page."""
    references = {c.reference.key: c.reference for block in message.blocks for c in cites(block)}
    items = sum(isinstance(block, Claim | Entry) for block in message.blocks)
    return Page(message, 0, tuple(message.blocks), tuple(references.values()), min(items, 1), items, items, more=False)


def cites(block: Block) -> tuple[Cite, ...]:
    """The cites of a block, in the order a reader meets them."""
    return block.cites if isinstance(block, Claim | Entry) else ()


def shown(page: Page) -> str | None:
    """The line that says which part of the message this page is, where it is not all of it."""
    if not page.more and not page.number:
        return None
    if not page.last:
        return f"Page {page.number + 1}." + (" More on the next." if page.more else "")
    only = all(isinstance(block, Claim) for block in page.blocks if isinstance(block, Claim | Entry))
    one = page.first == page.last
    word = ("Claim" if one else "Claims") if only else ("Entry" if one else "Entries")
    span = f"{page.first:,}" if one else f"{page.first:,}–{page.last:,}"
    if page.total is not None:
        return f"{word} {span} of {page.total:,}"
    return f"{word} {span}; more on the next page" if page.more else f"{word} {span}, the last"


def apart(before: Block | None, block: Block) -> bool:
    """Whether an empty line stands between two neighbours on a page."""
    if isinstance(before, Heading):
        return False
    if isinstance(block, Quiet):
        return not isinstance(before, Quiet)
    return isinstance(block, Heading | Paragraph | Facts) or not isinstance(before, Claim | Entry)


@dataclass(slots=True)
class _Filled:
    """One page while it is filled; `heading` is the one under which its last block stands."""

    end: int
    heading: Heading | None
    blocks: list[Block] = field(default_factory=list)
    references: dict[str, Reference] = field(default_factory=dict)
    items: int = 0


def _fill(blocks: Sequence[Block], start: int, heading: Heading | None, weigh: Weigh, budget: Weight) -> _Filled:
    filled = _Filled(start, heading)
    used = tuple(0 for _ in budget)
    count = len(blocks)
    while filled.end < count:
        group = _group(blocks, filled.end, count)
        items = sum(isinstance(block, Claim | Entry) for block in group)
        if filled.items + items > ITEMS:
            break
        drawn = group
        if filled.end == start and heading is not None and not isinstance(group[0], Heading):
            drawn = (Heading(f"{heading.text} (continued)"), *group)
        cost, new = _cost(drawn, filled.references, weigh)
        if any(a + b > most for a, b, most in zip(used, cost, budget, strict=True)):
            if filled.end > start:
                break
            drawn, cost, new = _squeezed(drawn, weigh, budget)
        used = tuple(a + b for a, b in zip(used, cost, strict=True))
        filled.end += len(group)
        filled.heading = next((b for b in reversed(group) if isinstance(b, Heading)), filled.heading)
        filled.blocks += drawn
        filled.references |= new
        filled.items += items
    return filled


def _group(blocks: Sequence[Block], at: int, count: int) -> tuple[Block, ...]:
    """The block at `at`; where it is a heading, with what it stands over."""
    group = [blocks[at]]
    while isinstance(group[-1], Heading) and len(group) <= HEADINGS and at + len(group) < count:
        group.append(blocks[at + len(group)])
    return tuple(group)


def _cost(group: tuple[Block, ...], known: dict[str, Reference], weigh: Weigh) -> tuple[Weight, dict[str, Reference]]:
    new = {c.reference.key: c.reference for b in group for c in cites(b) if c.reference.key not in known}
    parts: list[Weight] = [weigh(part) for part in (*group, *new.values())]
    return tuple(map(sum, zip(*parts, strict=True))), new


def _squeezed(
    group: tuple[Block, ...], weigh: Weigh, budget: Weight
) -> tuple[tuple[Block, ...], Weight, dict[str, Reference]]:
    """`group` with its texts shortened until it fits a page of its own."""
    for cap in CAPS:
        short = tuple(shrunk(block, cap) for block in group)
        cost, new = _cost(short, {}, weigh)
        if all(a <= most for a, most in zip(cost, budget, strict=True)):
            break
    return short, cost, new


def _total(blocks: Sequence[Block]) -> int | None:
    if isinstance(blocks, tuple | list):
        return sum(isinstance(b, Claim | Entry) for b in blocks) if len(blocks) <= COUNTED else None
    return blocks.entries if isinstance(blocks, Counted) else None
