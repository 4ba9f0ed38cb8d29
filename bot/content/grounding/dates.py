"""Months, weekdays and seasons in a text, and what the date of an article makes of `last month` and `on Monday`."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations

from bot.content.grounding.amounts import Amount
from bot.content.grounding.lexicon import COMMON, in_order, listed
from bot.content.grounding.words import Text, Word

MONTH, WEEKDAY, SEASON = "month", "weekday", "season"
_MONTHS = in_order("january february march april may june july august september october november december")
_SHORT = {**{month[:3]: month for month in _MONTHS}, "sept": "september"}
_WEEKDAYS = in_order("monday tuesday wednesday thursday friday saturday sunday")
_SEASONS: Mapping[str, frozenset[str]] = {
    "winter": listed("november december january february march"),
    "spring": listed("february march april may june"),
    "summer": listed("may june july august september"),
    "autumn": listed("august september october november december"),
}
"""Each season with the months that somebody may call so in the north, the ones beside it too."""
_BEFORE_A_SEASON = listed(
    "in the last next this that since by until till early late every each of mid coming during before after from"
)
_AROUND_A_FALL = listed("this last next every")
_AROUND_THE_YEAR = listed("christmas year annual annually yearly quarter")
_LIMITS, _ENDS = listed("before until till by after since from"), listed("end beginning start")
_BESIDE = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_DAYS_AROUND = frozenset(_BESIDE)
_PARTS_OF_A_MONTH = (
    (listed("beginning start early first"), 1, 10),
    (listed("middle mid"), 8, 22),
    (listed("end late last"), 20, 31),
)
_DAYS_IN = {"second": Fraction(1, 86400), "day": Fraction(1), "month": Fraction(304, 10)}
"""How many days one of each is in which time is counted."""
_NEAR = _DAYS_AROUND | listed("week days hours")


@dataclass(frozen=True, slots=True)
class Time:
    """A month, a weekday or a season that is named.

    `value` is it in full and folded, `text` how it stands there; `limit` where something is before, after or until it.
    """

    kind: str
    value: str
    text: str
    limit: bool = False


def times(text: Text, names: Collection[str] = ()) -> tuple[Time, ...]:
    """The months, weekdays and seasons of a text; not `may`, to march, nor May where that is a name."""
    return tuple(dict.fromkeys(_times(text.words, names)))


def mentioned(text: Text) -> frozenset[str]:
    """All that may be meant by a month, a weekday or a season there, however it is written."""
    return frozenset(value for word in text.words if (value := _value(word)))


def same_day(there: Collection[str], text: Iterable[Text], on: date | None) -> set[str]:
    """Months and weekdays that say the same as `last month` and `on Monday` in an article of that day."""
    if on is None:
        return set()
    found: set[str] = set()
    words = frozenset(word for one in text for word in one.folded)
    if set(there) & set(_WEEKDAYS) or words & _NEAR:
        found |= {_month(on + timedelta(days)) for days in (-8, 0, 8)}
    if words & _DAYS_AROUND:
        found |= {_weekday(on + timedelta(days)) for days in (-1, 0, 1)}
    if any(one.has(("new", "year")) for one in text):
        found |= {"december", "january"}
    for months, before in ((-1, "last"), (0, "this"), (1, "next")):
        if any(one.has((before, "month")) for one in text):
            found.add(_month_after(on, months))
    return found


def explained(there: Collection[str], amounts: Collection[Amount], words: Collection[str], on: date | None) -> set[str]:
    """Months, weekdays and seasons that may follow from what a text says, if it was published `on` that day.

    `there` is what it mentions, `amounts` and `words` are its own. June is of summer, and the other way round; three
    weeks after lies in the next month; 15 January is a Thursday.
    """
    found = {season for season, months in _SEASONS.items() if months & set(there)}
    found |= {month for season in there if season in _SEASONS for month in _SEASONS[season]}
    if "quarter" in words or ("half" in words and set(words) & {"first", "second", "latter"}):
        found |= set(_MONTHS)
    if set(words) & _AROUND_THE_YEAR:
        found |= {"december", "january"}
    if on is None:
        return found | (set(_MONTHS) if {"month", "months"} & set(words) else set())
    if set(words) & {"month", "months"}:
        found |= {_month_after(on, months) for months in (-1, 0, 1)}
    named = [date(on.year, _MONTHS.index(one) + 1, 15) for one in there if one in _MONTHS]
    counted = {month for day in (on, *named) for month in _counted(amounts, day)}
    found |= counted | {season for season, months in _SEASONS.items() if months & counted}
    return found | set(_weekdays_of_dates(there, amounts, on))


def around(on: date) -> frozenset[str]:
    """The month of a day, its weekday and the one before."""
    return frozenset((_month(on), _weekday(on), _weekday(on - timedelta(1))))


def ends(mine: Time, there: Collection[str], words: Collection[str]) -> bool:
    """`Before April` says the same as `by the end of March`."""
    if mine.kind != MONTH or not mine.limit or not _ENDS & set(words):
        return False
    at = _MONTHS.index(mine.value)
    return bool({_MONTHS[at - 1], _MONTHS[(at + 1) % 12]} & set(there))


def is_the_day(day: Fraction, text: Iterable[Text], on: date | None) -> bool:
    """Whether a day is the Monday or the end of the month of which a text that was published `on` a day speaks."""
    there = tuple(text)
    words = frozenset(word for one in there for word in one.folded)
    if any(words & said and first <= day <= last for said, first, last in _PARTS_OF_A_MONTH):
        return True
    if on is None:
        return False
    named = {value for one in there for value in mentioned(one)}
    named |= {_weekday(on + timedelta(days)) for word, days in _BESIDE.items() if word in words}
    near = (on + timedelta(days) for days in range(-8, 9))
    return any(one.day == day and _weekday(one) in named for one in near)


def may_follow(mine: Amount, text: Collection[Text], amounts: Collection[Amount], on: date | None) -> bool:
    """Whether a year or a span of time may be worked out: five months from the end of 2027, 74 days, from August on."""
    there = frozenset(one for paragraph in text for one in mentioned(paragraph))
    spans = [one for one in amounts if one.kind in _DAYS_IN and one.value]
    if mine.kind in ("", "date") and mine.value and 1500 <= mine.value <= 2200:
        years = [one.value for one in amounts if one.value and 1500 <= one.value <= 2200]
        since = any(abs(mine.value - year) <= _long(one) / 365 + 1 for year in years for one in spans)
        return since or any("century" in paragraph.folded for paragraph in text)  # the middle of the century
    if mine.kind not in _DAYS_IN or not mine.value:
        return False
    if any(one.kind != mine.kind and abs(_long(mine) - _long(one)) <= _long(one) / 8 for one in spans):
        return True
    months = [_MONTHS.index(one) for one in there if one in _MONTHS] + ([on.month - 1] if on else [])
    return any(abs((two - one) % 12 - _long(mine) / 30) <= 1 for one, two in permutations(months, 2))


def _long(one: Amount) -> Fraction:
    """How many days a span of time has, about."""
    return (one.value or Fraction(0)) * _DAYS_IN[one.kind]


def years(there: Collection[str], words: Collection[str], on_year: int) -> frozenset[int]:
    """Years that follow from `last year`, `next spring` and the months without a year, if it was published in one."""
    near = bool(set(words) & {"last", "next", "ago", "earlier", "coming"}) or bool(set(there) - set(_WEEKDAYS))
    return frozenset((on_year - 1, on_year, on_year + 1) if near else (on_year,))


def _times(words: tuple[Word, ...], names: Collection[str]) -> Iterator[Time]:
    for at, word in enumerate(words):
        value = _value(word)
        if not value or word.folded in names:
            continue
        if value in _SEASONS:
            if _is_a_season(words, at):
                yield Time(SEASON, value, word.text)
        elif not _is_of_a_name(words, at):
            limit = at > 0 and words[at - 1].folded in _LIMITS
            yield Time(MONTH if value in _MONTHS else WEEKDAY, value, word.text, limit)


def _value(word: Word) -> str:
    """What a word may name, in full; months and weekdays have a capital letter."""
    if word.folded in _SEASONS:
        return word.folded
    if word.folded == "fall":
        return "autumn"
    if not word.capital:
        return ""
    single = word.folded.removesuffix("s")
    if single in _WEEKDAYS:
        return single
    if word.folded in _SHORT and word.folded not in _MONTHS:
        return _SHORT[word.folded] if word.after == "." or word.folded != "mar" else ""
    return word.folded if word.folded in _MONTHS else ""


def _is_a_season(words: tuple[Word, ...], at: int) -> bool:
    """`in spring`, `next fall`, `that spring's prices`; not `to spring`, nor the fall of a price."""
    before = words[at - 1].folded if at else ""
    after = words[at + 1].folded if at + 1 < len(words) else ""
    if words[at].folded == "fall":
        in_the = before == "the" and at > 1 and words[at - 2].folded == "in" and after not in ("of", "in")
        return before in _AROUND_A_FALL or in_the
    return before in _BEFORE_A_SEASON or words[at].possessive


def _is_of_a_name(words: tuple[Word, ...], at: int) -> bool:
    """`June Holdt`, `Theresa May`, `the Sunday Herald`; also what opens a sentence and may be a verb: `March on`."""
    word, before = words[at], words[at - 1] if at else None
    after = words[at + 1] if at + 1 < len(words) else None
    joined = after is not None and not after.before.strip() and not word.possessive
    if after and joined and after.capital and not _value(after) and after.folded not in COMMON:
        return True
    if word.opens and word.folded in ("may", "march"):
        return not (after and after.folded[0].isdigit())
    if before is None or not before.capital or before.possessive or word.before.strip() or before.after == ".":
        return False
    return before.folded not in COMMON and before.folded not in _BEFORE_A_SEASON and not _value(before)


def _month(day: date) -> str:
    return _MONTHS[day.month - 1]


def _weekday(day: date) -> str:
    return _WEEKDAYS[day.weekday()]


def _month_after(on: date, months: int) -> str:
    return _MONTHS[(on.month - 1 + months) % 12]


def _counted(amounts: Collection[Amount], on: date) -> Iterator[str]:
    """`Eight months after`, `in three weeks`: the months that lie so far from the day."""
    for one in amounts:
        if one.value is None or not 0 < one.value < 400:
            continue
        for size in (-one.value, one.value):
            if one.kind == "month":
                yield from (_month_after(on, round(size) + more) for more in (-1, 0, 1))
            elif one.kind == "day":
                yield _month(on + timedelta(round(size)))


def _weekdays_of_dates(there: Collection[str], amounts: Collection[Amount], on: date) -> Iterator[str]:
    """Thursday, where `15 January` is one in a year around the day."""
    days = {int(one.value) for one in amounts if one.kind == "date" and one.value is not None and one.value < 32}
    for month in (_MONTHS.index(one) + 1 for one in there if one in _MONTHS):
        for day in days:
            for year in (on.year - 1, on.year, on.year + 1):
                try:
                    yield _weekday(date(year, month, day))
                except ValueError:
                    continue  # 30 February
