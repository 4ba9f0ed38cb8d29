"""A lane: the one sender of a platform. It claims, looks, posts and records, in that order."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from bot.commands.base import Place
from bot.digests.doubts import Doubts
from bot.digests.leading import LANE, Leading, lease_name
from bot.digests.outcomes import Timings, Verdict, answered, put_right
from bot.digests.pace import AT_ONCE, Limit, Refusals, Turns
from bot.digests.recording import Recording
from bot.digests.sending import WHAT, Stop, body_of, made
from bot.digests.steady import steady
from bot.errors import StoreError
from bot.platforms.base import Health, Platform
from bot.store.rows import Claimed, Page

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

IDLE = 1.0
"""Seconds between two looks at the ledger while nothing is to be done: another process may have written to it."""

AGAIN = 5.0
"""Seconds until a delivery is begun again that met a fault of ours."""

BUSY = 3
"""Answers in a row that ask to wait, after which the whole lane does."""

DIED = "the bot stopped while it was being sent"
STOPPED = "the bot was stopped before it was sent"
UNHEARD = "the database did not say that it was claimed"


Passing = Callable[[str], None]
"""Told of each point that a delivery passes."""

May = Callable[[Claimed, Page], Awaitable[Stop | None]]


def nothing(point: str) -> None:
    """What is done at each point of a delivery: nothing, but in tests."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a lane works with. `may` is asked right before each post; `passing` is told of each point passed.

    `may_send` tells whether this process may send at all.
    """

    ledger: "Store"
    me: str
    timings: Timings
    clock: Callable[[], datetime]
    may: May
    passing: Passing = nothing
    may_send: Callable[[], bool] = lambda: True


class Lane:
    """Sends for one platform, as long as this process holds its lease.

    `standing` is for the operator, and `turned_at` is when it last began a round.
    """

    def __init__(self, platform: Platform, limit: Limit, means: Means) -> None:
        self._platform, self._means = platform, means
        self._leading = Leading(means.ledger, lease_name(LANE, platform.name), means.me, means.clock)
        self._turns, self._refusals = Turns(limit), Refusals()
        # What was claimed has to have its turn well before its lease is half over; where it stands so long behind
        # posts that take their time, it is given back.
        self._most = max(1, min(limit.most, int(limit.a_second * means.timings.lease / 4)))
        self._posting = asyncio.Semaphore(AT_ONCE)
        self._wake, self._stopping = asyncio.Event(), False
        self._tasks: set[asyncio.Task[None]] = set()
        self._holding: set[int] = set()
        self._recording = Recording(means.ledger, platform.name, self._let_go, means.passing)
        self._doubts = Doubts(platform, means, self._page, self._settled, self._holding)
        self._parts: dict[int, tuple[Page, ...]] = {}
        self._led: int | None = None
        self._reading = asyncio.Lock()
        self._rests_until, self._rests_why, self._busy = 0.0, "", 0
        self.turned_at = 0.0
        self.outcomes: Counter[str] = Counter()
        """How often what became of a try was which state, and below, how often the platform asked for a pause."""
        self.pauses = 0
        self.standing = Health("off", "not begun")

    def wake(self) -> None:
        """Something may be due: look at once."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; then let what is under way end, and give the rest back."""
        recording = asyncio.create_task(self._recording.run(), name=f"recording for {self._platform.name}")
        try:
            while True:
                self._wake.clear()
                self.turned_at = monotonic()
                if not await self._tried():
                    await self._idle()
        finally:
            await self._end(recording)

    async def _tried(self) -> bool:
        """A round; whether there may be more to do at once. What goes wrong in it is told, and the lane goes on."""
        try:
            return await self._round()
        except StoreError as error:
            self._stand(Health("trouble", f"nothing is sent, because the database does not answer: {error}"))
        except Exception:  # a fault of ours must not stop the other lanes
            log.exception("%s: nothing could be sent; this is tried again", self._platform.name)
            self._stand(Health("trouble", "nothing is sent, by a fault of the bot: see the log"))
        return False

    async def _round(self) -> bool:
        if not self._means.may_send():
            if self._leading.holds:
                await self._leading.give_up()
            self._stand(Health("off", "another process sends: this one serves other briefings"))
            return False
        if self._leading.due and await self._leading.renew():
            self._take_over()
            await self._adopt()
        if not self._leading.holds:
            self._stand(Health("off", "another process sends"))
            return False
        if self._rests():
            self._stand(Health("trouble", f"it rests for a while: {self._rests_why}"))
            return False
        self._stand(Health("on"))
        await self._doubts.settle(self._spawn)
        room = self._most - len(self._tasks)
        # Asked once more: while doubts were settled, what was under way may have been refused, and made room.
        if room <= 0 or self._rests() or not self._leading.holds:
            return False
        began = steady()  # a process that is frozen from here on knows it by this
        self._means.passing("claim before commit")
        claimed = await self._means.ledger.claim(self._platform.name, self._means.me, self._means.clock(), room)
        if claimed:
            self._means.passing("claim after commit")
        for one in claimed:
            self._holding.add(one.id)
            self._spawn(self._send(one, began))
        return bool(claimed)

    def _take_over(self) -> None:
        if self._leading.fence == self._led:
            return
        self._led = self._leading.fence
        self._doubts.forget()
        if self._means.ledger.database.shared:
            log.info("%s: this replica sends from now on", self._platform.name)

    async def _adopt(self) -> None:
        """Doubt what others were sending: they lost the lane, or are dead. What nobody has in hand is let go."""
        name, me = self._platform.name, self._means.me
        await self._means.ledger.give_back(name, me, self._holding, self._means.clock(), UNHEARD)
        adopted = await self._means.ledger.adopt(name, me, self._means.clock(), DIED)
        if adopted:
            log.warning("%s: %d deliveries were under way when the bot stopped; they are looked for", name, adopted)

    async def _send(self, claimed: Claimed, began: float) -> None:
        if (wait := self._turns.wait(claimed.channel, steady())) > 0:
            await asyncio.sleep(wait)
        try:
            async with self._posting:
                verdict = Verdict("retry", STOPPED) if self._stopping else await self._made(claimed, began)
        except StoreError as error:
            verdict = _unwritten(self._platform.name, error)
        except Exception:  # a fault of ours before the post: nothing was sent, and the others go on
            log.exception("%s: a delivery could not be begun", self._platform.name)
            verdict = Verdict("retry", "a fault of the bot before it was sent; see the log", AGAIN)
        self._means.passing("after the answer")
        self._settled(claimed, verdict)

    def _settled(self, claimed: Claimed, verdict: Verdict) -> None:
        self._mind(claimed, verdict)
        self._recording.add(claimed, verdict, self._means.clock())

    async def _made(self, claimed: Claimed, began: float) -> Verdict:
        """Post what was claimed, if it still may be: what became of it."""
        page = await self._page(claimed)
        if page is None:
            return Verdict("failed", "what was to be sent is kept no more")
        if stop := await self._means.may(claimed, page):
            return Verdict(stop.state, stop.why, stop.wait, refused=stop.refused, instead=stop.instead)
        if self._stopping:
            return Verdict("retry", STOPPED)
        if steady() - began > self._means.timings.lease / 2 or not self._leading.holds:
            return Verdict("retry", "the bot was held up before it was sent")
        self._means.passing("before the write")
        body = body_of(claimed, page, self._means.clock())
        if body is None:
            return Verdict("expired", "its text was erased")
        began = steady()
        answer = await made(self._platform, claimed, body)
        if claimed.kind in ("edit", "delete"):
            verdict = put_right(answer, claimed.kind, claimed.attempts, erases=page.erases)
        else:
            verdict = answered(answer, claimed.attempts)
        if verdict.state == "unknown":
            self._doubts.learn(claimed.id, began)
        return verdict

    async def _page(self, claimed: Claimed) -> Page | None:
        if claimed.message_id is None:
            return None
        parts = self._parts.get(claimed.message_id) or await self._read(claimed.message_id)
        return parts[claimed.part] if claimed.part < len(parts) else None

    async def _read(self, message: int) -> tuple[Page, ...]:
        async with self._reading:  # of a hundred that need it at once, one reads it
            if message not in self._parts:
                if len(self._parts) > 100:
                    self._parts.clear()
                self._parts[message] = await self._means.ledger.parts(message)
            return self._parts[message]

    def _mind(self, claimed: Claimed, verdict: Verdict) -> None:
        """Learn from an answer how the platform is."""
        where = Place(claimed.platform, claimed.channel)
        self.outcomes[verdict.state] += 1
        self.pauses += verdict.busy
        if verdict.state == "sent":
            self._busy = 0
            done = "is" if claimed.kind == "post" else f"got {WHAT[claimed.kind]}"
            told = "digest %s of %s %s in %s as %s"
            log.info(told, claimed.schedule, claimed.slot, done, where, verdict.message_id)
            return
        log.warning("digest %s of %s in %s: %s: %s", claimed.schedule, claimed.slot, where, verdict.state, verdict.why)
        if verdict.refused:
            self._refusals.add(steady())
        if verdict.busy:
            self._busy += 1
            if self._busy >= BUSY or verdict.refused:
                self._rests_until, self._rests_why = steady() + min(verdict.wait, 60.0), verdict.why

    def _rests(self) -> bool:
        """Whether nothing is asked of the platform for now."""
        now = steady()
        if self._refusals.rest(now):
            self._rests_why = "it refused very much, and would shut the bot out"
            return True
        return now < self._rests_until

    def _let_go(self, delivery: int) -> None:
        self._holding.discard(delivery)
        self._wake.set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _stand(self, health: Health) -> None:
        if health.state == "trouble" and self.standing.detail.partition(":")[0] != health.detail.partition(":")[0]:
            log.error("%s: %s", self._platform.name, health.detail)
        if health != replace(self.standing, since=None):
            self.standing = replace(health, since=self._means.clock() if health.state == "trouble" else None)

    async def _idle(self) -> None:
        try:
            async with asyncio.timeout(IDLE):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _end(self, recording: "asyncio.Task[None]") -> None:
        """Wait for what is under way; whoever comes next finds the rest as it was."""
        self._stopping = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._means.timings.timeout + 5)
        for task in self._tasks:
            task.cancel()
        recording.cancel()
        await asyncio.wait([recording])
        await self._recording.finish()
        me, now = self._means.me, self._means.clock()
        try:
            await self._means.ledger.give_back(self._platform.name, me, self._holding, now, STOPPED)
            await self._leading.give_up()
        except StoreError as error:
            log.warning("%s: the lane could not be given back: %s", self._platform.name, error)


def _unwritten(platform: str, error: StoreError) -> Verdict:
    """What is told in a channel names no file; the log does."""
    log.warning("%s: a delivery waits, because the database does not answer: %s", platform, error)
    return Verdict("retry", "the database did not answer before it was sent", AGAIN)
