"""Deliveries in doubt: each is done once more where that is harmless, or looked for, until somebody knows."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from bot.commands.base import Place
from bot.digests.outcomes import HOLD_AFTER, Doubt, Verdict, again, looked, next_step, repeated
from bot.digests.sending import Stop, body_of, made
from bot.digests.steady import steady
from bot.errors import StoreError
from bot.platforms.base import Absent, Platform, Unknown
from bot.store.rows import Claimed, Page

if TYPE_CHECKING:
    from bot.digests.lane import Means

log = logging.getLogger(__name__)

AT_ONCE = 5
"""Doubts that are looked into together."""

CLOCKS = timedelta(hours=3)
"""How much before its first attempt a post is looked for: the clock may have been set back or forth meanwhile."""

AGAIN = 5.0
"""Seconds until a doubt is looked into again that met a fault of ours."""

EVERY = 1.0
"""Seconds between two readings of what is in doubt."""

NO_THREAD = "nobody knows the message in whose thread it may stand"


@dataclass(slots=True)
class _Kept:
    """What this process knows of a doubt: since when by the steady clock, when it `asked` once more, and what it tried.

    An edit `arrived` though one that was sent before may still be under way.
    """

    since: float
    ours: bool
    asked: float = float("-inf")
    looks: int = 0
    missed: bool = False
    arrived: bool = False
    wait_until: float = 0.0


class Doubts:
    """Settles what a lane is in doubt of.

    `page` finds what is to be sent, `settled` is told of each verdict, `holding` are deliveries in somebody's hands.
    """

    def __init__(
        self,
        platform: Platform,
        means: "Means",
        page: Callable[[Claimed], Awaitable[Page | None]],
        settled: Callable[[Claimed, Verdict], None],
        holding: set[int],
    ) -> None:
        self._platform, self._means, self._page = platform, means, page
        self._settled, self._holding = settled, holding
        self._harmless = platform.repost_within.total_seconds()
        self._kept: dict[int, _Kept] = {}
        self._next = 0.0

    def learn(self, delivery: int, began: float) -> None:
        """This process sent it, beginning at that moment of the steady clock, and does not know what came of it."""
        self._kept[delivery] = _Kept(began, ours=True)

    def forget(self) -> None:
        """Another process had the lane meanwhile, and may have sent what this one only remembers its own part of."""
        self._kept = {name: kept for name, kept in self._kept.items() if name in self._holding}

    async def settle(self, spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        """Begin to look into what is in doubt and due, a few at a time."""
        now = steady()
        if now < self._next:
            return
        self._next = now + EVERY
        held = set(self._holding)  # what is let go of while this is read may be read as it was before, or not at all
        doubtful = await self._means.ledger.doubtful(self._platform.name)
        known = {one.id for one in doubtful}
        held |= self._holding
        self._kept = {name: kept for name, kept in self._kept.items() if name in known or name in held}
        free = AT_ONCE - len(known & self._holding)
        for one in doubtful:
            kept = self._kept.setdefault(one.id, _Kept(now, ours=False))
            if one.id in held or now < kept.wait_until or free <= 0:
                continue
            step = self._step(one, kept)
            if step != "wait":
                free -= 1
                self._holding.add(one.id)
                spawn(self._settle(one, kept, {"repeat": self._repeat, "look": self._look, "redo": self._redo}[step]))

    def _step(self, claimed: Claimed, kept: _Kept) -> Literal["repeat", "look", "wait", "redo"]:
        if claimed.kind in ("edit", "delete"):
            return "redo"
        return next_step(self._doubt(claimed, kept), self._harmless, self._means.timings.ghost)

    def _doubt(self, claimed: Claimed, kept: _Kept) -> Doubt:
        first = claimed.first_attempt_at or claimed.due_at
        age = (self._means.clock() - first).total_seconds()
        now = steady()
        return Doubt(kept.ours, now - kept.since, now - max(kept.since, kept.asked), age, kept.missed)

    async def _settle(
        self, claimed: Claimed, kept: _Kept, step: Callable[[Claimed, _Kept], Awaitable[Verdict]]
    ) -> None:
        kept.looks += 1
        try:
            verdict = await step(claimed, kept)
        except StoreError as error:
            log.warning("%s: a doubt waits, because the database does not answer: %s", self._platform.name, error)
            verdict = Verdict("unknown", "the database did not answer", AGAIN)
        except Exception:  # a fault of ours leaves this one in doubt, and the others go on
            log.exception("%s: a doubt could not be looked into", self._platform.name)
            ended = steady() - kept.since >= HOLD_AFTER
            ended = ended and claimed.kind in ("post", "reply")
            verdict = Verdict("held" if ended else "unknown", "a fault of the bot while it was looked for", AGAIN)
        kept.wait_until = max(kept.wait_until, steady() + verdict.wait)
        self._settled(claimed, verdict)

    async def _repeat(self, claimed: Claimed, kept: _Kept) -> Verdict:
        """Send it again under its key, and stay in doubt unless that succeeds."""
        page = await self._page(claimed)
        body = body_of(claimed, page, self._means.clock()) if page else None
        stop = await self._means.may(claimed, page) if page else Stop("unknown", "what was sent is kept no more")
        if body is None or stop:  # it may be there all the same
            kept.ours, kept.wait_until = False, kept.since + self._means.timings.ghost
            return Verdict("unknown", stop.why if stop else "")
        ours = await self._means.ledger.attempt_again(claimed, self._means.me, self._means.clock())
        if not ours or self._step(claimed, kept) != "repeat":  # all that took its time
            return Verdict("unknown", "it took too long to be sent once more")
        kept.asked = steady()
        return repeated(await made(self._platform, claimed, body), kept.looks)

    async def _redo(self, claimed: Claimed, kept: _Kept) -> Verdict:
        """Edit or delete once more, which changes nothing where it arrived, until no earlier request can undo it.

        What comes next at that place waits for this one: were it not so, an edit that is carried out late would put an
        older text into the place of a newer one.
        """
        asked, left = steady(), self._left(kept)
        if kept.arrived:
            return self._over(claimed, left)
        page = await self._page(claimed)
        body = body_of(claimed, page, self._means.clock()) if page else None
        stop = await self._means.may(claimed, page) if page else None
        if body is None or stop:
            stop = stop or Stop("expired", "what was to be said is kept no more")
            if left > 0 and not stop.instead:
                return Verdict("unknown", stop.why, left)
            return Verdict(stop.state, stop.why, stop.wait, instead=stop.instead)
        if not await self._means.ledger.attempt_again(claimed, self._means.me, self._means.clock()):
            return Verdict("unknown", "somebody else does it")
        began = steady()
        if (
            began - asked > self._means.timings.lease / 2
        ):  # it was held up, and a later one may have been made meanwhile
            return Verdict("unknown", "it took too long to be done once more")
        answer = await made(self._platform, claimed, body)
        verdict = again(answer, claimed.kind, kept.looks, erases=page is not None and page.erases)
        if verdict.state == "sent":
            kept.arrived = True
            return self._over(claimed, left)
        if verdict.state == "unknown" and not verdict.busy:
            kept.since = began
        return verdict

    def _left(self, kept: _Kept) -> float:
        """Seconds in which an earlier request may still be carried out."""
        return kept.since + self._means.timings.ghost - steady()

    @staticmethod
    def _over(claimed: Claimed, left: float) -> Verdict:
        """An edit that arrived; for so many seconds yet an earlier one may."""
        if left > 0 and claimed.kind == "edit":
            return Verdict("unknown", "it arrived, and is waited for in case it comes twice", left)
        return Verdict("sent", message_id=claimed.target or "", witness="repeat")

    async def _look(self, claimed: Claimed, kept: _Kept) -> Verdict:
        self._means.passing("before the look")
        place = Place(claimed.platform, claimed.channel, claimed.account)
        since = min(claimed.first_attempt_at or claimed.due_at, self._means.clock()) - CLOCKS
        under = claimed.under if claimed.platform == "slack" else None  # a reply on Discord stands in its channel
        found = await self._platform.find(place, claimed.key, since, under)
        if isinstance(found, Absent) and claimed.platform == "slack" and claimed.part and under is None:
            found = Unknown(NO_THREAD, lasting=True)
        self._means.passing("after the look")
        kept.missed = True
        return looked(found, self._doubt(claimed, kept), self._means.timings.ghost, kept.looks)
