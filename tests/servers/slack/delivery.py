"""Brings asks to the app, through a socket or over HTTP, and gives up where Slack would."""

import asyncio

from tests.servers.slack.answering import Answers
from tests.servers.slack.asks import Ask
from tests.servers.slack.outgoing import Outgoing
from tests.servers.slack.sockets import Sockets


class Delivery:
    def __init__(self, answers: Answers, sockets: Sockets, outgoing: Outgoing) -> None:
        self.answers = answers
        self.world = answers.world
        self.sockets = sockets
        self.outgoing = outgoing
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, ask: Ask) -> None:
        task = asyncio.create_task(self._bring(ask))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring(self, ask: Ask) -> None:
        """Once; an Events API envelope that nobody acknowledged three times more."""
        error = await self._once(ask, 0)
        waits = self.world.settings.retries if ask.kind == "events_api" else ()
        for attempt, wait in enumerate(waits, start=1):
            if error is None:
                return
            await self.world.clock.until(self.world.clock.now() + wait, lambda: bool(ask.acks))
            error = await self._once(ask, attempt)
        if error is not None:
            ask.error, ask.done = ask.error or error, True
            self.world.bell.ring()

    async def _once(self, ask: Ask, attempt: int) -> str | None:
        """What the person is told instead of an answer; None where it was acknowledged."""
        if ask.acks:
            return None
        if self.world.gone:
            return "dispatch_failed"
        due = self.world.clock.now() + self.world.settings.ack_within
        if self.outgoing.target is not None:
            return await self.outgoing.bring(ask, attempt)
        if not await self.sockets.send(ask, attempt):
            return "dispatch_failed"
        answered = await self.world.clock.until(due, lambda: bool(ask.acks))
        return None if answered else "operation_timeout"
