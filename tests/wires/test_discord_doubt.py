"""What may have been done is never taken for undone, nor for final what may pass; and no limit lasts for ever."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.base import Place
from bot.errors import BriefingBotError, Later, PostError, Refused
from bot.platforms.base import Found
from bot.platforms.discord.wire import Discord
from tests.servers.faults import Fault
from tests.wires.answers import COMMANDS, SmallAnswers, SmallNotes
from tests.wires.discord_stage import hand_made, server_of, stage, stopped, until
from tests.wires.test_discord_posts import KEY, OTHER, PLAIN, POST, poster


async def test_a_limit_for_all_that_outlasts_a_call_ends(tmp_path: Path) -> None:
    async with poster(tmp_path, within=1.0) as play:
        await play.bot.post(play.place, PLAIN, KEY)
        await play.server.limit_globally(2.5)
        with pytest.raises(Later):
            await play.bot.post(play.place, PLAIN, OTHER)
        with pytest.raises(Later):  # the library holds it back
            await play.bot.post(play.place, PLAIN, OTHER)
        await asyncio.sleep(1.2)  # both took a second; Discord tells whole seconds
        await play.bot.post(play.place, PLAIN, OTHER)
        assert len(await play.server.messages(play.room)) == 2


async def test_a_bot_that_is_stopped_in_a_limit_for_all_posts_when_it_ends(tmp_path: Path) -> None:
    async with poster(tmp_path) as play:
        await play.bot.post(play.place, PLAIN, KEY)
        await play.server.limit_globally(1.0)
        posting = asyncio.create_task(play.bot.post(play.place, PLAIN, OTHER))
        await until(lambda: any(one["status"] == 429 for one in play.server.log("request")))
        posting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await posting
        await asyncio.wait_for(play.bot.post(play.place, PLAIN, OTHER), 5)


async def test_commands_that_wait_for_a_limit_do_not_wait_for_ever(tmp_path: Path) -> None:
    async with server_of(tmp_path) as server:
        await server.guild("Harbour desk")
        bot = Discord(server.token, SmallNotes(), api=server.api, timeout=1.0)
        bot._offering._retry = (0.3,)
        await server.fault(Fault("PUT .*", "limited", seconds=2.0, everywhere=True))
        await bot.offer(COMMANDS)
        task = asyncio.create_task(bot.run(SmallAnswers()))
        await until(lambda: "not offered yet" in bot.standing.detail, task, within=5)
        await until(lambda: bool(bot._offering._known), task)
        await stopped(task)
        await bot.close()


@pytest.mark.parametrize(
    "then",
    [
        Fault(POST, "limited", seconds=100.0),
        Fault(POST, "status before", status=403),
        Fault(POST, "status before", status=401),
        Fault(POST, "garbage", status=429),
    ],
)
async def test_what_follows_a_post_that_may_be_kept_does_not_undo_it(tmp_path: Path, then: Fault) -> None:
    async with poster(tmp_path) as play:
        await play.server.fault(Fault(POST, "status after", status=502))
        await play.server.fault(then)
        with pytest.raises(PostError, match="Nobody knows"):
            await play.bot.post(play.place, PLAIN, KEY)
        assert len(await play.server.messages(play.room)) == 1


async def test_what_was_deleted_unheard_is_deleted(tmp_path: Path) -> None:
    async with poster(tmp_path) as play:
        message = await play.bot.post(play.place, PLAIN, KEY)
        await play.server.fault(Fault("DELETE .*", "status after", status=502))
        await play.bot.delete(play.place, message)
        assert await play.server.messages(play.room) == []


@pytest.mark.parametrize(
    ("fault", "meant"),
    [
        (Fault("(POST|DELETE) .*", "status before", status=404), Later),
        (Fault("(POST|DELETE) .*", "status before", status=403), Later),
        (Fault("(POST|DELETE) .*", "garbage", status=404), Later),
        (Fault("(POST|DELETE) .*", "garbage", status=403), Later),
        (Fault("(POST|DELETE) .*", "status before", status=401), Refused),
    ],
)
async def test_a_refusal_that_is_not_in_discords_words_is_not_final(
    tmp_path: Path, fault: Fault, meant: type[BriefingBotError]
) -> None:
    async with poster(tmp_path) as play:
        message = await play.bot.post(play.place, PLAIN, KEY)
        await play.server.fault(fault)
        with pytest.raises(meant):
            await play.bot.post(play.place, PLAIN, OTHER)
        await play.server.fault(fault)
        with pytest.raises(meant):
            await play.bot.delete(play.place, message)


async def test_what_was_answered_is_no_riddle_because_the_library_rests_afterwards(tmp_path: Path) -> None:
    async with poster(tmp_path, within=1.0) as play:
        first = await play.bot.post(play.place, PLAIN, KEY)
        room = await play.server.channel(play.guild, "another")
        await play.server.set(bucket=(1, 20.0))  # of each kind of request one, and then a long rest
        second = await play.bot.post(Place("discord", room), PLAIN, OTHER)
        assert [one["id"] for one in await play.server.messages(room)] == [second]
        await play.bot.edit(play.place, first, hand_made(text="Mended"))
        await play.bot.delete(play.place, first)
        assert await play.server.messages(play.room) == []


async def test_a_post_is_found_though_our_clock_is_minutes_ahead(tmp_path: Path) -> None:
    async with poster(tmp_path) as play:
        message = await play.bot.post(play.place, PLAIN, KEY)
        ahead = datetime.now(UTC) + timedelta(minutes=4)
        assert await play.bot.find(play.place, KEY, ahead) == Found(message)
        assert await play.bot.find(play.place, KEY, ahead, under="1") == Found(message)


async def test_a_place_is_strange_outside_our_servers_and_where_nobody_can_tell(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        server, ours = play.server, (play.guild,)
        other = await server.guild("Elsewhere")
        room = await server.channel(other, "lobby")
        rooms = {
            play.room: False,
            await server.thread(play.room, "about it"): False,
            room: True,
            await server.thread(room, "about that"): True,
            await server.dm(play.ada): False,
            "123": True,
            "newsroom": True,
        }
        signed_in = Discord(server.token, SmallNotes(), api=server.api, guilds=ours)
        everywhere = play.bot
        await until(lambda: everywhere.standing.detail.startswith("connected to 2"))
        asked = len(server.log("request"))
        assert not any([await everywhere.strange(Place("discord", one)) for one in rooms])
        assert len(server.log("request")) == asked
        assert {one: await signed_in.strange(Place("discord", one)) for one in rooms} == rooms

        play.bot._guilds = frozenset(ours)
        asked = len(server.log("request"))
        assert [await play.bot.strange(Place("discord", one)) for one in (play.room, room)] == [False, True]
        assert len(server.log("request")) == asked  # the gateway told where they are
        await server.fault(Fault("GET /channels/.*", "reset before", times=9))
        assert await signed_in.strange(play.place)
        await signed_in.close()
        assert await signed_in.strange(play.place)
