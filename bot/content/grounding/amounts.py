"""Numbers, shares and spans of time as people write them, with what they count and how they are bounded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from bot.content.grounding.lexicon import COMMON, MONTHS, SHORT_MONTHS, listed
from bot.content.grounding.numerals import Found, Words, and_a_half, count, number, numeral, of_whole
from bot.content.grounding.units import RATES, SIGNS, TIME, measure, unit_of
from bot.content.grounding.words import Text

FLOOR, CEILING, ABOUT = "at least", "at most", "about"
_BEFORE: Mapping[tuple[str, ...], str] = {
    ("more", "than"): FLOOR, ("at", "least"): FLOOR, ("no", "less", "than"): FLOOR, ("no", "fewer", "than"): FLOOR,
    ("over",): FLOOR, ("above",): FLOOR, ("upward", "of"): FLOOR, ("upwards", "of"): FLOOR, ("exceeding",): FLOOR,
    ("at", "most"): CEILING, ("up", "to"): CEILING, ("no", "more", "than"): CEILING, ("less", "than"): CEILING,
    ("fewer", "than"): CEILING, ("under",): CEILING, ("below",): CEILING, ("as", "much", "as"): CEILING,
    ("as", "many", "as"): CEILING, ("not", "more", "than"): CEILING,
    ("about",): ABOUT, ("around",): ABOUT, ("roughly",): ABOUT, ("some",): ABOUT, ("nearly",): ABOUT,
    ("almost",): ABOUT, ("approximately",): ABOUT, ("close", "to"): ABOUT, ("perhaps",): ABOUT,
}  # fmt: skip
_AFTER: Mapping[tuple[str, ...], str] = {
    ("or", "more"): FLOOR, ("or", "longer"): FLOOR, ("at", "least"): FLOOR,
    ("or", "less"): CEILING, ("or", "fewer"): CEILING, ("at", "most"): CEILING,
}  # fmt: skip
_NAMING, _SINCE = listed("night day winter summer season"), listed("ago earlier later long old late early")
_BEFORE_A_NOUN = listed("the a an its their his her this that by")
_SPANNING = listed("for in within after over from about of than half")
"""Words after which `a week` is a span of time; elsewhere it is a rate."""


@dataclass(frozen=True, slots=True)
class Amount:
    """One number: `value` in the base of its `kind` (share, metre, month, £, …), or words that count nothing exactly.

    `kind` is empty for a bare number. `vague` is the counting word where there is no value: few, thousands. `ordinal`
    is one in a row. `unit` is the unit of time as it is named, where it is one. `text` is how it stands there, `bare`
    the number before its unit, and `parts` are the two numbers of a share such as `12 of 48`; `counts` is the stem of
    what is counted, where a word for it follows. `bound` is FLOOR, CEILING, ABOUT or empty.
    """

    value: Fraction | None
    kind: str
    text: str
    unit: str = ""
    vague: str = ""
    bound: str = ""
    ordinal: bool = False
    bare: Fraction | None = None
    parts: tuple[Fraction, ...] = ()
    known: bool = False
    counts: str = ""


def amounts(text: Text) -> tuple[Amount, ...]:
    """All amounts of a text, in their order."""
    found = list(_amounts(text.words))
    for at, ((one, _, end), (other, begin, _)) in enumerate(pairwise(found)):
        # `between ten and fifteen centimetres`: both are centimetres.
        between = [word.folded for word in text.words[end:begin]]
        joined = between in (["to"], ["and"], ["or"]) or (not between and "-" in text.words[begin].before)
        if joined and other.kind and not one.kind and one.value is not None and other.value and other.bare:
            both = replace(one, value=one.value * other.value / other.bare, kind=other.kind, unit=other.unit)
            found[at] = (both, 0, end)
    return tuple(one for one, _, _ in found)


def is_day(one: Amount) -> bool:
    """Whether it is the day of a date: the 8 of `8 October`."""
    return one.kind == "date" and one.value is not None and one.value < 32


def units_of_time(text: Text) -> tuple[tuple[str, str], ...]:
    """The units of time a text names, each with how it stands there."""
    found = [
        (unit, word.text) for at, word in enumerate(text.words) if (unit := unit_of(word)) and not _names(text, at)
    ]
    return tuple(dict.fromkeys(found))


def _names(text: Text, at: int) -> bool:
    """`The night boat`: a unit that tells which of several is meant, and no span of time."""
    if at + 1 >= len(text.words) or text.words[at].folded not in _NAMING:
        return False
    before, after = text.words[at - 1].folded if at else "the", text.words[at + 1]
    noun = after.content and not after.before.strip() and after.folded not in _SINCE
    return noun and before in _BEFORE_A_NOUN


def lone_units(text: Text) -> tuple[tuple[str, str], ...]:
    """Spans of one unit of time, such as `for a year`: the unit, and how it stands there; a rate is none."""
    words = text.words
    return tuple(
        (unit, f"{one.text} {two.text}")
        for before, one, two in zip(words, words[1:], words[2:], strict=False)
        if one.folded in ("a", "one", "single") and (unit := unit_of(two))
        if one.folded != "a" or before.folded in ("for", "in", "within", "after", "over", "from", "about")
    )


def rates(text: Text) -> frozenset[str]:
    """The units of time by which something is counted: `a week`, `per month`, `yearly`."""
    words = text.words
    found = {unit_of(word) for word in words if word.folded in RATES} - {""}
    for at, (one, two) in enumerate(pairwise(words)):
        before = words[at - 1].folded if at else "for"
        once = one.folded in ("per", "each", "every") or (one.folded == "a" and before not in _SPANNING)
        if once and (unit := unit_of(two)) and two.folded == unit:
            found.add(unit)
    return frozenset(found)


def starts(text: Text) -> tuple[Fraction, ...]:
    """The numbers from which something rose or fell: `from $2.10 to $5.60`."""
    words = text.words
    found = [count(words, at + 1) for at, word in enumerate(words[:-1]) if word.folded == "from"]
    return tuple(one[0] for one in found if one)


def counted(text: Text) -> tuple[tuple[Fraction, str], ...]:
    """Numbers with the stem of what they count: `seven groundings`, `the seventh grounding`."""
    words, at = text.words, 0
    found: list[tuple[Fraction, str]] = []
    while at < len(words):
        one = number(words, at)
        if one is None or one.value is None:
            at += 1
            continue
        end = one.end
        if end < len(words) and words[end].content and not (unit_of(words[end]) or measure(words[end])):
            found.append((one.value, words[end].stem))
        at = max(end, at + 1)
    return tuple(found)


def _amounts(words: Words) -> Iterator[tuple[Amount, int, int]]:
    """Each amount with the index of its first word and of the word after it."""
    at = 0
    while at < len(words):
        found = numeral(words, at)
        if found is None:
            at += 1
            continue
        amount, end = _amount(words, at, found)
        if _tells_something(amount, found, words[at].folded):
            yield amount, at, end
        at = max(end, at + 1)


def _amount(words: Words, at: int, found: Found) -> tuple[Amount, int]:
    kind, factor, unit, end = _kind(words, at, found)
    value = found.value
    if value is not None and unit and and_a_half(words, end):
        value, end = value + Fraction(1, 2), end + 3
    text, bound = _as_it_stands(words, at, end), _bound(words, at, end)
    if value is None:
        return Amount(None, kind, text, unit, found.vague, bound), end
    both = of_whole(words, at)
    parts = both[:2] if both else ()
    known, noun = _is_known(words, at), _noun(words, end)
    return Amount(value * factor, kind, text, unit, "", bound, found.ordinal, value, parts, known, noun), end


def _tells_something(amount: Amount, found: Found, first: str) -> bool:
    """Not so the `one` of `no one`, nor `many` and `some` of what has no unit of time."""
    if amount.value is None:
        return bool(amount.unit) or found.counts
    return not (amount.bare == 1 and not amount.unit and not amount.ordinal and first == "one")


def _is_known(words: Words, at: int) -> bool:
    """`the two sides`, `its two rivers`: how many they are is taken as known."""
    return at > 0 and (words[at - 1].possessive or words[at - 1].folded in _KNOWN)


def _noun(words: Words, end: int) -> str:
    if end >= len(words) or not words[end].content or words[end].before.strip():
        return ""
    return words[end].stem


def _kind(words: Words, at: int, found: Found) -> tuple[str, Fraction, str, int]:
    """What is counted: the kind, the factor to its base, the unit of time if it is one, and the word after it."""
    end, once = found.end, Fraction(1)
    for sign, kind in SIGNS.items():
        if words[at].before.rstrip().endswith(sign):
            return kind, once, "", end
    if _is_of_a_date(words, at, end):
        return "date", once, "", end
    if words[end - 1].after == "%":
        return "share", Fraction(1, 100), "", end
    if end >= len(words) or found.ordinal:
        return "", once, "", end
    return _named_kind(words, at, end)


def _named_kind(words: Words, at: int, end: int) -> tuple[str, Fraction, str, int]:
    """The kind by the word that follows the number."""
    word = words[end]
    if word.folded == "per" and end + 1 < len(words) and words[end + 1].folded == "cent":
        return "share", Fraction(1, 100), "", end + 2
    if word.folded == "m" and words[at].folded[0].isdigit():
        return "metre", Fraction(1), "", end + 1
    for ahead in range(end, min(end + 3, len(words))):
        if (unit := unit_of(words[ahead])) and words[ahead].folded not in RATES:
            kind, factor = TIME[unit]
            return kind, Fraction(factor), unit, ahead + 1
        if not _describes(words, ahead):
            break
    if measured := measure(word):
        return *measured, "", end + 1
    return "", Fraction(1), "", end


def _describes(words: Words, at: int) -> bool:
    """Whether a word may stand between a number and its unit: `two paid sick days`, `three full years`."""
    word = words[at]
    if word.before.strip() or not word.text.islower() or word.folded.endswith("s") or measure(word):
        return False
    return word.folded in ("more", "full", "whole") or (
        word.content and word.folded not in _POINTS and not count(words, at)
    )


def _is_of_a_date(words: Words, at: int, end: int) -> bool:
    """`8 October`, `October 8`, `the eighth of October`"""
    beside = {word.folded for word in (*words[max(0, at - 1) : at], *words[end : end + 1])}
    of = words[end].folded == "of" if end < len(words) else False
    return bool(beside & _ALL_MONTHS) or (of and end + 1 < len(words) and words[end + 1].folded in _ALL_MONTHS)


_ALL_MONTHS = MONTHS | SHORT_MONTHS
_POINTS = listed("last next this each every")
_KNOWN = listed("the both these those its their his her")


def _bound(words: Words, at: int, end: int) -> str:
    """Whether the number is a floor, a ceiling or about right, by the words beside it."""
    behind = tuple(word.folded for word in words[end : end + 3])
    for size in (2, 3):
        for start in range(max(0, len(behind) - size) + 1):
            if _near(behind, start) and (found := _AFTER.get(behind[start : start + size])):
                return found
    for size in (3, 2, 1):
        ahead = tuple(word.folded for word in words[max(0, at - size) : at])
        if len(ahead) == size and (found := _BEFORE.get(ahead)):
            return found
    return ""


def _near(behind: tuple[str, ...], start: int) -> bool:
    """`seven or more`, `decades at least`: at once, or with what is counted between."""
    return start == 0 or (start == 1 and behind[0] not in COMMON)


def _as_it_stands(words: Words, at: int, end: int) -> str:
    sign = words[at].before.strip()[-1:] if words[at].before.strip()[-1:] in SIGNS else ""
    rest = "".join(f"{word.before or ' '}{word.text}" for word in words[at + 1 : end])
    return f"{sign}{words[at].text}{rest}{'%' if words[max(at, end - 1)].after == '%' else ''}"
