"""Clocks of the world, read minute by minute: what the schedule is held against."""

import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.zones import use_packaged_zones

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(zone: str, at: datetime) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


@lru_cache(maxsize=64)
def clock(zone: str, day: date) -> list[tuple[datetime, str]]:
    """Every minute that may belong to this day anywhere, and what the clock shows then."""
    begin = datetime.combine(day, time(), UTC)
    return [(at, shown(zone, at)) for at in (begin + MINUTE * minute for minute in range(-26 * 60, 62 * 60))]


def due(zone: str, name: str) -> tuple[datetime, str]:
    """When the clock first shows this minute; where it never does, when it first shows a later one."""
    minutes = clock(zone, date.fromisoformat(name[:10]))
    times = [at for at, now in minutes if now == name]
    if times:
        return times[0], "fold" if len(times) > 1 else ""
    return next(at for (_, before), (at, now) in pairwise(minutes) if before < name < now), "gap"


def matching(zone: str, after: datetime, until: datetime, fits: Callable[[datetime], bool]) -> list[datetime]:
    """Every minute of this time at which the clock shows something that fits."""
    found, at = [], after + MINUTE
    while at <= until:
        if fits(datetime.fromisoformat(shown(zone, at))):
            found.append(at)
        at += MINUTE
    return found


def changes(zone: str, first: date, last: date) -> list[date]:
    """The days of UTC within which the clocks of a zone are moved."""
    midnights = [datetime.combine(first, time(), UTC) + DAY * day for day in range((last - first).days + 2)]
    offsets = [at.astimezone(ZoneInfo(zone)).utcoffset() for at in midnights]
    return [at.date() for at, (before, after) in zip(midnights, pairwise(offsets), strict=False) if before != after]


@contextmanager
def zones_in(folder: Path) -> Iterator[None]:
    """Zones of this folder before those of the package."""
    zoneinfo.reset_tzpath([folder])
    ZoneInfo.clear_cache()
    try:
        yield
    finally:
        use_packaged_zones()


def put(folder: Path, name: str, like: str) -> Path:
    """Make the zone `name` keep the clock of another."""
    region, _, town = like.rpartition("/")
    packed = resources.files(".".join(("tzdata.zoneinfo", *filter(None, region.split("/"))))) / town
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed.read_bytes())
    return folder
