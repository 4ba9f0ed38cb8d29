"""A bot's home in a temporary folder: real files, a real store, a real shelf, and the bot's own answers."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.commands.base import Ask, Asker, Place
from bot.content.folder import Caution
from bot.content.memory import Memory, Remembered
from bot.content.shelf import Shelf
from bot.content.watch import listen
from bot.front import Front
from bot.opening import clock, read_rules, settings_at_start
from bot.platforms import terminal
from bot.settings import Settings
from bot.store.memory import Store, open_store

SOAK = bool(os.environ.get("SOAK"))
PROMISED = 2.0
"""Seconds in which an edit shows."""
CAP = 3 * PROMISED
"""What a test waits for it at most: a machine that runs other tests as well is slower."""

USUAL = Caution()
QUICK = Caution(still=0.05, doubtful=0.15, broken=0.2, gone=0.6, again=0.1)
"""The same order of things for tests that are not about the seconds."""

CONFIG = """\
briefings: briefings
desk: {port: 0}
sections:
  impact: {title: Impact, about: What it may change}
  caveats: {title: Caveats, about: What is uncertain}
"""

_HEAD = """\
format: 1
briefing:
  id: ID
  title: What is told of ID
  language: en
  sharing: TLP:CLEAR
defaults:
  source: post
sources:
  - id: post
    kind: article
    publisher: Exam Post
    title: A made-up title
    url: https://example.org/exam
    published: 2024-11-11
    paragraphs: 3
people:
  - id: mina
    name: Mina Examina
    kind: person
    role: Examiner
snippets:
"""
_SNIPPET = """\
  - id: NAME
    section: impact
    text: Mina Examina says that TEXT.
    claimed_by: mina
    para: 1
    status: reported
"""


def briefing(name: str, *told: str) -> str:
    """A good briefing with this id; its snippets tell one word each."""
    snippets = [_SNIPPET.replace("NAME", f"s{at}").replace("TEXT", word) for at, word in enumerate(told, 1)]
    return _HEAD.replace("ID", name) + "".join(snippets)


BAD = briefing("harbour", "lamentable").replace("claimed_by: mina", "claimed_by: nobody")


def save(path: Path, text: str) -> None:
    """Write beside the file, and put it in its place: nobody ever sees a half of it."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


@dataclass
class Home:
    """The folder in which config.yaml, the briefings and the store lie."""

    path: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.config.write_text(CONFIG, encoding="utf-8")

    @property
    def folder(self) -> Path:
        return self.path / "briefings"

    @property
    def config(self) -> Path:
        return self.path / "config.yaml"

    def write(self, **texts: str) -> "Home":
        for name, text in texts.items():
            save(self.folder / f"{name}.yaml", text)
        return self


@dataclass
class Running:
    """A shelf that watches, and the front that answers from it."""

    shelf: Shelf[Settings]
    front: Front
    watch: "asyncio.Task[None]"

    async def ask(self, line: str = "impact") -> str:
        command, _, text = line.partition(" ")
        reply = await self.front.answer(Ask(Place("desk", "reader"), Asker("somebody"), command, text))
        return terminal.render(reply.message, reply.page)

    async def tells(self, *words: str, line: str = "impact") -> float:
        """Seconds until an answer holds all these words."""
        return await until(lambda: self.holds(line, *words))

    async def hides(self, *words: str, line: str = "impact") -> float:
        """Seconds until an answer holds none of these words."""

        async def hidden() -> bool:
            answer = await self.ask(line)
            return not any(word in answer for word in words)

        return await until(hidden)

    async def holds(self, line: str, *words: str) -> bool:
        answer = await self.ask(line)
        return all(word in answer for word in words)

    def problems(self, name: str) -> list[str]:
        """What is wrong with a file, as its editor is told."""
        state = next((file for file in self.shelf.state.files if file.file == name), None)
        return [problem.message for problem in state.problems] if state else []

    async def told(self, name: str, words: str) -> float:
        """Seconds until a problem of this file has these words."""
        return await until(lambda: any(words in message for message in self.problems(name)))

    async def noticed(self, words: str) -> float:
        return await until(lambda: any(words in notice for notice in self.shelf.state.notices))

    async def rests(self, seconds: float) -> None:
        """Let time pass, and see that the watch goes on."""
        await asyncio.sleep(seconds)
        assert not self.watch.done(), self.watch


async def until(holds: Callable[[], object], cap: float = CAP) -> float:
    """Seconds until this holds."""
    begun = time.monotonic()
    while True:
        found = holds()
        if await found if asyncio.iscoroutine(found) else found:
            return time.monotonic() - begun
        assert time.monotonic() - begun < cap, "it does not come about"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def running(
    home: Home, caution: Caution = QUICK, memory: Memory | None = None, hear: Callable[..., object] = listen
) -> AsyncIterator[Running]:
    """The shelf of this home as the bot opens it, watching; with the store beside config.yaml unless told otherwise."""
    if memory is None:
        async with (
            await open_store("sqlite:///state.db", home.path) as store,
            running(home, caution, store, hear) as one,
        ):
            yield one
        return
    remembered: Remembered = await memory.recall()
    settings, problems = settings_at_start(home.config, remembered.kept)
    shelf = Shelf(
        settings.folder,
        home.config,
        settings,
        lambda: read_rules(home.config),
        memory,
        clock,
        caution,
        hear,  # type: ignore[arg-type]
    )
    await shelf.open(remembered, problems)
    watch = asyncio.create_task(shelf.watch())
    await asyncio.sleep(0.2)  # the watch is set up in a thread, and tells nobody when
    try:
        acts = memory if isinstance(memory, Store) else None
        yield Running(shelf, Front(shelf, settings, acts), watch)
    finally:
        assert not watch.done(), watch
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
