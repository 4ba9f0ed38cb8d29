"""Digests as channels get them: by the real bot, over the real libraries, onto servers that keep their own log."""

import re
from pathlib import Path

import pytest

from tests.product.chats import DiscordChat, SlackChat
from tests.product.home import save
from tests.product.running import told
from tests.product.worlds import World, world

LOG = """\
digests:
  log: {title: The log, at: "03:00", show: all, briefings: [tide-log], channels: [newsroom, admins]}
"""


def with_digests(one: World, digests: str) -> None:
    path = one.home / "config.yaml"
    save(path, path.read_text(encoding="utf-8") + digests)


async def posts(one: World) -> list[str]:
    """What stands in the newsroom, as text."""
    if isinstance(one.chat, DiscordChat):
        return [str(message) for message in await one.chat.server.messages(one.chat.room)]
    assert isinstance(one.chat, SlackChat)
    return [str(message) for message in await one.chat.server.messages(one.chat.room)]


@pytest.mark.parametrize("mode", ["discord", "slack over a socket"])
async def test_a_digest_asked_for_arrives_in_its_parts_and_in_order(mode: str, tmp_path: Path) -> None:
    async with world(mode, tmp_path) as one:
        with_digests(one, LOG)
        async with one.bot():
            code, said = await told(one.home, "digest", "send", "log", environ=one.environ)
            assert code == 0, said
            assert "sent" in said
        found = await posts(one)
    numbers = [re.search(r"The log \((\d)/(\d)\)", post) for post in found]
    assert [(int(n[1]), int(n[2])) for n in numbers if n] == [(at + 1, len(found)) for at in range(len(found))]
    assert len(found) > 1


@pytest.mark.parametrize("mode", ["discord", "slack over a socket"])
async def test_without_a_bot_the_command_line_sends_by_itself(mode: str, tmp_path: Path) -> None:
    async with world(mode, tmp_path) as one:
        with_digests(one, LOG)
        code, said = await told(one.home, "digest", "send", "log", environ=one.environ)
        assert code == 0, said
        first = await posts(one)
        assert first
        code, said = await told(one.home, "digest", "why", "log", environ=one.environ)
        assert code == 0
        assert said.count("sent ") >= 2, said
