"""A Discord server, a guild on it, and the sample bot connected to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.servers.discord.control import DiscordServer
from tests.servers.discord.sample import Sample, running


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    async with DiscordServer.start(tmp_path) as found:
        found.aim(monkeypatch)
        yield found


@pytest.fixture
async def desk(server: DiscordServer) -> tuple[str, str, str]:
    """A guild, a channel in it and a member."""
    guild = await server.guild("Harbour desk")
    return guild, await server.channel(guild, "newsroom"), await server.member(guild, "ada")


@pytest.fixture
async def bot(server: DiscordServer, desk: tuple[str, str, str]) -> AsyncIterator[Sample]:
    """The sample bot, connected and with its commands offered."""
    async with running(Sample(), server.token) as found:
        await found.tree.sync()
        yield found
