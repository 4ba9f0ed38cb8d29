"""Slack's own address: the Web API, the sockets, response URLs and files."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.servers.door import cut
from tests.servers.faults import Fault
from tests.servers.slack import modals
from tests.servers.slack.answering import Answers
from tests.servers.slack.asks import Asks
from tests.servers.slack.calls import Call, Method, Read, read
from tests.servers.slack.chat import CHAT
from tests.servers.slack.checks import JSON
from tests.servers.slack.conversations import CONVERSATIONS
from tests.servers.slack.rates import Rates, limited
from tests.servers.slack.sockets import Sockets
from tests.servers.slack.uploads import FILES, upload
from tests.servers.slack.world import Refusal, World

LARGEST = 64 * 1024 * 1024
PAGE = "<!DOCTYPE html><html><body><h1>Server Error</h1></body></html>"


@dataclass(frozen=True)
class Answer:
    """An answer before a fault may strike it."""

    status: int
    body: JSON | str
    headers: dict[str, str]


class Web:
    def __init__(self, world: World, asks: Asks, answers: Answers, sockets: Sockets) -> None:
        self.world = world
        self.answers = answers
        self.sockets = sockets
        self.rates = Rates(world)
        self.methods: dict[str, Method] = {
            **CHAT,
            **CONVERSATIONS,
            **FILES,
            **modals.methods(asks),
            "api.test": Method(_echo, tier=4, token="none", json=True),
            "auth.test": Method(_who, tier=0),
            "apps.connections.open": Method(self._connect, tier=1, scope="connections:write", token="app", json=True),
        }

    def application(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST, middlewares=[self._guard])
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link/", self.sockets.serve)
        app.router.add_post("/commands/{rest:.*}", self._response_url)
        app.router.add_post("/actions/{rest:.*}", self._response_url)
        app.router.add_post("/upload/v1/{file}", self._upload)
        app.router.add_get("/files-pri/{file}/{name}", self._file)
        return app

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """What fails here is this server's fault, and fails the test."""
        try:
            return await handler(request)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception:
            self.world.log.write("broken", path=request.path, why=traceback.format_exc())
            raise

    # ------------------------------------------------------------------ the Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        method = self.methods.get(name)
        found = await read(request, method is not None and method.json)
        facts = {"args": found.args, "token": self._kind(found.token)}
        return await self._struck(request, name, "request", lambda: self._answer(name, method, found), facts)

    def _answer(self, name: str, method: Method | None, found: Read) -> Answer:
        try:
            body = {"ok": True, **self._run(name, method, found)}
        except Refusal as refusal:
            return Answer(refusal.status, refusal.as_json(), self._headers(found) | refusal.headers)
        if found.warning:
            body["warning"] = found.warning
            body.setdefault("response_metadata", {})["warnings"] = [found.warning]
        return Answer(200, body, self._headers(found))

    def _run(self, name: str, method: Method | None, found: Read) -> JSON:
        if method is None:
            raise Refusal("unknown_method", req_method=name)
        self._allowed(method, found.token)
        if found.refusal is not None:
            raise found.refusal
        call = Call(self.world, name, found.args)
        self.rates.method(name, method.tier)
        if name == "chat.postMessage":
            self.rates.post(str(found.args.get("channel")))
        return method.run(call)

    def _allowed(self, method: Method, token: str | None) -> None:
        if method.token == "none":
            return
        if not token:
            raise Refusal("not_authed")
        kind = self._kind(token)
        if kind == "unknown":
            raise Refusal("invalid_auth")
        if kind != method.token:
            raise Refusal("not_allowed_token_type")
        if kind == "bot" and self.world.revoked:
            raise Refusal(self.world.revoked)
        if kind == "bot" and method.scope is not None:
            Call(self.world, "", {}).need(method.scope)

    def _kind(self, token: str | None) -> str:
        if not token:
            return "none"
        return {self.world.bot_token: "bot", self.world.app_token: "app"}.get(token, "unknown")

    def _headers(self, found: Read) -> dict[str, str]:
        kind = self._kind(found.token)
        scopes = {"bot": ",".join(sorted(self.world.scopes)), "app": "connections:write"}
        return {"x-oauth-scopes": scopes[kind]} if kind in scopes else {}

    def _connect(self, call: Call) -> JSON:
        return {"url": self.sockets.address()}

    # ------------------------------------------------------------------ response URLs and files

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        found = await read(request, takes_json=True)
        if found.refusal is not None:
            return self._sent(Answer(400, "invalid_payload", {}))

        def run() -> Answer:
            status, error = self.answers.use(request.path, found.args)
            return Answer(status, {"ok": False, "error": error} if error else "ok", {})

        return await self._struck(request, "response_url", None, run, {})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        data = await _bytes(request)

        def run() -> Answer:
            status, text = upload(self.world, request.match_info["file"], data)
            return Answer(status, text, {})

        return await self._struck(request, "upload", None, run, {})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self.world.files.get(request.match_info["file"])
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if file is None or bearer != self.world.bot_token:
            return web.Response(status=404)
        return web.Response(body=file.data)

    # ------------------------------------------------------------------ faults

    async def _struck(
        self, request: web.Request, asked: str, record: str | None, run: Callable[[], Answer], facts: JSON
    ) -> web.StreamResponse:
        """Run it, unless or until a planned fault strikes; a client that hangs up stops nothing."""
        fault = self.world.faults.take(asked)
        note = {"method": asked, "fault": fault.kind if fault else None, **facts}
        if fault is not None and (early := await self._before(request, fault)) is not None:
            if record:
                self.world.log.write(record, **note, status=early.status, kept=False)
            return self._sent(early)
        answer = run()
        if record:
            self.world.log.write(record, **note, status=answer.status, kept=True, answer=_brief(answer.body))
        if fault is not None:
            answer = await self._after(request, fault, answer)
        return self._sent(answer)

    async def _before(self, request: web.Request, fault: Fault) -> Answer | None:
        match fault.kind:
            case "reset before":
                cut(request.transport)
                return Answer(499, "", {})
            case "status before":
                return Answer(fault.status, {"ok": False, "error": "internal_error"}, {})
            case "limited":
                refusal = limited(fault.seconds)
                if fault.everywhere:
                    self.rates.everything_until = self.world.clock.now() + fault.seconds
                return Answer(429, refusal.as_json(), refusal.headers)
            case "slow before":
                await asyncio.sleep(fault.seconds)
        return None

    async def _after(self, request: web.Request, fault: Fault, answer: Answer) -> Answer:
        match fault.kind:
            case "reset after":
                cut(request.transport)
            case "status after":
                return Answer(fault.status, {"ok": False, "error": "internal_error"}, {})
            case "garbage":
                return Answer(fault.status, PAGE, {"Content-Type": self.world.settings.garbage_type})
            case "slow after":
                await asyncio.sleep(fault.seconds)
        return answer

    def _sent(self, answer: Answer) -> web.Response:
        headers = {"Date": self.world.clock.date(), **answer.headers}
        if isinstance(answer.body, str):
            return web.Response(status=answer.status, text=answer.body, headers=headers)
        return web.json_response(answer.body, status=answer.status, headers=headers)


def _echo(call: Call) -> JSON:
    if call.perhaps("error"):
        raise Refusal(call.text("error"), args=dict(call.args))
    return {"args": dict(call.args)} if call.args else {}


def _who(call: Call) -> JSON:
    world = call.world
    return {
        "url": "https://harbour.slack.com/",
        "team": "Harbour desk",
        "user": world.bot_user.name,
        "team_id": world.team_id,
        "user_id": world.bot_user.id,
        "bot_id": world.bot_id,
        "is_enterprise_install": False,
    }


async def _bytes(request: web.Request) -> bytes:
    """The bytes of an upload: the body, or the file of a multipart form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""


def _brief(body: JSON | str) -> Any:
    """What of an answer is written down: how it went, not pages of history."""
    if isinstance(body, str):
        return body[:80]
    return {name: body[name] for name in ("ok", "error", "ts", "channel", "response_metadata") if name in body}
