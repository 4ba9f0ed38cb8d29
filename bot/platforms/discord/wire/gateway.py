"""Keeps every shard of the bot connected, and knows how they are."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import NoReturn

from bot.content.counting import how_many
from bot.errors import Refused
from bot.platforms.base import Health
from bot.platforms.discord.limits import IDENTIFY_EVERY
from bot.platforms.discord.pace import Identifies
from bot.platforms.discord.wire.client import Wire
from bot.platforms.discord.wire.faults import ENDPOINT
from bot.platforms.discord.wire.shard import Shard, Socket

log = logging.getLogger(__name__)

INVITE = "`briefing-bot doctor` prints the link that invites it."


@dataclass(frozen=True, slots=True)
class Way:
    """What Discord tells before one connects: how many shards, where to, and how many at once."""

    shards: int
    url: str
    at_once: int


class Gateway:
    """All shards of one bot."""

    def __init__(self, client: Wire, way: Way) -> None:
        identifies = Identifies(IDENTIFY_EVERY / max(way.at_once, 1), room=20.0 + 2 * way.shards)
        client.spread(way.shards)
        client.came_up = self._came_up
        self._client = client
        self._shards = [Shard(client, number, way.url, identifies, self._hang_up) for number in range(way.shards)]
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def standing(self) -> Health:
        down = [shard for shard in self._shards if not shard.up]
        if not down:
            count = len(self._client.guilds)
            name = self._client.user.name if self._client.user else "nobody"
            application = self._client.application
            if application and application.interactions_endpoint_url:
                return Health("trouble", ENDPOINT)
            if not count:
                return Health("trouble", f"in no server, so nobody can ask {name}. {INVITE}")
            return Health("on", f"connected to {how_many(count, 'server')} as {name}")
        longest = min(down, key=lambda shard: shard.since)
        if not longest.why:
            return Health("off", "connecting")
        which = f"{len(down)} of {len(self._shards)} shards " if len(self._shards) > 1 else ""
        return Health("trouble", f"{which}reconnecting: {longest.why}", longest.since)

    async def keep(self) -> NoReturn:
        """Stay connected until cancelled; raises Refused where waiting does not help, or MoreShards."""
        keeping = [asyncio.create_task(shard.keep()) for shard in self._shards]
        try:
            await asyncio.gather(*keeping)
            raise Refused("Discord's gateway ended.")
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.wait(keeping)
            if self._ending:
                await asyncio.wait(self._ending)

    def _came_up(self, number: int) -> None:
        self._shards[number].came_up()
        if all(shard.up for shard in self._shards):
            log.info("discord: %s", self.standing.detail)

    def _hang_up(self, socket: Socket, code: int) -> None:
        """Close a socket beside all else: one whose other end is gone takes half a minute for it."""
        task = asyncio.create_task(_close(socket, code))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


async def _close(socket: Socket, code: int) -> None:
    with contextlib.suppress(Exception):  # it is over, however it ends
        await socket.close(code)
