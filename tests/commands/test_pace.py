"""How fast one person may ask, against a naive count of all that was ever allowed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.pace import Pace

NOON = datetime(2024, 11, 11, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def test_twenty_asks_a_minute_are_fine_and_the_next_waits_for_the_first_to_pass() -> None:
    pace = Pace()
    assert [pace.allow("mara", NOON + number * SECOND) for number in range(20)] == [None] * 20

    assert pace.allow("mara", NOON + 20 * SECOND) == 40 * SECOND
    assert pace.allow("mara", NOON + 59 * SECOND) == SECOND
    assert pace.allow("mara", NOON + 60 * SECOND) is None
    assert pace.allow("mara", NOON + 60 * SECOND) == SECOND, "the second of the twenty is the next to pass"


def test_one_persons_haste_is_nobody_elses() -> None:
    pace = Pace(most=1)
    assert pace.allow("discord:1", NOON) is None
    assert pace.allow("discord:1", NOON) == MINUTE
    assert pace.allow("slack:1", NOON) is None


def test_who_asks_on_while_waiting_does_not_wait_longer() -> None:
    pace = Pace(most=2)
    for _ in range(2):
        pace.allow("mara", NOON)
    for second in range(1, 60):
        assert pace.allow("mara", NOON + second * SECOND) == (60 - second) * SECOND
    assert pace.allow("mara", NOON + MINUTE) is None


def test_who_is_quiet_is_forgotten() -> None:
    pace = Pace()
    for number in range(500):
        pace.allow(f"person {number}", NOON + number * SECOND)
    assert len(pace) == 60


def test_no_more_people_are_remembered_than_there_is_room_for() -> None:
    pace = Pace(most=1, people=100)
    for number in range(300):
        pace.allow(f"person {number}", NOON)
    assert len(pace) == 100
    assert pace.allow("person 299", NOON) == MINUTE, "the latest are remembered"
    assert pace.allow("person 0", NOON) is None


def test_a_clock_that_is_put_back_silences_nobody() -> None:
    pace = Pace(most=1)
    pace.allow("mara", NOON + timedelta(days=365))
    assert pace.allow("mara", NOON) is None
    assert pace.allow("mara", NOON) == MINUTE


def naive(allowed: list[tuple[str, datetime]], who: str, now: datetime, most: int, within: timedelta) -> bool:
    """Whether this may be allowed, going through everything that ever was."""
    return sum(name == who and now - at < within for name, at in allowed) < most


steps = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 25)), max_size=120)


@given(steps, st.integers(1, 5))
def test_the_same_are_allowed_as_a_count_of_everything_would_allow(steps: list[tuple[str, int]], most: int) -> None:
    pace, now, within = Pace(most, MINUTE, people=3), NOON, MINUTE
    allowed: list[tuple[str, datetime]] = []
    for who, seconds in steps:
        now += seconds * SECOND
        wait = pace.allow(who, now)
        assert (wait is None) == naive(allowed, who, now, most, within)
        if wait is None:
            allowed.append((who, now))
        else:
            assert timedelta(0) < wait <= within
            assert naive(allowed, who, now + wait, most, within), "the wait is long enough"
            assert not naive(allowed, who, now + wait - timedelta(microseconds=1), most, within), "and no longer"
        assert len(pace) == len({name for name, at in allowed if now - at < within})
