"""Who takes a slot back while another process puts it right waits for it, on either database."""

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.store.addressing import hold
from bot.store.memory import Store, open_store
from bot.store.revising import Pace, Revised
from bot.store.rows import Addressed, Draft, Page, Planned, Standing
from bot.store.slots import put_message

NOW = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
PACE = Pace(timedelta(), timedelta())
DRAFT = Draft("desk", "TLP:CLEAR", ("harbour/s1",), (Page("{}", "", ("harbour/s1#1",)),))


def key(standing: Standing, channel: str, part: int) -> str:
    return f"{channel}-{part}-r{standing.revision}"


async def frozen(store: Store) -> Standing:
    await store.plan((), [Planned("morning", "2026-11-17T08:00", NOW)], NOW)
    (one,) = await store.unfrozen()
    addressed = [Addressed("desk", "newsroom", "TLP:CLEAR", 0, 1, "k")]
    await store.freeze(one.id, "frozen", "", NOW, [DRAFT], addressed)
    (standing,) = await store.standing(NOW - timedelta(days=1))
    return standing


@pytest.mark.parametrize("held", [True, False])
async def test_it_takes_back_what_the_other_wrote(url: str, held: bool) -> None:
    async with await open_store(url) as store, await open_store(url) as another:
        standing, written = await frozen(store), threading.Event()

        def corrects(connection: Connection) -> None:
            if held:
                hold(connection, standing.occurrence)
            put_message(connection, standing.occurrence, DRAFT, 1)
            written.set()
            time.sleep(0.5)

        work = asyncio.create_task(store.write(corrects))
        await asyncio.to_thread(written.wait)
        if not held and store.database.shared:
            with pytest.raises(AssertionError):
                await another.retract(standing.occurrence, "retracted by Ann", key, NOW, PACE)
        else:
            (last,) = await another.retract(standing.occurrence, "retracted by Ann", key, NOW, PACE) or ()
            assert last.revision == 2
        await work


async def test_what_was_taken_back_is_not_put_right(store: Store) -> None:
    standing = await frozen(store)
    assert await store.retract(standing.occurrence, "retracted by Ann", key, NOW, PACE)
    (last,) = await store.standing(NOW - timedelta(days=1))
    assert last.over
    assert await store.correct(standing, Revised(DRAFT), key, NOW, PACE) is None
    assert await store.correct(last, Revised(DRAFT), key, NOW, PACE) is None
