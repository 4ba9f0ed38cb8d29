"""News for open pages, as server-sent events."""

import asyncio
import json
from collections.abc import Callable

from aiohttp import web

from bot.platforms.desk.guard import SESSION
from bot.platforms.desk.house import House
from bot.platforms.desk.paper import Paper

LOOK = 2.0
"""Seconds between two looks at the platforms and at the digests, which do not tell when they change."""

BREATH = 15.0
"""Seconds after which a silent stream says that it is alive."""

STREAMS = 50
"""Open streams at one time."""


class Live:
    """Watches the house and tells every open page that something changed."""

    def __init__(self, house: House, paper: Paper, tick: Callable[[], float]) -> None:
        self._house, self._paper, self._tick = house, paper, tick
        self._turned = asyncio.Event()
        self._closing = False
        self._streams = 0

    async def watch(self) -> None:
        """Wake the streams at each change, until cancelled."""
        revision, known = self._house.shelf().revision, ""
        while True:
            try:
                async with asyncio.timeout(LOOK):
                    revision = await self._house.changed(revision)
            except TimeoutError:
                if not self._streams or (fresh := await self._news()) == known:
                    continue
                known = fresh
            self._wake()

    def close(self) -> None:
        """End all streams."""
        self._closing = True
        self._wake()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """The stream of one page; it ends with the session."""
        if self._streams >= STREAMS:
            return web.Response(status=503, text="Too many pages are open.\n")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        self._streams += 1
        try:
            await response.prepare(request)
            await self._tell(request, response)
        except ConnectionResetError:
            pass
        finally:
            self._streams -= 1
        return response

    async def _tell(self, request: web.Request, response: web.StreamResponse) -> None:
        told = ""
        while not self._closing:
            if request[SESSION].ends <= self._tick():
                await response.write(b"event: over\ndata: {}\n\n")
                return
            turned, fresh = self._turned, await self._news()
            await response.write(f"event: news\ndata: {fresh}\n\n".encode() if fresh != told else b": alive\n\n")
            told = fresh
            try:
                async with asyncio.timeout(BREATH):
                    await turned.wait()
            except TimeoutError:
                continue

    def _wake(self) -> None:
        self._turned.set()
        self._turned = asyncio.Event()

    async def _news(self) -> str:
        """The top bar and the navigation as they stand, and what else an open page may show."""
        return json.dumps(await self._paper.bar())
