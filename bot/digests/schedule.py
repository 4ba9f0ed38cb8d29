"""When a digest is due: the slots of a cron in the wall time of a zone, through every change of its clocks.

cronsim is given naive wall time only, and each minute it names is put on the time line here. So a slot is the same
minute whatever the zone does, and a new release of the zones moves slots but adds and drops none.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Literal
from zoneinfo import ZoneInfo

from cronsim import CronSim

from bot.content.counting import how_many
from bot.digest_settings import Digest
from bot.digests.days_off import holiday
from bot.zones import tzdata_version as tzdata_version

MARGIN = timedelta(hours=25)
"""No zone ever put its clocks forward or back by more than a day."""

PROBES = timedelta(hours=6)
"""No zone changed its clocks and changed them back within so short a time."""

LOOK_AHEAD = tuple(timedelta(hours=hours) for hours in (2, 48, 32 * 24, 367 * 24, 5 * 366 * 24))
"""How far the next slot is looked for, the nearest first."""

_DAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip
_WEEK = tuple(_DAYS)


@dataclass(frozen=True, slots=True)
class When:
    """When a digest is due: five fields in the wall time of an IANA zone, and the days it is not sent.

    `country` is "DE" or "DE-BE": its public holidays are days off, as the `holidays` library knows them.
    """

    cron: str
    zone: str
    days_off: frozenset[date] = frozenset()
    country: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A minute at which a digest is due.

    `name` is that minute as the clock on the wall shows it, `2026-10-25T02:30`, also where no clock does. Where a
    digest follows elapsed time, the second pass of a fold is `2026-10-25T02:30+01:00`. `at` is when it is due, in UTC.
    `shift` is "gap" where the clocks skip the minute, and it is due at the first instant after; "fold" where they show
    it twice. `day_off` says why it is not sent.
    """

    name: str
    at: datetime
    shift: Literal["", "gap", "fold"] = ""
    day_off: str = ""


def when_of(digest: Digest, zone: str) -> When:
    """When this digest is due; `zone` is the configuration's own, for a digest that names none."""
    off = digest.holidays
    country, days = (off, ()) if isinstance(off, str) else ("", off)
    return When(digest.cron or _cron(digest), digest.timezone or zone, frozenset(days), country)


def _cron(digest: Digest) -> str:
    assert digest.at is not None  # config.yaml is refused without either
    hour, minute = map(int, digest.at.split(":"))
    chosen = _weekdays(digest.on)
    days = "*" if len(chosen) == len(_WEEK) else ",".join(str(_WEEK.index(day) + 1) for day in chosen)
    return f"{minute} {hour} * * {days}"


def _weekdays(on: str) -> tuple[str, ...]:
    """The days that `mon-fri`, `"sat,sun"`, `fri-mon` or `daily` means, from Monday on."""
    if on == "daily":
        return _WEEK
    chosen: set[str] = set()
    for part in on.split(","):
        first, _, last = part.strip().partition("-")
        begin = _WEEK.index(first)
        chosen.update(_WEEK[(begin + step) % 7] for step in range((_WEEK.index(last or first) - begin) % 7 + 1))
    return tuple(day for day in _WEEK if day in chosen)


def follows_elapsed(when: When) -> bool:
    """Whether it is due every so often, not at a time of day: then skipped minutes are none, and repeated ones two."""
    minute, hour, *_ = when.cron.split()
    return "*" in minute + hour


def slots(when: When, after: datetime, until: datetime) -> list[Slot]:
    """Every slot that is due later than `after` and not later than `until`, in order; those of days off are marked.

    Where several are due at the first instant after a gap, they stand in the order of their names.
    """
    zone = ZoneInfo(when.zone)
    margin = _margin(after, until, zone)
    begin, end = _wall(after, zone) - margin, _wall(until, zone) + margin
    walls = takewhile(lambda wall: wall <= end, CronSim(when.cron, begin))
    due = (slot for wall in walls for slot in _resolved(wall, zone, elapsed=follows_elapsed(when)))
    found = [_marked(slot, when) for slot in due if after < slot.at <= until]
    return sorted(found, key=lambda slot: slot.at)


def next_slot(when: When, after: datetime) -> Slot | None:
    """The first slot later than `after` that is no day off; None where five years hold none."""
    for ahead in LOOK_AHEAD:
        for slot in slots(when, after, after + ahead):
            if not slot.day_off:
                return slot
    return None


def local_minute(when: When, at: datetime) -> str:
    """The minute that the clock on the wall shows at an instant, `2026-10-25T02:30`."""
    return _name(_wall(at, ZoneInfo(when.zone)))


def _margin(after: datetime, until: datetime, zone: ZoneInfo) -> timedelta:
    """How far beside these instants slots may be named: not at all, where no change of the clocks is near."""
    if until - after > timedelta(days=3):
        return MARGIN
    probes = range(int((until - after + 2 * MARGIN) / PROBES) + 2)
    offsets = {(after - MARGIN + n * PROBES).astimezone(zone).utcoffset() for n in probes}
    return timedelta() if len(offsets) == 1 else MARGIN


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _name(wall: datetime) -> str:
    return wall.isoformat(timespec="minutes")


def _resolved(wall: datetime, zone: ZoneInfo, *, elapsed: bool) -> Iterator[Slot]:
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    # Times of one zone are compared by their clocks, so only the offsets tell that the two are apart.
    before, later = first.utcoffset(), second.utcoffset()
    assert before is not None
    assert later is not None
    if before < later:
        if not elapsed:
            yield Slot(_name(wall), _after_gap(wall, zone), "gap")
        return
    yield Slot(_name(wall), first.astimezone(UTC), "fold" if before > later else "")
    if elapsed and before > later:
        yield Slot(second.isoformat(timespec="minutes"), second.astimezone(UTC), "fold")


def _after_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the clock shows more than a minute that it skips."""
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    between = range(int((late - early).total_seconds()))
    return early + timedelta(
        seconds=bisect_left(between, wall, key=lambda s: _wall(early + timedelta(seconds=s), zone))
    )


def _marked(slot: Slot, when: When) -> Slot:
    day = date.fromisoformat(slot.name[:10])
    off = "a day off" if day in when.days_off else holiday(when.country, day) if when.country else ""
    return replace(slot, day_off=off) if off else slot


def rhythm(digest: Digest, zone: str) -> str:
    """When it is due, for people: `08:00, Monday to Friday, Europe/Berlin`."""
    when = when_of(digest, zone)
    due = f'cron "{digest.cron}"' if digest.cron else f"{digest.at}, {_spoken(digest.on)}"
    off = f"public holidays ({when.country})" if when.country else _many(len(when.days_off))
    return f"{due}, {when.zone}" + (f", without {off}" if off else "")


def _many(days: int) -> str:
    return how_many(days, "day off", "days off") if days else ""


def _spoken(on: str) -> str:
    if len(_weekdays(on)) == len(_WEEK):
        return "every day"
    parts = [" to ".join(dict.fromkeys(_DAYS[day] for day in part.strip().split("-"))) for part in on.split(",")]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
