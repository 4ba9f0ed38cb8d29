"""Digests on the desk: what is due, what became of it, and what an operator does about it."""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.message import Heading
from bot.platforms.desk.digest_words import day_and_time, slot
from bot.platforms.desk.digests_shown import SlotShown, SubscriptionShown
from bot.platforms.desk.wall import anchor
from tests.desk.conftest import Visitor
from tests.desk.reading import filled, read, words
from tests.desk.small import IMPACT, NOW, SmallHouse
from tests.desk.small_digests import BERLIN, DELIVERIES, HELD, MORNING, PLACES, WHY, delivery, digest, piece
from tests.desk.test_rooms import news

WHY_HELD = "/digests/why?digest=morning&slot=2024-11-12T08%3A00&channel=pilots"


@pytest.mark.parametrize(
    ("at", "here", "words"),
    [
        (datetime(2024, 11, 13, 7, 0, tzinfo=UTC), "UTC", ("Wednesday 13 November, 07:00", "08:00 in Europe/Berlin")),
        (datetime(2024, 11, 13, 7, 0, tzinfo=UTC), "Europe/Paris", ("Wednesday 13 November, 08:00", "")),
        (
            datetime(2024, 11, 13, 23, 30, tzinfo=UTC),
            "UTC",
            ("Wednesday 13 November, 23:30", "Thursday 14 November, 00:30 in Europe/Berlin"),
        ),
        (datetime(2025, 1, 2, 7, 0, tzinfo=UTC), "Europe/Berlin", ("Thursday 2 January 2025, 08:00", "")),
    ],
)
def test_a_slot_is_told_in_the_desks_zone_and_in_the_digests(at: datetime, here: str, words: tuple[str, str]) -> None:
    told = slot(SlotShown("", at), BERLIN, ZoneInfo(here), NOW)
    assert (told.words, told.there) == words


def test_a_day_of_this_year_goes_without_it() -> None:
    assert day_and_time(NOW, NOW) == "Tuesday 12 November, 09:42"


async def test_the_page_tells_what_is_due_and_what_became_of_the_last_slot(visitor: Visitor) -> None:
    text = words(await read(visitor, "/digests"))
    assert (
        "Morning briefing morning 08:00, Monday to Friday, Europe/Berlin · to newsroom, pilots "
        "next Wednesday 13 November, 07:00 (08:00 in Europe/Berlin) "
        "Thursday 14 November, 07:00 (08:00 in Europe/Berlin) "
        "Friday 15 November, 07:00 (08:00 in Europe/Berlin) holiday: the founding of the harbour "
        "last sent to 1 of 2 channels, 12 November, 08:00 "
        "also discord:100000000000000555: 07:30, every day, Asia/Seoul by Ulla, 07:00 · "
        "why: Morning briefing, discord:100000000000000555 Post now… Morning briefing"
    ) in text
    paused = 'paused · 16:00, Friday, UTC · to editors No briefing has the id "tide". next nothing while it is paused'
    assert f"{paused} last nothing was due yet" in text
    assert "Nothing was sent yet." in text
    assert "Held" not in text
    assert "quay, Slack ▲ suspended since 07:00: The channel is archived." in text


async def test_without_digests_the_page_says_how_to_make_one(visitor: Visitor, house: SmallHouse) -> None:
    house.digests.known, house.digests.channels = [], []
    text = words(await read(visitor, "/digests"))
    assert "There is no digest yet. Name one under digests in config.yaml" in text
    assert "No digest names a channel." in text


async def test_deliveries_say_what_became_of_them(visitor: Visitor, house: SmallHouse) -> None:
    house.digests.change(*DELIVERIES)
    page = await read(visitor, "/digests")
    text = words(page)
    for told in (
        "Briefings 2 Digests · 1 held",
        "Held: 1 delivery Nobody can tell whether it arrived",
        "pilots, Discord, part 2 of 3 · held Discord did not answer, and its history cannot be read. · since 07:00",
        "editors, Slack · will be tried again Slack asked to wait 12 s. · since 07:00",
        "pilots, Discord · sent at 07:00 · the message (chat.example)",
        "newsroom, desk · sent at 07:00 · on the wall · why",
        "pilots, Discord, correction 1: an edit · sent at 07:00 · the message (chat.example)",
        "quay, Slack · failed The channel is archived. · at 07:00",
        "Morning briefing, posted by hand pilots, Discord · sent",
        "skipped Nothing was new.",
    ):
        assert told in text
    assert f'href="{html.escape(WHY_HELD)}"' in page
    assert re.search(
        r'aria-describedby="(sent-delivery-\w+-words)">It arrived</button>\s*<p class="quiet" id="\1">', page
    )


async def test_why_shows_the_stages(visitor: Visitor, house: SmallHouse) -> None:
    house.digests.change(*DELIVERIES)
    page = await read(visitor, WHY_HELD)
    assert [html.unescape(line) for line in re.findall(r'<li dir="auto">(.*)</li>', page)] == list(WHY)
    page = await read(visitor, "/digests/why?digest=evening", 404)
    assert "Nothing is known of that." in page


@pytest.mark.parametrize(("verdict", "state"), [("sent", "sent"), ("again", "retry"), ("drop", "expired")])
async def test_an_operator_ends_a_held_delivery(visitor: Visitor, house: SmallHouse, verdict: str, state: str) -> None:
    house.digests.change(*DELIVERIES)
    response, _ = await visitor.post("/digests/resolve", {"key": HELD.key, "verdict": verdict})
    assert (response.status, response.headers["Location"]) == (303, "/digests")
    assert house.digests.resolved == [(HELD.key, verdict)]
    text = words(await read(visitor, "/digests"))
    assert ("It counts as sent." if verdict == "sent" else "It is done.") in text
    assert "Held" not in text
    assert house.digests.delivered[0].state == state
    assert "It counts as sent." not in words(await read(visitor, "/digests")), "it is told once"


async def test_what_is_not_held_any_more_is_said(visitor: Visitor, house: SmallHouse) -> None:
    await visitor.post("/digests/resolve", {"key": "no-such-key", "verdict": "again"})
    await visitor.get("/digests", **{"X-Desk-Part": "live"})
    assert "That delivery is not held any more." in await read(visitor, "/digests"), "a script told nobody"
    for verdict in ("", "delete", "Sent"):
        response, page = await visitor.post("/digests/resolve", {"key": HELD.key, "verdict": verdict})
        assert response.status == 400
        assert "That form is not one of ours." in page
    assert house.digests.resolved == []


async def test_with_the_database_down_the_desk_still_answers_and_says_so(visitor: Visitor, house: SmallHouse) -> None:
    house.digests.change(HELD)
    form = filled(await read(visitor, "/digests/preview?digest=morning"))
    house.digests.dumb = True
    assert "1 held" in await read(visitor, "/"), "as it was when it last answered"
    for path in ("/digests", "/wall", WHY_HELD, "/digests/preview?digest=morning"):
        assert "The database does not answer" in await read(visitor, path, 503)
    response, page = await visitor.post("/digests/send", form)
    assert response.status == 503
    assert "The database does not answer" in page
    response, _ = await visitor.post("/digests/resolve", {"key": HELD.key, "verdict": "sent"})
    house.digests.dumb = False
    assert "The database did not answer, so nothing was done." in await read(visitor, "/digests")


async def test_what_others_wrote_stays_text(visitor: Visitor, house: SmallHouse) -> None:
    bad = "<script>alert('1')</script>\"><img src=x>"
    found = delivery(bad, "held", bad, bad, slot=bad, why=bad, link="javascript:alert(1)")
    house.digests.change(replace(found, digest=bad), delivery("key", bad, bad))
    order = SubscriptionShown(bad, bad, bad, bad, NOW)
    house.digests.known = [
        replace(MORNING, name=bad, title=bad, rhythm=bad, channels=(bad,), last=bad, subscriptions=(order,))
    ]
    house.digests.channels = [replace(PLACES[2], channel=bad, why=bad)]
    message = replace(digest(IMPACT), title=bad, blocks=(Heading(bad),))
    house.digests.pieces = [piece(message, name, bad, bad) for name in ("discord", "slack", "desk")]
    house.digests.post(bad, message, channel=bad)
    quoted = html.escape(bad)
    for path in ("/digests", f"/digests/preview?digest={bad}", "/wall", f"/wall?drawn={anchor(bad)}"):
        page = await read(visitor, path)
        assert page.count("<script") == 1, "the page's own"
        assert "<img" not in page
        assert 'href="javascript:' not in page
        assert quoted in page.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    page = await read(visitor, f"/digests/why?digest={bad}&slot={bad}&channel={bad}")
    assert page.count("<script") == 1


async def test_open_pages_hear_of_a_delivery(visitor: Visitor, house: SmallHouse) -> None:
    async with visitor.http.get(f"{visitor.desk.address}/live") as response:
        _, first = await news(response)
        house.digests.change(HELD)
        kind, second = await news(response)
        assert (kind, first["notes"]["/digests"], second["notes"]["/digests"]) == ("news", "", "1 held")
        house.digests.change(replace(HELD, state="sent"))
        _, third = await news(response)
        assert (third["notes"]["/digests"], third["digests"] > second["digests"]) == ("", True)


async def test_a_log_in_leads_back_to_the_digests(desk: object, stranger: Visitor) -> None:
    for path in ("/digests", "/wall"):
        response, _ = await stranger.get(path)
        assert response.headers["Location"] == f"/enter?to={path}"
        _, page = await stranger.get(f"{stranger.desk.link.removeprefix(stranger.desk.address)}&to={path}")
        assert f'url={path}"' in page
        stranger.http.cookie_jar.clear()


async def test_four_hundred_deliveries_stay_a_light_page(visitor: Visitor, house: SmallHouse) -> None:
    house.digests.delivered = [delivery(f"key-{number}", "sent") for number in range(400)]
    page = await read(visitor, "/digests")
    assert page.count('id="delivery-') == 50
    assert "Older ones are not shown." in page
