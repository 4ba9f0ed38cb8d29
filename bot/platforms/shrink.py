"""The last resort for a block that is too big for any page: its texts are shortened, and it says so."""

from dataclasses import replace

from bot.message import (
    Block,
    Cite,
    Claim,
    Entry,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Quiet,
    Reference,
    Span,
)
from bot.platforms.literal import clip

CAPS = (600, 300, 150, 75, 24)
"""How long a text of a block may be, tried one after another."""


def shrunk(block: Block, cap: int) -> Block:
    """`block` with every text at most `cap` UTF-16 units long, and at most `cap` / 12 of what it lists."""
    most = cap // 12
    match block:
        case Claim():
            return replace(
                block,
                text=clip(block.text, cap),
                attribution=_texts(block.attribution, cap, most),
                cites=_cites(block.cites, cap, most),
                caveat=clip(block.caveat, cap) if block.caveat else None,
                lead=clip(block.lead, cap) if block.lead else None,
                extra=_with_rest(_texts(block.extra, cap, most), len(block.cites) - most),
            )
        case Entry():
            return replace(
                block,
                lead=clip(block.lead, cap),
                text=clip(block.text, cap),
                quiet=_with_rest(_texts(block.quiet, cap, most), len(block.cites) - most),
                url=_url(block.url, cap),
                cites=_cites(block.cites, cap, most),
            )
        case Heading() | Quiet():
            return replace(block, text=clip(block.text, cap))
        case Paragraph():
            spans = block.spans[:most]
            return Paragraph(tuple(Span(clip(span.text, cap), span.style) for span in spans))
        case Facts():
            pairs = block.pairs[:most]
            return Facts(tuple((clip(label, cap), clip(value, cap)) for label, value in pairs))
        case Picture():
            return block


def _texts(texts: tuple[str, ...], cap: int, most: int) -> tuple[str, ...]:
    return tuple(clip(text, cap) for text in texts[:most])


def _cites(cites: tuple[Cite, ...], cap: int, most: int) -> tuple[Cite, ...]:
    return tuple(Cite(_reference(c.reference, cap), clip(c.paragraphs, cap)) for c in cites[:most])


def _reference(reference: Reference, cap: int) -> Reference:
    note = clip(reference.note, cap) if reference.note else None
    return Reference(reference.key, clip(reference.label, cap), _url(reference.url, cap), note)


def _url(url: str | None, cap: int) -> str | None:
    """A shortened address leads elsewhere, so a long one is left out."""
    return url if url and len(url) <= cap else None


def _with_rest(lines: tuple[str, ...], rest: int) -> tuple[str, ...]:
    return (*lines, f"{rest} more sources are not shown here") if rest > 0 else lines
