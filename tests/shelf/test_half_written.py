"""A file that is being written is served as it was before or as it is at the end, and never in between."""

import asyncio
import itertools
import json
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.content.folder import Caution
from tests.shelf.home import CONFIG, SOAK, USUAL, Home, Running, briefing, running, save

ROUNDS = 25 if SOAK else 3

OLD = briefing("harbour", "calm", "quiet")
NEW = briefing("harbour", "stormy", "loud", "wet", "cold") + "figures: []\ntimeline: []\n"
WORDS = {"calm", "quiet", "stormy", "loud", "wet", "cold"}
WHOLE = ({"calm", "quiet"}, {"stormy", "loud", "wet", "cold"})

# Truncates the file, makes a new one in its place, or writes over the old bytes; flushes and pauses between pieces.
WRITER = """
import json, os, sys, time
path, how, pieces = json.loads(sys.stdin.read())
if how == "new":
    os.rename(path, path + "~")
flags = {"truncate": os.O_TRUNC, "new": os.O_CREAT | os.O_EXCL, "over": 0}[how]
descriptor = os.open(path, os.O_WRONLY | flags, 0o644)
for text, pause in pieces:
    os.write(descriptor, text.encode())
    time.sleep(pause)
os.ftruncate(descriptor, sum(len(text.encode()) for text, _ in pieces))
os.close(descriptor)
"""


@asynccontextmanager
async def writing(path: Path, how: str, pieces: Sequence[tuple[str, float]]) -> AsyncIterator[None]:
    """Another process that writes while the block runs, and has ended after it."""
    writer = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, stdin=subprocess.PIPE)
    assert writer.stdin is not None
    writer.stdin.write(json.dumps([str(path), how, pieces]).encode())
    writer.stdin.close()
    ended = asyncio.create_task(writer.wait())
    try:
        yield
    finally:
        assert await ended == 0


def cut(text: str, at: Sequence[int], pauses: Sequence[float]) -> list[tuple[str, float]]:
    edges = [0, *sorted(at), len(text)]
    pieces = [text[begin:end] for begin, end in itertools.pairwise(edges)]
    return [(piece, pause) for piece, pause in zip(pieces, [*pauses, 0.0], strict=True)]


async def seen_while(bot: Running, seconds: float) -> list[set[str]]:
    """The words of each answer, whenever they are not those of the one before."""
    seen: list[set[str]] = []
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        answer = await bot.ask()
        words = {word for word in WORDS if f"{word}." in answer}
        if not seen or seen[-1] != words:
            seen.append(words)
        await asyncio.sleep(0.02)  # shorter than what is half written stands
    return seen


AFTER_A_SNIPPET = (NEW.index("  - id: s3"), NEW.index("  - id: s4"), NEW.index("figures:"))


@pytest.mark.parametrize("how", ["truncate", "new", "over"])
async def test_every_answer_is_the_old_edition_or_the_new(home: Home, how: str) -> None:
    home.write(harbour=OLD)
    dice = random.Random(4711)
    async with running(home, USUAL) as bot:
        for turn in range(ROUNDS):
            save(home.folder / "harbour.yaml", OLD)
            await bot.tells("calm", "quiet")
            at = AFTER_A_SNIPPET if turn == 0 else [dice.randrange(1, len(NEW)) for _ in range(3)]
            pauses = [0.7, 0.7, 0.7] if turn == 0 else [dice.uniform(0.05, 0.7) for _ in at]
            async with writing(home.folder / "harbour.yaml", how, cut(NEW, at, pauses)):
                seen = await seen_while(bot, sum(pauses) + 2)
            await bot.tells("stormy", "cold")
            assert all(words in WHOLE for words in seen), f"cut at {sorted(at)}, pauses {pauses}: {seen}"
            assert bot.problems("harbour.yaml") == []


async def test_a_new_file_shows_when_it_is_whole(home: Home) -> None:
    home.write(harbour=OLD)
    new = briefing("coast", "stormy", "loud", "wet", "cold")
    pieces = cut(new, [new.index("  - id: s2"), new.index("  - id: s4")], [0.7, 0.7])
    async with running(home, USUAL) as bot:
        (home.folder / "coast.yaml").touch()
        async with writing(home.folder / "coast.yaml", "truncate", pieces):
            seen = await seen_while(bot, 3)
        await bot.tells("stormy", "cold")
        assert all(words in (WHOLE[0], WORDS) for words in seen), seen


async def test_a_half_written_configuration_takes_no_command_away(home: Home) -> None:
    home.write(harbour=OLD)
    longer = CONFIG.replace("  caveats:", "  control: {title: Control, about: Control at home}\n  caveats:")
    pieces = cut(longer, [longer.index("  control:"), longer.index("  caveats:")], [0.7, 0.7])
    async with running(home, USUAL) as bot:
        sections = list(bot.shelf.rules.sections)
        async with writing(home.config, "truncate", pieces):
            for _ in range(250):
                assert list(bot.shelf.rules.sections) in (sections, ["impact", "control", "caveats"])
                await asyncio.sleep(0.01)
        await bot.tells("Control at home", line="help")


async def test_what_is_half_written_at_a_restart_is_waited_for(home: Home) -> None:
    home.write(harbour=OLD)
    async with running(home, USUAL):
        pass
    pieces = cut(NEW, [NEW.index("  - id: s3")], [0.7])
    async with writing(home.folder / "harbour.yaml", "truncate", pieces):
        await asyncio.sleep(0.3)
        async with running(home, USUAL) as bot:
            assert all(words in WHOLE for words in await seen_while(bot, 2))
            await bot.tells("stormy", "cold")


async def test_a_reload_is_as_patient(home: Home) -> None:
    home.write(harbour=OLD)
    async with running(home, USUAL) as bot:
        async with writing(home.folder / "harbour.yaml", "truncate", cut(NEW, AFTER_A_SNIPPET[:2], [0.7, 0.7])):
            await asyncio.sleep(0.2)
            reload = asyncio.create_task(bot.shelf.reload())
            assert all(words in WHOLE for words in await seen_while(bot, 2.5))
            await reload
        await bot.tells("stormy", "cold")


@pytest.mark.parametrize(
    ("caution", "at", "how"),
    [
        (replace(USUAL, still=0.0, doubtful=0.0), AFTER_A_SNIPPET, "truncate"),
        (replace(USUAL, doubtful=USUAL.still), AFTER_A_SNIPPET, "truncate"),
        (replace(USUAL, doubtful=USUAL.still), (NEW.index("stormy") + 6, *AFTER_A_SNIPPET[:2]), "new"),
    ],
)
async def test_without_the_wait_halves_are_served(home: Home, caution: Caution, at: Sequence[int], how: str) -> None:
    home.write(harbour=OLD)
    async with running(home, caution) as bot:
        async with writing(home.folder / "harbour.yaml", how, cut(NEW, at, [0.7] * len(at))):
            seen = await seen_while(bot, 2.5)
        assert any(words not in WHOLE for words in seen), seen
