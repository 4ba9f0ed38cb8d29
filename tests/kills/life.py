"""The process under examination: started, asked by the command line, killed."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from tests.nursery import Process, start
from tests.product.running import surroundings

MODULE = os.environ.get("EXAMINED") or ("tests.kills.bot" if find_spec("tests.kills.bot") else "bot")
"""What is started with `python -m`; EXAMINED=tests.kills.sketch examines the small bot in every test."""

NOTHING: Mapping[str, str] = {}
CAP = 60.0
"""Seconds that anything may take which is not itself examined."""


@dataclass(frozen=True)
class Called:
    """A verb of the command line: its exit code, negative for the signal that ended it, and all it said."""

    code: int
    said: str

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


@dataclass
class Life:
    """One life of the bot, from its start to its end."""

    process: Process
    began: float
    log: Path
    _offset: int

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    @property
    def said(self) -> str:
        """What it said in this life, on both of its streams."""
        with self.log.open("rb") as file:
            file.seek(self._offset)
            return file.read().decode(errors="replace")

    async def ready(self) -> None:
        """Wait until it has started."""
        end = time.monotonic() + CAP
        while "Stop with" not in self.said:
            assert self.alive, f"it ended with {self.process.returncode}: {self.said}"
            assert time.monotonic() < end, f"it does not start: {self.said}"
            await asyncio.sleep(0.05)

    async def kill(self) -> bool:
        """End it as a power cut would; whether it was still alive."""
        alive = self.alive
        with suppress(ProcessLookupError):
            self.process.kill()
        return alive and await self.process.wait() == -signal.SIGKILL

    async def dies(self, within: float) -> bool:
        """Whether it ends by SIGKILL in time; ended otherwise it fails the test."""
        try:
            code = await asyncio.wait_for(self.process.wait(), within)
        except TimeoutError:
            return False
        assert code == -signal.SIGKILL, f"it ended with {code}: {self.said}"
        return True

    async def stop(self) -> None:
        """Ask it to stop, and see that it does."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        await asyncio.wait_for(self.process.wait(), CAP)


@dataclass
class Machine:
    """Where the bot lives: a home, an environment, and a file that all its lives write to."""

    home: Path
    environ: Mapping[str, str]
    module: str = MODULE
    lives: list[Life] = field(default_factory=list)
    _calls: int = 0

    @property
    def log(self) -> Path:
        return self.home.parent / f"{self.home.name}.log"

    async def begin(self, extra: Mapping[str, str]) -> Life:
        """Start the bot; `extra` are variables such as CRASH and MUTANT."""
        self.log.touch()
        offset = self.log.stat().st_size
        process = await self._start(["run"], self.log, extra)
        life = Life(process, time.monotonic(), self.log, offset)
        self.lives.append(life)
        return life

    async def call(self, *words: str, extra: Mapping[str, str] = NOTHING, kill_after: float | None = None) -> Called:
        """Run a verb, to its end or until it is killed after so many seconds."""
        self._calls += 1
        said = self.home.parent / f"{self.home.name}-{self._calls}.txt"
        said.touch()
        process = await self._start(list(words), said, extra)
        try:
            # It waits a minute for what it asked for, and stands behind all that was asked for before.
            code = await asyncio.wait_for(process.wait(), kill_after or 2 * CAP)
        except TimeoutError:
            assert kill_after, f"{' '.join(words)} does not end: {said.read_text()}"
            with suppress(ProcessLookupError):
                process.kill()
            code = await process.wait()
        return Called(code, said.read_text(encoding="utf-8", errors="replace"))

    async def states(self) -> dict[str, int]:
        """How many posts are in each state, and corrections, as `correction pending`."""
        called = await self.call("digest", "list", "--format", "json")
        assert called.code == 0, called.said
        # Warnings may stand above it, since both streams are read as one.
        found = json.loads(called.said[called.said.index("{") :])
        corrections = {f"correction {state}": count for state, count in found.get("corrections", {}).items()}
        return {str(state): int(count) for state, count in (found["deliveries"] | corrections).items()}

    async def end(self) -> None:
        """Leave nothing running."""
        for life in self.lives:
            await life.kill()

    def complaints(self) -> list[str]:
        """Lines in which it reports a fault of its own."""
        if not self.log.exists():
            return []
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if "Traceback" in line or "Unclosed" in line]

    async def _start(self, words: list[str], out: Path, extra: Mapping[str, str]) -> Process:
        words = [*words, "--config", str(self.home / "config.yaml")]
        environ = surroundings({"DESK_PASSWORD": "canary-of-the-exam", **self.environ, **extra})
        with out.open("ab") as file:
            return await start(self.module, *words, cwd=self.home, env=environ, stdout=file)
