"""What the gateway keeps for each client: a socket that may go wrong, and a session that outlives it."""

import asyncio
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from aiohttp import web

from tests.servers.discord.world import JSON
from tests.servers.door import cut

KEPT_FRAMES = 2000


class Op(IntEnum):
    """Gateway opcodes: discord.com/developers/docs/topics/opcodes-and-status-codes."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE = 4
    RESUME = 6
    RECONNECT = 7
    MEMBERS = 8
    INVALID = 9
    HELLO = 10
    ACK = 11


class Socket:
    """One websocket. `struck` marks one that a planned fault has hit; it counts as gone for those who wait."""

    def __init__(self, number: int, request: web.Request, ws: web.WebSocketResponse) -> None:
        self.number = number
        self.request = request
        self.ws = ws
        self.session: Session | None = None
        self.struck = False
        self.deaf = False
        self.acks = True
        self.closing: int | None = None  # the code we close it with
        self._zlib = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._queue: asyncio.Queue[JSON | int] = asyncio.Queue()

    def send(self, frame: JSON) -> None:
        self._queue.put_nowait(frame)

    def close(self, code: int) -> None:
        """Close in order, after what is still to be sent."""
        self.closing = code
        self._queue.put_nowait(code)

    def reset(self) -> None:
        cut(self.request.transport)

    def go_deaf(self) -> None:
        """Keep the TCP connection, and neither read nor write any more."""
        self.deaf = True
        self.stop_reading()

    def stop_reading(self) -> None:
        transport = self.request.transport
        if transport is not None:
            transport.pause_reading()

    async def write(self) -> None:
        """Send what is queued, in order, until the socket ends."""
        while True:
            frame = await self._queue.get()
            if self.deaf:
                continue
            if isinstance(frame, int):
                await self.ws.close(code=frame, drain=True)
                return
            text = json.dumps(frame)
            try:
                if self._zlib is None:
                    await self.ws.send_str(text)
                else:
                    await self.ws.send_bytes(self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH))
            except ConnectionError:
                return


@dataclass(eq=False)
class Session:
    """What an IDENTIFY began. It numbers its dispatches and keeps them, so that it can be resumed."""

    id: str
    shard: tuple[int, int]
    intents: int
    socket: Socket | None
    sequence: int = 0
    valid: bool = True
    cut_at: float | None = None
    resumed: int = 0
    heartbeats: int = 0
    frames: deque[JSON] = field(default_factory=lambda: deque(maxlen=KEPT_FRAMES))

    @property
    def live(self) -> bool:
        return self.valid and self.socket is not None and not self.socket.struck

    def dispatch(self, name: str, data: Any) -> JSON:
        """Number a dispatch and send it, if there is somebody to send it to."""
        self.sequence += 1
        frame = {"op": Op.DISPATCH, "t": name, "s": self.sequence, "d": data}
        self.frames.append(frame)
        if self.socket is not None:
            self.socket.send(frame)
        return frame
