"""A message as Discord's JSON: one embed of plain words, and buttons."""

from collections.abc import Callable
from typing import Any

from bot.message import (
    Block,
    Cite,
    Claim,
    Entry,
    Facts,
    Heading,
    Message,
    Paragraph,
    Picture,
    Quiet,
    Reference,
)
from bot.platforms.base import Frozen, Measure
from bot.platforms.buttons import buttons
from bot.platforms.discord import limits
from bot.platforms.discord.markdown import bold, escape, link, quiet, spans
from bot.platforms.literal import clean, clip, fit, units
from bot.platforms.pages import Page, Weight, apart, cut, shown

CLOSING_ROOM = 900
"""UTF-16 units for all closing lines of a page, and as many for its notices; ordinary ones take a fifth."""

FOOTER_ROOM = 400
SHOWN_ROOM = 64

Number = Callable[[Reference], int]


def render(message: Message, page: int = 0) -> Frozen:
    """Page `page` of `message`, as it is sent over REST."""
    title = fit(" · ".join(filter(None, (message.title, message.about))), limits.TITLE, escape)
    footer = clip(_footer(message), FOOTER_ROOM)
    notices = _lines(message.notices)
    closing = _lines(message.closing)
    fixed = sum(map(units, (*notices, *closing))) + len(notices) + len(closing) + SHOWN_ROOM
    room = min(limits.DESCRIPTION, limits.TOTAL - units(title) - units(footer)) - fixed
    found = cut(message, page, _weigh, (room, limits.EMBEDS))
    pictures = tuple(block for block in found.blocks if isinstance(block, Picture))
    embed: dict[str, Any] = {"title": title, "description": _description(found, notices, closing)}
    if footer:
        embed["footer"] = {"text": footer}
    embeds = [embed]
    body: dict[str, Any] = {
        "embeds": embeds,
        "components": _components(found),
        "allowed_mentions": {"parse": []},
    }
    if pictures:
        names = [f"timeline{at or ''}.png" for at in range(len(pictures))]
        embed["image"] = {"url": f"attachment://{names[0]}"}
        embeds += [{"image": {"url": f"attachment://{name}"}} for name in names[1:]]
        body["attachments"] = [
            {"id": at, "filename": name, "description": clip(clean(picture.alt), limits.ALT)}
            for at, (name, picture) in enumerate(zip(names, pictures, strict=True))
        ]
    used = units(title) + units(embed["description"]) + units(footer)
    measures = (
        Measure(used, limits.TOTAL, "characters"),
        Measure(len(embeds), limits.EMBEDS, "embeds"),
    )
    return Frozen(body, measures, pictures, found.number, found.more, found.first, found.last)


def _footer(message: Message) -> str:
    parts = [clean(part) for part in message.footer]
    if message.label not in ("", "TLP:CLEAR", *parts):
        parts.append(clean(message.label))
    return " · ".join(filter(None, parts))


def _lines(texts: tuple[str, ...]) -> list[str]:
    """Quiet lines, the last one shortened where all together pass their room."""
    lines: list[str] = []
    room = CLOSING_ROOM
    for text in texts:
        if line := fit(text, room - 4, escape):
            lines.append(quiet(line))
            room -= units(line) + 4
    return lines


def _description(page: Page, notices: list[str], closing: list[str]) -> str:
    numbers = page.numbers
    parts = list(notices)
    before: Block | None = None
    for block in page.blocks:
        drawn = draw(block, lambda reference: numbers[reference.key])
        if not drawn:
            continue
        if parts and apart(before, block):
            parts.append("")
        parts.append(drawn)
        before = block
    part = shown(page)
    tail = [quiet(escape(part))] if part else []
    tail += closing
    tail += [_reference(reference, numbers[reference.key]) for reference in page.references]
    if parts and tail:
        parts.append("")
    return "\n".join(parts + tail)


def _weigh(part: Block | Reference) -> Weight:
    if isinstance(part, Reference):
        return units(_reference(part, 100)) + 1, 0
    return units(draw(part, lambda _: 100)) + 3, int(isinstance(part, Picture))


def draw(block: Block, number: Number) -> str:
    """One block as markdown, its lines joined; empty where the block has no words."""
    match block:
        case Claim():
            return _claim(block, number)
        case Entry():
            return _entry(block, number)
        case Heading():
            return bold(block.text)
        case Paragraph():
            return spans(block.spans)
        case Facts():
            return "\n".join(f"{bold(label + ':')} {escape(value)}" for label, value in block.pairs)
        case Quiet():
            return quiet(escape(block.text)) if block.text else ""
        case Picture():
            return ""


def _claim(claim: Claim, number: Number) -> str:
    text = escape(claim.text)
    if claim.struck and text:
        text = f"~~{text}~~"
    lead = bold(claim.lead or "")
    lines = [f"{lead} · {text}" if lead else f"• {text}"]
    lines.append(_joined(claim.attribution, claim.cites, number))
    lines += [escape(line) for line in (claim.caveat or "", *claim.extra)]
    return _with_quiet(lines)


def _entry(entry: Entry, number: Number) -> str:
    lead = f"**{link(entry.lead, entry.url)}**" if entry.lead else ""
    parts = (lead, escape(entry.text))
    lines = [f"• {' · '.join(filter(None, parts))}", _joined(entry.quiet[:1], entry.cites, number)]
    lines += [escape(line) for line in entry.quiet[1:]]
    return _with_quiet(lines)


def _with_quiet(lines: list[str]) -> str:
    return "\n".join([lines[0], *(quiet(line) for line in lines[1:] if line)])


def _joined(texts: tuple[str, ...], cites: tuple[Cite, ...], number: Number) -> str:
    parts = [escape(text) for text in texts]
    parts += [f"\\[{number(cite.reference)}\\] {escape(cite.paragraphs)}".rstrip() for cite in cites]
    return " · ".join(filter(None, parts))


def _reference(reference: Reference, number: int) -> str:
    note = f" · {escape(reference.note)}" if reference.note else ""
    return quiet(f"\\[{number}\\] {link(reference.label, reference.url)}{note}")


def _components(page: Page) -> list[dict[str, Any]]:
    made = [
        {
            "type": 2,
            "style": 2,
            "label": clip(clean(label), limits.LABEL) or "…",
            "custom_id": written,
        }
        for label, written in buttons(page)[: limits.ROW * limits.ROWS]
    ]
    return [{"type": 1, "components": made[at : at + limits.ROW]} for at in range(0, len(made), limits.ROW)]
