"""What was tried with a delivery is a row for each claim, told with the claim and with what came of it."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store.memory import Store, open_store
from bot.store.rows import Claimed, Outcome, State
from tests.store.test_ledger import NOW, claim, frozen

LATER = NOW + timedelta(seconds=2)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store("sqlite:///state.db", tmp_path) as found:
        yield found


async def steps(store: Store, one: Claimed) -> list[tuple[State, float, str]]:
    """Each step, with its seconds after the first claim."""
    return [(step.state, (step.at - NOW).total_seconds(), step.why) for step in await store.steps(one.id)]


async def test_a_claim_is_told_before_its_end_is_known(store: Store) -> None:
    await frozen(store)
    before = await store.beat()
    (one,) = await claim(store)
    assert await steps(store, one) == [("sending", 0, "")]
    assert await store.beat() != before, "who watches hears of it"


async def test_a_claim_is_told_with_its_end_and_the_next_one_after_it(store: Store) -> None:
    await frozen(store)
    (one,) = await claim(store)
    claimed = await store.beat()
    await store.record([Outcome(one.id, one.fence, "retry", LATER, "busy")])
    assert await store.beat() != claimed
    (again,) = await claim(store, now=NOW + timedelta(seconds=5))
    await store.record([Outcome(again.id, again.fence, "sent", NOW + timedelta(seconds=6))])
    assert await steps(store, one) == [("sending", 0, ""), ("retry", 2, "busy"), ("sending", 5, ""), ("sent", 6, "")]


async def test_a_later_word_on_the_same_claim_does_not_tell_the_claim_twice(store: Store) -> None:
    await frozen(store)
    (one,) = await claim(store)
    await store.record([Outcome(one.id, one.fence, "unknown", LATER, "no answer")])
    (doubtful,) = await store.doubtful("slack")
    assert await store.attempt_again(doubtful, "me", LATER + timedelta(seconds=1))
    await store.record([Outcome(one.id, one.fence, "sent", LATER + timedelta(seconds=2), witness="repeat")])
    told = [(state, seconds) for state, seconds, _ in await steps(store, one)]
    assert told == [("sending", 0), ("unknown", 2), ("unknown", 3), ("sent", 4)]


async def test_the_word_of_who_lost_a_claim_is_told_nowhere(store: Store) -> None:
    """Among others of its group, which are told."""
    await frozen(store, ("one", "two"))
    one, two = await claim(store, "dead")
    await store.adopt("slack", "me", LATER, "it died")
    (mine,) = [one for one in await store.doubtful("slack") if one.id == two.id]
    late = LATER + timedelta(seconds=1)
    await store.record([Outcome(one.id, one.fence, "sent", late), Outcome(two.id, mine.fence, "retry", late)])
    assert await steps(store, one) == [("sending", 0, ""), ("unknown", 2, "it died")]
    assert await steps(store, two) == [("sending", 0, ""), ("unknown", 2, "it died"), ("retry", 3, "")]


async def test_what_nobody_ever_claimed_has_an_end_without_a_claim(store: Store) -> None:
    await frozen(store)
    (one,) = await store.stranded(("discord",))
    await store.record([Outcome(one.id, one.fence, "failed", LATER, "it is off")])
    assert await steps(store, one) == [("failed", 2, "it is off")]


async def test_a_lane_looks_through_what_is_under_way_and_not_through_all_that_was_sent(
    store: Store, tmp_path: Path
) -> None:
    await frozen(store, [str(number) for number in range(50)])
    sent = await claim(store, most=50)
    await store.record([Outcome(one.id, one.fence, "sent", LATER) for one in sent])
    await frozen(store, ("last",), slot="2026-11-18T08:00")
    with closing(sqlite3.connect(tmp_path / "state.db")) as database:
        names = "ix_deliveries_platform_not_before_id", "ix_deliveries_platform_channel_id"
        for name in names:
            # Of all rows, this index can only serve those for which its condition holds.
            (wanted,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
            assert wanted.endswith("WHERE live = 1")
            rows = f"SELECT count(*) FROM deliveries INDEXED BY {name} WHERE live = 1"
            assert database.execute(rows).fetchone() == (1,)
