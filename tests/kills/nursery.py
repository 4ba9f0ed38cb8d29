"""A process that has read all of the bot and lends itself: each life of the bot is a fork of it, and begins at once.

`python -m bot` spends more than a second of a processor on reading itself, and the exam starts it hundreds of times.
What a fork does is what `python -m MODULE WORDS` does from there on, in a process, a folder and an environment of its
own; SIGKILL ends it like any other. A long run (SOAK=1) starts every process in full.
"""

import asyncio
import importlib
import json
import os
import pkgutil
import runpy
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.product.running import ROOT, surroundings


@dataclass
class Fork:
    """A process the nursery made; it is used like one of asyncio's."""

    pid: int
    ended: asyncio.Future[int]

    @property
    def returncode(self) -> int | None:
        return self.ended.result() if self.ended.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(self.ended)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if not self.ended.done():  # or the number may be another's by now
            os.kill(self.pid, number)


@dataclass
class Nursery:
    """Makes processes that run one module."""

    module: str
    _process: asyncio.subprocess.Process
    _forks: dict[int, Fork] = field(default_factory=dict)
    _asked: list[asyncio.Future[Fork]] = field(default_factory=list)
    _gone: bool = False

    @classmethod
    @asynccontextmanager
    async def opened(cls, module: str) -> AsyncIterator["Nursery"]:
        """A nursery; whatever it made is gone at the end."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.kills.nursery", module),
            cwd=ROOT,
            env=surroundings({}),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        found = cls(module, process)
        hearing = asyncio.create_task(found._hear())
        try:
            yield found
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()
            await hearing

    async def fork(self, words: list[str], cwd: Path, environ: Mapping[str, str], out: Path) -> Fork:
        """Run the module with these words; all it says is put at the end of a file."""
        assert not self._gone, "the nursery is gone; what it said is on standard error"
        answer: asyncio.Future[Fork] = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        order = {"words": words, "cwd": str(cwd), "environ": dict(environ), "out": str(out)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        return await answer

    async def _hear(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            told = json.loads(line)
            if told["code"] is None:
                fork = Fork(told["pid"], asyncio.get_running_loop().create_future())
                self._forks[fork.pid] = fork
                self._asked.pop(0).set_result(fork)
            else:
                self._forks.pop(told["pid"]).ended.set_result(told["code"])
        self._gone = True
        left: list[asyncio.Future[Any]] = [*self._asked, *(fork.ended for fork in self._forks.values())]
        for waiting in left:
            waiting.cancel("the nursery is gone")


# ---------------------------------------------------------------------- inside


def main(module: str) -> None:
    """Read everything, then fork for each order on standard input, until that ends."""
    for name in _all_of("bot"):
        importlib.import_module(name)
    importlib.import_module(module)
    children: set[int] = set()

    def buried(*_: Any) -> None:
        with suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                children.discard(found[0])
                _tell(found[0], os.waitstatus_to_exitcode(found[1]))

    for line in sys.stdin:
        order = json.loads(line)
        # Nothing is told of a child's end before its beginning was.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        signal.signal(signal.SIGCHLD, buried)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
            _become(module, order)
            return
        children.add(pid)
        _tell(pid, None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    for pid in list(children):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _become(module: str, order: Mapping[str, Any]) -> None:
    """Be `python -m MODULE WORDS` from here on."""
    out = os.open(order["out"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for mine, theirs in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(mine, theirs)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environ"])
    sys.argv = [module, *order["words"]]
    sys.modules.pop(module)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _tell(pid: int, code: int | None) -> None:
    os.write(1, json.dumps({"pid": pid, "code": code}).encode() + b"\n")


def _all_of(package: str) -> list[str]:
    """Every module of a package, but for those that run when they are read."""
    top = importlib.import_module(package)
    found = pkgutil.walk_packages(top.__path__, f"{package}.")
    return [one.name for one in found if not one.name.endswith("__main__") and ".migrations." not in one.name]


if __name__ == "__main__":
    main(sys.argv[1])
