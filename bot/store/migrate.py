"""Brings a database to the newest revision, after a copy of what was there."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, column, inspect, select, table

from bot.errors import OldStore, StoreError
from bot.store.database import connect, file_of, plain_errors, to_its_end, touch, use_wal, writing
from bot.store.tables import REVISION

_NEW = "new"  # no table at all
_BASE = "0000"  # migrations have begun here and none was finished
_marker = table("alembic_version", column("version_num"))


async def migrate(url: str, beside: Path = Path()) -> list[str]:
    """Bring the database to the newest revision and say what was done; nothing, where it is there already.

    StartError for a URL that cannot be used, OldStore for a database of a newer bot, StoreError for the rest.
    """
    path = file_of(url, beside)
    return await to_its_end(None, lambda: _migrate(path))


def _migrate(path: Path) -> list[str]:
    with plain_errors(path):
        touch(path)
        engine = connect(path)
        try:
            done = _upgrade(engine, path)
            use_wal(engine)
        finally:
            engine.dispose()
    return done


def make_ready(engine: Engine, path: Path) -> None:
    """Fill an empty database and refuse one of another revision; OldStore says what the operator can do."""
    with engine.begin() as connection:
        found = _revision(connection, path)
    if found == _NEW:
        _upgrade(engine, path)
    elif found != REVISION:
        raise _refusal(path, found)
    use_wal(engine)


def _upgrade(engine: Engine, path: Path) -> list[str]:
    # One transaction: of two bots that do so at once, the second finds it done.
    with writing(engine) as connection:
        found = _revision(connection, path)
        if found == REVISION:
            return []
        if found == _NEW:
            done = [f"created {path}"]
        elif _is_older(found):
            # The write lock is held: nobody can change the file between the copy and the upgrade.
            done = [f"kept a copy as {_copy(path, found)}"]
        else:
            raise _refusal(path, found)
        return done + _run(connection)


def _revision(connection: Connection, path: Path) -> str:
    names = inspect(connection).get_table_names()
    if not names:
        return _NEW
    if _marker.name not in names:
        raise StoreError(f"cannot use {path}: it is a database of another program; name another file")
    return str(connection.scalar(select(_marker.c.version_num)) or _BASE)


def _is_older(revision: str) -> bool:
    # Revisions are numbers of four digits; whatever else stands there, this bot has not written.
    return re.fullmatch("[0-9]{4}", revision) is not None and revision < REVISION


def _refusal(path: Path, revision: str) -> OldStore:
    if _is_older(revision):
        return OldStore(
            f"{path} is at version {revision}, this bot needs {REVISION}: back it up and run `briefing-bot migrate`"
        )
    return OldStore(
        f"{path} was written by a newer bot: it is at version {revision}, this bot knows {REVISION}; "
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


def _copy(path: Path, revision: str) -> Path:
    copy = path.with_name(f"{path.name}.{revision}.bak")
    number = 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{path.name}.{revision}.{number}.bak")
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with (
            closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.Error:
        copy.unlink()
        raise
    return copy
