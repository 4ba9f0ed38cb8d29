"""Slack as a platform: it keeps the connection, and hands everything else to its parts."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import aiohttp

from bot.commands.base import Command, Place
from bot.errors import Later, PostError
from bot.platforms.base import Absent, Answers, Found, Frozen, Health, Moved, Unknown, unheard
from bot.platforms.slack.manifest import left_out
from bot.platforms.slack.pauses import Pauses
from bot.platforms.slack.refusals import TOKEN, SaidNo, refused_token
from bot.platforms.slack.wire.api import TIMEOUT, Api, Unreachable
from bot.platforms.slack.wire.asking import Asking, Parts
from bot.platforms.slack.wire.identity import Introduction
from bot.platforms.slack.wire.listeners import Heard, Listeners
from bot.platforms.slack.wire.posts import Posts
from bot.platforms.slack.wire.rooms import Rooms
from bot.platforms.slack.wire.socket import Socket, Timings

log = logging.getLogger(__name__)

ROOT = "https://slack.com/api/"


class Slack:
    """The port to one workspace: over Socket Mode with an app token, else over HTTP through `hear`.

    `guarded` tells of a channel's id whether more than TLP:CLEAR is seen there, so that it matters who reads along.
    `moved` is told when the bot is put out of a channel, or let in.
    """

    name = "slack"
    repost_within = timedelta(0)

    def __init__(
        self,
        bot_token: str,
        *,
        app_token: str | None,
        api: str = ROOT,
        prefix: str = "",
        guarded: Callable[[str], bool],
        moved: Moved = unheard,
        timings: Timings | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._timings = timings or Timings()
        self._prefix = prefix
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._timeout = timeout
        self._api = Api(bot_token, api, self._shared_session, timeout)
        self._door = Api(app_token, api, self._shared_session, timeout) if app_token else None
        self._me = Introduction(self._api)
        self._posts = Posts(self._api, self._me)
        self._rooms = Rooms(self._api, guarded, time.monotonic)
        self._asking: Asking | None = None
        self._listeners = Listeners(self._api, self._me, prefix, lambda: self._asking, self._rooms.forget, moved)
        self._standing = Health("off", "not started")
        self._lost: datetime | None = None
        self._told: tuple[str, ...] = ()
        self.connects = 0
        """How many connections came up; Slack renews its own every few hours."""

    def __repr__(self) -> str:
        return f"Slack({self._api!r}, {'socket' if self._door else 'http'})"

    @property
    def standing(self) -> Health:
        if self._api.refused:  # the connection lives on without the token that posts
            return Health("trouble", refused_token("SLACK_BOT_TOKEN", self._api.refused))
        return self._standing

    async def run(self, answers: Answers) -> None:
        parts = Parts(self._api, self._me, self._rooms, self._posts)
        asking = self._asking = Asking(answers, parts, self._timings.ack)
        try:
            await self._introduced()
            if self._door is None:
                self._tell(None)
                await asyncio.Event().wait()
            else:
                await self._connected(self._door)
        except SaidNo as no:
            token = "SLACK_BOT_TOKEN" if no.method == "auth.test" else "SLACK_APP_TOKEN"
            self._standing = Health("trouble", refused_token(token, no.code, no.needed))
        finally:
            self._asking = None
            await asking.close()

    async def hear(self, headers: Mapping[str, str], body: str) -> Heard:
        """Answer one request of Slack's over HTTP, which the listener knows to be its own."""
        return await self._listeners.request(headers, body)

    async def offer(self, commands: Sequence[Command]) -> None:
        """Slack shows what stands in the app's manifest; what cannot stand there is told once."""
        told = left_out(commands, self._prefix)
        if told != self._told:
            self._told = told
            for sentence in told:
                log.info("slack: %s", sentence)

    async def post(self, place: Place, post: Frozen, key: str, under: str | None = None) -> str:
        return await self._posts.post(place, post, key, under)

    async def find(self, place: Place, key: str, since: datetime, under: str | None = None) -> Found | Absent | Unknown:
        return await self._posts.find(place, key, since, under)

    async def strange(self, place: Place) -> bool:
        return not place.channel.startswith("D") and await self._rooms.shared(place.channel)

    def link(self, place: Place, message_id: str) -> str:
        return self._me.link(place.channel, message_id)

    async def edit(self, place: Place, message_id: str, post: Frozen) -> None:
        await self._posts.edit(place, message_id, post)

    async def delete(self, place: Place, message_id: str) -> None:
        await self._posts.delete(place, message_id)

    async def health(self, place: Place | None = None) -> Health:
        if place is not None:
            return await self._posts.health(place)
        try:
            me = await self._me.again()
        except SaidNo as no:
            return Health("trouble", refused_token("SLACK_BOT_TOKEN", no.code, no.needed))
        except (Later, PostError) as error:
            return Health("trouble", str(error))
        if self._standing.state == "off":
            return Health("on", f"{me.workspace} knows the bot as {me.name}")
        return self._standing

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()

    def _shared_session(self) -> aiohttp.ClientSession:
        if self._closed:
            raise Later("Slack is not asked any more: the bot is stopping", TIMEOUT)
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))
        return self._session

    async def _introduced(self) -> None:
        """Ask until Slack says who we are; SaidNo where it does not take the token."""
        pauses = self._pauses()
        while True:
            least = 0.0
            try:
                await self._me.again()
            except SaidNo as no:
                if no.code in TOKEN:
                    raise
                why = f"Slack refused to say who the bot is ({no.code})"
            except (Unreachable, PostError) as error:
                why = str(error)
            except Later as later:
                why, least = str(later), later.seconds
            else:
                return
            pause = max(least, pauses.after(0.0))
            self._tell(why)
            log.warning("slack: not connected: %s; trying again in %.1f seconds", why, pause)
            await asyncio.sleep(pause)

    async def _connected(self, door: Api) -> None:
        socket = Socket(door, self._listeners.envelope, self._tell, self._timings, self._pauses())
        await socket.run()

    def _pauses(self) -> Pauses:
        return Pauses(self._timings.first_pause, self._timings.longest_pause, self._timings.steady)

    def _tell(self, why: str | None) -> None:
        """Be connected, or not because of `why`."""
        if why is None:
            self.connects += 1
            me = self._me.identity
            how = "connected to" if self._door else "taking requests over HTTP from"
            detail = f"{how} {me.workspace if me else 'Slack'} as {self._me.name}"
            self._standing, self._lost = Health("on", detail), None
            log.info("slack: %s", detail)
            return
        self._lost = self._lost or datetime.now(UTC)
        self._standing = Health("trouble", f"reconnecting: {why}", self._lost)
