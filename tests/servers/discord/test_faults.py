"""Rate limits and planned faults, and what they leave behind."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest

from tests.servers.discord.control import DiscordServer
from tests.servers.discord.naive import POSTS, ask, room_of
from tests.servers.discord.sample import Sample
from tests.servers.faults import Fault, Faults
from tests.servers.log import Log, read


async def test_a_full_bucket_is_waited_for(server: DiscordServer, bot: Sample, desk: tuple[str, str, str]) -> None:
    await server.set(bucket=(2, 0.4))
    room = room_of(bot, desk[1])
    await asyncio.gather(*(room.send(f"m{number}") for number in range(6)))
    assert len(await server.messages(desk[1])) == 6
    posts = [record for record in server.log("request") if record["method"] == "POST"]
    assert posts[-1]["at"] - posts[0]["at"] > 0.7


async def test_a_client_that_does_not_wait_is_turned_away(server: DiscordServer, desk: tuple[str, str, str]) -> None:
    await server.set(bucket=(2, 60.0))
    path = f"/channels/{desk[1]}/messages"
    told = [await ask(server, "POST", path, {"content": "x"}) for _ in range(3)]
    assert [status for status, _ in told] == [200, 200, 429]
    assert not told[2][1]["global"]
    assert 0 < told[2][1]["retry_after"] <= 60
    assert len(await server.messages(desk[1])) == 2
    other = await server.channel(desk[0], "other")
    assert (await ask(server, "POST", f"/channels/{other}/messages", {"content": "x"}))[0] == 200


async def test_fifty_a_second_is_the_limit_for_all(server: DiscordServer) -> None:
    await server.set(global_limit=5)
    async with aiohttp.ClientSession(headers=server.headers) as http:
        seen = []
        for _ in range(8):
            async with http.get(f"{server.api}/users/@me") as reply:
                seen.append((reply.status, reply.headers.get("X-RateLimit-Global"), reply.headers.get("Via")))
    assert seen[-1] == (429, "true", "1.1 google")


async def test_limits_are_waited_for_and_interactions_are_free_of_them(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    await server.limit_globally(0.3)
    outcome = await server.slash(*desk, "impact")
    assert outcome.answers == 1
    await room_of(bot, desk[1]).send("after the global limit")
    await server.fault(Fault(POSTS, "limited", seconds=0.1))
    await server.fault(Fault(POSTS, "limited", seconds=0.1, everywhere=True))
    await room_of(bot, desk[1]).send("after two more")
    statuses = [record["status"] for record in server.log("request") if record["path"].startswith("/channels")]
    assert statuses.count(429) >= 3
    assert len(await server.messages(desk[1])) == 2


@pytest.mark.parametrize(("kind", "kept"), [("reset before", 0), ("reset after", 1)])
async def test_a_cut_connection_leaves_the_client_guessing(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str], kind: Any, kept: int
) -> None:
    await server.fault(Fault(POSTS, kind))
    with pytest.raises((aiohttp.ClientError, OSError)):
        await room_of(bot, desk[1]).send("digest", nonce="key")
    assert len(await server.messages(desk[1])) == kept
    await room_of(bot, desk[1]).send("digest", nonce="key")
    assert len(await server.messages(desk[1])) == 1


@pytest.mark.parametrize(("kind", "kept"), [("status before", 0), ("status after", 1), ("garbage", 1)])
async def test_an_error_may_come_before_or_after_the_message_was_kept(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str], kind: Any, kept: int
) -> None:
    await server.fault(Fault(POSTS, kind, status=503))
    with pytest.raises(discord.DiscordServerError):
        await room_of(bot, desk[1]).send("digest")
    assert len(await server.messages(desk[1])) == kept


async def test_the_client_tries_again_after_a_502_and_the_nonce_keeps_it_one_message(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    await server.fault(Fault(POSTS, "status after", status=502))
    await room_of(bot, desk[1]).send("digest", nonce="key")
    assert len(await server.messages(desk[1])) == 1
    assert [record["act"] for record in server.log("message")] == ["stored", "again"]


async def test_a_page_of_html_is_not_json(server: DiscordServer, desk: tuple[str, str, str]) -> None:
    await server.fault(Fault(POSTS, "garbage", status=200))
    status, told = await ask(server, "POST", f"/channels/{desk[1]}/messages", {"content": "x"})
    assert (status, told.startswith("<html>")) == (200, True)
    assert len(await server.messages(desk[1])) == 1


@pytest.mark.parametrize(("kind", "early"), [("slow before", 0), ("slow after", 1)])
async def test_a_request_given_up_on_is_still_carried_out(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str], kind: Any, early: int
) -> None:
    await server.fault(Fault(POSTS, kind, seconds=0.5))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(room_of(bot, desk[1]).send("digest"), 0.2)
    assert len(await server.messages(desk[1])) == early
    assert len(await server.messages(desk[1], at_least=1)) == 1


async def test_faults_strike_as_often_as_planned(server: DiscordServer, desk: tuple[str, str, str]) -> None:
    await server.fault(Fault(POSTS, "status before", status=500, times=2))
    await server.fault(Fault(POSTS, "status before", status=504, times=5))
    path = f"/channels/{desk[1]}/messages"
    told = [(await ask(server, "POST", path, {"content": "x"}))[0] for _ in range(3)]
    assert told == [500, 500, 504]
    assert (await ask(server, "GET", path))[0] == 200
    await server.mend()
    assert (await ask(server, "POST", path, {"content": "x"}))[0] == 200


def test_the_log_leaves_out_a_line_still_being_written(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    assert read(path) == []
    log = Log(path)
    log.write("request", path="/a")
    log.write("message", text="b")
    with path.open("a") as file:
        file.write('{"kind": "half')
    assert [record["kind"] for record in read(path)] == ["request", "message"]
    assert [record["text"] for record in read(path, "message")] == ["b"]
    log.close()


def test_the_first_fault_that_fits_strikes() -> None:
    faults = Faults()
    faults.plan(Fault(r"chat\.postMessage", "reset after", times=2))
    faults.plan(Fault(r".*", "garbage"))
    taken = [
        faults.take(asked) for asked in ("chat.update", "chat.postMessage", "chat.postMessage", "chat.postMessage")
    ]
    assert [fault.kind if fault else None for fault in taken] == ["garbage", "reset after", "reset after", None]
