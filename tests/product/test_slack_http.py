"""In HTTP mode anybody can call: what is not Slack's, not fresh or not small is refused before any work."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import pytest
import pytest_asyncio

from tests.product.chats import SlackChat
from tests.product.running import Product
from tests.product.worlds import World, world
from tests.servers.slack.control import SlackServer, Told

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Caller:
    """Somebody who knows the address."""

    world: World
    product: Product
    slack: SlackServer

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.world.web}"

    def answers(self) -> int:
        """How much the bot ever said: answers to requests, and calls of Slack's API but the first ones."""
        spoken = [one for one in self.slack.log("outgoing") if one["status"] == 200]
        return len(spoken) + len(self.slack.log("request")) + len(self.slack.log("response_url"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def caller(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Caller]:
    async with world("slack over http", tmp_path_factory.mktemp("slack")) as one, one.bot() as product:
        assert isinstance(one.chat, SlackChat)
        yield Caller(one, product, one.chat.server)


REFUSED: dict[str, tuple[Callable[[SlackServer], Awaitable[Told]], tuple[int, ...]]] = {
    "wrong signature": (lambda slack: slack.wrong_signature(), (401,)),
    "no signature": (lambda slack: slack.unsigned(), (401,)),
    "ten minutes old": (lambda slack: slack.stale(), (401,)),
    "from the future": (lambda slack: slack.stale(age=-600), (401,)),
    "sent before": (lambda slack: slack.replay(), (401,)),
    "10 MB, signed": (lambda slack: slack.huge(), (413, 0)),
    "10 MB, unsigned": (lambda slack: slack.huge(sign=False), (401, 413, 0)),
}
"""What the caller does, and the status it may get; 0 is a connection that was cut while the body was on its way."""


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_not_slacks_is_refused_before_any_work(caller: Caller, what: str) -> None:
    said = await caller.world.chat.ask(await caller.world.chat.person(), "/impact")
    assert said.tries == 1
    call, allowed = REFUSED[what]
    before, said_before, memory = caller.answers(), caller.product.said, caller.product.memory()
    told = await call(caller.slack)
    assert told.status in allowed
    assert told.body == "" or "impact" not in told.body
    assert caller.answers() == before
    assert caller.product.memory() - memory < 4_000_000
    assert "Traceback" not in caller.product.said.removeprefix(said_before)
    assert (await caller.world.chat.ask(await caller.world.chat.person(), "/impact")).seen == said.seen


async def test_the_listener_knows_two_addresses_and_says_nothing_else(caller: Caller) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{caller.address}/healthz") as response:
            assert (response.status, (await response.text()).strip()) == (200, "ok")
        for path in ("/", "/enter", "/readyz", "/metrics", "/health", "/slack/events/", "/slack/install", "/static"):
            async with http.get(caller.address + path) as response:
                assert response.status in (404, 405)
                assert "riefing" not in await response.text()
        async with http.get(f"{caller.address}/slack/events") as response:
            assert response.status == 405
            assert "Python" not in response.headers.get("Server", "")


async def test_the_desk_does_not_take_slacks_calls(caller: Caller) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{caller.product.desk}/slack/events", data="a=b") as response,
    ):
        assert response.status in (303, 401, 403, 404, 405)


async def test_slack_can_check_the_address(caller: Caller) -> None:
    told = await caller.slack.url_verification()
    assert told.status == 200
    assert told.body
    assert (await caller.slack.ssl_check()).status == 200
