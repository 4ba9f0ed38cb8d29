"""One edited file among 400 until it is served, and how late the event loop is while all 400 are taken in."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from benchmarks.figures import Figure, p99
from benchmarks.houses import EDITOR, READER, House, many, opened
from bot.commands.base import Ask, Asker, Place
from bot.content import readers, shelf
from bot.content.parse import Parsed, Sections
from bot.message import Claim

EDITS = 10
RELOADS = 3
SERVED = 100.0
"""Milliseconds from being found still to being served, at most, at the median."""
LAG = 60.0
"""Milliseconds that a sleep of one may be late at the 99th percentile, while everything is read again."""

WORDS = [f"quillomar{chr(97 + number)}" for number in range(EDITS)]
"""Words that no corpus holds."""


def measure() -> Iterator[Figure]:
    with many() as config:
        yield from asyncio.run(_measured(config))


async def _measured(config: Path) -> list[Figure]:
    async with opened(config) as house, _watched(house):
        reads = _Reads()
        files = sorted((config.parent / "briefings").glob("*.yaml"))
        for place in (READER, EDITOR):
            await _holds(house, "impact", "", place)
            await _holds(house, "search", "garrison", place)
        edits = [await _edited(house, reads, path, word) for path, word in zip(files[5::37], WORDS, strict=False)]
        served, whole = zip(*edits, strict=True)
        lags, reloads = [], []
        for number in range(RELOADS):
            late, taken = await _all_edited(house, reads, files, number)
            lags.append(late)
            reloads.append(taken)
    return [
        Figure("one edited file of 400: found still to answered, /impact and /search", served, "ms", SERVED),
        Figure("the slowest of these edits", (max(served),), "ms"),
        Figure("the same from the write on, with the wait until it is still", whole, "ms"),
        Figure("event loop late while 400 files are read again, p99", tuple(p99(late) for late in lags), "ms", LAG),
        Figure("the same, the latest", tuple(max(late) for late in lags), "ms"),
        Figure("400 files read again, from found still to served", tuple(reloads), "s"),
    ]


class _Reads:
    """Knows when the shelf found files still: that is when it begins to read them."""

    def __init__(self) -> None:
        self.begun = 0.0
        self._read = readers.read_some
        vars(shelf)["read_some"] = self.read_some  # the shelf needs no hook for it in the bot itself

    def read_some(self, folder: Path, names: Iterable[str], sections: Sections | None) -> list[Parsed]:
        names = list(names)
        if names:
            self.begun = self.begun or time.perf_counter()
        return self._read(folder, names, sections)


@asynccontextmanager
async def _watched(house: House) -> AsyncIterator[None]:
    watch = asyncio.create_task(house.shelf.watch())
    await asyncio.sleep(1)  # the folder's watch is set up in a thread, and tells nobody when
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _edited(house: House, reads: _Reads, path: Path, word: str) -> tuple[float, float]:
    """Milliseconds until two places are told the new word: since it was found still, and since it was written."""
    revision, reads.begun = house.shelf.state.revision, 0.0
    saved = _with(word, path)
    written = time.perf_counter()
    saved.replace(path)
    while not _told(house, path.stem, word):
        revision = await house.shelf.changed(revision)
    assert await _holds(house, "search", word, EDITOR)
    assert await _holds(house, "impact", word, EDITOR)
    answered = time.perf_counter()
    return (answered - reads.begun) * 1000, (answered - written) * 1000


def _with(word: str, path: Path) -> Path:
    """The file as an editor saves it: a first claim on impact that holds the word, beside the file it replaces."""
    text = path.read_text(encoding="utf-8")
    section = "    section: impact\n    text: "
    start = text.index(section) + len(section)
    saved = path.with_suffix(".new")
    saved.write_text(f"{text[:start]}In {word}, {text[start:]}", encoding="utf-8")
    return saved


async def _holds(house: House, command: str, text: str, place: Place = EDITOR) -> bool:
    reply = await house.front.answer(Ask(place, Asker("somebody"), command, text))
    first = next((block for block in reply.message.blocks if isinstance(block, Claim)), None)
    return first is not None and text in first.text


async def _all_edited(house: House, reads: _Reads, files: list[Path], number: int) -> tuple[list[float], float]:
    """How late each sleep of a millisecond was, and the seconds it took, until all files were served anew."""
    reads.begun = 0.0
    mark = f"Edition {number} tells that "
    for path in files:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("    text: ", f"    text: {mark}", 1), encoding="utf-8")
    lates: list[float] = []
    while not _all_marked(house, mark):
        asked = time.perf_counter()
        await asyncio.sleep(0.001)
        if reads.begun:
            lates.append((time.perf_counter() - asked - 0.001) * 1000)
    return lates, time.perf_counter() - reads.begun


def _told(house: House, name: str, word: str) -> bool:
    """Looked up and not asked: a word that nobody wrote has the whole vocabulary made for it."""
    briefings = house.shelf.views.edition.briefings
    return any(word in one.text for found in briefings if found.briefing.id == name for one in found.snippets)


def _all_marked(house: House, mark: str) -> bool:
    return all(briefing.snippets[0].text.startswith(mark) for briefing in house.shelf.views.edition.briefings)
