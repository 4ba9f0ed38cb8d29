"""Logging in and offering commands, with the real discord.py."""

import json
from typing import Any

import discord
import pytest

from tests.servers.discord.control import DiscordServer, Wrong
from tests.servers.discord.naive import OPTION, ask
from tests.servers.discord.sample import Sample, running


async def test_a_bot_logs_in_and_offers_its_commands(server: DiscordServer, bot: Sample) -> None:
    assert bot.application_id == int(server.application_id)
    assert bot.user is not None
    assert str(bot.user.id) == server.bot_id
    assert [command["name"] for command in await server.commands()] == ["impact", "slow", "form", "naive"]
    assert await server.syncs() == 1
    await bot.tree.sync()
    assert await server.syncs() == 2
    assert [command.name for command in await bot.tree.fetch_commands()] == ["impact", "slow", "form", "naive"]


async def test_commands_of_one_guild_are_offered_there_only(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    guild, room, ada = desk
    other = await server.guild("Elsewhere")
    there, eve = await server.channel(other, "general"), await server.member(other, "eve")
    bot.tree.copy_global_to(guild=discord.Object(int(guild)))
    bot.tree.clear_commands(guild=None)
    await bot.tree.sync()
    await bot.tree.sync(guild=discord.Object(int(guild)))
    assert (await server.slash(guild, room, ada, "impact")).answers == 1
    assert len(await server.commands(guild)) == 4
    with pytest.raises(Wrong, match="nobody offers /impact"):
        await server.slash(other, there, eve, "impact")


async def test_a_wrong_token_is_refused(server: DiscordServer) -> None:
    with pytest.raises(discord.LoginFailure):
        async with running(Sample(), "test-wrong"):
            pass
    assert await ask(server, "GET", "/users/@me", token="test-wrong") == (
        401,
        {"message": "401: Unauthorized", "code": 0},
    )


async def test_intents_nobody_approved_are_refused(server: DiscordServer) -> None:
    intents = discord.Intents.none()
    intents.message_content = True
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(Sample(intents=intents), server.token):
            pass


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"name": "Impact", "description": "x"}, "APPLICATION_COMMAND_INVALID_NAME"),
    ({"name": "two words", "description": "x"}, "APPLICATION_COMMAND_INVALID_NAME"),
    ({"name": "impact", "description": ""}, "BASE_TYPE_BAD_LENGTH"),
    ({"name": "impact", "description": "x" * 101}, "BASE_TYPE_BAD_LENGTH"),
    ({"name": "impact"}, "BASE_TYPE_REQUIRED"),
    ({"name": "impact", "description": "x", "options": [OPTION] * 2}, "OPTIONS_NAME_ALREADY_EXISTS"),
    (
        {
            "name": "impact",
            "description": "x",
            "options": [OPTION | {"choices": [{"name": "a", "value": "a"}] * 26}],
        },
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        {"name": "impact", "description": "x", "options": [OPTION, OPTION | {"name": "b", "required": True}]},
        "OPTIONS_REQUIRED_INVALID",
    ),
]


async def test_a_command_out_of_its_limits_is_refused(server: DiscordServer) -> None:
    path = f"/applications/{server.application_id}/commands"
    for command, complaint in WRONG:
        status, told = await ask(server, "PUT", path, [{"name": "fine", "description": "x"}, command])
        assert (status, told["code"]) == (400, 50035), command
        assert complaint in json.dumps(told["errors"]), command
    assert await server.commands() == []
    assert await server.syncs() == 0


async def test_too_many_commands_are_refused(server: DiscordServer) -> None:
    path = f"/applications/{server.application_id}/commands"
    many = [{"name": f"c{number}", "description": "x"} for number in range(101)]
    assert (await ask(server, "PUT", path, many))[1]["code"] == 50035
    assert (await ask(server, "PUT", path, many[:100]))[0] == 200
    renamed = [{"name": f"d{number}", "description": "x"} for number in range(100)]
    assert (await ask(server, "PUT", path, renamed))[0] == 200
    assert (await ask(server, "PUT", path, many[:1]))[1]["code"] == 30034  # 200 new ones a day
    twice = [{"name": "same", "description": "x"}] * 2
    assert (await ask(server, "PUT", path, twice))[1]["code"] == 50035
