"""The port Discord's side listens on, which can go away for a while and come back."""

import asyncio
import socket
from collections.abc import Callable

from aiohttp import web

from tests.servers.door import HOST, Door


class Listening:
    """Serves an application on one port; while it is gone, connections are refused, or accepted by nobody."""

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._door = Door(self._runner)
        self._here = asyncio.Event()
        self._returning: asyncio.Task[None] | None = None
        self.port = 0

    async def begin(self, port: int) -> int:
        """Listen; the port, also where 0 was asked for."""
        await self._runner.setup()
        await self._listen(port)
        return self.port

    async def _listen(self, port: int) -> None:
        self.port = await self._door.open(port)
        self._here.set()

    async def leave(self, seconds: float, *, silent: bool, cutting: Callable[[], object]) -> None:
        """Cut every connection, the gateway's by `cutting`, and be gone for that long; already gone on return."""
        self._here.clear()
        await self._door.shut()
        cutting()
        self._door.cut_all()
        deaf = _listen_only(self.port) if silent else None
        self._returning = asyncio.create_task(self._return(seconds, deaf))

    async def _return(self, seconds: float, deaf: socket.socket | None) -> None:
        await asyncio.sleep(seconds)
        if deaf is not None:
            deaf.close()
        await self._listen(self.port)

    async def back(self, within: float) -> bool:
        """Wait until it listens again; whether it does."""
        try:
            await asyncio.wait_for(self._here.wait(), within)
        except TimeoutError:
            return False
        return True


def _listen_only(port: int) -> socket.socket:
    """A socket whose backlog takes connections that nobody ever accepts."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind((HOST, port))
    found.listen(128)
    return found
