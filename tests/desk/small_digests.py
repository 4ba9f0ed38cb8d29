"""Digests for the small house: two of them, deliveries in every state, a wall that is a list."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.errors import Refused, StoreError
from bot.message import Action, Message, Paragraph, Quiet, Span
from bot.platforms.base import Frozen
from bot.platforms.desk import kept
from bot.platforms.desk.digests_shown import (
    DeliveryShown,
    DigestShown,
    Piece,
    PlaceShown,
    Post,
    Preview,
    Pulse,
    SlotShown,
    SubscriptionShown,
    Verdict,
)
from bot.platforms.discord import render as discord
from bot.platforms.slack import render as slack

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2024, 11, 12, 9, 42, tzinfo=UTC)
DUE = datetime(2024, 11, 12, 7, 0, tzinfo=UTC)


def to_come(days: int, note: str = "") -> SlotShown:
    at = DUE + timedelta(days=days)
    return SlotShown(f"{at.astimezone(BERLIN):%Y-%m-%dT%H:%M}", at, note)


MORNING = DigestShown(
    "morning",
    "Morning briefing",
    "08:00, Monday to Friday, Europe/Berlin",
    True,
    ("newsroom", "pilots"),
    BERLIN,
    (to_come(1), to_come(2), to_come(3, "holiday: the founding of the harbour")),
    "sent to 1 of 2 channels, 12 November, 08:00",
    (SubscriptionShown("morning@7", "discord:100000000000000555", "07:30, every day, Asia/Seoul", "Ulla", DUE),),
)
WEEKLY = DigestShown(
    "weekly", "The week", "16:00, Friday, UTC", False, ("editors",), UTC, note='No briefing has the id "tide".'
)


def delivery(key: str, state: str, channel: str = "pilots", platform: str = "discord", **more: str) -> DeliveryShown:
    slot, since = more.get("slot", "2024-11-12T08:00"), DUE + timedelta(seconds=13)
    why, link = more.get("why", ""), more.get("link", "")
    return DeliveryShown(key, "morning", slot, DUE, channel, platform, 1, 1, state, since, why, link)


HELD = replace(
    delivery("key-held", "held", why="Discord did not answer, and its history cannot be read."), part=2, parts=3
)
DELIVERIES = (
    HELD,
    delivery("key-retry", "retry", "editors", "slack", why="Slack asked to wait 12 s."),
    delivery("key-sent", "sent", link="https://chat.example/123/9"),
    delivery("key-wall", "sent", "newsroom", "desk"),
    replace(delivery("key-edit", "sent", link="https://chat.example/123/9"), kind="edit", revision=1),
    delivery("key-failed", "failed", "quay", "slack", why="The channel is archived."),
    delivery("key-hand", "sent", slot="now:1f"),
    delivery("key-skipped", "skipped", slot="2024-11-11T08:00", why="Nothing was new."),
)
PLACES = (
    PlaceShown("newsroom", "desk", "ok"),
    PlaceShown("pilots", "discord", "ok"),
    PlaceShown("quay", "slack", "suspended", "The channel is archived.", DUE),
)
WHY = ("morning, Tuesday 12 November 08:00 Europe/Berlin", "due 08:00:00", "claimed 08:00:00", "held 08:00:13")


def digest(message: Message) -> Message:
    """An answer as a digest would say it."""
    lead = Paragraph((Span("The new harbour bridge.", "bold"), Span(" Rents move before ferries do.")))
    return replace(
        message,
        title="Morning briefing",
        about="Tuesday, 12 November",
        blocks=(lead, *message.blocks, Quiet("One article. Most of it is expectation, not finding.")),
        actions=(Action("The whole briefing", "briefing", "harbour"),),
        origin=None,
    )


def parts(message: Message, platform: str) -> tuple[Frozen, ...]:
    """All pages of a message as the platform would be sent them."""
    render = {"discord": discord.render, "slack": slack.render, "desk": kept.render}[platform]
    found = [render(message, 0)]
    while found[-1].more:
        found.append(render(message, len(found)))
    return tuple(found)


def piece(message: Message, platform: str, audience: str, *channels: str) -> Piece:
    return Piece(channels, platform, audience, message, parts(message, platform))


class SmallDigests:
    """What is due and what became of it, as lists.

    `sent` are the requests that were posted, `resolved` what was decided, `dumb` whether the database answers.
    `asked_in` are the zones that it was asked to tell times in.
    """

    def __init__(self, message: Message, long: Message) -> None:
        self.known = [MORNING, WEEKLY]
        self.delivered: list[DeliveryShown] = []
        self.channels = list(PLACES)
        self.wall: list[Post] = []
        self.pieces = [
            piece(message, "desk", "TLP:GREEN", "newsroom"),
            piece(message, "discord", "TLP:AMBER", "pilots"),
            piece(long, "slack", "TLP:CLEAR", "editors", "quay"),
        ]
        self.stamp = "stamp-1"
        self.empty = False
        self.sent: list[tuple[str, str]] = []
        self.resolved: list[tuple[str, str]] = []
        self.dumb = False
        self.revision = 1
        self.asked_in: list[tzinfo] = []
        self.slow = 0.0

    def change(self, *delivered: DeliveryShown) -> None:
        """Let deliveries be as these are; the newest first."""
        known = {one.key: one for one in delivered} | {
            one.key: one for one in self.delivered if one.key not in {new.key for new in delivered}
        }
        self.delivered = list(known.values())
        self.revision += 1

    def post(self, key: str, message: Message, page: int = 0, channel: str = "newsroom") -> None:
        """Put a post on the wall."""
        at = NOW - timedelta(minutes=60 - len(self.wall))
        self.wall.insert(0, Post(key, channel, at, message, page))
        self.revision += 1

    async def pulse(self) -> Pulse:
        self._answered()
        return Pulse(self.revision, sum(one.state == "held" for one in self.delivered))

    async def digests(self, here: tzinfo) -> Sequence[DigestShown]:
        self._answered()
        self.asked_in.append(here)
        return self.known

    async def deliveries(self, limit: int) -> Sequence[DeliveryShown]:
        return self.delivered[:limit]

    async def places(self) -> Sequence[PlaceShown]:
        return self.channels

    async def why(self, digest: str, slot: str, channel: str, here: tzinfo) -> Sequence[str]:
        self._answered()
        self.asked_in.append(here)
        if not any((one.digest, one.slot, one.channel) == (digest, slot, channel) for one in self.delivered):
            raise Refused("Nothing is known of that.")
        return WHY

    async def preview(self, digest: str) -> Preview:
        self._answered()
        found = next((one for one in self.known if one.name == digest), None)
        if found is None:
            raise Refused("There is no such digest.")
        return Preview(found.name, found.title, "now", tuple(self.pieces), self.stamp, self.empty)

    async def send(self, digest: str, stamp: str, request: str) -> str:
        self._answered()
        if (digest, request) not in self.sent:
            if stamp != self.stamp:
                raise Refused("What would be sent changed since you looked. This is how it is now.")
            self.sent.append((digest, request))
            self.stamp = "nothing new"
            await asyncio.sleep(self.slow)
        return "Morning briefing goes to newsroom, pilots, editors, quay."

    async def resolve(self, key: str, verdict: Verdict) -> str:
        self._answered()
        found = next((one for one in self.delivered if one.key == key and one.state == "held"), None)
        if found is None:
            raise Refused("That delivery is not held any more.")
        self.resolved.append((key, verdict))
        self.change(replace(found, state={"sent": "sent", "again": "retry", "drop": "expired"}[verdict]))
        return "It counts as sent." if verdict == "sent" else "It is done."

    async def posts(self, channel: str | None, limit: int) -> Sequence[Post]:
        self._answered()
        return [post for post in self.wall if channel in (None, post.channel)][:limit]

    def _answered(self) -> None:
        if self.dumb:
            raise StoreError("the database is gone")
