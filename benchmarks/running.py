"""Processes to measure: the bot in a folder of its own, or a bare one beside it, and what the machine tells of them."""

import json
import os
import shutil
import socket
import sys
from asyncio import FIRST_COMPLETED, create_subprocess_exec, create_task, subprocess, wait, wait_for
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from benchmarks.houses import ROOT

T = TypeVar("T")

PATIENCE = 30.0
BOT = ("-m", "bot", "run")

SECRET = "5ec7e7" * 5 + "00"
"""A signing secret for this machine alone."""

_TICK = os.sysconf("SC_CLK_TCK")
_OURS = ("DESK_", "DATABASE_", "DISCORD_", "SLACK_")
# Tells what is imported when the bot ends; it runs exactly as from its own command.
_LISTED = """
import json, sys
sys.argv = ["briefing-bot", "run"]
from bot.cli import main
try:
    main()
finally:
    print("\\nIMPORTED " + json.dumps([[name, getattr(module, "__file__", None) or ""]
                                      for name, module in list(sys.modules.items())]))
"""
LISTED = ("-c", _LISTED)


@contextmanager
def home(more: str) -> Iterator[Path]:
    """A folder such as `init` makes, with the desk on a free port and more lines in config.yaml."""
    with TemporaryDirectory(prefix="briefing-bench-") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "briefings", folder / "briefings")
        text = (ROOT / "config.yaml").read_text(encoding="utf-8")
        (folder / "config.yaml").write_text(f"{text}\ndesk: {{port: 0}}\n{more}\n", encoding="utf-8")
        yield folder


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def tokens() -> dict[str, str]:
    """Tokens that look sound and open nothing."""
    return {
        "SLACK_BOT_TOKEN": "-".join(("xoxb", "bench", "0" * 24)),
        "SLACK_APP_TOKEN": "-".join(("xapp", "1", "A0BENCH01", "0" * 64)),
        "SLACK_SIGNING_SECRET": SECRET,
        "DISCORD_TOKEN": ".".join(("b" * 26, "c" * 6, "d" * 38)),
    }


@asynccontextmanager
async def running(folder: Path, words: tuple[str, ...], environ: Mapping[str, str]) -> AsyncIterator["Running"]:
    """A Python process in that folder, with these variables and none of our own; it is gone at the end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    said = folder / "said.txt"
    with said.open("wb") as out:
        process = await create_subprocess_exec(
            *(sys.executable, *words),
            cwd=folder,
            env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **environ},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    found = Running(process, said)
    try:
        yield found
    finally:
        await found.end()


class Running:
    """A process under measurement."""

    def __init__(self, process: subprocess.Process, said: Path) -> None:
        self._process = process
        self._said = said

    def said(self) -> str:
        return self._said.read_text(encoding="utf-8", errors="replace")

    async def until(self, waiting: Coroutine[Any, Any, T]) -> T:
        """What was waited for; an error with the process's own words where it does not come."""
        wanted, ended = create_task(waiting), create_task(self._process.wait())
        try:
            await wait((wanted, ended), timeout=PATIENCE, return_when=FIRST_COMPLETED)
            if not wanted.done():
                raise RuntimeError(f"a process {'ended' if ended.done() else 'is silent'}: {self.said()[-2000:]}")
            return wanted.result()
        finally:
            wanted.cancel()
            ended.cancel()

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def processor(self) -> float:
        """Seconds of processor time so far, of all its threads."""
        stat = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / _TICK

    def resident(self) -> float:
        """MiB of memory that it holds."""
        lines = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Rss:")) / 1024

    def libraries(self) -> list[str]:
        """All modules of other people's that a LISTED bot had imported when it ended, in their order."""
        line = next(line for line in self.said().splitlines() if line.startswith("IMPORTED "))
        modules = json.loads(line.removeprefix("IMPORTED "))
        return [name for name, file in modules if "site-packages" in Path(file).parts]
