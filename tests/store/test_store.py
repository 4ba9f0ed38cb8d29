"""What the store remembers, across restarts and for many at once."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.content.memory import Kept, Memory, Remembered, Version
from bot.content.model import LABELS
from bot.errors import StoreError
from bot.store import memory
from bot.store.memory import Store, open_store
from tests.sizes import SOAK

FIXTURE = HealthCheck.function_scoped_fixture  # it makes a database anew for each example
NOON = datetime(2024, 11, 11, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)

FILE = Kept("east/dprk.yaml", "format: 1\n", "a" * 64, NOON)
FIRST = Version("dprk", "troops", NOON, "d1", "TLP:CLEAR", '{"text":"Ten thousand."}')
SECOND = Version("dprk", "troops", LATER, "d2", "TLP:GREEN", '{"text":"Eleven thousand."}')


async def test_a_new_store_remembers_nothing(store: Memory) -> None:
    assert await store.recall() == Remembered()


async def test_a_restart_finds_the_last_good_files_and_all_versions(url: str) -> None:
    async with await open_store(url) as store:
        await store.keep([FILE], [FIRST])
        await store.keep([replace(FILE, text="format: 1\n# mended\n", loaded_at=LATER)], [SECOND])

    async with await open_store(url) as store:
        found = await store.recall()

    assert found == Remembered(
        kept=(replace(FILE, text="format: 1\n# mended\n", loaded_at=LATER),), versions=(FIRST, SECOND)
    )


async def test_versions_come_oldest_first_and_within_a_moment_as_they_were_kept(store: Store) -> None:
    late = [replace(SECOND, snippet=name) for name in ("b", "a", "c")]
    early = [replace(FIRST, snippet=name) for name in ("z", "a")]
    await store.keep([], late)
    await store.keep([], early)

    assert (await store.recall()).versions == (*early, *late)


async def test_the_same_call_twice_is_harmless(store: Store) -> None:
    await store.keep([FILE], [FIRST, SECOND])
    await store.keep([FILE], [FIRST, SECOND])

    assert await store.recall() == Remembered((FILE,), (FIRST, SECOND))


async def test_a_forgotten_file_leaves_its_versions(store: Store) -> None:
    other = replace(FILE, file="west.yaml")
    await store.keep([FILE, other], [FIRST])

    await store.forget([FILE.file, "never-seen.yaml"])
    await store.forget([])

    assert await store.recall() == Remembered((other,), (FIRST,))


async def test_times_of_any_zone_come_back_as_utc(store: Store) -> None:
    berlin = timezone(timedelta(hours=1))
    await store.keep([replace(FILE, loaded_at=NOON.astimezone(berlin))], [])

    loaded_at = (await store.recall()).kept[0].loaded_at
    assert (loaded_at, loaded_at.tzinfo) == (NOON, UTC)


async def test_a_version_that_cannot_be_kept_takes_its_file_back(store: Store) -> None:
    await store.keep([FILE], [FIRST])
    newer = replace(FILE, text="format: 1\n# newer\n")
    naive = replace(SECOND, seen_at=LATER.replace(tzinfo=None))

    with pytest.raises(Exception, match="without a zone"):
        await store.keep([newer], [SECOND, naive])

    assert await store.recall() == Remembered((FILE,), (FIRST,))


async def test_many_may_write_at_once(store: Store) -> None:
    files = [replace(FILE, file=f"{number:02}.yaml") for number in range(20)]
    versions = [replace(FIRST, snippet=f"s{number:02}") for number in range(20)]

    await asyncio.gather(*(store.keep([a], [b]) for a, b in zip(files, versions, strict=True)))

    found = await store.recall()
    assert found.kept == tuple(files)
    assert sorted(found.versions, key=lambda version: version.snippet) == versions


async def test_another_writer_is_waited_for_and_then_named_as_the_cause(tmp_path: Path) -> None:
    patience = timedelta(seconds=0.2)
    async with await open_store("sqlite:///state.db", tmp_path, patience) as store:
        with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="it is locked: another program"):
                await store.keep([FILE], [])
            assert await store.recall() == Remembered(), "readers go on"
            other.execute("ROLLBACK")
        await store.keep([FILE], [])


async def test_a_database_deleted_while_the_bot_runs_is_an_error_and_not_made_anew(
    in_a_file: Store, tmp_path: Path
) -> None:
    store = in_a_file
    await store.keep([FILE], [FIRST])
    for file in _files_in(tmp_path):
        file.unlink()

    with pytest.raises(StoreError, match="moved or deleted while the bot ran"):
        await store.keep([FILE], [SECOND])
    assert _files_in(tmp_path) == []


async def test_an_error_shows_no_text_of_a_briefing(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    await store.write(lambda connection: connection.exec_driver_sql("DROP TABLE kept"))

    with pytest.raises(StoreError) as caught:
        await store.keep([replace(FILE, text="embargoed until noon")], [])

    assert "no such table: kept" in str(caught.value) or 'relation "kept" does not exist' in str(caught.value)
    assert "embargoed" not in f"{caught.value} {caught.value.__cause__} {caplog.text}"


async def test_history_is_read_in_order_without_sorting(in_a_file: Store) -> None:
    def steps(connection: Connection) -> list[Any]:
        return list(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {memory._history}"))

    plan = await in_a_file.read(steps)
    assert [row[3] for row in plan] == ["SCAN versions USING INDEX ix_versions_seen_at_id"]


hexadecimal = "0123456789abcdef"
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
moments = st.datetimes(timezones=st.just(UTC))
files = st.builds(Kept, file=any_text, text=any_text, sha256=st.text(hexadecimal, max_size=64), loaded_at=moments)
some_versions = st.builds(
    Version,
    briefing=any_text,
    snippet=any_text,
    seen_at=moments,
    digest=st.text(hexadecimal, max_size=128),
    label=st.sampled_from(LABELS),
    body=any_text,
)


@settings(max_examples=400 if SOAK else 20, deadline=None, suppress_health_check=[HealthCheck.too_slow, FIXTURE])
@given(
    st.lists(files, unique_by=lambda file: file.file, max_size=8),
    st.lists(some_versions, unique_by=lambda v: (v.briefing, v.snippet, v.seen_at), max_size=8),
)
def test_any_text_comes_back_as_it_was(fresh: Callable[[], str], kept: list[Kept], versions: list[Version]) -> None:
    async def there_and_back(url: str) -> Remembered:
        async with await open_store(url) as store:
            await store.keep(kept, versions)
        async with await open_store(url) as store:
            return await store.recall()

    found = asyncio.run(there_and_back(fresh()))

    assert set(found.kept) == set(kept)
    assert found.versions == tuple(sorted(versions, key=lambda version: version.seen_at))


def _files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())
