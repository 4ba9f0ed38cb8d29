"""What a wire asks of the bot, made small: the shipped briefing, answered from memory, and all asks kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.commands.base import Ask, Command, HouseFacts, Question, Reply, Suggestion
from bot.commands.registry import commands, reply, suggest
from bot.content.view import View
from bot.errors import Refused, StoreError
from bot.message import Action, Message, Offer
from tests.content.editions import SECTIONS, SHIPPED, edition, shipped

NOW = datetime(2024, 11, 14, 8, 12, tzinfo=UTC)
FACTS = HouseFacts("0.1.0", datetime(2024, 11, 11, 17, 30, tzinfo=UTC), datetime(2024, 11, 14, 8, tzinfo=UTC))
KNOWN = commands(SECTIONS)
COMMANDS: tuple[Command, ...] = tuple(KNOWN.values())
STALE = "The briefings changed since this answer was given; this is its first page."


def shipped_view() -> View:
    return edition((shipped(SHIPPED),)).seen_by("TLP:CLEAR", NOW)


@dataclass
class SmallAnswers:
    """Answers as the bot's own do, and keeps what it was asked.

    `special` says something else than the briefing does, by command. `slow` are seconds before an answer.
    """

    view: View = field(default_factory=shipped_view)
    offers: tuple[Offer, ...] = ("share", "report")
    special: dict[str, Message] = field(default_factory=dict)
    slow: float = 0.0
    refusal: Refused | None = None
    fault: Exception | None = None
    asked: list[Ask] = field(default_factory=list)
    typed: list[Ask] = field(default_factory=list)
    shared: list[Ask] = field(default_factory=list)
    reports: list[tuple[Ask, str, str]] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def message(self, ask: Ask) -> Message:
        """What is said to an ask, whoever asks: tests compare a wire's drawing with the drawing of this."""
        if ask.command in self.special:
            found = replace(self.special[ask.command], origin=Action("", ask.command, ask.text))
        else:
            found = reply(KNOWN, self.view, ask.command, Question(ask.text, NOW, FACTS, ask.locale))
        known = KNOWN.get(ask.command)
        pick = known.about if known and not ask.text and ask.command != "status" else None
        return replace(found, offers=self.offers, pick=pick)

    async def answer(self, ask: Ask) -> Reply:
        self.asked.append(ask)
        await self._weather()
        message = self.message(ask)
        if ask.stamp is not None and ask.stamp != message.stamp and ask.page:
            return Reply(replace(message, notices=(STALE, *message.notices)))
        return Reply(message, ask.page)

    async def suggest(self, ask: Ask, most: int) -> Sequence[Suggestion]:
        self.typed.append(ask)
        await self._weather()
        return suggest(ask.command, self.view, ask.text, most)

    async def share(self, ask: Ask) -> Reply:
        self.shared.append(ask)
        await self._weather()
        message = self.message(ask)
        if ask.stamp != message.stamp:
            raise Refused("The briefings changed since this answer was given. Ask again, and share what you see then.")
        self._once(ask, "This was shared already.")
        offers = tuple(offer for offer in message.offers if offer != "share")
        by = f"Shared by {ask.person.name}"
        return Reply(replace(message, notices=(by, *message.notices), offers=offers, pick=None), ask.page)

    async def report(self, ask: Ask, words: str, link: str = "") -> str:
        self.reports.append((ask, words, link))
        await self._weather()
        self._once(ask, "This report was taken already.")
        return "Thank you. The admins have your report."

    async def _weather(self) -> None:
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.refusal:
            raise self.refusal
        if self.fault:
            raise self.fault

    def _once(self, ask: Ask, already: str) -> None:
        if ask.inbound_id in self._taken:
            raise Refused(already)
        self._taken.add(ask.inbound_id)


@dataclass
class SmallNotes:
    """A few words remembered in memory; `down` is a database that does not answer."""

    kept: dict[str, str] = field(default_factory=dict)
    down: bool = False

    async def noted(self, name: str) -> str | None:
        self._up()
        return self.kept.get(name)

    async def note(self, name: str, value: str) -> None:
        self._up()
        self.kept[name] = value

    def _up(self) -> None:
        if self.down:
            raise StoreError("the database does not answer")
