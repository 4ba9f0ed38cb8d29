"""The bot is put out of places and let in again: written down at once, in order, and only where digests go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from bot.digests import moves as module
from bot.digests.moves import Moves
from bot.platforms.base import Move
from bot.store.memory import Store
from bot.store.rows import Addressed, Outcome, PlaceRow, Planned

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
USED = {"slack": ("C1", "C2"), "discord": ("7",)}


@asynccontextmanager
async def running(store: Store) -> AsyncIterator[Moves]:
    moves = Moves(store, lambda platform: USED.get(platform, ()), lambda: NOW)
    task = asyncio.create_task(moves.run())
    try:
        yield moves
    finally:
        task.cancel()
        await asyncio.wait([task])


async def written(moves: Moves) -> None:
    """All that was heard stands in the ledger."""
    async with asyncio.timeout(10):
        while not moves._heard.empty():  # noqa: ASYNC110 nobody tells of it
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)


async def test_what_waits_there_has_failed_with_a_plain_why_and_comes_no_more_when_it_is_back(
    store: Store,
) -> None:
    await store.plan((), [Planned("morning", "s1", NOW)], NOW)
    (slot,) = await store.unfrozen()
    them = [Addressed("slack", one, "TLP:CLEAR", 0, 1, one) for one in ("C1", "C2")]
    await store.freeze(slot.id, "frozen", "", NOW, [], them)
    async with running(store) as moves:
        moves.heard(Move("slack", frozenset(("C1", "C9")), "the bot is not there"))
        await written(moves)
        assert [(row.channel, row.left_at) for row in await store.suspended()] == [("C1", NOW)]
        moves.heard(Move("slack", frozenset(("C1", "C9"))))
        moves.heard(Move("discord", frozenset(("8",)), "the bot is not there"))
        await written(moves)
        assert await store.suspended() == ()
    states = {row.channel: (row.state, row.why) for row in await store.of_slot(slot.id)}
    assert states == {"C1": ("failed", "the bot is not there"), "C2": ("pending", "")}


async def test_out_of_the_workspace_is_out_of_all_its_channels(store: Store) -> None:
    async with running(store) as moves:
        moves.heard(Move("slack", None, "the app was taken out"))
        await written(moves)
    assert {row.channel for row in await store.suspended()} == {"C1", "C2"}
    assert len(await store.untold()) == 2
    assert await store.untold() == ()


async def test_a_place_that_is_closed_otherwise_stays_closed_when_the_bot_is_let_in(
    store: Store,
) -> None:
    await store.plan((), [Planned("morning", "s1", NOW)], NOW)
    (slot,) = await store.unfrozen()
    await store.freeze(slot.id, "frozen", "", NOW, [], [Addressed("slack", "C1", "TLP:CLEAR", 0, 1, "k")])
    (one,) = await store.claim("slack", "me", NOW, 1)
    closed = PlaceRow("slack", "C1", "It is archived", NOW, NOW)
    await store.record([Outcome(one.id, one.fence, "failed", NOW)], {one.id: closed})
    await store.untold()
    async with running(store) as moves:
        moves.heard(Move("slack", frozenset(("C1",))))
        await written(moves)
        assert await store.suspended() == (closed,)
        moves.heard(Move("slack", frozenset(("C1",)), "the bot is not there"))
        await written(moves)
    (row,) = await store.suspended()
    assert (row.why, row.since, row.left_at) == ("the bot is not there", NOW, NOW)
    assert await store.untold() == (), "it was told of already"


async def test_while_the_database_does_not_answer_moves_wait_in_their_order(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "AGAIN", 0.05)
    await changed(store, "ALTER TABLE places RENAME TO elsewhere")
    async with running(store) as moves:
        moves.heard(Move("slack", frozenset(("C1",)), "the bot is not there"))
        moves.heard(Move("slack", frozenset(("C1",))))
        moves.heard(Move("slack", frozenset(("C2",)), "the bot is not there"))
        await asyncio.sleep(0.3)
        await changed(store, "ALTER TABLE elsewhere RENAME TO places")
        await written(moves)
        await asyncio.sleep(0.2)
    assert [row.channel for row in await store.suspended()] == ["C2"]


async def changed(store: Store, statement: str) -> None:
    def work(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    await store.write(work)
