"""Standard output and standard error: what cannot be written there stops no work, and is told once."""

import io
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

OUT, ERR = 1, 2

UNWRITTEN = "briefing-bot: standard output cannot be written: {}. What it says is lost.\n"


class Outlet(io.FileIO):
    """A standard stream; the first write that fails is kept in `failed`, told, and is the last.

    The work goes on: no digest is left half sent and no bot taken down because nobody can hear of it.
    """

    failed: OSError | None = None

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write it, or pass over it where an earlier write failed; how many bytes of it are done with."""
        if self.failed is None:
            try:
                return super().write(data)
            except OSError as error:
                self.failed = error
                _tell(self.fileno(), error)
        return memoryview(data).nbytes


def _tell(fd: int, error: OSError) -> None:
    """Say it in one sentence; where the reader went away, as `head` does, there is nothing to say."""
    if fd == OUT and not isinstance(error, BrokenPipeError):
        with suppress(OSError):
            os.write(ERR, UNWRITTEN.format(error.strerror).encode())


def open_outlets() -> None:
    """Put both streams of this process in order, for all that is said from now on.

    A terminal that knows no "¶" gets "?" for it. A stream that was closed at the start leads nowhere.
    """
    sys.stdout, sys.stderr = _opened(sys.stdout, OUT), _opened(sys.stderr, ERR)


def _opened(stream: TextIO | None, fd: int) -> TextIO:
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if not isinstance(stream, io.TextIOWrapper) or stream.fileno() != fd:
        return stream  # a test's own
    stream.flush()
    outlet = io.BufferedWriter(Outlet(fd, "w", closefd=False))
    return io.TextIOWrapper(outlet, stream.encoding, "replace", line_buffering=stream.line_buffering)


def end(code: int, unheard: int) -> None:
    """End the process with `code`, or with `unheard` where its output could not be written.

    Where the reader of its output went away it ends as any program does then: by SIGPIPE, which a shell shows as 141.
    """
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    outlet = getattr(buffer, "raw", None)
    failed = outlet.failed if isinstance(outlet, Outlet) else None
    if isinstance(failed, BrokenPipeError):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGPIPE)
    sys.exit(unheard if failed else code)
