"""A full disk, a reader that went away and a closed stream: the work is done all the same, and told in one sentence."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.shell import NOWHERE
from tests.nursery import PIPE, Process, start

VERBS: tuple[tuple[str, ...], ...] = (
    ("check",),
    ("check", "--format", "json"),
    ("ask", "/impact"),
    ("export",),
    ("schema",),
    ("init", "desk"),
    ("manifest", "slack"),
    ("simulate",),
    ("migrate",),
    ("backup", "kept"),
    ("digest", "list"),
    ("doctor",),
    ("--help",),
    ("check", "--help"),
    ("--version",),
    (),
)
FULL = "briefing-bot: standard output cannot be written: No space left on device. What it says is lost."
ENVIRON = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **NOWHERE}


def ids(words: Sequence[str]) -> str:
    return " ".join(words) or "nothing"


async def started(home: Path, *words: str) -> Process:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        return await start("bot", *words, cwd=home, env=ENVIRON, stdout=full, stderr=PIPE)
    finally:
        os.close(full)


async def into_a_full_disk(home: Path, *words: str) -> tuple[int | None, list[str]]:
    """The exit code of a verb whose output goes to a full disk, and what it says beside."""
    verb = await started(home, *words)
    _, err = await asyncio.wait_for(verb.communicate(), 60)
    return verb.returncode, err.decode().splitlines()


@pytest.mark.parametrize("words", VERBS, ids=ids)
async def test_a_full_disk_behind_its_output_is_one_sentence_and_exit_code_2(home: Path, words: tuple[str]) -> None:
    if "backup" in words:
        await into_a_full_disk(home, "migrate")
    code, err = await into_a_full_disk(home, *words)
    assert code == 2
    assert err.count(FULL) == 1
    assert [line for line in err if "Traceback" in line or "Error" in line] == []


@pytest.mark.parametrize("words", [("check",), ("export",), ("migrate",), ("--help",), ()], ids=ids)
async def test_a_reader_that_went_away_ends_it_quietly_as_any_program(home: Path, words: tuple[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    verb = await start("bot", *words, cwd=home, env=ENVIRON, stdout=write, stderr=PIPE)
    os.close(write)
    _, err = await asyncio.wait_for(verb.communicate(), 60)
    assert verb.returncode == -signal.SIGPIPE
    assert "Error" not in err.decode()


async def test_what_a_verb_does_is_done_where_nobody_can_hear_of_it(home: Path) -> None:
    await into_a_full_disk(home, "migrate")
    assert (home / "state.db").is_file()
    await into_a_full_disk(home, "export", "--output", "out.md")
    assert "deeper" in (home / "out.md").read_text()


async def heard(bot: Process, *awaited: str) -> str:
    """What it says on standard error until all that is awaited was said."""
    assert bot.stderr is not None
    said = ""
    while not all(words in said for words in awaited):
        line = await asyncio.wait_for(bot.stderr.readline(), 60)
        assert line, said
        said += line.decode()
    return said


async def test_a_bot_runs_on_where_nobody_can_hear_of_it(home: Path) -> None:
    bot = await started(home, "run")
    said = await heard(bot, FULL, "harbour.yaml loaded")
    (home / "briefings" / "harbour.yaml").rename(home / "briefings" / "port.yaml")
    said += await heard(bot, "port.yaml loaded")
    bot.terminate()
    _, rest = await asyncio.wait_for(bot.communicate(), 60)
    said += rest.decode()
    assert bot.returncode == 2
    assert said.count(FULL) == 1
    assert "Traceback" not in said


SHELL = [
    ("check", ">&-", 0),
    ("check --nope", "2>/dev/full", 2),
    ("check --nope", "2>&-", 2),
    ("ask /impact", ">&-", 0),
    ("check", ">/dev/full 2>/dev/full", 2),
    ("schema", "| true", 141),
    ("check", "| cat", 0),
]


@pytest.mark.parametrize(("words", "into", "code"), SHELL, ids=[f"{words} {into}" for words, into, _ in SHELL])
def test_a_shell_sees_the_right_exit_code(home: Path, words: str, into: str, code: int) -> None:
    bot = f"set -o pipefail; {sys.executable} -m bot {words} {into}"
    environ = {**os.environ, **ENVIRON, "PYTHONUNBUFFERED": ""}  # so that something is left for the end
    done = subprocess.run(["bash", "-c", bot], cwd=home, env=environ, capture_output=True, timeout=60, check=False)
    assert done.returncode == code
    told = done.stderr.decode()
    assert "Traceback" not in told
    assert "Exception ignored" not in told
