"""When a digest falls due, worked out the slow and obvious way: every minute of the clock is looked at.

The reading of the rules:

1. A slot is a minute of the local clock that matches; it is due at one instant.
2. A minute that a change of the clock leaves out is due at the first instant after it; one that comes twice is due
   the first time.
3. Where the minute or the hour is "*" or "*/n", time is meant as it passes: a minute left out is not due, and one
   that comes twice is due both times.
4. Where both the day of the month and the day of the week say something, either is enough.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
FAR = timedelta(hours=26)
"""More than any clock was ever changed by: Samoa left out a day."""
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
SPANS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


@dataclass(frozen=True)
class Slot:
    """A local minute, and the instant (UTC) at which it is due."""

    minute: str
    at: datetime


def cron_of(at: str, on: str = "daily") -> str:
    """The five fields of `at: "08:00"` and `on: mon-fri`."""
    hour, minute = at.split(":")
    return f"{int(minute)} {int(hour)} * * {'*' if on == 'daily' else on.replace(' ', '')}"


def slots(cron: str, zone: ZoneInfo, since: datetime, until: datetime) -> list[Slot]:
    """The slots due after `since` and not after `until`, in the order in which they are due."""
    fields = Fields.read(cron)
    found = (_elapsed if fields.wild else _on_the_wall)(fields, zone, since, until)
    return sorted(found, key=lambda slot: slot.at)


@dataclass(frozen=True)
class Fields:
    """The five fields of cron, as the numbers they name; `wild` where time is meant as it passes."""

    minute: frozenset[int]
    hour: frozenset[int]
    day: frozenset[int]
    month: frozenset[int]
    weekday: frozenset[int]
    wild: bool
    either: bool

    @classmethod
    def read(cls, cron: str) -> Self:
        written = cron.split()
        minute, hour, day, month, weekday = (_named(one, *span) for one, span in zip(written, SPANS, strict=True))
        stars = [one.startswith("*") for one in written]
        weekday = frozenset(one % 7 for one in weekday)
        return cls(minute, hour, day, month, weekday, stars[0] or stars[1], not stars[2] and not stars[4])

    def name(self, local: datetime) -> bool:
        """Whether they name this minute."""
        if local.minute not in self.minute or local.hour not in self.hour or local.month not in self.month:
            return False
        on_day, on_weekday = local.day in self.day, local.isoweekday() % 7 in self.weekday
        return on_day or on_weekday if self.either else on_day and on_weekday


def _elapsed(fields: Fields, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Slot]:
    at = since.astimezone(UTC).replace(second=0, microsecond=0) + MINUTE
    while at <= until:
        local = at.astimezone(zone)
        if fields.name(local):
            again = f"{local:%z}" if local.fold else ""
            yield Slot(f"{local:%Y-%m-%dT%H:%M}{again}", at)
        at += MINUTE


def _on_the_wall(fields: Fields, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Slot]:
    minute = _wall(since, zone).replace(second=0, microsecond=0) - FAR
    last = _wall(until, zone) + FAR
    while minute <= last:
        if fields.name(minute) and since < (at := instant(minute, zone)) <= until:
            yield Slot(f"{minute:%Y-%m-%dT%H:%M}", at)
        minute += MINUTE


def instant(minute: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a minute of the wall clock that may be there twice, or not at all."""
    first = minute.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _wall(first, zone) == minute:
        return first
    at = minute.replace(tzinfo=zone, fold=1).astimezone(UTC)  # before the gap
    while _wall(at, zone) < minute:
        at += MINUTE
    return at


def _named(field: str, least: int, most: int) -> frozenset[int]:
    """The numbers of one field: "*", "*/5", "3", "1-5", "1-5/2", "mon,wed" and "fri-mon"."""
    found: set[int] = set()
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        begin, _, end = span.partition("-")
        if span == "*":
            found.update(range(least, most + 1, int(step or 1)))
            continue
        first, last = _number(begin), _number(end or begin)
        numbers = range(first, last + 1) if first <= last else (*range(first, 7), *range(last + 1))
        found.update(list(numbers)[:: int(step or 1)])
    return frozenset(found)


def _number(word: str) -> int:
    return DAYS.index(word) if re.fullmatch("[a-z]{3}", word) else int(word)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)
