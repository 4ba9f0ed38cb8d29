"""Rules for the times of a claim: its units, rates, lone spans, months and weekdays are those of the paragraphs."""

from collections.abc import Collection, Iterator
from itertools import pairwise

from bot.content.grounding.amounts import Amount, is_day, lone_units, rates, units_of_time
from bot.content.grounding.claim import Claim, Finding
from bot.content.grounding.comparing import derived, same
from bot.content.grounding.dates import WEEKDAY, Time, around, ends, explained, is_the_day, mentioned, same_day
from bot.content.grounding.dates import times as named_times
from bot.content.grounding.lexicon import DAYS, MONTHS, SHORT_MONTHS, listed
from bot.content.grounding.numbers import claimed
from bot.content.grounding.units import TIME, unit_of
from bot.content.grounding.words import Text, read
from bot.content.model import Figure

UNITS_TOO = listed("winter summer")
"""Seasons by which time is counted, so that the rule for units looks at them."""
_ONE = listed("a an one single each every per next last this another whole entire the that first")


def units(claim: Claim) -> Iterator[Finding]:
    """Each unit of time stands there, or belongs to a number that follows from what does."""
    named = _named(claim)
    other = f"; “{next(iter(named.values()))}” does" if len(named) == 1 else ""
    known = {*named, *_implied(claim), *_of_numbers(claim)}
    for key, text in _texts(claim):
        for unit, stands in units_of_time(text):
            if unit not in known:
                said = f"“{stands}” does not stand in {claim.where}{other}"
                yield Finding("time", key, said, "use the unit of time of the source")


def frequencies(claim: Claim) -> Iterator[Finding]:
    """What is counted by the week there is not counted by the month."""
    there = frozenset(unit for paragraph in claim.cited for unit in rates(paragraph))
    for key, text in _texts(claim):
        if there and (wrong := sorted(rates(text) - there)):
            by = " and the ".join(sorted(there))
            said = f"{claim.there('counts', 'count')} by the {by}, not by the {wrong[0]}"
            yield Finding("time", key, said, "use the unit of time of the source")


def lone_spans(claim: Claim) -> Iterator[Finding]:
    """`For a year` does not stand where only several years do."""
    known = {*_named(claim), *_implied(claim)}
    for key, text in _texts(claim):
        for unit, stands in lone_units(text):
            if unit in known and not _is_one_there(unit, claim):
                said = f"“{stands}” does not stand in {claim.where}"
                yield Finding("time", key, said, "use the span of the source")


def dates(claim: Claim) -> Iterator[Finding]:
    """Each month, weekday and season stands there, or follows from what does and the date of the article."""
    there = frozenset(one for paragraph in claim.cited for one in mentioned(paragraph))
    for key, text in _texts(claim):
        for one in named_times(text, claim.article.peoples):
            if one.value not in there and one.value not in UNITS_TOO:
                yield from _another_time(key, one, there, claim)
    for key, mine in claimed(claim):
        if is_day(mine) and not any(same(mine, one) for one in claim.cited_amounts):
            yield from _another_day(key, mine, claim)


def _another_day(key: str, mine: Amount, claim: Claim) -> Iterator[Finding]:
    """An error where only another day of a month stands there; nothing where `on Monday` or its end may be the same."""
    if mine.value is None or is_the_day(mine.value, claim.cited, claim.article.on):
        return
    sure = any(is_day(one) for one in claim.cited_amounts) and not any(one.unit for one in claim.cited_amounts)
    said = f"“{mine.text}” does not stand in {claim.where} as a day of a month"
    yield Finding("time", key, said, "name the day of the source", "error" if sure else "warning")


def _another_time(key: str, mine: Time, there: Collection[str], claim: Claim) -> Iterator[Finding]:
    """An error where another one stands there, and only a doubt where none does or it may follow; else nothing."""
    if mine.value in same_day(there, claim.cited, claim.article.on) or ends(mine, there, claim.words):
        return
    alike = {one.text for paragraph in claim.cited for one in named_times(paragraph) if one.kind == mine.kind}
    follows = mine.value in explained(there, claim.cited_amounts, claim.words, claim.article.on)
    if not alike and (follows or (claim.article.on and mine.value in around(claim.article.on))):
        return
    said = f"“{mine.text}” does not stand in {claim.where}"
    if len(alike) == 1:
        said += f"; “{next(iter(alike))}” does"
    sure = alike and not follows
    yield Finding("time", key, said, f"name the {mine.kind} of the source", "error" if sure else "warning")


def _texts(claim: Claim) -> Iterator[tuple[str, Text]]:
    yield "text", claim.text
    if isinstance(claim.item, Figure) and claim.item.unit:
        yield "unit", read(claim.item.unit)
    if claim.horizon:
        yield "horizon", read(claim.horizon)


def _named(claim: Claim) -> dict[str, str]:
    """The units of time in the cited paragraphs, each with how it stands there."""
    found: dict[str, str] = {}
    for paragraph in claim.cited:
        for unit, stands in units_of_time(paragraph):
            found.setdefault(unit, stands)
    return found


def _implied(claim: Claim) -> Iterator[str]:
    """Units that are spoken of without a word for them: October is a month, Monday a day of a week."""
    words = {word for paragraph in claim.cited for word in paragraph.folded}
    if words & (MONTHS | SHORT_MONTHS):
        yield "month"
    there = frozenset(one for paragraph in claim.cited for one in mentioned(paragraph))
    yield from UNITS_TOO & explained(there, (), (), None)
    if words & DAYS:
        yield from ("day", "week")
    if any(one.kind == "date" for one in claim.cited_amounts):
        yield "day"
    if claim.text.has(("day", "and", "night")):
        yield from ("day", "night")


def _of_numbers(claim: Claim) -> Iterator[str]:
    """The units of numbers that the rule for numbers looks at, and of words such as `a few years` that stand there."""
    for _, mine in claimed(claim):
        counts = mine.value is not None and mine.bare != 1
        there = claim.cited_amounts
        if counts or any(same(mine, one) for one in there) or derived(mine, there, claim.article.published):
            yield mine.unit


def _is_one_there(unit: str, claim: Claim) -> bool:
    """Whether one such unit stands there: `a year`, `next year`, `twelve months`."""
    kind, factor = TIME[unit]
    if unit == "day" and any(one.kind == WEEKDAY for words in claim.cited for one in named_times(words)):
        return True
    return any(one.kind == kind and one.value == factor for one in claim.cited_amounts) or any(
        unit_of(two) == unit and one.folded in _ONE for words in claim.cited for one, two in pairwise(words.words)
    )
