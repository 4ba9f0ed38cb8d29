"""What is no request at all: it gets a few words, and no byte of it, which may be a secret, reaches the log."""

import asyncio
import logging
import socket

import pytest
from aiohttp import web

from bot.platforms.desk import wire
from bot.platforms.desk.connections import Connection, Runner
from bot.platforms.desk.wire import Desk
from tests.desk.small import SmallHouse

SECRET = b"canary-4c1d"
LONG = SECRET + b"a" * 9000
HOST = b"Host: 127.0.0.1:%d\r\n"
FORM = b"POST /enter HTTP/1.1\r\n" + HOST + b"Origin: http://127.0.0.1:%d\r\n"
FIELDS = b"Content-Type: application/x-www-form-urlencoded"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"

JUNK: dict[str, tuple[int, tuple[bytes, ...]]] = {
    "a long Authorization": (431, (GET + b"Authorization: Bearer " + LONG + b"\r\n\r\n",)),
    "a long cookie": (431, (GET + b"Cookie: desk=" + LONG + b"\r\n\r\n",)),
    "a long address": (431, (b"GET /enter?token=" + LONG + b" HTTP/1.1\r\n" + HOST + b"\r\n",)),
    "a NUL in a header": (400, (GET + b"Authorization: " + SECRET + b"\x00\r\n\r\n",)),
    "no colon": (400, (GET + SECRET + b"\r\n\r\n",)),
    "no such version": (400, (b"GET /enter?token=" + SECRET + b" HTTP/9.1\r\n" + HOST + b"\r\n",)),
    "no address": (400, (b"GET http://[" + SECRET + b"/ HTTP/1.1\r\n" + HOST + b"\r\n",)),
    "no HTTP": (400, (SECRET + b"\r\n\r\n",)),
    "a length that is none": (400, (FORM + FIELDS + b"\r\nContent-Length: " + SECRET + b"\r\n\r\n",)),
    "broken chunks": (400, (FORM + FIELDS + b"\r\n" + CHUNKED + SECRET + b"\r\n",)),
    "broken chunks that nobody reads": (200, (GET + CHUNKED, SECRET + b"\r\n")),
    "a form that is no UTF-8": (400, (FORM + FIELDS + b"\r\nContent-Length: 14\r\n\r\n" + SECRET + b"=\xff\xfe",)),
    "no such charset": (
        400,
        (FORM + FIELDS + b"; charset=" + SECRET + b"\r\nContent-Length: 5\r\n\r\ncsrf=",),
    ),
    "packed, and not even that": (
        403,
        (FORM + FIELDS + b"\r\nContent-Encoding: gzip\r\nContent-Length: 11\r\n\r\n" + SECRET,),
    ),
}


async def send(desk: Desk, *parts: bytes) -> tuple[int, bytes]:
    """The status and the whole answer to these bytes, the last of which come a moment later."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    try:
        for at, part in enumerate(parts):
            if at:
                await asyncio.sleep(0.05)
            writer.write(part.replace(b"%d", b"%d" % desk.port))
        async with asyncio.timeout(8):
            head = await reader.readuntil(b"\r\n\r\n")
        rest = await reader.read(4000)
    finally:
        writer.close()
    return int(head.split()[1]), head + rest


@pytest.mark.parametrize("case", JUNK)
async def test_junk_gets_a_few_words_and_none_of_it_is_logged_or_echoed(
    desk: Desk, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    status, parts = JUNK[case]
    found, answer = await send(desk, *parts)
    assert found == status
    assert SECRET not in answer
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert SECRET.decode() not in caplog.text


async def test_too_long_a_head_is_told_with_a_mend(desk: Desk) -> None:
    _, answer = await send(desk, *JUNK["a long cookie"][1])
    assert b"longer than 8 kB. If a browser sent it, delete its cookies for this address" in answer


async def test_who_hangs_up_in_the_middle_of_a_form_leaves_no_line_in_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    writer.write((FORM + FIELDS + b"\r\nContent-Length: 60\r\n\r\n" + SECRET).replace(b"%d", b"%d" % desk.port))
    await writer.drain()
    writer.write_eof()
    await asyncio.sleep(0.1)
    writer.close()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_without_our_own_connections_the_log_would_hold_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(wire, "Runner", web.AppRunner)
    desk = Desk(SmallHouse(), port=0)
    await desk.start()
    await send(desk, *JUNK["a long Authorization"][1])
    await desk.stop()
    assert SECRET.decode() in caplog.text


async def test_a_fault_of_ours_is_still_logged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> web.Response:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(Connection, "refused", broken)
    assert (await send(desk, *JUNK["no HTTP"][1]))[0] == 500
    assert "ZeroDivisionError: ours" in caplog.text


async def test_a_connection_that_was_accepted_while_the_desk_stopped_is_ended() -> None:
    runner = Runner(web.Application())
    await runner.setup()
    assert runner.server is not None
    server = runner.server
    await runner.cleanup()
    here, there = socket.socketpair()
    here.setblocking(False)
    with here:
        await asyncio.get_running_loop().connect_accepted_socket(server, there)
        async with asyncio.timeout(8):
            assert await asyncio.get_running_loop().sock_recv(here, 1) == b""
