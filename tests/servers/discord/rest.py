"""Discord's REST API as aiohttp serves it: tokens, limits, planned faults, and a line in the log for each request."""

import asyncio
import json
import re
import time
import traceback
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web
from simcord.backend.cdn import CDN_BASE
from simcord.backend.errors import BackendError
from simcord.http.router import RouteNotImplemented, UnsupportedField

from tests.servers.discord.limits import Limits, too_many
from tests.servers.discord.rules import Call, Upload, answer, as_bot_sees, without_tokens
from tests.servers.discord.world import World
from tests.servers.door import cut
from tests.servers.faults import Fault

HTML = "<html><body><h1>Something went wrong</h1></body></html>"
_OPEN = re.compile(r"/gateway|/interactions/.*|/webhooks/\d+/[^/]+.*")  # asked without the bot's token


@dataclass
class Answer:
    """A status, the JSON beneath it (None: no body), and headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Rest:
    """Answers everything below /api."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.limits = Limits(world.settings)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        began = time.monotonic()
        version, _, path = request.match_info["rest"].partition("/")
        path = f"/{path}"
        try:
            call = await _read(request, path)
        except BackendError as error:
            return self._told(Answer(error.status, error.to_json()))
        fault = self.world.faults.take(f"{call.method} {path}")
        if fault is not None and fault.kind == "slow before":
            await asyncio.sleep(fault.seconds)
        done = Answer(0)
        if fault is None or fault.kind not in {"reset before", "status before", "limited"}:
            done = self._do(request, call, version)
        if fault is not None and fault.kind == "slow after":
            await asyncio.sleep(fault.seconds)
        shown = self._strike(fault, done, path)
        self.world.log.write(
            "request",
            method=call.method,
            path=without_tokens(path),
            query=dict(call.query),
            body=call.body,
            files=[{"name": one.filename, "size": len(one.data), "description": one.description} for one in call.files],
            status=shown.status if shown else None,
            answer=shown.body if shown and shown.status >= 400 else None,
            fault=fault.kind if fault else None,
            agent=request.headers.get("User-Agent"),
            began=began,
        )
        self.world.changed()
        if shown is None:
            cut(request.transport)
            return web.Response()
        if fault is not None and fault.kind == "garbage":
            return web.Response(status=shown.status, text=HTML, content_type="text/html", headers=shown.headers)
        return self._told(shown)

    async def file(self, request: web.Request) -> web.Response:
        """A file from the CDN."""
        found = self.world.backend.cdn.get(f"{CDN_BASE}/{request.match_info['rest']}")
        return web.Response(status=404) if found is None else web.Response(body=found)

    def _strike(self, fault: Fault | None, done: Answer, path: str) -> Answer | None:
        """What the client gets: the answer, the fault's own, or None for a cut connection."""
        match fault.kind if fault else None:
            case "reset before" | "reset after":
                return None
            case "status before" | "status after":
                assert fault is not None
                return Answer(fault.status, {"message": f"{fault.status}: planned", "code": 0}, done.headers)
            case "garbage":
                assert fault is not None
                return Answer(fault.status, None, done.headers)
            case "limited":
                assert fault is not None
                return self._limited(fault.seconds, "POST", path, everywhere=fault.everywhere)
        return done

    def _do(self, request: web.Request, call: Call, version: str) -> Answer:
        """Answer one call as Discord would on a good day."""
        if version != "v10":
            return Answer(400, {"message": "Invalid API version provided.", "code": 50041})
        needs_token = not _OPEN.fullmatch(call.path)
        if needs_token and request.headers.get("Authorization") != f"Bot {self.world.token}":
            return Answer(401, {"message": "401: Unauthorized", "code": 0})
        spent = self.limits.spend(call.method, call.path)
        if not call.path.startswith(("/interactions/", "/webhooks/")):  # documented as free of the global limit
            wait = max(self.limits.spend_globally(), self.world.limited_until - time.monotonic())
            if wait > 0:
                return self._limited(wait, call.method, call.path, everywhere=True)
        if spent.wait:
            body, headers = too_many(spent.wait, everywhere=False)
            return Answer(429, body, {**spent.headers, **headers})
        big = [one for one in call.files if len(one.data) > self.world.settings.upload_limit]
        if big:
            return Answer(413, {"message": "Request entity too large", "code": 40005}, spent.headers)
        done = self._answer(call)
        return Answer(done.status, done.body, spent.headers)

    def _limited(self, wait: float, method: str, path: str, *, everywhere: bool) -> Answer:
        body, headers = too_many(wait, everywhere=everywhere)
        if not everywhere:
            headers = {**self.limits.spend(method, path).headers, **headers, "X-RateLimit-Remaining": "0"}
        return Answer(429, body, headers)

    def _answer(self, call: Call) -> Answer:
        try:
            told = answer(self.world, call)
        except (RouteNotImplemented, UnsupportedField) as error:
            self.world.log.write("unsupported", method=call.method, path=without_tokens(call.path), why=error.message)
            return Answer(501, {"message": error.message, "code": 0})
        except BackendError as error:
            return Answer(error.status, _as_discord_tells(error))
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
            why = "".join(traceback.format_exception(error))
            self.world.log.write("broken", method=call.method, path=without_tokens(call.path), why=why)
            return Answer(500, {"message": "500: Internal Server Error", "code": 0})
        silent = call.path.startswith("/interactions/") and call.query.get("with_response") not in {"1", "true"}
        if told is None or silent:
            return Answer(204)
        return Answer(200, as_bot_sees(told))

    def _told(self, shown: Answer) -> web.Response:
        headers = {"Via": "1.1 google", **shown.headers}
        if shown.body is None:
            return web.Response(status=shown.status, headers=headers)
        text = json.dumps(shown.body).replace(CDN_BASE, f"{self.world.base}/cdn")
        # discord.py reads JSON only where the type is exactly this, without a charset.
        return web.Response(status=shown.status, body=text.encode(), content_type="application/json", headers=headers)


def _as_discord_tells(error: BackendError) -> dict[str, Any]:
    """simcord puts what is wrong with a form into the message; Discord puts it under `errors`."""
    told = error.to_json()
    if error.code == 50035 and error.errors is None:
        detail = error.message.removeprefix("Invalid Form Body").removeprefix(": ")
        told = {
            "code": 50035,
            "message": "Invalid Form Body",
            "errors": {"_errors": [{"code": "BASE_TYPE_INVALID", "message": detail}]},
        }
    return told


async def _read(request: web.Request, path: str) -> Call:
    query = dict(request.query)
    if request.content_type == "multipart/form-data":
        body, files = await _read_form(request)
        return Call(request.method, path, query, body, files)
    raw = await request.read()
    if raw and request.content_type != "application/json":
        raise BackendError(415, 0, "415: Unsupported Media Type")
    return Call(request.method, path, query, _json(raw) if raw else None)


async def _read_form(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    body: Any = None
    found: dict[int, tuple[str, bytes]] = {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        data = bytes(await part.read())
        numbered = re.fullmatch(r"files\[(\d+)\]", part.name or "")
        if part.name == "payload_json":
            body = _json(data)
        elif numbered:
            found[int(numbered[1])] = (part.filename or "unknown", data)
    told = body.get("data", body) if isinstance(body, dict) else {}
    described = {str(one.get("id")): one.get("description") for one in told.get("attachments") or ()}
    return body, tuple(Upload(name, data, described.get(str(number))) for number, (name, data) in sorted(found.items()))


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise BackendError(400, 50109, "The request body contains invalid JSON.") from None
