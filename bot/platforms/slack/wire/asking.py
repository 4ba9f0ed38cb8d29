"""What is done with an ask, a press, a pick and a report: answered in the ack, or right after it."""

import asyncio
import json
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from bot.commands.base import LONGEST, Ask, Asker, Place
from bot.errors import Later, PostError, Refused
from bot.platforms.base import Answers, Frozen
from bot.platforms.buttons import Press, read_button
from bot.platforms.drawn import Drawn
from bot.platforms.heard import Heard
from bot.platforms.literal import clip, units
from bot.platforms.slack import limits, said
from bot.platforms.slack.drawing import Drawing, drawing
from bot.platforms.slack.home import home_view
from bot.platforms.slack.inbound import Looked, Pressed, Sender, Submitted, Typed
from bot.platforms.slack.modal import told_modal
from bot.platforms.slack.picker import read_pick
from bot.platforms.slack.refusals import SaidNo
from bot.platforms.slack.wire.api import Api
from bot.platforms.slack.wire.identity import Introduction
from bot.platforms.slack.wire.posts import Posts
from bot.platforms.slack.wire.reporting import Reporting
from bot.platforms.slack.wire.responses import Responses
from bot.platforms.slack.wire.rooms import Rooms
from bot.platforms.slack.wire.sharing import Sharing

log = logging.getLogger(__name__)

T = TypeVar("T")

OVERVIEW = ("briefing", "help")

RUN = "digest"
"""The command in which more is done for those who run the workspace."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What Asking works with."""

    api: Api
    me: Introduction
    rooms: Rooms
    posts: Posts


class Asking:
    """Answers people. Each of its doors returns the JSON of the ack, within `ack` seconds, and none of them raises."""

    def __init__(self, answers: Answers, parts: Parts, ack: float) -> None:
        self._answers, self._ack = answers, ack
        self._api, self._me, self._rooms = parts.api, parts.me, parts.rooms
        self._drawn = Drawn(drawing)
        self._responses = Responses(parts.api)
        self._sharing = Sharing(parts.me, parts.rooms, parts.posts, self._ask_of)
        self._reporting = Reporting(parts.api, parts.me, self._ask_of)
        self._tasks: set[asyncio.Task[Any]] = set()
        # Slack sends again what was not acknowledged to it, and what it said was acknowledged in vain.
        self._typed: dict[str, asyncio.Task[Drawing]] = {}
        self._later = Heard()
        self._pressed = Heard()

    async def close(self) -> None:
        """Let what was begun come to its end for a moment, then end it."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._ack)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def typed(self, typed: Typed) -> str:
        """Answer in the ack, or later; what is heard again is answered again in its ack alone, as that was lost."""
        trigger = typed.sender.trigger
        if trigger in self._later:
            return ""
        work = self._typed.get(trigger) or self._begin(self._answer(typed.sender, typed.command, typed.text))
        if trigger:
            self._typed[trigger] = work
            work.add_done_callback(lambda _: self._typed.pop(trigger, None))
        in_time = await self._in_time(work)
        if trigger in self._later:
            return ""
        if in_time:
            return work.result().ack
        self._first(self._later, trigger)
        self._responses.heard(typed.sender)
        self._begin(self._answer_later(typed.sender, work))
        return json.dumps(said.line(said.MOMENT))

    async def pressed(self, pressed: Pressed) -> str:
        """All of it comes after the ack, so what is heard again was begun already."""
        if self._first(self._pressed, pressed.sender.trigger):
            self._responses.heard(pressed.sender)
            self._begin(self._told(pressed))
        return ""

    async def looked(self, looked: Looked) -> str:
        """Options for what was typed into a picker; these cannot come later, so they have a little longer."""
        command = read_pick(looked.id)
        options: list[Any] = []
        if command:
            try:
                async with asyncio.timeout(2 * self._ack):
                    ask = await self._ask(looked.sender, command, looked.text[:LONGEST])
                    found = await self._answers.suggest(ask, limits.OPTIONS)
                options = [_option(one.value, one.meaning) for one in found if units(one.value) <= limits.OPTION_VALUE]
            except (Refused, TimeoutError) as error:
                log.info("slack: a picker stays empty: %s", str(error) or "it took too long")
            except Exception:
                log.exception("slack: a picker could not be filled")
        return json.dumps({"options": options[: limits.OPTIONS]})

    async def submitted(self, submitted: Submitted) -> str:
        work = self._begin(self._reporting.take(self._answers, submitted))
        if await self._in_time(work):
            view = work.result()
        else:
            self._begin(self._report_later(submitted, work))
            view = told_modal(said.MOMENT)
        return json.dumps({"response_action": "update", "view": view})

    async def opened(self, sender: Sender) -> str:
        self._begin(self._home(sender))
        return ""

    async def _answer(self, sender: Sender, command: str, text: str, press: Press | None = None) -> Drawing:
        """The answer, or the line that stands for it."""
        try:
            ask = await (self._ask_of(sender, press) if press else self._ask(sender, command, text))
            reply = await self._answers.answer(ask)
            return self._drawn.draw(reply.message, reply.page, asyncio.get_running_loop().time())
        except Refused as refused:
            return _line(str(refused))
        except Exception:
            log.exception("slack: an ask could not be answered")
            return _line(said.FAULT)

    async def _answer_later(self, sender: Sender, work: "asyncio.Task[Drawing]") -> None:
        await self._responses.send(sender, (await work).said)

    async def _report_later(self, submitted: Submitted, work: "asyncio.Task[dict[str, Any]]") -> None:
        await self._reporting.tell(submitted, await work)

    async def _told(self, pressed: Pressed) -> None:
        """Do what a press asks for; whatever happens, the one who pressed hears of it."""
        try:
            told = await self._done(pressed)
        except Exception:
            log.exception("slack: a press could not be answered")
            told = said.FAULT
        if told:
            await self._responses.send(pressed.sender, said.line(told), thread=pressed.thread, twice=True)

    async def _done(self, pressed: Pressed) -> str:
        """Do what a press asks for; a line to be said, where there is one."""
        sender = pressed.sender
        if pressed.picked is not None:
            command = read_pick(pressed.id)
            if command is None:
                return said.NOT_OURS
            await self._show(pressed, await self._answer(sender, command, pressed.picked[:LONGEST]))
            return ""
        press = read_button(pressed.id)
        if press is None:
            return said.NOT_OURS
        if press.kind == "show":
            await self._show(pressed, await self._answer(sender, press.command, press.text, press))
            return ""
        if press.kind == "report":
            return "" if await self._reporting.open(pressed) else said.LATE
        return await self._sharing.pressed(self._answers, sender, press, pressed.thread)

    async def _show(self, pressed: Pressed, drawing: Drawing) -> None:
        if pressed.at_home:
            await self._publish(pressed.sender, [drawing])
        else:
            await self._responses.send(pressed.sender, drawing.said, replace=pressed.private, thread=pressed.thread)

    async def _home(self, sender: Sender) -> None:
        # No workspace is named, so that everybody's Home holds what strangers may see; and nobody, as nobody asked.
        anybody = replace(sender, teams=frozenset(), user="", name="")
        briefings, helping = [await self._answer(anybody, command, "") for command in OVERVIEW]
        # What comes to their direct message, and what may, is told by that place alone.
        digests = [await self._answer(replace(sender, user="", name=""), RUN, "")] if sender.channel else []
        await self._publish(sender, [briefings, *digests, helping])

    async def _publish(self, sender: Sender, drawings: list[Drawing]) -> None:
        view = home_view([one.frozen for one in drawings], sender.channel)
        try:
            await self._api.write("views.publish", user_id=sender.user, view=view)
        except (SaidNo, Later, PostError) as error:
            log.warning("slack: a Home tab stays as it was: %s", error)

    async def _ask_of(self, sender: Sender, press: Press) -> Ask:
        return await self._ask(sender, press.command, press.text, press.page, press.stamp)

    async def _ask(self, sender: Sender, command: str, text: str, page: int = 0, stamp: str | None = None) -> Ask:
        """The ask; whether strangers read along, and who runs the workspace, is looked up only where it matters."""
        me = self._me.identity
        team = me.team if me else ""
        strange, manages = not team or sender.teams != {team}, False
        if not strange and not sender.direct:
            who_reads = self._rooms.shared if command == RUN else self._rooms.strange
            strange = await who_reads(sender.channel)
            manages = command == RUN and not strange and await self._rooms.manages(sender.user)
        place, person = Place("slack", sender.channel, team), Asker(sender.user, sender.name, manages=manages)
        return Ask(
            place, person, command, text, page, stamp, "en", sender.trigger, direct=sender.direct, strange=strange
        )

    async def _in_time(self, work: "asyncio.Task[Any]") -> bool:
        """Whether something is done before it has to be acknowledged."""
        await asyncio.sleep(0)  # what comes from memory is done after it, and needs no timer
        if not work.done():
            await asyncio.wait((work,), timeout=self._ack)
        return work.done()

    @staticmethod
    def _first(heard: Heard, trigger: str) -> bool:
        return not trigger or heard.first(trigger, asyncio.get_running_loop().time())

    def _begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _line(text: str) -> Drawing:
    body = said.line(text)
    return Drawing(Frozen(body, ()), body, json.dumps(body))


def _option(value: str, meaning: str) -> dict[str, Any]:
    shown = f"{value} · {meaning}" if meaning else value
    return {
        "text": {"type": "plain_text", "text": clip(shown, limits.OPTION_TEXT), "emoji": False},
        "value": value,
    }
