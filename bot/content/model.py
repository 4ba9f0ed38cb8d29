"""What a briefing is: the shapes of a file, and nothing that happens to them.

The model is the reference: `briefing-bot schema` prints it for editors, and problems name its keys.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from bot.content.values import Date, Line, Number, Paragraphs, Prose
from bot.content.values import Id as Id
from bot.content.values import Link as Link
from bot.content.values import Words as Words

LABELS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
"""TLP 2.0, least to most restricted (https://www.first.org/tlp/)."""

EDITOR = "editor"
"""The person who is always there."""


def rank(label: str) -> int:
    """How restricted a label is; a text may go where the ceiling's rank is at least its own."""
    return LABELS.index(label)


Label = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
Confidence = Literal["low", "moderate", "high"]
Few = Field(default=(), max_length=20)


class Status(StrEnum):
    """What kind of statement a claim is."""

    REPORTED = "reported"
    ASSESSED = "assessed"
    FORECAST = "forecast"
    BACKGROUND = "background"
    UNCONFIRMED = "unconfirmed"
    DISPUTED = "disputed"
    NOTE = "note"


class Likelihood(StrEnum):
    """The seven words of ICD 203 (2015), set only where the speaker used an equal."""

    ALMOST_NO_CHANCE = "almost-no-chance"
    VERY_UNLIKELY = "very-unlikely"
    UNLIKELY = "unlikely"
    ROUGHLY_EVEN = "roughly-even-chance"
    LIKELY = "likely"
    VERY_LIKELY = "very-likely"
    ALMOST_CERTAIN = "almost-certain"


class Qualifier(StrEnum):
    """How a number is meant."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at-least"
    MORE_THAN = "more-than"
    AT_MOST = "at-most"
    LESS_THAN = "less-than"
    RANGE = "range"


class Part(BaseModel):
    """Base of everything in a file: frozen, and no key that is not named."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Head(Part):
    """The `briefing` block."""

    id: Id
    title: Words
    summary: Prose | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$")] = "en"
    sharing: Label = "TLP:CLEAR"
    """How far the briefing may travel (TLP 2.0)."""
    tags: tuple[Words, ...] = Few


class Defaults(Part):
    """What a snippet has where it says nothing."""

    source: Id | None = None


class Source(Part):
    """The publication a claim was read in."""

    id: Id
    publisher: Words
    kind: Literal["article", "webpage", "report", "broadcast", "interview", "post", "press-release", "dataset"] = (
        "article"
    )
    title: Words | None = None
    url: Link | None = None
    archived_url: Link | None = None
    author: Words | None = None
    edited_by: Words | None = None
    published: Date | None = None
    accessed: Date | None = None
    language: str | None = Field(default=None, max_length=20)
    reliability: Literal["A", "B", "C", "D", "E", "F"] | None = None
    """The editors' view of the outlet on the Admiralty scale (AJP-2.1)."""
    numbering: Literal["body"] = "body"
    """How its paragraphs are counted: p0 is the standfirst; subheadings and credits are not counted."""
    paragraphs: Annotated[int, Field(ge=0, le=9999)] | None = None
    based_on: Prose | None = None
    state: Literal["active", "corrected", "superseded", "withdrawn"] = "active"
    superseded_by: Id | None = None


class Person(Part):
    """Whoever makes claims: a person, group, outlet or organization."""

    id: Id
    name: Words
    aka: tuple[Words, ...] = Few
    kind: Literal["person", "group", "outlet", "organization"] = "person"
    role: Words | None = None
    affiliation: Words | None = None
    speaks: bool = True
    """False for somebody who is mentioned and makes no claim."""
    para: Paragraphs | None = None


class CitePart(Part):
    """One place where a claim was read."""

    source: Id
    para: Paragraphs


class Horizon(Part):
    """When a forecast is meant to come true, in the speaker's words."""

    text: Words
    not_before: Date | None = None


class Correction(Part):
    """What was put right, and when; `erase` also removes the old text from where it was posted."""

    at: Date
    note: Line
    erase: bool = False


class Cited(Part):
    """What snippets and figures share: who says it, where it was read, how sure anyone is."""

    id: Id
    claimed_by: Id
    """A person's id, or `editor`."""
    status: Status
    source: Id | None = None
    para: Paragraphs | None = None
    cite: Annotated[tuple[CitePart, ...], Field(max_length=10)] = ()
    """Instead of `source` and `para`, where a claim was read in several places."""
    confidence: Confidence | None = None
    """The editors' confidence; never printed in one sentence with a likelihood."""
    as_of: Date | None = None
    caveat: Line | None = None
    caveat_by: Literal["source", "editor"] | None = None


class Snippet(Cited):
    """One claim, one speaker, one source."""

    section: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
    text: Prose
    likelihood: Likelihood | None = None
    hedge: Words | None = None
    """The source's own hedging words."""
    horizon: Horizon | None = None
    quotes: tuple[Words, ...] = Few
    see: tuple[Id, ...] = Few
    people: tuple[Id, ...] = Few
    tags: tuple[Words, ...] = Few
    state: Literal["active", "draft", "corrected", "withdrawn"] = "active"
    correction: Correction | None = None
    publish_at: Date | None = None
    """Embargo: not shown to anybody before."""
    expires: Date | None = None
    review_by: Date | None = None
    pinned: bool = False


class Figure(Cited):
    """A number somebody claims, with the words that belong to it."""

    label: Words
    text: Words | None = None
    """The number in the speaker's words; printed instead of the value."""
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    qualifier: Qualifier = Qualifier.EXACT
    unit: Words | None = None
    derived: bool = False
    """The editors' reading of words: the number is never printed, only `text`."""


class Moment(Part):
    """When something was or will be; words stand where no date is known."""

    date: Date | None = None
    from_: Annotated[Date | None, Field(alias="from")] = None
    until: Date | None = None
    text: Words | None = None


class TimelineEntry(Part):
    """One entry on the timeline; its source is its snippet's."""

    id: Id
    when: Moment
    text: Line
    kind: Literal["event", "forecast", "publication"] = "event"
    snippet: Id | None = None


class DigestBlock(Part):
    """The headline block of a briefing; it holds no facts of its own."""

    headline: Words
    lead: Line | None = None
    items: tuple[Id, ...] = Few
    closing: Line | None = None


class Briefing(Part):
    """One YAML file about one story."""

    format: Annotated[Literal["1"], WithJsonSchema({"enum": [1, "1"]})]
    """The version of this format."""
    briefing: Head
    defaults: Defaults = Defaults()
    sources: tuple[Source, ...] = ()
    people: tuple[Person, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    figures: tuple[Figure, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    digest: DigestBlock | None = None


class Section(Part):
    """A topic, and its slash command; one line of `sections` in config.yaml."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    about: Annotated[str, StringConstraints(min_length=1, max_length=100)]
