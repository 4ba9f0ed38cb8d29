"""When a digest is due: once a day whatever the clocks do, held against clocks that are read minute by minute."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digest_settings import Digest
from bot.digests.schedule import When, follows_elapsed, local_minute, next_slot, rhythm, slots, when_of
from bot.zones import use_packaged_zones
from tests.digests.clocks import DAY, HOUR, MINUTE, changes, due, matching, put, utc, zones_in

use_packaged_zones()

FIRST, LAST = date(2025, 1, 1), date(2027, 12, 31)
DAYS = [FIRST + DAY * day for day in range((LAST - FIRST).days + 1)]
TIMES = ("00:00", "02:30", "08:00", "12:00", "23:45")
EVERYWHERE = sorted(available_timezones() - {"Factory", "localtime"})
SAMPLE = [
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Santiago"),
    *("America/Nuuk", "America/Scoresbysund", "Asia/Beirut", "Africa/Casablanca", "Europe/Dublin", "Antarctica/Troll"),
    *("Pacific/Chatham", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Gaza"),
]
ZONES = EVERYWHERE if os.environ.get("SOAK") else SAMPLE


def daily(clock: str, zone: str) -> When:
    return When(f"{int(clock[3:])} {int(clock[:2])} * * *", zone)


def digest(**keys: object) -> Digest:
    return Digest.model_validate({"title": "T", "channels": ["a"], **keys})


# --- the days on which clocks are moved ---


@pytest.mark.parametrize(
    ("zone", "name", "at", "shift"),
    [
        ("Europe/Berlin", "2026-03-28T02:30", "2026-03-28T01:30", ""),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00", "gap"),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00", "gap"),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00", ""),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30", "fold"),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00", ""),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00", "gap"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30", "fold"),
        # Lord Howe moves its clocks by half an hour.
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30", "gap"),
        ("Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30", ""),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "fold"),
        # Cairo and Santiago leave out midnight.
        ("Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00", "gap"),
        ("Africa/Cairo", "2026-04-24T00:59", "2026-04-23T22:00", "gap"),
        ("Africa/Cairo", "2026-10-29T23:30", "2026-10-29T20:30", "fold"),
        ("America/Santiago", "2026-09-06T00:00", "2026-09-06T04:00", "gap"),
        ("America/Santiago", "2026-04-04T23:45", "2026-04-05T02:45", "fold"),
        # Apia had no 30 December 2011.
        ("Pacific/Apia", "2011-12-29T08:00", "2011-12-29T18:00", ""),
        ("Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00", "gap"),
        ("Pacific/Apia", "2011-12-30T23:45", "2011-12-30T10:00", "gap"),
        ("Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00", ""),
        # Pyongyang put its clocks back by half an hour, and three years later forward.
        ("Asia/Pyongyang", "2015-08-14T23:45", "2015-08-14T14:45", "fold"),
        ("Asia/Pyongyang", "2015-08-15T00:00", "2015-08-14T15:30", ""),
        ("Asia/Pyongyang", "2018-05-04T23:45", "2018-05-04T15:00", "gap"),
        ("Asia/Pyongyang", "2018-05-05T00:00", "2018-05-04T15:00", ""),
    ],
)
def test_a_digest_is_due_once_on_a_day_of_moved_clocks(zone: str, name: str, at: str, shift: str) -> None:
    near = slots(daily(name[11:], zone), utc(at) - 20 * HOUR, utc(at) + 20 * HOUR)
    assert [(slot.at, slot.shift) for slot in near if slot.name == name] == [(utc(at), shift)]
    assert due(zone, name) == (utc(at), shift)


def test_the_days_before_and_after_the_missing_day_keep_theirs() -> None:
    found = slots(daily("08:00", "Pacific/Apia"), utc("2011-12-29"), utc("2011-12-31"))
    assert [(slot.name, slot.at) for slot in found] == [
        ("2011-12-29T08:00", utc("2011-12-29T18:00")),
        ("2011-12-30T08:00", utc("2011-12-30T10:00")),
        ("2011-12-31T08:00", utc("2011-12-30T18:00")),
    ]


def test_slots_that_are_due_together_after_a_gap_keep_their_order() -> None:
    when = When("0,15,30 2,3 * * *", "Europe/Berlin")
    found = slots(when, utc("2026-03-29T00:00"), utc("2026-03-29T01:00"))
    assert [(slot.name[11:], slot.shift) for slot in found] == [
        ("02:00", "gap"), ("02:15", "gap"), ("02:30", "gap"), ("03:00", ""),
    ]  # fmt: skip
    assert {slot.at for slot in found} == {utc("2026-03-29T01:00")}


def test_what_ends_or_begins_while_the_clocks_go_back_misses_nothing() -> None:
    once, often = When("30 2 * * *", "Europe/Berlin"), When("15 * * * *", "Europe/Berlin")
    # At its end the clock shows 02:10 for the second time: earlier than what was due, and still to come on the wall.
    (slot,) = slots(once, utc("2026-10-25T00:20"), utc("2026-10-25T01:10"))
    assert slot.at == utc("2026-10-25T00:30")
    # At its beginning the clock shows 02:50 for the first time: later than what is due half an hour on.
    (slot,) = slots(often, utc("2026-10-25T00:50"), utc("2026-10-25T01:20"))
    assert slot.name == "2026-10-25T02:15+01:00"


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_has_its_slot_in_every_zone(zone: str) -> None:
    moved = changes(zone, FIRST, LAST)
    looked_at = {day + DAY * near for day in (*moved, date(2026, 1, 1), date(2026, 7, 1)) for near in (-1, 0, 1)}
    after = datetime.combine(FIRST, time(), UTC) - 2 * DAY
    until = datetime.combine(LAST, time(), UTC) + 3 * DAY
    for clock in TIMES:
        found = [slot for slot in slots(daily(clock, zone), after, until) if FIRST <= _day(slot.name) <= LAST]
        assert [slot.name for slot in found] == [f"{day}T{clock}" for day in DAYS]
        assert all(one.at < other.at for one, other in pairwise(found))
        for slot in found:
            if _day(slot.name) in looked_at:
                assert (slot.at, slot.shift) == due(zone, slot.name), slot


def _day(name: str) -> date:
    return date.fromisoformat(name[:10])


# --- crons that follow elapsed time ---

OFTEN = {
    "*/15 * * * *": lambda wall: wall.minute % 15 == 0,
    "30 * * * *": lambda wall: wall.minute == 30,
    "*/20 2 * * *": lambda wall: wall.minute % 20 == 0 and wall.hour == 2,
    "0-10 */3 * * *": lambda wall: wall.minute <= 10 and wall.hour % 3 == 0,
    "*/15 0 * * SUN,MON,FRI": lambda wall: wall.minute % 15 == 0 and wall.hour == 0 and wall.weekday() in (6, 0, 4),
}
MOVED = {
    "Berlin forward": ("Europe/Berlin", "2026-03-29T01:00"),
    "Berlin back": ("Europe/Berlin", "2026-10-25T01:00"),
    "New York forward": ("America/New_York", "2026-03-08T07:00"),
    "New York back": ("America/New_York", "2026-11-01T06:00"),
    "Lord Howe forward": ("Australia/Lord_Howe", "2026-10-03T15:30"),
    "Lord Howe back": ("Australia/Lord_Howe", "2026-04-04T15:00"),
    "Cairo forward": ("Africa/Cairo", "2026-04-23T22:00"),
    "Cairo back": ("Africa/Cairo", "2026-10-29T21:00"),
    "Santiago forward": ("America/Santiago", "2026-09-06T04:00"),
    "Santiago back": ("America/Santiago", "2026-04-05T03:00"),
    "Apia": ("Pacific/Apia", "2011-12-30T10:00"),
    "Pyongyang back": ("Asia/Pyongyang", "2015-08-14T15:00"),
    "Pyongyang forward": ("Asia/Pyongyang", "2018-05-04T15:00"),
}


@pytest.mark.parametrize("cron", OFTEN)
@pytest.mark.parametrize(("zone", "at"), MOVED.values(), ids=MOVED)
def test_what_is_due_every_so_often_follows_the_time_that_passes(zone: str, at: str, cron: str) -> None:
    after, until = utc(at) - 9 * HOUR, utc(at) + 9 * HOUR
    found = slots(When(cron, zone), after, until)
    assert [slot.at for slot in found] == matching(zone, after, until, OFTEN[cron])
    assert len({slot.name for slot in found}) == len(found)


def test_the_second_pass_is_told_from_the_first_by_its_offset() -> None:
    found = slots(When("30 * * * *", "Europe/Berlin"), utc("2026-10-24T23:00"), utc("2026-10-25T03:00"))
    assert [(slot.name, slot.at, slot.shift) for slot in found] == [
        ("2026-10-25T01:30", utc("2026-10-24T23:30"), ""),
        ("2026-10-25T02:30", utc("2026-10-25T00:30"), "fold"),
        ("2026-10-25T02:30+01:00", utc("2026-10-25T01:30"), "fold"),
        ("2026-10-25T03:30", utc("2026-10-25T02:30"), ""),
    ]


@pytest.mark.parametrize(
    ("cron", "elapsed"),
    [
        *((cron, True) for cron in ("*/15 * * * *", "30 * * * *", "*/5 8 * * *", "0 */2 * * *")),
        *((cron, False) for cron in ("0 8 * * *", "0,30 0-23 * * *", "30 2 */2 * *")),
    ],
)
def test_a_star_in_minute_or_hour_means_elapsed_time(cron: str, elapsed: bool) -> None:
    assert follows_elapsed(When(cron, "UTC")) == elapsed


# --- rules without exceptions ---

CRONS = (*OFTEN, "0 0 * * *", "30 2 * * *", "15,45 0-3,23 * * *", "45 1,23 * * *", "0 8 * * 1-5", "59 23 L * *")
MOMENTS = st.tuples(st.sampled_from([*MOVED.values()]), st.lists(st.integers(-1700, 1700), min_size=3, max_size=3))
NEAR = st.tuples(st.sampled_from([*MOVED.values()]), st.lists(st.integers(-100, 100), min_size=3, max_size=3))


@given(MOMENTS | NEAR, st.sampled_from(CRONS))
def test_a_time_cut_in_two_holds_the_same_slots(moments: tuple[tuple[str, str], list[int]], cron: str) -> None:
    (zone, at), minutes = moments
    first, second, third = (utc(at) + MINUTE * minute for minute in sorted(minutes))
    when = When(cron, zone)
    whole = slots(when, first, third)
    assert slots(when, first, second) + slots(when, second, third) == whole
    assert len({slot.name for slot in whole}) == len(whole)
    assert all(first < slot.at <= third for slot in whole)
    assert [slot.at for slot in whole] == sorted(slot.at for slot in whole)


@given(MOMENTS | NEAR, st.sampled_from(CRONS))
def test_the_next_slot_is_the_first_of_all_that_come(moments: tuple[tuple[str, str], list[int]], cron: str) -> None:
    (zone, at), (minutes, *_) = moments
    when, after = When(cron, zone), utc(at) + MINUTE * minutes
    found = next_slot(when, after)
    assert found is not None
    assert slots(when, after, found.at)[0] == found
    assert slots(when, after, found.at - MINUTE) == []


@given(MOMENTS | NEAR)
def test_the_minute_of_a_slot_is_what_the_clock_shows_then(moments: tuple[tuple[str, str], list[int]]) -> None:
    (zone, at), minutes = moments
    when = When("*/5 * * * *", zone)
    for slot in slots(when, utc(at) + MINUTE * min(minutes), utc(at) + MINUTE * max(minutes)):
        assert local_minute(when, slot.at) == slot.name[:16]


# --- a new release of the zones ---


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Europe/Berlin", "Africa/Algiers"),
        ("Africa/Algiers", "Europe/Berlin"),
        ("Europe/Berlin", "Europe/Moscow"),
        ("America/New_York", "America/Panama"),
        ("Africa/Cairo", "Asia/Riyadh"),
    ],
)
@pytest.mark.parametrize("clock", ["00:00", "02:30", "08:00", "23:45"])
def test_a_new_release_of_the_zones_moves_slots_and_adds_and_drops_none(
    tmp_path: Path, before: str, after: str, clock: str
) -> None:
    when = daily(clock, "Test/Town")
    begin, end = utc("2026-02-01T16:00"), utc("2026-12-01T16:00")
    with zones_in(put(tmp_path / "old", "Test/Town", before)):
        old = slots(when, begin, end)
    with zones_in(put(tmp_path / "new", "Test/Town", after)):
        new = slots(when, begin, end)
    assert [slot.name for slot in old] == [slot.name for slot in new]
    assert len(old) == (end - begin).days
    assert [slot.at for slot in old] != [slot.at for slot in new]
    for change in (begin + HOUR * hours for hours in range(24, 7000, 7)):
        planned = {slot.name for slot in old if slot.at <= change}
        # Whoever plans on looks back by a day: the new release may have put a slot before what is planned already.
        later = [slot.name for slot in new if slot.at > change - DAY]
        assert planned | set(later) == {slot.name for slot in old}


# --- days off ---


def test_a_public_holiday_is_marked_with_its_name_where_it_is_one() -> None:
    berlin, germany = (When("0 8 * * *", "Europe/Berlin", country=country) for country in ("DE-BE", "DE"))
    after, until = utc("2027-03-07T12:00"), utc("2027-03-08T12:00")
    assert [slot.day_off for slot in slots(berlin, after, until)] == ["Women's Day"]
    assert [slot.day_off for slot in slots(germany, after, until)] == [""]


def test_the_names_of_holidays_do_not_depend_on_who_started_the_bot() -> None:
    program = (
        "from datetime import date; from bot.digests.days_off import holiday; print(holiday('DE', date(2026, 4, 3)))"
    )
    environ = {"LANGUAGE": "de", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
    said = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    assert said.stdout == "Good Friday\n"


def test_a_day_off_is_that_of_the_wall_clock_in_the_zone_of_the_digest() -> None:
    when = When("30 1 * * *", "Asia/Tokyo", frozenset([date(2026, 12, 24)]))
    (slot,) = slots(when, utc("2026-12-23T12:00"), utc("2026-12-24T12:00"))
    assert (slot.name, slot.day_off) == ("2026-12-24T01:30", "a day off")
    assert slot.at == utc("2026-12-23T16:30")


def test_the_next_slot_is_never_on_a_day_off() -> None:
    when = When("0 8 * * 1-5", "Europe/Berlin", frozenset([date(2026, 12, 28)]), "DE")
    found = next_slot(when, utc("2026-12-24T12:00"))
    assert found is not None
    assert found.name == "2026-12-29T08:00"


def test_where_five_years_hold_no_slot_there_is_no_next() -> None:
    leap = When("0 8 29 2 *", "UTC")
    assert getattr(next_slot(leap, utc("2024-03-01")), "name", "") == "2028-02-29T08:00"
    assert next_slot(leap, utc("2096-03-01")) is None  # 2100 is no leap year


def test_the_library_of_holidays_is_loaded_where_somebody_asks_only() -> None:
    program = (
        "import sys; from datetime import UTC, datetime, timedelta; import bot.settings, bot.digests.schedule as s;"
        "s.next_slot(s.When('0 8 * * *', 'UTC'), datetime(2026, 1, 1, tzinfo=UTC)); print('holidays' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


# --- from config.yaml ---


@pytest.mark.parametrize(
    ("keys", "when", "told"),
    [
        ({"at": "08:00"}, When("0 8 * * *", "UTC"), "08:00, every day, UTC"),
        ({"at": "8:05", "on": "mon-fri"}, When("5 8 * * 1,2,3,4,5", "UTC"), "08:05, Monday to Friday, UTC"),
        ({"at": "08:00", "on": "sat, sun"}, When("0 8 * * 6,7", "UTC"), "08:00, Saturday and Sunday, UTC"),
        ({"at": "08:00", "on": "fri-mon"}, When("0 8 * * 1,5,6,7", "UTC"), "08:00, Friday to Monday, UTC"),
        ({"at": "08:00", "on": "tue-tue"}, When("0 8 * * 2", "UTC"), "08:00, Tuesday, UTC"),
        (
            {"at": "08:00", "on": "mon,wed-thu,sun"},
            When("0 8 * * 1,3,4,7", "UTC"),
            "08:00, Monday, Wednesday to Thursday and Sunday, UTC",
        ),
        ({"at": "08:00", "on": "mon-wed,thu-sun"}, When("0 8 * * *", "UTC"), "08:00, every day, UTC"),
        (
            {"cron": "0 8 * * 1-5", "timezone": "Europe/Berlin"},
            When("0 8 * * 1-5", "Europe/Berlin"),
            'cron "0 8 * * 1-5", Europe/Berlin',
        ),
        (
            {"at": "08:00", "holidays": "DE-BE"},
            When("0 8 * * *", "UTC", country="DE-BE"),
            "08:00, every day, UTC, without public holidays (DE-BE)",
        ),
        (
            {"at": "08:00", "holidays": ["2026-12-24", "2026-12-31"]},
            When("0 8 * * *", "UTC", frozenset([date(2026, 12, 24), date(2026, 12, 31)])),
            "08:00, every day, UTC, without 2 days off",
        ),
    ],
)
def test_a_digest_says_when_it_is_due(keys: dict[str, object], when: When, told: str) -> None:
    assert when_of(digest(**keys), "UTC") == when
    assert rhythm(digest(**keys), "UTC") == told


def test_days_of_the_week_are_those_of_the_wall_clock() -> None:
    weekend = when_of(digest(at="00:30", on="sat,sun", timezone="Asia/Tokyo"), "UTC")
    found = slots(weekend, utc("2026-10-05"), utc("2026-10-12"))
    assert [slot.name for slot in found] == ["2026-10-10T00:30", "2026-10-11T00:30"]


def test_an_instant_has_its_minute_in_both_passes() -> None:
    when = When("0 8 * * *", "Europe/Berlin")
    at = utc("2026-10-25T00:30") + timedelta(seconds=59)
    assert local_minute(when, at) == local_minute(when, at + HOUR) == "2026-10-25T02:30"
