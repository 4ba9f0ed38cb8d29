"""Posting a digest now: what would be sent is looked at first, and sent once."""

import asyncio
import html
import re

import pytest

from tests.desk.conftest import Visitor
from tests.desk.reading import filled, read, words
from tests.desk.small import MANY, TIMELINE, SmallHouse
from tests.desk.small_digests import digest, piece

WHY_HELD = "/digests/why?digest=morning&slot=2024-11-12T08%3A00&channel=pilots"


async def test_a_preview_shows_for_each_platform_and_audience_the_parts_that_would_be_sent(visitor: Visitor) -> None:
    page = await read(visitor, "/digests/preview?digest=morning")
    text = words(page)
    for told in (
        "newsroom · desk · TLP:GREEN · 1 part",
        "pilots · Discord · TLP:AMBER · 1 part",
        "editors, quay · Slack · TLP:CLEAR · 3 parts",
        "as Slack, part 3 of 3",
        "Claims 21–25 of 25",
        "of 6,000 characters · 1 of 10 embeds",
        "Post to newsroom, pilots, editors, quay now",
    ):
        assert told in text
    assert (page.count('class="discord"'), page.count('class="slack"'), page.count('class="desk"')) == (1, 3, 1)


async def test_a_picture_in_a_preview_and_on_the_wall_is_drawn(visitor: Visitor, house: SmallHouse) -> None:
    house.digests.pieces = [piece(digest(TIMELINE), "discord", "TLP:GREEN", "pilots")]
    house.digests.post("timeline", TIMELINE)
    for path in ("/digests/preview?digest=morning", "/wall"):
        links = {html.unescape(link) for link in re.findall(r'src="(/picture[^"]+)"', await read(visitor, path))}
        assert links
        for link in links:
            async with visitor.http.get(visitor.desk.address + link) as response:
                assert (response.status, response.content_type) == (200, "image/png")
    await read(visitor, "/picture?of=another&at=0", 404)


async def test_posting_now_sends_what_was_looked_at_once_however_often_it_is_sent(
    visitor: Visitor, house: SmallHouse
) -> None:
    house.digests.slow = 0.1
    form = filled(await read(visitor, "/digests/preview?digest=morning"))
    answers = await asyncio.gather(*(visitor.post("/digests/send", form) for _ in range(3)))
    assert {(response.status, response.headers["Location"]) for response, _ in answers} == {(303, "/digests")}
    assert house.digests.sent == [("morning", form["request"])]
    assert "Morning briefing goes to newsroom, pilots, editors, quay." in await read(visitor, "/digests")
    other = filled(await read(visitor, "/digests/preview?digest=morning"))
    assert other["request"] != form["request"]


async def test_what_changed_meanwhile_is_shown_before_it_is_sent(visitor: Visitor, house: SmallHouse) -> None:
    form = filled(await read(visitor, "/digests/preview?digest=morning"))
    house.digests.stamp = "stamp-2"
    house.digests.pieces = [piece(digest(MANY), "discord", "TLP:GREEN", "pilots")]
    response, page = await visitor.post("/digests/send", form)
    assert response.status == 409
    assert "What would be sent changed since you looked." in page
    assert "Claim number 7 says" in page
    assert house.digests.sent == []
    assert filled(page) == {**form, "stamp": "stamp-2"}
    response, _ = await visitor.post("/digests/send", filled(page))
    assert (response.status, len(house.digests.sent)) == (303, 1)


@pytest.mark.parametrize("path", ["/digests/preview?digest=evening", "/digests/preview"])
async def test_a_digest_that_there_is_not_is_said(visitor: Visitor, house: SmallHouse, path: str) -> None:
    assert "There is no such digest." in await read(visitor, path, 404)
    form = {"digest": "evening", "stamp": "stamp-0", "request": "0" * 16}
    response, page = await visitor.post("/digests/send", form)
    assert (response.status, house.digests.sent) == (404, [])
    assert "There is no such digest." in page


@pytest.mark.parametrize("once", ["", "1", "now:1", "../../0000000000", "0" * 17, "G" * 16, "0" * 15 + "\n"])
async def test_a_request_that_we_did_not_make_sends_nothing(visitor: Visitor, house: SmallHouse, once: str) -> None:
    response, page = await visitor.post("/digests/send", {"digest": "morning", "stamp": "stamp-1", "request": once})
    assert (response.status, house.digests.sent) == (400, [])
    assert "Nothing was sent." in page


async def test_where_nothing_would_be_sent_there_is_no_button(visitor: Visitor, house: SmallHouse) -> None:
    house.digests.empty = True
    assert "Nothing in it is new." in await read(visitor, "/digests/preview?digest=morning")
    house.digests.pieces = []
    page = await read(visitor, "/digests/preview?digest=morning")
    assert "There is nothing to post: nothing in it is new." in page
    assert '<button class="main">' not in page
