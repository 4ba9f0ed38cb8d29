"""Slack's Socket Mode: whatever happens to the connection, the bot is there again, and nobody is answered twice."""

import asyncio
import gc
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from aiohttp import web

from bot.platforms.slack.wire import Slack, Timings
from tests.servers.faults import Fault, Kind
from tests.servers.slack.control import SlackServer
from tests.wires.answers import SmallAnswers
from tests.wires.slack_stage import QUICK, Stage, called, logged, playing, serving, until


async def again(stage: Stage, connections: int = 2) -> None:
    """Asked after whatever happened, the bot answers, once, on a new connection."""
    await stage.server.connected(ever=connections)
    await stage.standing("on")
    outcome = await stage.ask("impact")
    assert (outcome.in_time, outcome.answers, outcome.error) == (True, 1, None)


async def test_it_says_to_whom_it_is_connected(tmp_path: Path) -> None:
    async with playing(tmp_path, start=False) as stage:
        bot = Slack("xoxb-" + "x", app_token="xapp-" + "x", api=stage.server.api, guarded=lambda _: False)
        assert bot.standing.state == "off"
        assert "xapp" not in repr(bot)
        assert "xoxb" not in repr(bot)
        await bot.close()
        with logged() as lines:
            await stage.start()
        assert stage.bot.standing.detail == "connected to Harbour desk as briefing"
        assert any(line.endswith("slack: connected to Harbour desk as briefing") for line in lines)
        assert await stage.bot.health() == stage.bot.standing


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_when_slack_renews_the_connection_the_new_one_comes_before_the_old_ends(
    tmp_path: Path, reason: Literal["warning", "refresh_requested"]
) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.set(grace=0.5)
        await stage.server.disconnect(reason)
        await again(stage)
        await until(lambda: [one for one in stage.server.log("connection") if one["state"] == "gone"])
        states = [(one["id"], one["state"]) for one in stage.server.log("connection")]
        assert states.index((2, "open")) < states.index((1, "gone"))
        assert called(stage.server, "apps.connections.open") == 2
        assert stage.bot.standing.state == "on"


async def test_what_is_under_way_on_the_old_connection_is_still_answered_on_it(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        stage.answers.slow = 0.2
        asked = await stage.server.command_nowait(stage.ada, stage.room, "/impact")
        await stage.server.disconnect("warning")
        outcome = await stage.server.outcome(asked)
        assert (outcome.deliveries, outcome.answers, outcome.acks[0]["connection"]) == (1, 1, "connection 1")


async def test_after_a_lost_connection_it_answers_again_at_once(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.reset()
        await again(stage, 2)
        await stage.server.close()
        await again(stage, 3)
        await stage.server.disconnect("link_disabled")
        await again(stage, 4)


async def test_an_envelope_that_nobody_acknowledged_is_answered_on_the_next_connection(tmp_path: Path) -> None:
    async with playing(tmp_path, timings=replace(QUICK, ack=1.0)) as stage:
        stage.answers.slow = 0.3
        asked = await stage.server.command_nowait(stage.ada, stage.room, "/impact")
        await until(lambda: stage.answers.asked)
        await stage.server.reset()
        outcome = await stage.server.outcome(asked)
        assert (outcome.deliveries, outcome.answers, outcome.in_time) == (2, 1, True)


async def test_silence_is_noticed_told_and_ended(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        with logged() as lines:
            await stage.server.silence()
            seconds = await until(lambda: any("nothing was heard on the socket any more" in line for line in lines))
        assert seconds >= QUICK.silence / 2
        await again(stage)


async def test_silence_would_last_if_nobody_listened_for_it(tmp_path: Path) -> None:
    async with playing(tmp_path, timings=replace(QUICK, silence=600.0)) as stage:
        await stage.server.silence()
        await asyncio.sleep(QUICK.silence * 1.5)
        assert stage.bot.standing.state == "on"
        assert len(await stage.server.connections()) == 1


def test_silence_is_noticed_within_half_a_minute_where_nothing_else_is_asked_for() -> None:
    assert Timings().silence <= 25.0
    assert Timings().longest_pause <= 30.0


async def test_a_quiet_socket_that_answers_pings_is_well(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await asyncio.sleep(QUICK.silence * 1.5)
        assert len(await stage.server.connections()) == 1
        assert stage.bot.standing.state == "on"


async def test_a_pause_asked_for_at_the_start_is_kept(tmp_path: Path) -> None:
    async with playing(tmp_path, start=False) as stage:
        await stage.server.fault(Fault("auth.test", "limited", seconds=7))
        with logged() as lines:
            await stage.start(connected=False)
            await until(lambda: any("trying again in 7.0 seconds" in line for line in lines))


async def test_after_four_seconds_without_slack_it_answers_within_ten(tmp_path: Path) -> None:
    async with playing(tmp_path, timings=Timings()) as stage:
        loop = asyncio.get_running_loop()
        since = loop.time()
        await stage.server.gone(4.0)
        await stage.standing("trouble")
        assert stage.bot.standing.detail.startswith("reconnecting: ")
        assert stage.bot.standing.since is not None
        await again(stage)
        assert loop.time() - since <= 14.0
        assert called(stage.server, "apps.connections.open") == 2


async def test_while_connections_are_refused_it_tries_with_growing_pauses(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.refuse(1.2)
        await stage.server.reset()
        await stage.standing("trouble", "internal_error")
        await again(stage)
        assert 3 <= called(stage.server, "apps.connections.open") <= 12


async def test_a_pause_that_slack_asks_for_is_kept(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.fault(Fault("apps.connections.open", "limited", seconds=1))
        await stage.server.reset()
        await again(stage)
        tried = [one["at"] for one in stage.server.log("request") if one["method"] == "apps.connections.open"]
        assert tried[-1] - tried[-2] >= 1.0


async def test_whatever_stands_there_instead_of_an_address_is_survived(tmp_path: Path) -> None:
    kinds: tuple[Kind, ...] = ("status before", "garbage", "reset before")
    async with playing(tmp_path) as stage:
        for number, kind in enumerate(kinds, 2):
            await stage.server.fault(Fault("apps.connections.open", kind, status=503, times=2))
            await stage.server.reset()
            await again(stage, number)


async def test_many_losses_leave_nothing_behind(tmp_path: Path) -> None:
    async with playing(tmp_path, timings=replace(QUICK, linger=0.2)) as stage:
        for number in range(2, 12):
            await (stage.server.reset() if number % 2 else stage.server.disconnect("refresh_requested"))
            await again(stage, number)
        await until(lambda: len([one for one in stage.server.log("connection") if one["state"] == "gone"]) == 10)
        await asyncio.sleep(0)
        gc.collect()
        mine = [task for task in asyncio.all_tasks() if "socket" in repr(task.get_coro())]
        assert len(mine) <= 3, mine


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"app_token": "xapp-" + "wrong"}, "Slack does not take SLACK_APP_TOKEN (invalid_auth)."),
        ({"app_token": None}, "SLACK_APP_TOKEN is a token of another kind. Set an app-level token (xapp-)."),
    ],
)
async def test_a_wrong_app_token_ends_it_with_one_sentence(
    tmp_path: Path, made: dict[str, str | None], said: str
) -> None:
    async with playing(tmp_path, start=False) as stage:
        stage.words["app_token"] = made["app_token"] or stage.server.bot_token
        await stage.start(connected=False)
        assert stage.running
        await asyncio.wait_for(stage.running, 5)
        assert stage.bot.standing.state == "trouble"
        assert stage.bot.standing.detail.startswith(said)
        assert called(stage.server, "apps.connections.open") == 1


async def test_an_app_token_without_its_scope_is_told(tmp_path: Path) -> None:
    async with playing(tmp_path, start=False) as stage:
        await stage.server.refuse(60.0, "missing_scope")
        await stage.start(connected=False)
        assert stage.running
        await asyncio.wait_for(stage.running, 5)
        assert stage.bot.standing.detail.startswith("SLACK_APP_TOKEN lacks the scope")


@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "token_revoked"])
async def test_a_wrong_bot_token_ends_it_with_one_sentence(
    tmp_path: Path, error: Literal["invalid_auth", "account_inactive", "token_revoked"]
) -> None:
    async with playing(tmp_path, start=False) as stage:
        await stage.server.revoke(error)
        await stage.start(connected=False)
        assert stage.running
        await asyncio.wait_for(stage.running, 5)
        assert stage.bot.standing.detail.startswith(f"Slack does not take SLACK_BOT_TOKEN ({error}).")
        assert called(stage.server, "auth.test") == 1


async def test_where_nobody_listens_it_keeps_trying_and_says_so() -> None:
    bot = Slack(
        "xoxb-" + "x",
        app_token="xapp-" + "x",
        api="http://127.0.0.1:1/api/",
        guarded=lambda _: False,
        timings=QUICK,
    )
    with logged() as lines:
        running = asyncio.create_task(bot.run(SmallAnswers()))
        await until(lambda: sum("slack: not connected: Slack cannot be reached" in line for line in lines) >= 3)
        assert bot.standing.state == "trouble"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await bot.close()


async def test_it_can_be_run_again_after_it_was_stopped(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        assert stage.running
        stage.running.cancel()
        await asyncio.gather(stage.running, return_exceptions=True)
        stage.running = asyncio.create_task(stage.bot.run(stage.answers))
        await again(stage)


GOODBYE = '{"type": "disconnect", "reason": "link_disabled"}'


@pytest.mark.parametrize("said", ["not JSON", GOODBYE])
async def test_a_connection_without_a_greeting_is_given_up(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr("bot.platforms.slack.wire.socket.GREETING", 0.1)
    met: list[web.WebSocketResponse] = []
    there: set[web.WebSocketResponse] = set()

    async def method(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": f"http://{request.host}/link"})

    async def link(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        met.append(ws)
        there.add(ws)
        await ws.send_str(said)
        await ws.receive()
        there.discard(ws)
        return ws

    async with serving(web.post("/api/{method}", method), web.get("/link", link)) as api:
        timings = replace(QUICK, longest_pause=0.1, linger=30.0)
        bot = Slack("xoxb-" + "x", app_token="xapp-" + "x", api=api, guarded=lambda _: False, timings=timings)
        running = asyncio.create_task(bot.run(SmallAnswers()))
        await until(lambda: len(met) >= 6)
        assert bot.standing.state == "trouble"
        assert len(there) <= 2
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await bot.close()


async def test_where_each_connection_ends_soon_the_pauses_grow(tmp_path: Path) -> None:
    async with playing(tmp_path, timings=replace(QUICK, steady=5.0, longest_pause=2.0)) as stage:
        for number in range(1, 11):
            await stage.server.connected(ever=number)
            await stage.server.disconnect("link_disabled")
        await stage.server.connected(ever=11)
        tried = [one["at"] for one in stage.server.log("request") if one["method"] == "apps.connections.open"]
        assert tried[-1] - tried[-2] >= 0.6


async def test_what_nobody_listens_for_is_acknowledged(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.server.tell("member_left_channel", user=stage.ada, channel=stage.room)
        assert len(outcome.acks) == 1
        assert (await stage.ask("impact")).answers == 1


async def test_another_slack_on_the_same_address_is_not_ours(tmp_path: Path) -> None:
    async with SlackServer.start(tmp_path) as server:
        bot = Slack("xoxb-" + "theirs", app_token=server.app_token, api=server.api, guarded=lambda _: False)
        await asyncio.wait_for(bot.run(SmallAnswers()), 5)
        assert bot.standing.state == "trouble"
        await bot.close()
