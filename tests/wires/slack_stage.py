"""A workspace with a channel and a reader, and our bot connected to it, for the tests of the Slack wire."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.commands.base import Place
from bot.platforms.base import Frozen, key_of
from bot.platforms.slack.render import render
from bot.platforms.slack.wire import Slack, Timings
from tests.servers.slack.control import Outcome, Posted, SlackServer, View, action_id_of
from tests.wires.answers import SmallAnswers

JSON = dict[str, Any]

QUICK = Timings(silence=0.9, first_pause=0.05, longest_pause=0.4, steady=0.3, linger=1.0, ack=0.3)
KEY = key_of("test", "1")


@dataclass
class Stage:
    """Where a test plays; `words` are what the bot is made with."""

    server: SlackServer
    room: str
    ada: str
    answers: SmallAnswers
    words: JSON
    bot: Slack = field(init=False)
    running: asyncio.Task[None] | None = None

    async def start(self, *, connected: bool = True) -> None:
        """A bot, made and connected."""
        made: JSON = {"app_token": self.server.app_token, "api": self.server.api, "guarded": lambda _: False}
        self.bot = Slack(self.server.bot_token, **(made | self.words))
        self.running = asyncio.create_task(self.bot.run(self.answers))
        if connected:
            await self.server.connected()
            await self.standing("on")

    async def stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.running
            await self.bot.close()
        self.running = None

    async def standing(self, state: str, words: str = "", *, within: float = 15.0) -> float:
        """Wait until the bot stands so, and return the seconds that took."""
        return await until(
            lambda: self.bot.standing.state == state and words in self.bot.standing.detail, within=within
        )

    @property
    def place(self) -> Place:
        return Place("slack", self.room, self.server.team_id)

    async def ask(self, command: str, text: str = "") -> Outcome:
        """Ada asks in the room."""
        return await self.server.command(self.ada, self.room, f"/{command}", text)

    async def press(self, where: Outcome | Posted | View, label: str, user: str = "", *, answers: int = 1) -> Outcome:
        """Ada, or somebody else, presses a button by its label, and waits for what comes of it."""
        pressed = await self.server.press(where, action_id_of(where, label), user or self.ada)
        return await self.server.outcome(pressed, answers=answers)

    async def forged(self, button: str, *, answers: int = 1, **element: Any) -> Outcome:
        """Ada presses a button with any id whatever."""
        made = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": button, "value": button}
        ts = await self.bot.post(self.place, told(made | element), key_of("forged", button))
        [message] = [one for one in await self.server.messages(self.room) if one.ts == ts]
        return await self.server.outcome(await self.server.press(message, button, self.ada), answers=answers)

    def drawn(self, page: int = 0) -> Frozen:
        """What the newest ask is to be answered with."""
        return render(self.answers.message(self.answers.asked[-1]), page)


async def until(true: Callable[[], object], *, within: float = 5.0) -> float:
    """Wait for what nothing tells of, and return the seconds that took."""
    loop = asyncio.get_running_loop()
    since = loop.time()
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    return loop.time() - since


def told(*elements: JSON, text: str = "Something") -> Frozen:
    """A post with buttons."""
    blocks: list[JSON] = [{"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}]
    if elements:
        blocks.append({"type": "actions", "elements": list(elements)})
    return Frozen({"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}, ())


def bare(part: Any) -> Any:
    """Blocks without the ids that Slack gives them."""
    if isinstance(part, list | tuple):
        return [bare(one) for one in part]
    if isinstance(part, Mapping):
        return {name: bare(value) for name, value in part.items() if name != "block_id"}
    return part


@contextlib.asynccontextmanager
async def playing(tmp_path: Path, *, start: bool = True, **words: Any) -> AsyncIterator[Stage]:
    """A stage; whatever is played there, nothing pings, nothing unfurls, and no secret stands in the log."""
    async with SlackServer.start(tmp_path) as server:
        room, ada = await server.channel("newsroom"), await server.user("ada")
        await server.join(room, ada)
        stage = Stage(server, room, ada, SmallAnswers(), {"timings": QUICK} | words)
        with logged() as lines:
            if start:
                await stage.start()
            try:
                yield stage
            finally:
                await stage.stop()
        for record in server.log("message"):
            assert not record["pings"], record
            assert not record["unfurls"], record
        written = "\n".join(lines)
        for secret in (server.bot_token, server.app_token, server.signing_secret, "ticket=", "/commands/", "/actions/"):
            assert secret not in written, written


@contextlib.asynccontextmanager
async def serving(*routes: web.RouteDef) -> AsyncIterator[str]:
    """Something else that stands there instead of Slack: the root of its Web API."""
    app = web.Application()
    app.router.add_routes(routes)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def logged() -> Iterator[list[str]]:
    """Every line that anything logs meanwhile, traceback and all."""
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter("%(levelname)s %(name)s %(message)s").format(record))

    handler = Lines()
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def called(server: SlackServer, method: str) -> int:
    """How many times a method was called."""
    return sum(record["method"] == method for record in server.log("request"))
