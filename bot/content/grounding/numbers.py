"""Rules for the numbers of a claim: each stands in the cited paragraphs, as it stands there."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, takewhile
from math import prod

from bot.content.grounding.amounts import CEILING, FLOOR, Amount, amounts, counted, is_day, starts
from bot.content.grounding.certainty import hedges
from bot.content.grounding.claim import Claim, Finding
from bot.content.grounding.comparing import bounds, clash, derived, holds, nearest, same
from bot.content.grounding.dates import may_follow, mentioned, years
from bot.content.grounding.lexicon import listed
from bot.content.grounding.numerals import SCALES
from bot.content.grounding.units import TIME, measure, unit_of
from bot.content.grounding.words import Word, read
from bot.content.model import Figure

_BOUNDS = {"at-least": FLOOR, "more-than": FLOOR, "at-most": CEILING, "less-than": CEILING, "about": "about"}
_PART_OF_A_YEAR = {3: "quarter", 6: "half"}
_YEARS = {"last": -1, "this": 0, "next": 1}
_EACH = listed("a an per each every")
_WORKED_OUT = "say it as the source does, or say in a caveat how it was worked out"
_AS = {FLOOR: "a floor", CEILING: "a ceiling"}


def numbers(claim: Claim) -> Iterator[Finding]:
    """Each number stands there, with the same bound."""
    there = claim.cited_amounts
    for key, mine in claimed(claim):
        if mine.value == 1 or mine.bare == 1 or is_day(mine) or _is_the_year(mine, claim) or _is_a_chance(mine, claim):
            continue
        if any(same(mine, one) for one in there):
            if other := clash(mine, there):
                said = f"{claim.there('gives', 'give')} “{other.text}” as {_AS[other.bound]}, not as {_AS[mine.bound]}"
                yield Finding("number", key, said, "say it as the source does")
        elif not _follows(mine, claim):
            yield _missing(key, mine, claim)


def swapped(claim: Claim) -> Iterator[Finding]:
    """`Two groundings, against seven` does not stand where the seventh grounding does, and two of something else."""
    if _counts_something_else(claim) or _starts_elsewhere(claim):
        said = f"the numbers stand in {claim.where} the other way round"
        yield Finding("number", "text", said, "look which number belongs to what")


def spans(claim: Claim) -> Iterator[Finding]:
    """Both ends of a figure's range stand there as a range."""
    item = claim.item
    if not isinstance(item, Figure) or item.low is None or item.high is None:
        return
    scale = _counted_in(read(item.unit or "").words)[-1]
    ends = (Fraction(item.low) * scale, Fraction(item.high) * scale)
    for para in claim.paras:
        found = [one.bare or one.value for one in claim.article.amounts[para]]
        if ends in pairwise(found):
            return
    said = f"{claim.there('gives', 'give')} no range from {item.low:,} to {item.high:,}"
    yield Finding("number", "high", said, "give both ends as the source does")


def claimed(claim: Claim) -> Iterator[tuple[str, Amount]]:
    """All amounts of a claim, each with the key in which it stands."""
    yield from (("text", one) for one in claim.amounts)
    yield from (("horizon", one) for one in amounts(read(claim.horizon)))
    if isinstance(claim.item, Figure):
        yield from _of_figure(claim.item)


def _is_the_year(mine: Amount, claim: Claim) -> bool:
    """Whether it is the year of the article, or one beside it, of which `last year` or `in December` speaks there."""
    published = claim.article.published
    if published is None or not _is_a_year(mine) or mine.value not in (published - 1, published, published + 1):
        return False
    said = next(word for word, away in _YEARS.items() if mine.value == published + away)
    if any(paragraph.has((said, "year")) for paragraph in claim.cited):
        return True
    there = frozenset(one for paragraph in claim.cited for one in mentioned(paragraph))
    dated = any(_is_a_year(one) for one in claim.cited_amounts)
    return not dated and (mine.value == published or mine.value in years(there, claim.words, published))


def _is_a_chance(mine: Amount, claim: Claim) -> bool:
    """The numbers of `fifty-fifty`, which are a way to hedge."""
    return any(mine.text.casefold() in phrase for _, phrase in hedges(claim.text))


def _is_a_year(one: Amount) -> bool:
    return one.kind in ("", "date") and one.value is not None and 1500 <= one.value <= 2200


def _follows(mine: Amount, claim: Claim) -> bool:
    """Whether a number that does not stand there says nothing else than what does."""
    there = claim.cited_amounts
    if any(bounds(mine, one) for one in there):
        return True
    if mine.parts and all(part == 1 or any(holds(part, one) for one in there) for part in mine.parts):
        return True
    if mine.kind == "month" and _PART_OF_A_YEAR.get(int(mine.value or 0), "") in claim.words:
        return True
    return mine.vague == "recent" or (mine.value is not None and mine.value in _listed(claim))


def _missing(key: str, mine: Amount, claim: Claim) -> Finding:
    said = f"“{mine.text}” does not stand in {claim.where}"
    if by := derived(mine, claim.cited_amounts, claim.article.published) or _rest(mine, claim):
        return Finding("number", key, f"{said}, unless it is worked out from {by}", _WORKED_OUT, "warning")
    if _is_a_year(mine) and mine.value == claim.article.published:
        return Finding("number", key, f"{said}, but another year", "look which year it is of", "warning")
    if mine.unit and any(one.bare == mine.bare and not one.kind and not one.counts for one in claim.cited_amounts):
        return Finding("number", key, f"{said} with its unit", "look what the number counts there", "warning")
    if _is_a_small_count(mine):
        return Finding("number", key, said, f"look whether there are {mine.text.casefold()}, and name them", "warning")
    swapped_unit = any(one.unit and one.bare == mine.bare for one in claim.cited_amounts)  # three weeks for three years
    if not swapped_unit and may_follow(mine, claim.cited, claim.cited_amounts, claim.article.on):
        return Finding("number", key, f"{said}, unless it follows from the times there", _WORKED_OUT, "warning")
    near = nearest(mine, claim.cited_amounts)
    mend = "say the number of the source, or cite the paragraph that gives it"
    return Finding("number", key, f"{said}; “{near.text}” does" if near else said, mend)


def _is_a_small_count(mine: Amount) -> bool:
    """`Two smaller parties`: what a reader counts for himself, where they are named."""
    return mine.value in (2, 3) and not mine.kind and not mine.parts and mine.text.isalpha()


def _rest(mine: Amount, claim: Claim) -> str:
    """`39 of the 43` where all but four of 43 are told, and `about half` of what two numbers tell."""
    there = claim.cited_amounts
    if mine.parts:
        part, whole = mine.parts
        known = [any(holds(number, one) for one in there) for number in (part, whole, whole - part)]
        return "the numbers there" if sum(known) > 1 else ""
    if mine.bound and mine.value is not None and mine.value < 1 and len(there) > 1:
        return "the numbers there"
    return ""


def _counts_something_else(claim: Claim) -> bool:
    """Whether what is counted has another number there, which the claim gives to something else."""
    if "out" in claim.text.folded or any(one.parts for one in claim.amounts):
        return False  # two out of seven
    there = [one for paragraph in claim.cited for one in counted(paragraph)]
    mine, given = {one.value for one in claim.amounts}, {one.bare for one in claim.cited_amounts}
    for number, noun in counted(claim.text):
        if number not in given:
            continue  # five votes, by 88 to 83
        others = {other for other, counts in there if counts == noun}
        if number > 1 and len(others) == 1 and number not in others and others <= mine:
            return True
    return False


def _starts_elsewhere(claim: Claim) -> bool:
    """Whether `from 10 to 8` stands there as `from 8 to 10`."""
    first = {one for paragraph in claim.cited for one in starts(paragraph)}
    there = {one.bare for one in claim.cited_amounts}
    reversed_ = any(one in there and one not in first for one in starts(claim.text))
    return reversed_ and bool(first & {one.bare for one in claim.amounts})


def _of_figure(item: Figure) -> Iterator[tuple[str, Amount]]:
    kind, factor, unit, scale = _counted_in(read(item.unit or "").words)
    for key, value in (("value", item.value), ("low", item.low), ("high", item.high)):
        if value is not None:
            number, text = Fraction(value) * scale, f"{value:,} {item.unit or ''}".strip()
            yield key, Amount(number * factor, kind, text, unit, "", _BOUNDS.get(item.qualifier, ""), bare=number)


def _counted_in(words: tuple[Word, ...]) -> tuple[str, Fraction, str, int]:
    """What the unit of a figure counts: its kind, the factor to the base of it, the unit of time, and its scale.

    `Million florins a year` counts millions, and no years.
    """
    counted = tuple(takewhile(lambda one: one.folded not in _EACH, words))
    scale = prod(SCALES.get(word.folded, 1) for word in counted)
    for word in counted:
        if unit := unit_of(word):
            kind, factor = TIME[unit]
            return kind, Fraction(factor), unit, scale
        if measured := measure(word):
            return *measured, "", scale
    return "", Fraction(1), "", scale


def _listed(claim: Claim) -> set[Fraction]:
    """How many names the paragraphs list: `Veldania, Karesh and South Maren` are three."""
    sizes = set()
    for para in claim.paras:
        words, size = claim.article.paragraphs[para].words, 1
        for before, one in pairwise(claim.article.names[para]):
            gap = [word.folded for word in words[before.end : one.at]]
            joined = gap in (["and"], ["and", "the"]) or (gap == [] and "," in words[one.at].before)
            size = size + 1 if joined else (size if gap == [] else 1)
            sizes.add(Fraction(size))
    return sizes - {Fraction(1)}
