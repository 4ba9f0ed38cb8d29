"""Posting under a key: once, found again, changed, deleted; and what each of Discord's errors means."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest

from bot.commands.base import Place
from bot.errors import BriefingBotError, Gone, Later, PostError, Refused
from bot.message import Message
from bot.platforms.base import Absent, Found, Unknown, key_of
from bot.platforms.discord.render import render
from bot.platforms.discord.wire import Discord
from bot.platforms.discord.wire.faults import UNAUTHORIZED
from tests.drawings.messages import ALL
from tests.servers.discord.control import DiscordServer, custom_id_of
from tests.servers.faults import Fault, Kind
from tests.wires.answers import SmallNotes
from tests.wires.discord_stage import hand_made, server_of

KEY, OTHER = key_of("one"), key_of("two")
PLAIN = hand_made(text="Digest")
WITH_REPORT = hand_made("b1|impact|0|0000|", "r1|impact|0|0000|", text="Digest")
POST = r"POST /channels/\d+/messages"


@dataclass
class Poster:
    """A bot that is signed in and not connected, and a room."""

    server: DiscordServer
    guild: str
    room: str
    bot: Discord

    @property
    def place(self) -> Place:
        return Place("discord", self.room)


@contextlib.asynccontextmanager
async def poster(tmp_path: Path, within: float = 15.0) -> AsyncIterator[Poster]:
    async with server_of(tmp_path) as server:
        guild = await server.guild("Harbour desk")
        room = await server.channel(guild, "newsroom")
        bot = Discord(server.token, SmallNotes(), api=server.api, timeout=within)
        try:
            yield Poster(server, guild, room, bot)
        finally:
            await bot.close()


async def test_a_post_carries_its_key_and_is_there_once(tmp_path: Path) -> None:
    async with poster(tmp_path) as play:
        first = await play.bot.post(play.place, WITH_REPORT, KEY)
        assert await play.bot.post(play.place, WITH_REPORT, KEY) == first
        (message,) = await play.server.messages(play.room)
        assert (message["id"], message["nonce"]) == (first, KEY)
        assert custom_id_of(message, "B0") == "b1|impact|0|0000|"
        assert custom_id_of(message, "B1") == f"p1|{KEY}"
        assert "footer" not in message["embeds"][0]

        second = await play.bot.post(play.place, PLAIN, OTHER, under=first)
        reply = (await play.server.messages(play.room))[1]
        assert reply["message_reference"]["message_id"] == first
        assert reply["embeds"][0]["footer"]["text"] == f"#{OTHER[:8]}"
        await play.bot.delete(play.place, first)
        await play.bot.delete(play.place, first)  # gone already
        third = await play.bot.post(play.place, PLAIN, key_of("three"), under=first)  # under what is gone
        assert [one["id"] for one in await play.server.messages(play.room)] == [second, third]
        assert play.bot.standing.state == "off"  # it never was connected


async def test_a_post_keeps_its_picture_and_its_footer(tmp_path: Path) -> None:
    async with poster(tmp_path) as play:
        await play.bot.post(play.place, render(*ALL["timeline"]), KEY)
        (message,) = await play.server.messages(play.room)
        assert [one["filename"] for one in message["attachments"]] == ["timeline.png"]
        assert message["attachments"][0]["description"]
        footer = render(*ALL["timeline"]).body["embeds"][-1]["footer"]["text"]
        assert message["embeds"][-1]["footer"]["text"] == f"{footer} · #{KEY[:8]}"
        await play.bot.edit(play.place, message["id"], render(Message("Corrected"), 0))
        (message,) = await play.server.messages(play.room)
        assert message["attachments"] == []


async def test_a_post_is_found_by_its_key_among_many_and_proved_absent(tmp_path: Path) -> None:
    since = datetime.now(UTC)
    async with poster(tmp_path) as play:
        eda = await play.server.member(play.guild, "eda")
        for number in range(130):
            await play.server.say(play.room, eda, f"p1|{KEY} #{KEY[:8]} {number}")
        assert await play.bot.find(play.place, KEY, since) == Absent()
        assert len([one for one in play.server.log("request") if one["query"].get("limit") == "100"]) == 2
        first = await play.bot.post(play.place, WITH_REPORT, KEY)
        second = await play.bot.post(play.place, PLAIN, OTHER)
        assert await play.bot.find(play.place, KEY, since) == Found(first)
        assert await play.bot.find(play.place, OTHER, since) == Found(second)
        assert await play.bot.find(play.place, KEY, datetime.now(UTC) + timedelta(minutes=6)) == Absent()

        for number, message in enumerate((first, second)):  # also after an edit
            await play.bot.edit(play.place, message, (PLAIN, WITH_REPORT)[number])
        assert await play.bot.find(play.place, KEY, since) == Found(first)
        assert await play.bot.find(play.place, OTHER, since) == Found(second)


async def test_what_cannot_be_read_is_no_proof(tmp_path: Path) -> None:
    since = datetime.now(UTC)
    async with poster(tmp_path) as play:
        blind = await play.server.channel(play.guild, "blind", bot_deny=["read_message_history"])
        there = Place("discord", blind)
        await play.bot.post(there, PLAIN, KEY)
        answer = await play.bot.find(there, KEY, since)
        assert isinstance(answer, Unknown)
        assert "Read Message History" in answer.why
        # Discord itself says nothing of it: without the check the post would be taken to be absent.
        client = await play.bot._account.client()
        assert await play.bot._posting._read(client, there, KEY, since) == Absent()

        gone = await play.bot.find(Place("discord", "123"), KEY, since)
        assert isinstance(gone, Unknown)
        kinds: tuple[Kind, ...] = ("status before", "garbage", "reset before")
        for kind in kinds:
            await play.server.fault(Fault(r"GET /channels/\d+/messages", kind, status=503, times=2))
            assert isinstance(await play.bot.find(play.place, KEY, since), Unknown), kind
            await play.server.mend()


async def test_what_is_refused_names_the_place_and_the_mend(tmp_path: Path) -> None:
    async with poster(tmp_path) as play:
        mute = await play.server.channel(play.guild, "mute", bot_deny=["send_messages"])
        hidden = await play.server.channel(play.guild, "hidden", bot_deny=["view_channel"])
        gone = await play.server.channel(play.guild, "gone")
        await play.server.delete_channel(gone)
        for room, said in ((mute, "Send Messages"), (hidden, "View Channel"), (gone, "config.yaml")):
            with pytest.raises(Refused, match=said) as refused:
                await play.bot.post(Place("discord", room), PLAIN, KEY)
            assert room in str(refused.value)
        with pytest.raises(Refused, match="outside its limits"):
            await play.bot.post(play.place, hand_made(text="x" * 5000), KEY)
        with pytest.raises(Refused, match="no number of Discord's"):
            await play.bot.post(Place("discord", "newsroom"), PLAIN, KEY)
        with pytest.raises(Gone, match="message in"):
            await play.bot.edit(play.place, "123", PLAIN)
        await play.server.fault(Fault(POST, "status before", status=401))
        with pytest.raises(Refused, match="DISCORD_TOKEN"):
            await play.bot.post(play.place, PLAIN, KEY)
        assert await play.server.messages(play.room) == []


@pytest.mark.parametrize(
    ("fault", "meant", "kept"),
    [
        (Fault(POST, "reset before"), PostError, 0),
        (Fault(POST, "reset after"), PostError, 1),
        (Fault(POST, "status after", status=503), PostError, 1),
        (Fault(POST, "status before", status=502, times=9), PostError, 0),
        (Fault(POST, "slow after", seconds=3.0), PostError, 1),
        (Fault(POST, "garbage", status=200), PostError, 1),
        (Fault(POST, "limited", seconds=40.0), Later, 0),  # more than the library waits
        (Fault(POST, "limited", seconds=20.0), Later, 0),  # more than we wait
        (Fault(POST, "limited", seconds=20.0, everywhere=True), Later, 0),
        (Fault(POST, "limited", seconds=0.2), None, 1),
        (Fault(POST, "status before", status=502), None, 1),
    ],
)
async def test_what_became_of_a_post_is_told_apart(
    tmp_path: Path, fault: Fault, meant: type[BriefingBotError] | None, kept: int
) -> None:
    async with poster(tmp_path, within=1.5) as play:
        await play.server.fault(fault)
        if meant is None:
            await play.bot.post(play.place, PLAIN, KEY)
        else:
            with pytest.raises(meant) as told:
                await play.bot.post(play.place, PLAIN, KEY)
            if isinstance(told.value, Later):
                assert told.value.seconds >= fault.seconds - 1
        assert len(await play.server.messages(play.room)) == kept


async def test_nothing_was_done_where_nobody_listens(tmp_path: Path) -> None:
    async with poster(tmp_path) as play:
        await play.bot.post(play.place, PLAIN, KEY)
        await play.server.gone(1.0)
        await asyncio.sleep(0.1)  # until the old connection is known to be cut: what is written to it is in doubt
        with pytest.raises(Later):
            await play.bot.post(play.place, PLAIN, OTHER)
        await play.server.back()
        await play.bot.post(play.place, PLAIN, OTHER)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = Discord("test-token", SmallNotes(), api=f"http://127.0.0.1:{free.getsockname()[1]}/api/v10")
        with pytest.raises(Later):
            await nowhere.post(Place("discord", "1"), PLAIN, KEY)
        assert (await nowhere.health()).state == "trouble"
        await nowhere.close()


async def test_a_wrong_token_posts_nothing_and_names_its_variable(tmp_path: Path) -> None:
    async with poster(tmp_path) as play:
        wrong = Discord("test-wrong", SmallNotes(), api=play.server.api)
        with pytest.raises(Refused) as refused:
            await wrong.post(play.place, PLAIN, KEY)
        assert str(refused.value) == UNAUTHORIZED
        assert (await wrong.health()).detail == UNAUTHORIZED
        await wrong.close()


async def test_health_names_each_permission_that_is_missing(tmp_path: Path) -> None:
    async with poster(tmp_path) as play:
        assert (await play.bot.health(play.place)).state == "on"
        lacks = ["embed_links", "attach_files", "read_message_history"]
        poor = await play.server.channel(play.guild, "poor", bot_deny=lacks)
        health = await play.bot.health(Place("discord", poor))
        assert health.state == "trouble"
        assert "Embed Links, Attach Files and Read Message History" in health.detail
        assert poor in health.detail

        mute = await play.server.channel(play.guild, "mute", bot_deny=["send_messages_in_threads"])
        thread = await play.server.thread(mute, "about it")
        assert (await play.bot.health(Place("discord", mute))).state == "on"
        assert "Send Messages in Threads" in (await play.bot.health(Place("discord", thread))).detail
        hidden = await play.server.channel(play.guild, "hidden", bot_deny=["view_channel"])
        assert "View Channel" in (await play.bot.health(Place("discord", hidden))).detail
        assert "config.yaml" in (await play.bot.health(Place("discord", "123"))).detail
        assert (await play.bot.health()).state == "off"


async def test_posts_start_no_faster_than_discord_allows(tmp_path: Path) -> None:
    async with poster(tmp_path) as play:
        await play.server.set(bucket=(1000, 1.0))
        rooms = [await play.server.channel(play.guild, f"room-{number}") for number in range(30)]
        await asyncio.gather(*(play.bot.post(Place("discord", room), PLAIN, key_of(room)) for room in rooms))
        began = sorted(one["began"] for one in play.server.log("request") if one["method"] == "POST")
        assert began[-1] - began[0] > 29 / 45 * 0.9
        assert play.server.api == discord.http.Route.BASE
