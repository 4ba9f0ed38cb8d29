"""Reading one number where it stands: `10,000`, `ten thousand`, `two thirds`, `nine in ten`, `tens of thousands`."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from bot.content.grounding.lexicon import in_order, listed
from bot.content.grounding.units import SIGNS, measure, unit_of
from bot.content.grounding.words import Word

Words = tuple[Word, ...]

_TENS = in_order("twenty thirty forty fifty sixty seventy eighty ninety")
_ONES = in_order(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
CARDINALS: Mapping[str, int] = {
    **{word: number for number, word in enumerate(_ONES)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
_SHORT_SCALES = {"k": 1000, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_FIRSTS = in_order(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS: Mapping[str, int] = {
    **{word: number for number, word in enumerate(_FIRSTS, 1)},
    "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100,
}  # fmt: skip
_PARTS = {word: number for word, number in _ORDINALS.items() if number > 2} | {"half": 2, "halve": 2, "quarter": 4}
_TIMES: Mapping[str, int] = {
    "twice": 2, "thrice": 3,
    **dict.fromkeys(in_order("double doubled doubles doubling"), 2),
    **dict.fromkeys(in_order("triple tripled triples tripling treble trebled"), 3),
}  # fmt: skip
_HALVING = listed("halve halved halves halving")
_SUFFIXES = listed("st nd rd th")
_VAGUE = listed("few several many some recent")
_CROWDS = listed("dozens scores hundreds thousands millions billions")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_FRACTION = re.compile(r"(\d+)⁄(\d+)")  # as ½ is folded
_LIKE_A_SHARE = ("er", "ed", "full", "empty", "share", "part", "stake", "point")
_WHOLES = (
    *(
        (*of, *its)
        for of in (("out", "of"), ("of",))
        for its in (("the",), ("her",), ("his",), ("its",), ("their",), ())
    ),
    ("in",),
)


class Found(NamedTuple):
    """A number and the index of the word after it; `vague` is the counting word where there is no value."""

    value: Fraction | None
    end: int
    vague: str = ""
    ordinal: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts by itself; `few`, `many` and `some` do so only before a unit."""
        return self.vague not in _VAGUE


def numeral(words: Words, at: int) -> Found | None:
    """The number that begins here, however it is written."""
    return _share(words, at) or _part(words, at) or number(words, at) or _crowd(words, at) or _vague(words, at)


def number(words: Words, at: int) -> Found | None:
    """The number that begins here and is no share of a whole, and no vague one."""
    if (found := count(words, at)) is not None:
        return _counted(words, at, *found)
    word = words[at].folded
    if unit_of(words[at]) and and_a_half(words, at + 1):
        return Found(Fraction(1), at)  # the unit is read after it: `year and a half`
    if word in _HALVING:
        return Found(Fraction(1, 2), at + 1)
    if word in ("a", "an") and at + 1 < len(words) and unit_of(words[at + 1]) and not _belongs_to_a_part(words, at):
        return Found(Fraction(1), at + 1)
    if word in _TIMES:
        return Found(Fraction(_TIMES[word]), at + 1)
    if word in _ORDINALS and not (word == "second" and at and words[at - 1].folded == "a"):
        return Found(Fraction(_ORDINALS[word]), at + 1, ordinal=True)
    return None


def count(words: Words, at: int) -> tuple[Fraction, int] | None:
    """A whole or decimal number in digits or words with its scales, and the index of the word after it."""
    if words[at].folded == "a" and at + 1 < len(words) and words[at + 1].folded in SCALES:
        begun: Fraction | None = Fraction(1)
    else:
        begun = _begun(words[at].folded)
    if begun is None:
        return None
    total, current, end = Fraction(0), begun, at + 1
    while end < len(words) and (further := _further(words, at, end, total, current)):
        total, current, end = further
    if total == 0 and current < 1000 and (scale := _scale_of_the_other_end(words, end)):
        return current * scale, end
    return total + current, end


def of_whole(words: Words, at: int) -> tuple[Fraction, Fraction, int] | None:
    """The two numbers of a share such as `five out of her 22`, and the index of the word after them."""
    first = count(words, at)
    if first is None:
        return None
    part, end = first
    between = tuple(word.folded for word in words[end : end + 3])
    size = next((len(one) for one in _WHOLES if between[: len(one)] == one), 0)
    if part == 1 and not size and "in" in between[1:]:
        size = between.index("in") + 1  # one signal worker in three
    second = count(words, end + size) if size and end + size < len(words) else None
    # `12 of 48` is a share; `5 of 2,000` may be five of the people of 2000.
    if second is None or not 0 < part < second[0] or not 2 <= second[0] <= (100 if size == 1 else 1000):
        return None
    return part, *second


def and_a_half(words: Words, end: int) -> bool:
    """`a year and a half`"""
    return tuple(word.folded for word in words[end : end + 3]) == ("and", "a", "half")


Sum = tuple[Fraction, Fraction, int]
"""What is counted up to the last thousand, what is counted since, and the index of the word after it."""


def _begun(word: str) -> Fraction | None:
    return Fraction(CARDINALS[word]) if word in CARDINALS else _digits(word)


def _further(words: Words, at: int, end: int, total: Fraction, current: Fraction) -> Sum | None:
    """The number with the next word, where that goes on with it."""
    word = words[end].folded
    if word == "and" and _goes_on(words, end):
        return total, current, end + 1
    if word in CARDINALS and _adds(words, end, current):
        return total, current + CARDINALS[word], end + 1
    if word in SCALES:
        current *= SCALES[word]
        return (total + current, Fraction(0), end + 1) if SCALES[word] >= 1000 else (total, current, end + 1)
    if and_a_half(words, end):
        return total, current + Fraction(1, 2), end + 3
    if word in _SHORT_SCALES and (not words[end].before or word != "m") and _is_scale(words, at, end):
        return total + current * _SHORT_SCALES[word], Fraction(0), end + 1
    if not words[end].before and _FRACTION.fullmatch(word) and (part := _digits(word)):
        return total, current + part, end + 1  # 4½
    return None


def _digits(word: str) -> Fraction | None:
    """`10,000`, `4.5` and `½`; a comma before three digits stands for thousands."""
    if fraction := _FRACTION.fullmatch(word):
        return Fraction(int(fraction[1]), int(fraction[2]))
    if not _DIGITS.fullmatch(word):
        return None
    _, *groups = word.split(",")
    thousands = groups and all(len(group.split(".")[0]) == 3 for group in groups)
    whole, *places = word.replace(",", "" if thousands else ".").split(".")
    return Fraction(Decimal(f"{whole}.{''.join(places)}"))  # by way of Decimal, which has no limit of 4,300 digits


def _goes_on(words: Words, at: int) -> bool:
    """`two hundred and five`"""
    after = words[at + 1].folded if at + 1 < len(words) else ""
    return words[at - 1].folded in ("hundred", "thousand") and after in CARDINALS


def _adds(words: Words, at: int, current: Fraction) -> bool:
    """Whether a number word goes on with the number: `twenty-five`, `two hundred five`, but not `nine ten`."""
    before = words[at - 1].folded
    if before in _TENS and 0 < CARDINALS[words[at].folded] < 10:
        return True
    return before in SCALES or (before == "and" and current % 100 == 0)


def _is_scale(words: Words, first: int, at: int) -> bool:
    """`£14m` is money; `180 m` is a length."""
    return words[at].folded != "m" or any(sign in words[first].before for sign in SIGNS)


def _scale_of_the_other_end(words: Words, end: int) -> int:
    """`120 to 150 million`: both are millions."""
    if end + 2 >= len(words) or not (words[end].folded in ("to", "and") or "-" in words[end].before):
        return 0
    if words[end - 1].after == "%":
        return 0
    other = end + 1 if words[end].folded in ("to", "and") else end
    if not words[other].folded[0].isdigit() or other + 1 >= len(words):
        return 0
    return SCALES.get(words[other + 1].folded, 0)


def _counted(words: Words, at: int, value: Fraction, end: int) -> Found:
    """A count as it is meant: of parts in `two thirds`, of one in a row in `8th`."""
    if end < len(words) and (part := _part_of(words[end])) and value < part:
        a_second_of_something = words[end].folded == "second" and end + 1 < len(words)
        if not a_second_of_something:
            return Found(value / part, end + 1)
    suffixed = at + 1 < len(words) and not words[at + 1].before and words[at + 1].folded in _SUFFIXES
    return Found(value, end + suffixed, ordinal=suffixed and words[at].text.isdigit())


def _share(words: Words, at: int) -> Found | None:
    """`nine in ten`, `12 of 48`, `five out of her 22`: a share of a whole, where both are numbers."""
    both = of_whole(words, at)
    return Found(both[0] / both[1], both[2]) if both else None


def _part(words: Words, at: int) -> Found | None:
    """`half`, `a third`, `a quarter of a century`."""
    word = words[at].folded
    dozen = next((phrase for phrase in _HALF_A_DOZEN if _begins(words, at, phrase)), None)
    if dozen:
        return Found(Fraction(6), at + len(dozen))
    if word == "half":
        part, end = 2, at + 1
    elif word in ("a", "one") and at + 1 < len(words) and (part := _part_of(words[at + 1])):
        end = at + 2
        if word == "a" and _is_one_in_a_row(words, end):
            return Found(Fraction(part), end, ordinal=True)
    else:
        return None
    if end < len(words) and words[end].folded in ("a", "of") and (unit := _its_unit(words, end)):
        if words[unit].folded in SCALES:
            return Found(Fraction(SCALES[words[unit].folded], part), unit + 1)
        end = unit
    return Found(Fraction(1, part), end)


def _is_one_in_a_row(words: Words, end: int) -> bool:
    """`a third week`, `a seventh gate` and `a fifth would be`, but not `a fifth of it` nor `a third larger`."""
    if end >= len(words) or words[end].before.strip():
        return False
    word = words[end]
    if unit_of(word) or word.folded in ("would", "could", "might", "may", "will", "is", "was"):
        return True
    return word.content and word.text.islower() and not word.folded.endswith(_LIKE_A_SHARE)  # a seventh gate


_HALF_A_DOZEN = (("a", "half", "dozen"), ("half", "a", "dozen"), ("half", "dozen"))


def _begins(words: Words, at: int, phrase: tuple[str, ...]) -> bool:
    return tuple(word.folded for word in words[at : at + len(phrase)]) == phrase


def _its_unit(words: Words, at: int) -> int:
    """Where the unit stands in `of a century`, `a tonne`; 0 where there is none."""
    end = at + 1 if words[at].folded == "of" else at
    if end < len(words) and words[end].folded == "a":
        end += 1
    fits = end < len(words) and (unit_of(words[end]) or measure(words[end]) or words[end].folded in SCALES)
    return end if fits else 0


def _part_of(word: Word) -> int:
    """3 for `third` and `thirds`."""
    return _PARTS.get(word.folded.removesuffix("s"), 0)


def _belongs_to_a_part(words: Words, at: int) -> bool:
    """`half a century`, `a quarter of a century`: the unit belongs to the part."""
    return at > 0 and words[at - 1].folded in ("half", "of")


def _crowd(words: Words, at: int) -> Found | None:
    """`thousands`, `several thousand`, `tens of thousands`."""
    word = words[at].folded
    if word in ("tens", "hundreds", "dozens") and at + 2 < len(words) and words[at + 1].folded == "of":
        big = words[at + 2].folded
        if big in _CROWDS and big != word:
            return Found(None, at + 3, f"{word} of {big}")
    if word in _CROWDS:
        return Found(None, at + 1, word)
    if word in ("several", "few") and at + 1 < len(words) and words[at + 1].folded in SCALES:
        return Found(None, at + 2, f"{words[at + 1].folded}s")
    return None


def _vague(words: Words, at: int) -> Found | None:
    word = words[at].folded
    if word == "couple":
        return Found(Fraction(2), at + 2 if at + 1 < len(words) and words[at + 1].folded == "of" else at + 1)
    return Found(None, at + 1, word) if word in _VAGUE else None
