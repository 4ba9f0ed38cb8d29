"""The desk in a real browser, by keyboard, on a phone, in the dark."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from bot.platforms.desk.wire import Desk
from tests.desk.conftest import TOKEN, enter
from tests.desk.small import FILE, GOOD, OTHER, WRONG, SmallHouse

expect.set_options(timeout=15_000)

WIDE: ViewportSize = {"width": 1500, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest_asyncio.fixture(loop_scope="session")
async def sheet(page: Page, desk: Desk) -> AsyncIterator[Page]:
    """The Ask page of somebody who came in; no request leaves the desk, and the browser never complains."""
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(15_000)
    await page.set_viewport_size(WIDE)
    await enter(page, desk)
    yield page
    await page.evaluate("() => 0")
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(desk.address).netloc}
    assert complaints == []


def offers(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions")


async def ask(page: Page, typed: str, number: int = 1) -> None:
    await page.get_by_role("combobox", name="Question").fill(typed)
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator(f"#turn-{number}")).to_be_visible()


async def test_a_question_is_answered_with_both_drawings_beside_it(sheet: Page) -> None:
    await sheet.get_by_role("button", name="/impact").click()
    turn = sheet.get_by_role("article", name="Impact · The new harbour bridge")
    await expect(turn.locator(".message")).to_contain_text("Mara Quist expects the bridge")
    await expect(turn.get_by_role("tabpanel", name="Discord")).to_contain_text("of 6,000 characters")
    await expect(turn.get_by_role("tabpanel", name="Slack")).to_contain_text("of 50 blocks")
    left = await turn.get_by_role("tabpanel", name="Discord").bounding_box()
    right = await turn.get_by_role("tabpanel", name="Slack").bounding_box()
    assert left
    assert right
    assert (left["y"], left["x"] < right["x"]) == (right["y"], True)
    await expect(sheet.get_by_text("Worth asking")).to_have_count(0)
    await expect(sheet.locator("#said")).to_have_text("Answer: Impact · The new harbour bridge")


async def test_a_question_is_completed_by_keyboard(sheet: Page, house: SmallHouse) -> None:
    field = sheet.get_by_role("combobox", name="Question")
    await expect(field).to_be_focused()
    await sheet.keyboard.type("/s")
    await expect(offers(sheet).get_by_role("option")).to_have_text([re.compile("/sources"), re.compile("/search")])
    await sheet.keyboard.press("ArrowDown")
    await sheet.keyboard.press("ArrowDown")
    chosen = offers(sheet).get_by_role("option", selected=True)
    await expect(chosen).to_contain_text("/search")
    await expect(field).to_have_attribute("aria-activedescendant", await chosen.get_attribute("id") or "")
    await sheet.keyboard.press("Enter")
    await expect(field).to_have_value("/search ")
    await expect(offers(sheet).get_by_role("option")).to_have_count(2)
    await sheet.keyboard.type("qu")
    await expect(offers(sheet).get_by_role("option")).to_have_count(1)
    await sheet.keyboard.press("Tab")
    await expect(field).to_have_value("/search quist")
    await expect(field).to_have_attribute("aria-expanded", "false")
    assert house.asks == []
    await sheet.keyboard.press("Enter")
    await expect(sheet.locator("#turn-1")).to_be_visible()
    assert (house.asks[0].command, house.asks[0].text) == ("search", "quist")
    await expect(field).to_be_focused()


async def test_suggestions_follow_fast_fingers(sheet: Page, house: SmallHouse) -> None:
    house.slow = 0.3
    await sheet.keyboard.type("/s")
    await sheet.wait_for_timeout(150)
    await sheet.keyboard.type("e")
    await expect(offers(sheet).get_by_role("option")).to_have_text([re.compile("/search")])


async def test_escape_closes_the_suggestions_and_tab_then_goes_on(sheet: Page) -> None:
    await sheet.keyboard.type("/s")
    await expect(offers(sheet).get_by_role("option")).to_have_count(2)
    await sheet.keyboard.press("Escape")
    await expect(offers(sheet)).to_be_hidden()
    await sheet.keyboard.press("Tab")
    await expect(sheet.get_by_role("button", name="Ask", exact=True)).to_be_focused()


async def test_next_is_pressed_again_and_again_by_keyboard(sheet: Page) -> None:
    await ask(sheet, "/briefing")
    await sheet.locator(".message").get_by_role("button", name="Next").focus()
    await sheet.keyboard.press("Enter")
    await expect(sheet.locator(".message")).to_contain_text("Claims 11–20 of 25")
    await expect(sheet.locator(".message").get_by_role("button", name="Next")).to_be_focused()
    await sheet.keyboard.press("Enter")
    await expect(sheet.locator(".message")).to_contain_text("Claims 21–25 of 25")
    await expect(sheet.get_by_role("heading", name="Everything")).to_be_focused()
    await expect(sheet.get_by_role("article")).to_have_count(1)


async def test_a_button_in_a_drawing_asks_again(sheet: Page) -> None:
    await ask(sheet, "/impact")
    await sheet.locator(".slack").get_by_role("button", name="Sources").click()
    await expect(sheet.get_by_role("article", name="Sources")).to_be_visible()
    await expect(sheet.get_by_role("article")).to_have_count(2)


async def test_drawings_are_switched_with_the_arrow_keys_for_all_answers(sheet: Page) -> None:
    await ask(sheet, "/impact")
    await ask(sheet, "/sources", 2)
    turn = sheet.locator("#turn-2")
    await turn.get_by_role("tab", name="Side by side").focus()
    for name, words in (
        ("Discord", "of 6,000"),
        ("Slack", "of 50"),
        ("Text", "Try:"),
        ("JSON", '"allowed_mentions"'),
    ):
        await sheet.keyboard.press("ArrowRight")
        await expect(turn.get_by_role("tab", selected=True)).to_have_text(name)
        await expect(turn.get_by_role("tab", selected=True)).to_be_focused()
        for number in (1, 2):
            panel = sheet.locator(f"#turn-{number}").get_by_role("tabpanel")
            await expect(panel).to_have_count(1)
        if name != "Text":
            await expect(turn.get_by_role("tabpanel")).to_contain_text(words)
    await sheet.set_viewport_size(PHONE)
    await expect(turn.get_by_role("tab", name="Side by side")).to_have_count(0)


async def test_a_bad_edit_appears_live_and_moves_nothing(sheet: Page, desk: Desk, house: SmallHouse) -> None:
    await house.put(*(replace(OTHER, file=f"a-{number}.yaml") for number in range(12)))
    await sheet.goto(f"{desk.address}/briefings")
    await sheet.set_viewport_size({"width": 1000, "height": 500})
    file = sheet.get_by_role("article", name=re.compile("^lighthouse"))
    await file.locator("summary").press("Enter")
    await expect(file.get_by_text("tall-ships")).to_be_visible()
    before = await file.bounding_box()
    await house.put(replace(GOOD, problems=(WRONG,)))
    broken = sheet.get_by_role("article", name=re.compile("^harbour"))
    await expect(broken).to_contain_text("1 error, still serving the version of 07:05")
    await expect(broken.get_by_role("group", name="Line 19")).to_contain_text("^^^^^^^^^^")
    await expect(sheet.get_by_role("link", name="Briefings")).to_contain_text("14 · 1 error")
    await expect(sheet.locator("#said")).to_have_text(re.compile("^harbour.yaml: 1 error"))
    await expect(file.get_by_text("tall-ships")).to_be_visible()
    await expect(file.locator("summary")).to_be_focused()
    after = await file.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2
    await house.put(GOOD)
    await expect(broken).to_contain_text("served, read 07:05")
    await expect(sheet.get_by_text("confidance")).to_have_count(0)


async def test_an_unfolded_file_stays_unfolded_when_it_changes(sheet: Page, desk: Desk, house: SmallHouse) -> None:
    await sheet.goto(f"{desk.address}/briefings")
    file = sheet.get_by_role("article", name=re.compile("^harbour"))
    await file.locator("summary").press("Enter")
    await expect(file.get_by_text("tall-ships")).to_be_visible()
    await house.put(replace(GOOD, problems=(WRONG,)))
    await expect(file).to_contain_text("1 error")
    await expect(file.get_by_text("tall-ships")).to_be_visible()
    await expect(file.locator("summary")).to_be_focused()


async def test_files_are_found_by_name_and_by_problem(sheet: Page, desk: Desk, house: SmallHouse) -> None:
    await house.put(*(replace(OTHER, file=f"a-{number}.yaml") for number in range(9)))
    await house.put(replace(GOOD, problems=(WRONG,)))
    await sheet.goto(f"{desk.address}/briefings")
    await sheet.get_by_role("searchbox", name="Show files with").fill("a-3")
    await expect(sheet.get_by_role("article")).to_have_count(1)
    await expect(sheet.get_by_text("1 of 11 files")).to_be_visible()
    await sheet.get_by_role("searchbox").fill("")
    await sheet.get_by_role("checkbox", name="only those with problems").check()
    await expect(sheet.get_by_role("article")).to_have_count(1)
    await expect(sheet.get_by_role("article")).to_contain_text(FILE)


async def test_the_top_bar_tells_of_trouble_in_words(sheet: Page, house: SmallHouse) -> None:
    lamps = sheet.get_by_role("list", name="Platforms")
    await expect(lamps).to_have_text(re.compile(r"● desk: on\s*● Discord: on\s*○ Slack: no token"))
    house.trouble("Discord", "no answer for 30 s")
    await expect(lamps).to_contain_text("▲ Discord: no answer for 30 s")


async def test_the_page_says_when_the_bot_is_gone(page: Page, desk: Desk) -> None:
    await enter(page, desk)
    await desk.stop()
    await expect(page.get_by_role("alert")).to_have_text("The desk does not answer; trying again.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pictures_and_paper_follow_the_readers_scheme(sheet: Page, scheme: str) -> None:
    await sheet.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await ask(sheet, "/timeline")
    picture = sheet.locator(".message").get_by_role("img", name=re.compile("^Timeline of two entries"))
    await expect(picture).to_have_js_property("complete", True)
    assert f"theme={scheme}" in await picture.evaluate("image => image.currentSrc")
    assert await picture.evaluate("image => image.naturalWidth") > 300
    ground = await sheet.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in re.findall(r"\d+", ground)[:3]) / 3
    assert (brightness > 128) == (scheme == "light")


async def test_a_phone_never_scrolls_sideways(sheet: Page, desk: Desk, house: SmallHouse) -> None:
    await sheet.set_viewport_size(PHONE)
    wide = replace(WRONG, example="text: " + "a long line of a file " * 4)
    await house.put(replace(GOOD, problems=(wide,)), vanished=(FILE,))

    async def sideways() -> int:
        return int(await sheet.evaluate("document.documentElement.scrollWidth - innerWidth"))

    assert await sideways() == 0
    for number, typed in enumerate(("/impact", "/timeline", "x" * 50, "/briefing"), 1):
        await ask(sheet, typed, number)
        for name in ("Slack", "Text", "JSON", "Discord"):
            await sheet.locator(f"#turn-{number}").get_by_role("tab", name=name).click()
            assert await sideways() == 0
    answer = await sheet.locator("#turn-1 .message").bounding_box()
    drawing = await sheet.locator("#turn-1 .drawings").bounding_box()
    assert answer
    assert drawing
    assert drawing["y"] >= answer["y"] + answer["height"]
    for path in (f"/briefings?open={FILE}", "/health", "/enter"):
        await sheet.goto(desk.address + path)
        assert await sideways() == 0


async def test_the_skip_link_comes_first_and_leads_to_the_content(sheet: Page, desk: Desk) -> None:
    await sheet.goto(f"{desk.address}/health")
    await sheet.keyboard.press("Tab")
    await expect(sheet.get_by_role("link", name="Skip to the content")).to_be_focused()
    await sheet.keyboard.press("Enter")
    await expect(sheet.get_by_role("main")).to_be_focused()
    for landmark in ("banner", "navigation", "main"):
        await expect(sheet.get_by_role(landmark)).to_have_count(1)


async def test_the_form_lets_in_after_a_wrong_token_and_logging_out_ends_it(page: Page, desk: Desk) -> None:
    await page.goto(f"{desk.address}/briefings")
    await expect(page.get_by_role("heading", name="Briefing desk")).to_be_visible()
    await page.get_by_label("Token").fill("a guess")
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("alert")).to_have_text("That is not it.")
    await page.get_by_label("Token").fill(TOKEN)
    await page.get_by_role("button", name="Log in").click()
    await page.wait_for_url(f"{desk.address}/briefings")
    await page.get_by_role("button", name="Log out").click()
    await page.wait_for_url(f"{desk.address}/enter")
    await page.goto(f"{desk.address}/briefings")
    await expect(page.get_by_label("Token")).to_be_visible()


async def test_the_desk_works_without_scripts(browser: Browser, desk: Desk) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await enter(page, desk)
    await page.get_by_label("Question").fill("/briefing")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator(".message")).to_contain_text("Claims 1–10 of 25")
    await page.locator(".message").get_by_role("button", name="Next").click()
    await expect(page.locator(".message")).to_contain_text("Claims 11–20 of 25")
    await page.get_by_role("link", name="Briefings").click()
    await page.locator("summary").first.click()
    await page.get_by_role("link", name="Show them").first.click()
    await expect(page.get_by_text("tall-ships")).to_be_visible()
    await context.close()
