"""Socket Mode that fails, and apps that come back."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.apps import answered, newsroom, on_sockets
from tests.servers.slack.control import SlackServer


async def test_nobody_connected_is_an_error_at_once(slack: SlackServer) -> None:
    room, ada = await newsroom(slack)
    outcome = await slack.command(ada, room, "/impact")
    assert (outcome.error, outcome.acks, outcome.deliveries) == ("dispatch_failed", (), 0)


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled", "warning"])
async def test_the_app_reconnects_when_asked_to(slack: SlackServer, reason: Any) -> None:
    room, ada = await newsroom(slack)
    await slack.set(grace=0.1)
    async with on_sockets(slack):
        await slack.disconnect(reason)
        await slack.connected(ever=2)
        assert (await answered(slack, room, ada)).answers == 1
    states = [connection.state for connection in await slack.connections()]
    assert states[0] == "gone"


@pytest.mark.parametrize("fault", ["reset", "close", "silence"])
async def test_the_app_comes_back_after_a_broken_socket(slack: SlackServer, fault: str) -> None:
    room, ada = await newsroom(slack)
    async with on_sockets(slack, ping=0.2):
        await getattr(slack, fault)()
        await slack.connected()
        assert (await answered(slack, room, ada)).answers == 1
    assert len(await slack.connections()) > 1


async def test_a_silent_socket_hears_nothing_and_says_nothing(slack: SlackServer) -> None:
    room, ada = await newsroom(slack)
    await slack.set(ack_within=0.3)
    async with on_sockets(slack, ping=60.0):
        await slack.silence()
        outcome = await answered(slack, room, ada)
        await slack.reset()
    assert (outcome.error, outcome.deliveries) == ("operation_timeout", 1)
    directions = [frame["direction"] for frame in slack.log("frame")]
    assert directions == ["out", "dropped"], "a hello, then an envelope that never arrived"


async def test_an_envelope_on_a_lost_connection_comes_again_on_the_next(slack: SlackServer) -> None:
    room, ada = await newsroom(slack)
    async with on_sockets(slack, ping=0.2):
        await slack.silence()
        asked = await slack.command_nowait(ada, room, "/impact", "lankov")
        told = await slack.tell_nowait("app_mention", user=ada, channel=room)
        await slack.connected()
        outcome = await slack.outcome(asked)
        assert (outcome.deliveries, outcome.answers, outcome.error) == (2, 1, None)
        assert (await slack.outcome(told)).deliveries == 2
        assert len(await slack.messages(room, at_least=1)) == 1
    retried = [
        frame["body"] for frame in slack.log("frame") if frame["direction"] == "out" and "payload" in frame["body"]
    ]
    assert [body.get("retry_attempt") for body in retried] == [None, 1]


async def test_an_event_nobody_acknowledges_is_sent_again(slack: SlackServer) -> None:
    ada = await slack.user("ada")
    await slack.set(ack_within=0.2, retries=[0.0, 60.0])
    async with on_sockets(slack):
        told = await slack.tell_nowait("reaction_added", user=ada)
        for _ in range(2):
            await slack.outcome(told, acks=9, within=0.5)
            await slack.advance(61)
        outcome = await slack.outcome(told)
    assert (outcome.deliveries, outcome.error) == (3, "operation_timeout")
    envelopes = slack.log("envelope")
    assert [envelope["attempt"] for envelope in envelopes] == [0, 1, 2]
    assert len({envelope["id"] for envelope in envelopes}) == 3
    sent = [frame["body"]["payload"]["event_id"] for frame in slack.log("frame") if "payload" in frame["body"]]
    assert len(set(sent)) == 1


async def test_connections_can_be_refused_for_a_while(slack: SlackServer) -> None:
    await slack.refuse(60)
    client = AsyncWebClient(base_url=slack.api)
    with pytest.raises(SlackApiError, match="internal_error"):
        await client.apps_connections_open(app_token=slack.app_token)
    await slack.advance(61)
    assert (await client.apps_connections_open(app_token=slack.app_token))["url"].startswith("ws://127.0.0.1:")


async def test_ten_connections_and_no_more_and_each_envelope_goes_to_one(slack: SlackServer) -> None:
    room, ada = await newsroom(slack)
    client = AsyncWebClient(base_url=slack.api)

    async def address() -> str:
        return str((await client.apps_connections_open(app_token=slack.app_token))["url"])

    async with aiohttp.ClientSession() as http:
        first = await address()
        sockets = [await http.ws_connect(first)]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(first)
        sockets += [await http.ws_connect(await address()) for _ in range(9)]
        hellos = [await socket.receive_json() for socket in sockets]
        assert [hello["num_connections"] for hello in hellos] == list(range(1, 11))
        extra = await http.ws_connect(await address())
        assert (await extra.receive_json())["reason"] == "too_many_websockets"
        asked = [await slack.command_nowait(ada, room, "/impact") for _ in range(10)]
        seen = []
        for socket in sockets:
            envelope = await socket.receive_json()
            seen.append(envelope["envelope_id"])
            assert envelope["accepts_response_payload"] is True
            await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "one"}})
            await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "two"}})
        assert sorted(seen) == sorted(asked)
        outcome = await slack.outcome(asked[0], acks=2)
        assert (outcome.answers, outcome.text, outcome.ignored) == (1, "one", ({"text": "two"},))
        for socket in [*sockets, extra]:
            await socket.close()


async def test_slack_pings_and_answers_pings(slack: SlackServer) -> None:
    await slack.set(ping_every=0.1)
    client = AsyncWebClient(base_url=slack.api)
    url = str((await client.apps_connections_open(app_token=slack.app_token))["url"])
    async with aiohttp.ClientSession() as http, http.ws_connect(url, autoping=False) as socket:
        await socket.receive_json()
        assert (await socket.receive(timeout=3)).type is aiohttp.WSMsgType.PING
        await socket.ping(b"anyone")
        while (answer := await socket.receive(timeout=3)).type is not aiohttp.WSMsgType.PONG:
            pass
        assert answer.data == b"anyone"


async def test_the_app_survives_slack_being_gone(slack: SlackServer) -> None:
    room, ada = await newsroom(slack)
    async with on_sockets(slack, ping=0.2):
        await slack.gone(0.6)
        assert (await answered(slack, room, ada)).error == "dispatch_failed"
        await slack.connected()
        assert (await answered(slack, room, ada)).answers == 1
    assert [record["state"] for record in slack.log("whole")] == ["gone", "back"]
