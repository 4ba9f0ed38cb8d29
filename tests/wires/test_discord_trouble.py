"""What goes wrong while an answer is sent: there is one all the same, and few words of it in the log."""

import asyncio
import logging
from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import Later
from bot.platforms.base import key_of
from bot.platforms.discord.wire.faults import unanswered
from bot.platforms.discord.wire.sending import NotTaken
from tests.servers.faults import Fault, Kind
from tests.wires.discord_stage import hand_made, stage, until

CALLBACK = r"POST /interactions/.*"


@pytest.mark.parametrize(
    ("fault", "answers", "logged"),
    [
        (Fault(CALLBACK, "status before", status=503), 1, ""),
        (Fault(CALLBACK, "status after", status=502), 1, ""),
        (Fault(CALLBACK, "status before", status=500, times=2), 0, "Discord answered 500"),
        (Fault(CALLBACK, "reset before"), 1, ""),
        (Fault(CALLBACK, "reset after"), 1, ""),
        (Fault(CALLBACK, "reset before", times=2), 0, "the connection was lost"),
        (Fault(CALLBACK, "garbage", status=502), 1, ""),
        (Fault(CALLBACK, "limited", seconds=0.3), 1, ""),
        (Fault(CALLBACK, "limited", seconds=30.0), 0, "Discord answered 429"),
    ],
)
async def test_a_fault_of_discords_is_one_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: Fault, answers: int, logged: str
) -> None:
    async with stage(tmp_path) as play:
        await play.server.fault(fault)
        outcome = await play.ask("impact", within=0.8)
        assert outcome.answers == answers
        assert (await play.ask("sources")).answers == 1
        await until(lambda: len([one for one in caplog.records if one.levelno >= logging.WARNING]) == bool(logged))
        lines = [one for one in caplog.records if one.levelno >= logging.WARNING]
        assert not any(one.exc_info for one in lines)
        assert all(logged in one.message for one in lines)


async def test_what_is_typed_is_answered_once_and_leaves_nothing_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage(tmp_path) as play:
        for text in ("l", "la", "lan"):
            assert await play.server.autocomplete(play.guild, play.room, play.ada, "impact", text) != []
        (await play.bot._account.client()).tree.remove_command("impact")
        assert await play.server.autocomplete(play.guild, play.room, play.ada, "impact", "lank") != []
        await play.ask("sources")  # by then, a second answer to what was typed would have come
        assert [one["type"] for one in play.server.log("callback")] == [8, 8, 8, 8, 4]
        assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_a_promise_that_was_taken_unheard_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with stage(tmp_path, patience=0.1) as play:
        play.answers.slow = 0.3
        kinds: tuple[Kind, ...] = ("reset after", "status after")
        for kind in kinds:
            await play.server.fault(Fault(CALLBACK, kind))
            outcome = await play.ask("impact")
            assert [(one.type, one.code) for one in outcome.callbacks] == [(5, None), (5, 40060)]
            assert outcome.embeds[0]["description"] == play.drawn()["embeds"][0]["description"]
        assert "was not answered" not in caplog.text


async def test_a_limit_on_answers_is_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with stage(tmp_path, patience=0.1) as play:
        await play.server.fault(Fault(CALLBACK, "limited", seconds=0.8))
        assert (await play.ask("impact")).answers == 1
        play.answers.slow = 0.2
        await play.server.fault(Fault(CALLBACK, "limited", seconds=0.8))
        await play.server.fault(Fault("PATCH /webhooks/.*", "limited", seconds=0.8))
        outcome = await play.ask("impact")
        assert outcome.embeds[0]["description"] == play.drawn()["embeds"][0]["description"]
        assert "was not answered" not in caplog.text


async def test_an_answer_never_follows_a_way_to_elsewhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    followed: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        followed.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with stage(tmp_path) as play:
            play.bot._account._mouth.api = f"http://127.0.0.1:{runner.addresses[0][1]}"
            await play.server.slash_nowait(play.guild, play.room, play.ada, "impact")
            await until(lambda: "Discord answered 307" in caplog.text)
            assert len(followed) == 1
    finally:
        await runner.cleanup()


async def test_who_asked_just_before_the_end_is_answered(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with stage(tmp_path) as play:
        play.answers.slow = 0.5
        asked = await play.server.slash_nowait(play.guild, play.room, play.ada, "impact")
        await until(lambda: play.answers.asked)
        await play.stop()
        assert (await play.server.outcome(asked)).answers == 1
        assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []

        before = len(play.server.log("request"))
        with pytest.raises(Later, match="stopping"):
            await play.bot.post(play.place, hand_made(), key_of("a"))
        assert len(play.server.log("request")) == before


async def test_what_is_posted_while_it_stops_was_not_done(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        calls = play.bot._posting._calls
        client = await calls.client()
        await play.bot.close()

        async def signed_in() -> object:
            return client

        calls.client = signed_in  # type: ignore[assignment]  # it was signed in a moment ago
        with pytest.raises(Later, match="stopping"):
            await play.bot.post(play.place, hand_made(), key_of("a"))
        assert await asyncio.wait_for(play.bot.strange(play.place), 5) is False


@pytest.mark.parametrize(
    ("status", "code", "traced"),
    [(503, 130000, False), (500, 0, False), (401, 0, False), (404, 10062, False), (429, 0, False), (400, 50035, True)],
)
def test_only_a_fault_of_our_own_leaves_a_traceback(
    caplog: pytest.LogCaptureFixture, status: int, code: int, traced: bool
) -> None:
    unanswered("/impact", NotTaken(status, code))
    (line,) = caplog.records
    assert bool(line.exc_info) == traced
    assert "/impact was not answered" in line.getMessage()
