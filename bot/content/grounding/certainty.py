"""How sure a sentence is of what it says, whether it speaks of what is to come, and whether it says yes or no."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from bot.content.grounding.lexicon import (
    AHEAD,
    AHEAD_PHRASES,
    ALLEGED,
    CERTAIN,
    EVEN,
    HEDGES,
    INTENDING,
    LACKING,
    LIKELY,
    NOT,
    OPINION_WORDS,
    OPPOSITES,
    REMOTE,
    SPEECH,
    UNLIKELY,
    VERY_LIKELY,
    VERY_UNLIKELY,
    listed,
)
from bot.content.grounding.words import Text, Word, folded, stem
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

CHANCES = (
    (REMOTE, 0.0, 0.05),
    (VERY_UNLIKELY, 0.05, 0.2),
    (UNLIKELY, 0.2, 0.45),
    (EVEN, 0.45, 0.55),
    (LIKELY, 0.55, 0.8),
    (VERY_LIKELY, 0.8, 0.95),
    (CERTAIN, 0.95, 1.0),
)
"""What a chance in numbers says in words (ICD 203): from, to."""

_AHEAD_PHRASES = tuple(map(folded, AHEAD_PHRASES.split("|")))
_SIDES = tuple(
    tuple(frozenset(map(stem, side.split())) for side in line.split("/"))
    for line in re.split(r"\n(?![/ ])", OPPOSITES.strip())
)
TO_COME, PLANNED, OPINION = "to come", "planned", "opinion"
_PLANNED_PHRASES = tuple(
    map(folded, ("set to", "is to", "are to", "was to", "due to", "about to", "mean to", "means to"))
)
_SPEAKERS = listed("he she they it")
_SURE_BEFORE = listed("is are was were be been being it's not almost nearly feel feels seem seems for quite far made")
_STOPS = listed(
    "and but or nor if when because although though until unless before after while whereas who which where"
)
_ASKING = listed("whether who how what when where why which")
_PAST = listed("had once as than")
_WHEN = listed("until till since before")
"""Words after a no by which it tells when something comes: there is no verdict until autumn."""
_NOUNS, _OWNERS = listed("forecast model models projection projections"), listed("its his her their the a an our")
_FAR = 4
"""Content words beside a cue that it is said of."""
_REACH = 8
"""Words after a no in which stands what it denies."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say how sure, or of what time, something is said.

    `kind` is a way to hedge, OPINION, TO_COME, or PLANNED where somebody means to do it; `of` are the stems of what
    they are said of, as far as these stand beside them.
    """

    kind: str
    phrase: tuple[str, ...]
    of: frozenset[str]
    quoted: bool


def hedges(text: Text, quoted: bool = True) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """How sure a text says it is: each class with its words, the longest way of saying it first."""
    return tuple(_hedges(tuple(map(_meant, (word for word in text.words if quoted or not word.quoted)))))


def looks_ahead(text: Text) -> bool:
    """Whether a text speaks of what is to come."""
    return any(cue.kind in (TO_COME, PLANNED) for cue in cues(text))


def is_opinion(text: Text) -> bool:
    """Whether a text gives a judgement."""
    return any(cue.kind == OPINION for cue in cues(text))


def cues(text: Text) -> tuple[Cue, ...]:
    """Each word of a text that hedges, thinks or looks ahead."""
    return tuple(_cues(text))


def denied(text: Text) -> frozenset[str]:
    """The stems that a no stands before: `will not be able to keep` denies to keep; not where it tells a time."""
    found: set[str] = set()
    for at, word in enumerate(text.words):
        if not _denies(text, at) or _WHEN & set(text.folded[at:]):
            continue
        found.update([one.stem for one in text.words[at + 1 : at + _REACH] if one.content and one.folded != "able"][:1])
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
            if not (claim.stems & ours and source.stems & theirs) or claim.stems & theirs or source.stems & ours:
                continue
            mine = next((word.text for word in _whole(claim) if word.stem in ours), None)
            against = next((word.text for word in _whole(source) if word.stem in theirs), None)
            if mine and against:
                return mine, against
    return None


def _whole(text: Text) -> Iterator[Word]:
    """The words of a text, without what is only half so: half full is half empty."""
    befores = ("", *text.folded)
    return (word for before, word in zip(befores, text.words, strict=False) if before != "half")


def _hedges(words: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    return ((kind, phrase) for _, kind, phrase in _placed(words))


def _placed(words: tuple[str, ...]) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Each way to hedge, with the place of its first word."""
    at = 0
    while at < len(words):
        phrases = (words[at : at + size] for size in range(min(_LONGEST, len(words) - at), 0, -1))
        phrase = next((one for one in phrases if one in _CLASSES), ())
        # `could not` says that it was impossible, and no more; `certain banks` are some of them.
        impossible = phrase == ("could",) and words[at + 1 : at + 2] in (("not",), ("neither",))
        some = phrase == ("certain",) and (at == 0 or words[at - 1] not in _SURE_BEFORE)
        if phrase and not impossible and not some:
            yield at, _CLASSES[phrase], phrase
        at += len(phrase) or 1


def _meant(word: Word) -> str:
    """A word, but nothing for the month of May."""
    return "" if word.folded == "may" and word.capital else word.folded


def _cues(text: Text) -> Iterator[Cue]:
    words = tuple(map(_meant, text.words))
    for at, kind, phrase in _placed(words):
        both = kind in (LIKELY, VERY_LIKELY, EVEN, UNLIKELY, VERY_UNLIKELY, REMOTE, CERTAIN, ALLEGED)
        yield Cue(kind, phrase, _said_of(text, at, len(phrase), back=_FAR if both else 1), text.words[at].quoted)
    for at, word in enumerate(words):
        if word in OPINION_WORDS:
            yield Cue(OPINION, (word,), _said_of(text, at, 1, back=0), text.words[at].quoted)
        if (word in INTENDING and _is_verb_of_now(words, at)) or _is_own_will(words, at):
            yield Cue(PLANNED, (word,), _said_of(text, at, 1, back=1), text.words[at].quoted)
        elif (word in AHEAD and not _is_asked_or_past(words, at)) or word.endswith("'ll") or (word == "if" and not at):
            yield Cue(TO_COME, (word,), _said_of(text, at, 1, back=1), text.words[at].quoted)
        if phrase := next((one for one in _AHEAD_PHRASES if words[at : at + len(one)] == one), ()):
            kind = PLANNED if phrase in _PLANNED_PHRASES else TO_COME
            yield Cue(kind, phrase, _said_of(text, at, len(phrase), back=1), text.words[at].quoted)


def _said_of(text: Text, at: int, size: int, back: int) -> frozenset[str]:
    """The stems of the next content words, and of some before, up to where another statement begins."""
    after = takewhile(lambda word: word.folded not in _STOPS, text.words[at + size :])
    before = takewhile(lambda word: word.folded not in _STOPS, reversed(text.words[:at]))
    found = [word.stem for word in after if word.content][:_FAR]
    return frozenset((*found, *[word.stem for word in before if word.content][:back]))


def _is_asked_or_past(words: tuple[str, ...], at: int) -> bool:
    """`Whether it will`, `how he would vote`, `would like`, `had expected`, `its forecast`: no forecast."""
    before = words[max(0, at - 3) : at]
    if words[at] in ("will", "would", "won't", "wouldn't"):
        return bool(_ASKING & set(before)) or words[at + 1 : at + 2] == ("like",)
    return bool(before) and (before[-1] in _PAST or (words[at] in _NOUNS and before[-1] in _OWNERS))


def _is_own_will(words: tuple[str, ...], at: int) -> bool:
    """`She said that she would`, `I will`, `we'll`: what somebody means to do, not what will come."""
    if words[at] in ("i'll", "we'll"):
        return True
    if words[at] not in ("will", "would", "won't", "wouldn't") or not at:
        return False
    said = [word for word in words[max(0, at - 3) : at - 1] if word != "that"][-1:]
    return words[at - 1] in ("i", "we") or (words[at - 1] in _SPEAKERS and bool(said) and said[0] in SPEECH)


def _is_verb_of_now(words: tuple[str, ...], at: int) -> bool:
    return not at or words[at - 1] not in _PAST


def _denies(text: Text, at: int) -> bool:
    """Whether a word says no; `no fewer than`, `no doubt that` and `not since 2025` do not."""
    word, after = text.words[at], text.words[at + 1].folded if at + 1 < len(text.words) else ""
    if word.folded in ("no", "not") and after in ("fewer", "less", "more", "only", "least", "doubt", "since"):
        return False
    return word.folded in NOT or word.folded.endswith("n't")
