"""Houses to measure in: a folder with config.yaml, briefings and a store of its own, and a shelf over them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.corpus import SECTIONS, write
from bot.commands.base import Place
from bot.content.shelf import Shelf
from bot.front import Front
from bot.opening import open_shelf, settings_at_start
from bot.settings import Settings
from bot.store.memory import open_store

FILES = 400
SNIPPETS = 25
ROOT = Path(__file__).parents[1]

READER = Place("desk", "readers")
EDITOR = Place("desk", "editors")
"""Sees everything; with the reader's, two views are kept."""

_CONFIG = """\
briefings: briefings
sections:
{sections}
channels:
  readers: {{at: "desk:readers"}}
  editors: {{at: "desk:editors", audience: "TLP:RED"}}
"""


@dataclass(frozen=True, slots=True)
class House:
    """A shelf as the bot runs it, and the front that answers from it."""

    shelf: Shelf[Settings]
    front: Front


@contextmanager
def many() -> Iterator[Path]:
    """A folder with 10,000 snippets in 400 files; gives config.yaml."""
    with TemporaryDirectory(prefix="briefing-bench-") as name:
        home = Path(name)
        write(home / "briefings", FILES, SNIPPETS)
        sections = "\n".join(f"  {key}: {{title: {key.capitalize()}, about: About {key}}}" for key in SECTIONS)
        (home / "config.yaml").write_text(_CONFIG.format(sections=sections), encoding="utf-8")
        yield home / "config.yaml"


@asynccontextmanager
async def opened(config: Path) -> AsyncIterator[House]:
    """The house as `briefing-bot run` opens it, with its store on disk."""
    async with await open_store("sqlite:///state.db", config.parent) as store:
        remembered = await store.recall()
        settings, problems = settings_at_start(config, remembered.kept)
        shelf = await open_shelf(config, settings, store, remembered, problems)
        yield House(shelf, Front(shelf, settings))
