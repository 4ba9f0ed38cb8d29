"""Puts a backup into a database, so that nothing it does not know of is sent twice; all of it, or nothing."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import delete, select

from bot.content.memory import Kept
from bot.errors import StartError
from bot.store.copying import TABLES, TAKEN_NOTE, Progress, Side, copy_rows, count_rows
from bot.store.database import PATIENCE, plain_errors, reading, writing
from bot.store.in_use import take_all
from bot.store.memory import kept_files
from bot.store.migrate import SERVES_NOTE, UPGRADING, Kind, is_older, make_ready, refuse_other, upgrade
from bot.store.rows import Planned, Schedule, Subscription
from bot.store.since import doubt_all, pass_over
from bot.store.slots import known_schedules, write_plan
from bot.store.sqlite import SqliteFile
from bot.store.subscriptions import known_subscriptions
from bot.store.tables import notes


class Decide(Protocol):
    """Says what is to be written down of the time since the backup; `why` is the reason why nothing of it is sent.

    It is given the last good files, the subscriptions, and how far each schedule was planned.
    """

    def __call__(
        self,
        kept: Sequence[Kept],
        subscriptions: Sequence[Subscription],
        known: Mapping[str, Schedule],
        now: datetime,
        why: str,
    ) -> tuple[Sequence[Schedule], Sequence[Planned]]: ...


_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be put where. `replace` lets go of what is there; `is_dead` tells of the owner of a lease.

    `now` is the time of this machine.
    """

    file: Path
    database: Kind
    replace: bool
    now: datetime
    decide: Decide
    is_dead: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: how many rows there are, how many deliveries are doubted, how many slots are passed over.

    `taken` is when the backup was taken, where it says so.
    """

    rows: int
    doubted: int
    passed_over: int
    taken: datetime | None


def restore(order: Order, told: Progress) -> Restored:
    """Put a backup into a database in one transaction.

    StartError where the file is no backup or a bot uses the database, OldStore for one of a newer bot, StoreError for
    the rest; then nothing is changed.
    """
    database = order.database
    with _opened(order.file, database) as source, plain_errors(database):
        database.prepare()
        engine = database.connect(UPGRADING)
        try:
            make_ready(engine, database, PATIENCE)
            refuse_other(engine, database)
            with writing(engine) as connection:
                return _put(order, source, Side(database, connection), told)
        finally:
            engine.dispose()


def _put(order: Order, source: Side, target: Side, told: Progress) -> Restored:
    database, connection = target.database, target.connection
    database.take_turns(connection, "tables")
    now = database.now(connection, order.now)
    take_all(connection, database, now, order.is_dead)
    _make_room(target, replace=order.replace)
    rows, taken = copy_rows(source, target, told), _taken(source)
    for table in TABLES:
        if "id" in table.c:
            database.count_on(connection, table)
    when = f"a backup of {taken:%Y-%m-%d %H:%M} UTC" if taken else "an older copy"
    reason = f"restored from {when}: it may have been sent"
    doubted, passed = doubt_all(connection, now), pass_over(connection, reason, now)
    known, due = order.decide(
        kept_files(connection), known_subscriptions(connection), known_schedules(connection), now, reason
    )
    passed += len(write_plan(connection, known, due, now))
    return Restored(rows, doubted, passed, taken)


def _make_room(target: Side, *, replace: bool) -> None:
    there = count_rows(target)
    if there and not replace:
        raise StartError(
            f"{target.database} is not empty: it holds {there:,} rows. Name an empty one, or say --replace"
        )
    for table in reversed(TABLES):
        found = delete(table)
        target.connection.execute(found.where(notes.c.name != SERVES_NOTE) if table is notes else found)


def _taken(source: Side) -> datetime | None:
    with plain_errors(source.database):
        found: str | None = source.connection.scalar(select(notes.c.value).where(notes.c.name == TAKEN_NOTE))
    return datetime.fromisoformat(found) if found else None


@contextmanager
def _opened(file: Path, but: Kind) -> Iterator[Side]:
    """A backup, read at one moment; one of an older bot is brought to this one's tables, on a copy."""
    _look_at(file, but)
    backup = SqliteFile(file.absolute(), mode="ro")
    with plain_errors(backup), tempfile.TemporaryDirectory(prefix="briefing-bot-") as folder:
        if is_older(backup):
            backup = _upgraded(file, Path(folder) / file.name)
        engine = backup.connect(PATIENCE)
        try:
            refuse_other(engine, backup)
            with reading(engine) as connection:
                yield Side(backup, connection)
        finally:
            engine.dispose()


def _look_at(file: Path, but: Kind) -> None:
    """StartError where a file is no SQLite database, or is the one that it is to be put into."""
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(_MAGIC))
    except OSError as error:
        raise StartError(f"{file} cannot be read: {error.strerror}") from error
    if begins != _MAGIC:
        raise StartError(f"{file} is no backup of a briefing bot")
    if isinstance(but, SqliteFile) and but.is_there and but.path.samefile(file):
        raise StartError(f"{file} is the database itself. Name a backup of it")


def _upgraded(file: Path, copy: Path) -> SqliteFile:
    copy.touch(mode=0o600)
    backup = SqliteFile(copy)
    with (
        plain_errors(backup),
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    engine = backup.connect(PATIENCE)
    try:
        upgrade(engine, backup, keep_copy=False)
    finally:
        engine.dispose()
    return backup
