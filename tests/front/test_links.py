"""Links of sources are looked at where it is asked for, and told of once they are surely dead."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from bot.commands.base import Ask, Asker, Place
from bot.content.links import Looked
from bot.link_watch import LinkWatch
from bot.message import Entry
from bot.platforms.base import Health
from bot.platforms.terminal import render
from bot.store.memory import open_store
from tests.cli.shell import running as process
from tests.fetching.internet import PUBLIC, Internet, internet, page
from tests.shelf.home import CONFIG, Home, Running, briefing, running, until

DAY = timedelta(days=1)
MUD, NOISE = "http://news.example/mud", "http://other.example/noise"
WEEKLY = f"""{CONFIG}
links: weekly
admins: {{discord: {{users: ["100000000000000011"]}}}}
"""
ADMIN = Ask(Place("discord", "1"), Asker("100000000000000011", "Ada"), "status")


def story(url: str, name: str = "harbour", more: str = "") -> str:
    return briefing(name, "calm").replace("    url: https://example.org/exam\n", f"    url: {url}\n{more}")


@dataclass
class Web:
    """What each page answers, and a clock that is turned by hand."""

    status: dict[str, str] = field(default_factory=dict)
    now: datetime = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
    leads: bool = True

    def answer(self, head: str) -> bytes:
        return page(b"<p>Mud.</p>", status=self.status.get(head.split()[1], "200 OK"))

    def clock(self) -> datetime:
        return self.now

    def tick(self) -> float:
        return self.now.timestamp()


@dataclass
class Watched:
    """A bot whose links are looked at, and the internet it looks at."""

    one: Running
    watch: LinkWatch
    web: Web
    here: Internet

    async def after(self, passed: timedelta, rounds: int = 3) -> list[str]:
        """What is looked at in the rounds of an hour each that follow after this time."""
        self.web.now += passed
        before = len(self.here.heads)
        for _ in range(rounds):
            await self.watch.round()
            self.web.now += timedelta(hours=1)
        return [head.split()[1] for head in self.here.heads[before:]]

    async def status(self, ask: Ask = ADMIN) -> str:
        reply = await self.one.front.answer(ask)
        return " ".join(render(reply.message, reply.page).split())

    async def sources(self) -> str:
        return " ".join((await self.one.ask("sources")).split())

    async def leads_to(self) -> str | None:
        """Where the title of the source leads."""
        reply = await self.one.front.answer(Ask(Place("desk", "reader"), Asker("somebody"), "sources"))
        return next(block.url for block in reply.message.blocks if isinstance(block, Entry))


@asynccontextmanager
async def watched(path: Path, config: str = WEEKLY, **texts: str) -> AsyncIterator[Watched]:
    home, web = Home(path / "home").write(**texts), Web()
    home.config.write_text(config, encoding="utf-8")
    names = {"news.example": [[PUBLIC]], "other.example": [[PUBLIC]], "inside.example": [["10.0.0.7"]]}
    async with (
        internet(web.answer, names) as here,
        await open_store("sqlite:///links.db", home.path) as store,
        running(home) as one,
    ):
        watch = LinkWatch(store, one.shelf, web.clock, lambda: web.leads, here.wire(within=1), web.tick)
        one.front.dead_links = watch.dead
        one.front.absent = {"slack": Health("off", "no token")}
        yield Watched(one, watch, web, here)


async def test_where_nobody_asks_for_it_nothing_is_fetched(tmp_path: Path) -> None:
    async with watched(tmp_path, CONFIG, harbour=story(MUD)) as bot:
        assert await bot.after(DAY) == []
        assert bot.here.asked == []


async def test_that_it_goes_its_rounds_can_be_seen(tmp_path: Path) -> None:
    async with watched(tmp_path, CONFIG, harbour=story(MUD)) as bot:
        assert bot.watch.turned_at == 0
        going = asyncio.create_task(bot.watch.run())
        await asyncio.sleep(0)
        going.cancel()
        assert 0 < bot.watch.turned_at <= monotonic()


async def test_a_page_that_is_gone_for_a_day_is_told_as_dead_and_its_copy_offered(tmp_path: Path) -> None:
    copy = "    archived_url: https://archive.example/mud\n"
    async with watched(tmp_path, harbour=story(MUD, more=copy)) as bot:
        bot.web.status["/mud"] = "404 Not Found"
        assert await bot.after(timedelta()) == ["/mud"]
        assert "dead" not in await bot.sources()
        assert await bot.leads_to() == MUD
        assert await bot.after(DAY - timedelta(hours=4)) == ["/mud"]
        said = "Link dead since 3 December 2026; this one leads to the archived copy"
        assert said in await bot.sources()
        assert await bot.leads_to() == "https://archive.example/mud"
        assert "Dead links: post (since 3 December 2026, a copy is archived)" in await bot.status()
        assert "Dead links" not in await bot.status(Ask(ADMIN.place, Asker("8"), "status"))
        (dead,) = bot.one.front.state().dead_links
        assert (dead.briefing, dead.source, dead.why) == ("harbour", "post", "status 404")
        bot.web.status.clear()
        assert await bot.after(7 * DAY) == ["/mud"]
        assert "dead" not in await bot.sources()
        assert "Dead links" not in await bot.status()


@pytest.mark.parametrize(
    "status", ["403 Forbidden", "429 Too Many Requests", "500 Oops", "503 Later", "401 Who", "302 Found"]
)
async def test_a_page_that_does_not_let_us_in_is_not_dead(tmp_path: Path, status: str) -> None:
    async with watched(tmp_path, harbour=story(MUD)) as bot:
        bot.web.status["/mud"] = status
        for _ in range(3):
            assert await bot.after(7 * DAY) == ["/mud"]
        assert "dead" not in await bot.sources()


async def test_neither_is_one_that_nobody_can_reach_or_that_lies_in_this_network(tmp_path: Path) -> None:
    texts = {"harbour": story("http://inside.example/mud"), "noise": story(NOISE, "noise")}
    async with watched(tmp_path, **texts) as bot:
        bot.here.ports = {80: 1}
        for _ in range(3):
            assert await bot.after(7 * DAY) == []
        assert "inside.example" in bot.here.asked
        assert bot.watch.dead() == ()


async def test_a_host_that_is_gone_is_dead_once_others_were_reached(tmp_path: Path) -> None:
    texts = {"harbour": story("http://gone.example/mud"), "noise": story(NOISE, "noise")}
    async with watched(tmp_path, **texts) as bot:
        bot.here.names |= {"gone.example": [[]], "other.example": [[]]}
        await bot.after(timedelta())
        await bot.after(DAY)
        assert bot.watch.dead() == ()
        bot.here.names["other.example"] = [[PUBLIC]]
        assert await bot.after(7 * DAY) == ["/noise"]
        (dead,) = bot.watch.dead()
        assert (dead.url, dead.why) == ("http://gone.example/mud", "There is no gone.example")


async def test_only_the_process_that_leads_looks_and_the_others_know(tmp_path: Path) -> None:
    async with watched(tmp_path, harbour=story(MUD)) as bot:
        bot.web.status["/mud"] = "410 Gone"
        await bot.after(timedelta())
        await bot.after(DAY)
        bot.web.leads = False
        assert await bot.after(30 * DAY) == []
        assert "Link dead since 3 December 2026 " in f"{await bot.sources()} "
        assert await bot.leads_to() == MUD


async def test_only_links_of_what_is_served_are_fetched(tmp_path: Path) -> None:
    texts = {"harbour": story(MUD), "broken": story(NOISE, "broken").replace("claimed_by: mina", "claimed_by: nobody")}
    async with watched(tmp_path, **texts) as bot:
        for _ in range(2):
            assert await bot.after(7 * DAY) == ["/mud"]
        assert bot.here.asked == ["news.example"] * 2


async def test_it_begins_and_ends_when_the_configuration_says_so(tmp_path: Path) -> None:
    async with watched(tmp_path, harbour=story(MUD)) as bot:
        bot.web.status["/mud"] = "410 Gone"
        await bot.after(timedelta())
        await bot.after(DAY)
        assert len(bot.watch.dead()) == 1
        home = bot.one.shelf.folder.parent
        (home / "config.yaml").write_text(WEEKLY.replace("links: weekly", "links: off"), encoding="utf-8")
        await until(lambda: bot.one.shelf.rules.config.links == "off")
        assert await bot.after(7 * DAY) == []
        assert bot.watch.dead() == ()
        assert "dead" not in await bot.sources()


async def test_links_are_looked_at_one_an_hour(tmp_path: Path) -> None:
    async with watched(tmp_path, harbour=story(MUD), noise=story(NOISE, "noise")) as bot:
        assert await bot.after(timedelta(), rounds=1) == ["/mud"]
        assert await bot.after(-timedelta(minutes=30), rounds=1) == []
        assert await bot.after(timedelta(), rounds=1) == ["/noise"]


def test_the_bot_looks_at_links_by_itself(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").write(harbour=story("http://localhost/mud"))
    home.config.write_text(WEEKLY, encoding="utf-8")
    with process(home.path), closing(sqlite3.connect(home.path / "state.db")) as store:
        for _ in range(600):
            if found := store.execute("SELECT url, result, said FROM links").fetchall():
                break
            time.sleep(0.1)
    said = "localhost leads to an address inside this network, so it is not fetched"
    assert found == [("http://localhost/mud", "unsure", said)]


def test_the_bot_tells_the_admins_by_itself(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").write(harbour=story(MUD))
    channel = 'links: weekly\nchannels: {room: {at: "desk:room"}}\nadmins: {channel: room}\n'
    home.config.write_text(CONFIG + channel, encoding="utf-8")
    now = datetime.now(UTC)

    async def known_already() -> None:
        async with await open_store("sqlite:///state.db", home.path) as store:
            looked = Looked(MUD, now, "gone", "status 404", now - 2 * DAY, now)
            await store.keep_link(looked, now - 60 * DAY)

    asyncio.run(known_already())
    with process(home.path), closing(sqlite3.connect(home.path / "state.db")) as store:
        for _ in range(600):
            if found := store.execute("SELECT notice FROM notices WHERE state = 'sent'").fetchall():
                break
            time.sleep(0.1)
    ((told,),) = found
    assert "harbour.yaml: post" in told
    assert "has led nowhere since" in told
