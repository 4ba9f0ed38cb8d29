"""The connection breaks in every way it can: the bot answers again soon, and answers nothing twice."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.product.chats import DiscordChat, SlackChat
from tests.product.running import CAP, Product, together, until
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


@dataclass(frozen=True)
class Break:
    """How both connections break, for how long the servers are gone, and how soon answers are promised after."""

    discord: Callable[[DiscordServer], Awaitable[object]] | None
    slack: Callable[[SlackServer], Awaitable[object]] | None
    outage: float = 0.0
    on_discord: float = PROMISED
    on_slack: float = PROMISED


BREAKS = {
    "gone": Break(lambda server: server.gone(4), lambda server: server.gone(4), 4),
    "reset": Break(lambda server: server.reset(), lambda server: server.reset()),
    "clean close": Break(lambda server: server.close(1000), lambda server: server.close()),
    "asked to reconnect": Break(lambda server: server.op7(), lambda server: server.disconnect("refresh_requested")),
    "closed with a reason, warned": Break(
        lambda server: server.close(4000), lambda server: server.disconnect("warning")
    ),
    "session invalid": Break(lambda server: server.op9(False), None),
    "session invalid, to be resumed": Break(lambda server: server.op9(True), None),
}
if SOAK:
    BREAKS |= {
        "half open": Break(
            lambda server: server.half_open(),
            lambda server: server.silence(),
            0,
            NOTICED_ON_DISCORD,
            NOTICED_ON_SLACK,
        ),
        "heartbeats unanswered": Break(lambda server: server.mute_acks(), None, 0, NOTICED_ON_DISCORD),
        "gone for long": Break(
            lambda server: server.gone(15), lambda server: server.gone(15), 15, AFTER_LONG, AFTER_LONG
        ),
        "deaf": Break(lambda server: server.gone(15, silent=True), None, 15, AFTER_LONG),
        "refused": Break(None, lambda server: _refused_and_cut(server), 4),
    }


async def _refused_and_cut(server: SlackServer) -> None:
    await server.refuse(4)
    await server.reset()


async def test_a_connection_that_slack_renews_loses_no_question(slack: Here) -> None:
    """The new one is there before the old one ends: people who ask meanwhile notice nothing."""
    chat = slack.world.chat
    assert isinstance(chat, SlackChat)
    begun = time.monotonic()
    await chat.server.disconnect("refresh_requested")
    asked = []
    for _ in range(12):
        asked.append(await chat.server.command_nowait(await chat.person(), chat.room, "/people"))
        await asyncio.sleep(0.1)  # people ask at their own pace, until well after the old connection has ended
    outcomes = await asyncio.gather(*[chat.server.outcome(one, within=CAP) for one in asked])
    assert [one.error for one in outcomes if one.error] == [] or slack.stalls.any_since(begun)


@pytest.mark.parametrize("how", BREAKS)
async def test_questions_are_answered_again_and_none_twice(discord: Here, slack: Here, how: str) -> None:
    """Each platform has a bot of its own; both break at once only to save time."""
    broken = BREAKS[how]
    works = [on_discord(discord, broken)] if broken.discord else []
    works += [on_slack(slack, broken)] if broken.slack else []
    await together(*works)


async def on_discord(here: Here, broken: Break) -> None:
    chat = here.world.chat
    assert isinstance(chat, DiscordChat)
    assert broken.discord is not None
    people = [await chat.person() for _ in range(6)]
    asked = [await chat.server.slash_nowait(chat.guild, chat.room, who, "people") for who in people]
    begun = time.monotonic()
    await broken.discord(chat.server)
    if broken.outage:
        await here.product.shows("/health", "Discord ▲ trouble", "reconnecting")
    await until(lambda: bool(_sessions(chat.server, begun)), lambda: here.product.said)
    await chat.server.connected(within=CAP)
    said = await chat.ask(await chat.person(), "/impact")
    assert (said.tries, said.private) == (1, True)
    seconds = here.stalls.between(begun + broken.outage, _sessions(chat.server, begun)[0]["at"])
    assert seconds <= broken.on_discord
    await here.product.shows("/health", "Discord ● on")
    await asyncio.gather(*[chat.server.outcome(one, within=0.5) for one in asked])
    taken = Counter(one["interaction"] for one in chat.server.log("callback") if one["status"] < 300)
    assert max(taken.values()) == 1, "nobody sees two answers to one question"


async def on_slack(here: Here, broken: Break) -> None:
    chat = here.world.chat
    assert isinstance(chat, SlackChat)
    assert broken.slack is not None
    people = [await chat.person() for _ in range(6)]
    known = len(await chat.server.connections())
    asked = [await chat.server.command_nowait(who, chat.room, "/people") for who in people]
    begun = time.monotonic()
    await broken.slack(chat.server)
    if broken.outage:
        await here.product.shows("/health", "Slack ▲ trouble", "reconnecting")

    async def anew() -> bool:
        return any(one.state == "open" for one in (await chat.server.connections())[known:])

    await until(anew, lambda: here.product.said)
    said = await chat.ask(await chat.person(), "/impact")
    assert (said.tries, said.private) == (1, True)
    seconds = here.stalls.between(begun + broken.outage, _opened(chat.server, begun)[0]["at"])
    assert seconds <= broken.on_slack
    await here.product.shows("/health", "Slack ● on")
    outcomes = await asyncio.gather(*[chat.server.outcome(one, within=0.5) for one in asked])
    assert max(len(one.messages) for one in outcomes) <= 1, "nobody sees two answers to one question"
    assert max(one.answers for one in outcomes) <= 1


def _sessions(server: DiscordServer, since: float) -> list[Record]:
    """The sessions that became ready or were resumed since then."""
    return [one for one in server.log("session") if one["at"] > since and one["what"] in ("ready", "resumed")]


def _opened(server: SlackServer, since: float) -> list[Record]:
    """The connections that were opened since then."""
    return [one for one in server.log("connection") if one["at"] > since and one["state"] == "open"]
