"""Backs a database up while it is in use: one moment of it, as a SQLite file of the same tables."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import insert

from bot.errors import StoreError
from bot.store.copying import TAKEN_NOTE, Progress, Side, copy_rows
from bot.store.database import PATIENCE, plain_errors, reading, writing
from bot.store.migrate import Kind, refuse_other, upgrade
from bot.store.sqlite import SqliteFile
from bot.store.tables import notes
from bot.whole import new_file

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
            with new_file(to.absolute(), "backup", 0o600) as part, reading(engine) as source:
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
