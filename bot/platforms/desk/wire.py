"""The desk: the local web page, behind a secret, on a port of its own."""

import asyncio
import contextlib
import ipaddress
import logging
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import StartError
from bot.platforms.desk.asking import Asking
from bot.platforms.desk.connections import Runner
from bot.platforms.desk.digest_rooms import DigestRooms
from bot.platforms.desk.door import Door
from bot.platforms.desk.edit_rooms import EditRooms
from bot.platforms.desk.guard import BODY, Guard, Names
from bot.platforms.desk.house import House
from bot.platforms.desk.live import Live
from bot.platforms.desk.paper import Paper
from bot.platforms.desk.probes import Measure, Probes
from bot.platforms.desk.rooms import Entry, Rooms
from bot.platforms.desk.wall_room import WallRoom
from bot.platforms.listening import Listener, port_trouble

log = logging.getLogger(__name__)

LISTENER = Listener(
    key="desk",
    usual=8787,
    taken="The desk's port {port} on {host} is taken.",
    reserved="The desk may not listen on port {port}",
    nowhere="The desk cannot listen on {host}",
)


def _now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """Serves the desk of one bot.

    With a password, people log in with it; without one, `link` holds a token that is good until the bot
    stops. `public_url` is the address behind a reverse proxy (`https://desk.example`). `measure`
    makes the text of the metrics. `now` and `tick` are the clock and a steady count of seconds.
    """

    name = "desk"

    def __init__(
        self,
        house: House,
        host: str = "127.0.0.1",
        port: int = 8787,
        *,
        public_url: str | None = None,
        password: str | None = None,
        token: str | None = None,
        measure: Measure | None = None,
        now: Callable[[], datetime] = _now,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host, self.port = host, port
        self._public = _origin(public_url) if public_url else None
        self._token = None if password else token or secrets.token_urlsafe(32)
        self._paper = Paper(house, now)
        door = Door(password or self._token or "")
        self._guard = Guard(door, tick, self._paper.sorry, behind_proxy=bool(password))
        self._live = Live(house, self._paper, tick)
        self._entry = Entry(door, self._guard, self._paper, tick, bool(password))
        self._probes = Probes(house, door, tick, measure)
        self._rooms = Rooms(house, self._paper, now)
        self._asking = Asking(house, self._paper)
        self._digests = DigestRooms(house, self._paper, self._asking.pictures, now)
        self._wall = WallRoom(house, self._paper, self._asking.pictures)
        self._edits = EditRooms(house, self._paper, self._asking.pictures)
        self._runner: web.AppRunner | None = None
        self._watch: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"Desk({self._host!r}, {self.port})"

    @property
    def address(self) -> str:
        """Where a browser finds the desk."""
        if self._public:
            return self._public
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104 (read, not listened on)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def link(self) -> str:
        """What to print at start: the address, with the token where there is no password. Not for logs."""
        return f"{self.address}/enter?token={self._token}" if self._token else f"{self.address}/"

    async def run(self) -> None:
        """Serve until cancelled."""
        await self.start()
        try:
            await asyncio.Event().wait()
        finally:
            await self.stop()

    async def start(self) -> None:
        """Listen; raises StartError with a sentence for the operator."""
        runner = Runner(self._app(), handle_signals=False, shutdown_timeout=5.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self.port).start()
        except (OSError, OverflowError) as error:
            await runner.cleanup()
            raise StartError(port_trouble(LISTENER, error, self._host, self.port)) from error
        self._runner = runner
        self.port = runner.addresses[0][1]
        self._guard.names = Names(self._origins())
        # Cookies know no ports: two desks on one machine must not overwrite each other's.
        self._guard.cookie = f"desk_{self.port}"
        self._watch = asyncio.create_task(self._live.watch(), name="desk news")
        log.info("the desk listens on %s", self.address)

    async def stop(self) -> None:
        """Close every page's stream and the port."""
        if self._watch:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        self._live.close()
        if self._runner:
            await self._runner.cleanup()
        self._watch = self._runner = None

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard.check], client_max_size=BODY)
        app.on_response_prepare.append(self._guard.dress)
        app.add_routes(
            [
                web.get("/", self._asking.show),
                web.post("/ask", self._asking.ask),
                web.post("/channel", self._asking.choose),
                web.get("/complete", self._asking.complete),
                web.get("/picture", self._asking.picture),
                web.get("/briefings", self._rooms.briefings),
                web.get("/briefings/snippets", self._rooms.snippets),
                web.get("/briefings/edit", self._edits.show),
                web.get("/briefings/text", self._edits.stands),
                web.post("/briefings/check", self._edits.check),
                web.post("/briefings/difference", self._edits.difference),
                web.post("/briefings/save", self._edits.save),
                web.post("/briefings/undo", self._edits.undo),
                web.get("/briefings/new", self._edits.new),
                web.post("/briefings/new", self._edits.begin),
                web.post("/reload", self._rooms.reload),
                web.get("/digests", self._digests.show),
                web.get("/digests/preview", self._digests.preview),
                web.post("/digests/send", self._digests.send),
                web.post("/digests/resolve", self._digests.resolve),
                web.get("/digests/why", self._digests.why),
                web.get("/wall", self._wall.show),
                web.get("/health", self._rooms.health),
                web.get("/live", self._live.stream),
                web.get("/enter", self._entry.show),
                web.post("/enter", self._entry.enter),
                web.post("/leave", self._entry.leave),
                web.get("/healthz", self._probes.healthz),
                web.get("/readyz", self._probes.readyz),
                web.get("/metrics", self._probes.metrics),
                web.get("/static/{name}", self._rooms.static),
            ]
        )
        return app

    def _origins(self) -> dict[str, str]:
        """Each Host the desk answers to, with its origin; a name that is not here may belong to anybody."""
        hosts = [f"{host}:{self.port}" for host in ("127.0.0.1", "localhost", "[::1]")]
        with contextlib.suppress(ValueError):
            bound = ipaddress.ip_address(self._host)
            if not bound.is_unspecified:
                hosts.append(f"[{bound}]:{self.port}" if bound.version == 6 else f"{bound}:{self.port}")
        origins = {host: f"http://{host}" for host in hosts}
        if self.port == 80:
            origins |= {host.removesuffix(":80"): f"http://{host.removesuffix(':80')}" for host in hosts}
        if self._public:
            origins[urlsplit(self._public).netloc] = self._public
        return origins


def _origin(url: str) -> str:
    """The origin of a public address, as browsers write it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise StartError(_NO_ADDRESS.format(url)) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.username:
        raise StartError(_NO_ADDRESS.format(url))
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")


_NO_ADDRESS = '"{}" cannot be the desk\'s public address: write desk: {{url: "https://desk.example"}}, no path.'
