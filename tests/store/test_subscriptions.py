"""Subscriptions are kept, one for a digest and a place; what was done once is not done again."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.digests.schedules import Schedules
from bot.settings import Config
from bot.store import subscriptions
from bot.store.memory import Store, open_store
from bot.store.rows import Schedule, Subscription

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
BEGUN = Schedule("", active=True, zone="Asia/Seoul", starts_at=NOW, planned_through=NOW, cursor="2026-11-17T16:00")
ORDER = Subscription(0, "morning", "discord", "9", "555", "07:30", "mon-fri", "Asia/Seoul", "active", "Ulla", NOW)
CONFIG = Config.model_validate(
    {
        "sections": {"impact": {"title": "Impact", "about": "What may change"}},
        "channels": {"newsroom": {"at": "desk:newsroom"}},
        "digests": {"morning": {"title": "Morning", "at": "08:00", "channels": ["newsroom"]}},
    }
)


async def test_what_is_ordered_is_kept_with_the_beginning_of_its_schedule(store: Store) -> None:
    assert await store.subscribe(ORDER, BEGUN, "1", NOW)
    (found,) = await store.subscriptions()
    assert found == replace(ORDER, id=found.id)
    assert await store.schedules() == {found.schedule: replace(BEGUN, name=f"morning@{found.id}")}


async def test_ordering_again_at_one_place_changes_when_it_comes(store: Store) -> None:
    await store.subscribe(ORDER, BEGUN, "1", NOW)
    await store.subscribe(replace(ORDER, at="09:00", on="", zone="UTC", account="10"), BEGUN, "2", NOW)
    (found,) = await store.subscriptions()
    assert (found.at, found.on, found.zone, found.account) == ("09:00", "", "UTC", "10")
    await store.subscribe(replace(ORDER, channel="556"), BEGUN, "3", NOW)
    await store.subscribe(replace(ORDER, platform="slack"), BEGUN, "4", NOW)
    await store.subscribe(replace(ORDER, digest="weekly"), BEGUN, "5", NOW)
    assert len(await store.subscriptions()) == 4


async def test_a_press_that_comes_again_changes_nothing_any_more(store: Store) -> None:
    await store.subscribe(ORDER, BEGUN, "1", NOW)
    (one,) = await store.subscriptions()
    assert await store.turn(one, "paused", "press", NOW)
    assert await store.turn(one, "active", "another", NOW)
    assert not await store.turn(one, "paused", "press", NOW)
    assert not await store.unsubscribe(one, "press", NOW)
    assert not await store.subscribe(replace(ORDER, at="10:00"), BEGUN, "1", NOW)
    assert await store.subscriptions() == (one,)


async def test_a_mutant_that_forgets_what_was_done_does_it_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "take", lambda *_: True)
    await store.subscribe(ORDER, BEGUN, "1", NOW)
    (one,) = await store.subscriptions()
    for becomes, press in (("paused", "press"), ("active", "another"), ("paused", "press")):
        await store.turn(one, becomes, press, NOW)  # type: ignore[arg-type]  # one of two words
    assert (await store.subscriptions())[0].state == "paused", "the late press undid what came after it"


def test_a_mutant_table_gives_an_id_to_another_subscription(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "mutant.db")) as connection:
        connection.execute("CREATE TABLE subscriptions (id INTEGER PRIMARY KEY, digest TEXT)")
        seen = []
        for _ in range(2):
            seen.append(connection.execute("INSERT INTO subscriptions (digest) VALUES ('morning')").lastrowid)
            connection.execute("DELETE FROM subscriptions")
    assert seen == [1, 1], "which is why the real one counts on"


async def test_an_id_names_one_subscription_for_ever(store: Store) -> None:
    seen = []
    for number in range(3):
        await store.subscribe(ORDER, BEGUN, f"on {number}", NOW)
        (one,) = await store.subscriptions()
        seen.append(one.id)
        assert await store.unsubscribe(one, f"off {number}", NOW)
        assert await store.subscriptions() == ()
    assert len(set(seen)) == 3


async def test_another_process_sees_each_change_without_a_clock(store: Store, url: str) -> None:
    async with await open_store(url) as other:
        there = Schedules(other, lambda: CONFIG)
        await there.read()
        assert not await there.changed()
        await store.subscribe(ORDER, BEGUN, "1", NOW)
        assert await there.changed()
        assert set(await there.read()) == {"morning", "morning@1"}
        (one,) = await store.subscriptions()
        await store.turn(one, "paused", "2", NOW)
        assert await there.changed()
        assert (await there.read())[one.schedule].rests
        await store.turn(one, "active", "3", NOW)
        assert await there.changed()
        await there.read()
        await store.unsubscribe(one, "4", NOW)
        await store.subscribe(ORDER, BEGUN, "5", NOW)
        assert await there.changed()
        assert set(await there.read()) == {"morning", "morning@2"}
        assert not await there.changed()
