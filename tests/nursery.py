"""A process that has read the bot and the test servers and lends itself: what starts as a fork of it begins at once.

`python -m MODULE` spends up to a second of a processor on reading itself, and the tests start it a thousand times.
What a fork does is what `python -m MODULE WORDS` does from there on, in a process, a folder and an environment of its
own; SIGKILL ends it like any other. A long run (SOAK=1) starts every process in full, and so does whoever asks for it.
"""

import asyncio
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from tests import forks
from tests.sizes import WHOLE

ROOT = Path(__file__).parents[1]
PIPE, STDOUT, DEVNULL = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT, asyncio.subprocess.DEVNULL

GONE = "the nursery is gone; what it said is on standard error"


class _Pipe(asyncio.StreamReaderProtocol):
    """The end of a pipe that is read, and when it ended."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        super().__init__(reader)
        self.ended = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.ended.set()


@dataclass
class Fork:
    """A process that the nursery made; it is used like one of asyncio's."""

    pid: int
    stdin: BinaryIO | None
    stdout: asyncio.StreamReader | None
    stderr: asyncio.StreamReader | None
    _pipes: list[_Pipe]
    _code: asyncio.StreamReader
    returncode: int | None = None
    _burial: asyncio.Task[None] = field(init=False)

    def __post_init__(self) -> None:
        self._burial = asyncio.create_task(self._buried())

    async def wait(self) -> int:
        await asyncio.shield(self._burial)
        assert self.returncode is not None
        return self.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        """All it says, once it ended; nothing is said to it."""
        out, err = await asyncio.gather(*(_all(stream) for stream in (self.stdout, self.stderr)))
        await self.wait()
        return out, err

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def send_signal(self, number: int) -> None:
        if self.returncode is None:  # or the number may be another's by now
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def _buried(self) -> None:
        code = await self._code.read()
        assert code, GONE
        self.returncode = int(code)
        if self.stdin is not None:
            self.stdin.close()
        for pipe in self._pipes:
            await pipe.ended.wait()


Process = asyncio.subprocess.Process | Fork


async def start(
    module: str,
    *words: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: int | BinaryIO = DEVNULL,
    stdout: int | BinaryIO = DEVNULL,
    stderr: int | BinaryIO = STDOUT,
    whole: bool = WHOLE,
) -> Process:
    """`python -m MODULE WORDS`; `whole` starts a Python of its own."""
    environ = dict(os.environ if env is None else env)
    if whole:
        command = (sys.executable, "-m", module, *words)
        return await asyncio.create_subprocess_exec(
            *command, cwd=cwd, env=environ, stdin=stdin, stdout=stdout, stderr=stderr
        )
    order = {"module": module, "words": words, "cwd": str(cwd), "environ": environ}
    theirs, ours = _pipes(stdin, stdout, stderr)
    code, status = os.pipe()
    pid = await asyncio.to_thread(_nursery().fork, order, (*theirs, status))
    reading = [await _read(fd) if fd is not None else None for fd in (*ours[1:], code)]
    streams = [one[0] if one else None for one in reading]
    assert streams[-1] is not None
    mouth = None if ours[0] is None else os.fdopen(ours[0], "wb", buffering=0)
    return Fork(pid, mouth, streams[0], streams[1], [one[1] for one in reading if one], streams[-1])


def _pipes(
    stdin: int | BinaryIO, stdout: int | BinaryIO, stderr: int | BinaryIO
) -> tuple[tuple[int, ...], list[int | None]]:
    """Standard streams of the fork, to be closed here once it has them, and our ends of those that are pipes."""
    theirs: list[int] = []
    ours: list[int | None] = []
    for at, wanted in enumerate((stdin, stdout, stderr)):
        mine = None
        if wanted == PIPE:
            read, write = os.pipe()
            given, mine = (read, write) if at == 0 else (write, read)
        elif wanted == STDOUT:
            given = os.dup(theirs[1])
        elif wanted == DEVNULL:
            given = os.open(os.devnull, os.O_RDWR)
        else:
            given = os.dup(wanted if isinstance(wanted, int) else wanted.fileno())
        theirs.append(given)
        ours.append(mine)
    return tuple(theirs), ours


async def _read(fd: int) -> tuple[asyncio.StreamReader, _Pipe]:
    reader = asyncio.StreamReader()
    pipe = _Pipe(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: pipe, os.fdopen(fd, "rb", buffering=0))
    return reader, pipe


async def _all(stream: asyncio.StreamReader | None) -> bytes:
    return b"" if stream is None else await stream.read()


def run(module: str, *words: str, cwd: Path, env: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    """The exit code of `python -m MODULE WORDS` and what it said, for whoever may wait."""
    order = {"module": module, "words": words, "cwd": str(cwd), "environ": dict(env)}
    code, status = os.pipe()
    with TemporaryFile() as out, TemporaryFile() as err, os.fdopen(code, "rb") as end:
        _nursery().fork(order, (os.open(os.devnull, os.O_RDONLY), os.dup(out.fileno()), os.dup(err.fileno()), status))
        found = end.read()
        assert found, GONE
        for said in (out, err):
            said.seek(0)
        return int(found), out.read(), err.read()


class _Nursery:
    """The one of this process, which begins with the first order."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._line, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self._line, far):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, forks.LONGEST)
        with far:
            self._process = subprocess.Popen(
                (sys.executable, "-m", forks.__name__, str(far.fileno())),
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[far.fileno()],
            )
        atexit.register(self._end)

    def fork(self, order: Mapping[str, Any], fds: tuple[int, ...]) -> int:
        """The id of a process that does this; the files are its own from then on."""
        try:
            with self._turn:
                socket.send_fds(self._line, [json.dumps(order).encode()], fds)
                told = self._line.recv(forks.LONGEST)
        finally:
            for fd in fds:
                os.close(fd)
        assert told, GONE
        return int(told)

    def _end(self) -> None:
        self._line.close()
        self._process.wait()


_opened: list[_Nursery] = []
_opening = threading.Lock()


def _nursery() -> _Nursery:
    with _opening:
        if not _opened:
            _opened.append(_Nursery())
    return _opened[0]
