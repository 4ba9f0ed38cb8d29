"""One connection to Discord's gateway, opened again under our own back-off whenever it ends.

The library's own reconnecting waits up to 17 minutes, and one shard's end is the end of all. So only its socket is
used: it speaks the protocol, and says when it is over.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from bot.errors import Refused
from bot.platforms.discord.pace import Backoff, Identifies
from bot.platforms.discord.wire.faults import LOST, OFF, reason

log = logging.getLogger(__name__)

GREETING = 8.0
"""Seconds to open a socket and hear its first word."""

OPENING = 30.0
"""Seconds from there until it is ready."""

PARTING = 2.0
"""Seconds that the other end gets to say good-bye: one that asked us to go may be gone itself."""

TRIES = 3
"""Failed attempts to take a session up again after which a new one is begun."""

UNREAD = 3
"""Messages in a row that cannot be read until the stream itself is taken to be broken."""

STEADY = 10.0
"""Seconds a connection has to last before the waits start small again."""

BRIEF = 4.0
"""Seconds to wait at most after a connection that did not last: people are waiting too."""

MORE_SHARDS = 4011
"""The close code of a bot that is in more servers than its shards may carry."""

GOOD_BYE, TO_BE_RESUMED = 1000, 4000
"""Close codes: the session ends, or it stays."""


class MoreShards(Exception):
    """Discord wants the bot to connect over more shards than it was told of."""


class Socket(DiscordWebSocket):
    """The library's socket, which also tells when it is made, and how long its silence may last."""

    made: Callable[["Socket"], object]

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(socket, loop=loop)
        type(self).made(self)

    async def close(self, code: int = TO_BE_RESUMED) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PARTING):
                await super().close(code)

    @property
    def silence(self) -> float:
        """Seconds without a word after which it is dead: the answer to a heartbeat is long overdue.

        Between two heartbeats (41 seconds) a bot that only hears interactions hears nothing at all.
        """
        interval = self._keep_alive.interval if self._keep_alive else None
        return OPENING if interval is None else interval * 1.3 + 2


@dataclass(frozen=True, slots=True)
class _Session:
    id: str
    sequence: int | None
    url: yarl.URL


class Shard:
    """Keeps one shard connected; `up` from READY or RESUMED on, otherwise down `since` then, and `why`."""

    def __init__(
        self,
        client: discord.Client,
        number: int,
        url: str,
        identifies: Identifies,
        hang_up: Callable[[Socket, int], object],
        backoff: Backoff | None = None,
    ) -> None:
        self.up = False
        self.since = datetime.now(UTC)
        self.why = ""
        self._client, self._number, self._url = client, number, yarl.URL(url)
        self._identifies, self._hang_up = identifies, hang_up
        self._backoff = backoff or Backoff()
        self._session: _Session | None = None
        self._failed = 0
        self._up_at = 0.0
        self._forget = False
        self._socket: Socket | None = None
        # A class of its own: one that never got through is known all the same, and can be hung up.
        self._kind: type[Socket] = type("ShardSocket", (Socket,), {"made": staticmethod(self._made)})

    def came_up(self) -> None:
        self.up = True
        self._failed = 0
        self._up_at = asyncio.get_running_loop().time()
        self._backoff.ease(BRIEF)

    async def keep(self) -> None:
        """Talk to Discord until cancelled; raises Refused where waiting does not help, or MoreShards."""
        while True:
            code = GOOD_BYE
            try:
                await self._talk()
            except ReconnectWebSocket as end:
                self._down("Discord ended the connection" if end.resume else "Discord ended the session")
                self._forget = not end.resume
                code = TO_BE_RESUMED
            except discord.ConnectionClosed as end:
                if end.code == MORE_SHARDS:
                    self._down(reason(end))
                    raise MoreShards("Discord wants more shards") from end
                if end.code in OFF:
                    raise Refused(OFF[end.code]) from end
                self._down(reason(end))
                code = TO_BE_RESUMED
            except LOST as end:
                # Where a session is taken up may be gone for good, while all others are well: begin anew there.
                self._forget = isinstance(end, TimeoutError) and not self.up
                self._down(reason(end))
                code = TO_BE_RESUMED
            finally:
                self._end(code)
            wait = self._backoff.next()
            log.warning("discord: shard %d connects again in %.1f seconds: %s", self._number, wait, self.why)
            await asyncio.sleep(wait)

    async def _talk(self) -> None:
        """Open a socket, and hear what comes until it ends."""
        loop = asyncio.get_running_loop()
        session = self._session
        if session is None:
            await asyncio.sleep(self._identifies.wait(loop.time()))
        async with asyncio.timeout(GREETING):
            socket = await self._opened(session)
        ready_by = loop.time() + OPENING
        unread = 0
        while True:
            try:
                async with asyncio.timeout_at(loop.time() + socket.silence if self.up else ready_by):
                    await socket.poll_event()
                unread = 0
            except (ReconnectWebSocket, discord.ConnectionClosed, *LOST):
                raise
            except Exception:
                log.exception("discord: a message from the gateway could not be read")
                unread += 1
                if unread == UNREAD:
                    raise ReconnectWebSocket(self._number, resume=False) from None

    async def _opened(self, session: _Session | None) -> Socket:
        try:
            return await self._kind.from_client(
                self._client,
                initial=True,  # or the library would wait for its own turn as well
                gateway=session.url if session else self._url,
                shard_id=self._number,
                session=session.id if session else None,
                sequence=session.sequence if session else None,
                resume=session is not None,
            )
        except (ReconnectWebSocket, discord.ConnectionClosed, *LOST):
            raise
        except Exception as error:  # whatever the library throws at a first word that is none of Discord's
            log.exception("discord: the gateway's first message could not be read")
            raise ReconnectWebSocket(self._number) from error

    def _made(self, socket: Socket) -> None:
        self._socket = socket

    def _down(self, why: str) -> None:
        if self.up and asyncio.get_running_loop().time() - self._up_at >= STEADY:
            self._backoff.reset()
        if self.up or not self.why:
            self.since = datetime.now(UTC)
        self.up = False
        self.why = why
        self._failed += 1

    def _end(self, code: int) -> None:
        """Let go of the socket, and keep what is needed to take its session up again."""
        self.up = False
        socket, self._socket = self._socket, None
        if socket is not None:
            found = socket.session_id
            self._session = _Session(found, socket.sequence, socket.gateway) if found else None
            self._hang_up(socket, code)
        if self._forget or self._failed > TRIES:
            self._session = None
        self._forget = False
