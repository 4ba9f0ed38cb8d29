"""The bot as a process of its own, and somebody at its desk who asks with a browser's manners."""

import asyncio
import html
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bot.scaffold import copy_starter
from tests.nursery import PIPE, ROOT, STDOUT, Process, start
from tests.shelf.home import until

SECRETS = ("DESK_", "DATABASE_", "DISCORD_", "SLACK_")
START = 30.0
"""Seconds a process may take to open its desk."""


def starter(home: Path) -> Path:
    """A home as `init` makes it, with the desk on a free port; gives its only briefing."""
    copy_starter(home)
    config = home / "config.yaml"
    config.write_text(f"{config.read_text(encoding='utf-8')}\ndesk: {{port: 0}}\n", encoding="utf-8")
    return next((home / "briefings").glob("*.yaml"))


@dataclass
class Visitor:
    """Somebody who came in through the link."""

    process: Process
    http: aiohttp.ClientSession
    origin: str
    csrf: str
    log: list[str]

    async def ask(self, typed: str = "/impact") -> str:
        """The words of the answer, without their markup."""
        form = {"typed": typed, "channel": "", "csrf": self.csrf}
        headers = {"X-Desk-Part": "turn", "Origin": self.origin}
        async with self.http.post(f"{self.origin}/ask", data=form, headers=headers) as response:
            page = await response.text()
            assert response.status == 200, page
        begin, end = page.index('<div class="message">'), page.index('<div class="drawings"')
        return " ".join(html.unescape(re.sub("<[^>]*>", " ", page[begin:end])).split())

    async def page(self, path: str) -> str:
        async with self.http.get(self.origin + path, headers={"Accept": "text/html"}) as response:
            return await response.text()

    async def tells(self, *words: str, line: str = "/impact") -> float:
        """Seconds until an answer holds all these words."""

        async def told() -> bool:
            answer = await self.ask(line)
            return all(word in answer for word in words)

        return await until(told)

    async def shows(self, path: str, word: str) -> float:
        """Seconds until a page holds this word."""

        async def shown() -> bool:
            return word in await self.page(path)

        return await until(shown)

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


@asynccontextmanager
async def bot(home: Path) -> AsyncIterator[Visitor]:
    """`briefing-bot run` in this home, until the block ends."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(SECRETS)}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = await start("bot", "run", cwd=home, env=environment, stdout=PIPE, stderr=STDOUT)
    log: list[str] = []
    assert process.stdout is not None
    reading: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(START):
            while not (log and log[-1].startswith("Desk: ")):
                line = await process.stdout.readline()
                assert line, "".join(log)
                log.append(line.decode())
        reading = asyncio.create_task(_read_on(process.stdout, log))
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            yield await _come_in(process, http, log[-1].removeprefix("Desk: ").strip(), log)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()
        if reading is not None:
            await reading
        print("".join(log))
    assert "Traceback" not in "".join(log)


async def _read_on(stream: asyncio.StreamReader, log: list[str]) -> None:
    while line := await stream.readline():
        log.append(line.decode())


async def _come_in(process: Process, http: aiohttp.ClientSession, link: str, log: list[str]) -> Visitor:
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(link))
    visitor = Visitor(process, http, origin, "", log)
    await visitor.page(link.removeprefix(origin))
    found = re.search(r'name="csrf" (?:content|value)="([^"]+)"', await visitor.page("/"))
    assert found
    visitor.csrf = found[1]
    return visitor
