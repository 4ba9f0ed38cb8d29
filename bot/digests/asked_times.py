"""When somebody wants a digest, in their words: `at 7.30am on weekdays seoul`. All of it is pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import available_timezones

from bot.config_words import days, time_of_day
from bot.content.suggest import closest

_REGIONS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
_NO_PLACE = re.compile(r"Etc/.*|localtime|Factory|GMT[+-]?\d+")
"""Zones that nobody means: the sign in `Etc/GMT+9` is the other way round than people write it."""

_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?(am|pm)?")
_DAY = "mon|tue|wed|thu|fri|sat|sun"
_DAYS = re.compile(rf"(?:daily|(?:{_DAY})(?:-(?:{_DAY}))?)")
_LONG = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rs|r|rsday|urday)s?\b")
_SPOKEN = {"weekdays": "mon-fri", "workdays": "mon-fri", "weekends": "sat,sun", "everyday": "daily"}
_FILLING = frozenset(("in", "and", "time", "every"))
"""Words that change nothing."""


@dataclass(frozen=True, slots=True)
class Times:
    """A time of day "07:30", days `mon-fri` and a zone `Asia/Seoul`; what was not said is empty."""

    at: str = ""
    on: str = ""
    zone: str = ""


class Unclear(ValueError):
    """Words that name no time; the sentence says which, and what may have been meant."""


@dataclass
class _Heard:
    at: list[str] = field(default_factory=list)
    on: list[str] = field(default_factory=list)
    zone: list[str] = field(default_factory=list)


def read_times(text: str) -> Times:
    """What was said of a time, in whatever order; Unclear where it cannot be understood."""
    heard = _sorted_out(_words(text))
    if len(heard.at) > 1:
        raise Unclear(f"It comes at one time a day, and {' and '.join(heard.at)} are several.")
    at = _time(heard.at[0]) if heard.at else ""
    return Times(at, _days(heard.on) if heard.on else "", zone_of("_".join(heard.zone)) if heard.zone else "")


def _words(text: str) -> list[str]:
    """The words, small, with `7:30 a.m.` as one of them, and `every day`."""
    small = re.sub(r"\b([ap])\.m\.?", r"\1m", text.lower().replace("–", "-"))
    small = re.sub(r"(\d)\s+([ap]m)\b", r"\1\2", small)
    small = re.sub(r"\bevery\s+day\b", "daily", small)
    return re.sub(r"\s*,\s*", ",", small).split()


def _sorted_out(words: Iterable[str]) -> _Heard:
    heard, before = _Heard(), ""
    for word in words:
        if word in ("at", "on") or word in _FILLING:
            before = word
        elif before == "at" or word[0].isdigit():
            heard.at.append(word)
            before = ""
        elif (found := _named_days(word)) or before == "on":
            heard.on += found or [word]
            before = ""
        else:
            heard.zone.append(word)
            before = ""
    return heard


def _time(word: str) -> str:
    found = _TIME.fullmatch(word)
    hour, half = (int(found[1]), found[3]) if found else (0, None)
    if found is None or (half and not 1 <= hour <= 12):
        raise Unclear(f'"{word}" is not a time of day: write it as 07:30.')
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time_of_day(f"{hour}:{found[2] or '00'}")
    except ValueError:
        raise Unclear(f'"{word}" is not a time of day: write it as 07:30.') from None


def _named_days(word: str) -> list[str]:
    """The days that a word names, or none where it is no such word."""
    parts = [_SPOKEN.get(part, part) for part in _LONG.sub(r"\1", word).split(",") if part]
    named = [day for part in parts for day in part.split(",")]
    return named if named and all(map(_DAYS.fullmatch, named)) else []


def _days(named: list[str]) -> str:
    try:
        return days("daily" if "daily" in named else ",".join(dict.fromkeys(named)))
    except ValueError:
        raise Unclear(f'"{" ".join(named)}" names no days: write mon-fri, or sat,sun, or daily.') from None


def zone_of(word: str) -> str:
    """The zone of that name, or of that city, however it is spelled; Unclear where there is none."""
    known = _zones()
    found = known.get(word.lower()) or known.get(word.lower().replace(" ", "_"))
    if found:
        return found
    near = closest(word, known) if word.replace("_", "").isalpha() else None
    meant = f" Did you mean {known[near]}?" if near else " Name a city, such as Seoul, or write Asia/Seoul."
    raise Unclear(f'"{word.replace("_", " ")}" is not a time zone.{meant}')


def zones_like(begun: str, usual: Iterable[str]) -> list[str]:
    """Zones that begin, or whose city begins, with this; the usual ones first, and alone where nothing was begun."""
    wanted = begun.lower().replace(" ", "_")
    known = _zones() if wanted else {}
    found = [zone for zone in usual if wanted in zone.lower()]
    return list(dict.fromkeys((*found, *(known[name] for name in sorted(known) if name.startswith(wanted)))))


@cache
def _zones() -> Mapping[str, str]:
    """Every zone by its name and by its city, in small letters.

    tzdata calls no two cities alike: what stands twice, as `America/Louisville`, is a second name of the same clock.
    """
    names = sorted(name for name in available_timezones() if not _NO_PLACE.fullmatch(name))
    cities = sorted((name for name in names if name.partition("/")[0] in _REGIONS), key=lambda name: -name.count("/"))
    return {name.lower(): name for name in names} | {name.rpartition("/")[2].lower(): name for name in cities}
