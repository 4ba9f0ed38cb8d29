"""What doctor says of a bot on Discord: each fault planted at a server that speaks as Discord does."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.doctor import is_wrong
from bot.platforms.discord.wire import Discord
from tests.doctor.conftest import House, in_discord, said
from tests.servers.discord.control import DiscordServer
from tests.servers.faults import Fault


async def test_a_healthy_bot_has_nothing_wrong(house: House, discord_server: DiscordServer) -> None:
    guild = await discord_server.guild("Harbour desk")
    room = await discord_server.channel(guild, "newsroom")
    house.write(in_discord({"news": room}, guilds=(guild,)))
    found = await house.found()
    assert not is_wrong(found)
    assert [one for one in found if one.level != "ok"] == []
    told = said([one for one in found if one.where == "Discord"])
    assert told[0].startswith("The bot is ")
    assert told[0].endswith(", in 1 server.")
    assert told[1:] == [f"news: may post in channel {room}."]
    assert all(one["agent"].startswith("DiscordBot (") for one in discord_server.log("request"))


async def test_a_refused_token_is_told_with_its_variable(house: House, discord_server: DiscordServer) -> None:
    house.environ["DISCORD_TOKEN"] = "c4nary-of-a-token"
    [finding] = await house.wrong()
    assert finding.said == "Discord refuses the bot's token."
    assert "DISCORD_TOKEN" in (finding.mend or "")


async def test_a_bot_without_a_server_gets_its_invitation(house: House, discord_server: DiscordServer) -> None:
    [finding] = await house.not_ok()
    assert (finding.level, finding.said) == ("warning", "It is in no server yet.")
    assert finding.mend is not None
    assert f"client_id={discord_server.application_id}" in finding.mend
    assert "scope=bot+applications.commands" in finding.mend


@asynccontextmanager
async def with_flags(discord_server: DiscordServer, flags: int) -> AsyncIterator[str]:
    """The root of the same API, which tells of other flags of the application."""

    async def answer(request: web.Request) -> web.Response:
        where = f"{discord_server.api}/{request.match_info['path']}"
        passed = {name: request.headers.get(name, "") for name in ("Authorization", "User-Agent")}
        async with http.get(where, headers=passed) as told:
            found = await told.json()
        if request.match_info["path"] == "oauth2/applications/@me":
            found["flags"] = flags
        return web.Response(body=json.dumps(found).encode(), content_type="application/json")

    app = web.Application()
    app.router.add_get("/api/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    async with aiohttp.ClientSession() as http:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/api"
        finally:
            await runner.cleanup()


async def test_intents_it_does_not_need_are_told(house: House, discord_server: DiscordServer) -> None:
    await discord_server.guild("Harbour desk")
    message_content, members = 1 << 19, 1 << 14  # the first is the limited one of small bots
    async with with_flags(discord_server, message_content | members) as api:
        house.environ["DISCORD_API_URL"] = api
        [finding] = await house.not_ok()
    assert finding.said == "The bot may hear more than it needs: Message Content, Server Members Intent."
    assert finding.mend == "Switch it off in the developer portal under Bot."


async def test_an_app_whose_questions_go_elsewhere_is_told(house: House, discord_server: DiscordServer) -> None:
    await discord_server.guild("Harbour desk")
    await discord_server.set(endpoint_url="https://other.example/interactions")
    [finding] = await house.wrong()
    assert "Interactions Endpoint URL" in finding.said
    assert (finding.mend or "").startswith("Empty that field")


async def test_a_discord_that_wants_a_rest_is_told(house: House, discord_server: DiscordServer) -> None:
    await discord_server.fault(Fault("GET /users/@me/guilds", "limited", seconds=40.0))
    [finding] = await house.wrong()
    assert finding.said == "Discord wants to be left alone for 40 seconds."


async def test_a_server_of_its_own_that_it_is_not_in_is_told(house: House, discord_server: DiscordServer) -> None:
    guild, other = await discord_server.guild("Harbour desk"), await discord_server.guild("Other house")
    room = await discord_server.channel(guild, "newsroom")
    house.write(in_discord({"news": room}, guilds=(guild, other)))
    await discord_server.remove_bot(other)
    [finding] = await house.wrong()
    assert finding.said == f"The bot is not in the server {other} of discord.guilds."
    assert "client_id=" in (finding.mend or "")


NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}


async def test_each_missing_right_is_named(house: House, discord_server: DiscordServer) -> None:
    guild = await discord_server.guild("Harbour desk")
    rights = [right for right in NEEDED if right != "view_channel"]
    house.write(in_discord({right: await discord_server.channel(guild, right, bot_deny=[right]) for right in rights}))
    wrong = await house.wrong()
    assert len(wrong) == len(rights)
    for finding, right in zip(wrong, rights, strict=True):
        lacking = NEEDED[right] if right != "send_messages" else "Send Messages, Embed Links and Attach Files"
        assert finding.said.startswith(f"{right}: The bot lacks {lacking} in ")
        assert finding.mend == "Allow it there: channel settings, Permissions."


async def test_rights_denied_to_everybody_are_all_named_at_once(house: House, discord_server: DiscordServer) -> None:
    guild = await discord_server.guild("Harbour desk")
    room = await discord_server.channel(guild, "newsroom", deny=["embed_links", "attach_files"])
    house.write(in_discord({"news": room}))
    [finding] = await house.wrong()
    assert finding.said.startswith("news: The bot lacks Embed Links and Attach Files in ")


async def test_a_channel_it_may_not_see_is_told(house: House, discord_server: DiscordServer) -> None:
    guild = await discord_server.guild("Harbour desk")
    room = await discord_server.channel(guild, "newsroom", bot_deny=["view_channel"])
    house.write(in_discord({"news": room}))
    [finding] = await house.wrong()
    assert finding.said.startswith("news: The bot ")
    assert "View Channel" in finding.said + (finding.mend or "")


async def test_a_channel_that_is_gone_is_told(house: House, discord_server: DiscordServer) -> None:
    guild = await discord_server.guild("Harbour desk")
    room = await discord_server.channel(guild, "newsroom")
    house.write(in_discord({"news": room}))
    await discord_server.delete_channel(room)
    [finding] = await house.wrong()
    assert finding.said.startswith("news: There is no such Discord channel any more")
    assert "config.yaml" in (finding.mend or "")


async def test_a_channel_of_a_server_that_is_not_its_own_is_told(house: House, discord_server: DiscordServer) -> None:
    home, other = await discord_server.guild("Harbour desk"), await discord_server.guild("Other house")
    room = await discord_server.channel(other, "newsroom")
    house.write(in_discord({"news": room}, guilds=(home,)))
    [finding] = await house.not_ok()
    assert finding.level == "warning"
    assert finding.said.startswith(f'news ({room}) lies in the server "Other house", which is not among discord.guilds')
    assert f"Add {other}" in (finding.mend or "")


async def test_a_thread_needs_the_right_to_write_in_threads(house: House, discord_server: DiscordServer) -> None:
    guild = await discord_server.guild("Harbour desk")
    room = await discord_server.channel(guild, "newsroom", bot_deny=["send_messages_in_threads"])
    thread = await discord_server.thread(room, "today")
    house.write(in_discord({"news": thread}))
    [finding] = await house.wrong()
    assert finding.said.startswith("news: The bot lacks Send Messages in Threads in ")


async def test_a_server_that_let_it_in_without_commands_is_told(house: House, discord_server: DiscordServer) -> None:
    guild = await discord_server.guild("Harbour desk")
    room = await discord_server.channel(guild, "newsroom")
    house.write(in_discord({"news": room}))
    await discord_server.fault(Fault(r"GET /applications/\d+/guilds/\d+/commands", "status before", status=403))
    [finding] = await house.wrong()
    assert finding.said == 'The server "Harbour desk" let the bot in without its commands.'
    assert "scope=bot+applications.commands" in (finding.mend or "")


async def test_a_connection_that_breaks_in_the_middle_is_told(house: House, discord_server: DiscordServer) -> None:
    await discord_server.fault(Fault(r"GET /users/@me/guilds", "reset before", times=9))
    [finding] = await house.wrong()
    assert finding.said == "Discord broke off the connection."


async def test_a_server_that_is_ill_is_told_and_nothing_else_is_guessed(
    house: House, discord_server: DiscordServer
) -> None:
    await discord_server.fault(Fault("GET /gateway", "status before", status=503))
    [finding] = await house.wrong()
    assert finding.said == "127.0.0.1 answers with status 503: it is ill itself."


async def test_a_page_where_the_api_should_be_is_told(house: House, discord_server: DiscordServer) -> None:
    await discord_server.fault(Fault("GET /gateway", "garbage", status=200))
    [finding] = await house.wrong()
    assert finding.said == "What answers at 127.0.0.1 is not Discord's API."


async def test_live_says_where_it_posts_and_leaves_nothing(house: House, discord_server: DiscordServer) -> None:
    guild = await discord_server.guild("Harbour desk")
    room, other = [await discord_server.channel(guild, name) for name in ("admins", "newsroom")]
    house.write(in_discord({"admins": room, "news": other}, admin="admins"))
    found = await house.found(live=True)
    assert not is_wrong(found)
    [warned] = house.told
    assert warned.startswith(f"Discord: posting test messages in admins ({room}) for a minute and a half, and deleting")
    told = said(found)
    assert "A post repeated with its nonce makes no second message, 0 seconds later either." in told
    assert "A post is found again in the history by its button." in told
    assert "A post is found again in the history by its footer." in told
    assert Discord.repost_within.total_seconds() == 90, "that long it is tried, where no test is in a hurry"
    stored = [one for one in discord_server.log("message") if one["act"] == "stored"]
    assert {one["message"]["channel_id"] for one in stored} == {room}
    assert not any(any(one["pings"].values()) for one in stored)
    assert await discord_server.messages(room) == []


async def test_live_tells_where_a_repeated_post_comes_twice(house: House, discord_server: DiscordServer) -> None:
    guild = await discord_server.guild("Harbour desk")
    room = await discord_server.channel(guild, "admins")
    house.write(in_discord({"admins": room}))
    await discord_server.set(nonce_window=0.2)
    [finding] = await house.wrong(live=True)
    assert finding.said == "A post repeated with its nonce makes a second message after 0 seconds."
    assert len({one["message"]["id"] for one in discord_server.log("message") if one["act"] == "stored"}) == 3
    assert await discord_server.messages(room) == []


async def test_live_tells_what_it_could_not_delete(house: House, discord_server: DiscordServer) -> None:
    guild = await discord_server.guild("Harbour desk")
    room = await discord_server.channel(guild, "admins")
    house.write(in_discord({"admins": room}))
    await discord_server.fault(Fault(r"DELETE /channels/.*", "status before", status=403))
    [finding] = await house.wrong(live=True)
    assert finding.said == f"1 test message in admins ({room}) could not be deleted."
    assert finding.mend == "Delete what the bot posted there by hand."


async def test_live_posts_nowhere_without_an_admin_channel_on_discord(
    house: House, discord_server: DiscordServer
) -> None:
    guild = await discord_server.guild("Harbour desk")
    await discord_server.channel(guild, "newsroom")
    found = await house.found(live=True)
    assert said(found)[-1] == "Nothing was posted for --live: no admin channel is on Discord or Slack."
    assert house.told == []
    assert discord_server.log("message") == []


async def test_no_token_is_in_the_log(
    house: House, discord_server: DiscordServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    guild = await discord_server.guild("Harbour desk")
    room = await discord_server.channel(guild, "admins")
    house.write(in_discord({"admins": room}))
    assert not is_wrong(await house.found(live=True))
    assert not [name for name in ("DISCORD_TOKEN",) if house.environ[name] in caplog.text]
