"""Posting and changing messages as slack_sdk's own client does it, and what a naive client trips over."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.servers.slack.apps import client, error, refusal
from tests.servers.slack.control import SlackServer

JSON = dict[str, Any]
DIVIDER = {"type": "divider"}


# ---------------------------------------------------------------------- tokens and scopes


async def test_each_method_takes_its_own_kind_of_token(slack: SlackServer) -> None:
    room = await slack.channel("news")
    post: JSON = {"channel": room, "text": "hello"}
    assert await error(client(slack, ""), "chat.postMessage", **post) == "not_authed"
    assert await error(client(slack, "xoxb-" + "nobody"), "chat.postMessage", **post) == "invalid_auth"
    assert await error(client(slack, slack.app_token), "chat.postMessage", **post) == "not_allowed_token_type"
    assert await error(client(slack), "apps.connections.open") == "not_allowed_token_type"
    assert await error(client(slack), "chat.postPoem") == "unknown_method"
    told = await client(slack).auth_test()
    assert (told["user_id"], told["team_id"]) == (slack.bot_user_id, slack.team_id)
    assert "chat:write" in told.headers["x-oauth-scopes"]
    assert (await client(slack, "").api_test())["ok"]
    await slack.revoke("account_inactive")
    assert await error(client(slack), "auth.test") == "account_inactive"


async def test_a_missing_scope_is_named(slack: SlackServer) -> None:
    private = await slack.channel("desk", private=True)
    await slack.scopes({"channels:history", "chat:write"})
    with pytest.raises(SlackApiError) as caught:
        await client(slack).conversations_history(channel=private)
    response = caught.value.response
    assert response["error"] == "missing_scope"
    assert response["needed"] == "groups:history"
    assert response["provided"] == response.headers["x-oauth-scopes"] == "channels:history,chat:write"
    await slack.scopes(())
    assert await error(client(slack), "chat.postMessage", channel=private, text="x") == "missing_scope"


# ---------------------------------------------------------------------- posting


async def test_where_nobody_may_post(slack: SlackServer) -> None:
    web = client(slack)
    rooms = {
        "not_in_channel": await slack.channel("quiet", member=False),
        "channel_not_found": await slack.channel("secret", member=False, private=True),
        "is_archived": await slack.channel("old", archived=True),
        "restricted_action": await slack.channel("board", read_only=True),
    }
    for why, room in rooms.items():
        assert await error(web, "chat.postMessage", channel=room, text="x") == why
        assert await slack.messages(room) == []
    assert await error(web, "chat.postMessage", channel="C404", text="x") == "channel_not_found"
    assert await error(web, "chat.postMessage", text="x") == "invalid_arguments"
    await slack.scopes({"chat:write", "chat:write.public"})
    await web.chat_postMessage(channel=rooms["not_in_channel"], text="x")
    await slack.delete_channel(rooms["restricted_action"])
    assert await error(web, "chat.postMessage", channel=rooms["restricted_action"], text="x") == "channel_not_found"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "no_text"),
        ({"text": " \n"}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [DIVIDER] * 51}, "invalid_blocks"),
        ({"text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        (
            {"text": "x", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "ä" * 2500}}]},
            "msg_blocks_too_long",
        ),
        ({"text": "x", "markdown_text": "x"}, "markdown_text_conflict"),
        ({"text": "x", "metadata": {"event_type": "digest"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "d", "event_payload": {"a": "x" * 9000}}}, "metadata_too_large"),
        ({"text": "x", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"text": "x", "thread_ts": "1700000000.000001"}, "cannot_reply_to_message"),
        ({"text": "x", "username": "Editor"}, "missing_scope"),
    ],
)
async def test_what_nobody_may_post(slack: SlackServer, said: JSON, why: str) -> None:
    room = await slack.channel("news")
    assert await error(client(slack), "chat.postMessage", channel=room, **said) == why
    assert await slack.messages(room) == []


async def test_a_refused_block_is_pointed_at(slack: SlackServer) -> None:
    room = await slack.channel("news")
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    told = await refusal(client(slack), "chat.postMessage", channel=room, text="x", blocks=[DIVIDER, header])
    problem = "must be less than 151 characters [json-pointer:/blocks/1/text/text]"
    assert told["errors"] == [problem]
    assert told["response_metadata"]["messages"] == [f"[ERROR] {problem}"]


async def test_a_message_is_kept_with_its_key(slack: SlackServer) -> None:
    room = await slack.channel("news")
    key: JSON = {"event_type": "briefing_digest", "event_payload": {"key": "abc"}}
    blocks: list[JSON] = [
        {**DIVIDER, "block_id": "d:abc"},
        {"type": "header", "text": {"type": "plain_text", "text": "News"}},
    ]
    told = await client(slack).chat_postMessage(channel=room, text="x", blocks=blocks, metadata=key)
    (kept,) = await slack.messages(room)
    assert (kept.ts, kept.metadata, kept.via) == (told["ts"], key, "chat.postMessage")
    assert kept.blocks[0]["block_id"] == "d:abc"
    assert kept.blocks[1]["block_id"], "Slack names what has no name"
    assert kept.blocks[1]["text"]["emoji"] is True


async def test_form_json_and_query_say_the_same(slack: SlackServer) -> None:
    room = await slack.channel("news")
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    url = f"{slack.api}chat.postMessage"
    async with aiohttp.ClientSession() as http:
        sent: list[JSON] = [
            {"data": {"token": slack.bot_token, "channel": room, "text": "form", "blocks": '[{"type": "divider"}]'}},
            {"json": {"channel": room, "text": "json"}, "headers": bearer},
            {"params": {"channel": room, "text": "query"}, "headers": bearer},
            {"json": {"channel": room, "text": "x", "token": slack.bot_token}},
            {"data": b"{", "headers": {**bearer, "Content-Type": "application/json; charset=utf-8"}},
            {"data": b"[]", "headers": {**bearer, "Content-Type": "application/json; charset=utf-8"}},
            {"data": b"x", "headers": {**bearer, "Content-Type": "text/plain"}},
        ]
        told = []
        for one in sent:
            async with http.post(url, **one) as reply:
                told.append(await reply.json())
    assert [one.get("error") for one in told[:3]] == [None, None, None]
    assert told[1]["warning"] == "missing_charset"
    assert [one["error"] for one in told[3:]] == ["not_authed", "invalid_json", "json_not_object", "invalid_post_type"]
    assert [message.text for message in await slack.messages(room)] == ["form", "json", "query"]
    assert slack.bot_token not in slack.log_path.read_text()


async def test_methods_that_read_take_no_json(slack: SlackServer) -> None:
    room = await slack.channel("news")
    assert await error(client(slack), "conversations.history", channel=room) == "invalid_arguments"


async def test_long_text_without_blocks_comes_out_in_pieces(slack: SlackServer) -> None:
    room = await slack.channel("news")
    await client(slack).chat_postMessage(channel=room, text="x" * 4001)
    assert [len(message.text) for message in await slack.messages(room)] == [4000, 1]


async def test_what_would_ping_or_unfurl_is_written_down(slack: SlackServer) -> None:
    room = await slack.channel("news")
    await client(slack).chat_postMessage(channel=room, text="<!channel> https://example.org/")
    await client(slack).chat_postMessage(
        channel=room, text="https://example.org/", unfurl_links=False, unfurl_media=False, parse="none"
    )
    loud, calm = await slack.messages(room)
    assert [ping["name"] for ping in loud.pings] == ["channel"]
    assert loud.unfurls == ("https://example.org/",)
    assert (calm.pings, calm.unfurls) == ((), ())
    assert [record["pings"] for record in slack.log("message")] == [list(loud.pings), []]


# ---------------------------------------------------------------------- editing and deleting


async def test_only_the_bots_own_messages_can_be_changed(slack: SlackServer) -> None:
    web, room, ada = client(slack), await slack.channel("news"), await slack.user("ada")
    theirs = await slack.say(room, ada, "morning")
    told = await web.chat_postMessage(channel=room, text="one", blocks=[DIVIDER])
    assert await error(web, "chat.update", channel=room, ts=theirs, text="x") == "cant_update_message"
    assert await error(web, "chat.delete", channel=room, ts=theirs) == "cant_delete_message"
    assert await error(web, "chat.update", channel=room, ts="1.000001", text="x") == "message_not_found"
    assert await error(web, "chat.update", channel=room, ts=told["ts"], text="x" * 4001) == "msg_too_long"
    await web.chat_update(channel=room, ts=told["ts"], text="two")
    kept = (await slack.messages(room))[-1]
    assert (kept.text, kept.blocks, kept.edits) == ("two", (), 1)
    await slack.set(edit_window=60.0)
    await slack.advance(61)
    assert await error(web, "chat.update", channel=room, ts=told["ts"], text="x") == "edit_window_closed"
    await web.chat_delete(channel=room, ts=told["ts"])
    assert await error(web, "chat.delete", channel=room, ts=told["ts"]) == "message_not_found"
    assert [message.ts for message in await slack.messages(room)] == [theirs]


async def test_an_archived_channel_takes_no_edit(slack: SlackServer) -> None:
    web, room = client(slack), await slack.channel("news")
    told = await web.chat_postMessage(channel=room, text="one")
    await slack.archive(room)
    assert await error(web, "chat.update", channel=room, ts=told["ts"], text="two") == "is_archived"


async def test_an_ephemeral_message_is_seen_by_one_person_in_the_channel(slack: SlackServer) -> None:
    web, room = client(slack), await slack.channel("news")
    ada, bert = await slack.user("ada"), await slack.user("bert")
    await slack.join(room, ada)
    await web.chat_postEphemeral(channel=room, user=ada, text="psst")
    assert [message.text for message in await slack.ephemerals(room, ada)] == ["psst"]
    assert await slack.messages(room) == []
    assert await error(web, "chat.postEphemeral", channel=room, user=bert, text="psst") == "user_not_in_channel"
