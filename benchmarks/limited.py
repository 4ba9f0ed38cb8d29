"""One digest to 10,000 channels under Discord's own limit: how much longer it takes than the limit alone asks for."""

import asyncio
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from benchmarks.figures import Figure, ratio
from benchmarks.hurried import Hurry
from bot.commands.base import Place
from bot.digests.lane import Lane, Means
from bot.digests.outcomes import Timings
from bot.digests.pace import LIMITS
from bot.digests.sending import Stop
from bot.platforms import base
from bot.platforms.base import Frozen, key_of
from bot.platforms.discord.limits import POSTS_A_SECOND
from bot.platforms.discord.pace import Starts
from bot.store.memory import Store, open_store
from bot.store.rows import Addressed, Claimed, Draft, Page, Planned

CHANNELS = 10_000
FLOOR = CHANNELS / POSTS_A_SECOND
BOUND = 1.05
SPEED = 8.0
"""How much faster time runs."""
ANSWERED = 0.25
"""Seconds until the platform answers."""
TIMINGS = Timings(60.0, 60.0, 15.0)
SLOT = "2026-11-17T08:00"


class Platform:
    """Posts, and no more: it paces them as the wire of Discord does, after the lane has, and answers after a while."""

    name = "discord"
    repost_within = timedelta(seconds=90)

    def __init__(self) -> None:
        self._starts = Starts()
        self.posts: set[str] = set()
        """The keys of all."""

    async def post(self, place: Place, post: Frozen, key: str, under: str | None = None) -> str:
        await asyncio.sleep(self._starts.wait(asyncio.get_running_loop().time()))
        self.posts.add(key)
        await asyncio.sleep(ANSWERED)
        return str(len(self.posts))


def simulated() -> list[Figure]:
    hurry = Hurry(SPEED)
    with TemporaryDirectory(prefix="briefing-bench-") as name:
        seconds = hurry.run(lambda: _sent(Path(name), hurry))
    told = f"{CHANNELS:,} channels at {POSTS_A_SECOND} a second, time {SPEED:.0f} times as fast"
    return [
        ratio(f"{told}, over the limit's floor", [seconds], [FLOOR], BOUND),
        Figure(f"the same in seconds, of which the floor is {FLOOR:.0f}", (seconds,), "s"),
    ]


async def _sent(folder: Path, hurry: Hurry) -> float:
    """Seconds from a digest that is about to be written down to its last outcome."""
    loop, platform = asyncio.get_running_loop(), Platform()
    async with await open_store("sqlite:///state.db", folder) as store:
        written = asyncio.Event()
        means = Means(store, "bench", TIMINGS, hurry.clock, _may, lambda _: written.set())
        lane = Lane(cast(base.Platform, platform), LIMITS["discord"], means)
        running = asyncio.create_task(lane.run())
        await asyncio.sleep(1)
        began = loop.time()
        await _freeze(store, hurry)
        lane.wake()
        while len(platform.posts) < CHANNELS or (await store.counts())["sent"] < CHANNELS:
            await written.wait()
            written.clear()
        seconds = loop.time() - began
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert len(platform.posts) == CHANNELS
    return seconds


async def _may(claimed: Claimed, page: Page) -> Stop | None:
    return None


async def _freeze(store: Store, hurry: Hurry) -> None:
    """One digest, composed and addressed to all channels."""
    now = hurry.clock()
    await store.plan([], [Planned("fanned", SLOT, now)], now)
    (occurrence,) = await store.unfrozen()
    draft = Draft("discord", "TLP:CLEAR", ("a/b",), (Page('{"content":"x"}', "", ("a",)),))
    keys = {number: key_of("discord", str(number), "fanned", SLOT, "0") for number in range(CHANNELS)}
    addressed = [Addressed("discord", str(number), "TLP:CLEAR", 0, 1, key) for number, key in keys.items()]
    await store.freeze(occurrence.id, "frozen", "", now, [draft], addressed)
