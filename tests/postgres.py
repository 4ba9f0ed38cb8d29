"""A PostgreSQL server of the tests' own: in a temporary folder, on loopback, as somebody without rights."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Literal, Self

import psycopg

ROOT = Path(__file__).parent.parent
PASSWORD = "for-tests-alone"

# What the kernel has been given outlives a killed process, and no test cuts the power.
_SETTINGS = (
    "fsync=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=150", "listen_addresses=127.0.0.1",
    "max_wal_size=256MB", "jit=off", "log_min_messages=fatal",
)  # fmt: skip


def _free_port() -> int:
    """A port that nobody listens on, and no system gives to a connection: while the server is down it stays free."""
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port


class Cluster:
    """A server that can be stopped, killed and started again; each database of it is empty, or a copy of another."""

    def __init__(self) -> None:
        self._bin = programs()
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._data = self._folder / "data"
        self._numbers = count()
        self._as = _somebody()
        if self._as:
            shutil.chown(self._folder, self._as["user"], self._as["group"])
        self.port = _free_port()
        word = self._folder / "password"
        word.write_text(PASSWORD, encoding="ascii")
        word.chmod(0o644)
        self._do("initdb", "-D", self._data, "-U", "bot", "-A", "scram-sha-256", "--pwfile", word, "-E", "UTF8",
                 "--no-locale", "--no-sync")  # fmt: skip
        self._running: subprocess.Popen[Any] | None = None

    def start(self) -> Self:
        options = [word for setting in _SETTINGS for word in ("-c", setting)]
        where = ("-D", str(self._data), "-p", str(self.port), "-k", str(self._folder))
        line = [str(self._bin / "postgres"), *where, *options]
        with (self._folder / "log").open("ab") as log:
            running = subprocess.Popen(line, stdout=log, stderr=log, cwd="/", env=_ENV, **self._as)
        self._running = running
        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                assert running.poll() is None, (self._folder / "log").read_text(encoding="utf-8")
                assert time.monotonic() < until, "PostgreSQL did not start within a minute"
                time.sleep(0.05)
            else:
                return self

    def stop(self, how: Literal["fast", "immediate"] = "fast") -> None:
        """End it: with `immediate` as if it had crashed."""
        if self._running and self._running.poll() is None:
            self._do("pg_ctl", "-D", self._data, "-m", how, "-w", "stop")
            self._running.wait(60)

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://bot:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def make(self, template: str = "template0") -> str:
        """The URL of a database of its own."""
        name = f"t{next(self._numbers)}"
        self.say(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def say(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement by itself; its rows, if it has any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    def _do(self, program: str, *words: object) -> None:
        done = subprocess.run(
            [self._bin / program, *map(str, words)], capture_output=True, text=True, check=False, cwd="/", env=_ENV,
            **self._as,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


_ENV = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "Asia/Seoul"}


def programs() -> Path:
    """The folder of PostgreSQL's programs; a test that needs them fails without."""
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "scripts" / "postgres"), "--find"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr.strip()
    return Path(done.stdout.strip())


def _somebody() -> dict[str, Any]:
    """Whom the server runs as: it refuses to be root."""
    if os.getuid():
        return {}
    names = [one.pw_name for one in pwd.getpwall()]
    name = next(name for name in ("postgres", "nobody") if name in names)
    group = pwd.getpwnam(name).pw_gid
    return {"user": name, "group": group, "extra_groups": []}
