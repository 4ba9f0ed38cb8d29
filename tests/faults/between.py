"""What stands between the bot and a chat, as a proxy or the open Internet does, and loses, holds up or spoils posts.

It sees all requests of the bot, and troubles only posts into channels. So it knows what was tried, as the logs of the
servers know what was kept.
"""

import asyncio
import json
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from tests.servers.door import HOST, cut

PAGE = "<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1><hr>cloud/1.2</body></html>"
DROPPED = frozenset(("host", "content-length", "transfer-encoding", "connection", "keep-alive"))
_ROOM = re.compile(r"/api/v10/channels/(\d+)/messages")

Kind = Literal[
    "cut",  # the connection is reset
    "page",  # `status` is answered with a page of HTML
    "half",  # the answer breaks off in the middle
    "slow",  # it takes `seconds`
    "limited",  # 429 as this chat says it, with `seconds` to wait
    "kept back",  # nothing happens until `release` is called; it is lost where the bot hung up meanwhile
]


@dataclass(frozen=True)
class Trouble:
    """What happens to one post: before it reaches the chat, or to the answer after the chat kept it."""

    kind: Kind
    after: bool = False
    status: int = 502
    seconds: float = 0.0


@dataclass(frozen=True)
class Tried:
    """A post that the bot tried: when, by time.monotonic(), in which channel, and its text."""

    at: float
    channel: str
    text: str


@dataclass
class Between:
    """A relay in front of one chat, whose own address is `server`, such as http://127.0.0.1:8700."""

    server: str
    http: aiohttp.ClientSession
    port: int = 0
    tried: list[Tried] = field(default_factory=list)
    all: Trouble | None = None
    """What every post meets that nothing else was planned for."""
    _planned: dict[str, list[Trouble]] = field(default_factory=lambda: defaultdict(list))
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    @asynccontextmanager
    async def standing(cls, api: str) -> AsyncIterator["Between"]:
        """One that listens, in front of the chat at this root of its API."""
        server = api[: api.index("/api")]
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as http:
            between = cls(server, http)
            app = web.Application(client_max_size=64 * 1024 * 1024)
            app.router.add_route("*", "/{rest:.*}", between._serve)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            await web.TCPSite(runner, HOST, 0).start()
            between.port = runner.addresses[0][1]
            try:
                yield between
            finally:
                between._released.set()
                await runner.cleanup()

    def root(self, api: str) -> str:
        """The root of the API, by way of this."""
        return f"http://{HOST}:{self.port}{api[len(self.server) :]}"

    def plan(self, channel: str, *troubles: Trouble) -> None:
        """Let the next posts into this channel meet these, one after the other."""
        self._planned[channel] += troubles

    def mend(self) -> None:
        """Let everything through from now on."""
        self._planned.clear()
        self.all = None
        self.release()

    def release(self) -> None:
        """Let what was kept back go on."""
        self._released.set()
        self._released = asyncio.Event()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        channel = _channel(request, body)
        trouble = None
        if channel:
            self.tried.append(Tried(time.monotonic(), channel, json.dumps(json.loads(body), ensure_ascii=False)))
            trouble = self._planned[channel].pop(0) if self._planned[channel] else self.all
        if trouble is None:
            return await self._passed(request, body)
        if not trouble.after:
            return await self._struck(request, trouble) or await self._passed(request, body)
        kept = await self._passed(request, body)
        return await self._struck(request, trouble, kept) or kept

    async def _passed(self, request: web.Request, body: bytes) -> web.Response:
        """The chat's own answer, as it gave it."""
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in DROPPED]
        where = f"{self.server}{request.path_qs}"
        async with self.http.request(request.method, where, data=body or None, headers=headers) as told:
            found = CIMultiDict((name, value) for name, value in told.headers.items() if name.lower() not in DROPPED)
            return web.Response(status=told.status, body=await told.read(), headers=found)

    async def _struck(
        self, request: web.Request, trouble: Trouble, kept: web.Response | None = None
    ) -> web.StreamResponse | None:
        """What the bot gets instead; None where it gets the usual after all."""
        match trouble.kind:
            case "cut":
                cut(request.transport)
                return web.Response()
            case "page":
                headers = {"Via": "1.1 cloud"}
                return web.Response(status=trouble.status, text=PAGE, content_type="text/html", headers=headers)
            case "half":
                return await _half(request, kept)
            case "limited":
                return _limited(request, trouble.seconds)
            case "slow":
                await asyncio.sleep(trouble.seconds)
            case "kept back":
                await self._released.wait()
                if request.transport is None and kept is None:
                    return web.Response()
        return None


async def _half(request: web.Request, kept: web.Response | None) -> web.StreamResponse:
    whole = bytes(kept.body) if kept is not None and isinstance(kept.body, bytes) else b'{"ok": true, "ts": '
    answer = web.StreamResponse(status=200, headers={"Content-Type": "application/json"})
    answer.content_length = len(whole) + 100
    await answer.prepare(request)
    await answer.write(whole[:20])
    cut(request.transport)
    return answer


def _limited(request: web.Request, seconds: float) -> web.Response:
    headers = {"Retry-After": str(round(seconds)), "Via": "1.1 google"}
    if request.path.startswith("/api/v10"):
        told = {"message": "You are being rate limited.", "retry_after": seconds, "global": False}
        headers["X-RateLimit-Scope"] = "shared"
        return web.Response(
            status=429, body=json.dumps(told).encode(), content_type="application/json", headers=headers
        )
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _channel(request: web.Request, body: bytes) -> str:
    """The channel that a post goes to; empty for every other request."""
    if request.method != "POST":
        return ""
    if found := _ROOM.fullmatch(request.path):
        return found[1]
    return str(json.loads(body)["channel"]) if request.path == "/api/chat.postMessage" else ""
