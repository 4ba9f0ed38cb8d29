"""The Slack server against unmodified slack-bolt: the same answers in Socket Mode and over HTTP.

Sockets that fail, the Web API and Block Kit's limits are tested beside the server, in tests/servers/slack.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.apps import MODAL, answered, newsroom, on_http, on_sockets, plain
from tests.servers.slack.control import Posted, SlackServer, Told, Wrong, action_id_of

JSON = dict[str, Any]


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[SlackServer]:
    async with SlackServer.start(tmp_path) as server:
        yield server


BOTH = pytest.mark.parametrize("connected", [on_sockets, on_http])


# ---------------------------------------------------------------------- both ways


@BOTH
async def test_a_command_is_answered_by_its_ack(slack: SlackServer, connected: Any) -> None:
    room, ada = await newsroom(slack)
    async with connected(slack):
        private = await slack.command(ada, room, "/impact", "lankov")
        public = await slack.command(ada, room, "/impact", "share")
    assert (private.in_time, private.answers, private.error) == (True, 1, None)
    assert (private.response_type, private.text) == ("ephemeral", "You asked: lankov")
    assert private.words.startswith("*Impact*\nNext")
    assert public.response_type == "in_channel"
    assert [message.text for message in await slack.messages(room)] == ["You asked: share"]
    assert [message.text for message in await slack.ephemerals(room, ada)] == ["You asked: lankov"]


@BOTH
async def test_an_answer_after_three_seconds_is_shown_to_nobody(slack: SlackServer, connected: Any) -> None:
    room, ada = await newsroom(slack)
    await slack.set(ack_within=0.2)
    async with connected(slack):
        late = await slack.command(ada, room, "/impact", "slow")
        assert (late.error, late.answers, late.in_time) == ("operation_timeout", 0, False)
        late = await slack.outcome(late, acks=1, within=1.0)
    assert late.answers == 0
    assert await slack.ephemerals(room, ada) == []


@BOTH
async def test_an_answer_slack_refuses_is_an_error_to_the_person(slack: SlackServer, connected: Any) -> None:
    room, ada = await newsroom(slack)
    async with connected(slack):
        outcome = await slack.command(ada, room, "/broken")
    assert (outcome.error, outcome.answers) == ("invalid_blocks", 0)
    assert outcome.refusals == ("must be less than 151 characters [json-pointer:/blocks/0/text/text]",)


@BOTH
async def test_buttons_and_selects(slack: SlackServer, connected: Any) -> None:
    room, ada = await newsroom(slack)
    async with connected(slack):
        private = await slack.command(ada, room, "/impact", "lankov")
        chosen = await slack.outcome(await slack.pick(private, "choose", "two", ada), answers=1)
        assert chosen.text == "chose two"
        assert chosen.ignored == ({"text": "nobody sees this"},), "the ack of a button is not a message"
        turned = await slack.outcome(await slack.press(private, action_id_of(private, "Next"), ada), answers=1)
        assert (turned.text, turned.answers) == ("page 2, message told: False", 1)
        assert [message.text for message in await slack.ephemerals(room, ada)] == [turned.text, "chose two"]
        public = await slack.command(ada, room, "/impact", "share")
        turned = await slack.outcome(await slack.press(public, 0, ada), answers=1)
        assert turned.text == "page 2, message told: True"
        (kept,) = await slack.messages(room)
        assert (kept.text, kept.edits) == (turned.text, 1)
        with pytest.raises(Wrong, match="nothing here"):
            await slack.press(public, "next", ada)


@BOTH
async def test_an_external_select_asks_the_app(slack: SlackServer, connected: Any) -> None:
    room, ada = await newsroom(slack)
    async with connected(slack):
        asked = await slack.command(ada, room, "/impact", "lankov")
        block = str(asked.blocks[1]["block_id"])
        found = await slack.options("find", block, "kursk", ada, room, where=asked)
        assert [option["text"]["text"] for option in found] == ["kursk 0", "kursk 1"]
        with pytest.raises(Wrong, match="2 characters"):
            await slack.options("find", block, "k", ada, room, where=asked)
        with pytest.raises(Wrong, match="invalid_options"):
            await slack.options("find", block, "everything", ada, room, where=asked)
        picked = await slack.outcome(await slack.pick(asked, "find", "1", ada), answers=1)
        assert picked.message is None
        assert await slack.ephemerals(room, ada) == [], "the answer deleted its message"


@BOTH
async def test_a_modal_is_opened_corrected_and_sent(slack: SlackServer, connected: Any) -> None:
    room, ada = await newsroom(slack)
    async with connected(slack):
        opened = await slack.outcome(await slack.command(ada, room, "/report"), answers=1)
        (view,) = opened.views
        assert (view.title, view.user) == ("Report", ada)
        with pytest.raises(Wrong, match="submit without"):
            await slack.submit(view, {}, ada)
        with pytest.raises(Wrong, match="20 characters"):
            await slack.submit(view, {"why": "x" * 21}, ada)
        refused = await slack.submit(view, {"why": "short"}, ada)
        assert refused.view_errors == {"why": "Please say more."}
        pushed = await slack.submit(view, {"why": "more"}, ada)
        assert len(pushed.views) == 1
        updated = await slack.submit(view, {"why": "other"}, ada)
        assert updated.view is not None
        assert updated.view.title == "Once more"
        sent = await slack.submit(updated.view, {"why": "The date is wrong"}, ada)
        assert (sent.error, sent.view) == (None, None)
        with pytest.raises(Wrong, match="not open"):
            await slack.submit(view, {"why": "again"}, ada)
        again = await slack.outcome(await slack.command(ada, room, "/report"), answers=1)
        assert len((await slack.dismiss(again, ada)).acks) == 1


@BOTH
async def test_home_and_mentions(slack: SlackServer, connected: Any) -> None:
    room, ada = await newsroom(slack)
    async with connected(slack):
        view = await slack.home(ada)
        assert (view.type, view.words) == ("home", "Your briefings")
        told = await slack.tell("app_mention", user=ada, channel=room, text="hello")
        assert len(told.acks) == 1
        assert [message.text for message in await slack.messages(room, at_least=1)] == ["You called"]


@BOTH
async def test_a_response_url_works_five_times(slack: SlackServer, connected: Any) -> None:
    room, ada = await newsroom(slack)
    async with connected(slack):
        outcome = await slack.outcome(await slack.command(ada, room, "/quiet", "6"), answers=5)
        outcome = await slack.outcome(outcome, answers=6, within=0.3)
    assert [(use.status, use.error) for use in outcome.uses] == [(200, "")] * 5 + [(404, "used_url")]
    assert outcome.answers == 5
    assert len(await slack.ephemerals(room, ada)) == 5


# ---------------------------------------------------------------------- response URLs and triggers


async def test_a_response_url_is_checked_like_any_message(slack: SlackServer) -> None:
    room, ada = await newsroom(slack)
    async with on_sockets(slack):
        asked = await slack.command(ada, room, "/quiet", "0")
    assert await slack.respond(asked, {"text": ""}) == 400
    assert await slack.respond(asked, {"text": "x", "blocks": [{"type": "poem"}]}) == 400
    assert await slack.respond(asked, {"text": "x", "response_type": "in_channel"}) == 200
    await slack.advance(1801)
    assert await slack.respond(asked, {"text": "too late"}) == 404
    outcome = await slack.outcome(asked)
    assert [use.error for use in outcome.uses] == ["no_text", "invalid_blocks", "", "expired_url"]
    assert [message.text for message in await slack.messages(room)] == ["x"]
    async with aiohttp.ClientSession() as http:
        unknown = outcome.response_url.rsplit("/", 1)[0]
        async with http.post(f"{unknown}/nobody", json={"text": "x"}) as reply:
            assert reply.status == 404


async def test_a_trigger_opens_one_view_within_three_seconds(slack: SlackServer) -> None:
    room, ada = await newsroom(slack)
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api)

    async def opened(trigger: str) -> str:
        try:
            await client.views_open(trigger_id=trigger, view=MODAL)
        except SlackApiError as error:
            return str(error.response["error"])
        return "ok"

    async with on_sockets(slack):
        first = await slack.command(ada, room, "/quiet", "0")
        second = await slack.command(ada, room, "/quiet", "0")
    assert [await opened(first.trigger_id), await opened(first.trigger_id)] == ["ok", "exchanged_trigger_id"]
    await slack.advance(4)
    assert await opened(second.trigger_id) == "expired_trigger_id"
    assert await opened("1.2.nobody") == "invalid_trigger_id"
    broken = {**MODAL, "title": plain("x" * 25)}
    with pytest.raises(SlackApiError) as caught:
        await client.views_open(trigger_id=second.trigger_id, view=broken)
    assert caught.value.response["error"] == "invalid_arguments"
    (view,) = (await slack.outcome(first)).views
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view.id, hash="0.0", view=MODAL)
    await client.views_update(view_id=view.id, hash=view.hash, view=MODAL)
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id="V404", view=MODAL)


async def test_others_cannot_press_what_only_ada_sees(slack: SlackServer) -> None:
    room, ada = await newsroom(slack)
    bert = await slack.user("bert")
    async with on_sockets(slack):
        asked = await slack.command(ada, room, "/impact")
        with pytest.raises(Wrong, match="somebody else"):
            await slack.press(asked, "next", bert)
        assert asked.message is not None
        await slack.delete(asked.message)
        with pytest.raises(Wrong, match="not there any more"):
            await slack.press(asked, "next", ada)


# ---------------------------------------------------------------------- HTTP


async def test_http_requests_are_proved(slack: SlackServer) -> None:
    await newsroom(slack)
    async with on_http(slack):
        challenge = await slack.url_verification()
        told: dict[str, Told] = {
            "ssl check": await slack.ssl_check(),
            "signed": await slack.signed("command=%2Fquiet&text=0&type=x"),
            "replay": await slack.replay(),
            "wrong": await slack.wrong_signature(),
            "unsigned": await slack.unsigned(),
            "stale": await slack.stale(),
            "huge": await slack.huge(),
        }
    assert (challenge.status, len(challenge.body) > 20) == (200, True)
    statuses = {name: one.status for name, one in told.items()}
    # Bolt remembers no requests, so a replay passes; aiohttp's own limit is 1 MB.
    assert statuses == {
        "ssl check": 200,
        "signed": 200,
        "replay": 200,
        "wrong": 401,
        "unsigned": 401,
        "stale": 401,
        "huge": 413,
    }
    assert all(one.seconds < 5 for one in told.values())


async def test_only_a_replay_repeats_a_signature(slack: SlackServer) -> None:
    seen: list[str] = []

    async def receive(request: web.Request) -> web.Response:
        seen.append(request.headers["x-slack-signature"])
        return web.Response()

    async with on_http(slack, receive):
        await slack.ssl_check()
        await slack.ssl_check()
        await slack.replay()
    assert seen[0] != seen[1] == seen[2]


async def test_http_errors_are_told_to_the_person(slack: SlackServer) -> None:
    room, ada = await newsroom(slack)
    async with on_http(slack):
        unknown = await slack.command(ada, room, "/nobody")
    assert unknown.error == "http_service_error"
    nobody = await slack.command(ada, room, "/impact")
    assert (nobody.error, nobody.answers) == ("dispatch_failed", 0)
    await slack.set(retries=[0.0])
    told = await slack.tell("app_mention", user=ada, channel=room)
    assert (told.error, told.deliveries) == ("dispatch_failed", 2)


async def test_a_clock_that_is_wrong_makes_signatures_stale(slack: SlackServer) -> None:
    room, ada = await newsroom(slack)
    async with on_http(slack):
        await slack.advance(3600)
        assert (await answered(slack, room, ada)).answers == 1
        await slack.set(skew=-3600)
        assert (await answered(slack, room, ada)).error == "http_service_error"


async def test_no_token_is_ever_written_down(slack: SlackServer) -> None:
    room, ada = await newsroom(slack)
    async with on_sockets(slack):
        await answered(slack, room, ada)
        await slack.home(ada)
    text = slack.log_path.read_text()
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret):
        assert secret not in text
    posted: list[Posted] = await slack.ephemerals(room, ada)
    assert len(posted) == 1
    assert {"request", "connection", "frame", "envelope", "ack", "message", "view"} <= {r["kind"] for r in slack.log()}
