"""Slack over HTTP: the same answers through our own listener, and nothing else gets in."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.commands.base import Ask, Reply
from bot.platforms.slack.signature import PATH
from bot.platforms.slack.wire import Slack
from bot.platforms.web import Web
from tests.servers.slack.control import elements
from tests.wires.answers import COMMANDS, SmallAnswers
from tests.wires.slack_stage import Stage, bare, called, playing

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@asynccontextmanager
async def listening(tmp_path: Path, **words: Any) -> AsyncIterator[Stage]:
    """A stage whose bot is called by Slack."""
    async with playing(tmp_path, start=False, app_token=None, **words) as stage:
        await stage.start(connected=False)
        await stage.standing("on")
        web = Web("127.0.0.1", 0, stage.server.signing_secret, stage.bot.hear)
        await web.start()
        try:
            await stage.server.http_target(f"http://127.0.0.1:{web.port}{PATH}")
            yield stage
        finally:
            await web.stop()


async def test_over_http_everything_is_answered_as_over_the_socket(tmp_path: Path) -> None:
    async with listening(tmp_path) as stage:
        assert stage.bot.standing.detail == "taking requests over HTTP from Harbour desk as briefing"
        for command in COMMANDS:
            outcome = await stage.ask(command.name, command.example)
            assert (outcome.answers, outcome.response_type, outcome.uses) == (1, "ephemeral", ())
            assert bare(outcome.blocks) == bare(stage.drawn().body["blocks"])
        outcome = await stage.ask("impact")
        [select] = [part for part in elements(outcome.blocks) if part["type"] == "external_select"]
        found = await stage.server.options(select["action_id"], select["block_id"], "andrei", stage.ada, stage.room)
        assert [one["value"] for one in found] == ["lankov"]
        assert (await stage.press(outcome, "Share to channel")).words == "Shared in this channel."
        opened = await stage.press(outcome, "Report a problem")
        done = await stage.server.submit(opened, {"words": "Wrong."}, stage.ada)
        assert done.view
        assert "Thank you." in done.view.words
        assert (await stage.server.home(stage.ada)).blocks
        assert called(stage.server, "apps.connections.open") == 0


async def test_what_slack_asks_of_an_address_is_answered(tmp_path: Path) -> None:
    async with listening(tmp_path) as stage:
        told = await stage.server.url_verification()
        assert told.status == 200
        assert told.body
        assert (await stage.server.ssl_check()).status == 200
        outcome = await stage.server.tell("member_left_channel", user=stage.ada, channel=stage.room)
        assert outcome.deliveries == 1
        assert stage.answers.asked == []


async def test_what_is_not_slacks_is_not_answered(tmp_path: Path) -> None:
    async with listening(tmp_path) as stage:
        for told in (await stage.server.wrong_signature(), await stage.server.unsigned(), await stage.server.stale()):
            assert told.status == 401
        await stage.ask("impact")
        assert (await stage.server.replay()).status == 401
        assert (await stage.server.huge()).status == 413
        assert len(stage.answers.asked) == 1


async def test_a_body_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    async with listening(tmp_path) as stage:
        for body in ("payload={", "payload=[1]", "payload=", "", "a", "{", "[]", "payload=%22x%22"):
            told = await stage.server.signed(body)
            assert told.status in (200, 400), body
        assert (await stage.ask("impact")).answers == 1


async def test_before_and_after_it_runs_slack_is_told_to_come_later() -> None:
    bot = Slack("xoxb-" + "x", app_token=None, api="http://127.0.0.1:1/api/", guarded=lambda _: False)
    assert (await bot.hear(FORM, "command=/impact")).status == 503
    await bot.close()


@dataclass
class Ready(SmallAnswers):
    """Answers that are there already: what is measured is the wire."""

    replies: dict[str, Reply] = field(default_factory=dict)

    async def answer(self, ask: Ask) -> Reply:
        return self.replies.get(ask.command) or self.replies.setdefault(ask.command, Reply(self.message(ask)))


async def test_an_answer_costs_hardly_more_than_a_bare_handler_that_sends_the_same(tmp_path: Path) -> None:
    async with listening(tmp_path) as stage:
        stage.bot._asking._answers = Ready()  # type: ignore[union-attr]
        fields = {
            "team_id": stage.server.team_id,
            "channel_id": stage.room,
            "user_id": stage.ada,
            "user_name": "ada",
            "command": "/impact",
            "text": "",
            "response_url": f"{stage.server.api}x",
            "trigger_id": "1.2.3",
        }
        body = urlencode(fields)
        same = (await stage.bot.hear(FORM, body)).body
        handler = bare_handler(stage, same)

        async def ours() -> None:
            assert (await stage.bot.hear(FORM, body)).body == same

        async def theirs() -> None:
            assert (await handler.async_dispatch(AsyncBoltRequest(body=body, headers=dict(FORM)))).body == same

        ratios = sorted([await cost(ours) / await cost(theirs) for _ in range(7)])
        assert ratios[3] <= 1.25, ratios


def bare_handler(stage: Stage, same: str) -> AsyncApp:
    """A Bolt app as its documentation begins, which says what it was given."""
    client = AsyncWebClient(token="xoxb-" + "bare")
    who = {
        "ok": True,
        "user_id": "U9",
        "team_id": stage.server.team_id,
        "bot_id": "B1",
        "url": "",
        "team": "",
        "user": "",
    }
    app = AsyncApp(client=client, process_before_response=True, request_verification_enabled=False, name="bare")
    for middleware in app._async_middleware_list:
        if hasattr(middleware, "auth_test_result"):
            middleware.auth_test_result = AsyncSlackResponse(
                client=client, http_verb="POST", api_url="", req_args={}, data=who, headers={}, status_code=200
            )
    said = json.loads(same)

    @app.command("/impact")
    async def impact(ack: Any) -> None:
        await ack(said)

    return app


async def cost(work: Any) -> float:
    """CPU seconds of a hundred."""
    since = time.process_time()
    for _ in range(100):
        await work()
    await asyncio.sleep(0)
    return time.process_time() - since
