"""A Discord of one guild that asks: a gateway, and the least REST that a bot needs to answer there."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from benchmarks.flood import Flood

JSON = dict[str, Any]

BOT, APP, GUILD, OWNER, ROLE, CHANNEL = (str((index << 40) + 10**18) for index in range(6))
EPOCH = 1420070400000
"""Milliseconds from 1970 to the beginning of Discord's ids."""

PROMISE = 5
"""The type of a callback that says: later."""

MEMBER = str((1 << 10) | (1 << 11) | (1 << 14) | (1 << 15) | (1 << 16) | (1 << 31))
"""View, send, embed, attach, read history, use commands."""


class Discord:
    """Sends interactions over the gateway, each from another person, and takes their callbacks."""

    def __init__(self) -> None:
        self.api = ""
        self.ready = asyncio.Event()
        self.offered = asyncio.Event()
        """Set once commands were registered."""
        self.strange: list[str] = []
        """Requests that nobody here answers."""
        self._socket: web.WebSocketResponse | None = None
        self._sequence = 0
        self._numbers = itertools.count(1)
        self._flood: Flood | None = None
        self._right: Callable[[JSON], bool] = lambda _: True
        self._sending: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Discord"]:
        app = web.Application()
        app.add_routes(
            [
                web.post("/api/v10/interactions/{id}/{token}/callback", self._callback),
                web.patch("/api/v10/webhooks/{app}/{token}/messages/@original", self._later),
                web.get("/", self._gateway),
                web.route("*", "/api/v10/{rest:.*}", self._rest),
            ]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.api = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def once(self) -> JSON:
        """How one question is answered: the whole body of the callback."""
        found: list[JSON] = []

        def keep(body: JSON) -> bool:
            found.append(body)
            return True

        await self._asked(1, lambda _: ("impact", ""), keep)
        return found[0]

    async def many(self, count: int, body: JSON) -> list[float]:
        """Milliseconds that each of so many questions waited for this very answer."""
        return await self._asked(count, lambda _: ("impact", ""), lambda answer: answer == body)

    async def any(self, count: int, asks: Callable[[int], tuple[str, str]]) -> list[float]:
        """The same for a command and a text by number, with any answer."""
        return await self._asked(count, asks, lambda answer: bool(answer["data"].get("embeds")))

    async def _asked(
        self, count: int, asks: Callable[[int], tuple[str, str]], right: Callable[[JSON], bool]
    ) -> list[float]:
        first = next(self._numbers)
        self._numbers = itertools.count(first + count)
        self._right = right
        self._flood = Flood(lambda number: self._ask(number, *asks(number)), count, first)
        return await self._flood.run()

    def _ask(self, number: int, command: str, text: str) -> None:
        sending = asyncio.ensure_future(self._send("INTERACTION_CREATE", interaction(number, command, text)))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)

    async def _send(self, name: str, data: JSON) -> None:
        assert self._socket is not None
        self._sequence += 1
        await self._socket.send_str(json.dumps({"op": 0, "t": name, "s": self._sequence, "d": data}))

    async def _callback(self, request: web.Request) -> web.Response:
        flood = self._flood
        assert flood is not None
        try:
            body = await _told(request)
        except (AssertionError, KeyError, ValueError) as error:
            flood.fail(f"a callback cannot be read: {error!r}")
            return web.Response(status=400)
        if body["type"] == PROMISE:
            pass
        elif self._right(body):
            flood.answered(_number(request))
        else:
            flood.fail(f"answered {json.dumps(body)[:300]}")
        if "with_response" not in request.query:
            return web.Response(status=204)
        return _said(_called_back(request.match_info["id"], body))

    async def _later(self, request: web.Request) -> web.Response:
        """An answer that was promised first, since this machine stood still for two seconds."""
        assert self._flood is not None
        self._flood.answered(_number(request))
        return _said(_called_back(_new(0), {"data": await _told(request)})["resource"]["message"])

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41250}})
        async for message in socket:
            said = json.loads(message.data)
            if said["op"] == 1:
                await socket.send_json({"op": 11})
            elif said["op"] == 2:
                self._socket = socket
                base = self.api.removesuffix("/api/v10").replace("http", "ws", 1)
                await self._send("READY", _welcome(base, said["d"].get("shard", [0, 1])))
                await self._send("GUILD_CREATE", _guild())
                self.ready.set()
        return socket

    async def _rest(self, request: web.Request) -> web.Response:
        path = f"{request.method} /{request.match_info['rest']}"
        socket = self.api.removesuffix("/api/v10").replace("http", "ws", 1)
        if path == "GET /users/@me":
            return _said(_bot())
        if path in {"GET /oauth2/applications/@me", "GET /applications/@me"}:
            return _said(_application())
        if path == "GET /gateway/bot":
            limits = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
            return _said({"url": f"{socket}/", "shards": 1, "session_start_limit": limits})
        if path.endswith("/commands") and request.method == "PUT":
            self.offered.set()
            return _said([_command(index, one) for index, one in enumerate(await request.json())])
        if path.endswith("/commands"):
            return _said([])
        self.strange.append(path)
        return _said({"message": "404: Not Found", "code": 0}, 404)


def _number(request: web.Request) -> int:
    """Which question is answered: it stands at the end of the token."""
    return int(request.match_info["token"].rpartition("-")[2])


async def _told(request: web.Request) -> JSON:
    """The JSON of a callback, which stands in a form where pictures come with it."""
    if request.content_type == "application/json":
        return dict(await request.json())
    part = (await request.post())["payload_json"]
    assert not isinstance(part, web.FileField)
    return dict(json.loads(part))


def interaction(number: int, command: str, text: str) -> JSON:
    """INTERACTION_CREATE for a slash command of a member, new at this moment."""
    return {
        "version": 1,
        "type": 2,
        "id": _new(number),
        "token": f"{'t' * 160}-{number}",
        "application_id": APP,
        "guild_id": GUILD,
        "guild_locale": "en-US",
        "guild": {"id": GUILD, "locale": "en-US", "features": []},
        "channel_id": CHANNEL,
        "channel": _channel() | {"permissions": MEMBER},
        "locale": "en-US",
        "member": {
            "user": _user(str(10**18 + number), f"reader{number}"),
            "roles": [],
            "joined_at": "2025-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": MEMBER,
        },
        "app_permissions": MEMBER,
        "attachment_size_limit": 10485760,
        "authorizing_integration_owners": {"0": GUILD},
        "context": 0,
        "entitlements": [],
        "data": {
            "id": str(10**18 + 7),
            "name": command,
            "type": 1,
            "options": [{"name": "about", "type": 3, "value": text}] if text else [],
        },
    }


def _new(number: int) -> str:
    return str((int(time.time() * 1000) - EPOCH) << 22 | number % 4096)


def _said(body: object, status: int = 200) -> web.Response:
    """Discord names no charset, and its library reads JSON only so."""
    return web.Response(body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json"})


def _user(number: str, name: str) -> JSON:
    return {"id": number, "username": name, "discriminator": "0", "global_name": name, "avatar": None}


def _bot() -> JSON:
    return _user(BOT, "briefing") | {"bot": True}


def _application() -> JSON:
    names = {"id": APP, "name": "briefing", "description": "", "summary": "", "verify_key": "0" * 64, "icon": None}
    return {**names, "bot_public": True, "bot_require_code_grant": False, "flags": 0, "owner": _user(OWNER, "owner")}


def _welcome(base: str, shard: list[int]) -> JSON:
    return {
        "v": 10,
        "user": _bot(),
        "guilds": [{"id": GUILD, "unavailable": True}],
        "session_id": "s" * 32,
        "resume_gateway_url": f"{base}/",
        "shard": shard,
        "application": {"id": APP, "flags": 0},
    }


def _guild() -> JSON:
    everyone = {"id": GUILD, "name": "@everyone", "permissions": MEMBER, "position": 0, "color": 0, "hoist": False}
    ours = {**everyone, "id": ROLE, "name": "briefing", "position": 1}
    roles = [{**role, "managed": False, "mentionable": False, "flags": 0} for role in (everyone, ours)]
    me = {"user": _bot(), "roles": [ROLE], "joined_at": "2025-01-01T00:00:00+00:00", "deaf": False, "mute": False}
    names = {"id": GUILD, "name": "Bench", "owner_id": OWNER, "preferred_locale": "en-US", "nsfw_level": 0}
    levels = ("verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level")
    empty = ("emojis", "stickers", "features", "threads", "voice_states", "presences", "stage_instances")
    more: JSON = dict.fromkeys((*levels, "premium_tier", "system_channel_flags", "afk_timeout"), 0)
    lists: JSON = {name: [] for name in (*empty, "guild_scheduled_events")}
    said = {"unavailable": False, "large": False, "member_count": 2, "joined_at": me["joined_at"]}
    return {**names, **more, **lists, **said, "roles": roles, "members": [{**me, "flags": 0}], "channels": [_channel()]}


def _channel() -> JSON:
    names = {"id": CHANNEL, "guild_id": GUILD, "type": 0, "name": "newsroom", "position": 0, "topic": None}
    return {**names, "permission_overwrites": [], "nsfw": False, "rate_limit_per_user": 0, "parent_id": None}


def _command(index: int, told: JSON) -> JSON:
    known = {"id": str(10**18 + index), "application_id": APP, "version": "1", "default_member_permissions": None}
    return {"type": 1, "description": "", "nsfw": False, "dm_permission": True, **told, **known}


def _called_back(interaction_id: str, body: JSON) -> JSON:
    data = body.get("data") or {}
    message = {
        "id": str(int(interaction_id) + 1),
        "type": 20,
        "channel_id": CHANNEL,
        "author": _bot(),
        "content": data.get("content") or "",
        "timestamp": "2026-01-01T00:00:00.000000+00:00",
        "edited_timestamp": None,
        "flags": data.get("flags", 0),
        "embeds": data.get("embeds", []),
        "components": data.get("components", []),
        "application_id": APP,
        **dict.fromkeys(("tts", "mention_everyone", "pinned"), False),
        **{name: [] for name in ("mentions", "mention_roles", "attachments")},
    }
    about = {"id": interaction_id, "type": 2, "response_message_id": message["id"], "response_message_ephemeral": True}
    return {"interaction": about, "resource": {"type": 4, "message": message}}
