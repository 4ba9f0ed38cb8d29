"""The listener that Slack calls in HTTP mode: it looks at every request before anybody works for it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from aiohttp import web

from bot.errors import StartError
from bot.platforms.listening import Listener, port_trouble
from bot.platforms.slack.signature import PATH, Signatures

log = logging.getLogger(__name__)

LISTENER = Listener(
    key="web",
    usual=8788,
    taken="The port {port} on {host} that Slack is to call is taken.",
    reserved="Slack's requests cannot be awaited on port {port}",
    nowhere="Slack's requests cannot be awaited on {host}",
)

BODY = 1024 * 1024
"""Bytes of a body at most; Slack's own are far smaller."""

HEAD_WITHIN, BODY_WITHIN, LINGER = 10.0, 5.0, 1.0
"""Seconds for a request's headers, for its body, and for taking in what a refused one still sends."""

CONNECTIONS = 256
TELL_AGAIN = 60.0
"""Seconds between two lines in the log for the same reason: the log is not for strangers to fill."""


class Heard(Protocol):
    """What Slack gets for a request."""

    @property
    def status(self) -> int: ...

    @property
    def content_type(self) -> str: ...

    @property
    def body(self) -> str: ...


Hear = Callable[[Mapping[str, str], str], Awaitable[Heard]]


class Web:
    """Serves `POST /slack/events` and `GET /healthz`, and nothing else.

    `hear` gets the headers and the body of each request that Slack signed, once. `now` is the clock, `stopped` tells
    why the process is not alive, and is empty where it is.
    """

    def __init__(
        self,
        host: str,
        port: int,
        secret: str,
        hear: Hear,
        *,
        now: Callable[[], float] = time.time,
        stopped: Callable[[], str] = str,
    ) -> None:
        self._host, self.port = host, port
        self._stopped = stopped
        self._signatures = Signatures(secret)
        self._hear, self._now = hear, now
        self._runner: web.ServerRunner | None = None
        self._told: dict[str, float] = {}

    def __repr__(self) -> str:
        return f"Web({self._host!r}, {self.port})"

    async def start(self) -> None:
        """Listen; raises StartError with a sentence for the operator."""
        runner = web.ServerRunner(_Server(self._answer), shutdown_timeout=5.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self.port).start()
        except (OSError, OverflowError) as error:
            await runner.cleanup()
            raise StartError(port_trouble(LISTENER, error, self._host, self.port)) from error
        self._runner = runner
        self.port = runner.addresses[0][1]
        log.info("Slack's requests are awaited on %s, port %d", self._host, self.port)

    async def stop(self) -> None:
        """Close the port."""
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        if path == "/healthz":
            return self._alive() if request.method == "GET" else _refused(405, Allow="GET")
        if path != PATH:
            return _refused(404)
        if request.method != "POST":
            return _refused(405, Allow="POST")
        try:
            return await self._slack(request)
        except (web.RequestPayloadError, ConnectionError, UnicodeDecodeError):
            return _refused(400)
        except TimeoutError:
            return _refused(408)

    def _alive(self) -> web.Response:
        return _said(503, b"stopped\n") if self._stopped() else _said(200, b"ok\n")

    async def _slack(self, request: web.BaseRequest) -> web.StreamResponse:
        if (request.content_length or 0) > BODY:
            return self._doubted(413, "too large")
        stamp, signature = _one(request, "X-Slack-Request-Timestamp"), _one(request, "X-Slack-Signature")
        if doubt := self._signatures.doubt_headers(stamp, signature, self._now()):
            return self._doubted(401, doubt)
        async with asyncio.timeout(BODY_WITHIN):
            body = await _read(request)
        if body is None:
            return self._doubted(413, "too large")
        if doubt := self._signatures.doubt(stamp, signature, body, self._now()):
            return self._doubted(401, doubt)
        return await self._heard(dict(request.headers), body.decode())

    async def _heard(self, headers: Mapping[str, str], body: str) -> web.StreamResponse:
        try:
            heard = await self._hear(headers, body)
        except Exception:  # whatever the library throws, Slack gets an answer and the log the reason
            log.exception("a request of Slack's could not be answered")
            return _refused(500)
        return _said(heard.status, heard.body.encode(), heard.content_type)

    def _doubted(self, status: int, why: str) -> web.Response:
        """Refuse, and say so in the log, but not with every request."""
        now = time.monotonic()
        if now - self._told.get(why, -TELL_AGAIN) >= TELL_AGAIN:
            self._told[why] = now
            log.warning("refused a request at %s: %s. %s", PATH, why, _MENDS[why])
        return _refused(status)


_MENDS = {
    "no signature": "Slack signs its requests; this came from somebody else.",
    "stale": "If it is Slack's, this machine's clock is wrong by minutes.",
    "wrong signature": "If it is Slack's, SLACK_SIGNING_SECRET is not this app's.",
    "replay": "It was heard once already.",
    "too large": "Slack sends none above 1 MB.",
}


def _one(request: web.BaseRequest, name: str) -> str | None:
    """A header that is there once; two of them may be read in two ways."""
    values = request.headers.getall(name, [])
    return values[0] if len(values) == 1 else None


async def _read(request: web.BaseRequest) -> bytes | None:
    """The body as it was sent, or None where it is too large; what is above the limit is never held."""
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > BODY:
            return None
    return bytes(body)


def _said(status: int, body: bytes, content_type: str = "text/plain") -> web.Response:
    headers = {"Server": "web", "Cache-Control": "no-store"} | ({"Content-Type": content_type} if content_type else {})
    return web.Response(status=status, body=body, headers=headers)


def _refused(status: int, **headers: str) -> web.Response:
    """An empty answer, and the end of the connection: what else it sends is not read as a request."""
    response = web.Response(status=status, headers={"Server": "web", **headers})
    response.force_close()
    return response


class _Connection(web.RequestHandler):
    """One connection; junk is refused without a word, and without a traceback for each in the log."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionError("an answer is under way already")
        return _refused(status)


class _Server(web.Server):
    """Takes no more connections than it has room for, and none that dawdles."""

    def __call__(self) -> web.RequestHandler:
        return _Connection(
            self,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=HEAD_WITHIN,
            lingering_time=LINGER,
            access_log=None,  # type: ignore[arg-type]  # its types forget that None turns the log off
            auto_decompress=False,  # a small body must not grow to a large one
        )

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self.connections) > CONNECTIONS:
            # Not at once: the library begins to read in the same breath, and would find its connection gone.
            asyncio.get_running_loop().call_soon(transport.abort)
