"""A slot that is taken back is deleted wherever it was posted, and nothing more of it comes."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.commands.base import Place
from bot.digest_settings import KeepSettings
from bot.digests.corrections import IN_TURN, key
from bot.platforms.base import Frozen
from bot.platforms.desk.wall import Wall
from tests.digests.corrected import WITHDRAWN, House, house, told
from tests.digests.test_lane import now, running


async def retracted(one: House) -> bool:
    (slot,) = await one.store.history("morning", 1)
    return await one.store.retract(slot.id, "retracted by Ann on slack", key, now(), IN_TURN) is not None


async def test_a_retracted_slot_is_deleted_wherever_it_was_posted_with_all_its_parts_and_notices(
    tmp_path: Path,
) -> None:
    audiences = {"newsroom": "TLP:CLEAR", "board": "TLP:AMBER"}
    async with house(tmp_path, show="all", corrections="reply", audiences=audiences) as one:
        await one.post()
        one.save(told())
        await one.corrected()
        parts = len(await one.messages()) - 1
        assert parts > 1
        assert await retracted(one)
        assert not await retracted(one)
        await one.still()
        assert await one.messages("newsroom") == await one.messages("board") == []
        (slot,) = await one.store.history("morning", 1)
        assert (slot.state, slot.reason) == ("retracted", "retracted by Ann on slack")
        one.save(WITHDRAWN)
        await one.corrected()
        assert await one.messages() == []


async def test_what_is_on_its_way_when_a_slot_is_retracted_does_not_stay(tmp_path: Path) -> None:
    audiences = dict.fromkeys(("newsroom", "late", "later"), "TLP:CLEAR")
    async with house(tmp_path, lane=False, audiences=audiences) as one:
        await one.post(wait=False)
        first, second = await one.store.claim("desk", "dead", now(), 2)
        await Wall.post(one.paper, Place("desk", first.channel), Frozen({"message": {}, "page": 0}, ()), first.key)
        assert await retracted(one)
        (slot,) = await one.store.history("morning", 1)
        waited = [(row.state, row.why) for row in await one.store.of_slot(slot.id) if row.state != "sending"]
        assert waited == [("expired", "it was retracted")]
        async with running(one.lane):
            while (await one.store.counts())["sent"] < 2:
                await one.corrections.round()
                await asyncio.sleep(0.1)
            await one.still()
        assert await one.store.wall(None, 10) == ()
        assert second.channel not in {pin.channel for pin in await one.store.wall(None, 10)}


async def test_what_was_retracted_counts_as_never_told(tmp_path: Path) -> None:
    async with house(tmp_path, show="rotate", count=2) as one:
        await one.post("2026-11-29T08:00")
        assert await retracted(one)
        assert await one.store.composed_last("morning") is None
        assert await one.store.told("morning") == {}


async def test_what_is_older_than_its_texts_is_deleted_all_the_same(tmp_path: Path) -> None:
    async with house(tmp_path, show="all", audiences=dict.fromkeys(("newsroom", "board"), "TLP:CLEAR")) as one:
        await one.post()
        one.save(told())
        await one.corrected()
        assert len(await one.messages()) > 1
        await one.store.tidy(now() + timedelta(days=91), KeepSettings())
        (standing,) = await one.store.standing(now().replace(year=2000))
        assert await one.store.parts(standing.id) == ()
        assert await retracted(one)
        await one.still()
        assert await one.messages("newsroom") == await one.messages("board") == []
