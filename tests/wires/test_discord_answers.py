"""What people ask in Discord is answered: privately, exactly as drawn, once, and whatever happens."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.base import Place
from bot.errors import Refused
from bot.message import Claim, Message
from bot.platforms.base import Frozen, key_of
from bot.platforms.discord.wire.faults import SOMETHING
from bot.platforms.discord.wire.hearing import NOT_OURS
from tests.drawings.messages import ALL
from tests.servers.discord.control import Outcome, custom_id_of
from tests.wires.answers import COMMANDS, STALE
from tests.wires.discord_stage import JSON, hand_made, stage, until

LONG = Message("Long", blocks=tuple(Claim(f"Claim number {n}.", ("Reported",)) for n in range(25)), label="TLP:CLEAR")


def same(outcome: Outcome, drawn: JSON) -> bool:
    """Whether the one callback said exactly what was drawn, to this person alone."""
    assert outcome.answers == 1
    said = outcome.callbacks[0].data
    return outcome.ephemeral and all(said[key] == drawn[key] for key in ("embeds", "components", "allowed_mentions"))


def words(outcome: Outcome) -> str:
    assert outcome.message is not None
    return str(outcome.message["content"])


async def test_every_command_is_answered_as_it_is_drawn_and_to_the_asker_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for command in COMMANDS:
            outcome = await play.ask(command.name, command.example)
            assert same(outcome, play.drawn()), command.name
        assert await play.server.messages(play.room) == []
        assert all(not any(one["pings"].values()) for one in play.server.log("message"))
        assert play.bot.standing.detail == "connected to 1 server as TestBot"
        # discord.com/developers/docs/reference#user-agent
        assert all(one["agent"].startswith("DiscordBot (") for one in play.server.log("request"))
        # Whatever was answered, the library remembers nothing of it.
        client = await play.bot._account.client()
        assert not client._connection._view_store._views
        assert not client._connection._view_store._modals


async def test_an_ask_tells_who_asks_and_where(tmp_path: Path) -> None:
    async with stage(tmp_path, guilds=()) as play:
        server = play.server
        role = await server.role(play.guild, "editors")
        bea = await server.member(play.guild, "bea", roles=[role], permissions=["manage_guild"])
        thread = await server.thread(play.room, "about it")
        await server.slash(play.guild, thread, bea, "impact", {"about": "lankov"}, locale="de")
        ask = play.answers.asked[-1]
        assert ask.place == Place("discord", play.room, server.application_id)  # a thread's is that of its channel
        assert (ask.person.id, ask.person.name, ask.person.manages) == (bea, "bea", True)
        assert role in ask.person.roles
        assert play.guild not in ask.person.roles
        assert (ask.command, ask.text, ask.locale) == ("impact", "lankov", "de")
        assert not ask.direct
        assert not ask.strange

        outcome = await server.slash(None, None, await server.user("cem"), "impact")
        assert outcome.answers == 1
        assert play.answers.asked[-1].direct
        assert not play.answers.asked[-1].person.manages

        await play.ask("impact")
        assert not play.answers.asked[-1].person.manages
        assert play.answers.asked[-1].inbound_id != ask.inbound_id


async def test_a_server_that_is_not_ours_is_strange(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        other = await play.server.guild("Elsewhere")
        room = await play.server.channel(other, "lobby")
        dan = await play.server.member(other, "dan")
        play.bot._hearing._guilds = frozenset((play.guild,))
        await play.server.slash(other, room, dan, "impact")
        assert play.answers.asked[-1].strange
        await play.ask("impact")
        assert not play.answers.asked[-1].strange


async def test_texts_are_offered_while_somebody_types(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        server = play.server
        found = await server.autocomplete(play.guild, play.room, play.ada, "impact", "lank")
        assert found[0] == {"name": "lankov · Andrei Lankov", "value": "lankov"}
        assert play.answers.typed[-1].text == "lank"
        many = await server.autocomplete(play.guild, play.room, play.ada, "search", "")
        assert len(many) == 25
        assert all(len(one["name"]) <= 100 for one in many)
        play.answers.fault = RuntimeError("planned")
        assert await server.autocomplete(play.guild, play.room, play.ada, "impact", "l") == []


async def test_pages_turn_in_place_also_after_a_restart(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        play.answers.special["impact"] = LONG
        first = await play.ask("impact")
        second = await play.server.press(first, custom_id_of(first, "Next"), play.ada)
        assert [one.type for one in second.callbacks] == [7]
        assert second.message is not None
        assert first.message is not None
        assert second.message["id"] == first.message["id"]
        assert second.callbacks[0].data["embeds"] == play.drawn(1)["embeds"]

        await play.stop()
        await play.start()
        back = await play.server.press(second, custom_id_of(second, "Back"), play.ada)
        assert back.answers == 1
        assert back.embeds[0]["description"] == first.embeds[0]["description"]


async def test_a_page_of_briefings_that_changed_is_the_first_and_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        play.answers.special["impact"] = LONG
        first = await play.ask("impact")
        play.answers.special["impact"] = replace(LONG, stamp="beef")
        next_page = await play.server.press(first, custom_id_of(first, "Next"), play.ada)
        assert STALE.split(";")[0] in next_page.embeds[0]["description"]


async def test_a_picture_comes_with_its_words_for_the_blind_and_goes_with_the_page(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        outcome = await play.ask("timeline")
        (picture,) = outcome.attachments
        assert picture["filename"] == "timeline.png"
        assert picture["description"] == play.drawn()["attachments"][0]["description"]
        assert (await play.server.file(picture["id"])).startswith(b"\x89PNG")
        assert outcome.embeds[0]["image"]["url"].startswith(("attachment://", play.server.api.split("/api")[0]))
        assert not any(one["missing"] for one in play.server.log("message"))
        timeline = play.answers.message(play.answers.asked[-1])
        play.answers.special["timeline"] = replace(LONG, blocks=(*timeline.blocks, *LONG.blocks))
        first = await play.ask("timeline")
        assert len(first.attachments) == 1
        gone = await play.server.press(first, custom_id_of(first, "Next"), play.ada)
        assert gone.attachments == []


async def test_a_command_that_is_no_longer_offered_gets_an_answer(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        (await play.bot._account.client()).tree.remove_command("impact")
        outcome = await play.ask("impact")
        assert same(outcome, play.drawn())
        assert await play.server.autocomplete(play.guild, play.room, play.ada, "impact", "lank") != []


async def test_what_takes_longer_is_promised_and_then_said(tmp_path: Path) -> None:
    async with stage(tmp_path, patience=0.15) as play:
        play.answers.slow = 0.3
        outcome = await play.ask("impact")
        assert [one.type for one in outcome.callbacks] == [5]
        assert outcome.ephemeral
        assert outcome.embeds[0]["description"] == play.drawn()["embeds"][0]["description"]
        picture = await play.ask("timeline")
        assert len(picture.attachments) == 1

        other = await play.server.press(outcome, custom_id_of(outcome, "Sources"), play.ada)
        assert [one.type for one in other.callbacks] == [6]
        assert other.message is not None
        assert outcome.message is not None
        assert other.message["id"] == outcome.message["id"]
        await until(lambda: [one["act"] for one in play.server.log("message")].count("edited") == 3)
        other = await play.server.outcome(other.id)
        assert other.embeds[0]["title"].startswith("Sources")

        play.answers.refusal = Refused("Not now, *please*.")
        refused = await play.ask("impact")
        assert words(refused) == r"Not now, \*please\*."


async def test_a_refusal_is_told_and_a_fault_keeps_its_details(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage(tmp_path) as play:
        play.answers.refusal = Refused("That was much at once. Ask again in 3 seconds.")
        outcome = await play.ask("impact")
        assert outcome.ephemeral
        assert words(outcome) == "That was much at once. Ask again in 3 seconds."

        play.answers.refusal, play.answers.fault = None, RuntimeError("a detail")
        outcome = await play.ask("impact")
        assert outcome.ephemeral
        assert words(outcome) == SOMETHING
        (record,) = [one for one in caplog.records if one.exc_info]
        assert "/impact failed" in record.message


async def test_answers_that_come_too_late_are_one_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage(tmp_path, patience=5.0) as play:
        play.answers.slow = 0.3
        asked = await play.server.slash_nowait(play.guild, play.room, play.ada, "impact")
        await until(lambda: play.answers.asked)
        await play.server.advance(4)
        await until(lambda: "10062" in caplog.text)
        assert (await play.server.outcome(asked, within=0)).answers == 0
        play.bot._hearing._patience = 0.05
        asked = await play.server.slash_nowait(play.guild, play.room, play.ada, "impact")
        await until(lambda: [one["status"] for one in play.server.log("callback")][1:] == [200])
        await play.server.advance(16 * 60)
        await until(lambda: "50027" in caplog.text or "10015" in caplog.text)
        told = [one for one in caplog.records if one.name.startswith("bot") and one.levelno >= logging.WARNING]
        assert len(told) == 2
        assert not any(one.exc_info for one in told)


async def test_a_question_heard_twice_is_answered_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with stage(tmp_path) as play:
        for guarded in (True, False):
            if not guarded:  # the guard fails without its memory
                play.bot._hearing._heard._most = 0
            before, said = len(play.answers.asked), caplog.text.count("heard twice")
            outcome = await play.ask("impact")
            assert play.bot._gateway is not None
            socket = play.bot._gateway._shards[0]._socket
            assert socket is not None
            assert socket.sequence is not None
            socket.sequence -= 1  # the bot tells that it has not heard the question yet, and gets it again
            await play.server.reset()
            await play.server.connected()
            if guarded:
                await until(lambda said=said: caplog.text.count("heard twice") == said + 1)
                assert len(play.answers.asked) == before + 1
            else:
                await until(lambda before=before: len(play.answers.asked) == before + 2)
                await until(lambda: "40060" in caplog.text)
            assert (await play.server.outcome(outcome.id)).answers == 1


async def test_forged_buttons_reveal_nothing(tmp_path: Path) -> None:
    ids = ("b1|impact|0|0000|x\ny", "z1|impact|0|0000|", "d:1", "b1|impact|99999|0000|", "p1|" + "k" * 26)
    async with stage(tmp_path) as play:
        await play.bot.post(play.place, hand_made(*ids), key_of("a"))
        (message,) = await play.server.messages(play.room)
        for one in ids:
            outcome = await play.server.press(message, one, play.ada)
            assert outcome.ephemeral
            assert words(outcome) == NOT_OURS
        assert play.answers.asked == []


async def test_a_press_on_what_all_can_see_is_answered_to_one(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        frozen = hand_made("b1|sources|0|0000|", "b1|no-such|0|0000|<@1> @everyone")
        await play.bot.post(play.place, frozen, key_of("a"))
        (message,) = await play.server.messages(play.room)
        outcome = await play.server.press(message, "b1|sources|0|0000|", play.ada)
        assert same(outcome, play.drawn())
        strange = await play.server.press(message, "b1|no-such|0|0000|<@1> @everyone", play.ada)
        assert same(strange, play.drawn())
        assert [one["content"] for one in await play.server.messages(play.room)] == [""]
        assert all(not any(one["pings"].values()) for one in play.server.log("message"))


async def test_a_message_full_of_markup_stays_words(tmp_path: Path) -> None:
    message, page = ALL["hostile"]
    async with stage(tmp_path) as play:
        play.answers.special["impact"] = message
        outcome = await play.ask("impact")
        assert same(outcome, play.drawn(page))
        kept = play.server.log("message")[-1]
        assert not any(kept["pings"].values())


async def test_words_of_a_sentence_are_never_markup_nor_a_ping(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        said = f"<@{play.ada}> @everyone **no** [x](https://evil.example)"
        play.answers.refusal = Refused(said)
        outcome = await play.ask("impact")
        assert f"<@{play.ada}>" not in words(outcome)
        assert "@everyone" not in words(outcome)
        assert "**no**" not in words(outcome)
        assert not any(play.server.log("message")[-1]["pings"].values())
        assert not play.server.log("message")[-1]["unfurls"]
        # As they stand, the same words would call everybody: the server sees it.
        loud = {"content": said, "embeds": [{}], "components": [], "allowed_mentions": {"parse": ["users"]}}
        await play.bot.post(play.place, Frozen(loud, ()), key_of("a"))
        assert play.server.log("message")[-1]["pings"]["users"] == [play.ada]


async def test_many_at_once_are_each_answered(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        asked = [await play.server.slash_nowait(play.guild, play.room, play.ada, "impact") for _ in range(30)]
        outcomes = await asyncio.gather(*(play.server.outcome(one) for one in asked))
        assert [one.answers for one in outcomes] == [1] * 30
