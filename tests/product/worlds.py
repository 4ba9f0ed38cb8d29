"""A chat server, a home made for it and the bot running in it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.product.chats import Chat, DiscordChat, SlackChat
from tests.product.home import free_port, furnish
from tests.product.running import Product, started, until
from tests.product.stalls import watched
from tests.servers.discord.control import DiscordServer
from tests.servers.slack.control import SlackServer
from tests.sizes import WHOLE

MODES = ("discord", "slack over a socket", "slack over http")


@dataclass
class World:
    """One chat, and all that is needed to start the bot for it, again and again."""

    chat: Chat
    home: Path
    environ: Mapping[str, str]
    web: int = 0
    """The port that Slack calls; 0 where it calls none."""

    @asynccontextmanager
    async def bot(self, *, whole: bool = WHOLE) -> AsyncIterator[Product]:
        """The bot, once it answers on its chat."""
        async with started(self.home, self.environ, whole=whole) as product:
            await self.connected()
            yield product
        twice = self.answered_twice()
        assert not twice, twice

    def answered_twice(self) -> list[str]:
        """Interactions and envelopes that the bot answered more often than they were sent to it."""
        chat = self.chat
        if isinstance(chat, DiscordChat):
            answered = Counter(str(one["interaction"]) for one in chat.server.log("callback") if one["status"] < 300)
            return [one for one, times in answered.items() if times > 1]
        assert isinstance(chat, SlackChat)
        sent = Counter(str(one["ask"]) for one in chat.server.log("envelope"))
        answered = Counter(str(one["envelope"]) for one in chat.server.log("ack"))
        return [one for one, times in answered.items() if times > sent.get(one, times)]

    async def connected(self) -> None:
        """Wait until questions reach the bot."""
        if isinstance(self.chat, DiscordChat):
            chat = self.chat
            await chat.server.connected(within=60)

            async def offered() -> bool:
                return bool(await chat.commands(chat.guild))

            await until(offered)
        elif isinstance(self.chat, SlackChat) and self.web:
            server = self.chat.server

            async def listening() -> bool:
                return (await server.ssl_check()).status == 200

            await until(listening)
        elif isinstance(self.chat, SlackChat):
            await self.chat.server.connected(within=60)


@asynccontextmanager
async def world(mode: str, path: Path) -> AsyncIterator[World]:
    """A world of its own below `path`, with the bot not yet started.

    Its channels are `newsroom` (TLP:GREEN) and `admins` (TLP:AMBER), which gets the reports.
    """
    await asyncio.to_thread(path.mkdir, parents=True, exist_ok=True)
    async with AsyncExitStack() as parts:
        stalls = await parts.enter_async_context(watched())
        if mode == "discord":
            discord = await parts.enter_async_context(DiscordServer.start(path))
            chat: Chat = await DiscordChat.made(discord)
            chat.stalls = stalls
            yield World(chat, furnish(path / "home", _channels(chat), _rules()), on_discord(discord))
            return
        slack = await parts.enter_async_context(SlackServer.start(path))
        chat = await SlackChat.made(slack)
        chat.stalls = stalls
        port = free_port() if mode == "slack over http" else 0
        rules = _rules()
        if port:
            await slack.http_target(f"http://127.0.0.1:{port}/slack/events")
            rules += f"slack: {{mode: http}}\nweb: {{port: {port}}}\n"
        environ = on_slack(slack, signing=bool(port))
        yield World(chat, furnish(path / "home", _channels(chat), rules), environ, port)


def on_discord(server: DiscordServer) -> dict[str, str]:
    return {"DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api}


def on_slack(server: SlackServer, *, signing: bool = False) -> dict[str, str]:
    """The variables of Slack, for a socket or for HTTP."""
    found = {"SLACK_BOT_TOKEN": server.bot_token, "SLACK_API_URL": server.api}
    if signing:
        return {**found, "SLACK_SIGNING_SECRET": server.signing_secret}
    return {**found, "SLACK_APP_TOKEN": server.app_token}


def _channels(chat: Chat) -> dict[str, tuple[str, str]]:
    return {
        "newsroom": (f"{chat.name}:{chat.room}", "TLP:GREEN"),
        "admins": (f"{chat.name}:{chat.admins}", "TLP:AMBER"),
    }


def _rules() -> str:
    return "admins: {channel: admins}\n"
