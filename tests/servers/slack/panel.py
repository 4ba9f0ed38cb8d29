"""The control port: every verb of the test's side, on an address of its own that stays while Slack is gone."""

import asyncio
import traceback
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.servers.faults import Fault
from tests.servers.slack.asks import Ask
from tests.servers.slack.calls import FORM
from tests.servers.slack.checks import JSON
from tests.servers.slack.delivery import Delivery
from tests.servers.slack.listening import Listening
from tests.servers.slack.outgoing import Sent
from tests.servers.slack.people import People
from tests.servers.slack.world import Impossible, Kept, Person, Room


class Panel:
    """Each public coroutine is a verb; its arguments are the JSON it is sent."""

    def __init__(self, people: People, delivery: Delivery, listening: Listening) -> None:
        self._people = people
        self._world = people.world
        self._delivery = delivery
        self._sockets = delivery.sockets
        self._outgoing = delivery.outgoing
        self._listening = listening

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/{verb}", self._run)
        return app

    async def _run(self, request: web.Request) -> web.Response:
        name = request.match_info["verb"]
        verb: Callable[..., Any] | None = None if name.startswith("_") else getattr(self, name, None)
        if verb is None or name == "application":
            return web.json_response({"wrong": f"no verb {name}"}, status=422)
        try:
            return web.json_response({"told": await verb(**await request.json())})
        except Impossible as wrong:
            return web.json_response({"wrong": str(wrong)}, status=422)
        except Exception:
            self._world.log.write("broken", verb=name, why=traceback.format_exc())
            raise

    async def facts(self) -> JSON:
        world = self._world
        names = ("bot_token", "app_token", "signing_secret", "team_id", "app_id", "bot_id")
        return {name: getattr(world, name) for name in names} | {"bot_user_id": world.bot_user.id}

    # ------------------------------------------------------------------ channels and people

    async def channel(
        self, name: str, member: bool, private: bool, archived: bool, shared: bool, read_only: bool
    ) -> str:
        world = self._world
        room = Room(world.id("C"), name, "groups" if private else "channels", int(world.clock.wall()))
        room.archived, room.shared, room.read_only = archived, shared, read_only
        room.members |= {world.bot_user.id} if member else set()
        world.rooms[room.id] = room
        return room.id

    async def user(self, name: str, admin: bool, owner: bool, locale: str) -> str:
        person = Person(self._world.id("U"), name, admin, owner, locale)
        self._world.people[person.id] = person
        return person.id

    async def join(self, channel: str, user: str) -> None:
        self._world.room(channel).members.add(self._world.person(user).id)

    async def leave(self, channel: str, user: str) -> None:
        self._world.room(channel).members.discard(user)

    async def dm(self, user: str) -> str:
        return self._world.direct(user).id

    async def archive(self, channel: str) -> None:
        self._world.room(channel).archived = True

    async def share(self, channel: str, shared: bool) -> None:
        self._world.room(channel).shared = shared

    async def read_only(self, channel: str, on: bool) -> None:
        self._world.room(channel).read_only = on

    async def delete_channel(self, channel: str) -> None:
        del self._world.rooms[self._world.room(channel).id]

    async def scopes(self, scopes: list[str]) -> None:
        self._world.scopes = frozenset(scopes)

    async def revoke(self, error: str) -> None:
        self._world.revoked = error

    async def say(self, channel: str, user: str, text: str, thread_ts: str | None) -> str:
        room, person = self._world.room(channel), self._world.person(user)
        body = {"text": text, **({"thread_ts": thread_ts} if thread_ts else {})}
        return self._world.keep(room, body, "person", user=person.id, ephemeral_to=None).ts

    async def delete(self, channel: str, ts: str) -> None:
        kept = self._world.find(channel, ts, ephemeral=True)
        if kept is None:
            raise Impossible("this message is not there any more")
        self._world.drop(kept)

    # ------------------------------------------------------------------ asking

    def _ask(self, ask: Ask) -> str:
        self._delivery.start(ask)
        return ask.id

    async def command(self, user: str, channel: str, command: str, text: str) -> str:
        return self._ask(self._people.command(user, channel, command, text))

    async def act(self, action: str | int, user: str, value: str | None, **where: str) -> str:
        return self._ask(self._people.act(where, action, user, value))

    async def options(self, action_id: str, block_id: str, value: str, user: str, **where: str) -> str:
        channel = where.get("channel", "")
        return self._ask(self._people.options(where, action_id, block_id, value, user, channel))

    async def submit(self, view: str, values: JSON, user: str) -> str:
        return self._ask(self._people.submit(view, values, user))

    async def dismiss(self, view: str, user: str) -> str:
        told = self._world.views.get(view, {}).get("notify_on_close")
        ask = self._people.dismiss(view, user)
        if told:
            return self._ask(ask)
        ask.done = True
        return ask.id

    async def home(self, user: str) -> JSON:
        """Open the App Home; `since` is what the number of a view published after it exceeds."""
        since, room = self._world.number(), self._world.direct(user)
        fields = {"user": user, "channel": room.id, "tab": "home"}
        return {"asked": self._ask(self._people.tell("app_home_opened", fields)), "since": since}

    async def published(self, user: str, asked: str, since: int, timeout: float) -> JSON | None:  # noqa: ASYNC109
        homes, ask = self._world.homes, self._people.asks.all[asked]
        await self._world.bell.until(lambda: ask.done and user in homes and homes[user][0] > since, timeout)
        found = homes.get(user)
        return self._world.views[found[1]] if found and found[0] > since else None

    async def tell(self, kind: str, fields: JSON) -> str:
        return self._ask(self._people.tell(kind, fields))

    async def outcome(self, asked: str, answers: int, acks: int, timeout: float) -> JSON:  # noqa: ASYNC109
        ask = self._people.asks.all.get(asked)
        if ask is None:
            raise Impossible("nobody asked this")
        await self._world.bell.until(lambda: ask.done and ask.answers >= answers and len(ask.acks) >= acks, timeout)
        return ask.told(self._world)

    # ------------------------------------------------------------------ what was kept

    async def messages(self, channel: str, at_least: int, timeout: float) -> list[JSON]:  # noqa: ASYNC109
        await self._world.bell.until(lambda: len(self._world.said(channel)) >= at_least, timeout)
        return [kept.told() for kept in self._world.said(channel)]

    async def ephemerals(self, channel: str, user: str) -> list[JSON]:
        def seen(kept: Kept) -> bool:
            return kept.room == channel and kept.ephemeral_to == user and not kept.deleted

        return [kept.told() for kept in self._world.messages if seen(kept)]

    async def file(self, file: str) -> str:
        if file not in self._world.files:
            raise Impossible("there is no such file")
        return self._world.files[file].data.hex()

    # ------------------------------------------------------------------ Socket Mode

    async def connected(self, count: int, ever: int, timeout: float) -> bool:  # noqa: ASYNC109
        sockets = self._sockets
        return await self._world.bell.until(
            lambda: len(sockets.open()) >= count and len(sockets.lines) >= ever, timeout
        )

    async def connections(self) -> list[JSON]:
        return [
            {"id": line.id, "state": line.state, "sent": line.sent, "acked": line.acked} for line in self._sockets.lines
        ]

    async def disconnect(self, reason: str) -> None:
        await self._sockets.disconnect(reason)

    async def silence(self) -> None:
        self._sockets.silence()

    async def reset(self) -> None:
        self._sockets.reset()

    async def close(self, code: int) -> None:
        await self._sockets.close(code)

    async def refuse(self, seconds: float, error: str) -> None:
        self._sockets.refused = (self._world.clock.now() + seconds, error)

    # ------------------------------------------------------------------ HTTP mode

    async def http_target(self, url: str | None) -> None:
        self._outgoing.target = url

    async def _raw(self, sent: Sent, *, keep: bool = True) -> JSON:
        return (await self._outgoing.send(sent, keep=keep)).told()

    async def signed(self, body: str, content_type: str, headers: dict[str, str]) -> JSON:
        return await self._raw(self._outgoing.sign(body.encode(), content_type, headers))

    async def url_verification(self) -> JSON:
        return await self._raw(self._outgoing.sign(self._outgoing.challenge(), "application/json"))

    async def ssl_check(self) -> JSON:
        return await self._raw(self._outgoing.sign(self._outgoing.ssl_check()))

    async def wrong_signature(self, command: str) -> JSON:
        wrong = self._outgoing.sign(self._outgoing.slash(command), secret="another" * 5)
        return await self._raw(wrong, keep=False)

    async def unsigned(self, command: str) -> JSON:
        return await self._raw(Sent(self._outgoing.slash(command), {"Content-Type": FORM}), keep=False)

    async def stale(self, command: str, age: float) -> JSON:
        return await self._raw(self._outgoing.sign(self._outgoing.slash(command), age=age), keep=False)

    async def replay(self) -> JSON:
        if self._outgoing.last is None:
            raise Impossible("nothing was sent yet")
        return await self._raw(self._outgoing.last)

    async def huge(self, size: int, sign: bool) -> JSON:
        body = b"payload=" + b"x" * (size - 8)
        sent = self._outgoing.sign(body) if sign else Sent(body, {"Content-Type": FORM})
        return await self._raw(sent, keep=False)

    # ------------------------------------------------------------------ the whole server

    async def gone(self, seconds: float) -> None:
        await self._listening.stop()
        asyncio.get_running_loop().call_later(seconds, self._listening.come_back)

    async def fault(self, fault: JSON) -> None:
        self._world.faults.plan(Fault(**fault))

    async def mend(self) -> None:
        self._world.faults.clear()

    async def advance(self, seconds: float) -> None:
        self._world.clock.advance(seconds)

    async def set(self, **settings: Any) -> None:
        self._world.change(**settings)
