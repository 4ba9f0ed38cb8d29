"""What a briefing is: the shapes of a file, and nothing that happens to them.

The model is the reference: `briefing-bot schema` prints it for editors, and problems name its keys.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.content import closed
from bot.content.closed import LABELS as LABELS
from bot.content.closed import Confidence as Confidence
from bot.content.closed import Label as Label
from bot.content.closed import Likelihood as Likelihood
from bot.content.closed import Qualifier as Qualifier
from bot.content.closed import Status as Status
from bot.content.closed import rank as rank
from bot.content.values import Date, Language, Line, Number, Paragraphs, Prose, Switch, a_text, told_as
from bot.content.values import Id as Id
from bot.content.values import Link as Link
from bot.content.values import Words as Words

EDITOR = "editor"
"""The person who is always there."""

Few = Field(default=(), max_length=20)
SECTION = r"^[a-z0-9-]{1,32}$"


class Part(BaseModel):
    """Base of everything in a file: frozen, and no key that is not named."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Head(Part):
    """What the story is."""

    id: Id
    """Its id, once over all briefings."""
    title: Words
    """What it is called."""
    summary: Prose | None = None
    """What it is about, in a sentence or two."""
    language: Language = "en"
    """The language of its texts, such as `en` or `pt-BR`."""
    sharing: Label = "TLP:CLEAR"
    """How far it may travel, in the words of TLP 2.0; a channel whose `audience` is lower never sees it."""
    tags: tuple[Words, ...] = Few
    """Words that `/search` finds it by."""


class Defaults(Part):
    """What snippets and figures have where they say nothing."""

    source: Id | None = None
    """The source of snippets and figures that name none."""


class Source(Part, title="A source"):
    """A publication that claims were read in."""

    id: Id
    """Its id, once in the file."""
    publisher: Words
    """The outlet."""
    kind: closed.SourceKind = "article"
    """What kind of publication it is."""
    title: Words | None = None
    """Its title; leave it empty rather than invent one: readers see "title missing"."""
    url: Link | None = None
    """Its address; leave it empty rather than invent one: readers see "link missing"."""
    archived_url: Link | None = None
    """A copy in an archive."""
    author: Words | None = None
    """Who wrote it."""
    edited_by: Words | None = None
    """Who edited it."""
    published: Date | None = None
    """When it was published."""
    accessed: Date | None = None
    """When you read it."""
    language: Annotated[str, Field(max_length=20), told_as("a language", type="string", maxLength=20)] | None = None
    """The language it is in."""
    reliability: closed.Reliability | None = None
    """Your view of the outlet on the Admiralty scale (AJP-2.1)."""
    numbering: closed.Numbering = "body"
    """How its paragraphs are counted; there is one way."""
    paragraphs: Annotated[int, Field(ge=0, le=9999)] | None = None
    """How many paragraphs it has; a `para` beyond them is an error."""
    based_on: Prose | None = None
    """What the publication itself rests on, and who was not heard."""
    state: closed.SourceState = "active"
    """What became of it since, by its publisher; claims that rest on it say so."""
    superseded_by: Id | None = None
    """The id of the source that took its place."""


class Person(Part, title="A person"):
    """Whoever makes claims: a person, group, outlet or organization."""

    id: Id
    """Its id, once in the file; `editor` is built in and stands for you."""
    name: Words
    """The name."""
    aka: tuple[Words, ...] = Few
    """Other names that lead to this person."""
    kind: closed.PersonKind = "person"
    """Who speaks."""
    role: Words | None = None
    """What they are; for a group, who is meant and who is not named."""
    affiliation: Words | None = None
    """Where they belong."""
    speaks: Switch = True
    """`false` for somebody who is mentioned and makes no claim."""
    para: Paragraphs | None = None
    """The paragraph that introduces them."""


class CitePart(Part, title="A place where it was read"):
    """One place where a claim was read."""

    source: Id
    """A source's id."""
    para: Paragraphs
    """The paragraphs."""


class Horizon(Part):
    """When a forecast is meant to come true."""

    text: Words
    """In the speaker's words: "a couple of decades or longer"."""
    not_before: Date | None = None
    """The earliest date, where one is known."""


class Correction(Part):
    """What was put right, and when."""

    at: Date
    """When."""
    note: Line
    """What was put right, as readers see it."""
    erase: Switch = False
    """`true` also removes the text as it was before, from where it was posted and from the history."""


class Cited(Part):
    """What snippets and figures share: who says it, where it was read, how sure anyone is."""

    id: Id
    """Its id, once in the file, for `/cite` and links."""
    claimed_by: Id
    """Who says it: a person's id, or `editor`."""
    status: closed.AnyStatus
    """What kind of statement it is."""
    source: Id | None = None
    """The id of the source it was read in, if that is not the default source."""
    para: Paragraphs | None = None
    """Where in the source, as `3`, `3-5` or `[0, 4]`; needed unless `cite` says it, or it is your own `note`."""
    cite: Annotated[tuple[CitePart, ...], Field(max_length=10)] = ()
    """In place of `source` and `para`, where it was read in several places."""
    confidence: Confidence | None = None
    """How sure you are; it is never printed in one sentence with a likelihood."""
    as_of: Date | None = None
    """The day the claim is about, where it is not the source's."""
    caveat: Line | None = None
    """What a reader must know beside it."""
    caveat_by: closed.CaveatBy | None = None
    """Whose caveat it is."""


class Snippet(Cited, title="A snippet"):
    """One claim, one speaker, one source."""

    section: Annotated[str, StringConstraints(pattern=SECTION), told_as("a name", type="string", pattern=SECTION)]
    """A section of `config.yaml`."""
    text: Prose
    """The claim: a paraphrase in one whole sentence that names its speaker and can be read alone."""
    likelihood: closed.AnyLikelihood | None = None
    """How likely the speaker thinks it is (ICD 203), only where the speaker used an equal of one of these words."""
    hedge: Words | None = None
    """The source's own hedging words."""
    horizon: Horizon | None = None
    """When a forecast is meant to come true."""
    quotes: tuple[Words, ...] = Few
    """The quoted words in the text, exactly."""
    see: tuple[Id, ...] = Few
    """Ids of snippets worth reading beside it."""
    people: tuple[Id, ...] = Few
    """Ids of people it is about, so that asking for them finds it."""
    tags: tuple[Words, ...] = Few
    """Words that `/search` finds it by."""
    state: closed.SnippetState = "active"
    """Whether it is shown."""
    correction: Correction | None = None
    """What was put right, and when."""
    publish_at: Date | None = None
    """Embargo: it is shown to nobody before."""
    expires: Date | None = None
    """It is no longer shown after."""
    review_by: Date | None = None
    """`check` and `/status` remind you after, and the admins are told."""
    pinned: Switch = False
    """`true` puts it first in its section."""


class Figure(Cited, title="A figure"):
    """A number somebody claims, with the words that belong to it: a `value`, a `low` and a `high`, or a `text`."""

    label: Words
    """What the number counts."""
    text: Words | None = None
    """The number in the speaker's words; printed in place of the value."""
    value: Number | None = None
    """The number."""
    low: Number | None = None
    """The lower end of a range."""
    high: Number | None = None
    """The upper end of a range."""
    qualifier: closed.AnyQualifier = Qualifier.EXACT
    """How the number is meant."""
    unit: Words | None = None
    """What it is counted in."""
    derived: Switch = False
    """`true` where the number is your reading of words: it is never printed, only `text` is."""


class Moment(Part):
    """A date, a span, or words; where no date is known, write words. None is invented."""

    date: Date | None = None
    """A date."""
    from_: Annotated[Date | None, Field(alias="from")] = None
    """The start of a span."""
    until: Date | None = None
    """Its end."""
    text: Words | None = None
    """Words, alone or beside dates: "before publication, day not given"."""


class TimelineEntry(Part, title="An entry"):
    """One entry on the timeline; its speaker and source are its snippet's."""

    id: Id
    """Its id, once in the file."""
    when: Moment
    """A date, a span, or words."""
    text: Line
    """What happened or is expected."""
    kind: closed.EntryKind = "event"
    """What kind of entry it is."""
    snippet: Id | None = None
    """The id of the snippet it comes from; its speaker and source are shown."""


class DigestBlock(Part):
    """The headline claims, in order; it holds no facts of its own."""

    headline: Words
    """A few words."""
    lead: Line | None = None
    """One sentence below it."""
    items: tuple[Id, ...] = Few
    """Ids of snippets, in order."""
    closing: Line | None = None
    """One sentence at the end."""


class Briefing(Part):
    """One YAML file about one story."""

    format: Annotated[Literal["1"], told_as("the number 1", enum=[1, "1"], default=1)]
    """The version of this format."""
    briefing: Head
    """What the story is."""
    defaults: Defaults = Defaults()
    """What snippets and figures have where they say nothing."""
    sources: tuple[Source, ...] = ()
    """The publications that claims were read in."""
    people: tuple[Person, ...] = ()
    """Who makes claims."""
    snippets: tuple[Snippet, ...] = ()
    """The claims."""
    figures: tuple[Figure, ...] = ()
    """The numbers."""
    timeline: tuple[TimelineEntry, ...] = ()
    """What happened, and what is expected."""
    digest: DigestBlock | None = None
    """The headline claims, in order."""


class Section(Part, title="A section"):
    """A topic, and its slash command."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=80), a_text(80)]
    """The title of its answers."""
    about: Annotated[str, StringConstraints(min_length=1, max_length=100), a_text(100)]
    """Its description in `/help`."""
