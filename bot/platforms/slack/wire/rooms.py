"""What Slack is asked about channels and people, where a check needs it, and no more often than it has to be."""

import logging
from collections.abc import Callable

from bot.errors import Later, PostError
from bot.platforms.slack.refusals import SaidNo
from bot.platforms.slack.room import Room, read_room
from bot.platforms.slack.wire.api import Api

log = logging.getLogger(__name__)

SHARED_FOR, ADMIN_FOR = 60.0, 300.0
"""Seconds for which it is remembered who reads along in a channel, and who runs the workspace."""

PAGE = 1000
MOST = 1000


class Rooms:
    """Looks channels and people up. `guarded` tells where it matters who reads along; `clock` are seconds."""

    def __init__(self, api: Api, guarded: Callable[[str], bool], clock: Callable[[], float]) -> None:
        self._api = api
        self._guarded = guarded
        self._clock = clock
        self._shared: dict[str, tuple[float, bool]] = {}
        self._admins: dict[str, tuple[float, bool]] = {}

    async def room(self, channel: str) -> Room:
        told = (await self._api.read("conversations.info", channel=channel)).get("channel")
        if not isinstance(told, dict) or not told:
            raise PostError("conversations.info did not say what is there")
        room = read_room(told)
        _keep(self._shared, channel, (self._clock(), room.shared))
        return room

    async def strange(self, channel: str) -> bool:
        """Whether others read along where it matters."""
        return self._guarded(channel) and await self.shared(channel)

    async def shared(self, channel: str) -> bool:
        """Whether others read along, or soon may; where Slack does not say, they might."""
        since, shared = self._shared.get(channel, (float("-inf"), True))
        if self._clock() - since <= SHARED_FOR:
            return shared
        try:
            return (await self.room(channel)).shared
        except (SaidNo, Later, PostError) as error:
            log.warning("slack: %s gets TLP:CLEAR only: nobody can tell who reads along there (%s)", channel, error)
            return True

    def forget(self, channel: str) -> None:
        """Somebody was let into a channel: look again before more is shown there."""
        self._shared.pop(channel, None)

    async def has(self, channel: str, user: str) -> bool:
        """Whether somebody is a member of a channel."""
        cursor: str | None = None
        while True:
            told = await self._api.read("conversations.members", channel=channel, limit=PAGE, cursor=cursor)
            if user in told.get("members", ()):
                return True
            cursor = (told.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return False

    async def manages(self, user: str) -> bool:
        """Whether somebody is an admin or an owner of the workspace; where Slack does not say, they are not."""
        since, admin = self._admins.get(user, (float("-inf"), False))
        if self._clock() - since <= ADMIN_FOR:
            return admin
        try:
            told = (await self._api.read("users.info", user=user)).get("user") or {}
        except (SaidNo, Later, PostError) as error:
            log.warning("slack: nobody can tell whether %s runs the workspace: %s", user, error)
            return False
        admin = bool(told.get("is_admin") or told.get("is_owner"))
        _keep(self._admins, user, (self._clock(), admin))
        return admin


def _keep(known: dict[str, tuple[float, bool]], name: str, value: tuple[float, bool]) -> None:
    if len(known) >= MOST:
        known.clear()
    known[name] = value
