"""Discord, by discord.py: commands over the gateway, posts over REST."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.commands.base import Command, Place
from bot.errors import Later, Refused
from bot.platforms.base import Absent, Answers, Found, Frozen, Health, Notes, Unknown
from bot.platforms.discord.pace import Backoff
from bot.platforms.discord.wire.account import Account
from bot.platforms.discord.wire.calling import Calls
from bot.platforms.discord.wire.client import Wire
from bot.platforms.discord.wire.gateway import Gateway, Way
from bot.platforms.discord.wire.hearing import Hearing
from bot.platforms.discord.wire.offering import Offering
from bot.platforms.discord.wire.posting import Posting
from bot.platforms.discord.wire.sending import PATIENCE, TIMEOUT, Mouth

log = logging.getLogger(__name__)

API = "https://discord.com/api/v10"


class Discord:
    """One bot at Discord. `guilds` are the ids of the servers that are ours; where none is named, all are."""

    name = "discord"
    repost_within = timedelta(seconds=90)

    def __init__(
        self,
        token: str,
        notes: Notes,
        *,
        api: str = API,
        guilds: Sequence[str] = (),
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
    ) -> None:
        self._api = api
        mouth = Mouth(api.rstrip("/"))
        self._hearing = Hearing(mouth, frozenset(guilds), self.post, patience=patience)
        self._offering = Offering(notes, guilds, self._hearing)
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

    async def run(self, answers: Answers) -> None:
        self._hearing.answers = answers
        try:
            client, way = await self._reached()
            client.joined = self._offering.look_again
            self._standing = Health("off", "not connected")
            self._gateway = Gateway(client, way)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._offering.keep(client))
                tasks.create_task(self._gateway.keep())
        except* Refused as refused:
            self._standing = Health("trouble", str(refused.exceptions[0]))
        finally:
            self._gateway = None

    async def _reached(self) -> tuple[Wire, Way]:
        """Sign in and learn where the gateway is, under the same back-off as everything else."""
        since, backoff = datetime.now(UTC), Backoff()
        self._standing = Health("off", "connecting")
        while True:
            try:
                return await self._account.way()
            except Later as error:
                wait = max(backoff.next(), error.seconds)
                self._standing = Health("trouble", f"connecting since {since:%H:%M} UTC: {error}")
                log.warning("discord: signing in again in %.1f seconds: %s", wait, error)
            await asyncio.sleep(wait)

    async def offer(self, commands: Sequence[Command]) -> None:
        self._offering.offer(commands)

    async def post(self, place: Place, post: Frozen, key: str, under: str | None = None) -> str:
        return await self._posting.post(place, post, key, under)

    async def find(self, place: Place, key: str, since: datetime) -> Found | Absent | Unknown:
        return await self._posting.find(place, key, since)

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
        await self._account.close()
