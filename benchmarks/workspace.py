"""A Slack of one workspace that asks over Socket Mode, with the least Web API that an app needs to answer there."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from benchmarks.flood import Flood
from benchmarks.signed import APP, TEAM, slash

JSON = dict[str, Any]
BOT = "U0BENCHBOT"
PROMISE = "One moment…"
PINGS = 10.0
"""Seconds between pings on the socket, as Slack sends them."""


class Slack:
    """Answers the Web API, and sends slash commands over the socket, each from another person."""

    def __init__(self) -> None:
        self.api = ""
        self.hooks = ""
        self.ready = asyncio.Event()
        self.strange: list[str] = []
        """Methods that nobody here answers."""
        self._socket: web.WebSocketResponse | None = None
        self._numbers = itertools.count(1)
        self._flood: Flood | None = None
        self._sending: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Slack"]:
        app = web.Application()
        app.add_routes([web.post("/api/{method}", self._method), web.get("/link", self._link)])
        app.add_routes([web.post("/commands/{team}/{number}/x", self._later)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.hooks = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.api = f"{self.hooks}/api/"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def any(self, count: int, asks: Callable[[int], tuple[str, str]]) -> list[float]:
        """Milliseconds that each of so many questions waited; a command and a text by number."""
        first = next(self._numbers)
        self._numbers = itertools.count(first + count)
        self._flood = Flood(lambda number: self._ask(number, *asks(number)), count, first)
        return await self._flood.run()

    def _ask(self, number: int, command: str, text: str) -> None:
        envelope = {
            "type": "slash_commands",
            "envelope_id": f"00000000-0000-4000-8000-{number:012}",
            "accepts_response_payload": True,
            "payload": slash(number, self.hooks, f"/{command}", text),
        }
        sending = asyncio.ensure_future(self._send(envelope))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)

    async def _send(self, frame: JSON) -> None:
        assert self._socket is not None
        await self._socket.send_str(json.dumps(frame))

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=PINGS)
        await socket.prepare(request)
        debug = {"host": "applink-bench", "build_number": 1, "approximate_connection_time": 18060}
        await socket.send_json(
            {"type": "hello", "num_connections": 1, "debug_info": debug, "connection_info": {"app_id": APP}}
        )
        self._socket = socket
        self.ready.set()
        async for message in socket:
            self._acked(json.loads(message.data))
        return socket

    def _acked(self, said: JSON) -> None:
        answer = said.get("payload") or {}
        if answer.get("text") != PROMISE:
            self._heard(int(said["envelope_id"].rpartition("-")[2]), answer)

    async def _later(self, request: web.Request) -> web.Response:
        """An answer that was promised first, since this machine stood still for a second."""
        self._heard(int(request.match_info["number"]), await request.json())
        return web.Response(text="ok")

    def _heard(self, number: int, answer: JSON) -> None:
        assert self._flood is not None
        if len(answer.get("blocks", ())) > 1:  # one alone is a line that excuses itself
            self._flood.answered(number)
        else:
            self._flood.fail(f"answered {json.dumps(answer)[:300]}")

    async def _method(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "auth.test":
            names = {"url": "https://bench.slack.com/", "team": "Bench", "user": "briefing", "team_id": TEAM}
            headers = {"x-oauth-scopes": "commands,chat:write"}
            return web.json_response({"ok": True, **names, "user_id": BOT, "bot_id": "B0BENCH01"}, headers=headers)
        if method == "apps.connections.open":
            return web.json_response({"ok": True, "url": f"{self.hooks.replace('http', 'ws', 1)}/link?ticket=x"})
        self.strange.append(method)
        return web.json_response({"ok": False, "error": "unknown_method"})
