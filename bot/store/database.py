"""Opens a database by its URL, begins its transactions, and turns its errors into sentences."""

import asyncio
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from bot.errors import StartError, StoreError

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S", bound="Opened")

READERS = 4
"""How many read at once; more wait for their turn."""

PATIENCE = timedelta(seconds=5)
"""How long a statement waits for another writer before it is refused."""

# https://www.sqlite.org/rescode.html; an extended code begins with the name of its primary one.
_CAUSES = {
    "SQLITE_AUTH": "permission is denied",
    "SQLITE_BUSY": "it is locked: another program is writing to it; try again, or stop the other one",
    "SQLITE_CANTOPEN": "it cannot be opened; does the bot own the folder, and may it open more files?",
    "SQLITE_CORRUPT": "it is damaged; restore a copy",
    "SQLITE_FULL": "the disk is full; nothing was changed, make room",
    "SQLITE_IOERR": "the disk fails to read or write; nothing was changed, check the disk and its quota",
    "SQLITE_LOCKED": "it is locked: another program is writing to it; try again, or stop the other one",
    "SQLITE_NOTADB": "it is not a database; move it away, or name another file in DATABASE_URL",
    "SQLITE_PERM": "permission is denied",
    "SQLITE_READONLY": "it is read-only; the bot must be able to write to the file and its folder",
}


def file_of(url: str, beside: Path) -> Path:
    """The file that a database URL names; StartError where it names none that this version can use.

    Three slashes name a file in the folder `beside`, four an absolute one; odd characters are
    percent-encoded. The URL itself is never repeated: a password may stand anywhere in it.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StartError('DATABASE_URL is not a database URL; write "sqlite:///state.db"') from None
    kind = parsed.drivername.partition("+")[0]
    if kind in {"postgres", "postgresql"}:
        raise StartError('PostgreSQL is not supported yet by this version; write "sqlite:///state.db"')
    if parsed.drivername != "sqlite":
        raise StartError(f'DATABASE_URL asks for "{kind}"; write "sqlite:///state.db"')
    if parsed.host or not parsed.database or parsed.database.startswith(":memory:"):
        raise StartError('DATABASE_URL names no file; write "sqlite:///state.db"')
    if parsed.query:
        raise StartError("DATABASE_URL takes no options after a question mark")
    return (beside / parsed.database).absolute()


async def to_its_end(threads: Executor | None, work: Callable[[], T]) -> T:
    """Do this in a thread, to its end although its caller is cancelled; the caller waits, and is cancelled then.

    A connection that is left in the middle of a transaction keeps its lock until it is collected as garbage.
    """
    future = asyncio.get_running_loop().run_in_executor(threads, work)
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None and not future.cancelled():
        raise cancelled from future.exception()
    return future.result()


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Everything the database or its file can answer leaves here as a StoreError of one sentence."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"cannot use {path}: {_cause(error.orig)}") from error
    except sqlite3.Error as error:
        raise StoreError(f"cannot use {path}: {_cause(error)}") from error
    except OSError as error:
        raise StoreError(f"cannot use {path}: {error.strerror}") from error


def _cause(error: BaseException | None) -> str:
    code = str(getattr(error, "sqlite_errorname", ""))
    primary = "_".join(code.split("_")[:2])
    return _CAUSES.get(primary) or f"{error}"


def touch(path: Path) -> None:
    """Make sure that a usable file is there; a new one is its owner's alone.

    SQLite gives its -wal and -shm files the mode of the database. An existing file is only looked at:
    closing a second descriptor of it would drop the locks that this process holds.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(f"cannot use {path}: the folder {path.parent} does not exist") from None
    except FileExistsError:
        _look_at(path)
    except PermissionError:
        raise StoreError(f"cannot use {path}: no permission to write in {path.parent}") from None


def _look_at(path: Path) -> None:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise StoreError(f"cannot use {path}: it is a folder, not a file")
    if not stat.S_ISREG(mode):
        raise StoreError(f"cannot use {path}: it is not a regular file")
    if not os.access(path, os.R_OK):
        raise StoreError(f"cannot use {path}: no permission to read it")
    if not os.access(path, os.W_OK):
        raise StoreError(f"cannot use {path}: {_CAUSES['SQLITE_READONLY']}")


def connect(path: Path, patience: timedelta = PATIENCE) -> Engine:
    """An engine on an existing file; the caller disposes it."""
    opened = path.stat()

    def begin(connection: Connection) -> None:
        # SQLite would write on into a file that has lost its name, and all of it would be gone at the end.
        if not (path.exists() and os.path.samestat(opened, path.stat())):
            raise StoreError(f"cannot use {path}: it was moved or deleted while the bot ran; restart the bot")
        # The driver begins nothing by itself: a writer takes its lock at once, so that it never has to be
        # refused after it has read.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    # mode=rw: a file that vanished is an error, and never made anew with the rights of the umask.
    engine = create_engine(
        URL.create("sqlite", database=path.as_uri(), query={"mode": "rw", "uri": "true"}),
        connect_args={"timeout": patience.total_seconds(), "isolation_level": None},
        hide_parameters=True,  # they are texts, and would stand in errors and logs
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", begin)
    return engine


def _set_up(connection: PoolProxiedConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


class Opened:
    """An open database: each transaction runs in a thread, from its beginning to its end."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine, self._path = engine, path
        # SQLite's writers wait by trying again, and may starve: those of one process take turns instead.
        self._writer = ThreadPoolExecutor(1, "store-writer")
        self._readers = ThreadPoolExecutor(READERS, "store-reader")
        self._closed = False

    async def close(self) -> None:
        self._closed = True
        await to_its_end(None, self._close)

    def _close(self) -> None:
        self._writer.shutdown()
        self._readers.shutdown()
        with plain_errors(self._path):
            self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do this in a transaction that sees one moment."""

        def transaction() -> T:
            with plain_errors(self._path), self._engine.begin() as connection:
                return work(connection)

        return await self._run(self._readers, transaction)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do this in a transaction that writes: all of it, or nothing."""

        def transaction() -> T:
            with plain_errors(self._path), writing(self._engine) as connection:
                return work(connection)

        return await self._run(self._writer, transaction)

    async def _run(self, threads: Executor, transaction: Callable[[], T]) -> T:
        if self._closed:
            raise StoreError(f"cannot use {self._path}: it is closed")
        return await to_its_end(threads, transaction)


def reads(work: Callable[Concatenate[S, Connection, P], T]) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Make a coroutine of a method that reads: it is given a connection."""

    @wraps(work)
    async def called(store: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await store.read(lambda connection: work(store, connection, *args, **kwargs))

    return called


def writes(work: Callable[Concatenate[S, Connection, P], T]) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Make a coroutine of a method that writes: it is given a connection."""

    @wraps(work)
    async def called(store: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await store.write(lambda connection: work(store, connection, *args, **kwargs))

    return called


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it, or nothing."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


def use_wal(engine: Engine, patience: timedelta = PATIENCE) -> None:
    """Let readers and a writer work side by side; the file remembers it, a restored copy may not."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        # SQLite's own patience does not cover this statement: of two that begin at once, one is refused.
        until = time.monotonic() + patience.total_seconds()
        while True:
            try:
                driver.execute("PRAGMA journal_mode=WAL").fetchall()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return


def plain_text(text: str) -> str:
    """Text that every database can hold: what strangers send may carry halves of characters and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")
