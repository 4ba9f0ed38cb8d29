"""The test's side of the Discord server: build guilds, ask and press as people do, break things, read what was kept.

```python
async with DiscordServer.start(tmp_path) as discord:
    discord.aim(monkeypatch)                      # discord.py of this process talks to it from now on
    guild = await discord.guild("Harbour desk")
    room = await discord.channel(guild, "newsroom")
    ada = await discord.member(guild, "ada")
    ...                                           # start the bot: discord.api, discord.token
    await discord.connected()
    outcome = await discord.slash(guild, room, ada, "impact", {"text": "lankov"})
    assert outcome.ephemeral and outcome.answers == 1
```
Ids are strings of digits, as in Discord's JSON. Permissions are discord.py's names ("manage_guild").
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import aiohttp
import discord
import pytest
import yarl

from tests.nursery import PIPE, ROOT, Process, start
from tests.servers.discord.breaking import Breaking
from tests.servers.discord.building import Building
from tests.servers.discord.outcome import Outcome, custom_id_of
from tests.servers.discord.people import People
from tests.servers.discord.reach import Id, Wrong
from tests.servers.log import Record, read

__all__ = ["DiscordServer", "Outcome", "Wrong", "custom_id_of"]


@dataclass
class DiscordServer(Building, People, Breaking):
    """A running server and its levers, which are in building.py, people.py and breaking.py."""

    api: str
    token: str
    application_id: Id
    bot_id: Id
    log_path: Path
    process: Process

    @classmethod
    @asynccontextmanager
    async def start(cls, tmp_path: Path, *, port: int = 0) -> AsyncIterator[Self]:
        """A server of the test's own, gone at the end; the test fails when the server itself broke."""
        log = tmp_path / "discord.jsonl"
        words = ("--log", str(log), "--port", str(port), "--attended")
        errors = tmp_path / "discord.err"
        with errors.open("wb") as err:
            process = await start("tests.servers.discord", *words, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=err)
        try:
            assert process.stdout is not None
            line = await asyncio.wait_for(process.stdout.readline(), 30)
            assert line, errors.read_text()
            told = json.loads(line)
            async with aiohttp.ClientSession() as http:
                yield cls(
                    api=told["api"],
                    control=told["control"],
                    token=told["token"],
                    application_id=told["application_id"],
                    bot_id=told["bot_id"],
                    log_path=log,
                    process=process,
                    _http=http,
                )
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        broken = read(log, "broken")
        assert not broken, broken

    def aim(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Point the discord.py of this process at the server."""
        base = self.api.removesuffix("/api/v10")
        monkeypatch.setattr(discord.http.Route, "BASE", self.api)
        monkeypatch.setattr(discord.asset.Asset, "BASE", f"{base}/cdn")
        socket = yarl.URL(base.replace("http", "ws", 1) + "/")
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", socket)

    @property
    def headers(self) -> dict[str, str]:
        """With these a client without a library is let in."""
        return {"Authorization": f"Bot {self.token}"}

    def log(self, kind: str | None = None) -> list[Record]:
        """What the server wrote down so far; docs in tests/servers/discord/world.py."""
        return read(self.log_path, kind)
