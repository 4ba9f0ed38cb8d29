"""A test server that is gone has cut everybody, also those who were at its door as it left."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.servers.discord.control import DiscordServer
from tests.servers.slack.control import SlackServer

ASKED = b"GET /api/v10/gateway HTTP/1.1\r\nHost: here\r\n\r\n"
AT_ONCE = 100
"""Fewer than a listening socket queues."""


async def visit(api: str, gone: asyncio.Event) -> str:
    """What becomes of somebody who comes to the door now, and asks once the server has gone."""
    address = urlsplit(api)
    try:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
    except OSError:
        return "refused"
    try:
        await gone.wait()
        writer.write(ASKED)
        async with asyncio.timeout(5):
            return "served" if await reader.read(1) else "cut"
    except TimeoutError:
        return "left without an answer"
    except OSError:
        return "cut"
    finally:
        writer.close()


@pytest.mark.parametrize("kind", [DiscordServer, SlackServer])
async def test_who_came_as_it_left_is_cut_off_too(
    tmp_path: Path, kind: type[DiscordServer] | type[SlackServer]
) -> None:
    async with kind.start(tmp_path) as server:
        for _ in range(3):
            gone = asyncio.Event()
            leaving = asyncio.create_task(server.gone(1.0))
            visits: list[asyncio.Task[str]] = []
            while not leaving.done() and len(visits) < AT_ONCE:
                visits.append(asyncio.create_task(visit(server.api, gone)))
                await asyncio.sleep(0)
            await leaving
            gone.set()
            assert set(await asyncio.gather(*visits)) <= {"refused", "cut"}
            await asyncio.sleep(1.2)
