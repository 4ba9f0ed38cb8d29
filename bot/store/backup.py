"""Backs a database up while it is in use: one moment of it, as a SQLite file of the same tables."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert

from bot.errors import StartError, StoreError
from bot.store.copying import TAKEN_NOTE, Progress, Side, copy_rows
from bot.store.database import PATIENCE, plain_errors, reading, writing
from bot.store.migrate import Kind, refuse_other, upgrade
from bot.store.sqlite import SqliteFile
from bot.store.tables import notes

CACHE = "PRAGMA cache_size=-65536"
"""Keys are spread over the whole of their index: with less, its pages are written again and again."""


def back_up(database: Kind, to: Path, now: datetime, told: Progress) -> int:
    """Write all that is in a database to a file that is not there yet; how many rows there were.

    The file is there once it is whole, and its owner's alone. StartError where it cannot be made, OldStore for a
    database of another revision, StoreError for the rest. `now` is the time of this machine.
    """
    if not database.is_there:
        raise StoreError(f"cannot use {database}: it is not there, so there is nothing to back up")
    with plain_errors(database):
        database.prepare()
        engine = database.connect(PATIENCE)
        try:
            refuse_other(engine, database)
            with _beside(to.absolute()) as part, reading(engine) as source:
                return _copy(Side(database, source), SqliteFile(part), database.now(source, now), told)
        finally:
            engine.dispose()


def _copy(source: Side, file: SqliteFile, taken: datetime, told: Progress) -> int:
    with plain_errors(file):
        engine = file.connect(PATIENCE)
        try:
            upgrade(engine, file)
            with writing(engine) as target:
                target.exec_driver_sql(CACHE)
                rows = copy_rows(source, Side(file, target), told)
                target.execute(insert(notes), {"name": TAKEN_NOTE, "value": taken.isoformat()})
        finally:
            engine.dispose()
    return rows


@contextmanager
def _beside(to: Path) -> Iterator[Path]:
    """A file beside the one that is wanted, which takes its name when all went well; else it is gone."""
    part = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    try:
        if to.exists() or to.is_symlink():
            raise StartError(f"{to} is there already, and nothing is overwritten. Name another file")
        if not to.parent.is_dir():
            raise StartError(f"there is no folder {to.parent} for the backup")
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StartError(f"{to} cannot be written: {error.strerror}") from error
    try:
        yield part
        _sync(part)
        _take_name(part, to)
    finally:
        for name in (part, part.with_name(f"{part.name}-journal")):
            name.unlink(missing_ok=True)
    with suppress(OSError):  # a file system that cannot do this for a folder does it by itself
        _sync(to.parent)


def _take_name(part: Path, to: Path) -> None:
    """Give the file its name; one that has it meanwhile stays."""
    try:
        to.hardlink_to(part)
    except FileExistsError:
        raise StartError(f"{to} is there already, and nothing is overwritten. Name another file") from None
    except OSError:  # a file system without hard links
        if to.exists():
            raise StartError(f"{to} is there already, and nothing is overwritten. Name another file") from None
        part.rename(to)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
