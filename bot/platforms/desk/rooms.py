"""The door, the Briefings page, the Health page, and the files of the pages themselves."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from math import ceil

from aiohttp import web

from bot.content.state import ShelfState
from bot.platforms.desk import shelf_shown
from bot.platforms.desk.door import HOURS, Door
from bot.platforms.desk.guard import SESSION, Guard
from bot.platforms.desk.house import House
from bot.platforms.desk.paper import HERE, ROOMS, Paper

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
OPEN_AT_ONCE = 20
"""Files of the Briefings page that may be unfolded in one request."""

REPORTS = 50
"""Reports that the Health page shows."""


class Entry:
    """Coming in and going out; nobody is told anything before."""

    def __init__(self, door: Door, guard: Guard, paper: Paper, tick: Callable[[], float], password: bool) -> None:
        self._door, self._guard, self._paper, self._tick = door, guard, paper, tick
        self._password = password

    async def show(self, request: web.Request) -> web.Response:
        """The log-in form, or, with the token in the address, the way in."""
        # An image or a script of another page may not use up the tries of this machine.
        followed = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        if "token" in request.query and followed and not self._password:
            return self._try(request, request.query["token"])
        if SESSION in request:
            return web.Response(status=303, headers={"Location": "/"})
        return self._form(request)

    async def enter(self, request: web.Request) -> web.Response:
        """A log-in form comes back."""
        return self._try(request, str((await request.post()).get("secret", "")))

    async def leave(self, request: web.Request) -> web.Response:
        """End the session."""
        self._door.dismiss(request.cookies.get(self._guard.cookie, ""))
        response = web.Response(status=303, headers={"Location": "/enter"})
        response.del_cookie(self._guard.cookie, path="/", httponly=True, samesite="Strict")
        return response

    def _try(self, request: web.Request, given: str) -> web.Response:
        tick, address = self._tick(), request.remote or ""
        wait = ceil(self._door.throttle.wait(address, tick))
        if wait:
            refused = self._form(request, 429, f"Too many wrong tries. Wait {wait} seconds, then try again.")
            refused.headers["Retry-After"] = str(wait)
            return refused
        if not self._door.opens(given):
            self._door.throttle.wrong(address, tick)
            return self._form(request, 403, "That is not it.")
        # A page and no redirect: a browser that came from elsewhere sends a strict cookie from here on.
        response = self._paper.outside("welcome.html", to=_known(request.query.get("to", "/")))
        response.headers["Referrer-Policy"] = "no-referrer"
        self._set(request, response, self._guard.cookie, self._door.admit(tick), HOURS)
        return response

    def _form(self, request: web.Request, status: int = 200, mistake: str = "") -> web.Response:
        name = f"{self._guard.cookie}_door"
        knock = request.cookies.get(name, "") or self._door.knock()
        response = self._paper.outside(
            "enter.html",
            status,
            ticket=self._door.ticket(knock),
            mistake=mistake,
            password=self._password,
            to=_known(request.query.get("to", "/")),
        )
        self._set(request, response, name, knock, None)
        return response

    def _set(self, request: web.Request, response: web.Response, name: str, value: str, age: int | None) -> None:
        secure = (self._guard.names.origin(request) or "").startswith("https:")
        response.set_cookie(name, value, max_age=age, path="/", httponly=True, samesite="Strict", secure=secure)


class Rooms:
    """Briefings and Health."""

    def __init__(self, house: House, paper: Paper, now: Callable[[], datetime]) -> None:
        self._house, self._paper, self._now = house, paper, now
        self._files = {path.name: (path.read_bytes(), TYPES[path.suffix]) for path in (HERE / "static").iterdir()}
        self._tags = {name: f'"{hashlib.sha256(body).hexdigest()[:20]}"' for name, (body, _) in self._files.items()}

    async def briefings(self, request: web.Request) -> web.Response:
        """Every file with its problems; those named by `open` with their snippets."""
        shelf = self._house.shelf()
        opened = set(request.query.getall("open", [])[:OPEN_AT_ONCE])
        served = {
            file.file: shelf_shown.snippets(file, self._now(), self._house.zone)
            for file in shelf.files
            if file.file in opened
        }
        return await self._paper.page(
            request,
            "briefings.html",
            files=shelf_shown.files(shelf, self._paper.written),
            served=served,
            shelf=shelf,
        )

    async def snippets(self, request: web.Request) -> web.Response:
        """The snippets of one file, for a script that unfolds it."""
        name = request.query.get("file", "")
        found = next((file for file in self._house.shelf().files if file.file == name), None)
        if found is None:
            raise web.HTTPNotFound
        part = self._paper.part(
            "snippets.html",
            file=name,
            snippets=shelf_shown.snippets(found, self._now(), self._house.zone),
            language=found.briefing.briefing.language if found.briefing else None,
        )
        return web.Response(text=part, content_type="text/html")

    async def reload(self, request: web.Request) -> web.Response:
        """Read everything again, and let go of what vanished."""
        await self._house.reload()
        return web.Response(status=303, headers={"Location": "/briefings"})

    async def health(self, request: web.Request) -> web.Response:
        """How the bot is."""
        bar = await self._paper.bar()
        shelf, state = self._house.shelf(), self._house.state()
        return await self._paper.page(
            request,
            "health.html",
            bar=bar,
            shelf=shelf,
            state=state,
            counts=_counts(shelf, shelf_shown.files(shelf, self._paper.written)),
            notices=await self._house.notices(),
            reports=tuple(await self._house.reports())[:REPORTS],
        )

    async def static(self, request: web.Request) -> web.Response:
        """A file of the pages; the same for everybody who runs this version."""
        name = request.match_info["name"]
        if name not in self._files:
            raise web.HTTPNotFound
        headers = {"ETag": self._tags[name], "Cache-Control": "no-cache"}
        if request.headers.get("If-None-Match") == self._tags[name]:
            return web.Response(status=304, headers=headers)
        body, kind = self._files[name]
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)


def _known(path: str) -> str:
    return path if path in dict(ROOMS) else "/"


def _counts(shelf: ShelfState, files: tuple[shelf_shown.FileShown, ...]) -> dict[str, int]:
    return {
        "config": shelf_shown.errors_in(shelf.config_problems),
        "files": len(files),
        "served": sum(file.state != "unserved" for file in files),
        "claims": sum(file.claims for file in files),
        "errors": sum(shelf_shown.errors_in(file.problems) for file in files),
        "warnings": sum(len(file.problems) - shelf_shown.errors_in(file.problems) for file in files),
    }
