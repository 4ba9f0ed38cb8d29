"""A server, a guild with a channel and a member, and our bot connected to it, for the tests of the Discord wire."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord

from bot.commands.base import Place
from bot.platforms.base import Frozen
from bot.platforms.discord.render import render
from bot.platforms.discord.wire import Discord
from tests.servers.discord.control import DiscordServer, Outcome
from tests.wires.answers import COMMANDS, SmallAnswers, SmallNotes

JSON = dict[str, Any]


@dataclass
class Stage:
    """Where a test plays; `words` are what the bot is made with."""

    server: DiscordServer
    guild: str
    room: str
    ada: str
    answers: SmallAnswers
    notes: SmallNotes
    words: JSON
    bot: Discord = field(init=False)
    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """A bot, connected and its commands offered."""
        self.bot = Discord(self.server.token, self.notes, api=self.server.api, **self.words)
        await self.bot.offer(COMMANDS)
        task = self._task = asyncio.create_task(self.bot.run(self.answers))
        await self.server.connected()
        await until(lambda: self.bot.standing.state == "on" and bool(self.bot._offering._known), task)

    async def stop(self) -> None:
        if self._task is not None:
            await stopped(self._task)
            await self.bot.close()
        self._task = None

    @property
    def place(self) -> Place:
        return Place("discord", self.room)

    async def ask(self, command: str, text: str = "", *, within: float = 4.0) -> Outcome:
        """Ada asks in the room, and waits."""
        options = {"about": text} if text else {}
        return await self.server.slash(self.guild, self.room, self.ada, command, options, within=within)

    def drawn(self, page: int = 0) -> JSON:
        """What the newest ask is to be answered with."""
        return dict(render(self.answers.message(self.answers.asked[-1]), page).body)


async def stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@contextlib.asynccontextmanager
async def server_of(tmp_path: Path) -> AsyncIterator[DiscordServer]:
    """A server; the library's address for the whole process is as before at the end."""
    base = discord.http.Route.BASE
    try:
        async with DiscordServer.start(tmp_path) as server:
            yield server
    finally:
        discord.http.Route.BASE = base


@contextlib.asynccontextmanager
async def stage(tmp_path: Path, **words: Any) -> AsyncIterator[Stage]:
    """All of it; `words` are for the bot."""
    async with server_of(tmp_path) as server:
        guild = await server.guild("Harbour desk")
        room = await server.channel(guild, "newsroom")
        ada = await server.member(guild, "ada")
        play = Stage(server, guild, room, ada, SmallAnswers(), SmallNotes(), words)
        try:
            await play.start()
            yield play
        finally:
            await play.stop()


async def until(true: Any, task: asyncio.Task[None] | None = None, within: float = 15.0) -> None:
    """Wait until something of the bot's own, which nobody announces, has become true."""
    async with asyncio.timeout(within):
        while not true():
            if task is not None and task.done():
                task.result()
                raise AssertionError("the bot ended")
            await asyncio.sleep(0.005)


def hand_made(*ids: str, text: str = "Hand-made") -> Frozen:
    """A drawn message with buttons of these ids, whatever they say."""
    buttons = [{"type": 2, "style": 2, "label": f"B{number}", "custom_id": one} for number, one in enumerate(ids)]
    rows = [{"type": 1, "components": buttons}] if buttons else []
    body = {"embeds": [{"title": text, "description": text}], "components": rows, "allowed_mentions": {"parse": []}}
    return Frozen(body, ())
