"""An open database: begins its transactions in threads, and turns its errors into sentences."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as SaTimeout

from bot.errors import StoreError

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S", bound="Opened")

COLLISIONS = 3
"""How often a transaction is begun anew that was taken back because of another one."""

READERS = 4
"""How many read at once; more wait for their turn."""

PATIENCE = timedelta(seconds=5)
"""How long a statement waits for another writer before it is refused."""


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


class Database(Protocol):
    """A database as it was named, and all in which its kind differs from the others."""

    shared: bool
    """Whether several machines may use it."""

    def connect(self, patience: timedelta) -> Engine: ...

    def take_turns(self, connection: Connection, about: str) -> None: ...

    def now(self, connection: Connection, mine: datetime) -> datetime: ...

    def cause(self, error: BaseException | None) -> str: ...

    def is_collision(self, error: BaseException | None) -> bool: ...


@contextmanager
def plain_errors(database: Database) -> Iterator[None]:
    """Everything the database or its file can answer leaves here as a StoreError of one sentence."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"cannot use {database}: {database.cause(error.orig)}") from error
    except SaTimeout as error:
        raise StoreError(f"cannot use {database}: all connections to it are busy") from error
    except sqlite3.Error as error:
        raise StoreError(f"cannot use {database}: {database.cause(error)}") from error
    except OSError as error:
        raise StoreError(f"cannot use {database}: {error.strerror}") from error


class Opened:
    """An open database: each transaction runs in a thread, from its beginning to its end."""

    def __init__(self, engine: Engine, database: Database) -> None:
        self._engine, self.database = engine, database
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
        with plain_errors(self.database):
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
            with plain_errors(self.database), reading(self._engine) as connection:
                return work(connection)

        return await self._run(self._readers, transaction)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do this in a transaction that writes: all of it, or nothing. Where others collide with it, it is repeated."""

        def transaction() -> T:
            with plain_errors(self.database):
                for _ in range(COLLISIONS):
                    try:
                        with writing(self._engine) as connection:
                            return work(connection)
                    except DBAPIError as error:
                        if not self.database.is_collision(error.orig):
                            raise
                with writing(self._engine) as connection:
                    return work(connection)

        return await self._run(self._writer, transaction)

    async def _run(self, threads: Executor, transaction: Callable[[], T]) -> T:
        if self._closed:
            raise StoreError(f"cannot use {self.database}: it is closed")
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
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one moment, and changes nothing."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it, or nothing."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


def plain_text(text: str) -> str:
    """Text that every database can hold: what strangers send may carry halves of characters and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")
