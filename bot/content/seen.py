"""What is seen of a briefing by somebody who may see it: claims in their context, without what is hidden."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from bot.content.dates import PartialDate
from bot.content.history import Story
from bot.content.model import EDITOR, Cited, DigestBlock, Figure, Head, Person, Snippet, Source, TimelineEntry
from bot.content.search import Document

Item = TypeVar("Item", bound=Cited)

THE_EDITOR = Person(id=EDITOR, name="The editors", kind="group")


Order = tuple[int, int, int, str]


@dataclass(frozen=True, slots=True)
class ReadIn:
    """A source, and the paragraphs a claim was read in."""

    source: Source
    paragraphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seen(Generic[Item]):
    """A snippet or a figure with what is needed to tell it: its briefing, its speaker, where it was read."""

    briefing: Head
    item: Item
    speaker: Person
    read_in: tuple[ReadIn, ...]
    newest: Order

    @property
    def key(self) -> str:
        """`briefing/snippet`: its name across the whole edition."""
        return f"{self.briefing.id}/{self.item.id}"


@dataclass(frozen=True, slots=True)
class Run:
    """Claims of one briefing, in file order, that nothing can come between: equally pinned, from as new a source."""

    rank: tuple[bool, Order]
    claims: tuple[Seen[Snippet], ...]
    by_section: Mapping[str, tuple[Seen[Snippet], ...]]


@dataclass(frozen=True)
class SeenBriefing:
    """What is visible of one briefing; `stories` tell by snippet id how it came to be as it is."""

    head: Head
    snippets: tuple[Seen[Snippet], ...]
    figures: tuple[Seen[Figure], ...]
    timeline: tuple[TimelineEntry, ...]
    sources: Mapping[str, Source]
    people: Mapping[str, Person]
    default: Source | None
    digest: DigestBlock | None
    withdrawn: tuple[Seen[Snippet], ...]
    stories: Mapping[str, Story]

    @property
    def tells(self) -> bool:
        """Whether there is anything to tell; a briefing of drafts alone is not there for those who ask."""
        return bool(self.snippets or self.withdrawn or self.figures or self.timeline)

    @cached_property
    def by_id(self) -> dict[str, Seen[Snippet]]:
        """Snippets by id, the withdrawn among them."""
        return {seen.item.id: seen for seen in (*self.snippets, *self.withdrawn)}

    @cached_property
    def alone(self) -> dict[str, tuple[Seen[Snippet]]]:
        """Snippets by id, as a view finds them where no other briefing has the same id."""
        return {name: (seen,) for name, seen in self.by_id.items()}

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        ranked: dict[tuple[bool, Order], list[Seen[Snippet]]] = {}
        for seen in self.snippets:
            ranked.setdefault((seen.item.pinned, seen.newest), []).append(seen)
        return tuple(_run(rank, claims) for rank, claims in ranked.items())

    @cached_property
    def stamp(self) -> bytes:
        """Changes with what is visible, and not with when it was read."""
        told = (self.head, self.figures, self.timeline, self.digest, self.sources, self.people)
        digest = hashlib.blake2b(repr(told).encode())
        for seen in (*self.snippets, *self.withdrawn):
            digest.update(repr(seen.item).encode())
        return digest.digest()

    @cached_property
    def newest(self) -> Order:
        """When the newest of its sources was published."""
        return max(
            (source.published.order for source in self.sources.values() if source.published), default=(0, 0, 0, "")
        )

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        return (*map(_snippet_document, self.snippets), *map(_figure_document, self.figures))


def _run(rank: tuple[bool, Order], claims: list[Seen[Snippet]]) -> Run:
    sections = dict.fromkeys(seen.item.section for seen in claims)
    return Run(rank, tuple(claims), {s: tuple(one for one in claims if one.item.section == s) for s in sections})


Row = Head | Seen[Snippet]
"""A line of a section: a claim, or the briefing that the claims after it are from."""


def newest_source(read_in: Iterable[ReadIn]) -> Order:
    """When the newest of these sources was published, for sorting; undated ones come first."""
    return max((read.source.published.order for read in read_in if read.source.published), default=(0, 0, 0, ""))


def rows(found: Iterable[Seen[Snippet]]) -> list[Row]:
    """Put each briefing's head before its claims; none where all are from one briefing."""
    claims = list(found)
    result: list[Row] = []
    heads, last = 0, None
    for seen in claims:
        if seen.briefing is not last:
            result.append(last := seen.briefing)
            heads += 1
        result.append(seen)
    return result if heads > 1 else list(claims)


@dataclass(frozen=True, slots=True)
class Basis:
    """What claims rest on; `speaker` and `publication` are set where there is exactly one.

    The editors' own notes are no claims.
    """

    claims: int
    speaker: Person | None
    publication: str | None
    newest: PartialDate | None


def basis(found: Iterable[Seen[Snippet] | Seen[Figure]]) -> Basis:
    """Read off what these claims and figures rest on."""
    claims = [seen for seen in found if seen.speaker is not THE_EDITOR]
    # A view holds each person and each source once, and thousands of claims: what it is, is asked once for each.
    speakers = {id(seen.speaker): seen.speaker for seen in claims}
    sources = {id(read.source): (seen.briefing, read.source) for seen in claims for read in seen.read_in}
    dates = (source.published for _, source in sources.values() if source.published)
    return Basis(
        len(claims),
        next(iter(speakers.values())) if len(speakers) == 1 else None,
        next(f"{briefing.id}/{source.id}" for briefing, source in sources.values()) if len(sources) == 1 else None,
        max(dates, key=lambda date: date.order, default=None),
    )


@dataclass(frozen=True)
class Group:
    """Claims that are told together: in their order, as rows with headings, and what they rest on.

    Rows and basis are made when first asked for, once for each group: not for every section with every edition.
    """

    claims: tuple[Seen[Snippet], ...]

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple(rows(self.claims))

    @cached_property
    def basis(self) -> Basis:
        return basis(self.claims)


def group(found: Iterable[Seen[Snippet]]) -> Group:
    """Make a group of claims."""
    return Group(tuple(found))


def _snippet_document(seen: Seen[Snippet]) -> Document:
    item = seen.item
    names = (seen.speaker.name, *seen.speaker.aka) if seen.speaker is not THE_EDITOR else ()
    beside = (seen.briefing.title, *seen.briefing.tags, *item.tags, item.section, item.id.replace("-", " "))
    return Document(seen, item.text, " ".join(names), " ".join((item.caveat or "", *beside)))


def _figure_document(seen: Seen[Figure]) -> Document:
    item = seen.item
    numbers = () if item.derived else (item.value, item.low, item.high)
    words = [f"{number:f}" for number in numbers if number is not None]
    text = " ".join([item.label, item.text or "", item.unit or "", *words])
    return Document(seen, text, seen.speaker.name, f"{item.caveat or ''} {seen.briefing.title}")
