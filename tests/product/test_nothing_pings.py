"""Whatever stands in a briefing, a question, a name or a report: nobody is notified and no address unfolds."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
import pytest_asyncio

from tests.content.editions import HOSTILE, Raw, written
from tests.drawings.discord_eyes import look
from tests.product.chats import DiscordChat, SlackChat
from tests.product.home import save
from tests.product.test_contract import NAMES
from tests.product.worlds import MODES, World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORST = tuple(" ".join(one.split()) for one in HOSTILE if one.strip())
QUESTIONS = (
    "@everyone",
    "<@123456789012345678>",
    "<!channel> <@U0000001>",
    "https://evil.example/x",
    "[a](http://b.c)",
)
SECTIONS = ("deployment", "exposure", "control", "impact", "caveats")


def story(at: int, words: tuple[str, ...]) -> Raw:
    """A valid briefing in which each text is as bad as it may be."""
    one, two, *rest = (*words, "x", "y")
    both = f"{one} {two}"
    return {
        "format": 1,
        "briefing": {"id": f"story-{at}", "title": f"Title {both}", "summary": f"Sum {both}", "sharing": "TLP:CLEAR"},
        "defaults": {"source": "post"},
        "sources": [
            {
                "id": "post",
                "publisher": f"Post {one}",
                "title": f"T {two}",
                "author": one,
                "based_on": both,
                "url": "https://news.example/a_(b)",
                "published": "2026-03-18",
                "reliability": "C",
            }
        ],
        "people": [{"id": "who", "name": f"Who {one}", "role": two, "affiliation": both, "aka": [one]}],
        "snippets": [
            {
                "id": f"s{number}",
                "section": SECTIONS[number % 5],
                "claimed_by": "who",
                "para": number + 1,
                "text": f"{word} {one}",
                "status": "reported",
                "hedge": word,
                "quotes": [word],
                "caveat": f"{two} {word}",
                "caveat_by": "editor",
                "horizon": {"text": word},
            }
            for number, word in enumerate((one, two, *rest, one, two))
        ],
        "figures": [
            {"id": "f", "label": f"L {both}", "text": both, "claimed_by": "who", "status": "reported", "para": 1}
        ],
        "timeline": [{"id": "t", "when": {"text": both}, "text": both, "kind": "forecast", "snippet": "s0"}],
    }


@dataclass
class Wall:
    """A world whose briefings are as bad as may be."""

    world: World
    stories: int


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=MODES[:2])
async def wall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wall]:
    async with world(request.param, tmp_path_factory.mktemp("wall")) as one:
        parts = [WORST[at : at + 5] for at in range(0, len(WORST), 5)]
        for at, words in enumerate(parts):
            save(one.home / "briefings" / f"story-{at}.yaml", written(story(at, words)))
        async with one.bot() as product:
            assert "has errors" not in product.said, product.said
            yield Wall(one, len(parts))


def notified(one: World) -> list[str]:
    """Every ping and preview that the server wrote down."""
    chat = one.chat
    assert isinstance(chat, DiscordChat | SlackChat)
    found = []
    for record in chat.server.log("message"):
        pings = record["pings"]
        live = any(pings.values()) if isinstance(pings, dict) else bool(pings)
        if live or record["unfurls"]:
            found.append(f"{pings} {record['unfurls']}")
    return found


def nothing_came_alive(one: World) -> None:
    assert isinstance(one.chat, DiscordChat | SlackChat)
    assert one.chat.server.log("message"), "something was said"
    assert notified(one) == []


async def test_no_answer_pings_or_unfolds(wall: Wall) -> None:
    chat = wall.world.chat
    lines = [f"/{name} {text}".strip() for name in NAMES for text in ("", *QUESTIONS)]
    lines += [f"/briefing story-{at}" for at in range(wall.stories)]
    lines += [f"/{name} story-{at}" for at in range(0, wall.stories, 3) for name in SECTIONS]
    for line in lines:
        who = await chat.person()
        page = await chat.ask(who, line)
        turns = 0
        while "Next" in page.seen and turns < 2:
            page, turns = await chat.press(page, "Next", who), turns + 1
    nothing_came_alive(wall.world)


async def test_nothing_in_a_text_comes_alive_on_discord(wall: Wall) -> None:
    """Read by other eyes than the bot's: only its own bold, quiet and link marks are live."""
    chat = wall.world.chat
    for at in range(wall.stories if isinstance(chat, DiscordChat) else 0):
        said = await chat.ask(await chat.person(), f"/impact story-{at}")
        for embed in said.seen.body["embeds"]:
            alive, _ = look(embed["description"])
            assert {kind for kind, _ in alive} <= {"strong", "subtext", "link", "italic"}
            assert {shown for kind, shown in alive if kind == "link"} <= {"https://news.example/a_%28b%29"}


async def test_what_is_shared_and_reported_pings_nobody(wall: Wall) -> None:
    chat = wall.world.chat
    who = await hostile_person(chat)
    for at in range(0, wall.stories, 4):
        said = await chat.ask(who, f"/impact story-{at}")
        assert "Shared" in (await chat.press(said, "Share to channel", who)).words
    await chat.report(said, "@everyone @here <!channel> <!here> <@1> <@U0000001> https://evil.example/x :smile:", who)
    assert len(await chat.posts(chat.room)) == len(range(0, wall.stories, 4))
    assert len(await chat.posts(chat.admins, at_least=1)) == 1
    nothing_came_alive(wall.world)


async def hostile_person(chat: object) -> str:
    """Somebody whose name is an attack."""
    if isinstance(chat, DiscordChat):
        return await chat.server.member(chat.guild, "@everyone <@&1> [a](http://b.c)")
    assert isinstance(chat, SlackChat)
    who = await chat.server.user("<!channel> @here *b*")
    await chat.server.join(chat.room, who)
    return who


async def test_a_ping_would_be_noticed(wall: Wall) -> None:
    """A naive bot's post, by its own token, is written down as what it is; the last test of this wall."""
    chat = wall.world.chat
    assert isinstance(chat, DiscordChat | SlackChat)
    before = len(notified(wall.world))
    if isinstance(chat, DiscordChat):
        headers = chat.server.headers
        address = f"{chat.server.api}/channels/{chat.room}/messages"
        body = {"content": f"<@{await chat.person()}> https://evil.example/x"}
    else:
        headers = {"Authorization": f"Bearer {chat.server.bot_token}"}
        address = f"{chat.server.api}chat.postMessage"
        body = {"channel": chat.room, "text": "<!channel> https://evil.example/x"}
    async with aiohttp.ClientSession(headers=headers) as http, http.post(address, json=body) as response:
        assert response.status == 200
    assert len(notified(wall.world)) == before + 1
