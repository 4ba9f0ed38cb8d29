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

THE_EDITOR = Person(id=EDITOR, name="Editors' note", kind="group")


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

    @cached_property
    def by_id(self) -> dict[str, Seen[Snippet]]:
        """Snippets by id, the withdrawn among them."""
        return {seen.item.id: seen for seen in (*self.snippets, *self.withdrawn)}

    @cached_property
    def stamp(self) -> bytes:
        """Changes with what is visible."""
        digest = hashlib.blake2b(repr((self.head, self.figures, self.timeline, self.digest)).encode())
        for seen in (*self.snippets, *self.withdrawn):
            digest.update(repr(seen.item).encode())
        return digest.digest()

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        return (*map(_snippet_document, self.snippets), *map(_figure_document, self.figures))


Row = Head | Seen[Snippet]
"""A line of a section: a claim, or the briefing that the claims after it are from."""


def newest_source(read_in: Iterable[ReadIn]) -> Order:
    """When the newest of these sources was published, for sorting; undated ones come first."""
    return max((read.source.published.order for read in read_in if read.source.published), default=(0, 0, 0, ""))


def rows(found: Iterable[Seen[Snippet]]) -> list[Row]:
    """Put each briefing's head before its claims; none where all are from one briefing."""
    claims = list(found)
    if len({seen.briefing.id for seen in claims}) < 2:
        return list(claims)
    result: list[Row] = []
    last = None
    for seen in claims:
        if seen.briefing.id != last:
            result.append(seen.briefing)
            last = seen.briefing.id
        result.append(seen)
    return result


@dataclass(frozen=True, slots=True)
class Basis:
    """What claims rest on; `speaker` and `publication` are set where there is exactly one.

    The editors' own notes are no claims.
    """

    claims: int
    speaker: Person | None
    publication: str | None
    newest: PartialDate | None


def basis(found: Iterable[Seen[Snippet]]) -> Basis:
    """Read off what these claims rest on."""
    speakers: dict[tuple[str, str], Person] = {}
    publications: set[str] = set()
    newest: PartialDate | None = None
    claims = 0
    for seen in found:
        if seen.speaker.id == EDITOR:
            continue
        claims += 1
        speakers[seen.briefing.id, seen.speaker.id] = seen.speaker
        for read in seen.read_in:
            publications.add(f"{seen.briefing.id}/{read.source.id}")
            published = read.source.published
            if published and (newest is None or published.order > newest.order):
                newest = published
    return Basis(
        claims,
        next(iter(speakers.values())) if len(speakers) == 1 else None,
        next(iter(publications)) if len(publications) == 1 else None,
        newest,
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that are told together: in their order, as rows with headings, and what they rest on."""

    claims: tuple[Seen[Snippet], ...]
    rows: tuple[Row, ...]
    basis: Basis


def group(found: Iterable[Seen[Snippet]]) -> Group:
    """Make a group of claims."""
    claims = tuple(found)
    return Group(claims, tuple(rows(claims)), basis(claims))


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
