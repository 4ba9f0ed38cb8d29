"""Dates as editors know them, in every zone, to the ends of the calendar."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.dates import FIRST, LAST, PartialDate, read_date, written
from tests.exam.oracle_views import span

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
)

years = st.integers(1, 9999).map("{:04}".format)
days = st.dates().map(str)
months = st.dates().map(lambda day: str(day)[:7])
times = st.datetimes().map(lambda time: time.strftime("%Y-%m-%dT%H:%M:%S").zfill(19))
zoned = st.tuples(times, st.sampled_from(("Z", "+00:00", "+14:00", "-12:00", "+05:45"))).map("".join)
zones = st.sampled_from(ZONES).map(ZoneInfo)


@given(years | months | days | times | zoned, zones)
def test_every_date_of_the_calendar_begins_before_it_ends_in_every_zone(text: str, zone: tzinfo) -> None:
    date = read_date(text)
    start, end = date.starts(zone), date.ends(zone)
    assert start.tzinfo is end.tzinfo is UTC
    assert (start == end) if "T" in text else (start < end or end == LAST or start == FIRST)


@given(st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1)), zones, st.sampled_from((4, 7, 10, 19)))  # noqa: DTZ001
def test_a_date_covers_what_the_slow_and_obvious_way_says(time: datetime, zone: ZoneInfo, length: int) -> None:
    text = time.strftime("%Y-%m-%dT%H:%M:%S")[:length]
    date = read_date(text)
    assert (date.starts(zone), date.ends(zone)) == span(text, zone)


@pytest.mark.parametrize(
    ("text", "zone", "start", "end"),
    [
        ("2024", "UTC", "2024-01-01T00:00", "2025-01-01T00:00"),
        ("2024-02", "UTC", "2024-02-01T00:00", "2024-03-01T00:00"),
        ("2024-02-29", "UTC", "2024-02-29T00:00", "2024-03-01T00:00"),
        ("2024-12", "Europe/Berlin", "2024-11-30T23:00", "2024-12-31T23:00"),
        ("2024-03-31", "Europe/Berlin", "2024-03-30T23:00", "2024-03-31T22:00"),
        ("2024-10-27", "Europe/Berlin", "2024-10-26T22:00", "2024-10-27T23:00"),
        # A time that no clock shows, and the first of two that every clock shows.
        ("2024-03-31T02:30", "Europe/Berlin", "2024-03-31T01:30", "2024-03-31T01:30"),
        ("2024-10-27T02:30", "Europe/Berlin", "2024-10-27T00:30", "2024-10-27T00:30"),
        # Apia had no 30 December 2011.
        ("2011-12-29", "Pacific/Apia", "2011-12-29T10:00", "2011-12-30T10:00"),
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00", "2011-12-31T10:00"),
        ("2024-11-12T06:00+09:00", "Europe/Berlin", "2024-11-11T21:00", "2024-11-11T21:00"),
        ("2024-11-12 06:00Z", "Asia/Seoul", "2024-11-12T06:00", "2024-11-12T06:00"),
        ("9999", "UTC", "9999-01-01T00:00", "9999-12-31T23:59:59.999999"),
        ("9999-12", "Asia/Seoul", "9999-11-30T15:00", "9999-12-31T23:59:59.999999"),
        ("9999-12-31", "America/New_York", "9999-12-31T05:00", "9999-12-31T23:59:59.999999"),
        ("0001-01-01", "UTC", "0001-01-01T00:00", "0001-01-02T00:00"),
        ("0001-01-01", "Asia/Seoul", "0001-01-01T00:00", "0001-01-01T15:32:08"),
        ("9999-12-31T23:59", "Etc/GMT+12", "9999-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999"),
    ],
)
def test_a_date_covers_its_time(text: str, zone: str, start: str, end: str) -> None:
    date = read_date(text)
    assert date.starts(ZoneInfo(zone)) == datetime.fromisoformat(f"{start}+00:00")
    assert date.ends(ZoneInfo(zone)) == datetime.fromisoformat(f"{end}+00:00")


@pytest.mark.parametrize(
    "text",
    [
        *("", "24", "2024-1", "2024-13", "2024-00", "0000", "2023-02-29", "2024-11-31", "2024-11-11T24:00", "10000"),
        *("2024-11-11T12:60", "2024-11-11T12:00:60", "2024-11-11T12", "2024-11-11T12:00+25:00", " 2024", "-2024"),
        *("11.11.2024", "2024/11/11", "yesterday"),
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date|is not in the calendar"):
        read_date(text)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        found: object = read_date(text)
    except ValueError as refused:
        found = str(refused)
    assert isinstance(found, PartialDate) or (isinstance(found, str) and "is not" in found)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2024", "2024"),
        ("2024-11", "November 2024"),
        ("2024-11-01", "1 November 2024"),
        ("2024-11-01T08:05", "1 November 2024, 08:05"),
        ("2024-11-01T08:05:09Z", "1 November 2024, 08:05 UTC"),
        ("2024-11-01T08:05+09:00", "1 November 2024, 08:05 UTC+09:00"),
        ("0001-01-01", "1 January 1"),
    ],
)
def test_a_date_is_written_for_readers_as_exactly_as_it_is_known(text: str, shown: str) -> None:
    assert str(read_date(text)) == shown


@given(st.dates(), st.dates())
def test_dates_sort_as_the_calendar_does(one: date, other: date) -> None:
    first, second = read_date(str(one)), read_date(str(other))
    assert (first.order < second.order) == (one < other)
    assert written(one) == str(first)


def test_a_day_ends_a_day_after_it_begins_where_no_clock_changes() -> None:
    date = read_date("2024-07-01")
    for zone in map(ZoneInfo, ZONES):
        assert date.ends(zone) - date.starts(zone) == timedelta(days=1)
