"""Discord, by discord.py: commands over the gateway, posts over REST."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import discord

from bot.commands.base import Command, Place
from bot.errors import Later, Refused
from bot.platforms.base import Absent, Answers, Found, Frozen, Health, Move, Moved, Notes, Unknown, unheard
from bot.platforms.discord.pace import Backoff
from bot.platforms.discord.wire.account import Account
from bot.platforms.discord.wire.calling import Calls
from bot.platforms.discord.wire.client import Wire
from bot.platforms.discord.wire.gateway import Gateway, Way
from bot.platforms.discord.wire.hearing import Hearing
from bot.platforms.discord.wire.offering import Offering
from bot.platforms.discord.wire.posting import Posting
from bot.platforms.discord.wire.sending import PATIENCE, TIMEOUT, Mouth
from bot.platforms.discord.wire.shard import MoreShards
from bot.platforms.literal import clean, clip

log = logging.getLogger(__name__)

API = "https://discord.com/api/v10"

LONGEST = 3600.0
"""Seconds until the bot signs in again at most, however long a pause is asked for."""


LEFT = "the bot is not in the server {} any more"


class Discord:
    """One bot at Discord. `guilds` are the ids of the servers that are ours; where none is named, all are.

    `moved` is told when the bot is put out of a server, or let in.
    """

    name = "discord"
    repost_within = timedelta(seconds=90)

    def __init__(
        self,
        token: str,
        notes: Notes,
        *,
        api: str = API,
        guilds: Sequence[str] = (),
        moved: Moved = unheard,
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
    ) -> None:
        self._api = api
        self._guilds, self._moved = frozenset(guilds), moved
        mouth = Mouth(api.rstrip("/"))
        self._hearing = Hearing(mouth, self._guilds, self.post, patience=patience)
        self._offering = Offering(notes, guilds, self._hearing, timeout)
        self._account = Account(token, self._hearing, mouth, timeout)
        self._posting = Posting(Calls(self._account.client, timeout))
        self._gateway: Gateway | None = None
        self._standing = Health("off", "not connected")

    def __repr__(self) -> str:
        return f"Discord({self._api!r})"

    @property
    def standing(self) -> Health:
        standing = self._gateway.standing if self._gateway else self._standing
        if standing.state == "on" and self._offering.trouble:
            return Health("trouble", f"{standing.detail}. {self._offering.trouble}")
        return standing

    @property
    def connects(self) -> int:
        """How many connections to the gateway came up, or were resumed."""
        return self._account.known.connects if self._account.known else 0

    async def run(self, answers: Answers) -> None:
        self._hearing.answers = answers
        try:
            client, way = await self._reached()
            client.joined, client.there, client.left = self._joined, self._there, self._left
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._offering.keep(client))
                tasks.create_task(self._connected(client, way))
        except* Refused as refused:
            self._standing = Health("trouble", str(refused.exceptions[0]))
        finally:
            self._gateway = None

    def _joined(self, guild: discord.Guild) -> None:
        self._offering.joined(guild.id)
        self._there(guild)

    def _there(self, guild: discord.Guild) -> None:
        self._moved(Move(self.name, _channels(guild)))

    def _left(self, guild: discord.Guild) -> None:
        self._moved(Move(self.name, _channels(guild), LEFT.format(clip(clean(guild.name), 100))))

    async def _connected(self, client: Wire, way: Way) -> NoReturn:
        """Stay connected, over as many shards as Discord wants at the time."""
        backoff = Backoff(least=5.0, most=600.0)
        while True:
            self._standing = Health("off", "not connected")
            self._gateway = Gateway(client, way)
            try:
                await self._gateway.keep()
            except MoreShards as error:
                wait = backoff.next()
                log.warning("discord: %s; asking how many in %.1f seconds", error, wait)
                await asyncio.sleep(wait)
            self._gateway = None
            _, way = await self._reached()

    async def _reached(self) -> tuple[Wire, Way]:
        """Sign in and learn where the gateway is, under the same back-off as everything else."""
        since, backoff = datetime.now(UTC), Backoff()
        self._standing = Health("off", "connecting")
        while True:
            try:
                return await self._account.way()
            except Later as error:
                wait = min(max(backoff.next(), error.seconds), LONGEST)
                self._standing = Health("trouble", f"connecting: {error}", since)
                log.warning("discord: signing in again in %.1f seconds: %s", wait, error)
            await asyncio.sleep(wait)

    async def offer(self, commands: Sequence[Command]) -> None:
        self._offering.offer(commands)

    async def post(self, place: Place, post: Frozen, key: str, under: str | None = None) -> str:
        return await self._posting.post(place, post, key, under)

    async def find(self, place: Place, key: str, since: datetime, under: str | None = None) -> Found | Absent | Unknown:
        """Replies stand in the channel among all else, so `under` is not needed."""
        return await self._posting.find(place, key, since)

    async def strange(self, place: Place) -> bool:
        return bool(self._guilds) and await self._posting.strange(place, self._guilds)

    def link(self, place: Place, message_id: str) -> str:
        channel = self._account.known.get_channel(int(place.channel)) if self._account.known else None
        guild = getattr(channel, "guild", None)
        return f"https://discord.com/channels/{guild.id}/{place.channel}/{message_id}" if guild else ""

    async def edit(self, place: Place, message_id: str, post: Frozen) -> None:
        await self._posting.edit(place, message_id, post)

    async def delete(self, place: Place, message_id: str) -> None:
        await self._posting.delete(place, message_id)

    async def health(self, place: Place | None = None) -> Health:
        if place is not None:
            return await self._posting.health(place)
        try:
            await self._account.way()
        except (Refused, Later) as error:
            return Health("trouble", str(error))
        return self.standing

    async def close(self) -> None:
        await self._hearing.finish()
        await self._account.close()


def _channels(guild: discord.Guild) -> frozenset[str]:
    return frozenset(str(channel.id) for channel in (*guild.channels, *guild.threads))
