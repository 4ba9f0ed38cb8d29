"""A small house for the desk: hand-made answers, two files, and a shelf that can change."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from bot.commands.base import Ask, Place, Reply, Suggestion
from bot.content.links import DeadLink
from bot.content.model import Briefing
from bot.content.problems import Mark as Spot
from bot.content.problems import Problem, excerpt
from bot.content.state import FileState, ShelfState
from bot.errors import Refused
from bot.message import Action, Cite, Claim, Entry, Mark, Message, Picture, Quiet, Reference
from bot.platforms.desk.house import Channel, HouseState, NoticesShown, PlatformState, ReportShown
from tests.desk.small_digests import SmallDigests, digest
from tests.desk.small_edits import SmallEditing

NOW = datetime(2024, 11, 12, 9, 42, tzinfo=UTC)
STARTED = datetime(2024, 11, 12, 7, 5, tzinfo=UTC)
FILE = "harbour.yaml"

GAZETTE = Reference("gazette", "Harbour Gazette, 11 November 2024", "https://gazette.example/bridge")
LETTER = Reference("letter", "Pilots' newsletter, 9 November 2024 (link missing)", note="rated C by the editors")


def claim(text: str, who: str = "Mara Quist", status: str = "Forecast", cite: Reference = GAZETTE) -> Claim:
    return Claim(text, (status, who), (Cite(cite, "¶8"),))


IMPACT = Message(
    "Impact",
    "The new harbour bridge",
    (
        claim("Mara Quist expects the bridge to take a third of the ferries' passengers within two years."),
        replace(
            claim("Mara Quist believes that rents on the north shore will rise <b>first</b>."),
            caveat="Quist advises a company that owns houses there.",
        ),
        claim(
            "The pilots say that tall ships will have to wait for the tide.",
            "Pilots' guild",
            "Assessed",
            LETTER,
        ),
    ),
    closing=("Two of three claims rest on one person.",),
    footer=("As of 11 November 2024",),
    actions=(Action("Sources", "sources"), Action("Timeline", "timeline")),
    label="TLP:GREEN",
    origin=Action("", "impact"),
    stamp="a1b2",
)

SOURCES = Message(
    "Sources",
    "The new harbour bridge",
    (
        Entry("Harbour Gazette", "11 November 2024", ("Two claims rest on it.",), GAZETTE.url),
        Entry("Pilots' newsletter", "9 November 2024", ("One claim rests on it.", "link missing")),
    ),
    footer=("As of 11 November 2024",),
    origin=Action("", "sources"),
)

OFFERED = replace(SOURCES, origin=Action("", "people"), offers=("share", "report"))

TIMELINE = Message(
    "Timeline",
    "The new harbour bridge",
    (
        Entry("March 2024", "The first pier is finished.", ("Reported · Harbour Gazette",)),
        Entry("Spring 2026", "The bridge opens.", ("Forecast · Mara Quist",)),
        Picture(
            "The new harbour bridge",
            (
                Mark("March 2024", "The first pier is finished.", "event", open=False),
                Mark("Spring 2026", "The bridge opens.", "forecast", open=True),
            ),
            "Timeline of two entries: one reported, one forecast: first pier, opening.",
        ),
    ),
    origin=Action("", "timeline"),
)

MANY = Message(
    "Everything",
    None,
    tuple(claim(f"Claim number {number} says that the bridge has {number} lamps.") for number in range(1, 26)),
    origin=Action("", "briefing"),
    stamp="00ff",
)

ANSWERS: Mapping[str, Message] = {
    "impact": IMPACT,
    "sources": SOURCES,
    "timeline": TIMELINE,
    "briefing": MANY,
    "people": OFFERED,
}

COMMANDS = (
    Suggestion("/impact", "What the bridge may change"),
    Suggestion("/sources", "Where the claims were read"),
    Suggestion("/timeline", "What happens when"),
    Suggestion("/briefing", "Everything about a story"),
    Suggestion("/search", "Look for words"),
)
TEXTS = (Suggestion("quist", "Mara Quist, 2 claims"), Suggestion("pilots", "Pilots' guild, 1 claim"))

BRIEFING = Briefing.model_validate(
    {
        "format": "1",
        "briefing": {"id": "harbour", "title": "The new harbour bridge"},
        "defaults": {"source": "gazette"},
        "snippets": [
            {
                "id": "fewer-ferries",
                "section": "impact",
                "text": "Mara Quist expects the bridge to take a third of the ferries' passengers.",
                "claimed_by": "quist",
                "status": "forecast",
                "para": "8",
                "review_by": "2024-11-01",
            },
            {
                "id": "tall-ships",
                "section": "impact",
                "text": "The pilots say that tall ships will have to wait for the tide.",
                "claimed_by": "pilots",
                "status": "assessed",
                "cite": [{"source": "letter", "para": "2-3"}],
                "publish_at": "2024-12-01",
            },
        ],
    }
)
GOOD = FileState(FILE, BRIEFING, STARTED, lines={"fewer-ferries": 14, "tall-ships": 22})
OTHER = FileState("lighthouse.yaml", BRIEFING.model_copy(), STARTED, lines={})

WRONG_LINE = "    confidance: low"
WRONG = Problem(
    FILE,
    Spot(19, 5, 10),
    'unknown key "confidance"',
    "unknown-key",
    'did you mean "confidence"?',
    excerpt=excerpt(WRONG_LINE, Spot(19, 5, 10)),
)


REPORT = ReportShown(
    NOW,
    "Mara Quist",
    "discord:123",
    "/impact quist, page 2",
    "The second claim is of October, not of November.",
    "https://chat.example/123/9",
    "TLP:GREEN",
)


class SmallHouse:
    """A bot of hand-made answers.

    `asks` are the questions it got, `slow` the seconds a completion takes, `reported` what readers reported,
    `noticed` what admins were told, `zone` the one that its config.yaml names.
    """

    def __init__(self) -> None:
        self.zone: tzinfo = UTC
        self.asks: list[Ask] = []
        self.reported: list[ReportShown] = []
        self.noticed = NoticesShown()
        self.digests = SmallDigests(digest(IMPACT), digest(MANY))
        self.editing = SmallEditing()
        self.reloads = 0
        self.slow = 0.0
        self._shelf = ShelfState(1, (GOOD, OTHER))
        self._state = HouseState(
            "0.1.0",
            STARTED,
            (
                PlatformState("desk", "on", ""),
                PlatformState("Discord", "on", ""),
                PlatformState("Slack", "off", "no token"),
            ),
            "ok",
        )
        self._changed = asyncio.Condition()

    async def answer(self, ask: Ask) -> Reply:
        self.asks.append(ask)
        if ask.command == "status":
            raise Refused("Only admins may ask that.")
        found = ANSWERS.get(ask.command)
        if found is None:
            return Reply(Message(f'Nothing on "{ask.text or ask.command}"', None, (Quiet("See /help."),)))
        return Reply(found, ask.page)

    async def complete(self, place: Place, typed: str) -> Sequence[Suggestion]:
        await asyncio.sleep(self.slow)
        command, space, text = typed.removeprefix("/").partition(" ")
        if space:
            begun = [one for one in TEXTS if one.value.startswith(text)]
            return [replace(one, value=f"/{command} {one.value}") for one in begun]
        return [one for one in COMMANDS if typed and one.value.startswith(typed)]

    def channels(self) -> Sequence[Channel]:
        return (
            Channel("newsroom", Place("desk", "newsroom"), "TLP:GREEN"),
            Channel("pilots", Place("discord", "123"), "TLP:AMBER"),
        )

    def shelf(self) -> ShelfState:
        return self._shelf

    def state(self) -> HouseState:
        return self._state

    async def reports(self) -> Sequence[ReportShown]:
        return self.reported

    async def notices(self) -> NoticesShown:
        return self.noticed

    async def changed(self, revision: int) -> int:
        async with self._changed:
            await self._changed.wait_for(lambda: self._shelf.revision > revision)
        return self._shelf.revision

    async def reload(self) -> None:
        self.reloads += 1
        await self.put(vanished=())

    async def put(
        self, *files: FileState, vanished: tuple[str, ...] | None = None, config: tuple[Problem, ...] = ()
    ) -> None:
        """Change the shelf: these files replace those of their names."""
        known = {file.file: file for file in self._shelf.files} | {file.file: file for file in files}
        gone = self._shelf.vanished if vanished is None else vanished
        async with self._changed:
            self._shelf = ShelfState(
                self._shelf.revision + 1, tuple(known.values()), config_problems=config, vanished=gone
            )
            self._changed.notify_all()

    def links(self, *dead: DeadLink) -> None:
        """These links lead nowhere now."""
        self._state = replace(self._state, dead_links=dead)

    def trouble(self, platform: str, detail: str) -> None:
        """Let a platform be in trouble."""
        platforms = tuple(
            PlatformState(one.name, "trouble", detail) if one.name == platform else one for one in self._state.platforms
        )
        self._state = replace(self._state, platforms=platforms, trouble=(f"{platform}: {detail}",))

    def stop(self, why: str) -> None:
        """Let the process not be alive."""
        self._state = replace(self._state, stopped=why, trouble=(f"Bot: {why}",))
