"""Starts the Discord test server and says on stdout, in one line of JSON, where it is."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from aiohttp import web

from tests.servers.discord.gateway import Gateway
from tests.servers.discord.levers import Levers
from tests.servers.discord.listening import Listening
from tests.servers.discord.rest import Rest
from tests.servers.discord.world import World
from tests.servers.door import HOST
from tests.servers.log import Log


async def serve(log: Path, port: int, *, attended: bool) -> None:
    """Serve until killed, or until whoever attends closes our stdin."""
    world = World(Log(log))
    gateway, rest = Gateway(world), Rest(world)
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_get("/", gateway.serve)
    app.router.add_get("/cdn/{rest:.*}", rest.file)
    app.router.add_route("*", "/api/{rest:.*}", rest.serve)
    listening = Listening(app)
    port = await listening.begin(port)
    world.base = f"http://{HOST}:{port}"

    door = web.Application()
    door.router.add_post("/_control/{verb}", Levers(world, gateway, listening).serve)
    runner = web.AppRunner(door, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    told = {
        "port": port,
        "api": f"{world.base}/api/v10",
        "control": f"http://{HOST}:{runner.addresses[0][1]}/_control",
        "token": world.token,
        "application_id": str(world.backend.application_id),
        "bot_id": str(world.backend.bot_user.id),
    }
    print(json.dumps(told), flush=True)
    if attended:
        await asyncio.to_thread(sys.stdin.read)
    else:
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.servers.discord", description=__doc__)
    parser.add_argument("--log", type=Path, required=True, help="append-only JSON-lines log of all that happens")
    parser.add_argument("--port", type=int, default=0, help="port of REST and gateway; 0 takes a free one")
    parser.add_argument("--attended", action="store_true", help="end when stdin is closed")
    words = parser.parse_args()
    try:
        asyncio.run(serve(words.log, words.port, attended=words.attended))
    except KeyboardInterrupt:
        sys.exit(0)
