"""The bot's account: signed in over REST when it is first needed, connected or not."""

import asyncio
from datetime import UTC, datetime

import discord

from bot.errors import Later, NoAccess, Refused
from bot.platforms.discord.wire.client import Wire
from bot.platforms.discord.wire.faults import (
    BANNED,
    LOST,
    MANGLED,
    STOPPING,
    UNAUTHORIZED,
    UNREACHED,
    Trail,
    bounded,
    reason,
    trailed,
)
from bot.platforms.discord.wire.gateway import Way
from bot.platforms.discord.wire.hearing import Hearing
from bot.platforms.discord.wire.sending import Mouth


class Account:
    """One token at one API root."""

    def __init__(self, token: str, hearing: Hearing, mouth: Mouth, timeout: float) -> None:
        self._token, self._hearing, self._mouth, self._timeout = token, hearing, mouth, timeout
        self._client: Wire | None = None
        self._lock = asyncio.Lock()
        self._closed = False

    @property
    def known(self) -> Wire | None:
        """The client, where it is signed in."""
        return self._client

    async def client(self) -> Wire:
        """The signed-in client; raises Refused or Later."""
        if self._client is None:
            async with self._lock:
                if self._client is None:
                    self._client = await self._sign_in()
        return self._client

    async def way(self) -> tuple[Wire, Way]:
        """The client, and its way to the gateway; raises Refused or Later."""
        client = await self.client()
        trail = trailed()
        try:
            async with bounded(client.http, self._timeout, trail):
                shards, url, limits = await client.http.get_bot_gateway()
            way = Way(int(shards), str(url), int(limits["max_concurrency"]))
            left, seconds = int(limits["remaining"]), int(limits["reset_after"]) / 1000
        except (discord.DiscordException, *LOST, *MANGLED, RuntimeError) as error:
            if isinstance(error, RuntimeError) and not client.is_closed():
                raise
            raise _not_yet(error.__cause__ or error, trail) from error
        if left < way.shards:
            until = datetime.fromtimestamp(datetime.now(UTC).timestamp() + seconds, UTC)
            raise Later(f"Discord lets the bot begin no new session until {until:%H:%M} UTC.", seconds)
        return client, way

    async def close(self) -> None:
        """Sign off, for good."""
        self._closed = True
        if self._client is not None:
            client, self._client = self._client, None
            await self._mouth.close()
            await client.close()

    async def _sign_in(self) -> Wire:
        if self._closed:
            raise _stopped()
        client = Wire(self._mouth.api, self._hearing)
        trail = trailed()
        try:
            async with asyncio.timeout(self._timeout):
                await client.login(self._token)
        except (discord.DiscordException, *LOST, *MANGLED) as error:
            await client.close()
            raise _not_yet(error, trail) from error
        except asyncio.CancelledError:  # the bot stops: the library opened a session before it asked
            await client.close()
            raise
        if self._closed:  # meanwhile
            await client.close()
            raise _stopped()
        self._mouth.over(client.http.connector, client.http.user_agent)
        return client


def _stopped() -> Later:
    return Later(f"Nothing is sent to Discord any more: {STOPPING}.", UNREACHED)


def _not_yet(error: BaseException, trail: Trail) -> Refused | Later:
    """Why there is no account to act with: a refused token is final, all else may pass."""
    if isinstance(error, discord.LoginFailure) or (isinstance(error, discord.HTTPException) and error.status == 401):
        return NoAccess(UNAUTHORIZED)
    if isinstance(error, discord.RateLimited) or (isinstance(error, discord.HTTPException) and error.status == 429):
        seconds = trail.again or BANNED
        return Later(f"Discord asks for a pause of {seconds:,.0f} seconds.", seconds)
    return Later(f"Discord was not reached: {reason(error, trail)}.", trail.again)
