"""Socket Mode: docs.slack.dev/apis/events-api/using-socket-mode."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from tests.servers.door import cut
from tests.servers.slack.answering import Answers
from tests.servers.slack.asks import ACCEPTS, Ask
from tests.servers.slack.checks import JSON
from tests.servers.slack.world import Refusal, World

HOST = "applink-harbour-1"
NORMAL_LIFE = 18060


@dataclass(eq=False)
class Line:
    """One connection. `state`: "open", "silent", "closing" (told to go) or "gone"."""

    id: int
    ws: web.WebSocketResponse
    request: web.Request
    state: str = "open"
    sent: int = 0
    acked: int = 0
    unacked: dict[str, tuple[Ask, int]] = field(default_factory=dict)


class Sockets:
    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.world: World = answers.world
        self.lines: list[Line] = []
        self.refused: tuple[float, str] = (0.0, "")
        self._tickets: set[str] = set()
        self._envelopes: dict[str, Ask] = {}
        self._waiting: list[tuple[Ask, int]] = []
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------------ coming and going

    def address(self) -> str:
        """What apps.connections.open answers: an address that works once."""
        until, error = self.refused
        if self.world.clock.now() < until:
            raise Refusal(error)
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        base = self.world.host.replace("http", "ws", 1)
        return f"{base}/link/?ticket={ticket}&app_id={self.world.app_id}"

    def open(self) -> list[Line]:
        return [line for line in self.lines if line.state == "open"]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404, text="invalid ticket")
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(autoping=False, autoclose=False)
        await ws.prepare(request)
        line = Line(len(self.lines) + 1, ws, request)
        if len([one for one in self.lines if one.state != "gone"]) >= self.world.settings.connections:
            with contextlib.suppress(ConnectionError):
                await self._say(line, farewell("too_many_websockets"))
                await ws.close()
            return ws
        self.lines.append(line)
        async with self._pinged(line):
            await self._talk(line)
        self._lost(line)
        return ws

    async def _talk(self, line: Line) -> None:
        self.world.log.write("connection", id=line.id, state="open")
        try:
            await self._say(line, self._hello())
            self.world.bell.ring()
            waiting, self._waiting = self._waiting, []
            for ask, attempt in waiting:
                await self.send(ask, attempt)
            while line.state != "gone":
                message = await line.ws.receive()
                if not await self._heard(line, message):
                    return
        except ConnectionError:
            return

    def _hello(self) -> JSON:
        return {
            "type": "hello",
            "num_connections": len(self.open()),
            "debug_info": {"host": HOST, "build_number": 10, "approximate_connection_time": NORMAL_LIFE},
            "connection_info": {"app_id": self.world.app_id},
        }

    async def _heard(self, line: Line, message: WSMessage) -> bool:
        """Whether the connection goes on."""
        if line.state == "silent":
            return await self._ignored(line, message)
        match message.type:
            case WSMsgType.TEXT:
                self._text(line, message.data)
            case WSMsgType.PING:
                await line.ws.pong(message.data)
            case WSMsgType.PONG | WSMsgType.BINARY:
                return True
            case _:
                with contextlib.suppress(ConnectionError):
                    await line.ws.close()
                return False
        return True

    async def _ignored(self, line: Line, message: WSMessage) -> bool:
        """A silent connection answers nothing, not even a close; it lasts as long as TCP does."""
        if message.type in (WSMsgType.TEXT, WSMsgType.PING, WSMsgType.PONG, WSMsgType.BINARY):
            return True
        transport = line.request.transport
        while transport is not None and not transport.is_closing() and line.state == "silent":  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # nothing tells of a transport's end once the close frame was read
        return False

    def _lost(self, line: Line) -> None:
        """What this connection did not acknowledge goes to the next."""
        line.state = "gone"
        self.world.log.write("connection", id=line.id, state="gone")
        for ask, attempt in line.unacked.values():
            if not ask.acks and not ask.error:
                self._waiting.append((ask, attempt + 1))
        line.unacked.clear()
        if self.open() and self._waiting:
            self._start(self._again())
        self.world.bell.ring()

    async def _again(self) -> None:
        waiting, self._waiting = self._waiting, []
        for ask, attempt in waiting:
            await self.send(ask, attempt)

    # ------------------------------------------------------------------ envelopes and acks

    async def send(self, ask: Ask, attempt: int) -> bool:
        """Send an ask to one connection, in turns; whether there was one. An ask that is over is not sent."""
        if ask.acks or ask.error:
            return True
        able = [line for line in self.lines if line.state in ("open", "silent")]
        able = able or [line for line in self.lines if line.state == "closing"]
        if not able:
            return False
        self._turn += 1
        line = able[self._turn % len(able)]
        # A retry of Events API is an envelope of its own; an envelope whose connection was lost stays the same.
        envelope = ask.id if ask.deliveries == 0 or ask.kind != "events_api" else self.answers.asks.new_id()
        self._envelopes[envelope] = ask
        line.unacked[envelope] = (ask, attempt)
        line.sent += 1
        ask.deliveries += 1
        self.world.log.write("envelope", id=envelope, ask=ask.id, kind_of=ask.kind, attempt=attempt, by="socket")
        frame: JSON = {"envelope_id": envelope, "payload": ask.body, "type": ask.type}
        frame["accepts_response_payload"] = ask.kind in ACCEPTS
        if ask.kind == "events_api":
            frame |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        with contextlib.suppress(ConnectionError):
            await self._say(line, frame)
        return True

    def _text(self, line: Line, text: str) -> None:
        body = _parsed(text)
        self.world.log.write("frame", connection=line.id, direction="in", body=body)
        ask = self._envelopes.get(str(body.get("envelope_id"))) if isinstance(body, dict) else None
        if ask is None:
            return
        line.acked += 1
        line.unacked.pop(str(body["envelope_id"]), None)
        self.answers.ack(ask, body.get("payload"), f"connection {line.id}")

    async def _say(self, line: Line, body: JSON) -> None:
        direction = "dropped" if line.state == "silent" else "out"
        self.world.log.write("frame", connection=line.id, direction=direction, body=without_token(body))
        if line.state != "silent":
            await line.ws.send_str(json.dumps(body))

    @contextlib.asynccontextmanager
    async def _pinged(self, line: Line) -> AsyncIterator[None]:
        task = asyncio.create_task(self._pings(line))
        try:
            yield
        finally:
            task.cancel()

    async def _pings(self, line: Line) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await asyncio.sleep(self.world.settings.ping_every)
                if line.state != "silent":
                    await line.ws.ping(b"Ping from " + HOST.encode())

    # ------------------------------------------------------------------ faults

    async def disconnect(self, reason: str) -> None:
        for line in self.open():
            with contextlib.suppress(ConnectionError):
                await self._say(line, farewell(reason))
            if reason != "warning":
                line.state = "closing"
                self._start(self._close_later(line))

    async def _close_later(self, line: Line) -> None:
        await asyncio.sleep(self.world.settings.grace)
        if line.state == "closing":
            with contextlib.suppress(ConnectionError):
                await line.ws.close()

    def silence(self) -> None:
        for line in self.open():
            line.state = "silent"
            self.world.log.write("connection", id=line.id, state="silent")

    async def close(self, code: int) -> None:
        for line in self.open():
            line.state = "closing"
            with contextlib.suppress(ConnectionError):
                await line.ws.close(code=code)

    def reset(self) -> None:
        for line in self.lines:
            if line.state != "gone":
                line.state = "gone"
                cut(line.request.transport)

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def farewell(reason: str) -> JSON:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}


def without_token(body: JSON) -> JSON:
    """A frame as it is written down."""
    held = body.get("payload")
    if not isinstance(held, dict):
        return body
    return {**body, "payload": {name: value for name, value in held.items() if name != "token"}}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
