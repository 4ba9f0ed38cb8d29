"""Socket Mode kept alive: connections opened, heard, renewed and given up under our own rules.

The library's client dials a used-up address again after a failure, waits the same time for ever, and ends the old
connection before it has the new one; only what it calls is used here: the method, the socket, Bolt's dispatch.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.errors import Later, PostError
from bot.platforms.slack.pauses import Pauses
from bot.platforms.slack.refusals import ACCESS, SaidNo
from bot.platforms.slack.wire.api import Api, Unreachable

log = logging.getLogger(__name__)

GREETING = 10.0
"""Seconds for the handshake and for Slack's hello."""

CLOSING = 2.0
"""Seconds for the other side to take leave."""

Hear = Callable[[Mapping[str, Any]], Awaitable[str | None]]
"""Answers an envelope: the ack's payload as JSON, "" for an empty ack, or None for none at all."""

LOST = {
    "warning": "Slack announced to renew the connection",
    "refresh_requested": "Slack renewed the connection",
    "link_disabled": "Socket Mode was switched off in the app's settings",
    "too_many_websockets": "Slack allows ten connections, and there are more",
}


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds. `silence`: nothing at all heard, not even a pong; `linger`: an old connection beside the new one.

    A connection that held for `steady` seconds is followed at once by the next. `ack`: until something is
    acknowledged, whether its answer is there or not; Slack waits for three.
    """

    silence: float = 25.0
    first_pause: float = 1.0
    longest_pause: float = 30.0
    steady: float = 10.0
    linger: float = 30.0
    ack: float = 1.0


class Line:
    """One connection, read until it ends. `leaving` is why another is wanted."""

    def __init__(self, ws: "aiohttp.ClientWebSocketResponse", hear: Hear) -> None:
        self._ws = ws
        self._hear = hear
        loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[None] = loop.create_future()
        self.leaving: asyncio.Future[str] = loop.create_future()
        self._answering: set[asyncio.Task[None]] = set()

    async def read(self) -> None:
        """Hear all there is, until either side ends it."""
        try:
            async for message in self._ws:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.data)
        finally:
            self._leave(self._why())

    async def close(self) -> None:
        await self._ws.close()

    def _take(self, data: str) -> None:
        try:
            told = json.loads(data)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            log.warning("slack: something on the socket was no JSON object, and was left alone")
            return
        match told.get("type"):
            case "hello":
                if not self.greeted.done():
                    self.greeted.set_result(None)
            case "disconnect":
                self._leave(LOST.get(str(told.get("reason")), "Slack asked for a new connection"))
            case _ if isinstance(told.get("envelope_id"), str):
                task = asyncio.create_task(self._answer(told))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    async def _answer(self, envelope: Mapping[str, Any]) -> None:
        ack = await self._hear(envelope)
        if ack is None:
            return
        named = f'{{"envelope_id": {json.dumps(envelope["envelope_id"])}'
        try:
            await self._ws.send_str(f'{named}, "payload": {ack}}}' if ack else f"{named}}}")
        except (ConnectionError, aiohttp.ClientError):
            log.warning("slack: an answer was lost with its connection; Slack may ask again")

    def _leave(self, why: str) -> None:
        if not self.leaving.done():
            self.leaving.set_result(why)

    def _why(self) -> str:
        error = self._ws.exception()
        if isinstance(error, TimeoutError):
            return "nothing was heard on the socket any more"
        code = self._ws.close_code
        return f"the connection was closed ({code})" if code and code != 1006 else "the connection was lost"


class Socket:
    """Keeps one connection; `tell` is told when it is there, and why it is not."""

    def __init__(
        self, api: Api, hear: Hear, tell: Callable[[str | None], None], timings: Timings, pauses: Pauses
    ) -> None:
        self._api = api
        self._hear = hear
        self._tell = tell
        self._timings = timings
        self._pauses = pauses
        self._lines: dict[asyncio.Task[None], Line] = {}

    async def run(self) -> None:
        """Stay connected until cancelled; SaidNo where Slack does not take the app token."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                line = await self._connected()
                since = loop.time()
                why = await line.leaving
                if why != LOST["warning"] and why != LOST["refresh_requested"]:
                    self._tell(why)
                log.info("slack: %s", why)
                await asyncio.sleep(self._pauses.after(loop.time() - since))
        finally:
            for task in self._lines:
                task.cancel()
            await asyncio.gather(*self._lines, return_exceptions=True)

    async def _connected(self) -> Line:
        """A new connection on which Slack said hello; tried until there is one."""
        while True:
            pause = 0.0
            try:
                line = await self._open()
            except SaidNo as no:
                if no.code in ACCESS:
                    raise
                why = f"Slack refused a connection ({no.code})"
            except (Unreachable, PostError) as error:
                why = str(error)
            except Later as later:
                why, pause = str(later), later.seconds
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                why = f"the socket did not open ({type(error).__name__})"
            else:
                self._tell(None)
                return line
            self._tell(why)
            pause = max(pause, self._pauses.after(0.0))
            log.warning("slack: not connected: %s; trying again in %.1f seconds", why, pause)
            await asyncio.sleep(pause)

    async def _open(self) -> Line:
        told = await self._api.write("apps.connections.open")
        async with asyncio.timeout(GREETING):
            ws = await self._api.session().ws_connect(
                str(told.get("url")),
                # A ping after two thirds of the silence, and a third of it for the pong.
                heartbeat=self._timings.silence * 2 / 3,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSING),
                proxy=self._api.client.proxy,
            )
            line = Line(ws, self._hear)
            task = asyncio.create_task(self._read(line))
            self._lines[task] = line
            task.add_done_callback(self._lines.pop)
            try:
                await asyncio.wait((line.greeted, line.leaving), return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                task.cancel()
                raise
        if not line.greeted.done():
            task.cancel()  # nothing was begun on it, so it does not stay beside the next one
            raise ConnectionResetError("closed before it said hello")
        return line

    async def _read(self, line: Line) -> None:
        """Hear a line, beside its successor for a while where there is one."""
        try:
            reading = asyncio.create_task(line.read())
            await asyncio.wait((line.leaving,))
            await asyncio.wait((reading,), timeout=self._timings.linger)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await line.close()
