"""The connection breaks in every way it can: the bot answers again soon, and answers nothing twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.product.chats import DiscordChat, SlackChat
from tests.product.running import CAP, Product, until
from tests.product.stalls import Stalls
from tests.product.worlds import World, world
from tests.servers.discord.control import DiscordServer
from tests.servers.log import Record
from tests.servers.slack.control import SlackServer
from tests.shelf.home import SOAK

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROMISED = 10.0
"""Seconds to the first answer after a server is back from a short outage."""

AFTER_LONG = 60.0
"""The same after an outage of more than five seconds."""

NOTICED_ON_DISCORD = 75.0
NOTICED_ON_SLACK = 30.0
"""Seconds to notice a socket on which nothing is said any more; answers follow at once."""


@dataclass
class Here:
    """A chat whose bot runs on through all faults."""

    world: World
    product: Product

    @property
    def stalls(self) -> Stalls:
        return self.world.chat.stalls


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def discord(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Here]:
    async with world("discord", tmp_path_factory.mktemp("discord")) as one, one.bot() as product:
        yield Here(one, product)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def slack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Here]:
    async with world("slack over a socket", tmp_path_factory.mktemp("slack")) as one, one.bot() as product:
        yield Here(one, product)


Strike = Callable[[DiscordServer], Awaitable[object]]
Blow = Callable[[SlackServer], Awaitable[object]]

ON_DISCORD: dict[str, tuple[Strike, float, float]] = {
    "reset": (lambda server: server.reset(), 0, PROMISED),
    "clean close": (lambda server: server.close(1000), 0, PROMISED),
    "closed with a reason": (lambda server: server.close(4000), 0, PROMISED),
    "asked to reconnect": (lambda server: server.op7(), 0, PROMISED),
    "session invalid": (lambda server: server.op9(False), 0, PROMISED),
    "session invalid, to be resumed": (lambda server: server.op9(True), 0, PROMISED),
    "gone": (lambda server: server.gone(4), 4, PROMISED),
}
ON_SLACK: dict[str, tuple[Blow, float, float]] = {
    "warned": (lambda server: server.disconnect("warning"), 0, PROMISED),
    "refresh": (lambda server: server.disconnect("refresh_requested"), 0, PROMISED),
    "reset": (lambda server: server.reset(), 0, PROMISED),
    "clean close": (lambda server: server.close(), 0, PROMISED),
    "gone": (lambda server: server.gone(4), 4, PROMISED),
}
if SOAK:
    ON_DISCORD |= {
        "half open": (lambda server: server.half_open(), 0, NOTICED_ON_DISCORD),
        "heartbeats unanswered": (lambda server: server.mute_acks(), 0, NOTICED_ON_DISCORD),
        "gone for long": (lambda server: server.gone(15), 15, AFTER_LONG),
        "gone and deaf": (lambda server: server.gone(15, silent=True), 15, AFTER_LONG),
    }
    ON_SLACK |= {
        "silent": (lambda server: server.silence(), 0, NOTICED_ON_SLACK),
        "refused": (lambda server: _refused_and_cut(server), 4, PROMISED),
        "gone for long": (lambda server: server.gone(15), 15, AFTER_LONG),
    }


async def _refused_and_cut(server: SlackServer) -> None:
    await server.refuse(4)
    await server.reset()


@pytest.mark.parametrize("fault", ON_DISCORD)
async def test_discord_is_answered_again_and_nothing_twice(discord: Here, fault: str) -> None:
    chat = discord.world.chat
    assert isinstance(chat, DiscordChat)
    strike, outage, promised = ON_DISCORD[fault]
    people = [await chat.person() for _ in range(6)]
    asked = [await chat.server.slash_nowait(chat.guild, chat.room, who, "people") for who in people]
    begun = time.monotonic()
    await strike(chat.server)
    if outage:
        await discord.product.shows("/health", "Discord ▲ trouble", "reconnecting")
    await until(lambda: bool(_sessions(chat.server, begun)), lambda: discord.product.said)
    await chat.server.connected(within=CAP)
    said = await chat.ask(await chat.person(), "/impact")
    assert (said.tries, said.private) == (1, True)
    seconds = discord.stalls.between(begun + outage, _sessions(chat.server, begun)[0]["at"])
    assert seconds <= promised
    await discord.product.shows("/health", "Discord ● on")
    await asyncio.gather(*[chat.server.outcome(one, within=0.5) for one in asked])
    callbacks = [one["interaction"] for one in chat.server.log("callback")]
    assert max(map(callbacks.count, asked)) <= 1
    assert len(callbacks) == len(set(callbacks))


@pytest.mark.parametrize("fault", ON_SLACK)
async def test_slack_is_answered_again_and_nothing_twice(slack: Here, fault: str) -> None:
    chat = slack.world.chat
    assert isinstance(chat, SlackChat)
    strike, outage, promised = ON_SLACK[fault]
    people = [await chat.person() for _ in range(6)]
    known = len(await chat.server.connections())
    asked = [await chat.server.command_nowait(who, chat.room, "/people") for who in people]
    begun = time.monotonic()
    await strike(chat.server)
    if outage:
        await slack.product.shows("/health", "Slack ▲ trouble", "reconnecting")

    async def anew() -> bool:
        return any(one.state == "open" for one in (await chat.server.connections())[known:])

    await until(anew, lambda: slack.product.said)
    said = await chat.ask(await chat.person(), "/impact")
    assert (said.tries, said.private) == (1, True)
    seconds = slack.stalls.between(begun + outage, _opened(chat.server, begun)[0]["at"])
    assert seconds <= promised
    await slack.product.shows("/health", "Slack ● on")
    for one in asked:
        outcome = await chat.server.outcome(one, within=0.5)
        assert len(outcome.messages) <= 1, "nobody sees two answers to one question"
        assert outcome.answers <= 1


def _sessions(server: DiscordServer, since: float) -> list[Record]:
    """The sessions that became ready or were resumed since then."""
    return [one for one in server.log("session") if one["at"] > since and one["what"] in ("ready", "resumed")]


def _opened(server: SlackServer, since: float) -> list[Record]:
    """The connections that were opened since then."""
    return [one for one in server.log("connection") if one["at"] > since and one["state"] == "open"]
