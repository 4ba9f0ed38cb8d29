"""What machines ask: one word for probes, which anybody may hear, and metrics for a monitor that knows the secret."""

from collections.abc import Awaitable, Callable
from math import ceil

from aiohttp import web

from bot.platforms.desk.door import Door, Throttle
from bot.platforms.desk.house import House

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""What Prometheus calls its text: https://prometheus.io/docs/instrumenting/exposition_formats/."""

ASKED = "Bring the desk's secret along: Authorization: Bearer …\n"
WRONG = "That is not the desk's secret.\n"

Measure = Callable[[], Awaitable[bytes]]


class Probes:
    """Tells everybody no more than a word; the Health page and the log say why.

    `measure` makes the text of the metrics. `tick` is a steady count of seconds.
    """

    def __init__(self, house: House, door: Door, tick: Callable[[], float], measure: Measure | None) -> None:
        self._house, self._door, self._tick, self._measure = house, door, tick, measure
        self._throttle = Throttle()  # of its own: a monitor with an old secret asks for ever, and the log-in stays open

    async def healthz(self, request: web.Request) -> web.Response:
        """Whether the process is alive; one that is not wants to be started anew."""
        stopped = bool(self._house.state().stopped)
        return _said("stopped" if stopped else "ok", stopped)

    async def readyz(self, request: web.Request) -> web.Response:
        """Whether all of it works."""
        trouble = bool(self._house.state().trouble)
        return _said("trouble" if trouble else "ready", trouble)

    async def metrics(self, request: web.Request) -> web.Response:
        """The metrics, for who brings the desk's secret along each time; a cookie does not open this."""
        tick, address = self._tick(), request.remote or ""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret or self._measure is None:
            return web.Response(status=401, text=ASKED, headers={"WWW-Authenticate": "Bearer"})
        if wait := ceil(self._throttle.wait(address, tick)):
            return web.Response(status=429, text=f"Wait {wait} seconds.\n", headers={"Retry-After": str(wait)})
        if not self._door.opens(secret.strip()):
            self._throttle.wrong(address, tick)
            return web.Response(status=401, text=WRONG, headers={"WWW-Authenticate": "Bearer"})
        return web.Response(body=await self._measure(), headers={"Content-Type": CONTENT_TYPE})


def _said(word: str, wrong: bool) -> web.Response:
    return web.Response(text=f"{word}\n", status=503 if wrong else 200)
