"""The commands Discord shows: brought there when they changed, and only then."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.platforms.discord.wire import Discord
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
        assert {name.rpartition(":")[2] for name in notes.kept} == {first, second, "everywhere"}


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
