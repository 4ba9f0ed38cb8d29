"""Briefings, Health and their news: what editors and operators see, and when."""

import asyncio
import html
import json
import re
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.content.links import DeadLink
from bot.content.model import Snippet
from bot.content.receipt import Checked
from bot.content.state import FileState, ShelfState
from bot.platforms.desk.paper import zone_said
from bot.platforms.desk.shelf_shown import files, states, where
from bot.platforms.desk.wire import Desk
from tests.desk import reading
from tests.desk.conftest import TOKEN, Clock, Visitor
from tests.desk.small import FILE, GOOD, IMPACT, NOW, STARTED, WRONG, SmallHouse
from tests.desk.small_digests import DELIVERIES, MORNING


def snippet(**fields: Any) -> Snippet:
    made = {"id": "a", "section": "impact", "text": "A says b.", "claimed_by": "a", "status": "note"}
    return Snippet.model_validate(made | fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ()),
        ({"state": "draft"}, ("draft",)),
        ({"state": "withdrawn"}, ("withdrawn",)),
        ({"publish_at": "2024-11-12T09:43"}, ("embargo until 12 November 2024, 09:43",)),
        ({"publish_at": "2024-11-12T09:42"}, ()),
        ({"expires": "2024-11-12"}, ("expires 12 November 2024",)),
        ({"expires": "2024-11-11"}, ("expired 11 November 2024",)),
        ({"review_by": "2024-11-11"}, ("review overdue since 11 November 2024",)),
        ({"review_by": "2024-11-12"}, ()),
        ({"state": "corrected", "pinned": "true"}, ("corrected", "pinned")),
    ],
)
def test_what_stands_in_the_way_of_a_snippet_is_said(fields: dict[str, str], words: tuple[str, ...]) -> None:
    assert states(snippet(**fields), NOW, UTC) == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ""),
        ({"para": "2-3"}, "dw ¶2, ¶3"),
        ({"source": "afp", "para": "1"}, "afp ¶1"),
        ({"cite": [{"source": "dw", "para": "1"}, {"source": "afp", "para": "4"}]}, "dw ¶1; afp ¶4"),
    ],
)
def test_where_a_snippet_was_read_is_said(fields: dict[str, Any], words: str) -> None:
    assert where(snippet(**fields), "dw") == words


def test_each_file_says_what_is_served_of_it() -> None:
    warning = replace(WRONG, severity="warning")
    shelf = ShelfState(
        1,
        (
            GOOD,
            replace(GOOD, file="older.yaml", problems=(WRONG,)),
            FileState("unserved.yaml", None, None, (WRONG, WRONG)),
            replace(GOOD, file="warned.yaml", problems=(warning,)),
            replace(GOOD, file="gone.yaml"),
        ),
        vanished=("gone.yaml",),
    )
    shown = files(shelf, lambda at: f"{at:%H:%M}")
    assert [(file.name, file.says) for file in shown] == [
        ("gone.yaml", "gone from the folder, served until you confirm"),
        ("older.yaml", "1 error, still serving the version of 07:05"),
        ("unserved.yaml", "2 errors, not served: no good version is known"),
        ("harbour.yaml", "served, read 07:05"),
        ("warned.yaml", "served, read 07:05, 1 warning"),
    ]


def test_a_new_receipt_is_news_to_an_open_page() -> None:
    checked = replace(GOOD, checked={"tall-ships": Checked.CHECKED})
    (before,), (after,) = (files(ShelfState(1, (one,)), lambda at: f"{at:%H:%M}") for one in (GOOD, checked))
    assert before.mark != after.mark
    assert replace(before, mark=after.mark) == after


async def test_problems_stand_at_their_line_with_excerpt_caret_and_mend(visitor: Visitor, house: SmallHouse) -> None:
    await house.put(replace(GOOD, problems=(WRONG,)))
    _, page = await visitor.get("/briefings")
    text = html.unescape(re.sub("<[^>]+>", "", page))
    assert 'error harbour.yaml:19:5 unknown key "confidance"' in text
    assert '   19 |     confidance: low\n      |     ^^^^^^^^^^\n      = did you mean "confidence"?' in text
    assert re.search(r"Briefings\s*2\s*·\s*1 error", text)
    assert "tall-ships" not in text


async def test_the_snippets_of_a_file_are_shown_on_demand(visitor: Visitor) -> None:
    _, part = await visitor.get(f"/briefings/snippets?file={FILE}")
    text = html.unescape(re.sub("<[^>]+>", "", part))
    for words in (
        "tall-ships",
        "line 22",
        "impact · assessed · pilots · letter ¶2, ¶3",
        "embargo until 1 December",
    ):
        assert words in text
    _, page = await visitor.get(f"/briefings?open={FILE}")
    assert "tall-ships" in page


async def test_four_hundred_files_stay_a_light_page(visitor: Visitor, house: SmallHouse) -> None:
    await house.put(*(replace(GOOD, file=f"story-{number}.yaml") for number in range(400)))
    _, page = await visitor.get("/briefings")
    assert page.count("<article") == 402
    assert len(page) < 500_000


async def test_vanished_files_are_let_go_with_a_button(visitor: Visitor, house: SmallHouse) -> None:
    _, page = await visitor.get("/briefings")
    assert "/reload" not in page
    await house.put(vanished=(FILE, "long-gone.yaml"))
    _, page = await visitor.get("/briefings")
    assert "2 files vanished" in page
    assert "long-gone.yaml" in page
    response, _ = await visitor.post("/reload", {})
    assert (response.status, house.reloads) == (303, 1)


async def test_health_shows_platforms_store_version_and_counts(visitor: Visitor, house: SmallHouse) -> None:
    house.trouble("Discord", "no answer for 30 s")
    await house.put(replace(GOOD, problems=(WRONG,)), config=(replace(WRONG, file="config.yaml"),))
    _, page = await visitor.get("/health")
    text = " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())
    for words in (
        "▲ Discord : no answer for 30 s",
        "Discord ▲ trouble: no answer for 30 s",
        "Slack ○ off: no token",
        "version 0.1.0",
        "started 07:05",
        "database ok",
        "files 2, 2 served",
        "claims 4",
        "problems 1 error, 0 warnings",
        "config.yaml:19:5",
        "Health · not ready · 1 error",
    ):
        assert words in text


async def test_health_says_that_all_works_only_where_nothing_has_an_error(visitor: Visitor, house: SmallHouse) -> None:
    await house.put(replace(GOOD, problems=()))
    assert "ready ● all of it works" in reading.words(await reading.read(visitor, "/health"))
    await house.put(config=(replace(WRONG, file="config.yaml"),) * 3)
    page = reading.words(await reading.read(visitor, "/health"))
    assert "all of it works" not in page
    said = "ready ● it answers and sends ▲ 3 errors in config.yaml, below: its last good version stays in force"
    assert f"{said} Platforms" in page
    assert "problems 0 errors, 0 warnings in briefings" in page
    await house.put(replace(GOOD, problems=(WRONG,)))
    assert "ready ● it answers and sends ▲ 1 error in briefings Platforms" in reading.words(
        await reading.read(visitor, "/health")
    )


async def test_health_shows_dead_links_and_the_copies_of_them(visitor: Visitor, house: SmallHouse) -> None:
    assert "Dead links" not in (await visitor.get("/health"))[1]
    one = DeadLink("harbour", "TLP:CLEAR", "gazette", "Gazette", "https://a.example/x", NOW, "status 404", None)
    copied = replace(one, source="radio", archived_url="https://archive.example/<y>", why="There is no <b>")
    hostile = replace(one, source="post", archived_url="javascript:alert(1)")
    house.links(one, copied, hostile)
    _, page = await visitor.get("/health")
    text = " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())
    assert "Dead links gazette ▲ link dead since 09:42 : status 404 in harbour" in text
    assert "radio ▲ link dead since 09:42 : There is no <b> in harbour · the archived copy (archive.example)" in text
    assert "javascript" not in page


async def test_every_page_tells_times_in_the_zone_of_config_and_names_it(visitor: Visitor, house: SmallHouse) -> None:
    house.digests.change(*DELIVERIES)
    house.digests.post("key-wall", IMPACT)
    for zone, clock in ((UTC, "UTC"), (ZoneInfo("Asia/Kolkata"), "Asia/Kolkata, UTC+5:30")):
        house.zone = zone
        for path in ("/", "/briefings", "/digests", "/wall", "/health"):
            _, page = await visitor.get(path)
            assert f"Times: {clock}<" in page, path
        for path, at in (("/health", STARTED), ("/wall", NOW - timedelta(hours=1)), ("/digests", MORNING.next[0].at)):
            _, page = await visitor.get(path)
            assert f'<time datetime="{at.astimezone(zone).isoformat(timespec="minutes")}">' in page, path
        await visitor.get("/digests/why?digest=morning&slot=2024-11-12T08%3A00&channel=pilots")
        assert set(house.digests.asked_in) == {zone}
        house.digests.asked_in.clear()


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "UTC"), ("Europe/Berlin", "Europe/Berlin, UTC+1"), ("Asia/Kolkata", "Asia/Kolkata, UTC+5:30"),
        ("America/St_Johns", "America/St_Johns, UTC-3:30"), ("Africa/Accra", "Africa/Accra, UTC+0"),
    ],
)  # fmt: skip
def test_a_zone_is_named_with_its_distance_from_utc(zone: str, said: str) -> None:
    assert zone_said(NOW.astimezone(ZoneInfo(zone))) == said


async def news(response: aiohttp.ClientResponse) -> tuple[str, dict[str, Any]]:
    """The next event of a stream."""
    async with asyncio.timeout(10):
        kind = ""
        async for line in response.content:
            name, _, value = line.decode().strip().partition(": ")
            if name == "event":
                kind = value
            if name == "data":
                return kind, json.loads(value)
    raise AssertionError("the stream ended")


async def test_open_pages_hear_of_a_bad_edit_and_of_a_platform_in_trouble(visitor: Visitor, house: SmallHouse) -> None:
    async with visitor.http.get(f"{visitor.desk.address}/live") as response:
        assert response.content_type == "text/event-stream"
        kind, first = await news(response)
        assert (kind, first["count"], first["notes"]["/briefings"]) == ("news", 2, "")
        await house.put(replace(GOOD, problems=(WRONG,)))
        kind, second = await news(response)
        assert (kind, second["notes"]["/briefings"]) == ("news", "1 error")
        assert second["revision"] > first["revision"]
        house.trouble("Discord", "no answer for 30 s")
        kind, third = await news(response)
        assert third["platforms"][1]["words"] == "no answer for 30 s"


async def test_a_stream_ends_with_its_session(visitor: Visitor, house: SmallHouse, clock: Clock) -> None:
    async with visitor.http.get(f"{visitor.desk.address}/live") as response:
        await news(response)
        clock.seconds += 13 * 3600
        await house.put(GOOD)
        assert await news(response) == ("over", {})
        assert await response.content.read() == b"\n"


async def test_open_streams_do_not_hold_up_the_stop(house: SmallHouse) -> None:
    desk = Desk(house, port=0, token=TOKEN)
    await desk.start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        visitor = await Visitor(desk, http).come_in()
        async with visitor.http.get(f"{desk.address}/live") as response:
            await news(response)
            async with asyncio.timeout(4):
                await desk.stop()


async def test_a_page_that_is_closed_frees_its_stream(visitor: Visitor, house: SmallHouse) -> None:
    for _ in range(60):
        async with visitor.http.get(f"{visitor.desk.address}/live") as response:
            assert response.status == 200
            await news(response)
            response.close()
        await house.put(GOOD)
