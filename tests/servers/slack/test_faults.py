"""Rate limits, planned faults and clocks, and how slack_sdk's own client takes them."""

import asyncio
import time
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.faults import Fault
from tests.servers.slack.apps import client
from tests.servers.slack.control import SlackServer, Wrong

JSON = dict[str, Any]
DIVIDER = {"type": "divider"}


async def limited(web: AsyncWebClient, method: str, **args: Any) -> int:
    """The seconds that a 429 asks to wait."""
    with pytest.raises(SlackApiError) as caught:
        await web.api_call(method, json=args)
    assert (caught.value.response.status_code, caught.value.response["error"]) == (429, "ratelimited")
    return int(caught.value.response.headers["Retry-After"])


async def test_one_message_a_second_in_each_channel(slack: SlackServer) -> None:
    web, room, other = client(slack), await slack.channel("news"), await slack.channel("other")
    await slack.set(per_channel=1.0)
    await web.chat_postMessage(channel=room, text="1")
    assert await limited(web, "chat.postMessage", channel=room, text="2") == 1
    await web.chat_postMessage(channel=other, text="1")
    await slack.advance(1)
    await web.chat_postMessage(channel=room, text="2")
    assert [message.text for message in await slack.messages(room)] == ["1", "2"]


async def test_tiers_and_planned_limits(slack: SlackServer) -> None:
    web, room = client(slack), await slack.channel("news")
    await slack.set(distributed=True)
    await web.conversations_history(channel=room)
    with pytest.raises(SlackApiError, match="ratelimited"):
        await web.conversations_history(channel=room)
    await slack.advance(60)
    await web.conversations_history(channel=room)
    await slack.set(tiers=True)
    for _ in range(20):
        await web.conversations_list()
    with pytest.raises(SlackApiError, match="ratelimited"):
        await web.conversations_list()
    await slack.fault(Fault("chat.postMessage", "limited", seconds=7))
    assert await limited(web, "chat.postMessage", channel=room, text="x") == 7
    await web.chat_postMessage(channel=room, text="x")
    await slack.fault(Fault("chat.postMessage", "limited", seconds=7, everywhere=True))
    await limited(web, "chat.postMessage", channel=room, text="x")
    assert await limited(web, "auth.test") == 7


async def test_the_clients_own_retry_posts_twice(slack: SlackServer) -> None:
    room = await slack.channel("news")
    await slack.fault(Fault("chat.postMessage", "reset after"))
    assert (await client(slack).chat_postMessage(channel=room, text="x"))["ok"]
    assert len(await slack.messages(room)) == 2, "the first was kept, its answer was lost, and the SDK tried again"


async def test_without_retries_a_lost_answer_is_an_error_and_one_message(slack: SlackServer) -> None:
    web, room = client(slack, retry_handlers=[]), await slack.channel("news")
    await slack.fault(Fault("chat.postMessage", "reset after"))
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=room, text="x")
    assert len(await slack.messages(room)) == 1
    await slack.fault(Fault("chat.postMessage", "reset before"))
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=room, text="x")
    assert len(await slack.messages(room)) == 1


async def test_an_error_may_come_before_or_after_the_message_is_kept(slack: SlackServer) -> None:
    web, room = client(slack, retry_handlers=[]), await slack.channel("news")
    await slack.fault(Fault("chat.postMessage", "status before", status=503))
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel=room, text="x")
    assert caught.value.response.status_code == 503
    assert await slack.messages(room) == []
    await slack.fault(Fault("chat.postMessage", "status after", status=503))
    with pytest.raises(SlackApiError):
        await web.chat_postMessage(channel=room, text="x")
    assert len(await slack.messages(room)) == 1
    await slack.fault(Fault("chat.postMessage", "garbage", status=502))
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel=room, text="x")
    assert "error" not in caught.value.response.data, "a page of HTML"
    await slack.set(garbage_type="text/plain")
    await slack.fault(Fault("chat.postMessage", "garbage", status=502))
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel=room, text="x")
    assert isinstance(caught.value.response.data, str), "one cannot ask a str for its error"
    assert len(await slack.messages(room)) == 3


async def test_a_slow_slack_keeps_what_a_client_gave_up_on(slack: SlackServer) -> None:
    room = await slack.channel("news")
    impatient = client(slack, retry_handlers=[], timeout=0.2)
    for kind in ("slow after", "slow before"):
        await slack.fault(Fault("chat.postMessage", kind, seconds=0.5))
        with pytest.raises(TimeoutError):
            await impatient.chat_postMessage(channel=room, text=kind)
    kept = await slack.messages(room, at_least=2)
    assert [message.text for message in kept] == ["slow after", "slow before"]


async def test_dates_follow_slacks_clock(slack: SlackServer) -> None:
    web, room = client(slack), await slack.channel("news")
    await slack.set(skew=7200.0)
    told = await web.chat_postMessage(channel=room, text="x")
    assert abs(parsedate_to_datetime(told.headers["Date"]).timestamp() - time.time() - 7200) < 5
    assert abs(float(told["ts"]) - time.time() - 7200) < 5


async def test_gone_is_gone_and_comes_back_with_everything(slack: SlackServer) -> None:
    web, room = client(slack, retry_handlers=[]), await slack.channel("news")
    await web.chat_postMessage(channel=room, text="before")
    await slack.gone(0.5)
    with pytest.raises(aiohttp.ClientConnectorError):
        await web.chat_postMessage(channel=room, text="during")
    assert len(await slack.messages(room)) == 1, "the control port stays"
    async with asyncio.timeout(5):
        while True:
            try:
                await web.chat_postMessage(channel=room, text="after")
                break
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.1)
    assert [message.text for message in await slack.messages(room)] == ["before", "after"]


async def test_what_is_not_there_cannot_be_asked_for(slack: SlackServer) -> None:
    room, ada = await slack.channel("news"), await slack.user("ada")
    with pytest.raises(Wrong, match="no setting"):
        await slack.set(colour="red")
    with pytest.raises(Wrong, match="no user"):
        await slack.command("U404", room, "/impact")
    with pytest.raises(Wrong, match="slash"):
        await slack.command(ada, room, "impact")
    with pytest.raises(Wrong, match="HTTP address"):
        await slack.ssl_check()
