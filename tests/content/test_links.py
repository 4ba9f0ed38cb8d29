"""When a link is dead: never because somebody was away for an hour, and never because we were."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.content.links import (
    DAY,
    WEEK,
    Looked,
    Result,
    dead_links,
    links_known,
    links_of,
    looked,
    meaning,
    next_due,
    pause,
)
from bot.content.model import Briefing

NOW = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MUD, NOISE = "https://gazette.example/mud", "https://radio.example/noise"


def told(*looks: tuple[timedelta, Result], url: str = MUD) -> Looked:
    """What is known after these looks, each so long after the first moment."""
    one = None
    for after, result in looks:
        one = looked(one, url, result, "", NOW + after)
    assert one is not None
    return one


def known(*looks: Looked) -> dict[str, Looked]:
    return {one.url: one for one in looks}


def briefing(*urls: str | None) -> Briefing:
    sources = [{"id": f"s{number}", "publisher": "Gazette", "url": url} for number, url in enumerate(urls)]
    head = {"id": "harbour", "title": "The harbour", "sharing": "TLP:GREEN"}
    return Briefing.model_validate({"format": "1", "briefing": head, "sources": sources})


def dead(*looks: Looked) -> list[str]:
    return [one.url for one in dead_links([briefing(MUD, None, NOISE)], known(*looks))]


@pytest.mark.parametrize(
    ("status", "result"),
    [
        *((status, "ok") for status in (200, 204, 206, 304)),
        *((status, "gone") for status in (404, 410)),
        *((status, "unsure") for status in (400, 401, 402, 403, 405, 418, 429, 451, 500, 502, 503, 504, 999)),
    ],
)
def test_only_what_says_that_it_is_not_there_is_gone(status: int, result: str) -> None:
    assert meaning(status)[0] == result


@pytest.mark.parametrize(
    ("looks", "so"),
    [
        ([(0 * DAY, "gone")], False),
        ([(0 * DAY, "gone"), (23 * HOUR, "gone")], False),
        ([(0 * DAY, "gone"), (24 * HOUR, "gone")], True),
        ([(0 * DAY, "gone"), (1 * HOUR, "gone"), (25 * HOUR, "gone")], True),
        ([(0 * DAY, "gone"), (1 * DAY, "unsure")], False),
        ([(0 * DAY, "gone"), (1 * DAY, "unsure"), (2 * DAY, "gone")], True),
        ([(0 * DAY, "gone"), (1 * DAY, "ok"), (2 * DAY, "gone")], False),
        ([(0 * DAY, "gone"), (1 * DAY, "gone"), (8 * DAY, "ok")], False),
        ([(0 * DAY, "gone"), (1 * DAY, "gone"), (8 * DAY, "unsure")], True),
        ([(0 * DAY, "unsure"), (1 * DAY, "unsure"), (9 * DAY, "unsure")], False),
        ([(0 * DAY, "ok")], False),
    ],
)
def test_a_link_is_dead_once_it_was_gone_a_day_apart_and_not_there_between(
    looks: list[tuple[timedelta, Result]], so: bool
) -> None:
    assert told(*looks).is_dead is so


def test_a_dead_link_says_since_when_for_whom_and_where_a_copy_is() -> None:
    raw = briefing(MUD).model_dump(mode="json", exclude_unset=True)
    raw["sources"][0] |= {"archived_url": "https://archive.example/mud"}
    one = looked(told((0 * DAY, "gone")), MUD, "gone", "status 404", NOW + 2 * DAY)
    (found,) = dead_links([Briefing.model_validate(raw)], known(one))
    assert (found.briefing, found.label, found.source, found.publisher) == ("harbour", "TLP:GREEN", "s0", "Gazette")
    assert (found.since, found.why, found.archived_url) == (NOW, "status 404", "https://archive.example/mud")


def test_where_no_host_is_known_it_is_this_network_that_knows_none() -> None:
    gone: list[tuple[timedelta, Result]] = [(0 * DAY, "no host"), (2 * DAY, "no host")]
    assert told(*gone).is_dead
    assert dead(told(*gone)) == []
    assert dead(told(*gone), told(*gone, url=NOISE)) == []
    assert dead(told(*gone), told((-1 * DAY, "ok"), url=NOISE)) == []
    assert dead(told(*gone), told((3 * DAY, "unsure"), url=NOISE)) == []
    assert dead(told(*gone), told((1 * DAY, "ok"), url=NOISE)) == [MUD]
    assert dead(told(*gone), told((1 * DAY, "gone"), url=NOISE)) == [MUD]


def test_what_no_briefing_links_to_is_not_told() -> None:
    both = told((0 * DAY, "gone"), (2 * DAY, "gone")), told((0 * DAY, "gone"), (2 * DAY, "gone"), url=NOISE)
    assert [one.url for one in dead_links([briefing(NOISE)], known(*both))] == [NOISE]
    assert links_of([briefing(MUD, None), briefing(MUD, NOISE)]) == {MUD, NOISE}


def test_a_link_is_there_only_if_the_last_look_reached_it() -> None:
    def there(*looks: tuple[timedelta, Result]) -> bool:
        return MUD in links_known([briefing(MUD)], known(told(*looks))).there

    assert there((0 * DAY, "ok"))
    assert there((0 * DAY, "gone"), (2 * DAY, "gone"), (9 * DAY, "ok"))
    assert not there((0 * DAY, "ok"), (1 * DAY, "unsure"))
    assert not there((0 * DAY, "gone"))
    assert not links_known([briefing(NOISE)], known(told((0 * DAY, "ok")))).there
    assert [
        one.url for one in links_known([briefing(MUD)], known(told((0 * DAY, "gone"), (1 * DAY, "gone")))).dead
    ] == [MUD]


def test_each_link_has_its_turn_once_a_week_and_one_that_may_be_dead_after_a_day() -> None:
    fine, away = told((0 * DAY, "ok")), told((0 * DAY, "gone"), url=NOISE)
    assert next_due([MUD, NOISE], known(fine, away), NOW + DAY - HOUR) is None
    assert next_due([MUD, NOISE], known(fine, away), NOW + DAY) == NOISE
    away = looked(away, NOISE, "gone", "", NOW + DAY)
    assert away.is_dead
    assert next_due([MUD, NOISE], known(fine, away), NOW + WEEK - HOUR) is None
    assert next_due([MUD, NOISE], known(fine, away), NOW + WEEK) == MUD
    assert next_due([MUD, NOISE], known(away), NOW + 2 * DAY) == MUD
    assert next_due([], known(away), NOW + WEEK * 9) is None


def test_a_look_of_a_clock_that_was_ahead_does_not_wait_for_it() -> None:
    assert next_due([MUD], known(told((900 * DAY, "ok"))), NOW) == MUD


@pytest.mark.parametrize(("links", "seconds"), [(0, 3600), (1, 3600), (168, 3600), (1008, 600), (100_000, 60)])
def test_looks_are_spread_over_the_week(links: int, seconds: float) -> None:
    assert pause(links) == seconds


def looks(urls: Iterable[str], until: timedelta) -> list[tuple[datetime, str]]:
    """The looks at links that are all there, when each comes after the pause."""
    urls, now, seen, found = list(urls), NOW, dict[str, Looked](), []
    while now < NOW + until:
        if url := next_due(urls, seen, now):
            seen[url] = looked(seen.get(url), url, "ok", "", now)
            found.append((now, url))
        now += timedelta(seconds=pause(len(urls)))
    return found


def test_of_a_thousand_links_each_is_looked_at_once_a_week_and_never_two_at_once() -> None:
    found = looks((f"https://gazette.example/{number}" for number in range(1000)), 2 * WEEK)
    assert len(found) == len({url for _, url in found}) * 2 == 2000
    assert min(after - before for (before, _), (after, _) in pairwise(found)) >= timedelta(minutes=10)
