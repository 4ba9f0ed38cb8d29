"""One digest to very many channels of one guild: all of digests in this process, and a Discord beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.digesting import Digesting
from bot.digests.lane import Lane
from bot.digests.pace import LIMITS, Limit
from bot.front import Front
from bot.opening import clock, open_shelf, settings_at_start
from bot.platforms.discord.pace import Starts
from bot.platforms.discord.wire import Discord
from bot.store.memory import open_store
from bot.store.rows import Planned, State
from tests.servers.discord.control import DiscordServer
from tests.servers.log import Record
from tests.shelf.home import briefing, save
from tests.wires.discord_stage import server_of

AT_ONCE = 16
REFUSALS = (401, 403, 404, 429)
"""Statuses of requests that count against whoever asks."""

_CONFIG = """\
briefings: briefings
sections:
  impact: {{title: Impact, about: What it may change}}
channels:
{channels}
digests:
  fanned: {{title: To all, at: "03:00", show: all, briefings: all, channels: [{names}]}}
"""


@dataclass
class Fanned:
    """A digest that is written down for all its channels, and not yet sent."""

    server: DiscordServer
    guild: str
    digesting: Digesting
    channels: int

    @property
    def lane(self) -> Lane:
        return self.digesting.lanes["discord"]

    def asked(self) -> list[Record]:
        """All requests about channels that Discord has had."""
        return [one for one in self.server.log("request") if one["path"].startswith("/channels/")]

    def refused(self) -> list[Record]:
        """Those of them that it refused."""
        return [one for one in self.asked() if one["status"] in REFUSALS]

    async def states(self) -> dict[State, int]:
        """How many deliveries are in each state, of the states that there are any in."""
        return {state: number for state, number in (await self.digesting.store.counts()).items() if number}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send, as the bot does."""
        tasks = [asyncio.create_task(work) for work in self.digesting.running()]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def fanned(
    path: Path, channels: int, limit: Limit = LIMITS["discord"], audience: str = "TLP:CLEAR"
) -> AsyncIterator[Fanned]:
    """A home with that many channels; the bot takes no other server for its own."""
    async with AsyncExitStack() as parts:
        server = await parts.enter_async_context(server_of(path))
        await server.set(global_limit=10**6)  # what is refused here is refused for another reason
        guild = await server.guild("Harbour desk")
        home = path / "home"
        save(_folder(home) / "harbour.yaml", briefing("harbour", "lamentable").replace("TLP:CLEAR", audience))
        save(home / "config.yaml", _config(await _made(server, guild, channels), audience))

        store = await parts.enter_async_context(await open_store("sqlite:///state.db", home))
        settings, problems = settings_at_start(home / "config.yaml")
        shelf = await open_shelf(home / "config.yaml", settings, store, await store.recall(), problems)
        discord = Discord(server.token, store, api=server.api, guilds=[guild])
        parts.push_async_callback(discord.close)
        discord._posting._calls._starts = Starts(limit.a_second)
        front = Front(shelf, settings, store)
        digesting = Digesting(shelf, front, store, {"discord": discord}, {**LIMITS, "discord": limit})
        await store.plan([], [Planned("fanned", "now:soak", clock())], clock())
        await digesting.planner.round()
        found = Fanned(server, guild, digesting, channels)
        assert await found.states() == {"pending": channels}
        yield found


def _folder(home: Path) -> Path:
    (home / "briefings").mkdir(parents=True)
    return home / "briefings"


async def _made(server: DiscordServer, guild: str, channels: int) -> list[str]:
    numbers, found = iter(range(channels)), []

    async def maker() -> None:
        for number in numbers:
            found.append(await server.channel(guild, f"room-{number}"))

    await asyncio.gather(*(maker() for _ in range(AT_ONCE)))
    return found


def _config(rooms: list[str], audience: str) -> str:
    lines = [f'  c{number}: {{at: "discord:{room}", audience: "{audience}"}}' for number, room in enumerate(rooms)]
    names = ", ".join(f"c{number}" for number in range(len(rooms)))
    return _CONFIG.format(channels="\n".join(lines), names=names)
