"""What the bot says, before anyone's markup.

A Message is plain data. Every string in it is literal text: a renderer escapes it, and interprets nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Style = Literal["plain", "bold", "italic"]

Offer = Literal["share", "report"]
"""What may be done with an answer besides reading on: share it with the channel, report a problem."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style."""

    text: str
    style: Style = "plain"


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A publication as a reader needs it: `DW, 11 November 2024 (link missing)`.

    `key` is its identity within a view. `url` is http(s) or None. `note` is what the editors say of it.
    """

    key: str
    label: str
    url: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Cite:
    """Where in a publication a claim was read: `paragraphs` is written out, `¶7, ¶8`, or empty."""

    reference: Reference
    paragraphs: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim with its quiet attribution line and its caveat, never shown one without the other.

    `lead` stands in bold before the text (a figure). `attribution` is joined with ` · ` and followed by the
    numbered cites. `extra` are further quiet lines. `struck` text was withdrawn.
    """

    text: str
    attribution: tuple[str, ...]
    cites: tuple[Cite, ...] = ()
    caveat: str | None = None
    lead: str | None = None
    extra: tuple[str, ...] = ()
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a message; it stays with the block that follows it."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values, in their order, under one another."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: bold words, text, quiet lines beneath, and a link or cites."""

    lead: str
    text: str = ""
    quiet: tuple[str, ...] = ()
    url: str | None = None
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiet:
    """A line quieter than the text around it."""

    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry on a timeline's picture; `open` marks are forecasts, filled ones are not."""

    when: str
    text: str
    kind: str
    open: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A timeline to be drawn by the wire, with the sentence a blind reader gets instead."""

    title: str
    marks: tuple[Mark, ...]
    alt: str


Block = Heading | Claim | Entry | Paragraph | Facts | Quiet | Picture


@dataclass(frozen=True, slots=True)
class Action:
    """A button: pressing it asks `/command text`, at page `page` counted from 0."""

    label: str
    command: str
    text: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """Something to say: title, blocks, quiet closing lines, buttons.

    `about` stands behind the title (the briefing it speaks of). `closing` lines stand under the last block of
    every page, before the references that the page's cites need; `footer` is joined with ` · ` beneath.
    `label` is the TLP label of what is said, empty until somebody knows. `origin` is the question it answers,
    for Back and Next, and `stamp` four hex digits that change with what the reader may see.
    """

    title: str
    about: str | None = None
    blocks: Sequence[Block] = ()
    closing: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    label: str = ""
    origin: Action | None = None
    stamp: str = "0000"
    notices: tuple[str, ...] = field(default=())
    """Quiet lines above the first block: a stale page, a late digest."""
    offers: tuple[Offer, ...] = ()
    pick: str | None = None
    """What the question's text may be, where a platform that completes nothing may offer a list of it."""


def plain(text: str) -> Spans:
    """`text` as one plain span."""
    return (Span(text),)


def bold(text: str) -> Span:
    """`text` as one bold span."""
    return Span(text, "bold")
