"""python -m tests.servers.slack --log PATH [--port N]: Slack on loopback, until stdin ends or a signal comes."""

import argparse
import asyncio
import json
import os
import signal
import stat
import sys
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.servers.door import HOST
from tests.servers.log import Log
from tests.servers.slack.answering import Answers
from tests.servers.slack.asks import Asks
from tests.servers.slack.delivery import Delivery
from tests.servers.slack.listening import Listening
from tests.servers.slack.outgoing import Outgoing
from tests.servers.slack.panel import Panel
from tests.servers.slack.people import People
from tests.servers.slack.sockets import Sockets
from tests.servers.slack.web import Web
from tests.servers.slack.world import World


async def serve(log: Path, port: int) -> None:
    world = World(Log(log))
    asks = Asks(world)
    answers = Answers(asks)
    sockets = Sockets(answers)
    runner = web.AppRunner(Web(world, asks, answers, sockets).application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    listening = Listening(world, sockets, runner)
    await listening.start(port)
    async with aiohttp.ClientSession() as http:
        delivery = Delivery(answers, sockets, Outgoing(answers, http))
        panel = web.AppRunner(Panel(People(asks), delivery, listening).application(), access_log=None)
        await panel.setup()
        site = web.TCPSite(panel, HOST, 0, shutdown_timeout=0.1)
        await site.start()
        control = f"http://{HOST}:{panel.addresses[0][1]}"
        told = {"port": listening.port, "api": f"{world.host}/api/", "control": control}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        await _ended()


async def _ended() -> None:
    """Wait for a signal, or for the test that holds our stdin to be gone."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    mode = os.fstat(sys.stdin.fileno()).st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        read = loop.create_task(reader.read())
        read.add_done_callback(lambda _: ended.set())
    await ended.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.slack", description=__doc__)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    words = parser.parse_args()
    asyncio.run(serve(words.log, words.port))


if __name__ == "__main__":
    main()
