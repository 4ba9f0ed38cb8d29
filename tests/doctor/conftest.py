"""A house to examine: a folder with a config.yaml, and servers that speak as Discord and Slack do."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import discord
import pytest

from bot.doctor import Finding, as_text, examine
from bot.environment import read_secrets
from tests.servers.discord.control import DiscordServer
from tests.servers.slack.control import SlackServer

CONFIG = """\
sections: {impact: {title: Impact, about: What it may change}}
"""


class House:
    """A folder with a config.yaml, and the environment of one who would start a bot there."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "config.yaml"
        self.environ: dict[str, str] = {}
        self.told: list[str] = []
        (folder / "briefings").mkdir()
        self.write()

    def write(self, more: str = "admins: {channel: desk}\nchannels: {desk: {at: 'desk:newsroom'}}\n") -> None:
        self.path.write_text(CONFIG + more)

    async def found(self, *, live: bool = False) -> list[Finding]:
        """What doctor finds; no secret may stand in any of it, nor in what is told on the way."""
        found = await examine(self.path, read_secrets(self.environ), live, self.told.append)
        said = as_text(found) + "\n".join(self.told)
        secrets = {name: value for name, value in self.environ.items() if not name.endswith("_URL")}
        assert not [name for name, value in secrets.items() if value and value in said]
        return found

    async def wrong(self, *, live: bool = False) -> list[Finding]:
        return [one for one in await self.found(live=live) if one.level == "wrong"]

    async def not_ok(self) -> list[Finding]:
        return [one for one in await self.found() if one.level != "ok"]


def said(found: list[Finding]) -> list[str]:
    return [one.said for one in found]


def in_discord(channels: Mapping[str, str], *, guilds: tuple[str, ...] = (), admin: str | None = None) -> str:
    """The lines of config.yaml for channels on Discord, by name and id."""
    named = "".join(
        f"  {name}: {{at: 'discord:{number}', audience: 'TLP:GREEN'}}\n" for name, number in channels.items()
    )
    homes = "discord: {guilds: [" + ", ".join(f"'{guild}'" for guild in guilds) + "]}\n" if guilds else ""
    return f"admins: {{channel: {admin or next(iter(channels))}}}\nchannels:\n{named}{homes}"


def in_slack(channels: Mapping[str, str], *, more: str = "", audience: str = "TLP:GREEN") -> str:
    """The lines of config.yaml for channels on Slack, by name and id."""
    named = "".join(
        f"  {name}: {{at: 'slack:{number}', audience: '{audience}'}}\n" for name, number in channels.items()
    )
    return f"admins: {{channel: {next(iter(channels))}}}\nchannels:\n{named}{more}"


@pytest.fixture
def house(tmp_path: Path) -> House:
    folder = tmp_path / "house"
    folder.mkdir()
    return House(folder)


@pytest.fixture
async def discord_server(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    """Discord; the house has its token, and the doctor does not take a minute and a half over a repeated post."""
    monkeypatch.setattr("bot.platforms.discord.wire.examine.REPEATED", (0.0, 0.3))
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)  # put back at the end
    async with DiscordServer.start(tmp_path) as server:
        house.environ |= {"DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api}
        yield server


@pytest.fixture
async def slack_server(house: House, tmp_path: Path) -> AsyncIterator[SlackServer]:
    """Slack; the house has its tokens."""
    async with SlackServer.start(tmp_path) as server:
        house.environ |= {
            "SLACK_BOT_TOKEN": server.bot_token,
            "SLACK_APP_TOKEN": server.app_token,
            "SLACK_API_URL": server.api,
        }
        yield server
