"""Takes the pictures of the desk that the docs show: `python -m tests.desk.screenshots` writes docs/pictures."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from bot.content.memory import Remembered
from bot.digest_desk import DigestDesk
from bot.digesting import Digesting
from bot.editing import Editing
from bot.front import Front
from bot.opening import Forgetful, clock, open_shelf, settings_at_start
from bot.platforms.base import Health
from bot.platforms.desk.wire import Desk
from bot.store.memory import open_store
from tests.conftest import CHROMIUM_ARGS, ROOT
from tests.desk.conftest import enter
from tests.tutorial import PAGE, Command, Edit, Terminal, steps

PICTURES = ROOT / "docs" / "pictures"
DESKTOP: ViewportSize = {"width": 1440, "height": 860}
SHORT: ViewportSize = {"width": 1440, "height": 520}
PHONE: ViewportSize = {"width": 360, "height": 740}
MOST = 200_000
"""Bytes of one picture."""


async def take(chromium: str) -> None:
    """Run the bot on a copy of its own briefings, and then on what the tutorial makes, and look at it."""
    with tempfile.TemporaryDirectory() as folder:
        home, other = Path(folder) / "home", Path(folder) / "other"
        for new in (home, other):
            shutil.copytree(ROOT / "briefings", new / "briefings")
            shutil.copy(ROOT / "config.yaml", new)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_ARGS))
            async with running(home) as desk:
                await look(browser, desk, next((home / "briefings").glob("*.yaml")))
            tutorial = steps(PAGE.read_text(encoding="utf-8"))
            mistake = next(one for one in tutorial if isinstance(one, Edit) and "status: expected" in one.new)
            follow(tutorial[: tutorial.index(mistake)], other)
            async with running(other) as desk:
                await look_at_the_mistake(browser, desk, mistake)
            follow(tutorial[tutorial.index(mistake) :], other)
            async with running(other) as desk:
                await look_after_the_tutorial(browser, desk)
            await browser.close()


@asynccontextmanager
async def running(home: Path) -> AsyncIterator[Desk]:
    """The desk of a bot in this folder."""
    config = home / "config.yaml"
    settings, problems = settings_at_start(config)
    async with await open_store("sqlite:///state.db", home) as store:
        shelf = await open_shelf(config, settings, Forgetful(), Remembered(), problems)
        front = Front(shelf, settings)
        front.absent = {name: Health("off", "no token") for name in ("discord", "slack")}
        digesting = Digesting(shelf, front, store, {})
        front.digests, front.editing = DigestDesk(shelf, digesting), Editing(shelf, clock)
        works = [asyncio.create_task(work) for work in (shelf.watch(), *digesting.running())]
        desk = Desk(front, port=0)
        await desk.start()
        yield desk
        await desk.stop()
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)


def follow(tutorial: Sequence[Command | Edit], home: Path) -> None:
    """Write and edit what the tutorial has people write and edit, in a folder like the one that `init` makes."""
    for step in tutorial:
        if isinstance(step, Edit):
            step.done_in(home)
        elif step.lines.startswith(("cat ", "briefing-bot draft", "briefing-bot verify")):
            Terminal(home).type(step.lines)


async def look(browser: Browser, desk: Desk, briefing: Path) -> None:
    """Six pictures: an answer in light, a timeline in the dark, a phone, a bad edit, the editor, and digests."""
    page = await browser.new_page(viewport=DESKTOP, color_scheme="light")
    await ask(page, desk, "/impact")
    await page.keyboard.type("/s")
    await page.locator("#offers [role=option]").first.wait_for()
    await page.keyboard.press("ArrowDown")
    await shoot(page, "desk-light")
    edit(briefing, "    confidence: low", "    confidance: low")
    await page.goto(f"{desk.address}/briefings")
    await page.locator(".problem.error").wait_for()
    await page.locator("summary").click()
    await page.locator(".snippets").wait_for()
    await shoot(page, "desk-briefings")
    edit(briefing, "    confidance: low", "    confidence: low")
    await page.locator(".problem.error").wait_for(state="detached")
    await page.goto(f"{desk.address}/briefings/edit?file={briefing.name}&line=98")
    await page.locator("#drawing .slack").wait_for()
    text = await page.locator("#text").input_value()
    await page.locator("#text").fill(text.replace("confidence: moderate\n\n", "confidance: moderate\n\n", 1))
    await page.locator("#problems").get_by_role("link", name="line 103").click()
    await shoot(page, "desk-edit")
    await page.goto(f"{desk.address}/digests/preview?digest=morning")
    await page.get_by_role("button", name="Post to newsroom now").click()
    await page.get_by_role("link", name="on the wall").wait_for()
    await page.goto(f"{desk.address}/digests")
    await shoot(page, "desk-digests")
    page = await browser.new_page(viewport=DESKTOP, color_scheme="dark")
    await ask(page, desk, "/timeline")
    await shoot(page, "desk-dark")
    page = await browser.new_page(viewport=PHONE, color_scheme="light")
    await ask(page, desk, "/figures")
    await shoot(page, "desk-phone")


async def look_at_the_mistake(browser: Browser, desk: Desk, mistake: Edit) -> None:
    """One picture: the editor as the tutorial's mistake is typed."""
    page = await browser.new_page(viewport=DESKTOP, color_scheme="light")
    await enter(page, desk)
    await page.goto(f"{desk.address}/briefings/edit?file=night-ferry.yaml&line=63")
    await page.locator("#drawing .slack").wait_for()
    text = await page.locator("#text").input_value()
    await page.locator("#text").fill(text.replace(mistake.old, mistake.new, 1))
    await page.locator("#problems").get_by_role("link").first.click()
    await shoot(page, "desk-mistake")


async def look_after_the_tutorial(browser: Browser, desk: Desk) -> None:
    """Two pictures: what was checked against its text, and the digest on the wall."""
    page = await browser.new_page(viewport=DESKTOP, color_scheme="light")
    await enter(page, desk)
    await page.goto(f"{desk.address}/briefings?open=night-ferry.yaml")
    await page.locator(".checked").first.wait_for()
    await shoot(page, "desk-checked")
    page = await browser.new_page(viewport=SHORT, color_scheme="light")
    await enter(page, desk)
    await page.goto(f"{desk.address}/digests/preview?digest=ferry")
    await page.get_by_role("button", name="Post to newsroom now").click()
    await page.get_by_role("link", name="on the wall").wait_for()
    await page.goto(f"{desk.address}/wall")
    await page.get_by_text("A night ferry again").first.wait_for()
    await shoot(page, "desk-wall")


async def ask(page: Page, desk: Desk, question: str) -> None:
    await enter(page, desk)
    await page.get_by_label("Question").fill(question)
    await page.keyboard.press("Enter")
    await page.locator(".turn").wait_for()


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


async def shoot(page: Page, name: str) -> None:
    """Save what is seen, once its pictures are there."""
    await page.evaluate("() => Promise.all([...document.images].map((image) => image.decode()))")
    save(await page.screenshot(), PICTURES / f"{name}.png")


def save(taken: bytes, path: Path) -> None:
    """Save a picture in 256 colours, which is all that a page of text needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(BytesIO(taken)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > MOST:
        raise SystemExit(f"{path.name} has {path.stat().st_size:,} bytes; {MOST:,} is the most")


if __name__ == "__main__":
    found = subprocess.run(["/bin/sh", str(ROOT / "scripts" / "chromium")], stdout=subprocess.PIPE, check=True)
    asyncio.run(take(found.stdout.decode().strip()))
