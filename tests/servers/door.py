"""The port of a test server, which can be shut for a while: nobody gets in, and those inside are cut off."""

import asyncio
import socket
import struct

from aiohttp import web

HOST = "127.0.0.1"

LET_IN = 0.05
"""Seconds in which whoever was already being let in gets in, to be cut off with the others."""


class Door:
    """Where the application of a runner, already set up, is reached."""

    def __init__(self, runner: web.AppRunner) -> None:
        self._runner = runner
        self._server: asyncio.Server | None = None

    async def open(self, port: int) -> int:
        """Listen; the port, also where 0 was asked for."""
        assert self._runner.server is not None
        self._server = await asyncio.get_running_loop().create_server(
            self._runner.server, HOST, port, reuse_address=True
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def shut(self) -> None:
        """Refuse whoever comes.

        Closed at once, a connection that was just being accepted would stay: served as if nothing had happened, or
        left without an answer for ever.
        """
        assert self._server is not None
        for listening in self._server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        await asyncio.sleep(LET_IN)
        self._server.close()

    def cut_all(self) -> None:
        """Cut whoever is inside."""
        assert self._runner.server is not None
        for connection in list(self._runner.server.connections):
            cut(connection.transport)


def cut(transport: asyncio.BaseTransport | None) -> None:
    """Reset a TCP connection: what was not sent yet is lost, and the peer sees ECONNRESET."""
    if transport is None:
        return
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert isinstance(transport, asyncio.Transport)
    transport.abort()
