"""The desk before axe-core, in light and dark, wide and narrow."""

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from playwright.async_api import Page

from bot.platforms.desk.wall import anchor
from bot.platforms.desk.wire import Desk
from tests.desk.conftest import enter
from tests.desk.small import FILE, GOOD, IMPACT, REPORT, TIMELINE, WRONG, SmallHouse
from tests.desk.small_digests import DELIVERIES
from tests.sizes import SOAK

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def violations(page: Page) -> list[str]:
    """What axe-core has against the page as it stands."""
    await page.evaluate(AXE)
    found: dict[str, Any] = await page.evaluate(
        "rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [
        f"{one['id']}: {one['help']}: {json.dumps([node['html'][:160] for node in one['nodes']])}"
        for one in found["violations"]
    ]


ALL = [("light", 1500), ("dark", 360), ("dark", 1500), ("light", 360)]
SOME = ALL if SOAK else ALL[:2]
"""Each scheme and each width, and in a long run each with each."""


@pytest.mark.parametrize(("scheme", "width"), SOME)
async def test_every_page_is_accessible(page: Page, desk: Desk, house: SmallHouse, scheme: str, width: int) -> None:
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    await page.set_viewport_size({"width": width, "height": 900})
    page.set_default_timeout(15_000)
    await page.goto(f"{desk.address}/enter")
    assert await violations(page) == []
    await enter(page, desk)
    assert await violations(page) == []
    for number, typed in enumerate(("/impact", "/people", "/timeline", "/imp@ct"), 1):
        await page.get_by_label("Question").fill(typed)
        await page.keyboard.press("Enter")
        await page.locator(f"#turn-{number}").wait_for()
    await page.get_by_label("Question").fill("/s")
    await page.locator("#offers [role=option]").first.wait_for()
    await page.keyboard.press("ArrowDown")
    assert await violations(page) == []
    await page.get_by_role("tab", name="JSON").first.click()
    assert await violations(page) == []
    await house.put(replace(GOOD, problems=(WRONG, replace(WRONG, severity="warning"))), vanished=(FILE,))
    house.trouble("Discord", "no answer for 30 s")
    house.reported = [REPORT, replace(REPORT, words="long" * 125, link="")]
    house.digests.change(*DELIVERIES)
    house.digests.post("one", IMPACT)
    house.digests.post("two", TIMELINE)
    drawn = f"/wall?drawn={anchor('one')}"
    why = "/digests/why?digest=morning&slot=2024-11-12T08:00&channel=pilots"
    digests = ("/digests", "/digests/preview?digest=morning", "/digests/preview?digest=no", why, drawn)
    for path in (f"/briefings?open={FILE}", "/health", "/nothing", *digests):
        await page.goto(desk.address + path)
        assert await violations(page) == []
