"""Asking on the desk: places, pages, buttons, pictures, completion."""

import html
import re

import aiohttp
import pytest

from bot.commands.base import Ask, Asker, Place
from bot.platforms.desk.turns import read_language, read_typed
from tests.desk.conftest import Visitor
from tests.desk.small import SmallHouse


async def test_an_answer_shows_its_claims_with_their_quiet_lines_and_references(visitor: Visitor) -> None:
    turn = html.unescape(await visitor.ask("/impact"))
    message = turn[turn.index('<div class="message">') : turn.index("data-drawings")]
    for words in (
        "Mara Quist expects the bridge",
        'Forecast · Mara Quist · <span class="cite">[1] ¶8</span>',
        "Quist advises a company that owns houses there.",
        "Two of three claims rest on one person.",
        'href="https://gazette.example/bridge" rel="noopener noreferrer"',
        "[2] Pilots' newsletter, 9 November 2024 (link missing) · rated C by the editors",
        "As of 11 November 2024 · TLP:GREEN",
    ):
        assert words in message


async def test_markup_in_a_text_stays_text(visitor: Visitor) -> None:
    turn = await visitor.ask("/impact")
    assert "rise &lt;b&gt;first&lt;/b&gt;" in turn
    assert "<b>first" not in turn
    turn = await visitor.ask('/impact "><script>alert(1)</script>')
    assert "<script" not in turn


async def test_both_drawings_come_from_the_json_with_its_measures(visitor: Visitor) -> None:
    turn = re.sub("</?span>", "", await visitor.ask("/impact"))
    assert re.search(r"[\d,]+ of 6,000 characters · 1 of 10 embeds", turn)
    assert re.search(r"\d+ of 50 blocks · [\d,]+ of 8,000 characters of text", turn)
    assert turn.count("Sources</button>") == 3


async def test_a_question_is_asked_as_the_chosen_channel_which_the_session_keeps(
    visitor: Visitor, house: SmallHouse
) -> None:
    await visitor.ask("/impact north", channel="pilots")
    assert house.asks[-1] == Ask(Place("discord", "123"), Asker(""), "impact", "north", locale="en")
    await visitor.ask("/impact")
    assert house.asks[-1].place == Place("discord", "123")
    _, page = await visitor.get("/")
    assert '<option value="pilots" selected>pilots, discord (TLP:AMBER)</option>' in page
    await visitor.post("/channel", {"channel": "no-such-channel"})
    await visitor.ask("/impact")
    assert house.asks[-1].place == Place("desk", "dm")


async def test_the_readers_language_is_asked_in(visitor: Visitor, house: SmallHouse) -> None:
    visitor.headers["Accept-Language"] = "de-DE,de;q=0.9"
    await visitor.ask("/impact")
    assert house.asks[-1].locale == "de-DE"


@pytest.mark.parametrize(
    ("header", "language"), [("de", "de"), ("pt-BR;q=1, en", "pt-BR"), ("", "en"), ("*", "en"), ("<x>", "en")]
)
def test_a_language_is_read_from_the_browser(header: str, language: str) -> None:
    assert read_language(header) == language


@pytest.mark.parametrize(
    ("typed", "command", "text"),
    [
        ("/impact", "impact", ""),
        ("  /impact   lankov  ", "impact", "lankov"),
        ("/Impact Lankov", "impact", "Lankov"),
        ("kursk region", "search", "kursk region"),
        ("/brief impact lankov", "impact", "lankov"),
        ("/", "help", ""),
    ],
)
def test_what_is_typed_is_a_command_or_words_to_look_for(typed: str, command: str, text: str) -> None:
    found = read_typed(typed)
    assert (found.command, found.text, found.refusal) == (command, text, None)


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "Type a question"), ("/imp@ct", "not a command"), ("/impact " + "x" * 51, "At most 50")],
)
async def test_what_cannot_be_asked_is_refused_in_a_sentence(
    visitor: Visitor, house: SmallHouse, typed: str, words: str
) -> None:
    assert words in await visitor.ask(typed)
    assert house.asks == []


async def test_what_the_bot_refuses_is_said(visitor: Visitor) -> None:
    assert "Only admins may ask that." in await visitor.ask("/status")


async def test_next_shows_the_next_page_in_the_place_of_the_first(visitor: Visitor, house: SmallHouse) -> None:
    first = await visitor.ask("/briefing")
    assert "Claims 1–10 of 25" in first
    press = re.search(r'name="press" value="([^"]+)">Next', first)
    assert press
    await visitor.ask("", press=press[1], turn="1", at="newsroom")
    ask = house.asks[-1]
    assert (ask.command, ask.page, ask.stamp, str(ask.place)) == ("briefing", 1, "00ff", "desk:newsroom")
    _, page = await visitor.get("/")
    assert page.count('<article class="turn"') == 1
    assert "Claims 11–20 of 25" in page


@pytest.mark.parametrize(
    "press", ["b1|briefing|-1|00ff|", "b2|briefing|1|00ff|", "b1|briefing|1|00ff|" + "x" * 51, "<b>"]
)
async def test_a_button_that_is_not_ours_asks_nothing(visitor: Visitor, house: SmallHouse, press: str) -> None:
    assert "not one of ours" in await visitor.ask("", press=press)
    assert house.asks == []


@pytest.mark.parametrize("press", ["s1|people|0|0000|", "r1|people|0|0000|"])
async def test_what_works_in_chat_only_is_refused_in_a_sentence(
    visitor: Visitor, house: SmallHouse, press: str
) -> None:
    assert "That button works in chat, not on the desk." in await visitor.ask("", press=press)
    assert house.asks == []


async def test_buttons_to_share_and_report_are_drawn_and_cannot_be_pressed(visitor: Visitor) -> None:
    turn = await visitor.ask("/people")
    for label in ("Share to channel", "Report a problem"):
        assert turn.count(f'<span class="drawn-button" title="Works in chat">{label}</span>') == 2
        assert turn.count(label) == 2 + 2, "as Discord, as Slack, and in the JSON of both"
    assert re.findall('name="press" value="[sr]1', turn) == []


async def test_asking_works_without_scripts(visitor: Visitor) -> None:
    response, _ = await visitor.post("/ask", {"typed": "/impact"})
    assert (response.status, response.headers["Location"]) == (303, "/#turn-1")
    _, page = await visitor.get("/")
    assert "Mara Quist expects the bridge" in page
    assert "Worth asking" not in page


async def test_a_session_remembers_its_last_answers(visitor: Visitor) -> None:
    for _ in range(15):
        await visitor.ask("/sources")
    _, page = await visitor.get("/")
    assert page.count('<article class="turn"') == 12
    assert 'id="turn-15"' in page


async def test_an_empty_page_offers_four_questions(visitor: Visitor) -> None:
    _, page = await visitor.get("/")
    offered = re.findall(r'<button id="worth-\d" name="typed" value="([^"]+)">', page)
    assert offered == ["/impact", "/sources", "/timeline", "/search quist"]


async def test_completion_gives_whole_lines(visitor: Visitor) -> None:
    async def offered(typed: str) -> list[str]:
        url = f"{visitor.desk.address}/complete"
        async with visitor.http.get(url, params={"typed": typed, "channel": "newsroom"}) as response:
            return [one["value"] for one in await response.json()]

    assert await offered("/im") == ["/impact"]
    assert await offered("/impact q") == ["/impact quist"]
    assert await offered("words") == []


async def test_a_picture_is_drawn_in_both_themes_for_its_own_session(visitor: Visitor) -> None:
    turn = await visitor.ask("/timeline")
    assert 'alt="Timeline of two entries: one reported, one forecast: first pier, opening."' in turn
    links = {html.unescape(link) for link in re.findall(r'(?:src|srcset)="(/picture[^"]+)"', turn)}
    bodies = set()
    for link in links:
        async with visitor.http.get(visitor.desk.address + link) as response:
            assert (response.status, response.content_type) == (200, "image/png")
            bodies.add(await response.read())
    assert len(bodies) == 2
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        other = await Visitor(visitor.desk, http).come_in()
        response, _ = await other.get(min(links))
        assert response.status == 404
