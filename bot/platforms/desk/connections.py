"""A connection to the desk: what is no request gets a few words, and no byte of it reaches the log."""

import asyncio

from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.http_exceptions import LineTooLong

WORDS = {
    400: "This is no request that can be read.\n",
    431: "The head of this request is longer than 8 kB. If a browser sent it, delete its cookies for this address: "
    "those of every program on the machine come along.\n",
}


class Connection(web.RequestHandler):
    """One connection. The library would write a traceback, with the first bytes of whatever was sent."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what cannot be read; a fault of ours is logged."""
        if isinstance(exc, ConnectionError) or request.writer.output_size > 0:
            raise ConnectionError("nobody is there who could be answered")
        if not isinstance(exc, HttpProcessingError):
            return super().handle_error(request, status, exc, message)
        return self.refused(431 if isinstance(exc, LineTooLong) else 400)

    def refused(self, status: int) -> web.Response:
        """A few words, and the end of the connection: what else it sends is not read as a request."""
        headers = {"Server": "desk", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        response = web.Response(status=status, text=WORDS[status], headers=headers)
        response.force_close()
        return response


class Runner(web.AppRunner):
    """Serves an application over such connections; what is sent packed is not unpacked."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made.request_handler, request_factory=made.request_factory)


class _Server(web.Server):
    closed = False

    def pre_shutdown(self) -> None:
        """Begin to end all connections; one that was accepted meanwhile is ended when it is made."""
        self.closed = True
        super().pre_shutdown()

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if self.closed:
            transport.close()

    def __call__(self) -> web.RequestHandler:
        return Connection(
            self,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # its types forget that None turns the log off
            auto_decompress=False,
        )
