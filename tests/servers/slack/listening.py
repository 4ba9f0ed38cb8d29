"""A port that can be gone for a while: nobody gets in, those inside are cut off, and what was kept stays."""

import asyncio

from aiohttp import web

from tests.servers.slack.sockets import Sockets
from tests.servers.slack.world import World

HOST = "127.0.0.1"


class Listening:
    def __init__(self, world: World, sockets: Sockets, runner: web.AppRunner) -> None:
        self._world = world
        self._sockets = sockets
        self._runner = runner
        self._server: asyncio.Server | None = None
        self._returning: asyncio.Task[None] | None = None
        self.port = 0

    async def start(self, port: int) -> None:
        assert self._runner.server is not None
        self._server = await asyncio.get_running_loop().create_server(self._runner.server, HOST, port)
        self.port = self._server.sockets[0].getsockname()[1]
        self._world.host = f"http://{HOST}:{self.port}"
        self._world.gone = False

    async def stop(self) -> None:
        """Close the port, then cut whoever is connected."""
        assert self._server is not None
        assert self._runner.server is not None
        self._world.gone = True
        self._world.log.write("whole", state="gone")
        self._server.close()
        self._sockets.reset()
        for connection in list(self._runner.server.connections):
            if connection.transport is not None:
                connection.transport.abort()

    def come_back(self) -> None:
        self._returning = asyncio.get_running_loop().create_task(self._back())

    async def _back(self) -> None:
        await self.start(self.port)
        self._world.log.write("whole", state="back")
        self._world.bell.ring()
