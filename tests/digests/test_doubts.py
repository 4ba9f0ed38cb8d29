"""Doubts over a real ledger and the desk's wall: what is remembered of them between two readings."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.digests.doubts import EVERY, Doubts, _Kept
from bot.digests.outcomes import Verdict
from bot.digests.steady import steady
from bot.platforms.base import Absent
from bot.store.memory import Store, open_store
from bot.store.rows import Claimed, Outcome, Page
from tests.digests.test_lane import BODY, Network, due, means, now


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store("sqlite:///state.db", tmp_path) as found:
        yield found


async def test_a_doubt_that_is_written_down_while_doubts_are_read_is_still_known_as_ours(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be sent again without a look then, as long as that is harmless."""
    await due(store)
    (one,) = await store.claim("desk", "me", now(), 1)
    holding: set[int] = {one.id}
    made: list[str] = []
    wall = Network(store)
    wall.repost_within = timedelta(seconds=80)
    doubtful = store.doubtful

    async def page(_: Claimed) -> Page:
        return Page(BODY, "", ("a/",))

    async def early(lane: str) -> tuple[Claimed, ...]:
        found = await doubtful(lane)
        await store.record([Outcome(one.id, one.fence, "unknown", now())])
        holding.discard(one.id)
        return found

    doubts = Doubts(wall, means(store), page, lambda _, verdict: made.append(verdict.witness), holding)
    doubts.learn(one.id, steady())
    monkeypatch.setattr(store, "doubtful", early)
    async with asyncio.TaskGroup() as tasks:

        def spawn(work: Coroutine[Any, Any, None]) -> None:
            tasks.create_task(work)

        await doubts.settle(spawn)
        monkeypatch.setattr(store, "doubtful", doubtful)
        await asyncio.sleep(EVERY + 0.1)
        await doubts.settle(spawn)
    assert made == ["repeat"]


async def test_what_was_learnt_before_another_had_the_lane_counts_no_more_but_for_what_is_in_hand(
    store: Store,
) -> None:
    """The other one may have sent it again, and just now."""

    async def page(_: Claimed) -> Page:
        return Page(BODY, "", ("a/",))

    doubts = Doubts(Network(store), means(store), page, lambda *_: None, {2})
    for number in (1, 2):
        doubts.learn(number, steady())
    doubts.forget()
    assert list(doubts._kept) == [2]


class NoHistory(Network):
    """A Slack whose channels show nothing; what stands in threads is not shown there."""

    name = "slack"

    async def find(self, *_: object) -> Absent:
        return Absent()


@pytest.mark.parametrize(("part", "becomes"), [(0, "retry"), (1, "held")])
async def test_a_part_that_may_stand_in_a_thread_nobody_knows_is_not_sent_again(
    store: Store, part: int, becomes: str
) -> None:
    await due(store)
    (one,) = await store.claim("desk", "me", now(), 1)
    await store.record([Outcome(one.id, one.fence, "unknown", now())])
    verdicts: list[Verdict] = []

    async def page(_: Claimed) -> Page:
        return Page(BODY, "", ("a/",))

    doubts = Doubts(NoHistory(store), means(store), page, lambda _, verdict: verdicts.append(verdict), set())
    in_doubt = replace(one, platform="slack", part=part, first_attempt_at=now() - timedelta(hours=1))
    await doubts._settle(in_doubt, _Kept(steady() - 1000.0, ours=False), doubts._look)
    assert [verdict.state for verdict in verdicts] == [becomes]
