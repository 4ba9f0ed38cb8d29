"""Reading through the Web API: history, who is who, files."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.servers.slack.apps import client, error
from tests.servers.slack.control import SlackServer

JSON = dict[str, Any]
DIVIDER = {"type": "divider"}


# ---------------------------------------------------------------------- reading


async def test_history_is_read_newest_first_page_by_page(slack: SlackServer) -> None:
    web, room = client(slack), await slack.channel("news")
    key: JSON = {"event_type": "briefing_digest", "event_payload": {"key": "k"}}
    sent = [(await web.chat_postMessage(channel=room, text=str(n), metadata=key))["ts"] for n in range(5)]
    reply = await web.chat_postMessage(channel=room, text="reply", thread_ts=sent[0])
    read: list[JSON] = []
    async for page in await web.conversations_history(channel=room, limit=2, include_all_metadata=True):
        read += page["messages"]
    assert [message["ts"] for message in read] == list(reversed(sent)), "replies stand in their thread only"
    assert all(message["metadata"] == key for message in read)
    bare = await web.conversations_history(channel=room, limit=1)
    assert "metadata" not in bare["messages"][0]
    thread = await web.conversations_replies(channel=room, ts=sent[0])
    assert [message["ts"] for message in thread["messages"]] == [sent[0], reply["ts"]]
    between = await web.conversations_history(channel=room, oldest=sent[1], latest=sent[3])
    assert [message["ts"] for message in between["messages"]] == [sent[2]]
    around = await web.conversations_history(channel=room, oldest=sent[1], latest=sent[3], inclusive=True)
    assert [message["ts"] for message in around["messages"]] == [sent[3], sent[2], sent[1]]


async def test_history_is_for_members(slack: SlackServer) -> None:
    web = client(slack, retry_handlers=[])
    public, private = await slack.channel("a", member=False), await slack.channel("b", member=False, private=True)
    for room, why in ((public, "not_in_channel"), (private, "channel_not_found")):
        with pytest.raises(SlackApiError, match=why):
            await web.conversations_history(channel=room)
    mine = await slack.channel("c")
    for args, why in (
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"cursor": "x"}, "invalid_cursor"),
        ({"limit": -1}, "invalid_limit"),
    ):
        with pytest.raises(SlackApiError, match=why):
            await web.conversations_history(channel=mine, **args)
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await web.conversations_replies(channel=mine, ts="1.000001")


async def test_history_can_be_behind(slack: SlackServer) -> None:
    web, room = client(slack), await slack.channel("news")
    await slack.set(history_lag=60.0)
    await web.chat_postMessage(channel=room, text="x")
    assert (await web.conversations_history(channel=room))["messages"] == []
    await slack.advance(61)
    assert len((await web.conversations_history(channel=room))["messages"]) == 1


async def test_channels_and_people_are_described(slack: SlackServer) -> None:
    web = client(slack)
    ada = await slack.user("ada", admin=True, locale="de-DE")
    shared = await slack.channel("partners", shared=True)
    await slack.channel("quiet", member=False)
    hidden = await slack.channel("hidden", member=False, private=True)
    await slack.join(shared, ada)
    info = (await web.conversations_info(channel=shared, include_num_members=True))["channel"]
    assert (info["is_ext_shared"], info["is_member"], info["num_members"]) == (True, True, 2)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await web.conversations_info(channel=hidden)
    listed = await web.conversations_list(types="public_channel,private_channel")
    assert [room["name"] for room in listed["channels"]] == ["partners", "quiet"]
    first = await web.conversations_list(limit=1)
    rest = await web.conversations_list(limit=1, cursor=first["response_metadata"]["next_cursor"])
    assert [room["name"] for room in rest["channels"]] == ["quiet"]
    assert [room["name"] for room in (await web.users_conversations())["channels"]] == ["partners"]
    assert set((await web.conversations_members(channel=shared))["members"]) == {ada, slack.bot_user_id}
    person = (await web.users_info(user=ada, include_locale=True))["user"]
    assert (person["is_admin"], person["locale"], person["name"]) == (True, "de-DE", "ada")
    with pytest.raises(SlackApiError, match="user_not_found"):
        await web.users_info(user="U404")
    with pytest.raises(SlackApiError, match="user_not_found"):
        await web.conversations_open(users="U404")
    direct = (await web.conversations_open(users=ada))["channel"]["id"]
    assert direct == await slack.dm(ada)
    assert (await web.conversations_info(channel=direct))["channel"]["user"] == ada
    assert (await web.team_info())["team"]["id"] == slack.team_id
    bot = (await web.bots_info(bot=(await web.auth_test())["bot_id"]))["bot"]
    assert bot["user_id"] == slack.bot_user_id
    told = await web.chat_postMessage(channel=ada, text="to a person")
    assert told["channel"] == direct
    link = await web.chat_getPermalink(channel=direct, message_ts=told["ts"])
    assert link["permalink"].endswith(f"{direct}/p{told['ts'].replace('.', '')}")


# ---------------------------------------------------------------------- files


async def test_a_picture_can_be_shown_only_once_slack_is_done_with_it(slack: SlackServer) -> None:
    web, room = client(slack), await slack.channel("news")
    await slack.set(file_ready=60.0)
    uploaded = await web.files_upload_v2(file=b"\x89PNG and so on", filename="map.png", alt_txt="A map of Kursk")
    file = uploaded["file"]["id"]
    assert await slack.file(file) == b"\x89PNG and so on"
    picture = [{"type": "image", "alt_text": "A map", "slack_file": {"id": file}}]
    assert await error(web, "chat.postMessage", channel=room, text="x", blocks=picture) == "invalid_blocks"
    assert (await web.files_info(file=file))["file"]["mimetype"] == ""
    await slack.advance(61)
    assert (await web.files_info(file=file))["file"]["mimetype"] == "image/png"
    await web.chat_postMessage(channel=room, text="x", blocks=picture)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await web.files_info(file="F404")
    url = (await web.files_getUploadURLExternal(filename="map.png", length=4))["upload_url"]
    async with aiohttp.ClientSession() as http, http.post(url, data=b"longer") as reply:
        assert reply.status == 400
