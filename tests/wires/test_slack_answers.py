"""Slack: what is asked is answered, privately, once, and as it was drawn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Refused
from bot.message import Message
from bot.platforms.slack.response_urls import ResponseUrls
from bot.platforms.slack.wire import Slack, Timings
from tests.servers.faults import Fault
from tests.servers.slack.control import action_id_of, elements
from tests.wires.answers import COMMANDS, STALE
from tests.wires.slack_stage import QUICK, Stage, bare, called, logged, playing, until

LONG = "the " * 10


async def test_every_command_is_answered_in_its_ack_as_it_was_drawn(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        for command in COMMANDS:
            for text in ("", command.example or "lankov"):
                outcome = await stage.ask(command.name, text)
                assert (outcome.answers, outcome.response_type, outcome.in_time) == (1, "ephemeral", True)
                body = stage.drawn().body
                assert outcome.text == body["text"], (command.name, text)
                assert bare(outcome.blocks) == bare(body["blocks"])
                assert outcome.uses == ()
        asked = stage.answers.asked[0]
        assert (asked.place, asked.person.id, asked.person.name) == (stage.place, stage.ada, "ada")
        assert not asked.direct
        assert not asked.strange
        # Who runs the workspace, and who reads along, is looked up where it matters alone: at /digest.
        known = {"auth.test", "apps.connections.open", "conversations.info", "users.info"}
        assert {record["method"] for record in stage.server.log("request")} == known


async def test_a_reserved_name_is_reached_through_the_door(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        for text, command, rest in (
            ("", "help", ""),
            ("impact lankov", "impact", "lankov"),
            ("  search   kursk now ", "search", "kursk now"),
            ("/status", "status", ""),
            ("IMPACT", "impact", ""),
            ("search a &lt; b &amp;amp; c", "search", "a < b &amp; c"),
        ):
            outcome = await stage.ask("brief", text)
            asked = stage.answers.asked[-1]
            assert (asked.command, asked.text) == (command, rest)
            assert bare(outcome.blocks) == bare(stage.drawn().body["blocks"])


async def test_a_prefix_is_taken_off(tmp_path: Path) -> None:
    async with playing(tmp_path, prefix="nk-") as stage:
        for typed, text, command in (
            ("nk-search", "kursk", "search"),
            ("nk-brief", "impact", "impact"),
            ("nk-brief", "/nk-impact", "impact"),
            ("brief", "impact", "impact"),
            ("nk-brief", "", "help"),
        ):
            await stage.ask(typed, text)
            assert stage.answers.asked[-1].command == command


async def test_an_unknown_command_is_answered_as_one(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("impcat")
        assert bare(outcome.blocks) == bare(stage.drawn().body["blocks"])


async def test_what_takes_longer_is_acknowledged_at_once_and_comes_later(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        stage.answers.slow = 0.6
        outcome = await stage.ask("impact")
        assert (outcome.in_time, outcome.text) == (True, "One moment…")
        assert outcome.acks[0]["after"] < 0.6
        later = await stage.server.outcome(outcome, answers=2)
        assert [use.status for use in later.uses] == [200]
        assert bare(later.blocks) == bare(stage.drawn().body["blocks"])
        assert later.response_type == "ephemeral"


async def test_what_slack_sends_again_is_answered_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first ack was lost: what came beside it is not said again, nor twice where both are under way."""
    async with playing(tmp_path) as stage:
        stage.answers.slow = 0.6
        outcome = await stage.ask("impact")
        body = {"payload": typed_body(stage, outcome.response_url)}
        first, second = await asyncio.gather(*(stage.bot._listeners.envelope(body) for _ in range(2)))
        assert ("One moment" in str(first), second) == (True, "")
        await until(lambda: len(stage.server.log("response_url")) == 2)  # that of the ask before, and one of these
        assert await stage.bot._listeners.envelope(body) == ""
        stage.answers.slow = 0.0
        body = {"payload": typed_body(stage, outcome.response_url, "3.4.5")}
        acks = [await stage.bot._listeners.envelope(body) for _ in range(2)]
        assert acks[0] == acks[1] != ""
        await asyncio.sleep(0.5)
        assert len(stage.server.log("response_url")) == 2


@pytest.mark.parametrize(
    ("fault", "pressed", "asked"),
    [
        (Fault("response_url", "limited", seconds=1), 1, 1),
        (Fault("response_url", "status before", status=503), 1, 0),
        (Fault("response_url", "reset before"), 1, 0),
        (Fault("response_url", "status after", status=503), 2, 1),
        (Fault("response_url", "status before", status=404), 0, 0),
        (Fault("response_url", "limited", seconds=900), 0, 0),
    ],
)
async def test_a_response_url_that_fails_is_tried_again_where_that_doubles_nothing(
    tmp_path: Path, fault: Fault, pressed: int, asked: int
) -> None:
    """A page in its place may be said twice and stands once; a new line may have been said."""
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("impact")
        await stage.server.fault(fault)
        await stage.server.press(outcome, action_id_of(outcome, "Sources"), stage.ada)
        assert await uses(stage) == pressed
        stage.answers.slow = 0.6
        await stage.server.fault(fault)
        await stage.ask("impact")
        assert await uses(stage) - pressed == asked


async def uses(stage: Stage) -> int:
    """How many uses of response URLs Slack heard of, once there are no more."""
    await asyncio.sleep(2.0)
    return len(stage.server.log("response_url"))


async def test_waiting_for_a_slow_answer_would_be_too_late(tmp_path: Path) -> None:
    async with playing(tmp_path, timings=replace(QUICK, ack=5.0)) as stage:
        await stage.server.set(ack_within=0.5)
        stage.answers.slow = 0.8
        outcome = await stage.ask("impact")
        assert outcome.error == "operation_timeout"


async def test_a_refusal_and_a_fault_are_told_in_one_plain_line(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        stage.answers.refusal = Refused("That was much <at> once. Ask again in 3 seconds.")
        outcome = await stage.ask("impact")
        assert outcome.words == "That was much <at> once. Ask again in 3 seconds."
        assert outcome.text == "That was much &lt;at&gt; once. Ask again in 3 seconds."
        stage.answers.refusal, stage.answers.fault = None, KeyError("a secret detail")
        with logged() as lines:
            outcome = await stage.ask("impact")
        assert outcome.words == "Something went wrong here; the admins can see it in the log."
        assert "Traceback" in "\n".join(lines)


async def test_buttons_replace_a_private_answer_in_its_place(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("impact")
        pressed = await stage.press(outcome, "Sources")
        assert pressed.message
        assert outcome.message
        assert pressed.message.ts == outcome.message.ts
        assert pressed.acks[0]["body"] == {} or not pressed.acks[0]["body"]
        assert bare(pressed.blocks) == bare(stage.drawn().body["blocks"])
        assert len(await stage.server.ephemerals(stage.room, stage.ada)) == 1


async def test_a_long_answer_is_read_to_its_end_and_back(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        shown = await stage.ask("search", LONG)
        pages = [shown.words]
        while any(part.get("text", {}).get("text") == "Next" for part in elements(shown.blocks)):
            shown = await stage.press(shown, "Next")
            pages.append(shown.words)
            assert bare(shown.blocks) == bare(stage.drawn(len(pages) - 1).body["blocks"])
        assert len(pages) == len(set(pages)) > 1
        shown = await stage.press(shown, "Back")
        assert shown.words == pages[-2]


async def test_a_button_works_after_a_restart(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("impact")
        await stage.stop()
        await stage.start()
        pressed = await stage.press(outcome, "Sources")
        assert stage.answers.asked[-1].command == "sources"
        assert pressed.answers == 1


async def test_next_after_an_edit_shows_the_first_page_with_a_word_about_it(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("search", LONG)
        stage.answers.special["search"] = replace(stage.answers.message(stage.answers.asked[-1]), stamp="ffff")
        pressed = await stage.press(outcome, "Next")
        assert STALE in pressed.words


async def test_a_button_of_a_public_message_answers_privately_and_leaves_the_message_alone(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.press(await stage.ask("impact"), "Share to channel")
        [public] = await stage.server.messages(stage.room, at_least=1)
        bo = await stage.server.user("bo")
        pressed = await stage.press(public, "Sources", bo)
        assert pressed.response_type == "ephemeral"
        assert [one.blocks for one in await stage.server.messages(stage.room)] == [public.blocks]
        assert len(await stage.server.ephemerals(stage.room, bo)) == 1


async def test_replacing_always_would_overwrite_what_everybody_sees(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.press(await stage.ask("impact"), "Share to channel")
        [public] = await stage.server.messages(stage.room, at_least=1)
        outcome = await stage.server.press(public, action_id_of(public, "Sources"), stage.ada)
        await stage.server.outcome(outcome, answers=1)
        await stage.server.respond(outcome, {"text": "mine", "replace_original": True})
        assert [one.text for one in await stage.server.messages(stage.room)] == ["mine"]


async def test_a_picker_offers_texts_and_asks_with_the_one_picked(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("people")
        [select] = [part for part in elements(outcome.blocks) if part["type"] == "external_select"]
        place = (stage.ada, stage.room)
        every = await stage.server.options(select["action_id"], select["block_id"], "", *place, where=outcome)
        some = await stage.server.options(select["action_id"], select["block_id"], "lank", *place, where=outcome)
        assert 1 <= len(some) < len(every) <= 100
        assert some[0]["value"] == "lankov"
        assert some[0]["text"] == {"type": "plain_text", "text": "lankov · Andrei Lankov", "emoji": False}
        picked = await stage.server.pick(outcome, select["action_id"], "lankov", stage.ada)
        picked = await stage.server.outcome(picked, answers=1)
        asked = stage.answers.asked[-1]
        assert (asked.command, asked.text, asked.page, asked.stamp) == ("people", "lankov", 0, None)
        assert picked.message
        assert outcome.message
        assert picked.message.ts == outcome.message.ts
        assert bare(picked.blocks) == bare(stage.drawn().body["blocks"])
        assert not [part for part in elements(picked.blocks) if part["type"] == "external_select"]


async def test_a_picker_that_cannot_be_filled_is_empty_in_time(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        assert await stage.server.options("f2|impact", "b", "", stage.ada, stage.room) == []
        stage.answers.fault = KeyError("x")
        assert await stage.server.options("f1|impact", "b", "", stage.ada, stage.room) == []
        stage.answers.fault, stage.answers.slow = None, 9.0
        assert await stage.server.options("f1|impact", "b", "", stage.ada, stage.room) == []


async def test_many_suggestions_of_any_length_are_offers_that_slack_takes(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        for command in COMMANDS:
            found = await stage.server.options(f"f1|{command.name}", "b", "", stage.ada, stage.room)
            assert len(found) <= 100
            assert all(len(one["value"]) <= 50 and len(one["text"]["text"]) <= 75 for one in found)


async def test_a_forged_button_reveals_nothing(tmp_path: Path) -> None:
    long = "b1|impact|0|0000|" + "x" * 51
    async with playing(tmp_path) as stage:
        for button in ("junk", "b1|impact", "b2|impact|0|0000|", "p1|key", "f1|impact", long, "s1||0|0000|"):
            outcome = await stage.forged(button)
            assert outcome.words == "That button is not one of ours."
            assert outcome.response_type == "ephemeral"
        assert stage.answers.asked == stage.answers.shared == []


def typed_body(stage: Stage, url: str, trigger: str = "1.2.3") -> dict[str, Any]:
    """A slash command as Slack tells of it."""
    return {
        "command": "/impact",
        "text": "",
        "channel_id": stage.room,
        "team_id": stage.server.team_id,
        "user_id": stage.ada,
        "user_name": "ada",
        "trigger_id": trigger,
        "response_url": url,
    }


def press_body(stage: Stage, url: str, trigger: str = "1.2.3") -> dict[str, Any]:
    """A press as Slack tells of it, with any response URL."""
    return {
        "payload": {
            "type": "block_actions",
            "user": {"id": stage.ada, "name": "ada", "team_id": stage.server.team_id},
            "team": {"id": stage.server.team_id},
            "container": {"type": "message", "is_ephemeral": True, "channel_id": stage.room, "message_ts": "1.000001"},
            "channel": {"id": stage.room},
            "trigger_id": trigger,
            "response_url": url,
            "actions": [{"type": "button", "action_id": "b1|sources|0|0000|", "value": "x"}],
        }
    }


async def test_the_sixth_use_of_a_response_url_is_not_made(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("impact")
        with logged() as lines:
            for number in range(1, 7):
                await stage.bot._listeners.envelope(press_body(stage, outcome.response_url, str(number)))
                await until(lambda number=number: len(stage.answers.asked) == number + 1)  # type: ignore[misc]
            await until(lambda: any("it was used 5 times" in line for line in lines))
        assert [use.status for use in (await stage.server.outcome(outcome)).uses] == [200] * 5


async def test_without_counting_the_sixth_use_would_be_made_in_vain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.response_urls.USES", 99)
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("impact")
        for number in range(6):
            await stage.bot._listeners.envelope(press_body(stage, outcome.response_url, str(number)))
        await until(lambda: len(stage.server.log("response_url")) == 6)
        assert sorted(use.status for use in (await stage.server.outcome(outcome)).uses) == [200] * 5 + [404]


@asynccontextmanager
async def stranger() -> AsyncIterator[tuple[str, list[bytes]]]:
    """An address that is not Slack's, and what it heard."""
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1")
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", heard
    finally:
        server.close()
        await server.wait_closed()


async def test_an_answer_goes_to_slack_only(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage, stranger() as (url, heard):
        with logged() as lines:
            await stage.bot._listeners.envelope(press_body(stage, url))
            await until(lambda: any("does not lead to Slack" in line for line in lines))
        assert heard == []


async def test_without_a_look_at_it_an_answer_would_go_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ResponseUrls, "doubt", lambda *_: None)
    async with playing(tmp_path) as stage, stranger() as (url, heard):
        await stage.bot._listeners.envelope(press_body(stage, url))
        await until(lambda: heard)


async def test_on_this_machine_no_proxy_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with playing(tmp_path) as stage:
        assert (await stage.press(await stage.ask("impact"), "Sources")).answers == 1
        monkeypatch.setenv("NO_PROXY", "slack.com")
        assert Slack("xoxb-" + "x", app_token=None, guarded=lambda _: False)._api.client.proxy is None
        monkeypatch.setenv("NO_PROXY", "example.org")
        assert Slack("xoxb-" + "x", app_token=None, guarded=lambda _: False)._api.client.proxy == "http://127.0.0.1:9"


async def test_an_answer_that_its_response_url_refuses_is_told_in_the_log(tmp_path: Path) -> None:
    async with playing(tmp_path, timings=Timings(ack=0.05)) as stage:
        stage.answers.slow = 0.5
        with logged() as lines:
            outcome = await stage.ask("impact")
            await stage.server.advance(31 * 60)
            await stage.server.outcome(outcome)
            await until(lambda: any("response URL answered 404" in line for line in lines))


async def test_messages_of_any_shape_are_drawn(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        stage.answers.special["impact"] = Message("<!channel> @here", None, blocks=[])
        outcome = await stage.ask("impact")
        assert outcome.words.startswith("<!channel> @here")


async def test_a_channel_is_looked_up_only_where_more_than_clear_is_seen(tmp_path: Path) -> None:
    async with playing(tmp_path, guarded=lambda channel: channel == "guarded") as stage:
        await stage.ask("impact")
        assert called(stage.server, "conversations.info") == 0


async def test_an_outsider_of_the_workspace_sees_what_strangers_see(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.ask("impact")
        assert not stage.answers.asked[-1].strange
        assert stage.bot._me.identity is not None
        stage.bot._me.identity = replace(stage.bot._me.identity, team="T0OTHER")
        await stage.ask("impact")
        assert stage.answers.asked[-1].strange


async def test_a_channel_shared_with_others_is_strange_and_asked_for_once_a_minute(tmp_path: Path) -> None:
    async with playing(tmp_path, guarded=lambda _: True) as stage:
        shared = await stage.server.channel("shared", shared=True)
        for _ in range(3):
            await stage.server.command(stage.ada, shared, "/impact")
            assert stage.answers.asked[-1].strange
            await stage.ask("impact")
            assert not stage.answers.asked[-1].strange
        assert called(stage.server, "conversations.info") == 2
        await stage.server.options("f1|impact", "b", "", stage.ada, shared)
        assert stage.answers.typed[-1].strange


async def test_without_looking_a_shared_channel_would_not_be_noticed(tmp_path: Path) -> None:
    async with playing(tmp_path, guarded=lambda _: False) as stage:
        shared = await stage.server.channel("shared", shared=True)
        await stage.server.command(stage.ada, shared, "/impact")
        assert not stage.answers.asked[-1].strange


async def test_where_slack_does_not_say_who_reads_along_everybody_might(tmp_path: Path) -> None:
    async with playing(tmp_path, guarded=lambda _: True) as stage:
        await stage.server.scopes({"commands", "chat:write"})
        with logged() as lines:
            await stage.ask("impact")
        assert stage.answers.asked[-1].strange
        assert any("TLP:CLEAR" in line and stage.room in line for line in lines)


async def test_direct_messages_have_one_reader(tmp_path: Path) -> None:
    async with playing(tmp_path, guarded=lambda _: True) as stage:
        await stage.server.command(stage.ada, await stage.server.dm(stage.ada), "/impact")
        assert stage.answers.asked[-1].direct
        assert called(stage.server, "conversations.info") == 0


async def test_what_cannot_stand_in_the_manifest_is_told_once(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        with logged() as lines:
            await stage.bot.offer(COMMANDS)
            await stage.bot.offer(COMMANDS)
        [line] = [line for line in lines if "/brief search" in line]
        assert "/search" in line
        assert "/status" in line
        with logged() as lines:
            await stage.bot.offer([replace(COMMANDS[0], name=f"c{number}") for number in range(60)])
        assert any("at most 50 commands" in line for line in lines)
