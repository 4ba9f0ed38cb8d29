"""How much of a claim stands in a passage, by the stems they share and how rare these are in the article."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.content.grounding.words import Text

NEARLY_COPIED = 6
"""Words in a row that are close to a copy; shorter runs are not looked for."""


@dataclass(frozen=True)
class Weights:
    """How much each stem tells in one article: the rarer, the more."""

    paragraphs: tuple[Text, ...]

    @cached_property
    def _in(self) -> Counter[str]:
        return Counter(one for paragraph in self.paragraphs for one in paragraph.stems)

    def of(self, stem: str) -> float:
        """The weight of a stem; one that stands nowhere weighs as one that stands once."""
        return math.log(1 + len(self.paragraphs) / max(1, self._in[stem]))

    def share(self, claim: Sequence[str], passage: frozenset[str]) -> float:
        """Which part of these stems, by their weight, stands in a passage: 0 to 1."""
        whole = sum(self.of(one) for one in claim)
        return sum(self.of(one) for one in claim if one in passage) / whole if whole else 0.0


@dataclass(frozen=True)
class Runs:
    """The runs of words of an article, read once, so that a claim is looked up and not compared word by word."""

    paragraphs: tuple[Text, ...]

    @cached_property
    def _openings(self) -> frozenset[tuple[str, ...]]:
        return frozenset(
            paragraph.folded[at : at + NEARLY_COPIED]
            for paragraph in self.paragraphs
            for at in range(len(paragraph.folded) - NEARLY_COPIED + 1)
        )

    @cached_property
    def _lines(self) -> str:
        """All words, with a blank on either side of each, and a line for each paragraph."""
        return "\n".join(f" {' '.join(paragraph.folded)} " for paragraph in self.paragraphs)

    def longest(self, claim: Text) -> tuple[str, ...]:
        """The longest run of words outside quotation marks, folded, that stands in one paragraph; nothing below six."""
        best: tuple[str, ...] = ()
        for piece in _unquoted(claim):
            for at in range(len(piece)):
                if piece[at : at + NEARLY_COPIED] not in self._openings:
                    continue
                size = max(NEARLY_COPIED, len(best) + 1)
                while at + size <= len(piece) and f" {' '.join(piece[at : at + size])} " in self._lines:
                    best, size = piece[at : at + size], size + 1
        return best


def _unquoted(claim: Text) -> list[tuple[str, ...]]:
    pieces: list[list[str]] = [[]]
    for word in claim.words:
        if word.quoted:
            pieces.append([])
        else:
            pieces[-1].append(word.folded)
    return list(map(tuple, pieces))
