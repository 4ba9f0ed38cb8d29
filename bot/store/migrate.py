"""Brings a database to the newest revision, after a copy of what was there."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, column, inspect, select, table
from sqlalchemy.dialects.postgresql import insert

from bot.errors import OldStore, StoreError
from bot.store.database import PATIENCE, plain_errors, reading, to_its_end, writing
from bot.store.kinds import database_of
from bot.store.postgres import Postgres
from bot.store.sqlite import SqliteFile
from bot.store.tables import REVISION, SERVES, notes

Kind = SqliteFile | Postgres

UPGRADING = timedelta(minutes=1)
"""How long an upgrade waits for another one, and for those who use the tables."""

_NEW = "new"  # no table at all
_BASE = "0000"  # migrations have begun here and none was finished
SERVES_NOTE = "oldest bot that this database serves"
"""The note in which a database says so."""

_note = insert(notes)
_note = _note.on_conflict_do_update(index_elements=[notes.c.name], set_={"value": _note.excluded.value})
_marker = table("alembic_version", column("version_num"))


async def migrate(url: str, beside: Path = Path()) -> list[str]:
    """Bring the database to the newest revision and say what was done; nothing, where it is there already.

    StartError for a URL that cannot be used, OldStore for a database of a newer bot, StoreError for the rest.
    """
    database = database_of(url, beside)
    return await to_its_end(None, lambda: _migrate(database))


def _migrate(database: Kind) -> list[str]:
    with plain_errors(database):
        database.prepare()
        engine = database.connect(UPGRADING)
        try:
            done = upgrade(engine, database)
            database.settle(engine, PATIENCE)
        finally:
            engine.dispose()
    return done


def make_ready(engine: Engine, database: Kind, patience: timedelta) -> None:
    """Fill an empty database and refuse one of another revision, but for a newer one that serves this bot as well.

    OldStore says what the operator can do.
    """
    with reading(engine) as connection:
        found = _revision(connection, database)
        serves = found == REVISION or (_is_newer(found) and _serves(connection) <= REVISION)
    if found == _NEW:
        upgrade(engine, database)
    elif not serves:
        raise _refusal(database, found)
    database.settle(engine, patience)


def refuse_other(engine: Engine, database: Kind) -> None:
    """OldStore for a database that is not of this bot's own revision; StoreError where there are no tables."""
    with reading(engine) as connection:
        found = _revision(connection, database)
    if found == _NEW:
        raise StoreError(f"cannot use {database}: it is empty, so there is nothing in it")
    if found != REVISION:
        raise _refusal(database, found)


def is_older(database: Kind) -> bool:
    """Whether a database is of an older revision."""
    engine = database.connect(PATIENCE)
    try:
        with reading(engine) as connection:
            return _is_older(_revision(connection, database))
    finally:
        engine.dispose()


def upgrade(engine: Engine, database: Kind, *, keep_copy: bool = True) -> list[str]:
    """Make or bring the tables to the newest revision, in one transaction; what was done."""
    # One transaction: of two bots that do so at once, the second finds it done.
    with writing(engine) as connection:
        database.take_turns(connection, "tables")
        found = _revision(connection, database)
        if found == REVISION:
            return []
        if found == _NEW:
            done = [f"created {database}"]
        elif _is_older(found):
            # The write lock is held: nobody can change the file between the copy and the upgrade.
            done = [database.keep_copy(found)] if keep_copy else []
        else:
            raise _refusal(database, found)
        done += _run(connection)
        connection.execute(_note, {"name": SERVES_NOTE, "value": SERVES})
        return done


def _revision(connection: Connection, database: Kind) -> str:
    names = inspect(connection).get_table_names()
    if not names:
        return _NEW
    if _marker.name not in names:
        raise StoreError(f"cannot use {database}: it is a database of another program; name another one")
    return str(connection.scalar(select(_marker.c.version_num)) or _BASE)


def _serves(connection: Connection) -> str:
    """The oldest bot that these tables say they serve; none but the newest, where they do not."""
    named = inspect(connection).has_table(notes.name)
    told = connection.scalar(select(notes.c.value).where(notes.c.name == SERVES_NOTE)) if named else None
    return told if told and _is_number(told) else "9999"


def _is_older(revision: str) -> bool:
    return _is_number(revision) and revision < REVISION


def _is_newer(revision: str) -> bool:
    return _is_number(revision) and revision > REVISION


def _is_number(revision: str) -> bool:
    # Revisions are numbers of four digits; whatever else stands there, no bot has written.
    return re.fullmatch("[0-9]{4}", revision) is not None


def _refusal(database: Kind, revision: str) -> OldStore:
    if _is_older(revision):
        return OldStore(
            f"{database} is at version {revision}, this bot needs {REVISION}: back it up and run `briefing-bot migrate`"
        )
    return OldStore(
        f"{database} was written by a newer bot: it is at version {revision}, this bot knows {REVISION}; "
        "install the newer bot, or restore an older copy"
    )


def _run(connection: Connection) -> list[str]:
    # Only a new or an old database needs alembic: a usual start does without its import.
    from alembic import command
    from alembic.config import Config

    done: list[str] = []

    def note(*, step: Any, **_: Any) -> None:
        done.append(f"{step.up_revision.revision}: {step.up_revision.doc}")

    config = Config(attributes={"connection": connection, "on_version_apply": note})
    config.set_main_option("script_location", "bot.store:migrations")
    command.upgrade(config, "head")
    return done
