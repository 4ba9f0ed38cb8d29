"""Digests and the Wall in a real browser: by keyboard, live, on a phone, without scripts."""

import asyncio
import re
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, Route, expect

from bot.platforms.desk.wall import anchor
from bot.platforms.desk.wire import Desk
from tests.desk.conftest import enter
from tests.desk.small import IMPACT, MANY, TIMELINE, SmallHouse
from tests.desk.small_digests import DELIVERIES, HELD, MORNING, delivery, digest, piece
from tests.desk.test_browser import PHONE, sheet

expect.set_options(timeout=15_000)

__all__ = ["sheet"]


async def test_a_digest_is_looked_at_and_posted_by_keyboard(sheet: Page, house: SmallHouse) -> None:
    await sheet.get_by_role("link", name="Digests").press("Enter")
    await sheet.get_by_role("link", name="Post now… Morning briefing").press("Enter")
    await expect(sheet.get_by_role("heading", level=1)).to_have_text("Post now: Morning briefing")
    await expect(sheet.get_by_role("link", name="Digests", exact=True)).to_have_attribute("aria-current", "page")
    piece = sheet.get_by_role("region", name=re.compile("^pilots"))
    await expect(piece.get_by_role("group", name="Discord, part 1 of 1")).to_contain_text("of 6,000 characters")
    await expect(piece.locator(".sides > .message")).to_contain_text("Mara Quist expects the bridge")
    await expect(sheet.get_by_role("region", name=re.compile("^editors")).locator(".slack")).to_have_count(3)
    assert house.digests.sent == []
    await sheet.get_by_role("button", name="Post to newsroom, pilots, editors, quay now").press("Enter")
    await expect(sheet.get_by_role("heading", level=1)).to_have_text("Digests")
    await expect(sheet.locator(".told")).to_have_text("Morning briefing goes to newsroom, pilots, editors, quay.")
    assert len(house.digests.sent) == 1


async def test_two_quick_clicks_post_once(sheet: Page, desk: Desk, house: SmallHouse) -> None:
    house.digests.slow = 0.5
    await sheet.goto(f"{desk.address}/digests/preview?digest=morning")
    await sheet.get_by_role("button", name=re.compile("^Post to")).dblclick(no_wait_after=True)
    await expect(sheet.locator(".told")).to_contain_text("goes to newsroom")
    assert len(house.digests.sent) == 1


async def test_a_held_delivery_appears_is_announced_and_is_decided_on(
    sheet: Page, desk: Desk, house: SmallHouse
) -> None:
    await sheet.goto(f"{desk.address}/digests")
    button = sheet.get_by_role("link", name="Post now… The week")
    await button.focus()
    house.digests.change(HELD)
    await expect(sheet.get_by_role("region", name="Held: 1 delivery")).to_be_visible()
    await expect(sheet.get_by_role("link", name="Digests", exact=False).first).to_contain_text("1 held")
    await expect(sheet.locator("#said")).to_have_text("1 delivery held")
    await expect(button).to_be_focused()
    again = sheet.get_by_role("button", name="Send again")
    await expect(again).to_have_accessible_description("It is not in the channel. It is sent once more.")
    await again.press("Enter")
    await expect(sheet.locator(".told")).to_have_text("It is done.")
    await expect(sheet.get_by_role("region", name=re.compile("^Held"))).to_have_count(0)
    assert house.digests.resolved == [(HELD.key, "again")]


async def test_the_focus_stays_on_a_verdict_while_another_delivery_is_held(
    sheet: Page, desk: Desk, house: SmallHouse
) -> None:
    house.digests.change(HELD)
    await sheet.goto(f"{desk.address}/digests")
    await sheet.get_by_role("button", name="Drop it").focus()
    house.digests.change(replace(HELD, key="another", part=3))
    await expect(sheet.get_by_role("button", name="Drop it")).to_have_count(2)
    form = sheet.get_by_role("form", name="Morning briefing, pilots, Discord, part 2 of 3")
    await expect(form.get_by_role("button", name="Drop it")).to_be_focused()


async def test_a_delivery_changes_in_its_place_and_only_its_end_is_announced(
    sheet: Page, desk: Desk, house: SmallHouse
) -> None:
    house.digests.change(delivery("one", "pending"), delivery("two", "sent", "newsroom", "desk"))
    await sheet.goto(f"{desk.address}/digests")
    rows = sheet.locator("#deliveries > li")
    await expect(rows.first).to_contain_text("waiting to be sent")
    house.digests.change(delivery("one", "retry", why="Discord asked to wait 2 s."))
    await expect(rows.first).to_contain_text("will be tried again")
    await expect(sheet.locator("#said")).to_have_text("")
    house.digests.change(delivery("one", "sent"))
    await expect(sheet.locator("#said")).to_have_text("Morning briefing, pilots, Discord: sent")
    await expect(rows).to_have_count(2)


async def test_what_changes_before_the_stream_is_there_is_not_missed(
    sheet: Page, desk: Desk, house: SmallHouse
) -> None:
    house.digests.change(delivery("one", "sending"))
    started = asyncio.Event()

    async def late(route: Route) -> None:
        started.set()
        house.digests.change(delivery("one", "sent"))
        await route.continue_()

    await sheet.route("**/live", late)
    await sheet.goto(f"{desk.address}/digests")
    await started.wait()
    await expect(sheet.locator("#deliveries > li")).to_contain_text("pilots, Discord · sent")


async def test_a_post_appears_on_the_wall_and_moves_nothing_that_is_read(
    sheet: Page, desk: Desk, house: SmallHouse
) -> None:
    for number in range(4):
        house.digests.post(f"old-{number}", MANY, number % 3)
    await sheet.goto(f"{desk.address}/wall?channel=newsroom")
    await expect(sheet.get_by_role("article")).to_have_count(4)
    await sheet.evaluate("scrollTo(0, 900)")
    read = sheet.locator(f"#{anchor('old-1')}")
    before = await read.bounding_box()
    house.digests.post("elsewhere", TIMELINE, channel="elsewhere")
    house.digests.post("new", IMPACT)
    await expect(sheet.locator("#said")).to_have_text("newsroom: Impact")
    await expect(sheet.get_by_role("article")).to_have_count(5)
    after = await read.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2
    await sheet.locator(f"#draw-{anchor('new')}").press("Enter")
    drawn = sheet.locator(f"#{anchor('new')}")
    await drawn.get_by_role("tab", name="Slack").click()
    await expect(drawn.get_by_role("tabpanel", name="Slack")).to_contain_text("of 50 blocks")


async def test_a_picture_on_the_wall_is_shown(sheet: Page, desk: Desk, house: SmallHouse) -> None:
    house.digests.post("timeline", TIMELINE)
    await sheet.goto(f"{desk.address}/wall")
    picture = sheet.get_by_role("img", name=re.compile("^Timeline of two entries"))
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth") > 300


@pytest.mark.parametrize("long", ["", "x" * 90])
async def test_a_phone_never_scrolls_sideways(sheet: Page, desk: Desk, house: SmallHouse, long: str) -> None:
    await sheet.set_viewport_size(PHONE)
    message = replace(digest(IMPACT), title=f"Morning {long}")
    house.digests.change(*(replace(one, why=f"{one.why} {long}", channel=f"pilots{long}") for one in DELIVERIES))
    house.digests.known = [replace(MORNING, title=f"Morning {long}", channels=("newsroom", f"pilots{long}"))]
    house.digests.pieces = [piece(message, name, "TLP:GREEN", f"{name}{long}") for name in ("desk", "discord", "slack")]
    house.digests.post("one", message, channel=f"newsroom{long}")
    why = f"/digests/why?digest=morning&slot=2024-11-12T08:00&channel=pilots{long}"
    for path in ("/digests", "/digests/preview?digest=morning", "/wall", f"/wall?drawn={anchor('one')}", why):
        await sheet.goto(desk.address + path)
        assert await sheet.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    await sheet.goto(f"{desk.address}/digests/preview?digest=morning")
    await expect(sheet.get_by_role("button", name=re.compile("^Post to"))).to_be_in_viewport()


async def test_digests_work_without_scripts(browser: Browser, desk: Desk, house: SmallHouse) -> None:
    house.digests.change(*DELIVERIES)
    house.digests.post("one", digest(IMPACT))
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await enter(page, desk)
    await page.get_by_role("link", name="Digests").click()
    await page.get_by_role("button", name="It arrived").click()
    await expect(page.locator(".told")).to_have_text("It counts as sent.")
    await page.locator("#deliveries").get_by_role("link", name=re.compile("^why")).first.click()
    await expect(page.locator(".stages li").first).to_contain_text("Europe/Berlin")
    await page.get_by_role("link", name="Back to Digests").click()
    await page.get_by_role("link", name="Post now… Morning briefing").click()
    await page.get_by_role("button", name=re.compile("^Post to")).click()
    await expect(page.locator(".told")).to_contain_text("goes to newsroom")
    await page.get_by_role("link", name="Wall", exact=True).click()
    await page.get_by_role("link", name="As Discord and Slack draw it").click()
    await expect(page.get_by_text("as Discord", exact=True)).to_be_visible()
    await page.locator(".message").get_by_role("button", name="The whole briefing").click()
    await expect(page.locator("#turn-1 .message")).to_contain_text("Claims 1–10 of 25")
    await context.close()
