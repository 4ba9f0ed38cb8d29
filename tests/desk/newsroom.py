"""A desk over a real shelf and real files: what somebody who edits has before them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.content.memory import Remembered
from bot.content.receipt import Checked
from bot.content.shelf import Shelf
from bot.editing import Editing
from bot.front import Front
from bot.opening import Forgetful, clock, open_shelf, settings_at_start
from bot.platforms.desk.wire import Desk
from bot.settings import Settings
from bot.verifying import verify_file
from tests.desk.conftest import TOKEN
from tests.desk.small import IMPACT, MANY
from tests.desk.small_digests import SmallDigests, digest

CONFIG = """\
briefings: briefings
timezone: Europe/Berlin
sections:
  impact: {title: Impact, about: What the bridge may change}
  works: {title: Works, about: How far the bridge is}
channels:
  newsroom: {at: "desk:newsroom", audience: "TLP:GREEN"}
"""

HARBOUR = """\
# kept: the pilots' words are from the printed edition
format: 1

briefing:
  id: harbour
  title: The new harbour bridge
  sharing: TLP:GREEN

defaults:
  source: gazette

sources:
  - id: gazette
    publisher: Harbour Gazette
    title: A bridge at last
    url: https://gazette.example/bridge
    published: 2024-11-11

people:
  - id: quist
    name: Mara Quist
    role: Engineer

snippets:
  - id: fewer-ferries
    section: impact
    text: Mara Quist expects the bridge to take a third of the ferries' passengers.
    claimed_by: quist
    status: forecast
    para: 8
  - id: first-pier     # the one on the north shore
    section: works
    text: Mara Quist says that the first pier is finished.
    claimed_by: quist
    status: reported
    para: 3
    confidence: low

timeline:
  - id: pier
    when: {date: 2024-03}
    text: The first pier is finished.
    snippet: first-pier
"""
NAME = "harbour.yaml"
GAZETTE = "\n\n".join(
    [
        "date 2024-11-11 A bridge at last.",
        *("Nothing of it stands here." for _ in range(2)),
        "Mara Quist says that the first pier stands.",
        *("Nothing of it stands here either." for _ in range(4)),
        "Mara Quist expects it to take a third of those who go by ferry.",
    ]
)


@dataclass
class Newsroom:
    """The running desk, and the folder it edits."""

    desk: Desk
    shelf: Shelf[Settings]
    folder: Path
    front: Front

    @property
    def file(self) -> Path:
        return self.folder / NAME

    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        """Change the file as any other program would."""
        assert old in self.text()
        self.file.write_text(self.text().replace(old, new, 1), encoding="utf-8")

    async def verified(self) -> None:
        """Have the file compared with the text it was read in, as somebody at the command line would."""
        text = self.folder.parent / "gazette.txt"
        text.write_text(GAZETTE, encoding="utf-8")
        verify_file(self.file, [str(text)], date(2024, 11, 12))
        async with asyncio.timeout(20):
            while Checked.NOT in self.shelf.state.files[0].checked.values():
                await self.shelf.changed(self.shelf.state.revision)

    async def told(self, words: str) -> None:
        """Wait until the shelf serves a claim with these words."""
        async with asyncio.timeout(20):
            while not any(
                words in one.text for file in self.shelf.state.files if file.briefing for one in file.briefing.snippets
            ):
                await self.shelf.changed(self.shelf.state.revision)


@asynccontextmanager
async def newsroom(home: Path, port: int = 0, token: str = TOKEN) -> AsyncIterator[Newsroom]:
    """The desk of a bot that has one briefing, or whatever lies in that home already."""
    folder = home / "briefings"
    if not folder.exists():
        folder.mkdir(parents=True)
        (home / "config.yaml").write_text(CONFIG, encoding="utf-8")
        (folder / NAME).write_text(HARBOUR, encoding="utf-8")
    config = home / "config.yaml"
    settings, problems = settings_at_start(config)
    shelf = await open_shelf(config, settings, Forgetful(), Remembered(), problems)
    front = Front(shelf, settings)
    front.digests, front.editing = SmallDigests(digest(IMPACT), digest(MANY)), Editing(shelf, clock)
    desk = Desk(front, port=port, token=token)
    await desk.start()
    watching = asyncio.create_task(shelf.watch())
    yield Newsroom(desk, shelf, folder, front)
    await desk.stop()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
