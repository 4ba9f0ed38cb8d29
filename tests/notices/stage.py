"""A folder that is edited, a real store, and a wall behind a network on which the admins are told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.content.edition import Edition
from bot.content.links import LinksKnown
from bot.digests.leading import PLANNER, Leading
from bot.digests.outcomes import Timings
from bot.notices.posting import House
from bot.notices.teller import Sources, Teller
from bot.platforms.desk import kept
from bot.store.memory import Store, open_store
from tests.digests.corrected import Paper
from tests.shelf.home import CONFIG, Home, Running, briefing, running, until

RULES = f"""{CONFIG}
channels:
  admins: {{at: "desk:admins", audience: "TLP:AMBER"}}
  others: {{at: "desk:others", audience: "TLP:CLEAR"}}
admins: {{channel: admins}}
"""

FILE = briefing("harbour", "calm", "wind")
OLD = FILE + "    review_by: 2024-01-01\n"


class Crash(BaseException):
    """The process died here."""


@dataclass
class Stage:
    """What stands on the wall is read from the store, as people would see it."""

    home: Home
    store: Store
    bot: Running
    paper: Paper
    links: Callable[[], LinksKnown] = LinksKnown
    later: timedelta = timedelta()
    dies_at: str = ""
    doubted: frozenset[str] = frozenset()
    mine: Leading = field(init=False)

    def __post_init__(self) -> None:
        self.mine = Leading(self.store, PLANNER, "one", self.now)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.later

    def teller(self, leading: Leading | None = None) -> Teller:
        """A teller as a process has it that was just started."""
        shelf, mine = self.bot.shelf, leading or self.mine
        house = House(
            {"desk": self.paper},
            {"desk": kept.render},
            lambda: shelf.rules.config,
            lambda name: f"{name} is off",
            Timings(10.0, 0.4, 5.0),
            self.now,
            lambda: mine.holds,
            self._pass,
            pace=0.05,
        )
        edition: Callable[[], Edition] = lambda: shelf.views.edition  # noqa: E731 it is asked anew each time
        sources = Sources(lambda: shelf.state, edition, self._doubted, lambda: self.links())
        return Teller(self.store, sources, house, lambda: mine.fence if mine.holds else None, rest=0.2)

    async def _doubted(self, snippets: object) -> frozenset[str]:
        return self.doubted

    def _pass(self, point: str) -> None:
        if point == self.dies_at:
            self.dies_at = ""
            raise Crash(point)

    async def tells(self, teller: Teller, seconds: float = 1.0) -> None:
        """Let it go round for so long, and as often as it does in that time on a machine that is not busy."""
        end, rounds = asyncio.get_running_loop().time() + seconds, seconds / 0.05
        while asyncio.get_running_loop().time() < end or rounds > 0:
            rounds -= 1
            await self.mine.renew()
            await teller.round()
            await asyncio.sleep(0.04)

    async def crashes(self, teller: Teller, point: str) -> None:
        """Let it go round until it dies there."""
        self.dies_at = point
        try:
            await self.tells(teller, 5.0)
        except Crash:
            return
        raise AssertionError(f"it never passed {point}")

    async def wall(self, channel: str = "admins") -> list[str]:
        """What stands there, the oldest first."""
        found = reversed(await self.paper.posts(channel, 100))
        return [str(one.message) for one in found]

    async def breaks(self, name: str, word: str = "claimed_by: nobody") -> None:
        """An edit of a file that stands there with an error."""
        path = self.home.folder / f"{name}.yaml"
        good = path.read_text(encoding="utf-8")
        self.home.write(**{name: good.replace("claimed_by: mina", word)})
        await until(lambda: any(one.file == path.name and one.broken for one in self.bot.shelf.state.files))

    async def edits(self, **texts: str) -> None:
        """An edit that is good, once it is served."""
        self.home.write(**texts)
        names = {f"{name}.yaml": text for name, text in texts.items()}

        def served() -> bool:
            standing = self.bot.shelf.standings  # nothing else tells which text is served
            here = {name: one.served.text for name, one in standing.items() if one.served}
            bad = {one.file for one in self.bot.shelf.state.files if one.broken}
            return all(here.get(name) == text and name not in bad for name, text in names.items())

        await until(served)


@asynccontextmanager
async def stage(
    path: Path, *, rules: str = RULES, url: str = "sqlite:///state.db", **texts: str
) -> AsyncIterator[Stage]:
    """A house of these files; who tells in it has the lease."""
    home = Home(path / "home").write(**texts)
    home.config.write_text(rules, encoding="utf-8")
    async with await open_store(url, home.path) as store, running(home, memory=store) as bot:
        yield Stage(home, store, bot, Paper(store))
