"""Slack: sharing with a channel, reporting a problem, and the App Home."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.commands.base import Ask, Asker, Reply
from bot.errors import Refused
from bot.platforms.base import key_of
from bot.platforms.slack.render import render
from bot.platforms.slack.wire.listeners import Listeners
from bot.platforms.slack.wire.sharing import Sharing
from tests.servers.faults import Fault, Kind
from tests.servers.slack.control import Outcome, action_id_of, elements
from tests.wires.answers import SmallAnswers
from tests.wires.slack_stage import Stage, bare, called, logged, playing, until

UNSURE = "It is not certain that it was posted: look at the channel before you press again."


async def shared(stage: Stage, channel: str = "", user: str = "") -> Outcome:
    """Somebody asks in a channel, and shares the answer."""
    user = user or stage.ada
    outcome = await stage.server.command(user, channel or stage.room, "/impact")
    return await stage.press(outcome, "Share to channel", user)


# --- sharing


async def test_a_share_is_posted_once_as_it_was_drawn(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await shared(stage)
        assert outcome.words == "Shared in this channel."
        assert outcome.response_type == "ephemeral"
        assert outcome.uses[0].body["replace_original"] is False
        [message] = await stage.server.messages(stage.room)
        ask = stage.answers.shared[0]
        reply = await SmallAnswers().share(ask)
        drawn = render(reply.message, reply.page).body
        assert bare(message.blocks) == bare(drawn["blocks"])
        assert "Shared by ada" in message.words
        assert message.metadata == {
            "event_type": "briefing_post",
            "event_payload": {"key": key_of("share", "slack", ask.inbound_id)},
        }
        assert not [part for part in elements(message.blocks) if part["action_id"].startswith(("s1|", "f1|"))]
        assert not ask.person.manages


async def test_two_presses_are_two_shares_and_one_press_heard_twice_is_one(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await shared(stage)
        await shared(stage)
        assert len(await stage.server.messages(stage.room)) == 2
        assert len({ask.inbound_id for ask in stage.answers.shared}) == 2


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_envelope_that_comes_again_shares_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restarted: bool
) -> None:
    forgetful(monkeypatch)
    async with playing(tmp_path) as stage:
        await twice(stage, restarted=restarted)
        assert len(stage.answers.shared) == (2 if restarted else 1)
        assert len(await stage.server.messages(stage.room)) == 1


async def test_without_counting_an_envelope_that_comes_again_would_share_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Careless(SmallAnswers):
        async def share(self, ask: Ask) -> Reply:
            self._taken.clear()
            return await super().share(ask)

    forgetful(monkeypatch)
    async with playing(tmp_path, start=False) as stage:
        stage.answers = Careless()
        await stage.start()
        await twice(stage, restarted=True)
        assert len(await stage.server.messages(stage.room)) == 2


def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first press is heard and done, but its ack is never sent."""
    forgot: list[object] = []
    heard = Listeners.envelope

    async def envelope(self: Listeners, told: Mapping[str, Any]) -> str | None:
        ack = await heard(self, told)
        if told["type"] == "interactive" and not forgot:
            forgot.append(told)
            return None
        return ack

    monkeypatch.setattr(Listeners, "envelope", envelope)


async def twice(stage: Stage, *, restarted: bool) -> None:
    """Somebody shares, and Slack tells the bot of it on the next connection once more."""
    outcome = await stage.ask("impact")
    pressed = await stage.server.press_nowait(outcome, action_id_of(outcome, "Share to channel"), stage.ada)
    await until(lambda: stage.server.log("response_url"))
    if restarted:
        await stage.stop()
        await stage.start()
    else:
        await stage.server.reset()
    told = await stage.server.outcome(pressed, answers=2 if restarted else 1, acks=1)
    assert told.deliveries == 2
    assert len(told.acks) == 1


async def test_a_share_that_was_accepted_and_then_cut_off_is_told_honestly(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.fault(Fault("chat.postMessage", "reset after"))
        outcome = await shared(stage)
        assert outcome.words == UNSURE
        assert len(await stage.server.messages(stage.room)) == 1
        assert called(stage.server, "chat.postMessage") == 1


async def test_a_share_while_slack_is_busy_is_not_posted_and_says_when_to_press_again(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.fault(Fault("chat.postMessage", "limited", seconds=7))
        outcome = await shared(stage)
        assert outcome.words == "Slack asks for a pause, and nothing was posted. Press again in 7 seconds."
        assert await stage.server.messages(stage.room) == []


async def test_a_stale_share_is_refused(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("impact")
        stage.answers.special["impact"] = replace(stage.answers.message(stage.answers.asked[-1]), stamp="ffff")
        pressed = await stage.press(outcome, "Share to channel")
        assert pressed.words.startswith("The briefings changed since")
        assert await stage.server.messages(stage.room) == []


NOWHERE: tuple[tuple[dict[str, bool], bool, str], ...] = (
    ({"read_only": True}, True, "You may not write in this channel, so the bot does not do it for you."),
    ({}, False, "You are not in this channel, so the bot does not post in it for you."),
    ({"member": False}, True, "Invite the bot first: /invite @briefing."),
    ({"member": False, "private": True}, True, "Invite the bot first: /invite @briefing."),
    ({"archived": True}, True, "This channel is archived, so nothing can be posted in it."),
)


async def test_where_somebody_may_not_write_the_bot_does_not_do_it_for_them(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        for number, (facts, joined, said) in enumerate(NOWHERE, 1):
            channel = await stage.server.channel(f"other{number}", **{**facts, "archived": False})
            if joined:
                await stage.server.join(channel, stage.ada)
            outcome = await stage.server.command(stage.ada, channel, "/impact")
            if facts.get("archived"):
                await stage.server.archive(channel)
            await stage.press(outcome, "Share to channel", answers=0)
            await until(lambda number=number: len(stage.server.log("response_url")) == number)  # type: ignore[misc]
            assert stage.server.log("response_url")[-1]["body"]["text"] == said
            assert await stage.server.messages(channel) == []
        assert stage.answers.shared == []


async def test_without_the_check_the_bot_would_write_where_somebody_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def careless(*_: object, **__: object) -> None:
        return None

    monkeypatch.setattr(Sharing, "doubt", careless)
    async with playing(tmp_path) as stage:
        channel = await stage.server.channel("other")
        await shared(stage, channel)
        assert len(await stage.server.messages(channel)) == 1


async def test_an_admin_may_write_in_a_read_only_channel_and_hears_where_the_bot_may_not(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        boss = await stage.server.user("boss", admin=True)
        channel = await stage.server.channel("news", read_only=True)
        await stage.server.join(channel, boss)
        outcome = await shared(stage, channel, boss)
        assert outcome.words == (
            f"Only some people may post in Slack channel {channel}. Allow the bot in the channel's settings."
        )
        await stage.server.join(stage.room, boss)
        await shared(stage, stage.room, boss)
        assert stage.answers.shared[-1].person.manages
        assert called(stage.server, "users.info") == 1


async def test_many_presses_of_one_person_do_not_ask_slack_without_end(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("impact")
        for _ in range(20):
            assert (await stage.press(outcome, "Share to channel")).words == "Shared in this channel."
        before = len(stage.server.log("request"))
        refused = await stage.press(outcome, "Share to channel")
        assert refused.words.startswith("That was much at once. Press again in ")
        assert len(stage.server.log("request")) == before
        zoe = await stage.server.user("zoe")
        await stage.server.join(stage.room, zoe)
        assert (await shared(stage, user=zoe)).words == "Shared in this channel."


async def test_a_member_far_down_the_list_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.slack.wire.rooms.PAGE", 2)
    async with playing(tmp_path) as stage:
        for number in range(5):
            await stage.server.join(stage.room, await stage.server.user(f"user{number}"))
        zoe = await stage.server.user("zoe")
        await stage.server.join(stage.room, zoe)
        assert (await shared(stage, stage.room, zoe)).words == "Shared in this channel."
        assert called(stage.server, "conversations.members") == 4


async def test_where_slack_does_not_say_who_may_write_nothing_is_posted(tmp_path: Path) -> None:
    kinds: tuple[Kind, ...] = ("status before", "garbage")
    async with playing(tmp_path) as stage:
        for kind in kinds:
            await stage.server.fault(Fault("conversations.info", kind, status=503))
            outcome = await shared(stage)
            assert outcome.words.startswith("Slack does not say who may write here just now")
        assert await stage.server.messages(stage.room) == []


async def test_without_the_access_it_needs_the_reader_is_sent_to_the_operator(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        asked = await stage.ask("impact")
        await stage.server.scopes({"channels:read", "users:read", "commands"})  # all but that of posting
        told = await stage.press(asked, "Share to channel")
        assert told.words.endswith("nothing was posted. Tell whoever runs the bot.")
        await stage.server.revoke("token_revoked")
        told = await stage.press(asked, "Share to channel")
        assert told.words.endswith("nothing was posted. Tell whoever runs the bot.")
        assert await stage.server.messages(stage.room) == []


async def test_what_a_share_came_to_is_told_again_where_that_may_have_been_lost(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        asked = await stage.ask("impact")
        await stage.server.fault(Fault("response_url", "status before", status=500))
        told = await stage.press(asked, "Share to channel")
        assert told.words == "Shared in this channel."
        assert len(await stage.server.messages(stage.room)) == 1


async def test_there_is_nothing_to_share_with_in_direct_messages(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await shared(stage, await stage.server.dm(stage.ada))
        assert outcome.words == "There is no channel here to share it with."
        assert stage.answers.shared == []


async def test_a_share_in_a_channel_shared_with_others_is_a_strange_one(tmp_path: Path) -> None:
    async with playing(tmp_path, guarded=lambda _: True) as stage:
        channel = await stage.server.channel("shared")
        await stage.server.join(channel, stage.ada)
        outcome = await stage.server.command(stage.ada, channel, "/impact")
        assert not stage.answers.asked[-1].strange
        await stage.server.share(channel)  # within the minute for which it is remembered
        await stage.press(outcome, "Share to channel")
        assert stage.answers.shared[-1].strange


async def test_a_fault_while_sharing_is_told_without_details(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("impact")
        stage.answers.fault = KeyError("a secret detail")
        with logged() as lines:
            pressed = await stage.press(outcome, "Share to channel")
        assert pressed.words == "Something went wrong here; the admins can see it in the log."
        assert "Traceback" in "\n".join(lines)


# --- reporting


async def reported(stage: Stage, words: str = "The date is wrong.") -> Outcome:
    opened = await stage.press(await stage.ask("impact"), "Report a problem")
    return await stage.server.submit(opened, {"words": words}, stage.ada)


async def test_a_report_is_taken_with_its_words(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("impact", "lankov")
        opened = await stage.press(outcome, "Report a problem")
        [view] = opened.views
        assert (view.title, view.blocks[0]["element"]["max_length"]) == ("Report a problem", 500)
        assert "What is wrong?" in view.words
        done = await stage.server.submit(view, {"words": "The date is wrong."}, stage.ada)
        assert done.in_time
        assert done.view
        assert done.view.words.endswith("Thank you. The admins have your report.")
        [(ask, words, link)] = stage.answers.reports
        assert (ask.command, ask.text, words, link) == ("impact", "lankov", "The date is wrong.", "")
        assert (ask.place, ask.person.name) == (stage.place, "ada")
        assert ask.inbound_id == f"{view.id}:{view.hash}"


async def test_a_report_about_what_everybody_sees_carries_its_address(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await shared(stage)
        [message] = await stage.server.messages(stage.room, at_least=1)
        opened = await stage.press(message, "Report a problem")
        await stage.server.submit(opened, {"words": "Wrong."}, stage.ada)
        link = stage.answers.reports[0][2]
        told = await stage.bot._api.read("chat.getPermalink", channel=stage.room, message_ts=message.ts)
        assert link == told["permalink"]


async def test_a_report_that_is_refused_gives_the_words_back(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        opened = await stage.press(await stage.ask("impact"), "Report a problem")
        stage.answers.refusal = Refused("3 reports an hour are taken from one person. Try again later.")
        done = await stage.server.submit(opened, {"words": "The date is wrong."}, stage.ada)
        assert done.view
        assert "3 reports an hour are taken from one person. Try again later." in done.view.words
        assert "The date is wrong." in done.view.words


async def test_a_slow_report_is_acknowledged_at_once_and_told_later(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        opened = await stage.press(await stage.ask("impact"), "Report a problem")
        stage.answers.slow = 0.5
        done = await stage.server.submit(opened, {"words": "Wrong."}, stage.ada)
        assert done.view
        assert "One moment…" in done.view.words
        await until(lambda: called(stage.server, "views.update"))
        done = await stage.server.outcome(done)
        assert done.view
        assert "Thank you." in done.view.words


async def test_a_report_that_opens_too_late_is_told(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.set(trigger_age=0.0)
        pressed = await stage.press(await stage.ask("impact"), "Report a problem")
        assert pressed.views == ()
        assert pressed.words == "The form could not be opened. Press once more."


async def test_a_modal_whose_button_is_not_ours_reports_nothing(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        opened = await stage.press(await stage.ask("impact"), "Report a problem")
        for metadata in ("", "junk", '["x", "C1", ""]', "[1, 2, 3]"):
            body = {
                "type": "view_submission",
                "user": {"id": stage.ada},
                "team": {"id": stage.server.team_id},
                "view": {**opened.views[0].raw, "private_metadata": metadata},
            }
            ack = await stage.bot._listeners.envelope({"payload": body})
            assert ack is not None
            assert "not one of ours" in ack
        assert stage.answers.reports == []


# --- the App Home


async def test_the_home_shows_what_there_is_and_what_can_be_asked(tmp_path: Path) -> None:
    async with playing(tmp_path, guarded=lambda _: True) as stage:
        view = await stage.server.home(stage.ada)
        asked = briefing, helping, digests = stage.answers.asked
        assert [ask.command for ask in asked] == ["briefing", "help", "digest"]
        assert all(ask.direct and ask.strange for ask in (briefing, helping))
        assert (digests.place.channel, digests.direct, digests.strange) == (view.private_metadata, True, False)
        assert all(ask.person == Asker("") for ask in asked), "an opened tab is not paced as a command"
        drawn = [render(stage.answers.message(ask)).body["blocks"] for ask in (briefing, digests, helping)]
        assert bare(view.blocks) == bare([*drawn[0], {"type": "divider"}, *drawn[1], {"type": "divider"}, *drawn[2]])
        again = await stage.server.home(stage.ada)
        assert bare(again.blocks) == bare(view.blocks)


def published(stage: Stage) -> list[Any]:
    """The blocks of every Home that was published."""
    return [record["body"]["blocks"] for record in stage.server.log("view")]


async def test_buttons_and_pickers_of_the_home_answer_in_the_home(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        view = await stage.server.home(stage.ada)
        select = next(part for part in elements(view.blocks) if part["type"] == "external_select")
        await stage.server.pick(view, select["action_id"], "dprk-troops-in-russia", stage.ada)
        await until(lambda: len(published(stage)) == 2)
        assert stage.answers.asked[-1].text == "dprk-troops-in-russia"
        assert bare(published(stage)[-1]) == bare(stage.drawn().body["blocks"])


async def test_a_home_that_cannot_be_published_is_told_in_the_log(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.server.fault(Fault("views.publish", "status before", status=502))
        with logged() as lines:
            with pytest.raises(TimeoutError):
                await stage.server.home(stage.ada, within=0.5)
            await until(lambda: any("a Home tab stays as it was" in line for line in lines))
