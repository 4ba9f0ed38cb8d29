"""Random deaths: a seed decides what the servers do, who sends what by hand, and at which moment the bot is killed."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from tests.kills.digests import EVERY_MINUTE, Book
from tests.kills.ground import EDIT, POST
from tests.kills.harness import Exam
from tests.kills.life import Life
from tests.kills.oracle import Verdict
from tests.servers.faults import Fault, Kind

LONGEST = 1.6
"""Seconds a fault holds a request at most: over the timeout, and with Slack's lag well below the ghost time."""

BEHIND = 60
"""Posts that may be due and missing before it gets a rest from faults and from those who send by hand."""

FAULTS: tuple[tuple[Kind, int], ...] = (
    ("slow after", 200),
    ("slow before", 200),
    ("reset after", 200),
    ("reset before", 200),
    ("status after", 500),
    ("status before", 500),
    ("garbage", 200),
    ("limited", 429),
)

ROOMS = tuple(f"{platform}-{number}" for platform in ("discord", "slack") for number in range(1, 5))
BOOKS = (
    Book(1, 4, ("discord-1", "discord-2", "slack-1", "slack-2", "desk-1"), EVERY_MINUTE),
    Book(2, 23, ("discord-3", "slack-3"), EVERY_MINUTE),
    Book(3, 8, ("discord-4", "slack-4", "desk-2"), EVERY_MINUTE, at_most=3),
    Book(4, 3, ("discord-1", "slack-1", "slack-4"), EVERY_MINUTE),
    Book(5, 2, ("discord-2", "slack-2", "desk-1"), EVERY_MINUTE),
    Book(6, 5, (*ROOMS, "desk-1"), corrected=True),
    Book(7, 14, ("discord-1", "discord-3", "slack-1", "slack-3"), corrected=True),
    Book(8, 21, ("discord-2", "discord-4", "slack-2", "slack-4")),
    Book(9, 9, ("discord-3", "slack-4", "slack-2", "desk-2"), at_most=4, corrected=True),
)
CORRECTED = tuple(book for book in BOOKS if book.corrected)
BY_HAND = tuple(book.name for book in BOOKS)


@dataclass
class Death:
    """One kill, by time.monotonic(): in which life, and how slowly the servers answered."""

    began: float
    at: float
    slow: float


@dataclass
class Drama:
    """So many lives and deaths from one seed."""

    exam: Exam
    seed: int
    rng: Random = field(init=False)
    deaths: list[Death] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    edits: bool = True
    """Whether briefings are corrected meanwhile."""
    replicas: int = 1
    extra: Mapping[str, str] = field(default_factory=dict)
    """Variables of all of them."""
    _slow: float = 0.0

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)

    async def play(self, kills: int) -> Verdict:
        """Kill one so many times, each time as it lives again at once; then let them rest, and judge."""
        lives = [await self.exam.begin(self.extra) for _ in range(self.replicas)]
        await self.exam.knows()
        async with asyncio.TaskGroup() as sends:
            for _ in range(kills):
                behind = self.exam.missing() > BEHIND
                await self._trouble(quiet=behind)
                if not behind:
                    self._send_some(sends)
                    if self.edits:
                        self._edit_some(sends)
                which = self.rng.randrange(self.replicas) if self.replicas > 1 else 0
                await self._moment(lives[which])
                await self._also()
                lives[which] = await self._dies(lives[which])
        for at, life in enumerate(lives):
            if self._gave_up(life):
                lives[at] = await self.exam.begin(self.extra)
        for life in lives:
            await life.ready()
        return await self.exam.judged(lives[0])

    async def _dies(self, life: Life) -> Life:
        at = time.monotonic()
        assert await life.kill() or self._gave_up(life), f"it ended by itself: {life.said}"
        self.deaths.append(Death(life.began, at, self._slow))
        return await self.exam.begin(self.extra, may_die=True)

    def _gave_up(self, life: Life) -> bool:
        """Whether it ended by itself for a reason that it may have."""
        return False

    async def _also(self) -> None:
        """What else happens as one dies: nothing, where there is nothing else."""

    async def _trouble(self, *, quiet: bool) -> None:
        """Answers that take a while, so that much is under way, and before them some that go wrong."""
        servers = self.exam.ground.servers
        await servers.mend()
        self._slow = self.rng.choice((0.02, 0.1, 0.3))
        for platform, where in (*POST.items(), *(EDIT.items() if self.edits else ())):
            for kind, status in self.rng.choices(FAULTS, k=0 if quiet else self.rng.choice((0, 0, 1, 2))):
                seconds = 1.0 if kind == "limited" else self.rng.uniform(0.9, LONGEST)
                await servers.fault(platform, Fault(where, kind, status, seconds, times=self.rng.choice((1, 1, 2))))
                self.faults[kind] += 1
            await servers.fault(platform, Fault(where, "slow after", seconds=self._slow, times=10_000))

    def _send_some(self, sends: asyncio.TaskGroup) -> None:
        """Ask for digests by hand while it starts, runs or is dead; some of those who ask are killed as well."""
        for _ in range(self.rng.choice((0, 1, 1, 2))):
            wait, name = self.rng.uniform(0, 3), self.rng.choice(BY_HAND)
            kill_after = self.rng.uniform(0.2, 2.5) if self.rng.random() < 0.2 else None
            sends.create_task(self._send(wait, name, kill_after))

    def _edit_some(self, edits: asyncio.TaskGroup) -> None:
        """Correct a mark, now and then three times in a row."""
        book = self.rng.choice(CORRECTED)
        mark, times = self.rng.randint(1, book.claims), self.rng.choice((0, 1, 1, 3))
        edits.create_task(self._edit(self.rng.uniform(0, 3), book, mark, times))

    async def _edit(self, wait: float, book: Book, mark: int, times: int) -> None:
        for _ in range(times):
            await asyncio.sleep(wait)
            self.exam.edit(book, mark)
            wait = 0.7

    async def _send(self, wait: float, name: str, kill_after: float | None) -> None:
        await asyncio.sleep(wait)
        await self.exam.send(name, kill_after=kill_after)

    async def _moment(self, life: Life) -> None:
        """The moment of death: at any time, as a minute turns, after it began to post, or as a post is kept."""
        kind, turn = self.rng.random(), _seconds_to_the_minute()
        if kind < 0.15:
            await asyncio.sleep(self.rng.uniform(0, 4))
            return
        if kind < 0.5 and turn < 6:
            await asyncio.sleep(turn + self.rng.uniform(0, 0.8))
            return
        await self.exam.first_post(life, within=12)
        await asyncio.sleep(self.rng.uniform(0, 1.2))
        if kind < 0.85:
            kept = len(self.exam.ground.kept.posts)
            await self.exam.until(lambda: self.exam.kept > kept, within=3)
            await asyncio.sleep(self.rng.uniform(0, self._slow / 2))  # to see it kept takes some of that time, too

    # ------------------------------------------------------------------ what is told of it

    def under_way(self) -> int:
        """Kills at a moment when a server had a post of the bot that it had not answered yet."""
        asked = [one for one in self.exam.ground.kept.asked if one.what == "post"]
        return sum(any(_open(one.began, one.ended, one.fault, death) for one in asked) for death in self.deaths)

    def starting(self) -> int:
        """Kills before the bot had posted anything in that life."""
        asked = [one.began for one in self.exam.ground.kept.asked if one.what == "post"]
        return sum(not any(death.began <= began <= death.at for began in asked) for death in self.deaths)

    def told(self, verdict: Verdict) -> str:
        """A line for the report."""
        sends = self.exam.asked
        sure = sum(due.sure for due in sends)
        kills = (
            f"{len(self.deaths)} kills ({self.under_way()} with a post under way, {self.starting()} before the first)"
        )
        faults = f"{self.faults.total()} faults, {self.exam.ground.kept.edits} edits"
        return f"seed {self.seed}: {kills}, {len(sends)} sends ({sure} done), {faults}: {verdict.line}"


def _open(began: float, ended: float, fault: str | None, death: Death) -> bool:
    """Whether a request was with a server at that death; Slack's log tells only when it was carried out."""
    if began < ended:
        return began <= death.at <= ended
    late = LONGEST if fault == "slow before" else 0.0
    return ended - late <= death.at <= ended + (death.slow if fault == "slow after" else 0.0)


def _seconds_to_the_minute() -> float:
    now = datetime.now(UTC)
    turn = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return (turn - now).total_seconds()


def shares(total: int, seeds: Sequence[int]) -> list[tuple[int, int]]:
    """Each seed with its share of so many kills."""
    each, rest = divmod(total, len(seeds))
    return [(seed, each + (at < rest)) for at, seed in enumerate(seeds)]
