"""Who plans digests writes the history; who takes over goes on from it, and adds what it alone knows."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.digests.leading import PLANNER
from bot.opening import remembering
from bot.store.memory import Store, open_store
from tests.postgres import Cluster
from tests.shelf.home import QUICK, Home, Running, briefing, running

LEASE = timedelta(seconds=30)


@pytest.fixture
async def store(postgres: Cluster) -> AsyncIterator[Store]:
    async with await open_store(postgres.make()) as opened:
        yield opened


async def leads(store: Store, who: str) -> None:
    for other in ("one", "two"):
        await store.release(PLANNER, other)
    assert await store.lease(PLANNER, who, datetime.now(UTC), LEASE)


async def kept(store: Store) -> dict[str, list[tuple[str, datetime]]]:
    """What is remembered of each snippet: a word of its text, and since when."""
    found: dict[str, list[tuple[str, datetime]]] = {}
    for one in (await store.recall()).versions:
        found.setdefault(one.snippet, []).append((one.body, one.seen_at))
    return found


def told(one: Running) -> list[datetime]:
    """Since when this one holds the versions of the first snippet."""
    return [version.seen_at for version in one.shelf.views.edition.history.of("harbour", "s1")]


async def test_the_one_who_plans_writes_and_the_other_goes_on_from_that(store: Store, tmp_path: Path) -> None:
    await leads(store, "one")
    homes = [Home(tmp_path / name).write(harbour=briefing("harbour", "calm")) for name in ("one", "two")]
    memories = [remembering(store, name) for name in ("one", "two")]
    async with running(homes[0], QUICK, memories[0]) as first, running(homes[1], QUICK, memories[1]) as second:
        for home, one in zip(homes, (first, second), strict=True):
            home.write(harbour=briefing("harbour", "rough"))
            await one.tells("rough")
        written = await kept(store)
        assert ["calm" in body for body, _ in written["s1"]] == [True, False]
        assert told(first) == [at for _, at in written["s1"]]
        assert told(second)[-1] > told(first)[-1], "it saw the edit later"

        homes[1].write(harbour=briefing("harbour", "rough", "foggy"))
        await second.tells("foggy")
        assert "s2" not in await kept(store), "what one does not plan with is nobody else's history"

        await leads(store, "two")
        before = datetime.now(UTC)
        await second.shelf.rebase(await store.recall())
        assert told(second) == told(first), "news that was told is not told again"
        (_, at), *_ = (await kept(store))["s2"]
        assert at >= before, "and what was not told yet is news now"
        assert "foggy" in await second.ask()
        assert [one.text for one in (await store.recall()).kept if one.file == "harbour.yaml"] == [
            briefing("harbour", "rough", "foggy")
        ]


async def test_a_replica_that_starts_with_a_bad_file_serves_the_last_good_one_of_all(
    store: Store, tmp_path: Path
) -> None:
    await leads(store, "one")
    good = Home(tmp_path / "one").write(harbour=briefing("harbour", "calm"))
    async with running(good, QUICK, remembering(store, "one")):
        bad = Home(tmp_path / "two").write(harbour="briefing: [")
        async with running(bad, QUICK, remembering(store, "two")) as second:
            assert "calm" in await second.ask()
            assert second.problems("harbour.yaml")


async def test_files_that_one_serves_otherwise_have_other_prints(store: Store, tmp_path: Path) -> None:
    homes = [Home(tmp_path / name).write(harbour=briefing("harbour", "calm"), quay=briefing("quay", "calm"))
             for name in ("one", "two")]  # fmt: skip
    async with running(homes[0]) as first, running(homes[1]) as second:
        assert first.shelf.prints() == second.shelf.prints()
        homes[1].write(quay=briefing("quay", "rough"))
        await second.tells("rough")
        await asyncio.sleep(0)
        one, two = first.shelf.prints(), second.shelf.prints()
        assert [name for name in one if one[name] != two[name]] == ["quay.yaml"]
