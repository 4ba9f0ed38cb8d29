"""What tests lean on: hypothesis at two sizes, a PostgreSQL, and a browser that talks to this machine only."""

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser, Page, async_playwright

from tests.postgres import Cluster

ROOT = Path(__file__).parent.parent
LOCAL = {"127.0.0.1", "localhost", "::1"}
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Nothing may leave the machine, by name, by address or through somebody's proxy.
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE ::1",
)

settings.register_profile("test", deadline=None, print_blob=True, derandomize=False, max_examples=60)
settings.register_profile(
    "soak",
    settings.get_profile("test"),
    max_examples=5000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("soak" if os.environ.get("SOAK") else "test")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server of this process's own; a test that needs one fails where its programs are missing."""
    cluster = Cluster()
    try:
        yield cluster.start()
    finally:
        cluster.remove()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the Chromium on this machine; a test that needs one fails without it."""
    found = subprocess.run(
        ["/bin/sh", str(ROOT / "scripts" / "chromium"), "--find"], capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.fail(found.stderr.strip(), pytrace=False)
    return found.stdout.strip()


# To start one takes over a second of a processor; what a test does in it, it does in a context of its own.
@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A headless Chromium, on the event loop of the session: so is whoever uses it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, headless=True, args=list(CHROMIUM_ARGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """An empty page; the test fails at its end when the page asked anyone but this machine for something."""
    context = await browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = await context.new_page()
    page.on("websocket", lambda socket: asked.append(socket.url))
    yield page
    await context.close()
    assert [url for url in asked if leaves_the_machine(url)] == []


def leaves_the_machine(url: str) -> bool:
    """Whether asking for this address would go to another machine."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOCAL
