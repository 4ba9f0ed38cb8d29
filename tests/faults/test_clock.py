"""The clock on the wall is set by two hours: a slot comes once, and nothing waits until the clock is there again."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.faults.between import Trouble
from tests.faults.clock import SCHEDULE, Clock, every_minute, once_each
from tests.faults.ground import Bot, Ground, Servers, ended, eventually, laid
from tests.faults.stories import Digest, Story, mark
from tests.product.running import together
from tests.shelf.home import SOAK

pytestmark = pytest.mark.asyncio(loop_scope="session")

TWO_HOURS = 7200.0
STEPS = {"forth": TWO_HOURS, "back": -TWO_HOURS}
ROOMS = ("discord-1", "slack-1")
HAND = "by-hand"
SOON = 20.0
"""Seconds in which everything is to have happened; hours are what must not be waited for."""


async def in_both_directions(
    servers: Servers,
    path: Path,
    story: Callable[[Ground, Clock, float], Awaitable[None]],
    rooms: tuple[str, ...] = ROOMS,
) -> None:
    """Play a story with the clock set forth, and one with the clock set back, each with a bot of its own."""

    async def one(name: str) -> None:
        digests = {HAND: Digest(rooms, ["tides"]), SCHEDULE: every_minute(rooms)}
        async with laid(servers, path / name, rooms, [Story("tides"), Story("gulls")], digests) as ground:
            await story(ground, Clock(path / name / "clock"), STEPS[name])

    await together(*map(one, STEPS))


async def turns(bot: Bot, clock: Clock, step: float) -> str:
    """A minute turns by the clock that was set: it is posted."""
    minute = clock.set_before_a_minute(step)
    async with asyncio.timeout(SOON):
        await bot.says(f"minutely of {minute} is in discord", f"minutely of {minute} is in slack")
    return minute


async def test_each_minute_has_one_slot_however_the_clock_is_set_while_the_bot_runs(
    servers: Servers, tmp_path: Path
) -> None:
    await in_both_directions(servers, tmp_path, set_while_it_runs)


async def set_while_it_runs(ground: Ground, clock: Clock, step: float) -> None:
    async with ground.bot(clock.extra) as bot:
        first = await turns(bot, clock, 0.0)
        second = await turns(bot, clock, step) if step > 0 else await _begins_anew(bot, clock, step)
        clock.set(0.0)
        await bot.send(HAND)
        await bot.ended(HAND, within=SOON)
        posted = once_each(ground, ROOMS, bot)
        history = await ground.told("digest", "history", SCHEDULE, "--most", "1000", extra=clock.extra)
    assert {first, second} <= set(posted)
    lines = history.splitlines()
    assert len(set(lines)) == len(lines), "a slot has two rows"
    assert len([line for line in lines if "sent to two channels" in line]) == len(posted)
    if step > 0:
        assert sum("a later slot was due as well" in line for line in lines) > 100, "what was skipped is written down"


async def _begins_anew(bot: Bot, clock: Clock, step: float) -> str:
    """Before the bot knew of the schedule nothing is due; from then on each minute is, as any other."""
    clock.set(step)
    await asyncio.sleep(4.5)
    return await turns(bot, clock, step + 60)


async def test_what_is_asked_for_by_hand_is_sent_at_once_however_the_clock_was_set(
    servers: Servers, tmp_path: Path
) -> None:
    await in_both_directions(servers, tmp_path, asked_by_hand)


async def asked_by_hand(ground: Ground, clock: Clock, step: float) -> None:
    """From the command line, of which the bot learns by looking now and then."""
    async with ground.bot(clock.extra) as bot:
        clock.set(step)
        await asyncio.sleep(4.5)
        await ground.told("digest", "send", HAND, "--no-wait", extra=clock.extra)
        await eventually(lambda: not ground.wrong(ROOMS, mark("tides", 1)), lambda: bot.said, SOON)
        await bot.ended(HAND, within=SOON)
    assert not ground.wrong(ROOMS, mark("tides", 1))


DOUBTFUL = ("discord-1", "slack-1", "discord-limited", "slack-limited")


async def test_a_doubt_and_a_pause_end_in_seconds_though_the_clock_is_set_meanwhile(
    servers: Servers, tmp_path: Path
) -> None:
    await in_both_directions(servers, tmp_path, set_in_doubt, DOUBTFUL)


async def set_in_doubt(ground: Ground, clock: Clock, step: float) -> None:
    for room in DOUBTFUL:
        slow, limited = Trouble("slow", after=True, seconds=1.7), Trouble("limited", seconds=2.0)
        ground.before(room).plan(ground.rooms[room], limited if "limited" in room else slow)
    async with ground.bot(clock.extra) as bot:
        await bot.send(HAND)
        await bot.says(
            *(f"in {ground.place(room)}: {'retry' if 'limited' in room else 'unknown'}" for room in DOUBTFUL)
        )
        clock.set(step)
        fates = await bot.ended(HAND, within=SOON)
    assert {ended(lines[0]) for lines in fates.values()} == {"sent"}
    assert not ground.wrong(DOUBTFUL, mark("tides", 1))


LIVES = {"right, then ahead": (0.0, TWO_HOURS), "ahead, then right": (TWO_HOURS, 0.0)}
MORE_LIVES = {"right, then behind": (0.0, -TWO_HOURS), "behind, then right": (-TWO_HOURS, 0.0)}


@pytest.mark.parametrize("lives", [LIVES, *([MORE_LIVES] if SOAK else [])])
async def test_a_delivery_in_doubt_is_found_though_the_clock_was_set_while_the_bot_was_dead(
    servers: Servers, tmp_path: Path, lives: dict[str, tuple[float, float]]
) -> None:
    async def one(name: str) -> None:
        digests = {HAND: Digest(DEAD, ["tides"]), SCHEDULE: every_minute(DEAD)}
        async with laid(servers, tmp_path / name, DEAD, [Story("tides"), Story("gulls")], digests) as ground:
            await set_while_dead(ground, Clock(tmp_path / name / "clock"), *lives[name])

    await together(*map(one, lives))


DEAD = ("discord-arrived", "slack-arrived", "discord-lost", "slack-lost")


async def set_while_dead(ground: Ground, clock: Clock, before: float, after: float) -> None:
    """It is killed with two posts that arrived and two that did not; it had posted a slot, and may have missed one."""
    async with ground.bot(clock.extra) as first:
        await turns(first, clock, before)
        await first.ended(SCHEDULE)
        for room in DEAD:
            ground.before(room).plan(ground.rooms[room], Trouble("kept back", after="arrived" in room))
        tries = len(ground.discord.tried) + len(ground.slack.tried)
        await first.send(HAND)
        await eventually(
            lambda: (
                not ground.wrong(DEAD[:2], mark("tides", 1))
                and len(ground.discord.tried) + len(ground.slack.tried) >= tries + 4
            ),
            lambda: first.said,
        )
        await first.kill()
    ground.mend()
    clock.set(after)
    async with ground.bot(clock.extra) as second:
        fates = await second.ended(HAND, within=SOON)
        await second.ended(SCHEDULE, within=SOON)
        once_each(ground, DEAD, first, second)
    assert not ground.wrong(DEAD, mark("tides", 1))
    assert {ended(lines[0]) for lines in fates.values()} == {"sent"}
    assert "it was found there" in fates["slack-arrived"][0]
    assert "it was not there, so it is sent again" in fates["slack-lost"][0]
