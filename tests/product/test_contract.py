"""Every command, on every way to people: answered once, privately, and with the same content as on the command line."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from bot.commands.registry import commands
from bot.settings import load
from tests.cli.shell import quickly
from tests.content.editions import ROOT
from tests.product.chats import KEPT_BY_SLACK, Said, SlackChat
from tests.product.conftest import Live
from tests.product.home import TIDES
from tests.product.seen import JSON, Seen, on_discord, on_slack

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXTS = {
    "briefing": "dprk-troops-in-russia",
    "sources": "dw",
    "people": "pinkston",
    "figures": "kursk",
    "timeline": "lankov",
    "search": "kursk",
    "cite": "troop-count",
    "changes": "30d",
    "help": "impact",
    "status": "now",
}
NAMES = tuple(commands(load(ROOT / "config.yaml").sections))
LINES = tuple(line for name in NAMES for line in (f"/{name}", f"/{name} {TEXTS.get(name, 'lankov')}"))
MARK = re.compile(r"tide mark (\d+) ")


async def asked_at_a_terminal(home: Path, line: str, platform: str, page: int = 1) -> Seen:
    """What `briefing-bot ask` prints for this platform, as in the same channel."""
    words = ("ask", line, "--as", platform, "--channel", "newsroom", "--page", str(page))
    done = await asyncio.to_thread(quickly, home, *words)
    assert (done.code, done.err) == (0, "")
    body: JSON = json.loads(done.out)
    return on_discord(body) if platform == "discord" else on_slack(body)


def alike(line: str, one: Seen, other: Seen) -> None:
    """Both show the same; /status is asked at two times, of a process of some age and of one that is none."""
    assert one.buttons == other.buttons
    if line.startswith("/status"):
        assert without_age(one) == without_age(other)
    else:
        assert one.body == other.body


def without_age(seen: Seen) -> str:
    told = re.sub(r"\d\d:\d\d|less than a minute|[a-z]+ minutes?|\d+ minutes", "#", json.dumps(seen.body))
    return told.replace("Running", "Version").replace("#, version ", "").replace(r"\\.", ".")


async def test_at_the_desk_nobody_asks_too_fast(live: Live) -> None:
    """Whoever is there has shown its secret, whichever channel they look into."""
    for _ in range(25):
        assert "The tide log" in await live.product.ask("/briefing", channel="newsroom")


@pytest.mark.parametrize("line", LINES)
async def test_every_command_is_answered_once_and_privately_as_on_the_command_line(live: Live, line: str) -> None:
    said = await live.chat.ask(await live.chat.person(), line)
    assert (said.tries, said.private) == (1, True)
    alike(line, said.seen, await asked_at_a_terminal(live.world.home, line, live.chat.name))
    assert ("Share to channel" in said.seen, "Report a problem" in said.seen) == (True, True)


@pytest.mark.parametrize("line", ["/impact nobody at all", "/cite troop-cuont", "/search " + "x" * 42, "/people 😀"])
async def test_what_leads_nowhere_is_answered_the_same_everywhere(live: Live, line: str) -> None:
    said = await live.chat.ask(await live.chat.person(), line)
    alike(line, said.seen, await asked_at_a_terminal(live.world.home, line, live.chat.name))


async def test_paging_forth_and_back_visits_every_claim_once(live: Live) -> None:
    who = await live.chat.person()
    pages = [await live.chat.ask(who, "/impact tide-log")]
    while "Next" in pages[-1].seen:
        pages.append(await live.chat.press(pages[-1], "Next", who))
    assert [int(mark) for page in pages for mark in MARK.findall(page.words)] == [*range(1, TIDES + 1)]
    assert all((page.tries, page.private) == (1, True) for page in pages)
    for number, page in enumerate(pages, 1):
        told = await asked_at_a_terminal(live.world.home, "/impact tide-log", live.chat.name, number)
        alike("/impact", page.seen, told)
    back = [pages[-1]]
    while "Back" in back[-1].seen:
        back.append(await live.chat.press(back[-1], "Back", who))
    assert [page.seen for page in back] == [page.seen for page in reversed(pages)]


async def test_buttons_lead_where_they_say(live: Live) -> None:
    who = await live.chat.person()
    first = await live.chat.ask(who, "/impact lankov")
    sources = await live.chat.press(first, "Sources", who)
    told = await asked_at_a_terminal(live.world.home, "/sources dprk-troops-in-russia", live.chat.name)
    assert (sources.tries, sources.private) == (1, True)
    alike("/sources", sources.seen, told)


async def test_what_is_typed_is_completed_from_what_the_channel_sees(live: Live) -> None:
    who = await live.chat.person()
    offered = await live.chat.typed(who, "/impact lank")
    assert any(one.endswith("= lankov") for one in offered)
    assert await live.chat.typed(who, "/cite sludge") == []
    assert any("sludgewright-hired" in one for one in await live.chat.typed(who, "/cite sludge", live.chat.admins))


async def test_slack_offers_a_list_under_an_answer_and_reaches_all_through_brief(live: Live) -> None:
    chat = live.chat
    if not isinstance(chat, SlackChat):
        assert set(NAMES) == set(await chat.commands(chat.guild))  # type: ignore[attr-defined]
        return
    who = await chat.person()
    first = await chat.ask(who, "/impact")
    picked = await chat.pick(first, "lankov", who)
    alike("/impact", picked.seen, (await chat.ask(who, "/impact lankov")).seen)
    for name in NAMES:
        if name not in KEPT_BY_SLACK and name != "status":
            through = await brief(chat, name)
            alike(f"/{name}", through.seen, (await chat.ask(await chat.person(), f"/{name}")).seen)
    alike("/help", (await brief(chat, "")).seen, (await chat.ask(who, "/help")).seen)


async def brief(chat: SlackChat, words: str) -> Said:
    return await chat.slash(await chat.person(), "/brief", words, chat.room)
