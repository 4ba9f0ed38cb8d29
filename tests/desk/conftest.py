"""A running desk with a small house, a client that keeps cookies, and a clock that is turned by hand."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Page

from bot.platforms.desk.wire import Desk
from tests.desk.small import NOW, SmallHouse

HERE = Path(__file__).parent
TOKEN = "a-token-that-nobody-guesses"
HTML = {"Accept": "text/html,application/xhtml+xml"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that is asynchronous here runs on the event loop of the session, as the browser does."""
    for item in items:
        if item.path.parent == HERE and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@dataclass
class Clock:
    """Seconds that pass when the test says so."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Visitor:
    """Somebody with a browser's manners: keeps cookies, says where a form comes from."""

    desk: Desk
    http: aiohttp.ClientSession
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> tuple[aiohttp.ClientResponse, str]:
        sent = HTML | self.headers | headers
        async with self.http.get(self.desk.address + path, headers=sent, allow_redirects=False) as response:
            return response, (await response.read()).decode(errors="replace")

    async def post(
        self, path: str, form: dict[str, Any], headers: dict[str, str] | None = None
    ) -> tuple[aiohttp.ClientResponse, str]:
        sent = HTML | {"Origin": self.desk.address} | self.headers | (headers or {})
        sent = {name: value for name, value in sent.items() if value}
        data = {"csrf": self.csrf} | form
        async with self.http.post(self.desk.address + path, data=data, headers=sent, allow_redirects=False) as response:
            return response, (await response.read()).decode(errors="replace")

    async def come_in(self) -> "Visitor":
        """Follow the link, and read the page's form token."""
        response, _ = await self.get(self.desk.link.removeprefix(self.desk.address))
        assert response.status == 200
        _, page = await self.get("/")
        self.csrf = read_csrf(page)
        return self

    async def ask(self, typed: str, **fields: str) -> str:
        """The turn that a script would get."""
        response, turn = await self.post("/ask", {"typed": typed, **fields}, {"X-Desk-Part": "turn"})
        assert response.status == 200
        return turn


async def enter(page: Page, desk: Desk) -> None:
    """Come in through the link, and wait for the page that it goes on to by itself."""
    await page.goto(desk.link)
    await page.wait_for_url(f"{desk.address}/")


def read_csrf(page: str) -> str:
    found = re.search(r'name="csrf" (?:content|value)="([^"]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture(loop_scope="session")
async def house() -> SmallHouse:
    return SmallHouse()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(house: SmallHouse, clock: Clock) -> AsyncIterator[Desk]:
    """A desk with a token, on a port of its own."""
    desk = Desk(house, port=0, token=TOKEN, now=lambda: NOW, tick=clock)
    await desk.start()
    yield desk
    await desk.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(desk: Desk) -> AsyncIterator[Visitor]:
    """Somebody who is not in."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Visitor(desk, http)


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(desk: Desk) -> AsyncIterator[Visitor]:
    """Somebody who came in through the link."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield await Visitor(desk, http).come_in()
