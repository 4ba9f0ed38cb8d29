"""One word for probes: whether the bot is alive, and whether it does all it is there for."""

from aiohttp import web

from bot.platforms.desk.house import House


class Probes:
    """Answers everybody, and tells no more than that word; the Health page and the log say why."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def healthz(self, request: web.Request) -> web.Response:
        """Whether the process is alive; one that is not wants to be started anew."""
        stopped = bool(self._house.state().stopped)
        return _said("stopped" if stopped else "ok", stopped)

    async def readyz(self, request: web.Request) -> web.Response:
        """Whether all of it works."""
        trouble = bool(self._house.state().trouble)
        return _said("trouble" if trouble else "ready", trouble)


def _said(word: str, wrong: bool) -> web.Response:
    return web.Response(text=f"{word}\n", status=503 if wrong else 200)
