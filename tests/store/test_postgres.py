"""What is PostgreSQL's alone: what is said when it cannot be used, and that it may stop, start and be shared."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import Connection, event, text

from bot.errors import OldStore, StartError, StoreError
from bot.store import database
from bot.store.claims import _ready
from bot.store.memory import Store, open_store
from bot.store.migrate import migrate
from bot.store.places import close_place
from bot.store.rows import PlaceRow, Planned
from tests.postgres import PASSWORD, Cluster
from tests.store.test_ledger import frozen

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)


@pytest.fixture
def own() -> Iterator[Cluster]:
    """A server that the test may stop."""
    cluster = Cluster()
    try:
        yield cluster.start()
    finally:
        cluster.remove()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ((PASSWORD, "hunter2"), "it does not let this user in; check the password"),
        ((PASSWORD, "p@w/hunter2#x?"), "write it as %40"),
        ((PASSWORD, "pa@hunter2"), "write it as %40"),
        (("bot:", "nobody:"), "it does not let this user in"),
        (("127.0.0.1:", "127.0.0.1:port"), "is not a database URL"),
        (("127.0.0.1", "no-such-host.invalid"), "there is no host of that name"),
        (("/t", "/nowhere"), "the server has no database of that name; make it with createdb"),
    ],
)
async def test_what_keeps_it_from_being_used_is_said_and_no_password(
    postgres: Cluster, change: tuple[str, str], sentence: str
) -> None:
    url = postgres.make().replace(*change)
    with pytest.raises((StoreError, StartError)) as caught:
        await open_store(url)
    assert sentence in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


async def test_options_are_the_clients_own(postgres: Cluster) -> None:
    url = postgres.make()
    async with await open_store(f"{url}?sslmode=prefer&application_name=spare") as store:
        await store.note("a", "b")
    with pytest.raises(StoreError, match="no secure connection came about"):
        await open_store(f"{url}?sslmode=require")
    with pytest.raises(StoreError, match='invalid connection option "bogus"'):
        await open_store(f"{url}?bogus=1")


async def test_a_server_that_stops_is_named_and_used_again_once_it_is_back(own: Cluster) -> None:
    async with await open_store(own.make()) as store:
        await store.note("before", "1")
        own.stop("immediate")
        with pytest.raises(StoreError, match=r"cannot use the PostgreSQL database t0 on 127\.0\.0\.1:\d+: nobody answ"):
            await store.note("while", "2")
        own.start()
        await store.note("after", "3")
        assert [await store.noted(name) for name in ("before", "while", "after")] == ["1", None, "3"]


async def test_a_database_of_another_program_is_left_as_it_is(postgres: Cluster) -> None:
    url = postgres.make()
    postgres.say("CREATE TABLE bookmarks (url text)", url.rpartition("/")[2])
    with pytest.raises(StoreError, match="it is a database of another program"):
        await open_store(url)


async def test_many_that_start_at_once_make_the_tables_once(postgres: Cluster) -> None:
    url = postgres.make()
    stores = await asyncio.gather(*(open_store(url) for _ in range(6)))
    try:
        firsts = await asyncio.gather(*(store.first("slack", "1", NOON) for store in stores))
    finally:
        for store in stores:
            await store.close()
    assert firsts.count(True) == 1


async def test_a_migration_that_fails_leaves_nothing_behind(postgres: Cluster) -> None:
    url = postgres.make()
    name = url.rpartition("/")[2]
    postgres.say("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)", name)
    postgres.say("CREATE TABLE deliveries (in_the_way text)", name)
    with pytest.raises(OldStore, match="is at version 0000"):
        await open_store(url)
    with pytest.raises(StoreError, match='relation "deliveries" already exists'):
        await migrate(url)
    found = postgres.say("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1", name)
    assert found == [("alembic_version",), ("deliveries",)]


async def test_a_lock_of_somebody_else_is_waited_for_and_then_named(postgres: Cluster) -> None:
    url = postgres.make()
    async with await open_store(url, patience=timedelta(seconds=0.2)) as store:
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE notes IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(StoreError, match="it is locked: another session holds what is needed"):
                await store.note("name", "value")
        await store.note("name", "value")


async def test_a_claim_is_on_disk_before_it_is_answered_also_where_the_server_is_told_otherwise(own: Cluster) -> None:
    url = own.make()
    own.say(f'ALTER DATABASE "{url.rpartition("/")[2]}" SET synchronous_commit = off')
    async with await open_store(url) as store:
        assert await store.write(lambda c: c.scalar(text("SHOW synchronous_commit"))) == "on"
    own.say(f'ALTER DATABASE "{url.rpartition("/")[2]}" SET synchronous_commit = remote_write')
    async with await open_store(url) as store:
        assert await store.write(lambda c: c.scalar(text("SHOW synchronous_commit"))) == "remote_write"


async def test_a_read_sees_one_moment_and_changes_nothing(postgres: Cluster) -> None:
    url = postgres.make()
    async with await open_store(url) as store, await open_store(url) as other:
        await store.note("name", "old")

        def twice(connection: Connection) -> tuple[str, str]:
            found = connection.scalar(text("SELECT value FROM notes WHERE name = 'name'"))
            asyncio.run_coroutine_threadsafe(other.note("name", "new"), loop).result(30)
            return str(found), str(connection.scalar(text("SELECT value FROM notes WHERE name = 'name'")))

        loop = asyncio.get_running_loop()
        assert await store.read(twice) == ("old", "old")
        with pytest.raises(StoreError, match="read-only"):
            await store.read(lambda connection: connection.execute(text("DELETE FROM notes")))


async def _cross(one: Store, other: Store) -> list[object]:
    """Two transactions that lock the same two rows in opposite order, each once it has the first."""
    await one.note("a", "0")
    await one.note("b", "0")
    both = threading.Barrier(2)

    def locking(first: str, second: str) -> Callable[[Connection], None]:
        met = False

        def work(connection: Connection) -> None:
            nonlocal met
            change = text("UPDATE notes SET value = value || :by WHERE name = :which")
            connection.execute(change, {"by": first, "which": first})
            if not met:
                met = True
                both.wait(30)
            connection.execute(change, {"by": first, "which": second})

        return work

    works = (one.write(locking("a", "b")), other.write(locking("b", "a")))
    return list(await asyncio.gather(*works, return_exceptions=True))


async def test_who_is_taken_back_because_of_another_does_it_once_more(postgres: Cluster) -> None:
    url = postgres.make()
    async with await open_store(url) as one, await open_store(url) as other:
        assert await _cross(one, other) == [None, None]
        assert sorted(str(await one.noted("a"))) == ["0", "a", "b"]


async def test_without_a_second_try_a_collision_is_an_error(postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "COLLISIONS", 0)
    url = postgres.make()
    async with await open_store(url) as one, await open_store(url) as other:
        found = await _cross(one, other)
    (error,) = filter(None, found)
    assert isinstance(error, StoreError)
    assert "others were writing the same" in str(error)


@pytest.mark.parametrize("wrong", [timedelta(hours=-2), timedelta(hours=2)])
async def test_a_lease_lasts_by_the_servers_clock_whatever_the_machines_say(
    postgres: Cluster, wrong: timedelta
) -> None:
    length = timedelta(seconds=1)
    true = datetime.now(UTC)
    async with await open_store(postgres.make()) as store:
        assert await store.lease("lane:slack", "me", true + wrong, length) == 1
        assert await store.lease("lane:slack", "you", true - wrong, length) is None
        await asyncio.sleep(1.1)
        assert await store.lease("lane:slack", "you", true - wrong, length) == 2
        assert abs(await store.time(true + wrong) - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_lane_looks_at_one_place_for_each_delivery_and_not_at_all_that_is_under_way(postgres: Cluster) -> None:
    """Also before the server has counted the rows: a digest to ten thousand channels is written down at once."""

    def plan(connection: Connection) -> str:
        heard: list[tuple[str, object]] = []
        event.listen(connection, "before_cursor_execute", lambda *told: heard.append((told[2], told[3])))
        words = {"lane": "slack", "now": NOON, "never": NOON + timedelta(hours=1), "most": 45}
        connection.execute(_ready.statement, words)
        driver = connection.connection.driver_connection
        assert driver is not None
        return "\n".join(row[0] for row in driver.execute(f"EXPLAIN {heard[0][0]}", heard[0][1]))

    async with await open_store(postgres.make()) as store:
        await frozen(store, [f"C{number}" for number in range(500)])
        found = await store.write(plan)
    (earlier,) = re.findall(r"on deliveries earlier .*\n\s*Index Cond: (.*)", found)
    assert "channel = deliveries.channel" in earlier, found


async def test_two_machines_may_use_it(postgres: Cluster) -> None:
    url = postgres.make()
    async with await open_store(url) as one, await open_store(url) as other:
        slot = Planned("morning", "2026-11-17T08:00", NOON)
        found = await asyncio.gather(*(store.plan((), [slot], NOON) for store in (one, other)))
    assert sorted(map(len, found)) == [0, 1]


async def test_a_place_that_closes_while_the_admins_are_told_is_told_of_the_next_time(postgres: Cluster) -> None:
    url = postgres.make()
    async with await open_store(url) as store:
        one, other = (PlaceRow("slack", name, "archived", NOON, NOON) for name in ("C1", "C2"))
        await store.write(lambda connection: close_place(connection, one))
        closed: list[PlaceRow] = []

        def meanwhile(*told: object) -> None:
            if "places" not in str(told[2]) or closed:
                return
            closed.append(other)
            with psycopg.connect(url) as lane:
                lane.execute("INSERT INTO places SELECT platform, 'C2', why, since, look_at, false FROM places")

        event.listen(store._engine, "after_cursor_execute", meanwhile)
        assert [place.channel for place in await store.untold()] == ["C1"]
        assert closed
        assert [place.channel for place in await store.untold()] == ["C2"]
        assert await store.untold() == ()
