"""Bolt's part: each request finds its listener, and goes on as a value."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.error import BoltError
from slack_bolt.response import BoltResponse

from bot.platforms.base import Moved
from bot.platforms.slack.inbound import read_looked, read_opened, read_pressed, read_submitted, read_typed
from bot.platforms.slack.modal import FIELD
from bot.platforms.slack.moves import EVENTS, read_move
from bot.platforms.slack.wire.api import LIBRARY, Api
from bot.platforms.slack.wire.asking import Asking
from bot.platforms.slack.wire.identity import Introduction

ANY = re.compile("")

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """What Slack gets for a request."""

    status: int
    content_type: str
    body: str


class Listeners:
    """A Bolt app with one listener for each kind of request, the hot one first; every listener tried costs time."""

    def __init__(
        self,
        api: Api,
        me: Introduction,
        prefix: str,
        asking: Callable[[], Asking | None],
        shared: Callable[[str], None],
        moved: Moved,
    ) -> None:
        self._asking = asking
        self._me, self._shared, self._moved = me, shared, moved
        self._app = AsyncApp(
            name="briefing bot",
            client=api.client,
            authorize=me,
            logger=LIBRARY,
            process_before_response=True,
            signing_secret="",
            request_verification_enabled=False,  # a socket needs none, and our own door looked before
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
        )
        self._register(prefix)

    def _register(self, prefix: str) -> None:
        app = self._app

        @app.command(ANY)
        async def typed(body: Body) -> BoltResponse:
            return _ack(await self._ready.typed(read_typed(body, prefix)))

        @app.block_action(ANY)
        async def pressed(body: Body) -> BoltResponse:
            return _ack(await self._ready.pressed(read_pressed(body)))

        @app.options(ANY)
        async def looked(body: Body) -> BoltResponse:
            return _ack(await self._ready.looked(read_looked(body)))

        @app.view_submission(ANY)
        async def submitted(body: Body) -> BoltResponse:
            return _ack(await self._ready.submitted(read_submitted(body, FIELD)))

        @app.event("app_home_opened")
        async def opened(body: Body) -> BoltResponse:
            sender = read_opened(body)
            return _ack(await self._ready.opened(sender) if sender else "")

        @app.event("channel_shared")
        async def shared(event: Body) -> BoltResponse:
            self._shared(str(event.get("channel")))
            return _ack("")

        async def moved(event: Body) -> BoltResponse:
            me = self._me.identity
            if move := read_move(event, me.user if me else ""):
                self._moved(move)
            return _ack("")

        for name in EVENTS:
            app.event(name)(moved)

    @property
    def _ready(self) -> Asking:
        asking = self._asking()
        assert asking is not None, "nothing is dispatched before there are answers"
        return asking

    async def request(self, headers: Mapping[str, str], body: str) -> Heard:
        """A request over HTTP, already known to be Slack's."""
        if self._asking() is None:
            return Heard(503, "text/plain", "")
        try:
            request = AsyncBoltRequest(body=body, headers=dict(headers))
        except (ValueError, AttributeError, TypeError, BoltError):
            return Heard(400, "text/plain", "")
        found = await self._dispatched(request)
        return Heard(found.status, found.headers["content-type"][0], found.body)

    async def envelope(self, envelope: Mapping[str, Any]) -> str | None:
        """An envelope from the socket: the ack's payload, empty where there is none; None where it is not to be had."""
        payload = envelope.get("payload")
        if self._asking() is None or not isinstance(payload, dict):
            return None
        found = await self._dispatched(AsyncBoltRequest(mode="socket_mode", body=payload))
        return found.body if found.status == 200 else None

    async def _dispatched(self, request: AsyncBoltRequest) -> BoltResponse:
        found = await self._app.async_dispatch(request)
        # What nobody listens for is taken note of; otherwise Slack would send it again.
        return _ack("") if found.status == 404 else found


def _ack(body: str) -> BoltResponse:
    """An ack; the library sees by itself whether it is JSON."""
    return BoltResponse(status=200, body=body)
