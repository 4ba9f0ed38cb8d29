"""What readers reported, as the operator finds it on the Health page."""

import html
import re
from dataclasses import replace
from datetime import timedelta

from playwright.async_api import Page, expect

from bot.platforms.desk.wire import Desk
from tests.desk.conftest import Visitor, enter
from tests.desk.small import NOW, REPORT, WRONG, SmallHouse

expect.set_options(timeout=15_000)


async def test_without_reports_health_says_nothing_of_them(visitor: Visitor) -> None:
    _, page = await visitor.get("/health")
    assert "Reports" not in page


async def test_health_lists_what_readers_reported_newest_first(visitor: Visitor, house: SmallHouse) -> None:
    older = replace(REPORT, at=NOW - timedelta(days=2), who="A guest", words="Something else.", link="", label="")
    house.reported = [REPORT, older]
    _, page = await visitor.get("/health")
    text = " ".join(html.unescape(re.sub("<[^>]+>", "", page)).split())
    assert (
        "Reports from readers 09:42 Mara Quist discord:123 The second claim is of October, not of November. "
        "about /impact quist, page 2 · TLP:GREEN · the message (chat.example) "
        "10 November 2024, 09:42 A guest discord:123 Something else. about /impact quist, page 2"
    ) in text
    assert 'href="https://chat.example/123/9" rel="noopener noreferrer" target="_blank">the message</a>' in page


async def test_what_readers_wrote_stays_text(visitor: Visitor, house: SmallHouse) -> None:
    bad = "<script>alert('1')</script>\"><img src=x>"
    house.reported = [
        replace(REPORT, who=bad, where=bad, about=bad, words=bad, label=bad, link="javascript:alert(1)"),
        replace(REPORT, link='https://chat.example/"onclick="alert(1)'),
    ]
    _, page = await visitor.get("/health")
    assert page.count("<script") == 1, "the page's own"
    assert "<img" not in page
    assert "javascript:" not in page
    assert '"onclick' not in page
    assert page.count("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;") == 5


async def test_a_name_that_turns_the_direction_of_writing_turns_nothing_else(
    visitor: Visitor, house: SmallHouse
) -> None:
    turned = "\u202eknurd"
    house.reported = [replace(REPORT, who=turned, where=turned, about=turned)]
    _, page = await visitor.get("/health")
    assert page.count(turned) == page.count(f"<bdi>{turned}</bdi>") == 3


async def test_the_page_shows_fifty_reports(visitor: Visitor, house: SmallHouse) -> None:
    house.reported = [replace(REPORT, words=f"Report {number}.") for number in range(60)]
    _, page = await visitor.get("/health")
    assert [f"Report {number}." in page for number in range(60)] == [True] * 50 + [False] * 10


async def test_a_new_report_comes_with_the_next_news(page: Page, desk: Desk, house: SmallHouse) -> None:
    await enter(page, desk)
    await page.goto(f"{desk.address}/health")
    reports = page.get_by_role("region", name="Reports from readers")
    await house.put(config=(WRONG,))
    await expect(page.get_by_role("link", name="Health")).to_contain_text("1 error")
    await expect(reports).to_have_count(0)
    house.reported = [REPORT]
    await house.put()
    await expect(reports.get_by_role("listitem")).to_contain_text(REPORT.words)


async def test_long_words_do_not_scroll_a_phone_sideways(page: Page, desk: Desk, house: SmallHouse) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    house.reported = [replace(REPORT, words="x" * 500, who="y" * 80, about="z" * 60), REPORT]
    await enter(page, desk)
    await page.goto(f"{desk.address}/health")
    await expect(page.get_by_text("x" * 500)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
