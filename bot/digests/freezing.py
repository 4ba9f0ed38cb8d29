"""A composed message as the parts that one platform is sent, each with what it depends on."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from bot.commands.base import LONGEST
from bot.digests.compose import Composed, depends
from bot.message import Action, Block, Claim, Entry, Heading, Message, Paragraph
from bot.platforms.base import JSON, Frozen, Measure
from bot.platforms.buttons import POSTED
from bot.platforms.literal import clip
from bot.platforms.pages import ITEMS

Render = Callable[[Message, int], Frozen]
"""How a platform draws one page of a message, counted from 0."""

Group = tuple[Block, ...]
"""Blocks that stay together: a claim, what leads to it, and the quiet lines under it."""

TITLE = 100
"""UTF-16 units of a title before its number: with every character escaped, it fits any platform's limit."""

WIDEST = " (999/999)"


@dataclass(frozen=True, slots=True)
class Part:
    """One post: its body as it will be sent, the same as it will be sent late, and the keys it depends on."""

    body: JSON
    late_body: JSON
    keys: tuple[str, ...]
    measures: tuple[Measure, ...] = ()


def freeze(composed: Composed, render: Render) -> tuple[Part, ...]:
    """Draw all of a message as one post, or as numbered parts; only the first says that it is late.

    Each part is a message of its own and holds nothing of the others: a platform may keep the message it draws. It is
    cut where it fits with the late notice, so that a delay moves no claim from one part to another.
    """
    origin = Action("", POSTED, composed.name[:LONGEST])
    message, late = replace(composed.message, origin=origin), replace(composed.late, origin=origin)
    found = _cut(late, render)
    parts, seen = [], 0
    for number, blocks in enumerate(found, 1):
        suffix = f" ({number}/{len(found)})" if len(found) > 1 else ""
        on_time, told = render(_part(message, blocks, suffix), 0), sum(isinstance(b, Claim | Entry) for b in blocks)
        delayed = render(_part(late, blocks, suffix), 0) if number == 1 else on_time
        assert not on_time.more
        assert not delayed.more
        parts.append(Part(on_time.body, delayed.body, depends(composed, seen + 1, seen + told), on_time.measures))
        seen += told
    return tuple(parts)


def _cut(late: Message, render: Render) -> list[Group]:
    """The blocks of each part."""
    if not render(late, 0).more:
        return [tuple(late.blocks)]
    parts: list[Group] = []
    rest = list(_groups(late.blocks))
    heading: Heading | None = None
    while rest:
        again = (Heading(f"{heading.text} (continued)"),) if heading and not isinstance(rest[0][0], Heading) else ()

        def taken(count: int, before: Group = again) -> Group:
            return (*before, *chain.from_iterable(rest[:count]))

        def overflows(count: int) -> bool:
            return render(_part(late, taken(count), WIDEST), 0).more

        fit = bisect_left(range(1, min(len(rest), ITEMS) + 1), x=True, key=overflows)
        if not fit and len(loose := list(_loose(rest[0]))) > 1:
            rest[:1] = loose
            continue
        part = taken(max(fit, 1))
        heading = next((block for block in reversed(part[len(again) :]) if isinstance(block, Heading)), heading)
        parts.append(part)
        del rest[: max(fit, 1)]
    return parts


def _part(message: Message, blocks: Group, suffix: str) -> Message:
    title = f"{clip(message.title, TITLE)}{suffix}" if suffix else message.title
    return replace(message, title=title, blocks=blocks)


def _groups(blocks: Sequence[Block]) -> Iterator[Group]:
    """A group begins with the first block after a claim or its quiet lines that is a claim, or leads to one."""
    group: list[Block] = []
    for block in blocks:
        begins = isinstance(block, Claim | Entry | Heading | Paragraph)
        if begins and any(isinstance(one, Claim | Entry) for one in group):
            yield tuple(group)
            group = []
        group.append(block)
    if group:
        yield tuple(group)


def _loose(group: Group) -> Iterator[Group]:
    """A group too heavy for one part, block by block; a heading stays with what it stands over."""
    headings: list[Block] = []
    for block in group:
        headings.append(block)
        if not isinstance(block, Heading):
            yield tuple(headings)
            headings = []
    if headings:
        yield tuple(headings)
