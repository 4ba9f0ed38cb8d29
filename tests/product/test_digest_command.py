"""`/digest` as readers and admins use it, in a channel of a real bot."""

import asyncio
from pathlib import Path

import pytest

from tests.product.home import save
from tests.product.running import until
from tests.product.worlds import World, world

DIGESTS = """\
digests:
  log: {title: The log, at: "03:00", show: rotate, count: 2, briefings: [tide-log], channels: [newsroom]}
  quiet: {title: Board matters, at: "04:00", show: headline, channels: [admins]}
"""


def furnished(one: World, admin: str) -> None:
    """Digests, and somebody who may do everything."""
    path, name = one.home / "config.yaml", one.chat.name
    text = path.read_text(encoding="utf-8")
    admins = f"admins: {{channel: admins, {name}: {{users: ['{admin}']}}}}\n"
    save(path, text.replace("admins: {channel: admins}\n", admins) + DIGESTS)


@pytest.mark.parametrize("mode", ["discord", "slack over a socket"])
async def test_readers_ask_and_an_admin_posts_once(mode: str, tmp_path: Path) -> None:
    async with world(mode, tmp_path) as one:
        chat = one.chat
        reader, admin = await chat.person(), await chat.person()
        furnished(one, admin)
        async with one.bot() as bot:
            listed = await chat.ask(reader, "/digest")
            assert "The log" in listed.words
            assert "03:00, every day, Europe/Berlin" in listed.words
            assert "Board matters" not in listed.words
            assert "admins" not in listed.words
            assert "There is no digest" in (await chat.ask(reader, "/digest why quiet")).words
            assert "Nothing was due" in (await chat.ask(reader, "/digest why log")).words
            assert "Only admins" in (await chat.ask(reader, "/digest now log")).words
            assert "Only admins" in (await chat.ask(reader, "/digest preview log")).words

            shown = await chat.ask(admin, "/digest preview log")
            assert "Not posted" in shown.words
            assert shown.words.count("tide mark") == 2
            assert await chat.posts(chat.room) == []

            asked = await chat.ask(admin, "/digest now log")
            assert "This posts" in asked.words
            first, second = await asyncio.gather(*(chat.press(asked, "Post to newsroom", admin) for _ in range(2)))
            told = first.words + second.words
            assert "The log goes to newsroom now" in told or "was posted by that button already" in told
            posts = await chat.posts(chat.room, at_least=1)
            assert "tide mark" in posts[0].words

            async def explained() -> bool:
                return "sent" in (await chat.ask(reader, "/digest why log")).words

            await until(explained)
            assert "sent to one channel" in (await chat.ask(reader, "/digest history log")).words
            await bot.says("INFO digest log of now:")
            await asyncio.sleep(1)
            assert len(await chat.posts(chat.room)) == 1

            forged = await chat.ask(reader, "/digest now log 0123abcd-0123")
            assert "Only admins" in forged.words
            assert "Did you mean" in (await chat.ask(reader, "/digest lost")).words


async def test_while_it_is_typed_only_digests_of_the_channel_are_offered(tmp_path: Path) -> None:
    async with world("discord", tmp_path) as one:
        reader, admin = await one.chat.person(), await one.chat.person()
        furnished(one, admin)
        async with one.bot():
            assert [line.partition(" = ")[2] for line in await one.chat.typed(reader, "/digest ")] == [
                "list", "next", "why log", "history log",
            ]  # fmt: skip
            assert any("now quiet" in line for line in await one.chat.typed(admin, "/digest now"))
