"""A composed message as the parts that one platform is sent, each with what it depends on."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from bot.commands.base import LONGEST
from bot.digests.compose import Composed, depends
from bot.digests.outlines import Outline
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
    """One post: its body as it will be sent, the same as it will be sent late, and the keys it depends on.

    `outline` is what a correction draws it from again.
    """

    body: JSON
    late_body: JSON
    keys: tuple[str, ...]
    outline: Outline
    measures: tuple[Measure, ...] = ()


def freeze(composed: Composed, render: Render) -> tuple[Part, ...]:
    """Draw all of a message as one post, or as numbered parts; only the first says that it is late.

    Each part is a message of its own and holds nothing of the others: a platform may keep the message it draws. It is
    cut where it fits with the late notice, so that a delay moves no claim from one part to another.
    """
    origin = Action("", POSTED, composed.name[:LONGEST])
    message, late = replace(composed.message, origin=origin), replace(composed.late, origin=origin)
    cut = _cut(late, render)
    while True:
        on_time = [_drawn(message, cut, at, render) for at in range(len(cut))]
        delayed = [_drawn(late, cut, 0, render), *on_time[1:]]
        # A group can be too heavy for any part, and what has to be shortened leaves more room than what just fits.
        over = next((at for at in range(len(cut)) if on_time[at].more or delayed[at].more), None)
        if over is None:
            break
        groups = list(_groups(cut[over]))
        cut[over : over + 1] = groups if len(groups) > 1 else _loose(cut[over])
    parts, seen = [], 0
    for at, (one, other) in enumerate(zip(on_time, delayed, strict=True)):
        told = sum(isinstance(block, Claim | Entry) for block in cut[at])
        outline = Outline(
            _numbered(message, cut, at), (late if at == 0 else message).notices, composed.items[seen : seen + told]
        )
        parts.append(Part(one.body, other.body, depends(composed, seen + 1, seen + told), outline))
        seen += told
    return tuple(parts)


def _drawn(message: Message, cut: Sequence[Group], at: int, render: Render) -> Frozen:
    return render(_numbered(message, cut, at), 0)


def _numbered(message: Message, cut: Sequence[Group], at: int) -> Message:
    suffix = f" ({at + 1}/{len(cut)})" if len(cut) > 1 else ""
    return _part(message, cut[at], suffix)


def _cut(late: Message, render: Render) -> list[Group]:
    """The blocks of each part."""
    if not render(late, 0).more:
        return [tuple(late.blocks)]
    parts: list[Group] = []
    rest = list(_groups(late.blocks))
    heading: Heading | None = None
    while rest:
        again = (Heading(f"{heading.text} (continued)"),) if heading and not isinstance(rest[0][0], Heading) else ()
        count = max(_fitting(rest, again, late, render), 1)
        taken = tuple(chain.from_iterable(rest[:count]))
        heading = next((block for block in reversed(taken) if isinstance(block, Heading)), heading)
        parts.append((*again, *taken))
        del rest[:count]
    return parts


def _fitting(groups: Sequence[Group], before: Group, late: Message, render: Render) -> int:
    """How many of these groups fit one part at most, each after what stands before them."""

    def overflows(count: int) -> bool:
        return render(_part(late, (*before, *chain.from_iterable(groups[:count])), WIDEST), 0).more

    return bisect_left(range(1, min(len(groups), ITEMS) + 1), x=True, key=overflows)


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
