"""Another page on this machine, open in the same browser, tries to use the desk."""

from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Page

from bot.platforms.desk.wire import Desk
from tests.desk.conftest import enter, read_csrf
from tests.desk.small import SmallHouse


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere() -> AsyncIterator[tuple[str, dict[str, str]]]:
    """The address of another server on this machine, and the page it shows."""
    shown = {"page": ""}

    async def show(_: web.Request) -> web.Response:
        return web.Response(text=shown["page"], content_type="text/html")

    app = web.Application()
    app.router.add_get("/", show)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/", shown
    await runner.cleanup()


async def test_its_forms_are_refused_although_the_browser_sends_the_cookie(
    page: Page, desk: Desk, house: SmallHouse, elsewhere: tuple[str, dict[str, str]]
) -> None:
    address, shown = elsewhere
    await enter(page, desk)
    csrf = read_csrf(await page.content())
    shown["page"] = f"""<form method="post" action="{desk.address}/ask">
        <input name="csrf" value="{csrf}"><input name="typed" value="/impact"><button>Win</button></form>"""
    await page.goto(address)
    async with page.expect_request("**/ask") as waiting:
        await page.get_by_role("button", name="Win").click()
    request = await waiting.value
    assert f"desk_{desk.port}=" in (await request.all_headers())["cookie"]
    await page.get_by_text("This was not sent by a page of the desk.").wait_for()
    assert house.asks == []


async def test_it_cannot_frame_the_desk_or_read_from_it(
    page: Page, desk: Desk, elsewhere: tuple[str, dict[str, str]]
) -> None:
    address, shown = elsewhere
    await enter(page, desk)
    shown["page"] = f'<iframe src="{desk.address}/health"></iframe>'
    await page.goto(address)
    read = await page.evaluate(
        """async (desk) => {
            const tries = [fetch(desk, {credentials: "include"}),
                fetch(desk, {credentials: "include", mode: "no-cors"}),
                new Promise((good, bad) => Object.assign(new Image(), {onload: good, onerror: bad,
                    src: desk + "/static/desk.svg"}))];
            return (await Promise.allSettled(tries)).map((one) => one.status);
        }""",
        desk.address,
    )
    assert read == ["rejected", "rejected", "rejected"]
    assert "Platforms" not in await page.frames[1].content()
