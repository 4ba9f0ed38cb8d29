"""Notes, acts that happen once, and readers' reports, for many at once and across restarts."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, closing
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

import bot
from bot.content.model import LABELS
from bot.errors import StoreError
from bot.store import acts
from bot.store.acts import Report
from bot.store.memory import Store, open_store
from bot.store.tables import inbound
from tests.sizes import SOAK

FIXTURE = HealthCheck.function_scoped_fixture  # it makes a database anew for each example

NOON = datetime(2024, 11, 11, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
REPORT = Report(
    at=NOON,
    platform="discord",
    place="discord:123",
    person="42",
    name="Mara",
    command="impact",
    text="lankov",
    page=1,
    label="TLP:GREEN",
    link="https://chat.example/123/9",
    words="The second claim is of October.",
)


@pytest.fixture
async def other(store: Store, url: str) -> AsyncIterator[Store]:
    """A second bot on the same database."""
    async with await open_store(url) as opened:
        yield opened


async def test_a_note_is_found_after_a_restart_and_its_newest_value_counts(url: str) -> None:
    async with await open_store(url) as store:
        assert await store.noted("discord:1:everywhere") is None
        await store.note("discord:1:everywhere", "aaaa")
        await store.note("discord:1:777", "cccc")
        await store.note("discord:1:everywhere", "bbbb")

    async with await open_store(url) as store:
        assert await store.noted("discord:1:everywhere") == "bbbb"
        assert await store.noted("discord:1:777") == "cccc"
        assert await store.noted("discord:1") is None


async def test_an_act_is_first_once_also_after_a_restart(url: str) -> None:
    async with await open_store(url) as store:
        assert await store.first("slack", "T1.1", NOON)
        assert not await store.first("slack", "T1.1", NOON)

    async with await open_store(url) as store:
        assert not await store.first("slack", "T1.1", NOON + MINUTE)
        assert await store.first("slack", "T1.2", NOON + MINUTE)
        assert await store.first("discord", "T1.1", NOON + MINUTE), "ids are a platform's own"


async def test_of_twenty_at_once_in_two_bots_one_is_first(store: Store, other: Store) -> None:
    bots = zip(range(20), cycle([store, other]), strict=False)
    found = await asyncio.gather(*(one.first("slack", "T1.1", NOON) for _, one in bots))
    assert found.count(True) == 1


def test_of_processes_that_hear_the_same_presses_each_press_is_first_in_one(url: str) -> None:
    script = """
import asyncio, sys
from datetime import UTC, datetime
from bot.store.memory import open_store
async def main():
    async with await open_store(sys.argv[1]) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        print([n for n in range(40) if await store.first("discord", str(n), datetime(2024, 11, 11, tzinfo=UTC))])
asyncio.run(main())
"""
    with ExitStack() as stack:
        bots = [stack.enter_context(_started(script, url)) for _ in range(2)]
        for one in bots:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in bots:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        said = [one.communicate(timeout=60)[0] for one in bots]
    assert sorted(number for line in said for number in json.loads(line)) == list(range(40))


async def test_what_was_done_is_forgotten_after_a_day(store: Store) -> None:
    for number in range(50):
        await store.first("slack", f"T{number}", NOON)
    assert not await store.first("slack", "T1", NOON + DAY), "a day is not over yet"

    assert await store.first("slack", "T1", NOON + DAY + MINUTE)

    assert await store.read(lambda connection: connection.scalar(select(func.count()).select_from(inbound))) == 1


async def test_an_act_that_cannot_be_written_down_is_an_error_and_not_first(in_a_file: Store, tmp_path: Path) -> None:
    async with await open_store("sqlite:///state.db", tmp_path, timedelta(seconds=0.2)) as hasty:
        with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="it is locked"):
                await hasty.first("slack", "T1", NOON)
            writer.execute("ROLLBACK")
        assert await hasty.first("slack", "T1", NOON)


async def test_a_cancelled_first_is_written_down_or_not_and_leaves_no_lock(store: Store) -> None:
    for number in range(20):
        task = asyncio.create_task(store.first("slack", f"T{number}", NOON))
        await asyncio.sleep(number / 4000)
        task.cancel()
        await asyncio.wait([task])
    assert await store.first("slack", "another", NOON)


NUMBERS = count()


async def kept(store: Store, report: Report, most: int) -> bool:
    """Whether a report that was sent for the first time is kept."""
    return await store.report(report, f"R{next(NUMBERS)}", most, HOUR) == "kept"


async def test_a_report_is_taken_once_and_a_refused_one_may_be_sent_again(store: Store) -> None:
    assert await store.report(REPORT, "V1", 1, HOUR) == "kept"
    assert await store.report(replace(REPORT, person="43"), "V1", 1, HOUR) == "again"
    later = replace(REPORT, at=NOON + 30 * MINUTE)
    assert await store.report(later, "V2", 1, HOUR) == "too many"
    assert await store.report(replace(later, at=NOON + HOUR), "V2", 1, HOUR) == "kept"
    assert not await store.first(REPORT.platform, "V1", NOON)


async def test_reports_come_back_whole_and_newest_first(store: Store) -> None:
    late, early = replace(REPORT, at=NOON + HOUR), replace(REPORT, at=NOON - HOUR, link="", name="")
    same = replace(REPORT, person="43", words="Another person, at the same moment.")
    for report in (REPORT, late, early, same):
        assert await kept(store, report, 9)

    assert await store.reports(50) == (late, same, REPORT, early)
    assert await store.reports(2) == (late, same)


async def test_a_person_reports_at_most_so_often_within_the_time(store: Store) -> None:
    for minute in (0, 20, 40):
        assert await kept(store, replace(REPORT, at=NOON + minute * MINUTE), 3)

    assert not await kept(store, replace(REPORT, at=NOON + 59 * MINUTE), 3)
    assert await kept(store, replace(REPORT, at=NOON + 59 * MINUTE, person="43"), 3)
    assert await kept(store, replace(REPORT, at=NOON + 59 * MINUTE, platform="slack"), 3)
    assert await kept(store, replace(REPORT, at=NOON + 60 * MINUTE), 3)
    assert not await kept(store, replace(REPORT, at=NOON + 61 * MINUTE), 3), "what was refused does not count"


async def test_of_twenty_reports_at_once_to_two_bots_three_are_kept(store: Store, other: Store) -> None:
    tried = [replace(REPORT, at=NOON + timedelta(seconds=number), words=f"{number}") for number in range(20)]
    bots = cycle([store, other])
    found = await asyncio.gather(*(kept(next(bots), report, 3) for report in tried))

    assert found.count(True) == 3
    words = {report.words for report in await store.reports(50)}
    assert words == {report.words for report, taken in zip(tried, found, strict=True) if taken}


async def test_a_clock_that_was_ahead_silences_nobody(store: Store) -> None:
    for _ in range(3):
        await kept(store, replace(REPORT, at=NOON + 365 * DAY), 3)
    assert await kept(store, REPORT, 3)


async def test_halves_of_characters_and_nul_are_replaced_and_refuse_nothing(store: Store) -> None:
    assert await kept(store, replace(REPORT, words="a\ud83db\0c", person="\udfff"), 1)
    assert not await kept(store, replace(REPORT, person="\udfff"), 1)
    (found,) = await store.reports(1)
    assert (found.words, found.person) == ("a?b?c", "?")
    assert await store.first("slack", "\ud83d", NOON)
    assert not await store.first("slack", "\ud83d", NOON)


async def test_an_error_shows_nothing_of_a_report(store: Store) -> None:
    await store.write(lambda connection: connection.exec_driver_sql("DROP TABLE reports"))

    with pytest.raises(StoreError) as caught:
        await kept(store, replace(REPORT, words="under embargo"), 3)

    assert "no such table: reports" in str(caught.value) or 'relation "reports" does not exist' in str(caught.value)
    assert "embargo" not in f"{caught.value} {caught.value.__cause__}"


async def test_nothing_is_looked_up_row_by_row(in_a_file: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        for statement in (acts._noted, acts._forget_inbound, acts._newest, acts._made):
            names = dict.fromkeys(statement.compile().params, "0")
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", names).fetchall()
            assert ["INDEX" in row[3] and "TEMP" not in row[3] for row in plan] == [True], plan


any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
any_report = st.builds(
    Report,
    at=st.timedeltas(timedelta(0), 9000 * DAY).map(lambda since: NOON + since),
    platform=any_text,
    place=any_text,
    person=any_text,
    name=any_text,
    command=any_text,
    text=any_text,
    page=st.integers(0, 9999),
    label=st.sampled_from(LABELS),
    link=any_text,
    words=any_text,
)


@settings(max_examples=400 if SOAK else 20, deadline=None, suppress_health_check=[HealthCheck.too_slow, FIXTURE])
@given(any_report, any_text, any_text, any_text)
def test_any_text_comes_back_as_it_was(
    fresh: Callable[[], str], report: Report, name: str, value: str, inbound_id: str
) -> None:
    async def there_and_back(url: str) -> None:
        async with await open_store(url) as store:
            await store.note(name, value)
            assert await kept(store, report, 1)
            assert await store.first(report.platform, inbound_id, report.at)
        async with await open_store(url) as store:
            assert await store.noted(name) == value
            assert [astuple(found) for found in await store.reports(2)] == [astuple(report)]
            assert not await store.first(report.platform, inbound_id, report.at)

    asyncio.run(there_and_back(fresh()))


def _started(script: str, url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(bot.__file__).parents[1])},
        text=True,
    )
