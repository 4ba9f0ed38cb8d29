"""Which database a URL names."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import StartError
from bot.store.postgres import Postgres
from bot.store.sqlite import SqliteFile

MEND = 'write "sqlite:///state.db", or "postgresql://user:password@host/database"'


def database_of(url: str, beside: Path) -> SqliteFile | Postgres:
    """The database that a URL names; StartError where it names none that the bot can use.

    In SQLite's, three slashes name a file in the folder `beside`, four an absolute one; odd characters are
    percent-encoded. The URL itself is never repeated: a password may stand anywhere in it.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StartError(f"DATABASE_URL is not a database URL; {MEND}") from None
    kind, _, driver = parsed.drivername.partition("+")
    if kind != "sqlite" and url.count("@") > 1:  # what stands behind the first is taken for a host, and would be told
        raise StartError('DATABASE_URL has an "@" too many: in a user, a password or a name write it as %40')
    if kind in {"postgres", "postgresql"} and driver in {"", "psycopg"}:
        return Postgres(parsed)
    if parsed.drivername != "sqlite":
        raise StartError(f'DATABASE_URL asks for "{parsed.drivername}"; {MEND}')
    if parsed.host or not parsed.database or parsed.database.startswith(":memory:"):
        raise StartError(f"DATABASE_URL names no file; {MEND}")
    if parsed.query:
        raise StartError("DATABASE_URL takes no options after a question mark")
    return SqliteFile((beside / parsed.database).absolute())
