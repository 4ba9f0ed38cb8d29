"""The ground of an exam: two chat servers that are never killed, a home with digests, and a machine for the bot."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.kills.digests import Book, Digest, furnish, read_digests
from tests.kills.life import MODULE, Machine
from tests.kills.reading import Kept, Tail
from tests.product.worlds import on_discord, on_slack
from tests.servers.discord.control import DiscordServer
from tests.servers.faults import Fault
from tests.servers.slack.control import SlackServer

GHOST = 3
PATIENCE = {"lease": "2s", "ghost": f"{GHOST}s", "timeout": "1s"}
"""As `delivery:` in config.yaml, about as short as it may be. A fault may hold a request longer than the timeout, and
never as long as the ghost time: after that no request is carried out any more."""

PACE = 1.0
"""Seconds between two posts in a channel of Slack."""

SLACK_LAG = 0.5
"""Seconds in which a new message is missing from Slack's history; with the longest fault still below the ghost time."""

EDIT = {"discord": r"PATCH /channels/\d+/messages/\d+", "slack": r"chat\.update"}
POST = {"discord": r"POST /channels/\d+/messages", "slack": r"chat\.postMessage"}


@dataclass
class Servers:
    """A Discord and a Slack, as the research says they behave: docs at `Settings` of both."""

    discord: DiscordServer
    slack: SlackServer
    guild: str

    @classmethod
    @asynccontextmanager
    async def start(cls, path: Path) -> AsyncIterator["Servers"]:
        """Both servers, and a guild on Discord."""
        async with DiscordServer.start(path) as discord, SlackServer.start(path) as slack:
            yield cls(discord, slack, await discord.guild("Harbour desk"))

    async def rooms(self, names: Iterable[str]) -> dict[str, str]:
        """New channels: discord-1 on Discord, slack-1 on Slack, desk-1 at the desk."""
        places = {}
        for name in names:
            platform = name.partition("-")[0]
            if platform == "discord":
                place = await self.discord.channel(self.guild, name)
            else:
                place = name if platform == "desk" else await self.slack.channel(name)
            places[name] = f"{platform}:{place}"
        return places

    async def fault(self, platform: str, fault: Fault) -> None:
        """Plan a fault on one of them."""
        await (self.discord if platform == "discord" else self.slack).fault(fault)

    async def mend(self) -> None:
        """Forget the faults still planned."""
        await self.discord.mend()
        await self.slack.mend()


@dataclass
class Ground:
    """A home on two servers, and what they kept of it."""

    servers: Servers
    machine: Machine
    digests: list[Digest]
    kept: Kept

    @classmethod
    @asynccontextmanager
    async def laid(
        cls,
        servers: Servers,
        path: Path,
        books: Iterable[Book],
        *,
        ghost: int = GHOST,
        module: str = MODULE,
        database: str = "",
    ) -> AsyncIterator["Ground"]:
        """A home of its own for these digests, with new channels; no process is left at the end.

        `database` is where it remembers, if that is no file in its home.
        """
        books = list(books)
        places = await servers.rooms(sorted({name for book in books for name in book.channels}))
        home = furnish(path / "home", places, books, {**PATIENCE, "ghost": f"{ghost}s"})
        environ: dict[str, str] = {"DATABASE_URL": database} if database else {}
        if any(place.startswith("discord:") for place in places.values()):
            environ |= on_discord(servers.discord)
        if any(place.startswith("slack:") for place in places.values()):
            environ |= on_slack(servers.slack)
        machine = Machine(home, environ, module)
        kept = Kept(Tail(servers.discord.log_path), Tail(servers.slack.log_path), frozenset(places.values()))
        kept.read()
        await servers.slack.set(per_channel=PACE, history_lag=SLACK_LAG)
        try:
            yield cls(servers, machine, read_digests(home), kept)
        finally:
            await machine.end()
            await servers.mend()
