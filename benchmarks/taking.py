"""`python -m benchmarks.taking PORT`: a Discord that lets a bot sign in and takes posts, as cheaply as can be.

The test server checks each post and writes it down, which takes longer than all that is measured. This one shares the
machine with the bot, so it does the least: it answers what the library reads, and counts.
"""

import asyncio
import json
import sys
import time

from benchmarks.gateway import EPOCH, _application, _bot

API = "/api/v10"
_LIMITED = b"X-RateLimit-Limit: 5\r\nX-RateLimit-Remaining: 4\r\nX-RateLimit-Reset-After: 1.000\r\n"
_HEAD = b"HTTP/1.1 %b\r\nVia: 1.1 google\r\nContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n%b"
_MESSAGE = b'{"id":"%d","channel_id":"%b","type":0,"timestamp":"2026-01-01T00:00:00+00:00",%b'


class Counted:
    """Posts taken so far, over all connections; each has an id of its own."""

    def __init__(self) -> None:
        self.posts = 0
        self._first = (int(time.time() * 1000) - EPOCH) << 22

    def taken(self) -> int:
        self.posts += 1
        return self._first + self.posts


class Line(asyncio.Protocol):
    """A connection that is kept alive, with one request after another on it."""

    def __init__(self, counted: Counted) -> None:
        self._counted = counted
        self._came = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, blank, rest = self._came.partition(b"\r\n\r\n")
        if not blank:
            return
        first, *fields = head.split(b"\r\n")
        length = next((int(one[15:]) for one in fields if one[:15].lower() == b"content-length:"), 0)
        if len(rest) < length:
            return
        self._came = rest[length:]
        method, path, _ = first.split(b" ")
        assert self._transport is not None
        self._transport.write(self._answer(method, path.removeprefix(API.encode()), rest[:length]))

    def _answer(self, method: bytes, path: bytes, body: bytes) -> bytes:
        match method, path.strip(b"/").split(b"/"):
            case b"POST", [b"channels", channel, b"messages"]:
                told = _MESSAGE % (self._counted.taken(), channel, body[1:])
                bucket = b"X-RateLimit-Reset: %.3f\r\nX-RateLimit-Bucket: 80c17d2f203122d936070c88c8d10f33\r\n"
                return _HEAD % (b"200 OK", _LIMITED + bucket % (time.time() + 1), len(told), told)
            case b"GET", [b"users", b"@me"]:
                return _said(_bot())
            case b"GET", [b"oauth2", b"applications", b"@me"] | [b"applications", b"@me"]:
                return _said(_application())
            case b"GET", [b"taken"]:
                return _said(self._counted.posts)
        return _said({"message": "404: Not Found", "code": 0}, b"404 Not Found")


def _said(body: object, status: bytes = b"200 OK") -> bytes:
    text = json.dumps(body).encode()
    return _HEAD % (status, b"", len(text), text)


async def serve(port: int) -> None:
    counted = Counted()
    server = await asyncio.get_running_loop().create_server(lambda: Line(counted), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
