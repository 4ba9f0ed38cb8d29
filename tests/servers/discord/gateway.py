"""Discord's gateway, v10 JSON: sessions that outlive their sockets, resuming with replay, and sockets that go wrong."""

import asyncio
import json
import secrets
import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import discord
from aiohttp import WSCloseCode, WSMsgType, web
from simcord import intents as rules
from simcord.backend import serializers

from tests.servers.discord.sessions import Op, Session, Socket
from tests.servers.discord.world import JSON, World

LAST_WORDS = {4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014}  # close codes after which nothing is resumed
KNOWN_INTENTS = discord.Intents.all().value
PRIVILEGED = sum(getattr(discord.Intents, name).flag for name in rules.PRIVILEGED_INTENTS)


class Gateway:
    """All sessions and sockets."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions: dict[str, Session] = {}
        self.sockets: list[Socket] = []
        self._made = 0
        world.listeners.append(self._emit)

    # ------------------------------------------------------------------ what the world tells

    def _emit(self, name: str, data: JSON) -> None:
        self.tell(name, data)

    def tell(self, name: str, data: JSON) -> str:
        """Dispatch to every session that should hear it; "sent", "waiting" (for a resume) or "lost"."""
        hearers = [one for one in self._waiting() if self._hears(one, name, data)]
        for session in hearers:
            told = self._cut_down(session, name, data)
            if name == "GUILD_CREATE":
                told.pop("unavailable")  # absent where the bot joins, false where a session begins
            frame = session.dispatch(name, told)
            self._log("out", session.socket, session, frame)
        if any(session.socket is not None for session in hearers):
            return "sent"
        return "waiting" if hearers else "lost"

    def _waiting(self) -> Iterator[Session]:
        """Sessions that are connected or may still be resumed."""
        for session in self.sessions.values():
            if session.cut_at is not None and time.monotonic() - session.cut_at > self.world.settings.resume_window:
                session.valid = False
            if session.valid:
                yield session

    def _hears(self, session: Session, name: str, data: JSON) -> bool:
        guild = data.get("id") if name in {"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"} else data.get("guild_id")
        number, count = session.shard
        if (int(guild) >> 22) % count != number if guild else number != 0:
            return False
        gate = rules.required_intent(name, data)
        return gate is None or bool(session.intents & getattr(discord.Intents, gate).flag)

    def _cut_down(self, session: Session, name: str, data: JSON) -> JSON:
        """What the session's intents leave of it."""
        told = deepcopy(data)
        intents, bot = discord.Intents._from_value(session.intents), self.world.backend.bot_user.id
        if name == "GUILD_CREATE":
            rules.prune_guild_create(told, intents, bot)
        if name in {"MESSAGE_CREATE", "MESSAGE_UPDATE"} and not intents.message_content:
            rules.censor_message(told, bot, backend=self.world.backend)
        return told

    # ------------------------------------------------------------------ what clients say

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse(autoping=True, timeout=2.0, max_msg_size=0)
        await ws.prepare(request)
        self._made += 1
        socket = Socket(self._made, request, ws)
        self.sockets.append(socket)
        self.world.log.write("socket", socket=socket.number, what="opened")
        writer = asyncio.create_task(socket.write())
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            socket.close(4012)
        else:
            self._say(socket, {"op": Op.HELLO, "d": {"heartbeat_interval": int(self.world.settings.heartbeat * 1000)}})
        try:
            async for message in ws:
                if message.type is not WSMsgType.TEXT:
                    socket.close(4002)
                    continue
                self._hear(socket, message.data)
        finally:
            self._gone(socket)
            if not socket.closing:
                writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        return ws

    def _hear(self, socket: Socket, text: str) -> None:
        try:
            frame = json.loads(text)
            op, data = frame["op"], frame.get("d")
        except (ValueError, LookupError, TypeError):
            return socket.close(4002)
        self._log("in", socket, socket.session, frame)
        match op:
            case Op.HEARTBEAT:
                self._beat(socket)
            case Op.IDENTIFY if socket.session is not None:
                socket.close(4005)
            case Op.IDENTIFY:
                self._identify(socket, data)
            case Op.RESUME:
                self._resume(socket, data)
            case Op.PRESENCE | Op.VOICE | Op.MEMBERS if socket.session is None:
                socket.close(4003)
            case Op.PRESENCE | Op.VOICE:
                pass
            case _:
                self.world.log.write("unsupported", op=op)
                socket.close(4001)
        return None

    def _beat(self, socket: Socket) -> None:
        if socket.session is not None:
            socket.session.heartbeats += 1
        if socket.acks:
            self._say(socket, {"op": Op.ACK})
        self.world.changed()

    def _identify(self, socket: Socket, data: JSON) -> None:
        shard = tuple(data.get("shard") or (0, 1))
        intents = data.get("intents")
        refused = self._refuses(data.get("token"), intents, shard)
        if refused:
            return socket.close(refused)
        session = Session(secrets.token_hex(16), (shard[0], shard[1]), int(intents or 0), socket)
        socket.session = session
        self.sessions[session.id] = session
        guilds = [one for one in self.world.guilds() if (one >> 22) % shard[1] == shard[0]]
        backend = self.world.backend
        ready = {
            "v": 10,
            "user": dict(serializers.user_payload(backend.bot_user)),
            "guilds": [{"id": str(guild), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.world.settings.resume_url or self.world.base.replace("http", "ws", 1) + "/",
            "shard": list(shard),
            "application": {"id": str(backend.application_id), "flags": 0},
        }
        self._log("out", socket, session, session.dispatch("READY", ready))
        for guild in guilds:
            told = dict(serializers.guild_create_payload(backend, backend.get_guild(guild)))
            if self._hears(session, "GUILD_CREATE", told):
                frame = session.dispatch("GUILD_CREATE", self._cut_down(session, "GUILD_CREATE", told))
                self._log("out", socket, session, frame)
        self.world.log.write("session", session=session.id, what="ready", shard=list(shard))
        return self.world.changed()

    def _refuses(self, token: object, intents: object, shard: tuple[Any, ...]) -> int | None:
        """The code to close with, where an IDENTIFY is not to be accepted."""
        if token != self.world.token:
            return 4004
        if len(shard) != 2 or not 0 <= shard[0] < shard[1]:
            return 4010
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            return 4013
        return 4014 if intents & PRIVILEGED & ~self.world.settings.privileged else None

    def _resume(self, socket: Socket, data: JSON) -> None:
        if data.get("token") != self.world.token:
            return socket.close(4004)
        session = next((one for one in self._waiting() if one.id == data.get("session_id")), None)
        seen = int(data.get("seq") or 0)
        if session is None or (session.frames and seen + 1 < int(session.frames[0]["s"])):
            return self._say(socket, {"op": Op.INVALID, "d": False})
        if seen > session.sequence:
            session.valid = False
            return socket.close(4007)
        if session.socket is not None:  # a half-dead one: Discord lets the new one have it
            session.socket.session = None
            session.socket.close(4000)
        session.socket, session.cut_at, socket.session = socket, None, session
        session.resumed += 1
        for frame in [one for one in session.frames if one["s"] > seen]:
            socket.send(frame)
            self._log("out", socket, session, frame)
        self._log("out", socket, session, session.dispatch("RESUMED", {"_trace": []}))
        self.world.log.write("session", session=session.id, what="resumed", seen=seen)
        return self.world.changed()

    def _gone(self, socket: Socket) -> None:
        code = socket.closing or socket.ws.close_code
        self.sockets.remove(socket)
        self.world.log.write("socket", socket=socket.number, what="closed", code=code)
        session = self._let_go(socket)
        if session is not None and code in {WSCloseCode.OK, WSCloseCode.GOING_AWAY} and not socket.closing:
            session.valid = False  # the client said good-bye
        self.world.changed()

    @staticmethod
    def _let_go(socket: Socket) -> Session | None:
        """Leave the socket's session without one, to be resumed; None where it has another already."""
        session = socket.session
        if session is None or session.socket is not socket:
            return None
        session.socket, session.cut_at = None, time.monotonic()
        return session

    def _say(self, socket: Socket, frame: JSON) -> None:
        socket.send({"t": None, "s": None, "d": None, **frame})
        self._log("out", socket, socket.session, frame)

    def _log(self, way: str, socket: Socket | None, session: Session | None, frame: JSON) -> None:
        data = frame.get("d")
        if way == "in" and isinstance(data, dict):
            data = {key: value for key, value in data.items() if key != "token"}
        self.world.log.write(
            "frame",
            way=way,
            socket=socket.number if socket else None,
            session=session.id if session else None,
            op=frame["op"],
            t=frame.get("t"),
            s=frame.get("s"),
            d=data if way == "in" or frame["op"] != Op.DISPATCH else None,
        )

    # ------------------------------------------------------------------ levers

    def connected(self) -> bool:
        """Whether every shard of one count is there."""
        live = {session.shard for session in self.sessions.values() if session.live}
        return any(all((number, count) in live for number in range(count)) for _, count in live)

    def deserted(self) -> bool:
        """Whether nobody is connected."""
        return not any(session.live for session in self.sessions.values())

    def ask_to_reconnect(self, *, deaf: bool) -> None:
        for socket in self._strike():
            if deaf:
                socket.stop_reading()
            self._say(socket, {"op": Op.RECONNECT})

    def invalidate(self, *, resumable: bool) -> None:
        for socket in self._strike():
            if socket.session is not None and not resumable:
                socket.session.valid = False
            self._say(socket, {"op": Op.INVALID, "d": resumable})

    def close(self, code: int) -> None:
        for socket in self._strike():
            if socket.session is not None and code in LAST_WORDS:
                socket.session.valid = False
            socket.close(code)

    def reset(self) -> None:
        for socket in self._strike():
            socket.reset()
            self._let_go(socket)

    def go_deaf(self) -> None:
        for socket in self._strike():
            socket.go_deaf()

    def mute_acks(self) -> None:
        for socket in self._strike():
            socket.acks = False

    def _strike(self) -> list[Socket]:
        for socket in self.sockets:
            socket.struck = True
        return list(self.sockets)
