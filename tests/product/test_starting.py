"""With whatever in the environment: what can start starts, and what cannot is told in one plain sentence."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.product.chats import DiscordChat, SlackChat
from tests.product.home import config, free_port, furnish, save
from tests.product.running import Product, started, together, until
from tests.product.worlds import on_discord, on_slack
from tests.servers.discord.control import DiscordServer
from tests.servers.slack.control import SlackServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRONG = {
    "DISCORD_TOKEN": "test-" + "0" * 16,
    "SLACK_BOT_TOKEN": "xoxb-" + "test-wrong-0001",
    "SLACK_APP_TOKEN": "xapp-" + "1-A0001-0001-wrong",
}


@dataclass
class Street:
    """Both platforms, and a home with a channel on each."""

    discord: DiscordChat
    slack: SlackChat
    home: Path

    @property
    def all(self) -> dict[str, str]:
        """The environment in which both work."""
        return {**on_discord(self.discord.server), **on_slack(self.slack.server)}

    def fresh(self, name: str, rules: str = "") -> Path:
        home = furnish(self.home / name)
        save(home / "config.yaml", config({"newsroom": (f"discord:{self.discord.room}", "TLP:GREEN")}, rules))
        return home

    def asked(self) -> int:
        """How often the servers were asked for anything."""
        return sum(len(server.log("request")) for server in (self.discord.server, self.slack.server))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    path = tmp_path_factory.mktemp("street")
    async with DiscordServer.start(path) as discord, SlackServer.start(path) as slack:
        yield Street(await DiscordChat.made(discord), await SlackChat.made(slack), path)


async def works(chat: DiscordChat | SlackChat, product: Product) -> None:
    """It answers there."""
    await chat.server.connected(within=60)
    if isinstance(chat, DiscordChat):
        await until(lambda: _offered(chat), lambda: product.said)
    assert "Lankov" in (await chat.ask(await chat.person(), "/impact")).words


async def _offered(chat: DiscordChat) -> bool:
    return "impact" in await chat.commands()


async def quiet(street: Street) -> None:
    """Nobody asks a server again and again for what it refused."""
    before = street.asked()
    await asyncio.sleep(1)
    assert street.asked() - before <= 4


async def told_once(product: Product, *words: str) -> None:
    """One line of what was said, and the desk's page, hold these words; and it is not said again and again."""
    await product.says(*words)
    lines = [line for line in product.said.split("\n") if all(word in line for word in words)]
    assert 1 <= len(lines) <= 3, lines
    assert len(lines[0]) < 400
    await product.shows("/health", *words)


async def test_with_both_tokens_both_answer(street: Street) -> None:
    async with started(street.fresh("both"), street.all) as product:
        await works(street.discord, product)
        await works(street.slack, product)
        await product.shows("/health", "Discord ● on", "Slack ● on")
        assert (await product.page("/readyz")).strip() == "ready"


async def test_with_one_token_that_platform_answers_and_the_other_is_off(street: Street) -> None:
    await together(
        alone(street, street.discord, on_discord(street.discord.server), "Slack"),
        alone(street, street.slack, on_slack(street.slack.server), "Discord"),
        with_no_token(street),
    )


async def alone(street: Street, chat: DiscordChat | SlackChat, environ: dict[str, str], other: str) -> None:
    async with started(street.fresh(f"{chat.name} only"), environ) as product:
        assert f"{other}: off, no token\n" in product.out
        await works(chat, product)
        assert f"{other} ○ off: no token" in await product.words("/health")


async def with_no_token(street: Street) -> None:
    """The desk answers."""
    async with started(street.fresh("none"), {}) as product:
        assert {"Discord: off, no token\n", "Slack: off, no token\n"} <= {*product.out}
        assert "Lankov" in await product.ask("/impact")


async def test_a_wrong_discord_token_stops_discord_alone(street: Street) -> None:
    environ = street.all | {"DISCORD_TOKEN": WRONG["DISCORD_TOKEN"]}
    async with started(street.fresh("wrong discord"), environ) as product:
        await works(street.slack, product)
        await told_once(product, "DISCORD_TOKEN")
        assert "Lankov" in await product.ask("/impact")
        await quiet(street)


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_a_wrong_slack_token_stops_slack_alone(street: Street, name: str) -> None:
    async with started(street.fresh(f"wrong {name}"), street.all | {name: WRONG[name]}) as product:
        await works(street.discord, product)
        await told_once(product, name)
        assert "Lankov" in await product.ask("/impact")
        await quiet(street)


async def test_tokens_of_the_wrong_kind_are_sent_to_nobody(street: Street) -> None:
    right = street.all
    swapped = {"SLACK_BOT_TOKEN": right["SLACK_APP_TOKEN"], "SLACK_APP_TOKEN": right["SLACK_BOT_TOKEN"]}
    before = len(street.slack.server.log("request"))
    async with started(street.fresh("swapped"), right | swapped) as product:
        await told_once(product, "SLACK_BOT_TOKEN", "app-level token")
        await works(street.discord, product)
    assert len(street.slack.server.log("request")) == before
    before = len(street.discord.server.log("request"))
    async with started(
        street.fresh("slack's for discord"), right | {"DISCORD_TOKEN": right["SLACK_BOT_TOKEN"]}
    ) as product:
        await told_once(product, "DISCORD_TOKEN", "Slack bot token")
        await works(street.slack, product)
    assert len(street.discord.server.log("request")) == before


@pytest.mark.parametrize(("mode", "missing"), [("socket", "SLACK_APP_TOKEN"), ("http", "SLACK_SIGNING_SECRET")])
async def test_half_of_slacks_secrets_is_told(street: Street, mode: str, missing: str) -> None:
    environ = {name: value for name, value in street.all.items() if name != "SLACK_APP_TOKEN"}
    rules = f"slack: {{mode: {mode}}}\nweb: {{port: {free_port()}}}\n"
    async with started(street.fresh(f"without {missing}", rules), environ) as product:
        await told_once(product, f"{missing} is not set")
        await works(street.discord, product)


async def test_a_port_of_slacks_listener_that_is_taken_stops_slack_alone(street: Street) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    environ = on_discord(street.discord.server) | on_slack(street.slack.server, signing=True)
    async with server, started(street.fresh("taken", f"slack: {{mode: http}}\nweb: {{port: {port}}}\n"), environ) as it:
        await told_once(it, f"port {port}", "taken")
        await works(street.discord, it)


async def test_what_cannot_be_reached_is_tried_again_without_haste(street: Street) -> None:
    async with slammed() as doors:
        base = f"http://127.0.0.1:{doors.port}"
        environ = street.all | {"DISCORD_API_URL": f"{base}/api/v10", "SLACK_API_URL": f"{base}/api/"}
        async with started(street.fresh("unreachable"), environ) as product:
            await until(lambda: doors.knocks >= 2)
            await product.shows("/health", "trouble")
            assert "Lankov" in await product.ask("/impact")
            before = doors.knocks
            await asyncio.sleep(2)
            assert doors.knocks - before <= 8, "two platforms, each after 1, 2, 4 … seconds"
            assert "Traceback" not in product.said
            assert (await product.page("/readyz")).strip() == "trouble"


@dataclass
class Doors:
    """A port behind which nobody speaks: every connection is cut at once."""

    port: int = 0
    knocks: int = 0


@asynccontextmanager
async def slammed() -> AsyncIterator[Doors]:
    doors = Doors()

    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        doors.knocks += 1
        writer.transport.abort()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    doors.port = server.sockets[0].getsockname()[1]
    async with server:
        yield doors
