"""Slack: posts made, found, changed and taken back, and what each failure of that means."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.http_retry.builtin_async_handlers import async_default_handlers

from bot.commands.base import Place
from bot.errors import Gone, Later, NoPlace, PostError, Refused
from bot.platforms.base import Absent, Found, Unknown, key_of
from bot.platforms.slack.render import render
from bot.platforms.slack.wire import Slack
from tests.drawings.messages import HOSTILE, IMPACT, LONG
from tests.servers.faults import Fault, Kind
from tests.wires.slack_stage import KEY, Stage, bare, called, playing, told

NOW = datetime.now(UTC)


async def failed(stage: Stage, place: Place | None = None) -> BaseException:
    """What a post there raises."""
    with pytest.raises((Refused, Later, PostError)) as caught:
        await stage.bot.post(place or stage.place, told(), KEY)
    return caught.value


async def test_a_post_carries_its_key_twice_and_stands_as_it_was_drawn(tmp_path: Path) -> None:
    async with playing(tmp_path, start=False) as stage:
        await stage.start(connected=False)
        for message, page in ((IMPACT, 0), (LONG, 1), (HOSTILE, 0)):
            frozen = render(message, page)
            ts = await stage.bot.post(stage.place, frozen, KEY)
            [kept] = [one for one in await stage.server.messages(stage.room) if one.ts == ts]
            assert bare(kept.blocks) == bare(frozen.body["blocks"])
            assert kept.text == frozen.body["text"]
            assert kept.blocks[0]["block_id"] == f"k:{KEY}"
            assert kept.metadata == {"event_type": "briefing_post", "event_payload": {"key": KEY}}


async def test_a_post_may_stand_under_another(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        first = await stage.bot.post(stage.place, told(), KEY)
        await stage.bot.post(stage.place, told(), key_of("second"), under=first)
        assert [one.thread_ts for one in await stage.server.messages(stage.room)] == [first, first]


NOWHERE: tuple[tuple[dict[str, bool], str], ...] = (
    ({"member": False}, "The bot is not in Slack channel {}. Invite it first: /invite @briefing."),
    (
        {"member": False, "private": True},
        "Slack channel {} is not there, or is private and the bot is not in it: /invite @briefing.",
    ),
    ({"archived": True}, "Slack channel {} is archived. Unarchive it, or name another in config.yaml."),
    ({"read_only": True}, "Only some people may post in Slack channel {}. Allow the bot in the channel's settings."),
)


async def test_a_channel_that_takes_no_post_is_refused_and_unwell_with_the_mend(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        for number, (facts, said) in enumerate(NOWHERE):
            channel = await stage.server.channel(f"other{number}", **facts)
            place = Place("slack", channel)
            error = await failed(stage, place)
            assert isinstance(error, Refused)
            assert str(error) == said.format(channel)
            health = await stage.bot.health(place)
            assert (health.state, health.detail) == ("trouble", said.format(channel))


async def test_a_channel_that_was_deleted_is_refused(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.delete_channel(stage.room)
        assert isinstance(await failed(stage), Refused)
        assert (await stage.bot.health(stage.place)).state == "trouble"
        assert isinstance(await stage.bot.find(stage.place, KEY, NOW), Unknown)


async def test_a_body_that_slack_does_not_take_is_refused(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        bad = told({"type": "button", "text": {"type": "plain_text", "text": "x" * 80}, "action_id": "x"})
        with pytest.raises(Refused, match=r"does not take this message .*\(invalid_blocks\)"):
            await stage.bot.post(stage.place, bad, KEY)


async def test_a_missing_scope_is_named(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.scopes({"channels:read", "channels:history"})
        said = "The Slack app lacks the scope chat:write. Add it under OAuth & Permissions, and install the app again."
        assert str(await failed(stage)) == said
        assert (await stage.bot.health(stage.place)).detail == said
        await stage.server.scopes({"channels:read", "chat:write"})
        assert "channels:history" in (await stage.bot.health(stage.place)).detail
        found = await stage.bot.find(stage.place, KEY, NOW)
        assert isinstance(found, Unknown)
        assert "channels:history" in found.why


async def test_a_revoked_token_is_refused_with_its_variable(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.revoke("account_inactive")
        error = await failed(stage)
        assert isinstance(error, Refused)
        assert "SLACK_BOT_TOKEN (account_inactive)" in str(error)
        assert "SLACK_BOT_TOKEN" in (await stage.bot.health()).detail
        assert (await stage.bot.health()).state == "trouble"


async def test_a_post_that_fails_says_whether_it_may_have_arrived(tmp_path: Path) -> None:
    cases: tuple[tuple[Kind, type[Exception], int], ...] = (
        ("limited", Later, 0),
        ("reset before", PostError, 0),
        ("reset after", PostError, 1),
        ("status before", PostError, 0),
        ("status after", PostError, 1),
        ("garbage", PostError, 1),
    )
    async with playing(tmp_path) as stage:
        for number, (kind, error, stored) in enumerate(cases, 1):
            before = len(await stage.server.messages(stage.room))
            await stage.server.fault(Fault("chat.postMessage", kind, status=503, seconds=42))
            raised = await failed(stage)
            assert type(raised) is error
            assert len(await stage.server.messages(stage.room)) == before + stored
            assert called(stage.server, "chat.postMessage") == number
            if isinstance(raised, Later):
                assert raised.seconds == 42


async def test_the_librarys_own_retry_would_post_twice(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        stage.bot._api.client.retry_handlers = async_default_handlers()
        await stage.server.fault(Fault("chat.postMessage", "reset after"))
        await stage.bot.post(stage.place, told(), KEY)
        assert len(await stage.server.messages(stage.room)) == 2


async def test_a_post_that_nobody_answers_is_given_up(tmp_path: Path) -> None:
    async with playing(tmp_path, timeout=0.4) as stage:
        await stage.server.fault(Fault("chat.postMessage", "slow after", seconds=1.5))
        assert isinstance(await failed(stage), PostError)
        assert len(await stage.server.messages(stage.room)) == 1
        await asyncio.sleep(0.5)  # the time limit is one of requests, and does not end the socket
        assert (await stage.ask("impact")).answers == 1
        assert len(await stage.server.connections()) == 1


async def test_where_nobody_listens_nothing_was_written() -> None:
    bot = Slack("xoxb-" + "nobody", app_token=None, api="http://127.0.0.1:1/api/", guarded=lambda _: False)
    place = Place("slack", "C1")
    with pytest.raises(Later, match="Slack cannot be reached"):
        await bot.post(place, told(), KEY)
    assert isinstance(await bot.find(place, KEY, NOW), Unknown)
    assert await bot.strange(place)
    assert (await bot.health()).state == (await bot.health(place)).state == "trouble"
    await bot.close()
    with pytest.raises(Later, match="stopping"):
        await bot.post(place, told(), KEY)


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (500, "text/plain", "upstream error"),
        (200, "text/plain", "all is well"),
        (200, "application/json", "[1]"),
        (200, "application/json", "{broken"),
        (200, "application/json", '"text"'),
        (200, "text/html", "<html>"),
        (502, "text/html", "<html>"),
        (200, "application/json", '{"ok": false}'),
        (200, "application/json", '{"ok": false, "error": "Bearer xoxb-echo"}'),
        (200, "application/json", '{"ok": false, "error": "internal_error"}'),
        (200, "application/json", '{"ok": true}'),
        (200, "application/json; charset=utf-8", "\xff"),
    ],
)
async def test_whatever_stands_there_instead_of_slack_is_survived(status: int, kind: str, body: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        raw = body.encode("latin-1")
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(raw)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + raw)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    bot = Slack("xoxb-" + "any", app_token=None, api=f"http://127.0.0.1:{port}/api/", guarded=lambda _: False)
    try:
        with pytest.raises(PostError) as caught:
            await bot.post(Place("slack", "C1"), told(), KEY)
        assert "echo" not in str(caught.value)
        assert isinstance(await bot.find(Place("slack", "C1"), KEY, NOW), Unknown)
        assert isinstance(await bot.find(Place("slack", "C1"), KEY, NOW, "1.000001"), Unknown)
        assert await bot.strange(Place("slack", "C1"))
    finally:
        await bot.close()
        server.close()
        await server.wait_closed()


async def test_a_post_is_found_by_its_key_among_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.slack.wire.posts.PAGE", 3)
    async with playing(tmp_path) as stage:
        since = datetime.now(UTC)
        assert await stage.bot.find(stage.place, KEY, since) == Absent()
        ts = await stage.bot.post(stage.place, told(), KEY)
        for number in range(8):
            await stage.bot.post(stage.place, told(), key_of(str(number)))
            await stage.server.say(stage.room, stage.ada, f"k:{KEY}")
        assert await stage.bot.find(stage.place, KEY, since) == Found(ts)
        assert await stage.bot.find(stage.place, KEY, since + timedelta(seconds=299)) == Found(ts)
        assert await stage.bot.find(stage.place, KEY, since + timedelta(minutes=6)) == Absent()
        assert await stage.bot.find(stage.place, key_of("another"), since) == Absent()


@pytest.mark.parametrize("kept", ["metadata", "block_id"])
async def test_either_witness_alone_finds_a_post(tmp_path: Path, kept: str) -> None:
    async with playing(tmp_path) as stage:
        body: dict[str, Any] = {"channel": stage.room, "text": "x", "blocks": [dict(told().body["blocks"][0])]}
        if kept == "metadata":
            body["metadata"] = {"event_type": "briefing_post", "event_payload": {"key": KEY}}
        else:
            body["blocks"][0]["block_id"] = f"k:{KEY}"
        posted = await stage.bot._api.write("chat.postMessage", **body)
        assert await stage.bot.find(stage.place, KEY, datetime.now(UTC)) == Found(posted["ts"])


async def test_without_a_witness_a_post_would_not_be_found(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.bot._api.write("chat.postMessage", channel=stage.room, text="x", blocks=told().body["blocks"])
        assert await stage.bot.find(stage.place, KEY, datetime.now(UTC)) == Absent()


async def test_where_the_history_cannot_be_read_nobody_knows(tmp_path: Path) -> None:
    kinds: tuple[Kind, ...] = ("limited", "status before", "garbage")
    async with playing(tmp_path) as stage:
        await stage.bot.post(stage.place, told(), KEY)
        for kind in kinds:
            await stage.server.fault(Fault("conversations.history", kind, status=500))
            found = await stage.bot.find(stage.place, KEY, datetime.now(UTC))
            assert isinstance(found, Unknown)
            assert stage.room in found.why


async def test_where_the_bot_is_no_member_nobody_knows(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.leave(stage.room, stage.server.bot_user_id)
        found = await stage.bot.find(stage.place, KEY, datetime.now(UTC))
        assert isinstance(found, Unknown)
        assert "/invite @briefing" in found.why


async def test_an_edit_puts_the_new_in_place_and_is_found_as_before(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        ts = await stage.bot.post(stage.place, render(IMPACT), KEY)
        reply = await stage.bot.post(stage.place, told(), key_of("reply"), under=ts)
        for message_id, key in ((ts, KEY), (reply, key_of("reply"))):
            await stage.bot.edit(stage.place, message_id, render(LONG))
            [kept] = [one for one in await stage.server.messages(stage.room) if one.ts == message_id]
            assert bare(kept.blocks) == bare(render(LONG).body["blocks"])
            assert kept.blocks[0]["block_id"] == f"k:{key}"
            assert kept.metadata
            assert kept.metadata["event_payload"] == {"key": key}
        assert await stage.bot.find(stage.place, KEY, datetime.now(UTC)) == Found(ts)


async def test_an_edit_that_slack_refuses_is_final(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        ts = await stage.bot.post(stage.place, told(), KEY)
        theirs = await stage.server.say(stage.room, stage.ada, "mine")
        with pytest.raises(Refused, match="cant_update_message"):
            await stage.bot.edit(stage.place, theirs, told())
        with pytest.raises(Gone, match="no longer in Slack channel"):
            await stage.bot.edit(stage.place, "1.000001", told())
        await stage.server.set(edit_window=60)
        await stage.server.advance(120)
        with pytest.raises(Refused, match="edit_window_closed"):
            await stage.bot.edit(stage.place, ts, told())
        await stage.server.fault(Fault("chat.update", "reset after"))
        with pytest.raises(PostError):
            await stage.bot.edit(stage.place, ts, told())
        await stage.server.archive(stage.room)
        with pytest.raises(NoPlace, match="is archived"):
            await stage.bot.edit(stage.place, ts, told())


async def test_what_is_deleted_is_gone_also_the_second_time(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        ts = await stage.bot.post(stage.place, told(), KEY)
        await stage.bot.delete(stage.place, ts)
        await stage.bot.delete(stage.place, ts)
        assert await stage.server.messages(stage.room) == []
        theirs = await stage.server.say(stage.room, stage.ada, "mine")
        with pytest.raises(Refused, match="cant_delete_message"):
            await stage.bot.delete(stage.place, theirs)


async def test_a_channel_where_all_is_well_is_well(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        health = await stage.bot.health(stage.place)
        assert (health.state, health.detail) == ("on", "posts in #newsroom, and reads there what it posted")


async def test_one_session_serves_every_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[aiohttp.ClientSession] = []
    init = aiohttp.ClientSession.__init__

    def count(self: aiohttp.ClientSession, *args: Any, **kwargs: Any) -> None:
        made.append(self)
        init(self, *args, **kwargs)

    async with playing(tmp_path, start=False) as stage:
        monkeypatch.setattr(aiohttp.ClientSession, "__init__", count)
        await stage.start()
        await stage.press(await stage.ask("impact"), "Share to channel")
        await stage.server.home(stage.ada)
        await stage.bot.health(stage.place)
        assert len(made) == 1
