"""The connection to Discord: lost in every way there is, and back soon; or off for good, and said so."""

import asyncio
import contextlib
import logging
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import discord
import pytest
import yarl
from aiohttp import web

from bot.errors import Later
from bot.platforms.base import Health, key_of
from bot.platforms.discord.wire import Discord
from bot.platforms.discord.wire.faults import ENDPOINT, OFF, UNAUTHORIZED
from bot.platforms.discord.wire.shard import STEADY
from tests.servers.discord.control import DiscordServer
from tests.servers.faults import Fault
from tests.wires.answers import COMMANDS, SmallAnswers, SmallNotes
from tests.wires.discord_stage import Stage, hand_made, server_of, stage, stopped, until

Break = Callable[[DiscordServer], Awaitable[None]]


async def answered_again(play: Stage, broken: Break) -> float:
    """Seconds from the moment it broke until a question is answered; the operator was told in between."""
    seen: list[Health] = []
    watching = asyncio.create_task(_watch(play.bot, seen))
    began = time.monotonic()
    await broken(play.server)
    await until(lambda: any(one.state == "trouble" for one in seen), within=30)
    await play.server.connected(within=60)
    outcome = await play.ask("impact")
    took = time.monotonic() - began
    await stopped(watching)
    assert outcome.answers == 1
    told = next(one for one in seen if one.state == "trouble")
    assert told.detail.startswith("reconnecting: ")
    assert told.since is not None
    await until(lambda: play.bot.standing.state == "on")
    return took


async def _watch(bot: Discord, seen: list[Health]) -> None:
    while True:
        if not seen or bot.standing != seen[-1]:
            seen.append(bot.standing)
        await asyncio.sleep(0.002)


async def test_after_every_kind_of_end_it_answers_again_within_ten_seconds(tmp_path: Path) -> None:
    ends: dict[str, Break] = {
        "op 7": lambda server: server.op7(),
        "op 9, to be resumed": lambda server: server.op9(resumable=True),
        "a close": lambda server: server.close(4000),
        "a clean close": lambda server: server.close(1000),
        "a reset": lambda server: server.reset(),
        "op 9": lambda server: server.op9(resumable=False),
    }
    async with stage(tmp_path) as play:
        for name, end in ends.items():
            assert await answered_again(play, end) < 10, name
        sessions = await play.server.sessions()
        assert len(sessions) == 2  # only the invalid session was begun anew
        assert sum(one["resumed"] for one in sessions) == 5
        beating = [one for one in threading.enumerate() if one.name.startswith("keep-alive")]
        await until(lambda: len([one for one in beating if one.is_alive()]) == 1)


async def test_after_four_seconds_of_nothing_it_answers_within_ten(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert await answered_again(play, lambda server: server.gone(4.0)) < 14


async def test_a_connection_that_is_open_and_dead_is_noticed(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert play.bot._gateway is not None
        line = play.bot._gateway._shards[0]._socket
        assert line is not None
        # With Discord's own heartbeat: longer than the quiet between two of them, and well below 75 seconds.
        assert 41.25 + 10 < line.silence < 60
        await play.stop()
        await play.server.set(heartbeat=0.2)
        await play.start()
        assert await answered_again(play, lambda server: server.half_open()) < 10
        assert await answered_again(play, lambda server: server.mute_acks()) < 10


async def test_where_sessions_are_taken_up_may_be_dead_while_all_else_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.discord.wire.shard.GREETING", 1.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # and accepts nobody
        async with server_of(tmp_path) as server:
            await server.guild("Harbour desk")
            await server.set(resume_url=f"ws://127.0.0.1:{silent.getsockname()[1]}/")
            bot = Discord(server.token, SmallNotes(), api=server.api)
            task = asyncio.create_task(bot.run(SmallAnswers()))
            await until(lambda: bot.standing.state == "on", task)
            await server.reset()
            await until(lambda: bot.standing.state == "trouble", task)
            await until(lambda: bot.standing.state == "on", task, within=8)
            assert [one["connected"] for one in await server.sessions()] == [False, True]
            await stopped(task)
            await bot.close()


async def test_a_server_that_asks_to_reconnect_and_falls_silent_is_not_waited_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert await answered_again(play, lambda server: server.op7(deaf=True)) < 10


async def test_a_bot_that_was_thrown_out_everywhere_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.server.remove_bot(play.guild)
        await until(lambda: play.bot.standing.state == "trouble")
        assert "in no server" in play.bot.standing.detail
        assert "doctor" in play.bot.standing.detail
        await play.server.guild("Another desk")
        await until(lambda: play.bot.standing == Health("on", "connected to 1 server as TestBot"))


async def test_a_pause_asked_for_at_the_sign_in_is_told_and_kept_for_an_hour_at_most(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with server_of(tmp_path) as server:
        await server.fault(Fault("GET /users/@me", "limited", seconds=1e7))
        bot = Discord(server.token, SmallNotes(), api=server.api)
        task = asyncio.create_task(bot.run(SmallAnswers()))
        await until(lambda: "signing in again" in caplog.text, task)
        assert bot.standing.detail == "connecting: Discord asks for a pause of 10,000,000 seconds."
        assert "signing in again in 3600.0 seconds" in caplog.text
        await stopped(task)
        await bot.close()


async def test_an_app_whose_questions_go_elsewhere_is_not_well(tmp_path: Path) -> None:
    async with server_of(tmp_path) as server:
        await server.guild("Harbour desk")
        await server.set(endpoint_url="https://other.example/interactions")
        bot = Discord(server.token, SmallNotes(), api=server.api)
        task = asyncio.create_task(bot.run(SmallAnswers()))
        await until(lambda: bot.standing == Health("trouble", ENDPOINT), task)
        await stopped(task)
        await bot.close()


async def test_each_shard_comes_back_by_itself(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.stop()
        await play.server.set(shards=2)
        await play.start()
        assert play.bot._gateway is not None
        line = play.bot._gateway._shards[1]._socket
        assert line is not None
        await line.socket.close(code=4000)
        await until(lambda: play.bot.standing.detail.startswith("1 of 2 shards reconnecting: "))
        await until(lambda: play.bot.standing.state == "on")
        assert (await play.ask("impact")).answers == 1
        assert sorted(one["resumed"] for one in await play.server.sessions() if one["shard"][1] == 2) == [0, 1]


async def test_a_question_asked_while_it_was_away_is_answered(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.server.reset()
        await play.server.disconnected()
        asked = await play.server.slash_nowait(play.guild, play.room, play.ada, "impact")
        outcome = await play.server.outcome(asked)
        assert (outcome.sent, outcome.answers) == ("waiting", 1)


async def test_it_starts_before_discord_is_there(tmp_path: Path) -> None:
    async with server_of(tmp_path) as server:
        await server.guild("Harbour desk")
        await server.gone(1.0)
        bot = Discord(server.token, SmallNotes(), api=server.api)
        assert bot.standing == Health("off", "not connected")
        await bot.offer(COMMANDS)
        task = asyncio.create_task(bot.run(SmallAnswers()))
        await until(lambda: bot.standing.state == "trouble")
        assert bot.standing.detail.startswith("connecting: ")
        assert bot.standing.since is not None
        await until(lambda: bot.standing.state == "on", task)
        await until(lambda: bool(bot._offering._known), task)
        assert await server.syncs() == 1
        await stopped(task)
        assert bot.standing.state == "off"
        await bot.close()


@pytest.mark.parametrize("code", [4004, 4014])
async def test_what_waiting_cannot_mend_is_told_and_ends_it(tmp_path: Path, code: int) -> None:
    async with stage(tmp_path) as play:
        task = play._task
        assert task is not None
        await play.server.close(code)
        await asyncio.wait_for(task, 10)
        assert play.bot.standing == Health("trouble", OFF[code])
        assert len(await play.server.sessions()) == 1
        # What needs no gateway goes on.
        await play.bot.post(play.place, hand_made(), key_of("a"))


async def test_a_wrong_token_is_told_without_the_token_and_ends_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "canary-" + "of-the-tests"
    caplog.set_level(logging.DEBUG)
    logging.getLogger("discord").setLevel(logging.DEBUG)
    async with server_of(tmp_path) as server:
        bot = Discord(canary, SmallNotes(), api=server.api)
        await asyncio.wait_for(bot.run(SmallAnswers()), 10)
        assert bot.standing == Health("trouble", UNAUTHORIZED)
        assert "DISCORD_TOKEN" in bot.standing.detail
        assert canary not in caplog.text + repr(bot) + repr(bot._account) + repr(vars(bot))
        assert len(server.log("request")) == 1
        await bot.close()


async def test_no_token_is_ever_in_a_log_or_a_repr(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with stage(tmp_path) as play:
        asked = await play.ask("timeline")
        await play.server.fault(Fault(r"POST /interactions/.*", "status before", status=400))
        await play.server.slash(play.guild, play.room, play.ada, "impact", within=0.2)
        await play.bot.post(play.place, hand_made(), key_of("a"))
        await play.server.fault(Fault(r"POST /channels/.*", "reset before"))
        with pytest.raises(Exception, match="Nobody knows"):
            await play.bot.post(play.place, hand_made(), key_of("b"))
        await play.server.reset()
        await play.server.connected()
        assert "was not answered" in caplog.text
        for secret in (play.server.token, asked.token):
            assert secret not in caplog.text
            assert secret not in repr(play.bot) + repr(vars(play.bot)) + repr(vars(play.bot._account)["_client"])


async def test_an_outage_is_waited_for_ever_more_patiently_and_never_longer_than_half_a_minute(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bot = Discord("test-token", SmallNotes(), api=f"http://127.0.0.1:{free.getsockname()[1]}/api/v10")
        task = asyncio.create_task(bot.run(SmallAnswers()))
        await until(lambda: caplog.text.count("signing in again") == 2, task)
        await stopped(task)
        await bot.close()
    assert "refused" in bot.standing.detail


async def test_a_message_that_cannot_be_read_costs_no_connection(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage(tmp_path) as play:
        client = await play.bot._account.client()

        def unreadable(_: object) -> None:
            raise KeyError("planned")

        usual, client._connection.parsers["GUILD_CREATE"] = client._connection.parsers["GUILD_CREATE"], unreadable
        other = await play.server.guild("Unreadable")
        await until(lambda: "could not be read" in caplog.text)
        client._connection.parsers["GUILD_CREATE"] = usual
        assert other
        assert (await play.ask("impact")).answers == 1
        assert (await play.server.sessions())[0]["resumed"] == 0


async def test_a_bot_in_too_many_servers_asks_for_more_shards_and_goes_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.server.set(shards=2)
        await play.server.close(4011)
        await play.server.connected()
        await until(lambda: play.bot.standing.state == "on", play._task)
        assert (await play.ask("impact")).answers == 1
        assert [one["shard"] for one in await play.server.sessions() if one["connected"]] == [[0, 2], [1, 2]]


async def test_a_connection_that_does_not_last_is_not_tried_again_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage(tmp_path) as play:
        assert play.bot._gateway is not None
        (shard,) = play.bot._gateway._shards
        for short in (True, True, True, False):
            if not short:
                shard._up_at -= STEADY
            await play.server.reset()
            await play.server.connected()
            await until(lambda: play.bot.standing.state == "on")
        waits = [float(one) for one in re.findall(r"connects again in ([\d.]+) seconds", caplog.text)]
        assert [wait >= least for wait, least in zip(waits[:3], (0.5, 1, 2), strict=True)] == [True] * 3
        assert waits[3] <= 1


async def test_first_words_that_are_not_discords_are_a_lost_connection(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def hello(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str("no JSON")
        await socket.close()
        return socket

    async with stage(tmp_path) as play, small(hello) as there:
        assert play.bot._gateway is not None
        (shard,) = play.bot._gateway._shards
        usual, shard._url = shard._url, yarl.URL(there)
        await play.server.op9(resumable=False)
        await until(lambda: "first message could not be read" in caplog.text, play._task)
        assert play.bot.standing.state == "trouble"
        shard._url = usual
        await play.server.connected()
        assert (await play.ask("impact")).answers == 1


async def test_a_way_that_cannot_be_read_is_asked_for_again(tmp_path: Path) -> None:
    async def way(_: web.Request) -> web.Response:
        return web.json_response({"shards": 1, "url": "wss://gateway.example", "session_start_limit": {}})

    async with server_of(tmp_path) as server, small(way) as there:
        bot = Discord(server.token, SmallNotes(), api=server.api)
        await bot._account.client()
        discord.http.Route.BASE = there
        with pytest.raises(Later, match="could not be read"):
            await bot._account.way()
        assert (await bot.health()).state == "trouble"
        discord.http.Route.BASE = server.api
        await bot._account.way()
        await bot.close()


@contextlib.asynccontextmanager
async def small(says: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A server that says this to everything; its address."""
    app = web.Application()
    app.router.add_get("/{path:.*}", says)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
