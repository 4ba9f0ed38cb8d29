"""The wall: the desk as a place that is posted to, each post a row under its key."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol

from bot.commands.base import Command, Place
from bot.errors import Gone, Later, StoreError
from bot.platforms.base import Absent, Answers, Found, Frozen, Health, Unknown
from bot.platforms.desk import kept
from bot.platforms.desk.digests_shown import Post
from bot.platforms.desk.shelf_shown import mark
from bot.store.rows import Pinned

log = logging.getLogger(__name__)

AGAIN = 5.0
"""Seconds after which a database that did not answer is asked again."""


class Pins(Protocol):
    """Keeps what is on the wall. Each may raise StoreError, and has then written nothing."""

    async def pin(self, key: str, channel: str, body: str, at: datetime) -> None:
        """Does nothing where the key is pinned already."""
        ...

    async def pinned(self, key: str) -> Pinned | None: ...

    async def repin(self, key: str, body: str) -> None: ...

    async def unpin(self, key: str) -> None: ...

    async def wall(self, channel: str | None, limit: int) -> Sequence[Pinned]:
        """The newest first."""
        ...


class Wall:
    """The platform of the places `desk:NAME`. A message's id is its key."""

    name = "desk"
    repost_within = timedelta(days=3650)
    """A post is one row that is unique by its key; no delivery is kept for as long as this."""

    def __init__(self, pins: Pins, clock: Callable[[], datetime]) -> None:
        self._pins, self._clock = pins, clock

    @property
    def standing(self) -> Health:
        return Health("on")

    async def run(self, answers: Answers) -> None:
        """Nothing is heard here: who asks at the desk asks its page."""
        await asyncio.Event().wait()

    async def offer(self, commands: Sequence[Command]) -> None:
        """The page offers commands by itself."""

    async def post(self, place: Place, post: Frozen, key: str, under: str | None = None) -> str:
        """Pin it; there are no threads, so what belongs under a post is one of its own."""
        with _in_time():
            await self._pins.pin(key, place.channel, _text(post), self._clock())
        return key

    async def find(self, place: Place, key: str, since: datetime, under: str | None = None) -> Found | Absent | Unknown:
        try:
            known = await self._pins.pinned(key)
        except StoreError as error:
            return Unknown(f"The wall cannot be read: {error}")
        return Found(key) if known else Absent()

    async def strange(self, place: Place) -> bool:
        return False

    def link(self, place: Place, message_id: str) -> str:
        return f"/wall#{anchor(message_id)}"

    async def edit(self, place: Place, message_id: str, post: Frozen) -> None:
        with _in_time():
            if await self._pins.pinned(message_id) is None:
                raise Gone(f"The message in {place} is gone.")
            await self._pins.repin(message_id, _text(post))

    async def delete(self, place: Place, message_id: str) -> None:
        with _in_time():
            await self._pins.unpin(message_id)

    async def health(self, place: Place | None = None) -> Health:
        return self.standing

    async def close(self) -> None:
        """Nothing is held open."""

    async def posts(self, channel: str | None, limit: int) -> Sequence[Post]:
        """What stands on the wall, newest first; raises StoreError."""
        shown = [_shown(one) for one in await self._pins.wall(channel, limit)]
        return [post for post in shown if post is not None]


def anchor(key: str) -> str:
    """Where a post stands on the page of the wall."""
    return f"post-{mark(key)}"


def _text(post: Frozen) -> str:
    return json.dumps(dict(post.body))


def _shown(pinned: Pinned) -> Post | None:
    try:
        message, page = kept.read_body(pinned.body)
    except ValueError as error:
        log.warning("the post %s on the wall cannot be read: %s", pinned.key, error)
        return None
    return Post(pinned.key, pinned.channel, pinned.at, message, page)


@contextmanager
def _in_time() -> Iterator[None]:
    """A failed transaction wrote nothing, so it may be tried again."""
    try:
        yield
    except StoreError as error:
        raise Later(f"The database does not answer: {error}", AGAIN) from error
