"""What every request must pass before a page is asked for, and what every response carries."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from bot.content.read import LARGEST
from bot.platforms.desk.door import Door, Session, same
from bot.platforms.desk.forms import FORM, LONG, read_long

log = logging.getLogger(__name__)

BODY = 64 * 1024
"""Bytes of a request's body at most."""

SESSION = web.RequestKey("session", Session)
"""The session of a request that has one."""

PROBES = ("/healthz", "/readyz", "/metrics")
"""Paths that answer under any name, because machines call by address: two tell one word, and one asks for the secret.
"""

OPEN = ("/enter", *PROBES)
"""Paths that answer those who are not in; the files under /static tell nothing about the bot either."""

PROXIED = ("forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip")

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Under no-referrer a browser sends "Origin: null" with our own forms; this tells other sites as little.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Sorry = Callable[[web.Request, int, str], web.Response]


@dataclass(frozen=True, slots=True)
class Names:
    """The names the desk answers to: each allowed Host, with the Origin its own pages have."""

    origins: Mapping[str, str]

    def origin(self, request: web.Request) -> str | None:
        hosts = request.headers.getall("Host", [])
        return self.origins.get(hosts[0].lower()) if len(hosts) == 1 else None


class Guard:
    """The checks, in one place; `names` is set once the port is known."""

    def __init__(self, door: Door, tick: Callable[[], float], sorry: Sorry, *, behind_proxy: bool) -> None:
        self._door, self._tick, self._sorry = door, tick, sorry
        self._behind_proxy = behind_proxy
        self.names = Names({})
        self.cookie = "desk"

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse, or let the handler answer."""
        refused = self._refused(request)
        if refused:
            return refused
        try:
            if request.method not in ("GET", "HEAD"):
                refused = await self._forged(request)
            return refused or await handler(request)
        except web.HTTPRequestEntityTooLarge:
            return self._sorry(request, 413, _most(request))
        except web.HTTPException as raised:
            if raised.status < 400:
                raise
            return self._sorry(request, raised.status, _WORDS.get(raised.status, raised.reason))

    async def dress(self, request: web.Request, response: web.StreamResponse) -> None:
        """Put the headers on that every response carries, errors of the library included."""
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.popall("Server", None)

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.path not in PROBES and self.names.origin(request) is None:
            return self._sorry(
                request,
                421,
                "The desk does not answer under this name. Use the address that briefing-bot printed, or set "
                "desk: {url: …} in config.yaml.",
            )
        if not self._behind_proxy and any(map(_proxied, request.headers)):
            return self._sorry(
                request,
                403,
                "This came through a proxy, and the desk has no password. Set DESK_PASSWORD to allow that.",
            )
        if session := self._door.session(request.cookies.get(self.cookie, ""), self._tick()):
            request[SESSION] = session
            return None
        if request.path in OPEN or request.path.startswith("/static/"):
            return None
        if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", ""):
            return web.Response(status=303, headers={"Location": f"/enter?to={quote(request.path)}"})
        return self._sorry(request, 401, "You are not logged in, or no longer.")

    async def _forged(self, request: web.Request) -> web.Response | None:
        """Whether a form came from anywhere but our own pages."""
        own = self.names.origin(request)
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
        elsewhere = origin != own if origin is not None else site is None
        if elsewhere or site not in (None, "same-origin"):
            return self._sorry(request, 403, "This was not sent by a page of the desk.")
        if request.content_type != "application/x-www-form-urlencoded":
            return self._sorry(request, 415, "The desk reads forms only.")
        given = await _ticket(request)
        if SESSION in request and request.path != "/enter":
            fits = same(given, request[SESSION].csrf)
        else:
            fits = self._door.fits(given, request.cookies.get(f"{self.cookie}_door", ""))
        if not fits:
            return self._sorry(request, 403, "This page is too old to be sent. Load it again, and try once more.")
        return None


async def _ticket(request: web.Request) -> str:
    """What a form brings along to show that our own page sent it; the form is read with it."""
    try:
        if request.path in LONG:
            request[FORM] = await read_long(request)
            return request[FORM].get("csrf", "")
        sent = (await request.post()).get("csrf", "")
    except (web.RequestPayloadError, UnicodeDecodeError, LookupError) as error:  # broken, no UTF-8, no such charset
        raise web.HTTPBadRequest from error
    return sent if isinstance(sent, str) else ""


def _most(request: web.Request) -> str:
    if request.path in LONG:
        return f"A briefing has at most {LARGEST:,} bytes."
    return f"A request to the desk holds at most {BODY // 1024} kB."


_WORDS = {
    400: "That form cannot be read.",
    404: "There is nothing here.",
    405: "That cannot be done here.",
}


def _proxied(header: str) -> bool:
    name = header.lower()
    return name in PROXIED or name.startswith("x-forwarded-")
