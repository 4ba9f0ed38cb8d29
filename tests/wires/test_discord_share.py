"""Sharing an answer with the channel, and reporting one to the admins."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.base import Place
from bot.platforms.base import key_of
from bot.platforms.discord.wire.hearing import BUSY, MAY_NOT_WRITE, NO_ACCESS, NO_CHANNEL, SHARED, UNSURE
from tests.servers.discord.control import Outcome, custom_id_of
from tests.servers.faults import Fault, Kind
from tests.wires.discord_stage import Stage, hand_made, stage, until
from tests.wires.test_discord_answers import words

POST = r"POST /channels/\d+/messages"


async def share(play: Stage, where: str, who: str) -> Outcome:
    """Somebody asks at a place, and presses Share."""
    asked = await play.server.slash(play.guild, where, who, "impact")
    return await play.server.press(asked, custom_id_of(asked, "Share to channel"), who)


async def test_an_answer_is_shared_once_with_the_sharers_name_and_without_a_ping(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        asked = await play.ask("impact")
        outcome = await play.server.press(asked, custom_id_of(asked, "Share to channel"), play.ada)
        assert outcome.ephemeral
        assert words(outcome) == SHARED
        (shared,) = await play.server.messages(play.room)
        assert "Shared by ada" in shared["embeds"][0]["description"]
        assert shared["flags"] == 0
        key = key_of("share", "discord", outcome.id)
        assert shared["nonce"] == key
        assert custom_id_of(shared, "Report a problem") == f"p1|{key}"
        assert not any(any(one["pings"].values()) for one in play.server.log("message"))
        # Another press is another share; the same one again is not.
        await play.server.press(asked, custom_id_of(asked, "Share to channel"), play.ada)
        assert len(await play.server.messages(play.room)) == 2


async def test_a_share_goes_into_the_thread_it_was_asked_in(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        thread = await play.server.thread(play.room, "about it")
        assert words(await share(play, thread, play.ada)) == SHARED
        assert len(await play.server.messages(thread)) == 1
        assert play.answers.shared[-1].place.channel == play.room
        locked = await play.server.thread(play.room, "closed", locked=True)
        assert words(await share(play, locked, play.ada)) == MAY_NOT_WRITE


@pytest.mark.parametrize("kind", ["reset after", "status after"])
async def test_a_share_that_discord_took_without_saying_so_is_there_once(tmp_path: Path, kind: Kind) -> None:
    async with stage(tmp_path) as play:
        await play.server.fault(Fault(POST, kind, status=503))
        assert words(await share(play, play.room, play.ada)) == SHARED
        assert len(await play.server.messages(play.room)) == 1
        posts = [one for one in play.server.log("request") if one["method"] == "POST" and "/messages" in one["path"]]
        assert len(posts) == 2

        # Without the key it would be there twice.
        await play.server.set(nonce_window=0.0)
        await play.server.fault(Fault(POST, kind, status=503))
        assert words(await share(play, play.room, play.ada)) == SHARED
        assert len(await play.server.messages(play.room)) == 3


async def test_a_share_nobody_can_be_sure_of_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.server.fault(Fault(POST, "reset after", times=2))
        assert words(await share(play, play.room, play.ada)) == UNSURE
        await play.server.fault(Fault(POST, "reset after"))
        await play.server.fault(Fault(POST, "limited", seconds=100.0))
        assert words(await share(play, play.room, play.ada)) == UNSURE
        await play.server.fault(Fault(POST, "limited", seconds=100.0))
        assert words(await share(play, play.room, play.ada)) == BUSY


async def test_what_discord_has_given_up_is_not_done_late(tmp_path: Path) -> None:
    """After an outage it brings the presses of those whom it told that theirs had failed, and who pressed again."""
    async with stage(tmp_path) as play:
        asked = await play.ask("impact")
        report = await play.server.press(asked, custom_id_of(asked, "Report a problem"), play.ada)
        await play.server.gone(3.5)
        pressed = [
            await play.server.press_nowait(asked, custom_id_of(asked, "Share to channel"), play.ada) for _ in range(2)
        ]
        sent = await play.server.submit(report, {"words": "Not so."}, play.ada, within=0.1)
        await play.server.connected()
        await until(lambda: {one["interaction"] for one in play.server.log("callback")} >= {*pressed, sent.id})
        assert (await play.ask("impact")).answers == 1
        assert await play.server.messages(play.room) == []
        assert (play.answers.shared, play.answers.reports) == ([], [])


async def test_a_reader_is_not_told_what_only_the_operator_can_mend(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.server.fault(Fault(POST, "status before", status=401))
        assert words(await share(play, play.room, play.ada)) == NO_ACCESS


async def test_nobody_writes_through_the_bot_where_they_may_not(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        hall = await play.server.channel(
            play.guild, "announcements", deny=["send_messages"], bot_allow=["send_messages"]
        )
        assert words(await share(play, hall, play.ada)) == MAY_NOT_WRITE
        assert play.answers.shared == []
        editor = await play.server.member(play.guild, "eda", permissions=["administrator"])
        assert words(await share(play, hall, editor)) == SHARED
        assert len(await play.server.messages(hall)) == 1

        # Nothing but the check stands in the way: Discord takes it from the bot.
        await play.bot.post(Place("discord", hall), hand_made(), key_of("a"))
        assert len(await play.server.messages(hall)) == 2


async def test_a_bot_that_may_not_post_says_what_it_lacks(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for lacks, said in (("send_messages", "Send Messages"), ("embed_links", "Embed Links")):
            room = await play.server.channel(play.guild, f"without-{lacks[:5]}", bot_deny=[lacks])
            assert said in words(await share(play, room, play.ada))
        assert play.answers.shared == []


async def test_a_share_of_what_changed_since_or_in_a_direct_message_is_refused(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        asked = await play.ask("impact")
        play.answers.special["impact"] = replace(play.answers.message(play.answers.asked[-1]), stamp="beef")
        outcome = await play.server.press(asked, custom_id_of(asked, "Share to channel"), play.ada)
        assert "changed since this answer" in words(outcome)
        assert await play.server.messages(play.room) == []

        dan = await play.server.user("dan")
        asked = await play.server.slash(None, None, dan, "sources")
        outcome = await play.server.press(asked, custom_id_of(asked, "Share to channel"), dan)
        assert words(outcome) == NO_CHANNEL


async def test_a_problem_is_reported_in_a_form_also_after_a_restart(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        asked = await play.ask("impact", "lankov")
        form = await play.server.press(asked, custom_id_of(asked, "Report a problem"), play.ada)
        assert form.modal is not None
        assert form.modal["title"] == "Report a problem"
        field = form.modal["components"][0]
        assert field["label"] == "What is wrong?"
        assert (field["component"]["min_length"], field["component"]["max_length"]) == (1, 500)
        await play.stop()
        await play.start()
        outcome = await play.server.submit(form, {"words": "The *name* is wrong."}, play.ada)
        assert outcome.ephemeral
        assert words(outcome) == "Thank you. The admins have your report."
        ((ask, told, link),) = play.answers.reports
        assert (ask.command, ask.text, told, link) == ("impact", "lankov", "The *name* is wrong.", "")
        assert ask.inbound_id == outcome.id


async def test_a_report_about_a_post_names_its_key_and_leads_to_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await share(play, play.room, play.ada)
        (shared,) = await play.server.messages(play.room)
        press = custom_id_of(shared, "Report a problem")
        form = await play.server.press(shared, press, play.ada)
        await play.server.submit(form, {"words": "Not so."}, play.ada)
        ((ask, _, link),) = play.answers.reports
        assert (ask.command, ask.text) == ("post", press.removeprefix("p1|"))
        assert link == f"https://discord.com/channels/{play.guild}/{play.room}/{shared['id']}"

        # A report button that was not drawn for a post is about its question.
        await play.bot.post(play.place, hand_made("x1", text="No report here"), key_of("b"))
        asked = await play.ask("impact")
        before = asked.message
        assert before is not None
        form = await play.server.press(asked, custom_id_of(before, "Report a problem"), play.ada)
        await play.server.submit(form, {"words": "Not so."}, play.ada)
        await until(lambda: len(play.answers.reports) == 2)
        assert play.answers.reports[1][0].command == "impact"
