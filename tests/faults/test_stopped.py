"""A bot that stands still or is stopped while it sends: another takes over, or its next start; nothing comes twice."""

import asyncio
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.between import Trouble
from tests.faults.ground import QUICK, Bot, Ground, Servers, ended, eventually, laid
from tests.faults.stories import Digest, Story, mark

pytestmark = pytest.mark.asyncio(loop_scope="session")

MANY = 9
SOON = 30.0


def rooms_of(discord: int, slack: int) -> list[str]:
    return [f"discord-{at}" for at in range(1, discord + 1)] + [f"slack-{at}" for at in range(1, slack + 1)]


def posts(ground: Ground, rooms: list[str]) -> int:
    return sum(len(ground.kept(room)) for room in rooms)


async def stands_still(bot: Bot, state: Path) -> None:
    """Stop it, and not while it writes: nobody else could write until it goes on."""
    bot.tell(signal.SIGSTOP)
    while not await asyncio.to_thread(writable, state):
        bot.tell(signal.SIGCONT)
        await asyncio.sleep(0.01)
        bot.tell(signal.SIGSTOP)


def writable(state: Path) -> bool:
    with closing(sqlite3.connect(state, timeout=0.1, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
    return True


async def test_a_bot_that_stood_still_past_every_lease_sends_nothing_again(servers: Servers, tmp_path: Path) -> None:
    rooms = [
        *rooms_of(MANY, MANY),
        *(f"{platform}-{how}" for platform in ("discord", "slack") for how in ("kept", "lost")),
    ]
    async with laid(servers, tmp_path, rooms, [Story("tides")], {"log": Digest(rooms, ["tides"])}) as ground:
        for room in rooms[-4:]:
            ground.before(room).plan(ground.rooms[room], Trouble("kept back", after="kept" in room))
        async with ground.bot(QUICK) as first:
            await first.says("commands are offered")
            await first.send("log")
            await eventually(lambda: len(ground.slack.tried) > 2, lambda: first.said)
            await stands_still(first, ground.folder.home / "state.db")
            before = posts(ground, rooms)
            try:
                async with ground.bot(QUICK) as second:
                    await second.says("deliveries were under way when the bot stopped; they are looked for")
                    fates = await second.ended("log", within=SOON)
                    assert not ground.wrong(rooms, mark("tides", 1))
                    first.tell(signal.SIGCONT)
                    await asyncio.sleep(3.0)
                    assert ended((await second.fates("log"))["slack-kept"][0]) == "sent"
                    await second.send("log")
                    await second.ended("log", within=SOON)
            finally:
                first.tell(signal.SIGCONT)
    assert before < len(rooms), "it was to stand still while it sends"
    assert {ended(lines[0]) for lines in fates.values()} == {"sent"}
    assert not ground.wrong(rooms, mark("tides", 1), times=2)


async def test_a_bot_that_stood_still_alone_goes_on_where_it_was(servers: Servers, tmp_path: Path) -> None:
    rooms = rooms_of(3, MANY)
    async with (
        laid(servers, tmp_path, rooms, [Story("tides")], {"log": Digest(rooms, ["tides"])}) as ground,
        ground.bot(QUICK) as bot,
    ):
        await bot.says("commands are offered")
        await bot.send("log")
        await eventually(lambda: len(ground.slack.tried) > 2, lambda: bot.said)
        bot.tell(signal.SIGSTOP)
        await asyncio.sleep(5.0)
        bot.tell(signal.SIGCONT)
        fates = await bot.ended("log", within=SOON)
    assert {ended(lines[0]) for lines in fates.values()} == {"sent"}
    assert not ground.wrong(rooms, mark("tides", 1))


async def test_a_bot_that_is_asked_to_stop_does_so_in_seconds_and_sends_the_rest_after_its_next_start(
    servers: Servers, tmp_path: Path
) -> None:
    rooms = [*rooms_of(60, 20), "discord-slow", "slack-slow"]
    async with laid(servers, tmp_path, rooms, [Story("tides")], {"log": Digest(rooms, ["tides"])}) as ground:
        for room in rooms[-2:]:
            ground.before(room).plan(ground.rooms[room], *[Trouble("slow", after=True, seconds=3.0)] * 3)
        async with ground.bot(QUICK) as first:
            await first.says("commands are offered")
            await first.send("log")
            await eventually(lambda: posts(ground, rooms) > 10, lambda: first.said)
            asked = time.monotonic()
            first.tell(signal.SIGTERM)
            await asyncio.wait_for(first.process.wait(), 30)
            took = time.monotonic() - asked
            left = len(rooms) - posts(ground, rooms)
        async with ground.bot(QUICK) as second:
            fates = await second.ended("log", within=SOON)
        assert first.process.returncode == 0
    assert took < 8, f"it took {took:.1f} seconds to stop"
    assert left > 10, "it was to be stopped in the middle"
    assert {ended(lines[0]) for lines in fates.values()} == {"sent"}
    assert not ground.wrong(rooms, mark("tides", 1))


async def test_a_lease_as_short_as_config_yaml_allows_delays_nothing(servers: Servers, tmp_path: Path) -> None:
    rooms = rooms_of(0, 12)
    short = {"lease": "2s", "ghost": "3s", "timeout": "1s"}
    digests = {"log": Digest(rooms, ["tides"])}
    async with (
        laid(servers, tmp_path, rooms, [Story("tides")], digests, delivery=short) as ground,
        ground.bot() as bot,
    ):
        await bot.send("log")
        fates = await bot.ended("log", within=20)
        held_up = bot.said.count("the bot was held up before it was sent")
    assert {ended(lines[0]) for lines in fates.values()} == {"sent"}
    assert held_up < len(rooms)
