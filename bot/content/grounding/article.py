"""An article as claims are compared with it: its numbered paragraphs, and what was found in each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Generic, TypeVar

from bot.content.grounding.amounts import Amount, amounts
from bot.content.grounding.likeness import Runs, Weights
from bot.content.grounding.names import Name, alike, names, same_start
from bot.content.grounding.voices import Keys, Voice, keys, named, voices
from bot.content.grounding.words import Text, folded, read
from bot.content.model import Person, Source

Found = TypeVar("Found")


class Each(Generic[Found]):
    """What is found in each paragraph, once, when it is asked for: most of a long text is cited by nobody."""

    def __init__(self, find: Callable[[Text], Found], paragraphs: Sequence[Text]) -> None:
        self._find, self._paragraphs = find, paragraphs
        self._found: dict[int, Found] = {}

    def __getitem__(self, para: int) -> Found:
        if para not in self._found:
            self._found[para] = self._find(self._paragraphs[para])
        return self._found[para]


@dataclass(frozen=True)
class Article:
    """The paragraphs of one publication; the one at index 4 is ¶4. `people` are those of the briefing.

    `published` is the year of publication, where it is known, and `on` the day; `frame` are the words that every reader
    knows from the titles; `outlet` are the words of the publisher's name. All is found once, when asked.
    """

    paragraphs: tuple[Text, ...]
    people: tuple[Person, ...]
    published: int | None = None
    frame: frozenset[str] = frozenset()
    outlet: frozenset[str] = frozenset()
    on: date | None = None

    @cached_property
    def keys(self) -> Keys:
        """How each of the people may be named."""
        return keys(self.people)

    @cached_property
    def voices(self) -> tuple[tuple[Voice, ...], ...]:
        """Whose words each sentence of each paragraph is."""
        return voices(self.paragraphs, self.keys, self.people)

    @cached_property
    def named(self) -> "Each[frozenset[str]]":
        """Who of the people is named in each paragraph."""
        return Each(lambda paragraph: named(paragraph, self.keys), self.paragraphs)

    @cached_property
    def weights(self) -> Weights:
        return Weights(self.paragraphs)

    @cached_property
    def runs(self) -> Runs:
        return Runs(self.paragraphs)

    @cached_property
    def known(self) -> frozenset[str]:
        """All words that are names somewhere in the article, or in the names of its people."""
        inside = {word for paragraph in self.paragraphs for one in names(paragraph) for word in one.words}
        return frozenset(inside | self.peoples)

    @cached_property
    def peoples(self) -> frozenset[str]:
        """All words of the names of its people."""
        return frozenset(word for one in self.people for name in (one.name, *one.aka) for word in folded(name))

    @cached_property
    def surnames(self) -> frozenset[str]:
        """The words of the names of single persons."""
        return frozenset(word for one in self.people if one.kind == "person" for word in folded(one.name))

    @cached_property
    def names(self) -> tuple[tuple[Name, ...], ...]:
        """The names in each paragraph."""
        return tuple(names(paragraph, self.known) for paragraph in self.paragraphs)

    @cached_property
    def by_id(self) -> Mapping[str, Person]:
        """The people by their ids."""
        return {one.id: one for one in self.people}

    @cached_property
    def outlets(self) -> tuple[Person, ...]:
        return tuple(one for one in self.people if one.kind == "outlet")

    def naming(self, name: Name) -> frozenset[int]:
        """The paragraphs in which a name stands, or one alike."""
        found = set(self._by_key.get(name.key, ()))
        for word in () if name.country else self._by_start.get(same_start(name.words[0]), ()):
            if alike(name.words[0], word):
                found |= self._by_key[word]
        return frozenset(found)

    def side_by_side(self, pair: tuple[str, str]) -> bool:
        """Whether two words, or two alike, stand beside each other somewhere; a first name may stand between."""
        near = self._pairs.get((same_start(pair[0]), same_start(pair[1])), ())
        return any(alike(pair[0], one) and alike(pair[1], two) for one, two in near)

    @cached_property
    def _by_key(self) -> Mapping[str, set[int]]:
        found: dict[str, set[int]] = {}
        for para, its in enumerate(self.names):
            for one in its:
                found.setdefault(one.key, set()).add(para)
        return found

    @cached_property
    def _by_start(self) -> Mapping[str, set[str]]:
        """The names of one word, by how they begin: those alike begin alike."""
        found: dict[str, set[str]] = {}
        for one in (one for its in self.names for one in its if not one.country):
            found.setdefault(same_start(one.key), set()).add(one.key)
        return found

    @cached_property
    def _pairs(self) -> Mapping[tuple[str, str], set[tuple[str, str]]]:
        found: dict[tuple[str, str], set[tuple[str, str]]] = {}
        for paragraph in self.paragraphs:
            for one, two in beside(paragraph):
                found.setdefault((same_start(one), same_start(two)), set()).add((one, two))
        return found

    @cached_property
    def amounts(self) -> "Each[tuple[Amount, ...]]":
        """The amounts in each paragraph."""
        return Each(amounts, self.paragraphs)


def beside(paragraph: Text) -> Iterator[tuple[str, str]]:
    """Each two words that stand beside each other, or with one between."""
    words = paragraph.folded
    yield from pairwise(words)
    yield from zip(words, words[2:], strict=False)


def article(paragraphs: Sequence[str], people: Sequence[Person], source: Source, frame: str = "") -> Article:
    """An article of these paragraphs; `frame` is what every reader of it knows beside its title."""
    day = source.published
    on = date(day.year, day.month, day.day) if day and day.month and day.day else None
    known = frozenset(folded(f"{source.title or ''} {frame}"))
    outlet = frozenset(folded(source.publisher))
    return Article(tuple(map(read, paragraphs)), tuple(people), day.year if day else None, known, outlet, on)
