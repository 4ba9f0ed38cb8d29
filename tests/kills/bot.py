"""The bot as it ships, started so that it dies at a named point, or with one of its guards taken out.

`CRASH=POINT` or `CRASH=POINT:N` kills it as a power cut would when it passes that point for the Nth time; `MUTANT`
names the guard. `FREEZE=POINT` stops it there until somebody lets it go on. Without them, and without what
`tests.faults.bot` reads, `python -m tests.kills.bot` is `python -m bot`.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot import digesting
from bot.cli import main
from bot.digests import doubts, lane, outcomes, sending
from bot.digests.outcomes import Verdict
from bot.platforms.base import Absent
from bot.store.rows import Claimed
from tests.faults.bot import alter


def crashing(wanted: str, number: signal.Signals = signal.SIGKILL) -> Callable[[str], None]:
    """Told of every point that is passed; at the one that is wanted it sends itself the signal."""
    name, _, times = wanted.partition(":")
    left = int(times or 1)

    def passing(point: str) -> None:
        nonlocal left
        if point == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), number)

    return passing


def watched(passing: Callable[[str], None]) -> None:
    """Have every point told, whichever verb passes it."""
    made = digesting.Digesting.__init__

    def init(self: digesting.Digesting, *words: Any, **named: Any) -> None:
        made(self, *words, **{**named, "passing": passing})

    digesting.Digesting.__init__ = init  # type: ignore[method-assign]


def no_look_up() -> None:
    """What is in doubt counts as absent, and nobody looks."""
    real = outcomes.looked

    async def blind(self: doubts.Doubts, claimed: Claimed, kept: Any) -> Verdict:
        return real(Absent(), self._doubt(claimed, kept), self._means.timings.ghost, 1)

    doubts.Doubts._look = blind  # type: ignore[method-assign]


def no_wait() -> None:
    """It is looked for at once, and believed, though the request may still be under way."""
    step, looked = outcomes.next_step, outcomes.looked
    doubts.next_step = lambda doubt, harmless, ghost: step(doubt, harmless, 0.0)  # type: ignore[attr-defined]
    doubts.looked = lambda found, doubt, ghost, looks: looked(found, doubt, 0.0, looks)  # type: ignore[attr-defined]


def sdk_retries() -> None:
    """Slack's own library sends again what it got no answer to, as it does unless it is told not to."""
    from slack_sdk.web.async_client import AsyncWebClient

    made = AsyncWebClient.__init__

    def usual(self: AsyncWebClient, *words: Any, **named: Any) -> None:
        named.pop("retry_handlers", None)
        made(self, *words, **named)

    AsyncWebClient.__init__ = usual  # type: ignore[method-assign, assignment]


def mark_before_send() -> None:
    """It is written down as sent, and sent after that."""
    made = lane.Lane._made

    async def marked(self: lane.Lane, claimed: Claimed, began: float) -> Verdict:
        self._recording.add(claimed, Verdict("sent", witness="answer"), self._means.clock())
        await asyncio.sleep(0.1)
        return replace(await made(self, claimed, began), state="sent")

    lane.Lane._made = marked  # type: ignore[method-assign]


def no_gate() -> None:
    """Who was frozen sends on when it wakes, however long that took."""

    async def made(self: lane.Lane, claimed: Claimed, began: float) -> Verdict:
        page = await self._page(claimed)
        assert page is not None
        body = sending.body_of(claimed, page, self._means.clock())
        assert body is not None
        return outcomes.answered(await sending.made(self._platform, claimed, body), claimed.attempts)

    lane.Lane._made = made  # type: ignore[method-assign]


MUTANTS = {
    "no gate": no_gate,
    "no look-up": no_look_up,
    "no wait": no_wait,
    "sdk retries": sdk_retries,
    "mark before send": mark_before_send,
}

if __name__ == "__main__":
    alter()
    if wanted := os.environ.get("CRASH"):
        watched(crashing(wanted))
    if wanted := os.environ.get("FREEZE"):
        watched(crashing(wanted, signal.SIGSTOP))
    if mutant := os.environ.get("MUTANT"):
        MUTANTS[mutant]()
    main()
