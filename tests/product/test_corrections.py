"""What was posted is put right on Discord and on Slack: by the real bot, over the real libraries."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.product.chats import Chat, DiscordChat, SlackChat
from tests.product.home import save, tides
from tests.product.running import told, until
from tests.product.worlds import World, world

CHATS = ("discord", "slack over a socket")
LOG = """\
digests:
  log: {{title: The log, at: "03:00", show: all, briefings: [tide-log], channels: [newsroom], corrections: {setting}}}
"""
MARK = "Ulla Keeper says that tide mark 13 is wet since the wall was built."


async def furnished(one: World, setting: str = "edit") -> str:
    """A digest of the tide log in the newsroom, and somebody who may do everything."""
    admin = await one.chat.person()
    path, name = one.home / "config.yaml", one.chat.name
    text = path.read_text(encoding="utf-8")
    admins = f"admins: {{channel: admins, {name}: {{users: ['{admin}']}}}}\n"
    save(path, text.replace("admins: {channel: admins}\n", admins) + LOG.format(setting=setting))
    return admin


def edited(one: World, text: str, state: str = "corrected", note: str = "", more: str = "") -> None:
    """Save the story with another mark 13."""
    added = f"    state: {state}\n    correction: {{at: 2026-11-29, note: {note}{more}}}\n" if note else ""
    assert tides().count(MARK) == 1
    story = tides().replace(f"    text: {MARK}\n", f"    text: {text}\n{added}")
    save(one.home / "briefings" / "tide-log.yaml", story)


async def posted(one: World) -> list[str]:
    """The digest, in the newsroom."""
    code, said = await told(one.home, "digest", "send", "log", environ=one.environ)
    assert code == 0, said
    return await words(one)


async def words(one: World) -> list[str]:
    return [seen.words for seen in await one.chat.posts(one.chat.room)]


def changes(chat: Chat) -> Sequence[str]:
    """Every edit and deletion that the server was asked for: of which message."""
    if isinstance(chat, DiscordChat):
        asked = (one for one in chat.server.log("request") if one["method"] in ("PATCH", "DELETE"))
        return [f"{one['method']} {one['path']}" for one in asked if "/messages/" in one["path"]]
    assert isinstance(chat, SlackChat)
    methods = ("chat.update", "chat.delete")
    asked = (one for one in chat.server.log("request") if one["method"] in methods)
    return [f"{one['method']} {one['args'].get('ts')}" for one in asked]


async def reads(one: World, *wanted: str, without: str = "nothing of the kind") -> None:
    """Wait until the newsroom holds all of this."""

    async def so() -> bool:
        text = "\n".join(await words(one))
        return all(word in text for word in wanted) and without not in text

    await until(so)


async def gone(one: World) -> None:
    """Wait until nothing stands in the newsroom any more."""

    async def empty() -> bool:
        return not await words(one)

    await until(empty)


@pytest.mark.parametrize("mode", CHATS)
async def test_three_corrections_in_a_row_are_one_edit_with_the_last_text_and_its_note(
    mode: str, tmp_path: Path
) -> None:
    async with world(mode, tmp_path) as one:
        await furnished(one)
        async with one.bot():
            before = await posted(one)
            for number in (1, 2, 3):
                edited(one, f"Ulla Keeper says that tide mark 13 was dry {number} times.", note=f'"note {number}"')
                await asyncio.sleep(1)
            await reads(one, "tide mark 13 was dry 3 times", "note 3", without="is wet since the wall was built 13")
            after = await words(one)
            assert len(changes(one.chat)) == 1, changes(one.chat)
            assert len(after) == len(before) > 1
            assert sum(was != now for was, now in zip(before, after, strict=True)) == 1, "one part alone"
            assert re.search(r"Corrected \d+ \w+, \d\d:\d\d: note 3", "\n".join(after).replace("\\", ""))
            assert "Gauge Post" in next(text for text in after if "dry 3 times" in text), "with its source"
            code, said = await told(one.home, "digest", "why", "log", environ=one.environ)
            assert code == 0
            assert "an edit" in said
            code, said = await told(one.home, "digest", "history", "log", environ=one.environ)
            assert "corrected in one channel" in said


@pytest.mark.parametrize("mode", CHATS)
async def test_what_was_withdrawn_is_struck_and_what_was_erased_is_gone(mode: str, tmp_path: Path) -> None:
    async with world(mode, tmp_path) as one:
        await furnished(one)
        async with one.bot():
            await posted(one)
            edited(one, MARK, "withdrawn", '"the gauge was broken"')
            await reads(one, "the gauge was broken")
            edited(one, MARK, "withdrawn", '"the gauge was broken"', ", erase: true")
            await reads(one, "A claim was withdrawn and its text removed", without="tide mark 13 is wet")
        assert "tide mark 13" not in "\n".join(await words(one))


async def test_where_slack_refuses_the_edit_a_notice_stands_under_the_message_once(tmp_path: Path) -> None:
    async with world("slack over a socket", tmp_path) as one:
        await furnished(one)
        assert isinstance(one.chat, SlackChat)
        async with one.bot() as bot:
            before = await posted(one)
            await one.chat.server.set(edit_window=0.01)
            edited(one, "Ulla Keeper says that tide mark 13 was dry.", note='"It was dry."')
            await reads(one, "was dry", "It was dry.")
            await bot.says("got a notice")
            await asyncio.sleep(2)
            raw = [message.raw for message in await one.chat.server.messages(one.chat.room)]
        notices = [message for message in raw if "was dry" in str(message)]
        assert len(raw) == len(before) + 1
        assert len(notices) == 1
        assert notices[0]["thread_ts"] == raw[0]["ts"], "in the thread of the first part"
        assert "Gauge Post" in str(notices[0])
        assert len(changes(one.chat)) == 1


async def test_a_notice_on_discord_is_a_reply_to_the_message(tmp_path: Path) -> None:
    async with world("discord", tmp_path) as one:
        await furnished(one, setting="reply")
        assert isinstance(one.chat, DiscordChat)
        async with one.bot():
            before = await posted(one)
            edited(one, "Ulla Keeper says that tide mark 13 was dry.", note='"It was dry."')
            await reads(one, "was dry", "It was dry.")
            raw = await one.chat.server.messages(one.chat.room)
        (notice,) = raw[len(before) :]
        about = next(message for message in raw if "tide mark 13 is wet" in str(message))
        assert notice["message_reference"]["message_id"] == about["id"]
        assert changes(one.chat) == []


@pytest.mark.parametrize("mode", CHATS)
async def test_a_briefing_that_is_raised_is_deleted_where_it_stood(mode: str, tmp_path: Path) -> None:
    async with world(mode, tmp_path) as one:
        await furnished(one)
        async with one.bot():
            before = await posted(one)
            raised = tides().replace("sharing: TLP:CLEAR", "sharing: TLP:AMBER")
            save(one.home / "briefings" / "tide-log.yaml", raised)
            await gone(one)
            save(one.home / "briefings" / "tide-log.yaml", tides())
            await asyncio.sleep(7)
            assert await words(one) == []
        assert len(changes(one.chat)) == len(before)


@pytest.mark.parametrize("mode", CHATS)
async def test_an_admin_takes_a_digest_back_with_a_button(mode: str, tmp_path: Path) -> None:
    async with world(mode, tmp_path) as one:
        admin, reader = await furnished(one), await one.chat.person()
        async with one.bot():
            assert "Only admins" in (await one.chat.ask(reader, "/digest retract log")).words
            assert "Nothing of log was posted" in (await one.chat.ask(admin, "/digest retract log")).words
            before = await posted(one)
            asked = await one.chat.ask(admin, "/digest retract log")
            assert "The log, asked for" in asked.words
            assert "newsroom" in asked.words
            assert await words(one) == before
            assert "is taken back" in (await one.chat.press(asked, "Delete it in newsroom", admin)).words
            await gone(one)
            assert "retracted already" in (await one.chat.ask(admin, "/digest retract log")).words
            assert "retracted by reader1 on" in (await one.chat.ask(reader, "/digest why log")).words
            assert "deleted in one channel" in (await one.chat.ask(reader, "/digest history log")).words


@pytest.mark.parametrize("mode", CHATS)
async def test_without_a_bot_the_command_line_takes_back_by_itself(mode: str, tmp_path: Path) -> None:
    async with world(mode, tmp_path) as one:
        await furnished(one)
        assert await posted(one)
        code, said = await told(one.home, "digest", "retract", "log", environ=one.environ)
        assert code == 0, said
        assert "retracted by the command line" in said
        assert await words(one) == []
        code, said = await told(one.home, "digest", "retract", "log", environ=one.environ)
        assert code != 0
        assert "retracted already" in said


@pytest.mark.parametrize("mode", CHATS)
async def test_cite_tells_where_a_claim_was_corrected_to_those_who_are_there(mode: str, tmp_path: Path) -> None:
    async with world(mode, tmp_path) as one:
        admin, reader = await furnished(one), await one.chat.person()
        async with one.bot() as bot:
            await posted(one)
            assert "Corrected where" not in (await one.chat.ask(reader, "/cite mark-13")).words
            edited(one, "Ulla Keeper says that tide mark 13 was dry.", note='"It was dry."')
            await reads(one, "was dry")

            async def cited() -> bool:
                return "Corrected where it was posted" in (await one.chat.ask(reader, "/cite mark-13")).words

            await until(cited)
            told_there = (await one.chat.ask(reader, "/cite mark-13")).words
            assert re.search(r"The log of asked for .* in newsroom", told_there)
            assert "Corrected where" not in (await one.chat.ask(reader, "/cite mark-12")).words
            elsewhere = (await one.chat.ask(reader, "/cite mark-13", one.chat.admins)).words
            assert "was dry" in elsewhere
            assert "newsroom" not in elsewhere
            assert "newsroom" in (await one.chat.ask(admin, "/cite mark-13", one.chat.admins)).words
            assert "in newsroom" in await bot.ask("/cite mark-13", "newsroom")
            (one.home / "state.db").rename(one.home / "elsewhere.db")
            assert "was dry" in (await one.chat.ask(reader, "/cite mark-13")).words
            (one.home / "elsewhere.db").rename(one.home / "state.db")
