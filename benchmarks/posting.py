"""One digest to 10,000 channels of Discord, by all that digests are and their ledger, and the same posts without."""

import asyncio
import gc
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from benchmarks.figures import Figure, ratio
from benchmarks.running import free_port, home, running, tokens
from bot.commands.base import Place
from bot.digesting import Digesting
from bot.digests.pace import AT_ONCE, LIMITS, Limit
from bot.front import Front
from bot.opening import clock, open_shelf, settings_at_start
from bot.platforms.base import Frozen, key_of
from bot.platforms.discord.pace import Starts
from bot.platforms.discord.wire import Discord
from bot.store.memory import Store, open_store
from bot.store.rows import Planned
from bot.store.slots import NOW

CHANNELS = 10_000
PAIRS = 5
BOUND = 1.5
WIDE = Limit(1e6, 1e6)
"""No limit at all; so many are under way together as ever are."""
FIRST = 10**17
"""The id of the first channel."""
DIGEST = "fanned"
PATIENCE = 300.0
"""Seconds that one digest may take at most."""

_CONFIG = """\
briefings: briefings
timezone: Europe/Berlin
sections:
  deployment: {{title: Deployment, about: "Who was sent where, and by whose count"}}
  exposure: {{title: What the soldiers see, about: What the soldiers may see and learn abroad}}
  control: {{title: Control at home, about: How returning soldiers are likely to be treated}}
  impact: {{title: Impact, about: What the deployment may change}}
  caveats: {{title: Caveats, about: "What is uncertain, and why"}}
channels:
{channels}
digests:
  fanned: {{title: Morning briefing, at: "03:00", show: rotate, count: 3, channels: [{names}]}}
"""


@dataclass(frozen=True, slots=True)
class Took:
    """One digest, or the same posts: seconds by the clock, and of processor time."""

    seconds: float
    processor: float


class Kept(Discord):
    """The wire as it is, which keeps what the lane had it post."""

    body: Frozen

    async def post(self, place: Place, post: Frozen, key: str, under: str | None = None) -> str:
        self.body = post
        return await super().post(place, post, key, under)


@dataclass
class Passed:
    """The points that deliveries have passed."""

    begun: float = 0.0
    answers: int = 0
    written: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, point: str) -> None:
        if point == "before the write":
            self.begun = self.begun or time.perf_counter()
        elif point == "after the answer":
            self.answers += 1
        elif point == "record after commit":
            self.written.set()


async def measured() -> list[Figure]:
    """Both sides post through discord.py, as many at once, and by turns; the server is a process of its own."""
    with home("") as folder, home("") as beside:
        (folder / "config.yaml").write_text(config(CHANNELS), encoding="utf-8")
        port = free_port()
        async with running(beside, ("-m", "benchmarks.taking", str(port)), {}) as server:
            await server.until(_listens(port))
            return [*await _usual(folder, port), *await _first(folder, port)]


def config(channels: int) -> str:
    """A configuration with one digest, which goes to so many channels."""
    lines = "\n".join(f'  c{number}: {{at: "discord:{FIRST + number}"}}' for number in range(channels))
    return _CONFIG.format(channels=lines, names=", ".join(f"c{number}" for number in range(channels)))


async def _usual(folder: Path, port: int) -> list[Figure]:
    """The library knows all channels already, so a post costs little beside which the ledger could hide."""
    async with House.opened(folder, port) as house:
        await house.digest()
        body = house.discord.body
        ours, bare, firsts = [], [], []
        for number in range(PAIRS):
            for side in ("ours", "bare") if number % 2 else ("bare", "ours"):
                if side == "bare":
                    bare.append(await posts(house.discord, body))
                else:
                    took, first = await house.digest()
                    ours.append(took)
                    firsts.append(first)
        assert await _taken(port) == CHANNELS * (2 * PAIRS + 1)
    name = f"a digest to {CHANNELS:,} channels with its ledger, over posts"
    return [
        ratio(name, [one.seconds for one in ours], [one.seconds for one in bare], BOUND),
        ratio("the same, in processor time", [one.processor for one in ours], [one.processor for one in bare]),
        Figure("the digest, from being asked for to its last outcome", tuple(one.seconds for one in ours), "s"),
        Figure("the posts without a ledger", tuple(one.seconds for one in bare), "s"),
        Figure("the digest until its first post: composed and frozen", tuple(firsts), "s"),
    ]


async def _first(folder: Path, port: int) -> list[Figure]:
    """As on every morning: the library has forgotten the channels, and with each looks through all it knows again."""
    async with House.opened(folder, port) as house:
        ours, _ = await house.digest()
        body = house.discord.body
    async with House.opened(folder, port) as house:
        bare = await posts(house.discord, body)
    return [ratio("the same, each channel new to the library (one pair)", [ours.seconds], [bare.seconds])]


@dataclass
class House:
    """Digests as the bot runs them, but with no limit to how fast they go."""

    digesting: Digesting
    discord: Kept
    passed: Passed
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path, port: int) -> AsyncIterator["House"]:
        async with AsyncExitStack() as parts:
            store = await parts.enter_async_context(await open_store("sqlite:///state.db", folder))
            remembered = await store.recall()
            settings, problems = settings_at_start(folder / "config.yaml", remembered.kept)
            shelf = await open_shelf(folder / "config.yaml", settings, store, remembered, problems)
            discord = Kept(tokens()["DISCORD_TOKEN"], store, api=f"http://127.0.0.1:{port}/api/v10")
            parts.push_async_callback(discord.close)
            discord._posting._calls._starts = Starts(WIDE.a_second)
            passed = Passed()
            limits = {**LIMITS, "discord": WIDE}
            digesting = Digesting(shelf, Front(shelf, settings, store), store, {"discord": discord}, limits, passed)
            tasks = [asyncio.create_task(work) for work in digesting.running()]
            try:
                yield cls(digesting, discord, passed)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def _store(self) -> Store:
        return self.digesting.store

    async def digest(self) -> tuple[Took, float]:
        """One digest asked for by hand: until its last outcome stands in the ledger, and until its first post."""
        slot = f"{NOW}bench-{clock().timestamp()}-{next(self._numbers)}"
        self.passed.begun, self.passed.answers = 0.0, 0
        gc.collect()
        before, spent = time.perf_counter(), time.process_time()
        await self._store.plan([], [Planned(DIGEST, slot, clock(), asked_by="the benchmark")], clock())
        self.digesting.planner.wake()
        async with asyncio.timeout(PATIENCE):
            await self._sent()
        took = Took(time.perf_counter() - before, time.process_time() - spent)
        found = await self._store.occurrence(DIGEST, slot)
        assert found is not None
        states = {row.state for row in await self._store.of_slot(found.id)}
        assert states == {"sent"}, states
        return took, self.passed.begun - before

    async def _sent(self) -> None:
        """Until all was answered, and nothing of it is under way in the ledger."""
        while self.passed.answers < CHANNELS or (await self._store.counts())["sending"]:
            self.passed.written.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.passed.written.wait(), 0.1)


async def posts(discord: Discord, body: Frozen) -> Took:
    """The same posts with nothing but the library, each under a key of its own."""
    numbers = iter(range(CHANNELS))
    run = str(clock())

    async def poster() -> None:
        for number in numbers:
            await discord.post(Place("discord", str(FIRST + number)), body, key_of(run, str(number)))

    gc.collect()
    before, spent = time.perf_counter(), time.process_time()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(poster() for _ in range(AT_ONCE)))
    return Took(time.perf_counter() - before, time.process_time() - spent)


async def _taken(port: int) -> int:
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/api/v10/taken") as answer:
        return int(await answer.json())


async def _listens(port: int) -> None:
    while True:
        with suppress(aiohttp.ClientError):
            await _taken(port)
            return
        await asyncio.sleep(0.05)
