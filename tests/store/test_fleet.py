"""The processes that share a database, as they know of one another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.store.memory import Store
from bot.store.replica_rows import Replica

SILENT = timedelta(seconds=45)


def replica(name: str, at: datetime) -> Replica:
    return Replica(name, f"host-{name}", "0.1.0", "e1", '{"a.yaml": "f00d"}', at, at)


async def test_each_is_there_from_its_first_beat_with_what_it_serves_now(store: Store) -> None:
    now = datetime.now(UTC)
    one, two = replica("one", now), replica("two", now + timedelta(seconds=1))
    for beating in (one, two, replace(one, edition="e2", files="{}")):
        await store.appear(beating, SILENT)
    found, leases = await store.fleet()
    assert [(each.id, each.edition, each.files, each.started_at) for each in found] == [
        ("one", "e2", "{}", one.started_at),
        ("two", "e1", two.files, two.started_at),
    ]
    assert leases == ()


async def test_one_that_leaves_is_gone_and_one_that_is_silent_is_forgotten(store: Store) -> None:
    now = datetime.now(UTC)
    for name in ("one", "two", "three"):
        await store.appear(replica(name, now), SILENT)
    await store.depart("two")
    assert [one.id for one in (await store.fleet())[0]] == ["one", "three"]
    await store.appear(replica("three", now + timedelta(hours=1)), timedelta(0))
    assert [one.id for one in (await store.fleet())[0]] == ["three"]


async def test_leases_are_told_with_their_owners(store: Store) -> None:
    now = datetime.now(UTC)
    await store.lease("planner", "one", now, SILENT)
    await store.lease("lane:slack", "two", now, SILENT)
    await store.release("planner", "one")
    _, leases = await store.fleet()
    assert [(one.name, one.owner, one.fence, one.until > now) for one in leases] == [
        ("lane:slack", "two", 1, True),
        ("planner", "one", 1, False),
    ]
