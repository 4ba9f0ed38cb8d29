"""How sure a sentence is of what it says, whether it speaks of what is to come, and whether it says yes or no."""

import re
from collections.abc import Iterator, Mapping

from bot.content.grounding.lexicon import (
    AHEAD,
    AHEAD_PHRASES,
    CERTAIN,
    EVEN,
    HEDGES,
    LACKING,
    LIKELY,
    NOT,
    OPINION,
    OPPOSITES,
    REMOTE,
    UNLIKELY,
    VERY_LIKELY,
    VERY_UNLIKELY,
)
from bot.content.grounding.words import Text, folded, stem
from bot.content.model import Likelihood

_CLASSES: Mapping[tuple[str, ...], str] = {
    folded(phrase): kind for kind, phrases in HEDGES.items() for phrase in phrases.split("|")
}
"""Each way to hedge, as folded words, with how sure it is."""
_LONGEST = max(map(len, _CLASSES))

EQUALS: Mapping[Likelihood, frozenset[str]] = {
    Likelihood.ALMOST_NO_CHANCE: frozenset((REMOTE, CERTAIN)),  # certain that it will not
    Likelihood.VERY_UNLIKELY: frozenset((VERY_UNLIKELY,)),
    Likelihood.UNLIKELY: frozenset((UNLIKELY,)),
    Likelihood.ROUGHLY_EVEN: frozenset((EVEN,)),
    Likelihood.LIKELY: frozenset((LIKELY,)),
    Likelihood.VERY_LIKELY: frozenset((VERY_LIKELY,)),
    Likelihood.ALMOST_CERTAIN: frozenset((VERY_LIKELY, CERTAIN)),
}
"""What a speaker must have said for each of the seven words (ICD 203)."""

_AHEAD_PHRASES = tuple(map(folded, AHEAD_PHRASES.split("|")))
_SIDES = tuple(
    tuple(frozenset(map(stem, side.split())) for side in line.split("/"))
    for line in re.split(r"\n(?![/ ])", OPPOSITES.strip())
)
_REACH = 8
"""Words after a no in which stands what it denies."""


def hedges(text: Text, quoted: bool = True) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """How sure a text says it is: each class with its words, the longest way of saying it first."""
    words = text.folded if quoted else tuple(word.folded for word in text.words if not word.quoted)
    return tuple(_hedges(words))


def looks_ahead(words: tuple[str, ...]) -> bool:
    """Whether these folded words speak of what is to come."""
    if words[:1] == ("if",) or any(word in AHEAD or word.endswith("'ll") for word in words):
        return True
    return any(words[at : at + len(one)] == one for one in _AHEAD_PHRASES for at in range(len(words)))


def is_opinion(words: tuple[str, ...]) -> bool:
    """Whether these folded words give a judgement."""
    return any(word in OPINION for word in words)


def denied(text: Text) -> frozenset[str]:
    """The stems that a no stands close before: `will not be able to keep` denies able and keep."""
    found: set[str] = set()
    for at, word in enumerate(text.words):
        if not _denies(text, at):
            continue
        after = [one.stem for one in text.words[at + 1 : at + _REACH] if one.content]
        found.update(after[:2])
        if word.folded == "no" and at and text.words[at - 1].content:
            found.add(text.words[at - 1].stem)  # published no figures
    return frozenset(found)


def says_no(text: Text) -> bool:
    """Whether a text says no, in whatever way."""
    return any(
        _denies(text, at) or word.folded in LACKING or word.folded.startswith("un")
        for at, word in enumerate(text.words)
    )


def opposite(claim: Text, source: Text) -> tuple[str, str] | None:
    """A word of the claim and its opposite in the source, where the source has no word of the claim's side."""
    for sides in _SIDES:
        for ours, theirs in (sides, sides[::-1]):
            mine = next((word.text for word in claim.words if word.stem in ours), None)
            against = next((word.text for word in source.words if word.stem in theirs), None)
            if mine and against and not claim.stems & theirs and not source.stems & ours:
                return mine, against
    return None


def _hedges(words: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    at = 0
    while at < len(words):
        phrases = (words[at : at + size] for size in range(min(_LONGEST, len(words) - at), 0, -1))
        phrase = next((one for one in phrases if one in _CLASSES), ())
        # `could not` says that it was impossible, and no more.
        if phrase and not (phrase == ("could",) and words[at + 1 : at + 2] in (("not",), ("neither",))):
            yield _CLASSES[phrase], phrase
        at += len(phrase) or 1


def _denies(text: Text, at: int) -> bool:
    """Whether a word says no; `no fewer than` does not."""
    word, after = text.words[at], text.words[at + 1].folded if at + 1 < len(text.words) else ""
    if word.folded in ("no", "not") and after in ("fewer", "less", "more", "only", "least"):
        return False
    return word.folded in NOT or word.folded.endswith("n't")
