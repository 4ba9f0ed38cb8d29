"""The editor in a real browser: by keyboard, with somebody else at the same file, and after a crash."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Dialog, Page, Request, Route, ViewportSize, expect

from tests.desk.conftest import enter
from tests.desk.newsroom import HARBOUR, NAME, Newsroom, newsroom
from tests.desk.test_axe import violations

expect.set_options(timeout=15_000)

WIDE: ViewportSize = {"width": 1440, "height": 900}
KOLKATA = ZoneInfo("Asia/Kolkata")


@pytest_asyncio.fixture(loop_scope="session")
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def sheet(page: Page, room: Newsroom) -> AsyncIterator[Page]:
    """The editor of somebody who came in; the browser never complains."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(15_000)
    await page.set_viewport_size(WIDE)
    await enter(page, room.desk)
    await opened(page, room)
    yield page
    assert [one for one in complaints if "status of 4" not in one] == []


async def opened(page: Page, room: Newsroom, query: str = "") -> None:
    await page.goto(f"{room.desk.address}/briefings/edit?file={NAME}{query}")
    await expect(page.locator("#counts")).to_have_text("No problems.")


async def changed(page: Page, old: str, new: str) -> None:
    """Select words in the editor and type others."""
    await page.locator("#text").evaluate(
        "(area, old) => { area.focus(); const at = area.value.indexOf(old);"
        " area.setSelectionRange(at, at + old.length); }",
        old,
    )
    await page.keyboard.type(new)


async def text(page: Page) -> str:
    return await page.locator("#text").input_value()


async def kept(page: Page, words: str) -> None:
    """Wait until the browser has a copy with these words."""
    await page.wait_for_function("words => JSON.stringify(localStorage).includes(words)", arg=words)


async def test_mistakes_stand_at_their_line_and_the_drawing_follows_the_typing(sheet: Page, room: Newsroom) -> None:
    await changed(sheet, "is finished.", "stands")
    drawing = sheet.get_by_role("region", name="As readers get it")
    await expect(drawing.locator(".discord")).to_contain_text("the first pier stands")
    await expect(drawing.locator(".slack")).to_contain_text("the first pier stands")
    await expect(drawing).to_contain_text("TLP:GREEN")
    await changed(sheet, "confidence", "confidance")
    await expect(sheet.get_by_role("status").and_(sheet.locator("#counts"))).to_have_text("1 error, 0 warnings")
    await expect(sheet.locator("#gutter b.error")).to_have_text("37")
    await expect(sheet.locator("#problems")).to_contain_text('did you mean "confidence"?')
    await expect(drawing.get_by_text("As it was before the errors.")).to_be_visible()
    await expect(drawing.locator(".discord")).to_contain_text("the first pier stands")
    await sheet.get_by_role("link", name="line 37").click()
    chosen = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert await sheet.locator("#text").evaluate(chosen) == "confidance"
    await sheet.keyboard.type("confidence")
    await expect(sheet.locator("#counts")).to_have_text("No problems.")
    await expect(drawing.get_by_text("As it was before the errors.")).to_be_hidden()
    await changed(sheet, "  - id: fewer", "  - id: fewer")
    await expect(drawing).to_contain_text("a third of the ferries")
    assert room.text() == HARBOUR


async def test_a_claim_that_is_typed_in_changed_since_the_check(sheet: Page, room: Newsroom) -> None:
    await room.verified()
    await opened(sheet, room)
    claims = sheet.locator("#claims")
    await expect(claims).to_have_text("Claims checked against text: 1 · checked against text, with a doubt: 1")
    await changed(sheet, "a third", "half")
    await expect(claims).to_contain_text("changed since the check: 1")
    await expect(sheet.locator("#counts")).to_have_text("0 errors, 1 warning")
    await expect(sheet.locator("#gutter b.warning")).to_have_text("25")
    problem = sheet.locator("#problems li", has_text='"fewer-ferries" changed since it was checked')
    await problem.get_by_role("link", name="line 25").click()
    assert await sheet.evaluate("document.getElementById('text').selectionStart") == HARBOUR.index("fewer-ferries")
    await changed(sheet, "half", "a third")
    await expect(claims).to_have_text("Claims checked against text: 1 · checked against text, with a doubt: 1")


async def test_what_is_worth_asking_follows_the_shelf(sheet: Page, room: Newsroom) -> None:
    room.edit("TLP:GREEN", "TLP:CLEAR")
    await sheet.goto(f"{room.desk.address}/")
    worth = sheet.get_by_role("region", name="Worth asking")
    await expect(worth.get_by_role("button")).to_contain_text(
        ["/impact", "/sources", "/timeline", "/search Mara Quist"]
    )
    await sheet.get_by_label("Question").fill("half a question")
    room.file.write_text(room.text().replace("Quist", "Quill"), encoding="utf-8")
    await expect(worth.get_by_role("button")).to_contain_text(
        ["/impact", "/sources", "/timeline", "/search Mara Quill"]
    )
    await expect(sheet.get_by_label("Question")).to_have_value("half a question")
    await worth.get_by_role("button", name="/search").click()
    await expect(sheet.locator("#turn-1")).to_be_visible()
    await expect(worth).to_have_count(0)


async def test_a_page_follows_the_time_zone_of_config(sheet: Page, room: Newsroom) -> None:
    await sheet.goto(f"{room.desk.address}/briefings")
    await expect(sheet.locator("#clock")).to_have_text(re.compile(r"^Times: Europe/Berlin, UTC\+\d$"))
    config = room.folder.parent / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("Europe/Berlin", str(KOLKATA)), encoding="utf-8")
    await expect(sheet.locator("#clock")).to_have_text("Times: Asia/Kolkata, UTC+5:30")
    read_at = room.shelf.state.files[0].loaded_at
    assert read_at
    await expect(sheet.locator(".file").first).to_contain_text(f"read {read_at.astimezone(KOLKATA):%H:%M}")


LINES = (
    "a short one",
    "a line of prose that goes on " * 9,
    "    text: " + "春の港で船が出る。" * 20,
    "\t\ttabbed " * 20,
    "ends in blanks" + " " * 200,
    "👩‍👩‍👧‍👦 " * 40,
    "https://a.example/" + "path/" * 60,
    "שלום עולם " * 30,
    "",
)


async def test_a_long_line_wraps_and_each_number_stands_at_its_line(sheet: Page) -> None:
    area = sheet.locator("#text")
    rows = "[...document.getElementById('gutter').textContent.matchAll(/(\\d+)\\n+/g)]"
    height = "parseFloat(getComputedStyle(document.getElementById('text')).lineHeight)"
    for line in LINES:
        await area.fill("\n".join([line] * 60))
        for width in (360, 1280):
            await sheet.set_viewport_size({"width": width, "height": 900})
            await sheet.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            laid = await area.evaluate(f"area => Math.round((area.scrollHeight - 16) / {height})")
            of_each = await sheet.evaluate(f"{rows}.slice(0, -1).map(one => one[0].length - one[1].length)")
            assert set(of_each) == {laid / 60}, (line, width)
            assert await area.evaluate("area => area.scrollWidth - area.clientWidth") == 0
    await area.fill("\n".join(LINES * 20))
    await sheet.get_by_label("Line", exact=True).fill("173")
    await sheet.keyboard.press("Enter")
    above = await sheet.evaluate(f"{rows}.slice(0, 172).reduce((sum, one) => sum + one[0].length - one[1].length, 0)")
    at = await area.evaluate(f"area => {above} * {height} + 8 - area.scrollTop")
    assert 0 < at < await area.evaluate("area => area.clientHeight")
    scrolled = await area.evaluate("area => [document.getElementById('gutter').scrollTop, area.scrollTop]")
    assert scrolled[0] == scrolled[1] > 0


async def test_the_words_that_differ_are_in_sight_also_at_the_end_of_a_long_line(sheet: Page) -> None:
    long = "is, as all who have stood on the north shore in this winter of much ice were told, finished in"
    await changed(sheet, "is finished.", f"{long} June.")
    await sheet.get_by_role("button", name="Save", exact=True).click()
    await expect(sheet.locator("#state")).to_contain_text("Saved at")
    await changed(sheet, "June.", "July.")
    await sheet.get_by_role("button", name="Difference").click()
    await expect(sheet.locator(".diff ins")).to_have_text(" July.")
    await expect(sheet.locator(".diff del")).to_have_text(" June.")
    for width in (360, 1280):
        await sheet.set_viewport_size({"width": width, "height": 900})
        assert await sheet.locator(".diff").evaluate("box => box.scrollWidth - box.clientWidth") == 0
        await expect(sheet.locator(".diff .new code")).to_have_text(
            f"    text: Mara Quist says that the first pier {long} July."
        )
        assert await violations(sheet) == []


async def test_a_save_is_seen_undone_and_redone_and_typing_is_undone_by_the_browser(
    sheet: Page, room: Newsroom
) -> None:
    await changed(sheet, "is finished.", "stands.")
    await sheet.keyboard.press("Control+z")
    assert await text(sheet) != HARBOUR.replace("is finished.", "stands.", 1)
    await sheet.keyboard.press("Control+Shift+z")
    mine = HARBOUR.replace("is finished.", "stands.", 1)
    assert await text(sheet) == mine
    await expect(sheet.locator("#state")).to_have_text("Not saved yet.")
    await sheet.get_by_role("button", name="Difference").click()
    await expect(sheet.locator(".diff .new")).to_contain_text("the first pier stands.")
    await expect(sheet.locator(".diff .gone")).to_contain_text("the first pier is finished.")
    await sheet.keyboard.press("Control+s")
    await expect(sheet.locator("#state")).to_contain_text("Saved at")
    await expect(sheet.locator("#differences")).to_contain_text("as it stands on the disk")
    assert room.text() == mine
    await expect(sheet.locator("#changes")).to_have_text("It is served as it stands here.")
    undo = sheet.get_by_role("button", name="Undo the last save")
    await changed(sheet, "stands.", "was built.")
    await undo.click()
    await expect(sheet.locator("#trouble")).to_contain_text("There is work here that is not saved")
    for _ in range(40):
        if await text(sheet) == mine:
            break
        await sheet.locator("#text").press("Control+z")
    await undo.click()
    await expect(sheet.locator("#state")).to_contain_text("The last save is undone")
    assert (room.text(), await text(sheet)) == (HARBOUR, HARBOUR)
    await undo.click()
    await expect(sheet.locator("#text")).to_have_value(mine)
    assert room.text() == mine
    await sheet.locator("#text").press("Control+z")
    await expect(sheet.locator("#text")).to_have_value(HARBOUR)


async def test_half_done_work_is_saved_with_its_errors_by_a_button_of_its_own(sheet: Page, room: Newsroom) -> None:
    anyway = sheet.get_by_role("button", name="Save with errors")
    await expect(anyway).to_be_hidden()
    await changed(sheet, "confidence", "confidance")
    await sheet.get_by_role("button", name="Save", exact=True).click()
    await expect(sheet.locator("#trouble")).to_contain_text("Nothing was saved: the text has 1 error.")
    assert room.text() == HARBOUR
    await anyway.click()
    await expect(sheet.locator("#state")).to_contain_text("Saved at")
    await expect(sheet.locator("#changes")).to_have_text("It has errors: while it has, its last good version stays.")
    assert "confidance" in room.text()


async def test_two_people_at_one_file_lose_nothing(sheet: Page, room: Newsroom, browser: Browser) -> None:
    await changed(sheet, "is finished.", "stands.")
    mine = await text(sheet)
    context = await browser.new_context()
    other = await context.new_page()
    await enter(other, room.desk)
    await opened(other, room)
    await changed(other, "Engineer", "Builder")
    await other.get_by_role("button", name="Save", exact=True).click()
    await expect(other.locator("#state")).to_contain_text("Saved at")
    theirs = room.text()
    clash = sheet.get_by_role("region", name="This file changed on the disk")
    await expect(clash).to_be_visible()
    await expect(clash.get_by_label("What stands on the disk now")).to_have_value(theirs)
    assert await text(sheet) == mine
    await sheet.get_by_role("button", name="Save", exact=True).click()
    await expect(clash).to_be_focused()
    assert room.text() == theirs
    await clash.get_by_role("button", name="Look at the difference").click()
    await expect(sheet.locator(".diff .gone").first).to_contain_text("role: Builder")
    await clash.get_by_role("button", name="Take theirs into the editor").click()
    await expect(clash).to_be_hidden()
    await expect(sheet.locator("#text")).to_have_value(theirs)
    await expect(sheet.get_by_label("Your text", exact=True)).to_have_value(mine)
    await expect(sheet.locator("#state")).to_have_text("Theirs is in the editor, as it stands on the disk.")
    await sheet.get_by_role("button", name="Put it away").click()
    await expect(sheet.get_by_label("Your text", exact=True)).to_be_hidden()
    await changed(sheet, "is finished.", "was built.")
    await changed(other, "Builder", "Pilot")
    await other.keyboard.press("Control+s")
    await expect(clash).to_be_visible()
    await expect(clash.get_by_label("What stands on the disk now")).to_have_value(re.compile("Pilot"))
    await changed(sheet, "confidence", "confidance")
    await clash.get_by_role("button", name="Save mine over it").click()
    await expect(sheet.locator("#trouble")).to_contain_text("Nothing was saved: the text has 1 error.")
    assert "Pilot" in room.text()
    await sheet.get_by_role("button", name="Save with errors").click()
    await expect(sheet.locator("#state")).to_contain_text("Saved at")
    await changed(sheet, "confidance", "confidence")
    await sheet.get_by_role("button", name="Save", exact=True).click()
    await expect(sheet.locator("#counts")).to_have_text("No problems.")
    await expect(sheet.locator("#state")).to_contain_text("Saved at")
    await expect(clash).to_be_hidden()
    assert room.text() == theirs.replace("is finished.", "was built.", 1)
    await expect(other.locator("#clash")).to_be_visible()
    room.file.unlink()
    await expect(clash).to_contain_text("It is not in the folder any more.")
    await clash.get_by_role("button", name="Save mine as a new file").click()
    await expect(clash).to_be_hidden()
    assert room.text() == theirs.replace("is finished.", "was built.", 1)
    await context.close()


async def test_who_typed_what_the_other_saved_has_no_quarrel(sheet: Page, room: Newsroom) -> None:
    await changed(sheet, "is finished.", "stands.")
    room.edit("Engineer", "Builder")
    clash = sheet.get_by_role("region", name="This file changed on the disk")
    await expect(clash).to_be_visible()
    await sheet.get_by_role("button", name="Difference", exact=True).click()
    gap = await sheet.locator(".diff .gap").first.bounding_box()
    line = await sheet.locator(".diff .same").first.bounding_box()
    assert gap
    assert line
    assert gap["height"] == line["height"], "what is left out has a line of its own"
    await sheet.locator("#text").fill(room.text())
    await expect(clash).to_be_hidden()
    await expect(sheet.locator("#state")).to_have_text("")


async def test_unsaved_work_survives_a_closed_tab_and_a_restart(tmp_path: Path, browser: Browser) -> None:
    context = await browser.new_context()
    mine = HARBOUR.replace("is finished.", "stands.", 1)
    async with newsroom(tmp_path) as room:
        port = room.desk.port
        page = await context.new_page()
        await enter(page, room.desk)
        await opened(page, room)
        await changed(page, "is finished.", "stands.")
        await kept(page, "pier stands.")
        await page.close(run_before_unload=False)
        page = await context.new_page()
        await opened(page, room)
        await expect(page.get_by_role("group", name="Unsaved work")).to_contain_text(
            re.compile(r"Unsaved work from \d\d:\d\d is kept in this browser\.")
        )
        assert await text(page) == HARBOUR
    await page.get_by_role("button", name="Restore it").click()
    await expect(page.get_by_role("group", name="Unsaved work")).to_have_count(0)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#trouble")).to_contain_text("The desk does not answer. Your text stays here")
    async with newsroom(tmp_path, port, "another-token-that-nobody-guesses") as room:
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.locator("#trouble")).to_contain_text("You are not logged in any more.")
        assert room.text() == HARBOUR
        door = await context.new_page()
        await enter(door, room.desk)
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.locator("#state")).to_contain_text("Saved at")
        assert room.text() == mine
        await opened(page, room)
        await expect(page.get_by_role("group", name="Unsaved work")).to_have_count(0)
        await changed(page, "stands.", "was built.")
        await kept(page, "was built.")
        await page.close(run_before_unload=False)
        room.edit("Engineer", "Builder")
        page = await context.new_page()
        await opened(page, room)
        await page.get_by_role("button", name="Restore it").click()
        await expect(page.locator("#clash")).to_be_visible()
        assert "Builder" not in await text(page)
        await opened(page, room)
        await page.get_by_role("button", name="Discard it").last.click()
        assert await text(page) == room.text()
    await context.close()


async def test_the_editor_works_without_scripts(browser: Browser, room: Newsroom) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    page.set_default_timeout(15_000)
    await enter(page, room.desk)
    await opened(page, room)
    mine = HARBOUR.replace("confidence", "confidance")
    await page.locator("#text").fill(mine)
    room.edit("Engineer", "Builder")
    for name, said in (("Save", "the text has 1 error"), ("Save with errors", "somebody else changed this file")):
        await page.get_by_role("button", name=name, exact=True).click()
        await expect(page.get_by_role("alert")).to_contain_text(f"Nothing was saved: {said}")
        assert await text(page) == mine
    await expect(page.get_by_label("What stands on the disk now")).to_have_value(room.text())
    await page.get_by_role("button", name="Save mine over it").click()
    await page.get_by_role("button", name="Save with errors").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    assert room.text() == mine
    await page.get_by_role("button", name="Undo the last save").click()
    assert room.text() == HARBOUR.replace("Engineer", "Builder")
    await context.close()


async def test_leaving_with_unsaved_work_is_asked_about(sheet: Page) -> None:
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    sheet.on("dialog", stay)
    await changed(sheet, "is finished.", "stands.")
    await sheet.get_by_role("link", name="Health").click(no_wait_after=True)
    for _ in range(100):
        if asked:
            break
        await sheet.wait_for_timeout(100)
    assert asked == ["beforeunload"]
    assert "stands." in await text(sheet)
    sheet.remove_listener("dialog", stay)


async def test_tab_indents_and_holds_nobody(sheet: Page) -> None:
    area = sheet.locator("#text")
    await area.fill("snippets:\n  - id: a")
    await area.press("End")
    await area.press("Control+End")
    await sheet.keyboard.press("Enter")
    await sheet.keyboard.press("Tab")
    await sheet.keyboard.type("section: works")
    assert await text(sheet) == "snippets:\n  - id: a\n    section: works"
    await sheet.keyboard.press("Shift+Tab")
    assert await text(sheet) == "snippets:\n  - id: a\n  section: works"
    await sheet.keyboard.press("Control+a")
    await sheet.keyboard.press("Tab")
    assert await text(sheet) == "  snippets:\n    - id: a\n    section: works"
    await sheet.keyboard.press("Control+z")
    assert await text(sheet) == "snippets:\n  - id: a\n  section: works"
    await sheet.keyboard.press("Escape")
    await sheet.keyboard.press("Tab")
    await expect(sheet.get_by_role("button", name="Save", exact=True)).to_be_focused()


async def test_five_megabytes_stay_in_the_editor_and_go_nowhere(sheet: Page, room: Newsroom) -> None:
    sent: list[str] = []

    def heard(request: Request) -> None:
        if request.url.endswith("/save") or len(request.post_data or "") > len(HARBOUR) * 4:
            sent.append(request.url)

    sheet.on("request", heard)
    await sheet.locator("#text").evaluate(
        "area => { area.select(); area.setRangeText('a'.repeat(5e6)); area.dispatchEvent(new Event('input')) }"
    )
    await expect(sheet.locator("#trouble")).to_contain_text(
        "The text has 5,000,000 bytes; a briefing has at most 2,000,000."
    )
    await sheet.get_by_role("button", name="Save", exact=True).click()
    await sheet.wait_for_timeout(500)
    assert (sent, room.text()) == ([], HARBOUR)
    assert len(await text(sheet)) == 5_000_000


async def test_a_stale_answer_is_dropped(sheet: Page, room: Newsroom) -> None:
    """The first answer comes after the text changed again: what it says is never shown."""
    seen: list[str] = []
    await sheet.expose_function("seen", lambda words: seen.append(words))
    await sheet.evaluate(
        "() => new MutationObserver(() => seen(document.getElementById('counts').textContent))"
        ".observe(document.getElementById('counts'), {childList: true})"
    )

    async def late(route: Route) -> None:
        await sheet.wait_for_timeout(1500)
        await route.continue_()

    await sheet.route("**/briefings/check", late)
    await changed(sheet, "confidence", "confidance")
    await sheet.wait_for_timeout(500)
    await changed(sheet, "confidance: low", "confidence: high")
    await changed(sheet, "para: 3", "para: x")
    await expect(sheet.locator("#problems")).to_contain_text("para")
    assert seen == ["1 error, 0 warnings"]
    assert "confidance" not in await sheet.locator("#problems").inner_text()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 360)])
async def test_the_editor_is_accessible_and_never_scrolls_sideways(
    sheet: Page, room: Newsroom, scheme: str, width: int
) -> None:
    await sheet.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    await sheet.set_viewport_size({"width": width, "height": 900})

    async def fine() -> None:
        assert await violations(sheet) == []
        assert await sheet.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    await fine()
    await changed(sheet, "is finished.", "stands.")
    await expect(sheet.locator("#drawing .discord")).to_contain_text("stands.")
    await changed(sheet, "confidence", "confidance")
    await expect(sheet.locator("#stale")).to_be_visible()
    await sheet.get_by_role("button", name="Difference").click()
    room.edit("Engineer", "Builder")
    await expect(sheet.locator("#clash")).to_be_visible()
    await fine()
    await sheet.get_by_role("button", name="Take theirs into the editor").click()
    await fine()
    await sheet.goto(f"{room.desk.address}/briefings/edit?file={NAME}")
    await expect(sheet.get_by_role("group", name="Unsaved work")).to_be_visible()
    await fine()
    for path in ("/briefings", "/briefings/new", "/briefings/edit?file=no.yaml"):
        await sheet.goto(room.desk.address + path)
        await fine()


async def test_a_briefing_is_begun_and_first_saved_by_keyboard(sheet: Page, room: Newsroom) -> None:
    await sheet.goto(f"{room.desk.address}/briefings")
    await sheet.get_by_role("link", name="New briefing").press("Enter")
    await expect(sheet.get_by_label("Title", exact=True)).to_be_focused()
    await sheet.keyboard.type("The lighthouse")
    await sheet.keyboard.press("Enter")
    await sheet.wait_for_url("**/briefings/edit?file=the-lighthouse.yaml")
    await expect(sheet.locator("#counts")).to_have_text("No problems.")
    await changed(sheet, "# summary: what", "summary: What")
    await sheet.keyboard.press("Control+s")
    await expect(sheet.locator("#state")).to_contain_text("Saved at")
    assert "\n  summary: What this story" in (room.folder / "the-lighthouse.yaml").read_text(encoding="utf-8")
