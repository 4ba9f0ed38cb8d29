"""The gateway: resuming, replaying, going wrong, and who is shown the door."""

import asyncio
import json
from typing import Any

import aiohttp
import discord
import pytest

from tests.servers.discord.control import DiscordServer
from tests.servers.discord.naive import ask, room_of
from tests.servers.discord.sample import Sample, running


async def test_asked_to_reconnect_the_client_resumes(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    await server.op7()
    await bot.until("resumed")
    await server.connected()
    await server.op9(resumable=True)
    await bot.until("resumed", 2)
    await server.connected()
    [session] = await server.sessions()
    assert session["resumed"] == 2
    assert (await server.slash(*desk, "impact")).answers == 1


async def test_an_invalid_session_is_begun_anew(server: DiscordServer, bot: Sample, desk: tuple[str, str, str]) -> None:
    await server.op9(resumable=False)
    await server.connected()
    assert [session["resumable"] for session in await server.sessions()] == [False, True]
    assert (await server.slash(*desk, "impact")).answers == 1


async def test_what_was_asked_while_cut_off_is_replayed(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    await server.reset()
    asked = await server.slash_nowait(*desk, "impact")
    assert (await server.outcome(asked, within=0)).sent == "waiting"
    outcome = await server.outcome(asked)
    assert outcome.answers == 1
    await bot.until("resumed")
    assert bot.heard.count("ready") == 1


async def test_a_clean_close_is_resumed_and_a_final_one_is_not(server: DiscordServer) -> None:
    async def live() -> None:
        async with running(Sample(), server.token) as bot:
            await server.close(4000)
            await bot.until("resumed")
            await server.connected()
            await server.close(4004)
            await server.disconnected()

    with pytest.raises(discord.ConnectionClosed, match="4004"):
        await live()
    assert [session["connected"] for session in await server.sessions()] == [False]
    assert [record["code"] for record in server.log("socket") if record["what"] == "closed"] == [4000, 4004]


async def test_a_deaf_socket_is_noticed_by_its_silence(
    server: DiscordServer, desk: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # discord.py waits 30 s for the other side to agree to close, which a half-open one never does.
    patient = aiohttp.ClientWSTimeout
    monkeypatch.setattr(aiohttp, "ClientWSTimeout", lambda ws_close: patient(ws_close=min(ws_close, 0.2)))
    await server.set(heartbeat=0.2)
    async with running(Sample(heartbeat_timeout=1.0), server.token) as bot:
        await server.half_open()
        await bot.until("resumed", within=15)
        await server.connected()
        await server.mute_acks()
        await bot.until("resumed", 2, within=15)
        await server.connected()
        [session] = await server.sessions()
        assert session["heartbeats"] > 2


async def test_the_server_goes_and_comes_back_with_all_it_knew(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    await room_of(bot, desk[1]).send("before")
    await server.gone(0.5)
    with pytest.raises((aiohttp.ClientError, OSError)):
        await room_of(bot, desk[1]).send("into the void")
    assert len(await server.messages(desk[1])) == 1  # the levers work all the while
    await server.back()
    await server.connected()
    await room_of(bot, desk[1]).send("after")
    assert [message["content"] for message in await server.messages(desk[1])] == ["before", "after"]


async def test_a_silent_server_takes_connections_and_says_nothing(server: DiscordServer) -> None:
    await server.gone(0.6, silent=True)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask(server, "GET", "/users/@me"), 0.3)
    await server.back()
    assert (await ask(server, "GET", "/users/@me"))[0] == 200


async def test_a_client_without_shards_is_served(server: DiscordServer) -> None:
    await server.guild("Desk")
    intents = discord.Intents.none()
    intents.guilds = True
    client = discord.Client(intents=intents, guild_ready_timeout=0.05)
    task = asyncio.create_task(client.start(server.token))
    await server.connected()
    await client.wait_until_ready()
    assert [guild.name for guild in client.guilds] == ["Desk"]
    await server.reset()
    await server.connected()
    assert [session["resumed"] for session in await server.sessions()] == [1]
    await client.close()
    await task


async def test_shards_share_the_guilds(server: DiscordServer) -> None:
    await server.set(shards=2)
    guild = await server.guild("Desk")
    room, ada = await server.channel(guild, "room"), await server.member(guild, "ada")
    async with running(Sample(), server.token) as bot:
        await bot.tree.sync()
        await server.connected()
        assert sorted(session["shard"] for session in await server.sessions()) == [[0, 2], [1, 2]]
        await server.slash(guild, room, ada, "impact")
        assert bot.heard.count("asked") == 1


async def test_members_of_a_guild_the_bot_joins_later_are_served(server: DiscordServer, bot: Sample) -> None:
    guild = await server.guild("Later")
    room, ada = await server.channel(guild, "room"), await server.member(guild, "ada")
    await bot.until("joined")
    assert (await server.slash(guild, room, ada, "impact")).answers == 1


IDENTIFY = {"op": 2, "d": {"token": "{token}", "intents": 1, "properties": {}}}


OUT_OF_STEP: list[tuple[list[Any], int]] = [
    (["this is no JSON"], 4002),
    ([{"op": 3, "d": {}}], 4003),
    ([{"op": 2, "d": {"token": "test-wrong", "intents": 1}}], 4004),
    ([{"op": 6, "d": {"token": "test-wrong", "session_id": "x", "seq": 1}}], 4004),
    ([IDENTIFY, IDENTIFY], 4005),
    ([{"op": 2, "d": {"token": "{token}", "intents": 1, "shard": [2, 2]}}], 4010),
    ([{"op": 2, "d": {"token": "{token}"}}], 4013),
    ([{"op": 2, "d": {"token": "{token}", "intents": 1 << 60}}], 4013),
    ([{"op": 2, "d": {"token": "{token}", "intents": 1 << 15}}], 4014),
    ([IDENTIFY, {"op": 77}], 4001),
]


async def test_a_client_out_of_step_is_shown_the_door(server: DiscordServer) -> None:
    socket = server.api.replace("http", "ws").removesuffix("/api/v10")
    for frames, code in OUT_OF_STEP:
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{socket}/?v=10&encoding=json") as ws:
            assert (await ws.receive_json())["op"] == 10
            for frame in frames:
                text = frame if isinstance(frame, str) else json.dumps(frame)
                await ws.send_str(text.replace("{token}", server.token))
            async for _ in ws:
                pass
            assert ws.close_code == code, frames


async def test_a_session_nobody_knows_is_not_resumed(server: DiscordServer) -> None:
    socket = server.api.replace("http", "ws").removesuffix("/api/v10")
    async with aiohttp.ClientSession() as http:
        async with http.ws_connect(f"{socket}/?v=10&encoding=json") as ws:
            await ws.receive_json()
            await ws.send_json({"op": 6, "d": {"token": server.token, "session_id": "x", "seq": 1}})
            assert await ws.receive_json() == {"op": 9, "d": False, "s": None, "t": None}
            await ws.send_str(json.dumps(IDENTIFY).replace("{token}", server.token))
            session = (await ws.receive_json())["d"]["session_id"]
            await ws.close(code=4000)
        async with http.ws_connect(f"{socket}/?v=10&encoding=json") as ws:
            await ws.receive_json()
            await ws.send_json({"op": 6, "d": {"token": server.token, "session_id": session, "seq": 99}})
            await ws.receive()
            assert ws.close_code == 4007
