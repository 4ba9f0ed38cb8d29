"""Which slots are planned, once each, whatever happens to clocks, zones and config.yaml."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest_settings import Digest
from bot.digests.planning import RESTED, alarm_at, passed_over, plan, rested
from bot.store.rows import Planned, Schedule
from tests.shelf.home import SOAK

BERLIN = "Europe/Berlin"


def digest(**words: Any) -> Digest:
    at = {} if "cron" in words else {"at": "08:00"}
    return Digest(**{"title": "Morning", "channels": ("newsroom",), **at, **words})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Book:
    """A ledger of nothing but rows: each slot of each schedule once."""

    def __init__(self) -> None:
        self.schedules: dict[str, Schedule] = {}
        self.slots: dict[tuple[str, str], Planned] = {}

    def look(self, now: datetime, zone: str = BERLIN, **digests: Digest) -> None:
        found = [plan(name, one, zone, self.schedules.get(name), now) for name, one in digests.items() if one.enabled]
        self.schedules |= {
            one.name: one for one in (*(each.schedule for each in found), *rested(digests, self.schedules))
        }
        for each in found:
            for one in each.due:
                self.slots.setdefault((one.schedule, one.slot), one)

    @property
    def sent(self) -> list[str]:
        return [slot for (_, slot), one in self.slots.items() if not one.reason]

    @property
    def reasons(self) -> Mapping[str, str]:
        return {slot: one.reason for (_, slot), one in self.slots.items() if one.reason}


def test_nothing_before_a_schedule_was_first_seen_is_caught_up() -> None:
    book = Book()
    book.look(utc("2026-11-17T09:30"), morning=digest())
    book.look(utc("2026-11-17T09:31"), morning=digest())
    assert book.slots == {}
    book.look(utc("2026-11-18T07:00"), morning=digest())
    assert book.sent == ["2026-11-18T08:00"]


def test_the_slot_of_the_minute_in_which_it_is_first_seen_counts_as_past() -> None:
    book = Book()
    book.look(utc("2026-11-17T07:00") + timedelta(seconds=20), morning=digest())
    book.look(utc("2026-11-17T07:00") + timedelta(seconds=40), morning=digest())
    assert book.slots == {}


def test_a_slot_is_planned_once_however_often_it_is_looked_at() -> None:
    book = Book()
    book.look(utc("2026-11-17T06:59"), morning=digest())
    for seconds in range(0, 120, 15):
        book.look(utc("2026-11-17T07:00") + timedelta(seconds=seconds), morning=digest())
    assert book.sent == ["2026-11-17T08:00"]


@pytest.mark.parametrize("away", ["disabled", "taken out"])
def test_enabled_again_it_catches_nothing_up(away: str) -> None:
    book = Book()
    book.look(utc("2026-11-16T06:00"), morning=digest())
    book.look(utc("2026-11-16T07:00"), morning=digest())
    resting = {"morning": digest(enabled=False)} if away == "disabled" else {}
    book.look(utc("2026-11-16T08:00"), BERLIN, **resting)
    sent = list(book.sent)
    book.look(utc("2026-11-17T07:30"), morning=digest())
    book.look(utc("2026-11-17T07:31"), morning=digest())
    assert book.sent == sent
    book.look(utc("2026-11-18T07:00"), morning=digest())
    assert book.sent == [*sent, "2026-11-18T08:00"]
    assert book.reasons == {"2026-11-17T08:00": RESTED}


def test_a_digest_that_was_missing_for_a_moment_tells_what_it_missed() -> None:
    book = Book()
    book.look(utc("2026-11-17T06:59"), morning=digest())
    book.look(utc("2026-11-17T06:59") + timedelta(seconds=50))
    book.look(utc("2026-11-17T07:00") + timedelta(seconds=5), morning=digest())
    assert book.reasons == {"2026-11-17T08:00": RESTED}


@pytest.mark.parametrize(
    ("catch_up", "sent"),
    [
        ("latest", ["2026-11-19T08:00"]),
        ("all", ["2026-11-17T08:00", "2026-11-18T08:00", "2026-11-19T08:00"]),
        ("none", []),
    ],
)
def test_after_a_pause(catch_up: str, sent: list[str]) -> None:
    book, morning = Book(), digest(catch_up=catch_up, max_late="9d")
    book.look(utc("2026-11-16T20:00"), morning=morning)
    book.look(utc("2026-11-19T09:00"), morning=morning)
    assert book.sent == sent
    assert len(book.slots) == 3  # none is without a row


def test_what_is_on_time_is_sent_also_where_nothing_is_caught_up() -> None:
    book, morning = Book(), digest(catch_up="none")
    book.look(utc("2026-11-17T06:59"), morning=morning)
    book.look(utc("2026-11-17T07:00") + timedelta(seconds=30), morning=morning)
    assert book.sent == ["2026-11-17T08:00"]


def test_what_is_later_than_max_late_is_skipped_and_says_how_late() -> None:
    book, morning = Book(), digest(catch_up="all", max_late="6h")
    book.look(utc("2026-11-16T20:00"), morning=morning)
    book.look(utc("2026-11-18T12:59"), morning=morning)
    assert book.sent == ["2026-11-18T08:00"]
    assert book.reasons == {"2026-11-17T08:00": "the bot came to it 29 hours late, more than six hours"}


def test_a_day_off_is_a_row_with_its_name() -> None:
    book = Book()
    book.look(utc("2026-12-24T20:00"), morning=digest(holidays="DE"))
    book.look(utc("2026-12-25T07:00"), morning=digest(holidays="DE"))
    assert book.sent == []
    assert book.reasons == {"2026-12-25T08:00": "a day off: Christmas Day"}


def test_a_day_off_does_not_count_as_the_latest_slot() -> None:
    book, morning = Book(), digest(holidays="DE", max_late="2d")
    book.look(utc("2026-12-23T20:00"), morning=morning)
    book.look(utc("2026-12-25T08:00"), morning=morning)
    assert book.sent == ["2026-12-24T08:00"]


@pytest.mark.parametrize("step", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_clock_that_is_set_sends_nothing_twice_and_loses_nothing(step: timedelta) -> None:
    book, offset = Book(), timedelta()
    for minutes in range(0, 3 * 24 * 60, 15):
        if minutes == 36 * 60 + 30:
            offset = step
        if minutes == 60 * 60:
            offset = timedelta()
        book.look(utc("2026-11-16T00:00") + timedelta(minutes=minutes) + offset, morning=digest(catch_up="all"))
    assert book.sent == ["2026-11-16T08:00", "2026-11-17T08:00", "2026-11-18T08:00"]


def test_a_clock_that_was_far_ahead_at_first_sight_does_not_silence_it() -> None:
    book = Book()
    book.look(utc("2027-11-16T00:00"), morning=digest())
    book.look(utc("2026-11-16T06:00"), morning=digest())
    book.look(utc("2026-11-16T07:00"), morning=digest())
    assert book.sent == ["2026-11-16T08:00"]


def test_another_time_of_day_counts_from_then_on() -> None:
    book = Book()
    book.look(utc("2026-11-17T06:00"), morning=digest(at="09:00"))
    book.look(utc("2026-11-17T07:30"), morning=digest(at="09:00"))
    book.look(utc("2026-11-17T07:30") + timedelta(seconds=15), morning=digest(at="08:00"))
    assert book.sent == []
    book.look(utc("2026-11-17T07:31"), morning=digest(at="09:00"))
    book.look(utc("2026-11-17T08:00"), morning=digest(at="09:00"))
    assert book.sent == ["2026-11-17T09:00"]


def test_another_zone_sends_a_day_once_and_misses_none() -> None:
    book = Book()
    book.look(utc("2026-11-16T20:00"), morning=digest())
    book.look(utc("2026-11-17T07:00"), morning=digest())
    for hour in range(8, 24):
        book.look(utc(f"2026-11-17T{hour:02}:00"), morning=digest(timezone="America/New_York"))
    assert book.sent == ["2026-11-17T08:00"]  # that day was told already
    book.look(utc("2026-11-18T13:00"), morning=digest(timezone="America/New_York"))
    assert book.sent == ["2026-11-17T08:00", "2026-11-18T08:00"]


@pytest.mark.parametrize(
    ("zone", "begin", "at", "wanted"),
    [
        (BERLIN, "2026-03-27T20:00", "02:30", ["28", "29", "30"]),
        (BERLIN, "2026-10-23T20:00", "02:30", ["24", "25", "26"]),
        ("America/Santiago", "2026-09-04T12:00", "00:00", ["05", "06", "07"]),
    ],
)
def test_through_a_change_of_the_clocks_each_day_has_its_slot(
    zone: str, begin: str, at: str, wanted: list[str]
) -> None:
    book = Book()
    for minutes in range(0, 66 * 60, 15):
        book.look(utc(begin) + timedelta(minutes=minutes), morning=digest(at=at, timezone=zone))
    assert [slot[8:10] for slot in book.sent] == wanted


def test_every_quarter_hour_has_its_slot_in_both_passes_of_a_fold() -> None:
    book, often = Book(), digest(cron="*/15 * * * *", catch_up="all")
    for minutes in range(0, 180, 1):
        book.look(utc("2026-10-24T23:30") + timedelta(minutes=minutes), morning=often)
    assert len(book.sent) == len(set(book.sent)) == 11
    assert "2026-10-25T02:30" in book.sent
    assert "2026-10-25T02:30+01:00" in book.sent


@settings(max_examples=500 if SOAK else 25, deadline=None)
@given(
    st.lists(st.integers(1, 3000), min_size=1, max_size=30),
    st.sampled_from(("latest", "all", "none")),
    st.sampled_from((BERLIN, "Australia/Lord_Howe", "Africa/Cairo", "UTC")),
)
def test_every_nominal_day_has_one_row_however_long_the_pauses(gaps: list[int], catch_up: str, zone: str) -> None:
    book, morning = Book(), digest(catch_up=catch_up, timezone=zone)
    now = utc("2026-10-01T00:00")
    book.look(now, morning=morning)
    first = now
    for gap in gaps:
        now += timedelta(minutes=gap)
        book.look(now, morning=morning)
    days = [slot[:10] for _, slot in book.slots]
    assert days == sorted(set(days))
    assert abs(len(days) - (now - first) / timedelta(days=1)) <= 1


def test_the_alarm_is_set_to_the_next_slot_of_all() -> None:
    now = utc("2026-11-17T06:00")
    both = {"late": digest(at="20:00"), "early": digest(at="08:00"), "off": digest(at="07:30", enabled=False)}
    assert alarm_at(both, BERLIN, now) == utc("2026-11-17T07:00")
    assert alarm_at({}, BERLIN, now) is None


def test_what_fell_due_since_a_backup_is_passed_over_and_the_next_slot_is_not() -> None:
    book = Book()
    morning, then = digest(holidays=("2026-11-18",)), utc("2026-11-16T06:00")
    book.look(then, morning=morning)
    book.look(utc("2026-11-16T07:00"), morning=morning)
    others = {name: Schedule(name, True, BERLIN, then, then, "") for name in ("resting", "gone")}
    known, digests = {**book.schedules, **others}, {"morning": morning, "resting": digest(enabled=False)}

    schedules, due = passed_over(digests, BERLIN, known, utc("2026-11-19T09:00"), "it may have been sent")

    assert [(one.slot, one.reason.partition(":")[0]) for one in due] == [
        ("2026-11-17T08:00", "it may have been sent"),
        ("2026-11-18T08:00", "a day off"),
        ("2026-11-19T08:00", "it may have been sent"),
    ]
    assert [one.name for one in schedules] == ["morning"]
    book.schedules = {one.name: one for one in schedules}
    book.slots = {}
    book.look(utc("2026-11-20T07:00"), morning=morning)
    assert book.sent == ["2026-11-20T08:00"]
