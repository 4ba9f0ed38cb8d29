"""How much of a claim stands in a passage, by the stems they share and how rare these are in the article."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.content.grounding.words import Text

NEARLY_COPIED = 6
"""Words in a row that are close to a copy; shorter runs are not looked for."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Weights:
    """How much each stem tells in one article: the rarer, the more."""

    paragraphs: tuple[Text, ...]

    @cached_property
    def _in(self) -> Mapping[str, Sequence[int]]:
        """The paragraphs that each stem stands in."""
        found: dict[str, list[int]] = {}
        for para, paragraph in enumerate(self.paragraphs):
            for one in paragraph.stems:
                found.setdefault(one, []).append(para)
        return found

    @cached_property
    def _of(self) -> Mapping[str, float]:
        return {stem: math.log(1 + len(self.paragraphs) / len(paras)) for stem, paras in self._in.items()}

    def __contains__(self, stem: str) -> bool:
        return stem in self._in

    def of(self, stem: str) -> float:
        """The weight of a stem; one that stands nowhere weighs as one that stands once."""
        return self._of.get(stem) or math.log(1 + len(self.paragraphs))

    def share(self, claim: Sequence[str], passage: frozenset[str]) -> float:
        """Which part of these stems, by their weight, stands in a passage: 0 to 1."""
        weights = [(one, self.of(one)) for one in claim]
        whole = sum(weight for _, weight in weights)
        return _weight(weights, passage) / whole if whole else 0.0

    def best(self, claim: Sequence[str], least: float, without: Collection[int]) -> int | None:
        """The paragraph with the most of these stems, where one has this share of them at least; the last of equals.

        Whoever has a large share has one of the rare stems: the paragraphs of the common ones need no look.
        """
        weights = [(one, self.of(one)) for one in claim]
        left = whole = sum(weight for _, weight in weights)
        needed = (least - _ROUNDING) * whole
        has: dict[int, float] = {}
        for one, weight in sorted(weights, key=lambda pair: len(self._in.get(pair[0], ()))):
            if not whole or left < needed:
                break
            for para in self._in.get(one, ()):
                has[para] = has.get(para, 0.0) + weight
            left -= weight
        maybe = {para for para, sure in has.items() if sure + left >= needed}
        shares = [(_weight(weights, self.paragraphs[para].stems) / whole, para) for para in maybe.difference(without)]
        share, para = max(shares, default=(0.0, 0))
        return para if shares and share >= least else None


def _weight(claim: Sequence[tuple[str, float]], passage: frozenset[str]) -> float:
    return sum([weight for one, weight in claim if one in passage])


@dataclass(frozen=True)
class Runs:
    """The runs of words of an article, read once, so that a claim is looked up and not compared word by word."""

    paragraphs: tuple[Text, ...]

    @cached_property
    def _openings(self) -> Mapping[int, Sequence[int]]:
        """The paragraphs in which the shortest runs stand, by their hashes."""
        found: dict[int, list[int]] = {}
        for para, paragraph in enumerate(self.paragraphs):
            for at in range(len(paragraph.folded) - NEARLY_COPIED + 1):
                paras = found.setdefault(hash(paragraph.folded[at : at + NEARLY_COPIED]), [])
                if paras[-1:] != [para]:
                    paras.append(para)
        return found

    def longest(self, claim: Text, quotes: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        """The longest run of words that stands in one paragraph, folded, outside quotations; nothing below six."""
        best: tuple[str, ...] = ()
        for piece in _unquoted(claim, quotes):
            for at in range(len(piece) - NEARLY_COPIED + 1):
                for para in self._openings.get(hash(piece[at : at + NEARLY_COPIED]), ()):
                    size = max(NEARLY_COPIED, len(best) + 1)
                    while at + size <= len(piece) and self.paragraphs[para].has(piece[at : at + size]):
                        best, size = piece[at : at + size], size + 1
        return best


def _unquoted(claim: Text, quotes: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The words between its quotations: those in quotation marks, and these ones in single marks."""
    single = {one for quote in quotes for one in _in_single_marks(quote, claim)}
    pieces: list[list[str]] = [[]]
    for at, word in enumerate(claim.words):
        if word.quoted or at in single:
            pieces.append([])
        else:
            pieces[-1].append(word.folded)
    return list(map(tuple, pieces))


def _in_single_marks(quote: tuple[str, ...], claim: Text) -> Iterator[int]:
    """Where the words of a quotation stand; what looks like a single mark may be an apostrophe elsewhere."""
    size = len(quote)
    for at, word in enumerate(claim.words):
        if "'" in word.before and claim.folded[at : at + size] == quote:
            yield from range(at, at + size)
