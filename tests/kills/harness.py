"""Lives and deaths of the bot: who asked it for what, when it was killed, and what was kept when it came to rest."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.kills.digests import Book, Claim, story
from tests.kills.ground import GHOST, Ground
from tests.kills.life import NOTHING, Called, Life
from tests.kills.oracle import UNDER_WAY, Due, Verdict, judge
from tests.kills.when import slots

TAKES = 3.0
"""Seconds after its first start in which nobody can say whether it has written its schedule down yet."""

PATIENCE = 16.0
"""Seconds that a post may be missing when all is quiet: longer than the poll that sees to what the alarm forgot."""

CAP = 300.0
"""Seconds in which it has to come to rest."""


@dataclass
class Exam:
    """One examination on one ground."""

    ground: Ground
    asked: list[Due] = field(default_factory=list)
    refused: list[Called] = field(default_factory=list)
    began: datetime | None = None
    known: datetime | None = None
    words: dict[Claim, str] = field(default_factory=dict)
    """How marks are that were corrected, in the last words."""
    _numbers: int = 0

    async def begin(self, extra: Mapping[str, str] = NOTHING, *, may_die: bool = False) -> Life:
        """Start the bot, and wait for the end of its start: from the first on, its schedule is known.

        Where it `may_die` nobody waits.
        """
        self.began = self.began or datetime.now(UTC)
        life = await self.ground.machine.begin(extra)
        if not may_die:
            await life.ready()
            self.known = self.known or datetime.now(UTC) + timedelta(seconds=TAKES)
        return life

    async def knows(self) -> None:
        """Wait until it knows its schedule, so that it may be killed."""
        assert self.known is not None
        await asyncio.sleep((self.known - datetime.now(UTC)).total_seconds())

    async def send(self, digest: str, extra: Mapping[str, str] = NOTHING, *, kill_after: float | None = None) -> Called:
        """Ask for a digest by hand. Where that was killed or refused, nobody can say whether it counts."""
        self._numbers += 1
        number, at = self._numbers, datetime.now(UTC)
        called = await self.ground.machine.call(
            "digest", "send", digest, "--no-wait", extra=extra, kill_after=kill_after
        )
        how = "killed" if called.killed else f"exit {called.code}"
        self.asked.append(Due(digest, at, f"send {number} at {at:%H:%M:%S}, {how}", sure=called.code == 0))
        if called.code != 0 and not called.killed:
            self.refused.append(called)
        return called

    def edit(self, book: Book, mark: int) -> None:
        """Correct a mark of a briefing."""
        self._numbers += 1
        self.words[book.number, mark] = f"dry{self._numbers}"
        path = self.ground.machine.home / "briefings" / f"{book.name}.yaml"
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(story(book, self.words), encoding="utf-8")
        fresh.replace(path)

    async def first_post(self, life: Life, within: float) -> bool:
        """Wait until a server is asked to post in this life; whether that came about."""
        return await self.until(lambda: self.under_way_since(life.began), within)

    @property
    def kept(self) -> int:
        """How many posts the servers have kept by now."""
        self.ground.kept.read()
        return len(self.ground.kept.posts)

    def under_way_since(self, began: float) -> bool:
        """Whether a server was asked to post since then."""
        self.ground.kept.read()
        asked = self.ground.kept.asked
        return any(one.what == "post" and one.began >= began for one in asked[-50:])

    async def until(self, holds: Callable[[], bool], within: float) -> bool:
        """Look again and again, at most so many seconds."""
        end = time.monotonic() + within
        while not holds():
            if time.monotonic() > end:
                return False
            await asyncio.sleep(0.02)
        return True

    # ------------------------------------------------------------------ the end

    async def judged(self, life: Life) -> Verdict:
        """Let this life come to rest, stop it, and compare. The servers are mended first."""
        await self.ground.servers.mend()
        since, states = await self._rest(life)
        await life.stop()
        self.ground.kept.read()
        verdict = self._compare(since, states)
        verdict.unfinished += [f"a send was refused with {one.code}: {one.said}" for one in self.refused]
        verdict.unfinished += [f"it reports a fault: {line}" for line in self.ground.machine.complaints()]
        return verdict

    async def _rest(self, life: Life) -> tuple[datetime, dict[str, int]]:
        """Wait until nothing is under way, no slot is near, and nothing is missing or has been for long."""
        end, missing_since = time.monotonic() + CAP, None
        while True:
            await self._still()
            assert life.alive, f"it ended by itself: {life.said}"
            since = datetime.now(UTC) - timedelta(seconds=2 * GHOST)
            states = await self.ground.machine.states()
            busy = {state: count for state, count in states.items() if count and state.split()[-1] in UNDER_WAY}
            verdict = self._compare(since, None)
            if not busy and not self._slot_near(since):
                missing_since = missing_since or time.monotonic()
                if not (verdict.lost or verdict.stale) or time.monotonic() - missing_since > PATIENCE:
                    return since, states
            assert time.monotonic() < end, f"it does not come to rest: {busy}; {verdict}"
            await asyncio.sleep(1.5)

    async def _still(self) -> None:
        """Wait until no server was asked to post or to look for twice the ghost time."""
        entered = time.monotonic()

        def still() -> bool:
            self.ground.kept.read()
            asked = self.ground.kept.asked
            last = max((one.ended for one in asked[-50:]), default=entered)
            return time.monotonic() - max(last, entered) > 2 * GHOST

        await self.until(still, CAP)

    def _slot_near(self, since: datetime) -> bool:
        """Whether a slot fell into the last seconds, or will in the next few."""
        soon = datetime.now(UTC) + timedelta(seconds=3)
        return any(slots(one.cron, one.zone, since, soon) for one in self.ground.digests)

    def _compare(self, since: datetime, states: Mapping[str, int] | None) -> Verdict:
        kept = self.ground.kept
        return judge(self.ground.digests, self.dues(since), kept.posts, states, kept.touched, self.words)

    def missing(self) -> int:
        """How many posts are due and not there yet."""
        self.ground.kept.read()
        return len(self._compare(datetime.now(UTC), None).lost)

    def dues(self, since: datetime) -> list[Due]:
        """All that fell due. Nobody can say of slots before the schedule was known, or after `since`."""
        assert self.began is not None
        found = list(self.asked)
        for one in self.ground.digests:
            for slot in slots(one.cron, one.zone, self.began, datetime.now(UTC)):
                sure = self.known is not None and self.known < slot.at <= since
                found.append(Due(one.name, slot.at, f"slot {slot.minute}", sure))
        return found
