"""The Wall: what was posted to the channels of the desk, as people read it."""

import re

from bot.platforms.desk.wall import anchor
from tests.desk.conftest import Visitor
from tests.desk.reading import read, words
from tests.desk.small import IMPACT, MANY, TIMELINE, SmallHouse
from tests.desk.small_digests import digest

WHY_HELD = "/digests/why?digest=morning&slot=2024-11-12T08%3A00&channel=pilots"


async def test_the_wall_shows_posts_newest_first_and_one_channel_alone(visitor: Visitor, house: SmallHouse) -> None:
    assert "Nothing was posted here yet. A digest that names this channel appears here." in words(
        await read(visitor, "/wall")
    )
    house.digests.post("one", IMPACT)
    house.digests.post("two", MANY, 1)
    house.digests.post("three", TIMELINE, channel="elsewhere")
    page = await read(visitor, "/wall")
    assert re.findall(r'data-says="([^"]+)"', page) == [
        "elsewhere: Timeline",
        "newsroom: Everything",
        "newsroom: Impact",
    ]
    assert "Claims 11–20 of 25" in page
    assert "Slack" not in page[page.index("<main") :].replace("As Discord and Slack draw it", "")
    page = await read(visitor, "/wall?channel=newsroom")
    assert page.count("<article") == 2
    page = await read(visitor, "/wall?channel=no-such-channel")
    assert page.count("<article") == 3


async def test_one_post_is_drawn_as_the_chats_would_draw_it(visitor: Visitor, house: SmallHouse) -> None:
    house.digests.post("one", IMPACT)
    house.digests.post("two", IMPACT)
    page = await read(visitor, f"/wall?channel=newsroom&drawn={anchor('two')}")
    assert (page.count("data-drawings"), page.count("of 6,000 characters")) == (1, 1)
    assert f'href="/wall?channel=newsroom#{anchor("two")}">Without the drawings' in page
    assert f'href="/wall?channel=newsroom&amp;drawn={anchor("one")}#{anchor("one")}">As Discord' in page


async def test_a_button_on_the_wall_asks_in_its_channel(visitor: Visitor, house: SmallHouse) -> None:
    house.digests.post("one", digest(IMPACT))
    page = await read(visitor, "/wall")
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page[page.index('action="/ask"') :]))
    response, _ = await visitor.post("/ask", fields)
    assert response.headers["Location"] == "/#turn-1"
    assert (house.asks[0].command, house.asks[0].text, str(house.asks[0].place)) == (
        "briefing",
        "harbour",
        "desk:newsroom",
    )
