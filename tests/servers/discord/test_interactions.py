"""Commands, buttons, forms and completions, from the click to what the person sees."""

from typing import Any

import discord
import pytest

from tests.servers.discord.control import DiscordServer, Outcome, Wrong, custom_id_of
from tests.servers.discord.naive import OPTION, ask
from tests.servers.discord.sample import Sample, running


async def test_a_command_is_answered_to_the_one_who_asked(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    guild, room, ada = desk
    outcome = await server.slash(guild, room, ada, "impact", {"text": "lankov"})
    assert (outcome.sent, outcome.answers, outcome.ephemeral) == ("sent", 1, True)
    assert outcome.callbacks[0].type == 4
    assert outcome.callbacks[0].after < 3
    assert outcome.embeds[0]["description"].startswith("lankov")
    assert custom_id_of(outcome, "Next") == "next"
    assert await server.messages(room) == []
    [kept] = server.log("message")
    assert (kept["act"], kept["unfurls"]) == ("stored", [])
    assert kept["pings"] == {"everyone": False, "users": [], "roles": []}


async def test_what_is_typed_is_completed(server: DiscordServer, bot: Sample, desk: tuple[str, str, str]) -> None:
    assert await server.autocomplete(*desk, "impact", "kur") == [
        {"name": "kura", "value": "kura"},
        {"name": "kurb", "value": "kurb"},
    ]


async def test_a_button_changes_the_message_it_stands_under(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    first = await server.slash(*desk, "impact")
    second = await server.press(first, "next", desk[2])
    assert second.callbacks[0].type == 7
    assert first.message is not None
    assert second.message is not None
    assert second.message["id"] == first.message["id"]
    assert second.embeds[0]["description"] == "page two"
    assert second.ephemeral
    with pytest.raises(Wrong, match="no button"):
        await server.press(second, "next", desk[2])


async def test_nobody_presses_what_they_do_not_see(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    outcome = await server.slash(*desk, "impact")
    eve = await server.member(desk[0], "eve")
    with pytest.raises(Wrong, match="does not see"):
        await server.press(outcome, "next", eve)


async def test_a_form_opens_and_is_filled_in(server: DiscordServer, bot: Sample, desk: tuple[str, str, str]) -> None:
    ada = desk[2]
    shown = await server.slash(*desk, "form")
    assert shown.modal is not None
    assert shown.modal["title"] == "Report a problem"
    noted = await server.submit(shown, {"words": "mud"}, ada)
    assert noted.message is not None
    assert noted.message["content"] == "noted: mud"
    with pytest.raises(Wrong, match="no modal"):
        await server.submit(shown, {"words": "again"}, ada)

    pressed = await server.press(await server.slash(*desk, "impact"), "report", ada)
    with pytest.raises(Wrong, match="characters"):
        await server.submit(pressed, {"words": "x" * 501}, ada)
    assert (await server.submit(pressed, {"words": "x" * 500}, ada)).answers == 1


async def test_a_deferred_answer_brings_a_file_and_a_followup(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    outcome = await server.slash(*desk, "slow")
    assert [callback.type for callback in outcome.callbacks] == [5]
    [chart] = outcome.attachments
    assert (chart["filename"], chart["description"], chart["size"]) == ("chart.png", "A chart of nothing", 9)
    assert await server.file(chart["id"]) == b"not a png"
    outcome = await server.outcome(outcome.id, followups=1)
    assert [message["content"] for message in outcome.followups] == ["and a word"]
    assert all(message["flags"] & 64 for message in outcome.followups)
    assert outcome.ephemeral
    assert await server.messages(desk[1]) == []


async def test_the_bot_learns_who_asks_from_where_and_with_what_rights(server: DiscordServer, bot: Sample) -> None:
    guild = await server.guild("Desk", member_permissions=("view_channel", "use_application_commands"))
    room = await server.channel(guild, "room", allow=("send_messages",), bot_deny=("embed_links",))
    chief = await server.member(guild, "chief", permissions=("manage_guild",))
    seen: list[discord.Interaction] = []
    bot.tree.interaction_check = _keep(seen)  # type: ignore[method-assign]
    await server.slash(guild, room, chief, "impact", locale="de")
    [asked] = seen
    assert asked.permissions == discord.Permissions(
        view_channel=True, use_application_commands=True, send_messages=True, manage_guild=True
    )
    assert not asked.app_permissions.embed_links
    assert asked.app_permissions.send_messages
    assert asked.locale is discord.Locale.german
    assert asked.context.guild
    assert asked.is_guild_integration()
    assert not asked.is_user_integration()
    assert asked.guild_id == int(guild)


async def test_a_command_is_used_in_a_direct_message(server: DiscordServer, bot: Sample) -> None:
    seen: list[discord.Interaction] = []
    bot.tree.interaction_check = _keep(seen)  # type: ignore[method-assign]
    eve = await server.user("eve")
    outcome = await server.slash(None, None, eve, "impact")
    assert outcome.answers == 1
    assert seen[0].guild_id is None
    assert seen[0].context.dm_channel
    assert seen[0].user.id == int(eve)


async def test_who_may_not_use_commands_is_not_offered_any(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    guild, _, ada = desk
    hidden = await server.channel(guild, "hidden", deny=("view_channel",))
    quiet = await server.channel(guild, "quiet", deny=("use_application_commands",))
    with pytest.raises(Wrong, match="does not see"):
        await server.slash(guild, hidden, ada, "impact")
    with pytest.raises(Wrong, match="not offered"):
        await server.slash(guild, quiet, ada, "impact")
    with pytest.raises(Wrong, match="no option"):
        await server.slash(*desk, "impact", {"words": "x"})


async def test_an_interaction_nobody_listens_to_is_lost(server: DiscordServer, desk: tuple[str, str, str]) -> None:
    async with running(Sample(), server.token) as bot:
        await bot.tree.sync()
    await server.disconnected()
    outcome = await server.slash(*desk, "impact")
    assert (outcome.lost, outcome.answers, outcome.message) == (True, 0, None)


async def callback(server: DiscordServer, outcome: Outcome, body: Any) -> tuple[int, int | None]:
    status, told = await ask(server, "POST", f"/interactions/{outcome.id}/{outcome.token}/callback", body)
    return status, told["code"] if status >= 400 else None


async def offered(server: DiscordServer) -> None:
    """The commands offered, and nobody there to answer them."""
    commands = [{"name": "impact", "description": "x", "options": [OPTION | {"autocomplete": True}]}]
    assert (await ask(server, "PUT", f"/applications/{server.application_id}/commands", commands))[0] == 200


async def test_an_answer_is_given_once_and_within_three_seconds(
    server: DiscordServer, desk: tuple[str, str, str]
) -> None:
    await offered(server)
    hello = {"type": 4, "data": {"content": "hello"}}
    late = await server.slash(*desk, "impact")
    await server.advance(3.1)
    assert await callback(server, late, hello) == (404, 10062)
    once = await server.slash(*desk, "impact")
    assert await callback(server, once, hello) == (204, None)
    assert await callback(server, once, hello) == (400, 40060)
    assert (await server.outcome(once.id)).answers == 1
    assert [callback.code for callback in (await server.outcome(once.id)).callbacks] == [None, 40060]


async def test_a_refused_answer_does_not_use_up_the_interaction(
    server: DiscordServer, desk: tuple[str, str, str]
) -> None:
    await offered(server)
    asked = await server.slash(*desk, "impact")
    assert await callback(server, asked, {"type": 4, "data": {"content": "x" * 2001}}) == (400, 50035)
    assert await callback(server, asked, {"type": 8, "data": {"choices": []}}) == (400, 50035)
    assert await callback(server, asked, {"type": 7, "data": {"content": "x"}}) == (400, 50035)
    assert await callback(server, asked, {"type": 4, "data": {"content": "x"}}) == (204, None)


async def test_a_token_opens_with_the_answer_and_ends_after_fifteen_minutes(
    server: DiscordServer, desk: tuple[str, str, str]
) -> None:
    await offered(server)
    asked = await server.slash(*desk, "impact")
    path = f"/webhooks/{server.application_id}/{asked.token}"
    assert (await ask(server, "POST", path, {"content": "early"}))[1]["code"] == 10015
    await callback(server, asked, {"type": 4, "data": {"content": "x", "flags": 64}})
    assert (await ask(server, "POST", path, {"content": "fine"}))[0] == 200
    assert (await ask(server, "PATCH", f"{path}/messages/@original", {"content": "better"}))[0] == 200
    assert (await ask(server, "GET", f"{path}/messages/@original"))[1]["content"] == "better"
    assert (await ask(server, "DELETE", f"{path}/messages/@original"))[0] == 204
    assert (await ask(server, "PATCH", f"{path}/messages/@original", {"content": "gone"}))[1]["code"] == 10008
    await server.advance(15 * 60)
    status, told = await ask(server, "POST", path, {"content": "late"})
    assert (status, told["code"]) == (401, 50027)


async def test_too_many_choices_are_refused(server: DiscordServer, desk: tuple[str, str, str]) -> None:
    await offered(server)
    choices = [{"name": f"c{number}", "value": "v"} for number in range(26)]

    async def answer() -> list[tuple[int, int | None]]:
        asked = server.log("interaction")[-1]["id"]
        outcome = await server.outcome(asked, within=0)
        return [
            await callback(server, outcome, {"type": 8, "data": {"choices": found}})
            for found in (choices, [{"name": "x" * 101, "value": "v"}], [{"name": "", "value": "v"}], choices[:25])
        ]

    await server.autocomplete(*desk, "impact", "k", within=0)
    assert await answer() == [(400, 50035)] * 3 + [(204, None)]


async def test_the_bot_that_breaks_a_limit_hears_so(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    outcome = await server.slash(*desk, "naive", within=0.5)
    assert (outcome.answers, outcome.callbacks[0].code) == (0, 50035)
    await bot.until("error")
    [error] = bot.errors
    assert isinstance(error, discord.HTTPException)
    assert "embeds.0.description" in error.text


def _keep(seen: list[discord.Interaction]) -> Any:
    async def check(interaction: discord.Interaction) -> bool:
        seen.append(interaction)
        return True

    return check
