"""The desk as a place that is posted to: a post under its key once, whatever the database does."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.base import Place
from bot.errors import Gone, Later, StoreError
from bot.front import Front
from bot.platforms.base import Absent, Found, Health, Platform, Unknown
from bot.platforms.desk import kept
from bot.platforms.desk.wall import Pins, Wall, anchor
from bot.store.rows import Pinned
from tests.desk.small import IMPACT, MANY, NOW

NEWSROOM = Place("desk", "newsroom")
LONG_AGO = NOW - timedelta(days=90)


class List(Pins):
    """Pins as a list; `dumb` says whether the database answers."""

    def __init__(self) -> None:
        self.kept: list[Pinned] = []
        self.dumb = False

    async def pin(self, key: str, channel: str, body: str, at: object) -> None:
        if await self.pinned(key) is None:
            self.kept.insert(0, Pinned(key, channel, body, NOW))

    async def pinned(self, key: str) -> Pinned | None:
        self._answers()
        return next((one for one in self.kept if one.key == key), None)

    async def repin(self, key: str, body: str) -> None:
        self._answers()
        self.kept = [replace(one, body=body) if one.key == key else one for one in self.kept]

    async def unpin(self, key: str) -> None:
        self._answers()
        self.kept = [one for one in self.kept if one.key != key]

    async def wall(self, channel: str | None, limit: int) -> Sequence[Pinned]:
        self._answers()
        return [one for one in self.kept if channel in (None, one.channel)][:limit]

    def _answers(self) -> None:
        if self.dumb:
            raise StoreError("the disk is full")


@pytest.fixture
def pins() -> List:
    return List()


@pytest.fixture
def wall(pins: List) -> Platform:
    return Wall(pins, lambda: NOW)


async def shown(wall: Platform, channel: str | None = None) -> list[tuple[str, str, int]]:
    assert isinstance(wall, Wall)
    return [(post.channel, post.message.title, post.page) for post in await wall.posts(channel, 10)]


async def test_a_post_stands_on_the_wall_once_however_often_it_is_posted(wall: Platform) -> None:
    assert await wall.find(NEWSROOM, "key", LONG_AGO) == Absent()
    for _ in range(3):
        assert await wall.post(NEWSROOM, kept.render(IMPACT, 0), "key") == "key"
    assert await wall.find(NEWSROOM, "key", LONG_AGO) == Found("key")
    await wall.post(Place("desk", "pilots"), kept.render(MANY, 1), "other", under="key")
    assert await shown(wall) == [("pilots", "Everything", 1), ("newsroom", "Impact", 0)]
    assert await shown(wall, "newsroom") == [("newsroom", "Impact", 0)]
    assert wall.repost_within > timedelta(days=365)


async def test_a_post_is_edited_and_deleted_in_its_place(wall: Platform) -> None:
    await wall.post(NEWSROOM, kept.render(IMPACT, 0), "key")
    await wall.edit(NEWSROOM, "key", kept.render(replace(IMPACT, title="Corrected"), 0))
    assert await shown(wall) == [("newsroom", "Corrected", 0)]
    for _ in range(2):
        await wall.delete(NEWSROOM, "key")
    assert await shown(wall) == []
    with pytest.raises(Gone, match="desk:newsroom is gone"):
        await wall.edit(NEWSROOM, "key", kept.render(IMPACT, 0))


async def test_a_database_that_fails_wrote_nothing_so_it_is_tried_again_later(wall: Platform, pins: List) -> None:
    await wall.post(NEWSROOM, kept.render(IMPACT, 0), "key")
    pins.dumb = True
    for trying in (
        wall.post(NEWSROOM, kept.render(IMPACT, 0), "other"),
        wall.edit(NEWSROOM, "key", kept.render(IMPACT, 0)),
        wall.delete(NEWSROOM, "key"),
    ):
        with pytest.raises(Later, match="the disk is full") as later:
            await trying
        assert later.value.seconds == 5
    found = await wall.find(NEWSROOM, "key", LONG_AGO)
    assert found == Unknown("The wall cannot be read: the disk is full")


async def test_what_cannot_be_read_is_left_out_and_said_in_the_log(
    wall: Platform, pins: List, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    await pins.pin("broken", "newsroom", '{"message": {"title": "Secret words"}, "page": 0}', NOW)
    await wall.post(NEWSROOM, kept.render(IMPACT, 0), "key")
    assert await shown(wall) == [("newsroom", "Impact", 0)]
    assert "the post broken on the wall cannot be read" in caplog.text
    assert "Secret words" not in caplog.text


async def test_the_wall_is_always_on_and_has_no_strangers(wall: Platform, pins: List) -> None:
    pins.dumb = True
    assert (wall.name, wall.standing, await wall.health(NEWSROOM)) == ("desk", Health("on"), Health("on"))
    assert not await wall.strange(NEWSROOM)
    assert wall.link(NEWSROOM, "key") == f"/wall#{anchor('key')}"
    await wall.offer(())
    await wall.close()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await wall.run(Front.__new__(Front))
