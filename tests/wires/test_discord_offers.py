"""The commands Discord shows: brought there when they changed, and only then."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.platforms.discord.wire import Discord
from tests.servers.discord.control import DiscordServer
from tests.servers.faults import Fault
from tests.wires.answers import COMMANDS, SmallAnswers, SmallNotes
from tests.wires.discord_stage import server_of, stage, stopped, until


async def test_commands_are_offered_with_one_text_that_completes(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        found = {one["name"]: one for one in await play.server.commands()}
        assert set(found) == {command.name for command in COMMANDS}
        impact = found["impact"]
        assert impact["default_member_permissions"] is None
        assert (impact["contexts"], impact["integration_types"]) == ([0, 1], [0])
        (option,) = impact["options"]
        assert (option["name"], option["max_length"], option["autocomplete"]) == ("about", 50, True)
        assert not option.get("required")
        assert option["description"] == COMMANDS[0].about


async def test_a_boot_with_the_same_commands_offers_nothing_anew(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert await play.server.syncs() == 1
        await play.stop()
        await play.start()
        assert await play.server.syncs() == 1
        await play.bot.offer(COMMANDS)
        await play.bot.offer((replace(COMMANDS[0], description="x" * 300), *COMMANDS[1:]))  # while connected
        await until(lambda: len(play.notes.kept) and play.bot._offering._known)
        await until(lambda: len([r for r in play.server.log("request") if r["method"] == "PUT"]) == 2)
        assert await play.server.syncs() == 2
        described = {one["name"]: one["description"] for one in await play.server.commands()}
        assert len(described[COMMANDS[0].name]) == 100

        play.notes.kept.clear()  # without the note they are offered anew
        await play.stop()
        await play.start()
        assert await play.server.syncs() == 3


async def test_commands_are_offered_once_though_the_library_rests_afterwards(tmp_path: Path) -> None:
    async with stage(tmp_path, timeout=0.5) as play:
        before = dict(play.notes.kept)
        await play.server.set(bucket=(2, 30.0))  # the next is the last for long
        await play.bot.offer((replace(COMMANDS[0], description="Another"), *COMMANDS[1:]))
        await until(lambda: play.notes.kept != before, within=5)
        assert play.bot.standing.state == "on"


async def test_named_servers_get_their_own_and_everywhere_is_emptied_once(tmp_path: Path) -> None:
    async with server_of(tmp_path) as server:
        first, second = await server.guild("First"), await server.guild("Second")
        notes = SmallNotes()
        for _ in range(2):
            bot = Discord(server.token, notes, api=server.api, guilds=(first, second))
            await bot.offer(COMMANDS)
            task = asyncio.create_task(bot.run(SmallAnswers()))
            await until(lambda bot=bot: len(bot._offering._known) == 3, task)
            await stopped(task)
            await bot.close()
            assert await server.syncs() == 3
        assert await server.commands() == []
        assert len(await server.commands(first)) == len(await server.commands(second)) == len(COMMANDS)
        assert {name.rpartition(":")[2] for name in notes.kept} == {first, second, "everywhere", "homes"}


async def test_a_bot_that_was_thrown_out_and_let_in_again_has_its_commands_there(tmp_path: Path) -> None:
    async with server_of(tmp_path) as server:
        home = await server.guild("Harbour desk")
        notes = SmallNotes()
        async with offering(server, notes, home):
            await server.remove_bot(home)
            await server.invite_bot(home)
            await offered(server, home)
        await server.remove_bot(home)  # while it is down
        await server.invite_bot(home)
        async with offering(server, notes, home):
            await offered(server, home)
            puts = await server.syncs()
        async with offering(server, notes, home):
            assert await server.syncs() == puts, "what stands is not brought again"


async def test_a_server_that_is_ours_no_longer_keeps_no_commands(tmp_path: Path) -> None:
    async with server_of(tmp_path) as server:
        first, second, gone = await server.guild("First"), await server.guild("Second"), await server.guild("Gone")
        notes = SmallNotes()
        async with offering(server, notes, first, gone):
            await offered(server, first)
        await server.remove_bot(gone)
        await server.fault(Fault(f"PUT .*/guilds/{first}/commands", "status before", status=503))
        async with offering(server, notes, second):
            await offered(server, second)
            assert len(await server.commands(first)) == len(COMMANDS), "that failed"
        async with offering(server, notes, second):
            assert await server.commands(first) == []
            assert len(await server.commands(second)) == len(COMMANDS)
        async with offering(server, notes):
            assert await server.commands(second) == []
            assert len(await server.commands()) == len(COMMANDS)
        assert notes.kept[f"discord:{server.application_id}:homes"] == ""


async def test_commands_refused_once_are_there_within_ten_seconds(tmp_path: Path) -> None:
    async with server_of(tmp_path) as server:
        home = await server.guild("Harbour desk")
        await server.fault(Fault("PUT .*", "status before", status=400))
        began = time.monotonic()
        async with offering(server, SmallNotes(), home):
            await offered(server, home)
        assert time.monotonic() - began < 10


@asynccontextmanager
async def offering(server: DiscordServer, notes: SmallNotes, *guilds: str) -> AsyncIterator[None]:
    """A bot at home in these servers, once it has tried to offer its commands in every scope."""
    bot = Discord(server.token, notes, api=server.api, guilds=guilds)
    await bot.offer(COMMANDS)
    task = asyncio.create_task(bot.run(SmallAnswers()))
    last = f"discord:{server.application_id}:everywhere"
    try:
        await until(lambda: bool(bot._offering.trouble) or last in bot._offering._known, task)
        client = await bot._account.client()
        await until(client.is_ready, task)  # before that, the library takes no server for a new one
        yield
    finally:
        await stopped(task)
        await bot.close()


async def offered(server: DiscordServer, guild: str) -> None:
    for _ in range(300):
        if len(await server.commands(guild)) == len(COMMANDS):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("they are not there")


async def test_commands_are_offered_though_the_database_is_down(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage(tmp_path) as play:
        await play.stop()
        play.notes.down = True
        await play.start()
        assert await play.server.syncs() == 2
        assert caplog.text.count("the database does not answer") == 2
        await play.bot.offer(COMMANDS)
        assert (await play.ask("impact")).answers == 1
        assert await play.server.syncs() == 2  # this run knows what it offered


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("PUT .*", "status before", status=403), "applications.commands"),
        (Fault("PUT .*", "limited", seconds=900.0), "not offered yet"),
        (Fault("PUT .*", "status before", status=503), "not offered yet"),
        (Fault("PUT .*", "garbage", status=200), "not offered yet"),
        (Fault("PUT .*", "slow before", seconds=2.0), "not offered yet"),
        (Fault("PUT .*", "reset before", times=2), "not offered yet"),  # the first is repeated by aiohttp
    ],
)
async def test_what_was_not_offered_is_told_and_tried_again_later(tmp_path: Path, fault: Fault, said: str) -> None:
    async with server_of(tmp_path) as server:
        guild = await server.guild("Harbour desk")
        bot = Discord(server.token, SmallNotes(), api=server.api, guilds=(guild,), timeout=1.0)
        bot._offering._retry = (0.3,)
        await server.fault(fault)
        await bot.offer(COMMANDS)
        task = asyncio.create_task(bot.run(SmallAnswers()))
        await until(lambda: bot.standing.state == "trouble" and said in bot.standing.detail, task)
        await until(lambda: bot.standing.state == "on" and len(bot._offering._known) == 2, task)
        await stopped(task)
        await bot.close()
