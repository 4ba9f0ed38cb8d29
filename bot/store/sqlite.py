"""SQLite: one file on a disk of this machine."""

import os
import sqlite3
import stat
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from bot.errors import StoreError
from bot.store.host import refuse_network

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


class SqliteFile:
    """A database in a file."""

    shared = False

    def __init__(self, path: Path, mode: Literal["rw", "ro"] = "rw") -> None:
        self.path, self._mode = path, mode

    def __str__(self) -> str:
        return str(self.path)

    @property
    def is_there(self) -> bool:
        return self.path.exists()

    def prepare(self) -> None:
        """Make sure that a usable file is there, on a disk of this machine; a new one is its owner's alone.

        SQLite gives its -wal and -shm files the mode of the database. An existing file is only looked at:
        closing a second descriptor of it would drop the locks that this process holds.
        """
        refuse_network(self.path)
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except (FileNotFoundError, NotADirectoryError):
            raise StoreError(f"cannot use {self}: the folder {self.path.parent} does not exist") from None
        except FileExistsError:
            self._look_at()
        except PermissionError:
            raise StoreError(f"cannot use {self}: no permission to write in {self.path.parent}") from None

    def _look_at(self) -> None:
        mode = self.path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise StoreError(f"cannot use {self}: it is a folder, not a file")
        if not stat.S_ISREG(mode):
            raise StoreError(f"cannot use {self}: it is not a regular file")
        if not os.access(self.path, os.R_OK):
            raise StoreError(f"cannot use {self}: no permission to read it")
        if not os.access(self.path, os.W_OK):
            raise StoreError(f"cannot use {self}: {_CAUSES['SQLITE_READONLY']}")

    def connect(self, patience: timedelta) -> Engine:
        """An engine on the file, which exists; the caller disposes it."""
        opened = self.path.stat()

        def begin(connection: Connection) -> None:
            # SQLite would write on into a file that has lost its name, and all of it would be gone at the end.
            if not (self.path.exists() and os.path.samestat(opened, self.path.stat())):
                raise StoreError(f"cannot use {self}: it was moved or deleted while the bot ran; restart the bot")
            # The driver begins nothing by itself: a writer takes its lock at once, so that it never has to be
            # refused after it has read.
            writes = connection.get_execution_options().get("writes", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

        # Never rwc: a file that vanished is an error, and never made anew with the rights of the umask.
        engine = create_engine(
            URL.create("sqlite", database=self.path.as_uri(), query={"mode": self._mode, "uri": "true"}),
            connect_args={"timeout": patience.total_seconds(), "isolation_level": None},
            hide_parameters=True,  # they are texts, and would stand in errors and logs
        )
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", begin)
        return engine

    def take_turns(self, connection: Connection, about: str) -> None:
        """Who writes has the file alone as it is."""

    def count_on(self, connection: Connection, table: Table) -> None:
        """The next id of a table is one more than the largest there is."""

    def now(self, connection: Connection, mine: datetime) -> datetime:
        """The time of this machine, which is all that a file knows."""
        return mine

    def settle(self, engine: Engine, patience: timedelta) -> None:
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

    def keep_copy(self, revision: str) -> str:
        """Copy the file before it is changed; what was done."""
        copy = self.path.with_name(f"{self.path.name}.{revision}.bak")
        number = 1
        while copy.exists():
            number += 1
            copy = self.path.with_name(f"{self.path.name}.{revision}.{number}.bak")
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            with (
                closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
        except sqlite3.Error:
            copy.unlink()
            raise
        return f"kept a copy as {copy}"

    def cause(self, error: BaseException | None) -> str:
        """What went wrong, for the operator."""
        code = str(getattr(error, "sqlite_errorname", ""))
        primary = "_".join(code.split("_")[:2])
        return _CAUSES.get(primary) or f"{error}"

    def is_collision(self, error: BaseException | None) -> bool:
        """Whether the same may be done once more: never, for writers wait for one another here."""
        return False


def _set_up(connection: PoolProxiedConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")  # what was erased is not left in free pages
    cursor.close()
