"""Thousands of questions leave nothing behind in the process."""

import asyncio
import os

import pytest

from tests.product.chats import DiscordChat, SlackChat
from tests.product.conftest import Live
from tests.shelf.home import SOAK

pytestmark = pytest.mark.asyncio(loop_scope="session")

WARM, MORE = (20_000, 100_000) if SOAK else (150, 450)
EACH = 18
"""Questions of one reader, who would be told to wait after more."""

GROWTH = (24 if SOAK else 4) * 1_000_000
"""Bytes that a process may grow by for reasons of its own: caches that fill, a heap in pieces."""

AT_ONCE = 8
LINES = ("/impact", "/sources", "/people pinkston", "/search kursk", "/impact tide-log", "/help")
PICTURES = 3
"""Pictures that are drawn first: each takes a while, and the memory for it stays with the process."""


async def test_memory_does_not_grow_with_the_number_of_questions(live: Live) -> None:
    if isinstance(live.chat, SlackChat):
        # The server keeps every message, and pauses for seconds once it has a hundred thousand.
        await live.chat.server.set(ack_within=60.0)
    for _ in range(PICTURES):
        await live.chat.ask(await live.chat.person(), "/timeline")
    await ask_all(live, WARM)
    before = live.product.memory()
    await ask_all(live, MORE)
    grown = live.product.memory() - before
    if isinstance(live.chat, SlackChat):
        await live.chat.server.set(ack_within=3.0)
    print(f"{MORE:,} questions: {grown / 1e6:+.2f} MB on {before / 1e6:.0f} MB")
    assert grown < GROWTH


async def ask_all(live: Live, questions: int) -> None:
    """Ask that often, some at once."""
    left = questions

    async def reader() -> None:
        nonlocal left
        while left > 0:
            if SOAK and left % 5_000 < EACH:
                forget(live)
            who = await live.chat.person()
            for at in range(EACH):
                if left <= 0:
                    return
                left -= 1
                said = await live.chat.ask(who, LINES[at % len(LINES)])
                assert said.tries == 1

    await asyncio.gather(*[reader() for _ in range(AT_ONCE)])


def forget(live: Live) -> None:
    """Empty the server's log, which would grow by 2 GB; it goes on at its end."""
    chat = live.chat
    assert isinstance(chat, DiscordChat | SlackChat)
    os.truncate(chat.server.log_path, 0)
