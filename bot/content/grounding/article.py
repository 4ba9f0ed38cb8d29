"""An article as claims are compared with it: its numbered paragraphs, and what was found in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.content.grounding.amounts import Amount, amounts
from bot.content.grounding.likeness import Runs, Weights
from bot.content.grounding.names import Name, names
from bot.content.grounding.voices import Keys, Voice, keys, named, voices
from bot.content.grounding.words import Text, folded, read
from bot.content.model import Person, Source


@dataclass(frozen=True)
class Article:
    """The paragraphs of one publication; the one at index 4 is ¶4. `people` are those of the briefing.

    `published` is the year of publication, where it is known; `frame` are the words that every reader knows from the
    titles; `outlet` are the words of the publisher's name. What is found in the paragraphs is found once, when asked.
    """

    paragraphs: tuple[Text, ...]
    people: tuple[Person, ...]
    published: int | None = None
    frame: frozenset[str] = frozenset()
    outlet: frozenset[str] = frozenset()

    @cached_property
    def keys(self) -> Keys:
        """How each of the people may be named."""
        return keys(self.people)

    @cached_property
    def voices(self) -> tuple[tuple[Voice, ...], ...]:
        """Whose words each sentence of each paragraph is."""
        return voices(self.paragraphs, self.keys, self.people)

    @cached_property
    def named(self) -> tuple[frozenset[str], ...]:
        """Who of the people is named in each paragraph."""
        return tuple(named(paragraph, self.keys) for paragraph in self.paragraphs)

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
    def amounts(self) -> tuple[tuple[Amount, ...], ...]:
        """The amounts in each paragraph."""
        return tuple(amounts(paragraph) for paragraph in self.paragraphs)


def article(paragraphs: Sequence[str], people: Sequence[Person], source: Source, frame: str = "") -> Article:
    """An article of these paragraphs; `frame` is what every reader of it knows beside its title."""
    year = source.published.year if source.published else None
    known = frozenset(folded(f"{source.title or ''} {frame}"))
    return Article(tuple(map(read, paragraphs)), tuple(people), year, known, frozenset(folded(source.publisher)))
