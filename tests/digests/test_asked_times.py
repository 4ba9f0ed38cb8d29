"""A time in people's own words is understood as what they meant, or not at all and with a better word."""

import re
from contextlib import suppress
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.asked_times import _REGIONS, Times, Unclear, _zones, read_times, zone_of, zones_like

ZONES = sorted(
    name
    for name in available_timezones()
    if name.partition("/")[0] in ("Asia", "Europe", "America") and name != "America/Knox_IN"  # "in" is a filling word
)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("", Times()),
        ("at 07:30 Asia/Seoul", Times("07:30", "", "Asia/Seoul")),
        ("7:30", Times("07:30")),
        ("at 7", Times("07:00")),
        ("7.30am", Times("07:30")),
        ("7:30 a.m.", Times("07:30")),
        ("at 12am", Times("00:00")),
        ("at 12 pm", Times("12:00")),
        ("at 7 PM seoul", Times("19:00", "", "Asia/Seoul")),
        ("at 0730", Times("07:30")),
        ("18h30 paris", Times("18:30", "", "Europe/Paris")),
        ("on mon-fri", Times("", "mon-fri")),
        ("on weekdays at 8 in berlin", Times("08:00", "mon-fri", "Europe/Berlin")),
        ("on Monday, Wednesday and fri", Times("", "mon,wed,fri")),
        ("Mon–Fri new york", Times("", "mon-fri", "America/New_York")),
        ("every day 9:00", Times("09:00", "daily")),
        ("at 07:30 on sat , sun buenos aires", Times("07:30", "sat,sun", "America/Buenos_Aires")),
        ("ASIA/SEOUL", Times("", "", "Asia/Seoul")),
        ("istanbul", Times("", "", "Europe/Istanbul")),
        ("monaco", Times("", "", "Europe/Monaco")),
        ("utc", Times("", "", "UTC")),
    ],
)
def test_what_is_understood(words: str, meant: Times) -> None:
    assert read_times(words) == meant


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("at 25:00", '"25:00" is not a time of day: write it as 07:30.'),
        ("at 13pm", '"13pm" is not a time of day'),
        ("at noon", '"noon" is not a time of day'),
        ("7:30 and 8:30", "It comes at one time a day, and 7:30 and 8:30 are several."),
        ("on never", '"never" names no days: write mon-fri'),
        ("soul", "not a time zone. Did you mean Asia/Seoul?"),
        ("new yrok", "not a time zone. Did you mean America/New_York?"),
        ("kst", "Name a city, such as Seoul"),
        ("utc+9", "Name a city, such as Seoul"),
        ("gmt-9", "Name a city, such as Seoul"),
    ],
)
def test_what_is_not_is_told_with_what_may_be_meant(words: str, told: str) -> None:
    with pytest.raises(Unclear, match=re.escape(told)):
        read_times(words)


@given(
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    mark=st.sampled_from([":", ".", "h", ""]),
    zone=st.sampled_from(ZONES),
)
def test_every_time_in_every_zone_is_understood(hour: int, minute: int, mark: str, zone: str) -> None:
    found = read_times(f"at {hour:02}{mark}{minute:02} {zone.lower().replace('_', ' ')}")
    assert found == Times(f"{hour:02}:{minute:02}", "", zone)
    assert read_times(f"{zone.upper()} at {hour}:{minute:02}") == found


@given(st.text(max_size=50))
def test_whatever_is_typed_is_understood_or_told(text: str) -> None:
    with suppress(Unclear):
        found = read_times(text)
        assert found.zone == "" or ZoneInfo(found.zone).key == found.zone
        assert not found.at or re.fullmatch(r"\d\d:\d\d", found.at)


def test_a_city_that_stands_under_two_names_has_one_clock() -> None:
    cities: dict[str, set[str]] = {}
    for name in set(_zones().values()):
        if name.partition("/")[0] in _REGIONS:
            cities.setdefault(name.rpartition("/")[2], set()).add(name)
    for city, names in cities.items():
        clocks = {resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes() for name in names}
        assert len(clocks) == 1, names
        assert zone_of(city) in names


def test_zones_are_offered_by_what_their_name_or_city_begins_with() -> None:
    assert zones_like("", ["Asia/Seoul", "UTC"]) == ["Asia/Seoul", "UTC"]
    assert zones_like("seo", ["UTC"]) == ["Asia/Seoul"]
    assert zones_like("new y", ()) == ["America/New_York"]
    assert zones_like("europe/b", ["Europe/Berlin"])[:2] == ["Europe/Berlin", "Europe/Belfast"]
