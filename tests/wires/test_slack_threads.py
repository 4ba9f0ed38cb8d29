"""Slack: posts under others, clocks that differ, and who reads along at a place."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.commands.base import Place
from bot.platforms.base import Absent, Found, Unknown, key_of
from bot.platforms.slack.render import render
from bot.platforms.slack.wire import Slack
from tests.drawings.messages import IMPACT
from tests.servers.faults import Fault, Kind
from tests.wires.slack_stage import KEY, called, logged, playing, serving, told

# --- posts under others


async def test_a_post_under_another_is_found_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.slack.wire.posts.PAGE", 3)
    async with playing(tmp_path) as stage:
        since = datetime.now(UTC)
        first = await stage.bot.post(stage.place, told(), key_of("first"))
        assert await stage.bot.find(stage.place, KEY, since, first) == Absent()
        for number in range(7):
            await stage.bot.post(stage.place, told(), key_of(str(number)), under=first)
        ts = await stage.bot.post(stage.place, told(), KEY, under=first)
        assert await stage.bot.find(stage.place, KEY, since, first) == Found(ts)
        assert await stage.bot.find(stage.place, key_of("another"), since, first) == Absent()
        assert await stage.bot.find(stage.place, KEY, since + timedelta(minutes=6), first) == Absent()
        assert await stage.bot.find(stage.place, KEY, since) == Absent(), "the channel's own history has no replies"


async def test_where_a_thread_cannot_be_read_nobody_knows(tmp_path: Path) -> None:
    kinds: tuple[Kind, ...] = ("limited", "status before", "garbage")
    async with playing(tmp_path) as stage:
        first = await stage.bot.post(stage.place, told(), key_of("first"))
        for kind in kinds:
            await stage.server.fault(Fault("conversations.replies", kind, status=500))
            assert isinstance(await stage.bot.find(stage.place, KEY, datetime.now(UTC), first), Unknown), kind
        gone = await stage.bot.find(stage.place, KEY, datetime.now(UTC), "1.000001")
        assert isinstance(gone, Unknown)
        assert "thread_not_found" in gone.why


async def test_an_edited_reply_keeps_its_mark_where_its_thread_begins_with_another() -> None:
    """Slack puts a thread's first message before whatever is asked for, and counts it among the `limit`."""
    thread = {ts: {"ts": ts, "thread_ts": "1.000001", "blocks": [{"block_id": f"k:{ts}"}]} for ts in SEVERAL}
    edited: list[Any] = []

    async def replies(request: web.Request) -> web.Response:
        asked = request.query
        within = [ts for ts in SEVERAL[1:] if asked.get("oldest", "0") <= ts <= asked.get("latest", "9")]
        shown = [SEVERAL[0], *within][: int(asked.get("limit", "100"))]
        return web.json_response({"ok": True, "messages": [thread[ts] for ts in shown], "has_more": False})

    async def update(request: web.Request) -> web.Response:
        edited.append(await request.json())
        return web.json_response({"ok": True})

    routes = (web.get("/api/conversations.replies", replies), web.post("/api/chat.update", update))
    async with serving(*routes) as api:
        bot = Slack("xoxb-" + "x", app_token=None, api=api, guarded=lambda _: False)
        for ts in SEVERAL:
            await bot.edit(Place("slack", "C1"), ts, render(IMPACT))
            assert edited[-1]["blocks"][0]["block_id"] == f"k:{ts}"
        await bot.close()


SEVERAL = ("1.000001", "1.000002", "1.000003")


# --- clocks


async def test_a_post_is_found_also_where_our_clock_is_ahead(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.set(skew=-280.0)
        since = datetime.now(UTC)
        ts = await stage.bot.post(stage.place, told(), KEY)
        assert await stage.bot.find(stage.place, KEY, since) == Found(ts)


# --- who reads along


async def test_a_channel_shared_with_others_is_strange_whatever_is_seen_there(tmp_path: Path) -> None:
    async with playing(tmp_path, start=False) as stage:
        await stage.start(connected=False)
        there = Place("slack", await stage.server.channel("shared", shared=True))
        for _ in range(3):
            assert await stage.bot.strange(there)
            assert not await stage.bot.strange(stage.place)
        assert called(stage.server, "conversations.info") == 2


async def test_who_reads_along_is_remembered_for_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with playing(tmp_path) as stage:
        assert not await stage.bot.strange(stage.place)
        await stage.server.share(stage.room)
        assert not await stage.bot.strange(stage.place)
        monkeypatch.setattr("bot.platforms.slack.wire.rooms.SHARED_FOR", -1.0)
        assert await stage.bot.strange(stage.place)


async def test_direct_messages_are_not_strange(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        assert not await stage.bot.strange(Place("slack", await stage.server.dm(stage.ada)))
        assert called(stage.server, "conversations.info") == 0


async def test_where_slack_does_not_say_who_reads_along_a_place_is_strange(tmp_path: Path) -> None:
    kinds: tuple[Kind, ...] = ("limited", "status before", "garbage")
    async with playing(tmp_path) as stage:
        for kind in kinds:
            await stage.server.fault(Fault("conversations.info", kind, status=500))
            with logged() as lines:
                assert await stage.bot.strange(stage.place), kind
            assert any("TLP:CLEAR" in line and stage.room in line for line in lines)
        assert await stage.bot.strange(Place("slack", "C0NOWHERE"))
        assert not await stage.bot.strange(stage.place), "what could not be told is not remembered"
