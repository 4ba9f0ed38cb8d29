"""The exam's own clock, held against days on which clocks were changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.kills.when import cron_of, slots

BERLIN = ZoneInfo("Europe/Berlin")
CASES: tuple[tuple[str, str, str, list[str]], ...] = (
    # the cron, the zone, the day, and the slots of that day with the UTC minute at which each is due
    ("30 2 * * *", "Europe/Berlin", "2026-10-25", ["2026-10-25T02:30 at 25T00:30"]),
    ("30 2 * * *", "Europe/Berlin", "2027-03-28", ["2027-03-28T02:30 at 28T01:00"]),
    ("0,59 2 * * *", "Europe/Berlin", "2027-03-28", ["2027-03-28T02:00 at 28T01:00", "2027-03-28T02:59 at 28T01:00"]),
    ("30 0 * * *", "Africa/Cairo", "2027-04-30", ["2027-04-30T00:30 at 29T22:00"]),
    ("45 1 * * *", "Australia/Lord_Howe", "2027-04-04", ["2027-04-04T01:45 at 03T14:45"]),
    ("0 12 * * mon-fri", "UTC", "2026-11-28", []),
    ("0 12 28 * mon", "UTC", "2026-11-28", ["2026-11-28T12:00 at 28T12:00"]),
    ("0 12 * 11 sat,sun", "UTC", "2026-11-28", ["2026-11-28T12:00 at 28T12:00"]),
    ("0 12 * * fri-mon", "UTC", "2026-11-28", ["2026-11-28T12:00 at 28T12:00"]),
    ("0 12 * * 7", "UTC", "2026-11-29", ["2026-11-29T12:00 at 29T12:00"]),
    ("0 9-17/4 * * *", "UTC", "2026-11-28", [f"2026-11-28T{at} at 28T{at}" for at in ("09:00", "13:00", "17:00")]),
)


@pytest.mark.parametrize(("cron", "zone", "day", "expected"), CASES)
def test_slots_of_a_day(cron: str, zone: str, day: str, expected: list[str]) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    found = slots(cron, midnight.tzinfo or UTC, midnight - timedelta(hours=3), midnight + timedelta(hours=30))  # type: ignore[arg-type]
    assert [f"{slot.minute} at {slot.at:%dT%H:%M}" for slot in found if slot.minute.startswith(day)] == expected


@pytest.mark.parametrize(("day", "hours"), [("2026-10-25", 25), ("2027-03-28", 23), ("2026-11-28", 24)])
def test_every_minute_is_every_minute_that_passes(day: str, hours: int) -> None:
    begin = datetime.fromisoformat(day).replace(tzinfo=BERLIN)
    end = (datetime.fromisoformat(day) + timedelta(days=1)).replace(tzinfo=BERLIN)
    found = slots("* * * * *", BERLIN, begin - timedelta(seconds=1), end - timedelta(seconds=1))
    assert len(found) == len({slot.minute for slot in found}) == hours * 60
    assert len(slots("*/15 * * * *", BERLIN, begin - timedelta(seconds=1), end - timedelta(seconds=1))) == hours * 4


def test_a_slot_is_due_after_the_beginning_and_up_to_the_end() -> None:
    at = datetime(2026, 11, 28, 7, 0, tzinfo=UTC)
    cron, second = cron_of("08:00", "mon-sat"), timedelta(seconds=1)
    assert slots(cron, BERLIN, at, at + second) == []
    assert [slot.minute for slot in slots(cron, BERLIN, at - second, at)] == ["2026-11-28T08:00"]
    assert slots(cron, BERLIN, at - second, at - second) == []
