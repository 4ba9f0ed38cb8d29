"""A port that can be gone for a while: nobody gets in, those inside are cut off, and what was kept stays."""

import asyncio

from aiohttp import web

from tests.servers.door import HOST, Door
from tests.servers.slack.sockets import Sockets
from tests.servers.slack.world import World


class Listening:
    def __init__(self, world: World, sockets: Sockets, runner: web.AppRunner) -> None:
        self._world = world
        self._sockets = sockets
        self._door = Door(runner)
        self._returning: asyncio.Task[None] | None = None
        self.port = 0

    async def start(self, port: int) -> None:
        self.port = await self._door.open(port)
        self._world.host = f"http://{HOST}:{self.port}"
        self._world.gone = False

    async def stop(self) -> None:
        """Close the port, then cut whoever is connected."""
        self._world.gone = True
        self._world.log.write("whole", state="gone")
        await self._door.shut()
        self._sockets.reset()
        self._door.cut_all()

    def come_back(self) -> None:
        self._returning = asyncio.get_running_loop().create_task(self._back())

    async def _back(self) -> None:
        await self.start(self.port)
        self._world.log.write("whole", state="back")
        self._world.bell.ring()
