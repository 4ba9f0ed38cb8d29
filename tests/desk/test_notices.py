"""What the admins were told, as the operator finds it on the Health page."""

import html
import re
from dataclasses import replace

from bot.platforms.desk.house import NoticeShown, NoticesShown
from tests.desk.conftest import Visitor
from tests.desk.small import NOW, SmallHouse

NOTICE = NoticeShown(NOW, "harbour.yaml was not loaded: 1 error.", "editors", "posted", "https://chat.example/1")


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", "", page)).split())


async def test_where_nothing_was_told_health_says_so(visitor: Visitor) -> None:
    _, page = await visitor.get("/health")
    assert "What admins were told Nothing so far." in words(page)


async def test_health_lists_what_the_admins_were_told_and_where_it_stands(visitor: Visitor, house: SmallHouse) -> None:
    desk = replace(NOTICE, told="a.yaml: +1", where="", state="on the desk alone", link="")
    wall = replace(NOTICE, told="a.yaml: +2", link="/wall#post-ab")
    house.noticed = NoticesShown((NOTICE, desk, wall), "Slack is off: no token")
    _, page = await visitor.get("/health")
    assert (
        "What admins were told ▲ Not told in their channel: Slack is off: no token "
        "09:42 editors harbour.yaml was not loaded: 1 error. posted · the message (chat.example) "
        "09:42 a.yaml: +1 on the desk alone 09:42 editors a.yaml: +2 posted · the message"
    ) in words(page)
    assert '<a href="/wall#post-ab">the message</a>' in page


async def test_what_stands_in_a_file_stays_text_there(visitor: Visitor, house: SmallHouse) -> None:
    bad = "<script>alert('1')</script>\"><img src=x>"
    shown = [NoticeShown(NOW, bad, bad, bad, link) for link in ("javascript:alert(1)", "//evil.example", bad)]
    house.noticed = NoticesShown(tuple(shown), bad)
    _, page = await visitor.get("/health")
    assert page.count("<script") == 1, "the page's own"
    assert "<img" not in page
    assert "javascript:" not in page
    assert "evil.example" not in page
