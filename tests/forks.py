"""The process that lends itself as tests/nursery.py tells, from within."""

import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

READ = ("bot", "tests.servers", "tests.faults.bot", "tests.kills.bot")
"""What it reads before all; whatever else a module needs the fork reads by itself."""

LONGEST = 1 << 18
"""Bytes of an order."""

_children: dict[int, int] = {}
"""Where the exit code of each process is told."""


def main(line: socket.socket) -> None:
    """Read everything, then fork for each order, until nobody is there any more to give one."""
    for name in READ:
        for module in _all_of(name):
            importlib.import_module(module)
    gc.freeze()
    signal.signal(signal.SIGCHLD, _buried)
    while True:
        told, fds, _, _ = socket.recv_fds(line, LONGEST, 4)
        if not told:
            break
        # Nobody is buried before it is known that he lived.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        pid = os.fork()
        if pid == 0:
            line.close()
            for status in (fds[3], *_children.values()):
                os.close(status)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
            _become(json.loads(told), fds[:3])
            return
        _children[pid] = fds[3]
        for fd in fds[:3]:
            os.close(fd)
        line.send(str(pid).encode())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    for pid in list(_children):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _buried(*_: Any) -> None:
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            status = _children.pop(found[0])
            with suppress(BrokenPipeError):
                os.write(status, str(os.waitstatus_to_exitcode(found[1])).encode())
            os.close(status)


def _become(order: Mapping[str, Any], streams: list[int]) -> None:
    """Be `python -m MODULE WORDS` from here on."""
    for at, mine in enumerate(streams):
        os.dup2(mine, at)
        os.close(mine)
    # Those it was born with remember whether they could seek.
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout, sys.stderr = (_mouth(1, "strict"), _mouth(2, "backslashreplace"))
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environ"])
    time.tzset()
    module = order["module"]
    sys.argv = [module, *order["words"]]
    if not hasattr(sys.modules.get(module), "__path__"):
        sys.modules.pop(module, None)  # or runpy would warn that it is there already
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _mouth(number: int, errors: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(open(number, "wb", buffering=0, closefd=False), errors=errors, write_through=True)


def _all_of(name: str) -> list[str]:
    """A module, and every module below it but those that run when they are read and those that are tests."""
    top = importlib.import_module(name)
    below = pkgutil.walk_packages(top.__path__, f"{name}.") if hasattr(top, "__path__") else ()
    return [name, *(one.name for one in below if not _unread(one.name))]


def _unread(name: str) -> bool:
    return name.endswith(("__main__", "conftest", "control")) or ".test_" in name or ".migrations." in name


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
