"""Whether one amount says the same as another, and whether it can be worked out from others."""

from collections.abc import Sequence
from fractions import Fraction

from bot.content.grounding.amounts import ABOUT, CEILING, FLOOR, Amount
from bot.content.grounding.lexicon import listed
from bot.content.grounding.units import SPANS

_FEW = listed("few several some")
_COUNTED_IN_YEARS = listed("year decade century")
_NEAR = Fraction(1, 8)
"""By which part of a number one that says `about`, `more than` or `less than` may differ from it."""
_TENS = tuple(Fraction(10) ** power for power in range(-3, 13))


def same(mine: Amount, one: Amount) -> bool:
    """Whether two amounts are equal, where a bare number may leave its unit unsaid, but not a time its unit."""
    if mine.value is None or one.value is None:
        return mine.value is None and one.value is None and _same_words(mine, one)
    if mine.kind and one.kind:
        return mine.kind == one.kind and mine.value == one.value
    if mine.ordinal != one.ordinal and not (mine.kind or one.kind) and mine.value * one.value == 1:
        return True  # every fifth job is a fifth of them; after three comes a fourth
    if (mine.kind in SPANS and one.kind not in SPANS) or (one.kind in SPANS and not mine.kind and mine.counts):
        return False
    if "share" in (mine.kind, one.kind) and mine.value < 1 and one.value < 1:
        return mine.value == one.value
    return (mine.bare or mine.value) == (one.bare or one.value) or mine.value in one.parts


def bounds(mine: Amount, one: Amount) -> bool:
    """`More than 200` of 212, `fewer than forty` of 38 and `almost half` of 45 percent are true, and no news."""
    if not mine.value or not one.value or (mine.kind and one.kind and mine.kind != one.kind):
        return False
    away = (mine.value - one.value) / one.value
    if mine.bound == ABOUT:
        return abs(away) <= _NEAR and _is_rounder(mine, one)
    return {FLOOR: -_NEAR <= away <= 0, CEILING: 0 <= away <= _NEAR}.get(mine.bound, False)


def _is_rounder(mine: Amount, one: Amount) -> bool:
    """Whether a number is told in fewer digits than another: 60 for 61, half for 45 percent."""
    number, other = mine.bare or mine.value or 0, one.bare or one.value or 0
    return (not mine.kind and number < 1) or any(not number % ten and other % ten for ten in _TENS)


def clash(mine: Amount, there: Sequence[Amount]) -> Amount | None:
    """A number that is a floor there and a ceiling here, or the other way round."""
    equal = [one for one in there if same(mine, one)]
    if equal and all({mine.bound, one.bound} == {FLOOR, CEILING} for one in equal):
        return equal[0]
    return None


def holds(part: Fraction, one: Amount) -> bool:
    """Whether an amount gives this number, bare or as a part of a share."""
    return part in (one.value, one.bare, *one.parts)


def nearest(mine: Amount, there: Sequence[Amount]) -> Amount | None:
    """What the editor may have meant: a number of the same kind, where there is one only."""
    alike = [one for one in there if one.kind == mine.kind and one.ordinal == mine.ordinal]
    return alike[0] if len({one.text for one in alike}) == 1 else None


def derived(mine: Amount, there: Sequence[Amount], published: int | None) -> str:
    """The numbers from which one follows, as they stand: a year, a rest, a difference, a quotient."""
    value = mine.bare if mine.bare is not None else mine.value
    if value is None or value == 1:
        return ""
    known = [(one, one.bare or one.value) for one in there if one.value is not None and not one.ordinal]
    known += [(one, part) for one in there for part in one.parts]
    dated = published and next((one for one, first in known if _by_the_year(mine, value, one, first, published)), None)
    rest = next((one for one, first in known if first and 0 < value < 1 and 1 - value == first), None)
    if one := dated or rest:
        return f"“{one.text}”"
    return _of_two(mine, value, known)


def _by_the_year(mine: Amount, value: Fraction, one: Amount, first: Fraction, published: int) -> bool:
    """`eleven years ago` of the year 2013, and the year 2031 of `in five years`."""
    if mine.unit in _COUNTED_IN_YEARS and mine.value is not None and _is_year(first):
        years, since = mine.value / 12, published - first
        if abs(since - years) <= 1 or (mine.bound == FLOOR and 0 < years <= since):
            return True
    return _is_year(value) and one.unit == "year" and abs(abs(value - published) - first) <= 1


def _of_two(mine: Amount, value: Fraction, known: Sequence[tuple[Amount, Fraction]]) -> str:
    """Two numbers of one kind whose difference it is, or of which it is a part."""
    if mine.kind == "date" or value <= 0:
        return ""
    by_number: dict[tuple[str, Fraction], list[Amount]] = {}
    for one, number in known:
        by_number.setdefault((one.kind, number), []).append(one)
    for one, first in known:
        if one.kind == "date":
            continue
        # Looked up and not tried with each, because a page of figures has millions of pairs.
        for second in (first - value, *((first / value, first * (1 + value)) if value < 1 and first else ())):
            # The unit of one of them may be left unsaid: 3.1 billion euros, short of the 3.8 billion expected.
            kinds = {one.kind, "", mine.kind} if one.kind in ("", mine.kind) and mine.kind not in SPANS else {one.kind}
            others = [two for kind in sorted(kinds) for two in by_number.get((kind, second), ())]
            other = next((two for two in others if two is not one or one.parts), None)
            if other:
                return f"“{one.text}” and “{other.text}”"
    return ""


def _same_words(mine: Amount, one: Amount) -> bool:
    if mine.unit or one.unit:
        return mine.unit == one.unit and (mine.vague == one.vague or {mine.vague, one.vague} <= _FEW)
    return mine.vague == one.vague


def _is_year(number: Fraction) -> bool:
    return number.denominator == 1 and 1500 <= number <= 2200
