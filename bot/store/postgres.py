"""PostgreSQL: one server that several machines share."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, func, select, text

from bot.errors import StartError

SIZE = 6
"""Connections that one process keeps open: its readers, its writer, and one to spare."""

# https://www.postgresql.org/docs/current/errcodes-appendix.html; a class stands for all of it.
_CAUSES = {
    "08": "the connection to it was lost",
    "25006": "it is read-only: a standby, perhaps; DATABASE_URL must name the primary",
    "28": "it does not let this user in; check the password and the server's pg_hba.conf",
    "3D": "the server has no database of that name; make it with createdb",
    "40": "others were writing the same at every try; nothing was changed",
    "42501": "its user may not do that; the bot must own its tables, and may have to make them",
    "53100": "the server's disk is full; nothing was changed, make room",
    "53300": "the server has too many connections open; raise max_connections, or use a pooler",
    "55P03": "it is locked: another session holds what is needed; nothing was changed",
    "57014": "the server took too long; nothing was changed",
    "57P": "the server is starting or was shut down",
}
# What the client library says before there is a session to say why: https://www.postgresql.org/docs/current/libpq.html
_SAID = (
    ("authentication failed", _CAUSES["28"]),
    ("no password supplied", _CAUSES["28"]),
    ("pg_hba.conf", _CAUSES["28"]),
    ("too many clients", _CAUSES["53300"]),
    ("remaining connection slots", _CAUSES["53300"]),
    ("does not exist", _CAUSES["3D"]),
    ("is starting up", _CAUSES["57P"]),
    ("is shutting down", _CAUSES["57P"]),
    ("not accept", _CAUSES["57P"]),
    ("resolve host", "there is no host of that name"),
    ("translate host name", "there is no host of that name"),
    ("SSL", "no secure connection came about; check sslmode and the certificates"),
    ("timeout expired", "the server does not answer"),
    ("timed out", "the server does not answer"),
    ("Connection refused", "nobody answers there; is the server running?"),
    ("No such file", "nobody answers there; is the server running?"),
    ("closed the connection", "the connection to it was lost"),
    ("connection is lost", "the connection to it was lost"),
    ("connection is closed", "the connection to it was lost"),
)

# For each transaction, because behind a pooler the next one may be in another session. A server that acknowledges
# before it has written would lose a claim with its power, and the digest would be sent twice.
_BEGIN = """
SELECT set_config('lock_timeout', '{patience}', true), set_config('statement_timeout', '{longest}', true),
set_config('TimeZone', 'UTC', true), set_config('synchronous_commit',
CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)
"""
_NOW = text("SELECT clock_timestamp()")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:about, 0))")
_KEPT_ALIVE: Mapping[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
}


class Postgres:
    """A database of a PostgreSQL server, which may be used by several machines."""

    shared = True
    is_there = True

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")

    def __str__(self) -> str:
        host = self._url.host or str(self._url.query.get("host", "")) or "this machine"
        port = f":{self._url.port}" if self._url.port else ""
        return f"the PostgreSQL database {self._url.database or self._url.username or ''} on {host}{port}"

    def prepare(self) -> None:
        """The server has what it needs; StartError where this program has not."""
        # Of what fails it logs a second warning, that what followed fails as well.
        logging.getLogger("psycopg").setLevel(logging.ERROR)
        try:
            import psycopg  # noqa: F401 it is only looked whether it is there
        except ImportError:
            raise StartError(
                'PostgreSQL needs a driver that is not installed: pip install "briefing-bot[postgres]"'
            ) from None

    def connect(self, patience: timedelta) -> Engine:
        """An engine on the database; the caller disposes it."""
        begun = text(_BEGIN.format(patience=_milliseconds(patience), longest=_milliseconds(12 * patience)))

        def begin(connection: Connection) -> None:
            connection.execute(begun)

        engine = create_engine(
            self._url,
            connect_args={**_KEPT_ALIVE, "prepare_threshold": None, "application_name": "briefing-bot"},
            pool_size=SIZE,
            max_overflow=0,
            pool_pre_ping=True,  # after a restart of the server, old connections are replaced unnoticed
            hide_parameters=True,  # they are texts, and would stand in errors and logs
        )
        event.listen(engine, "begin", begin)
        return engine

    def take_turns(self, connection: Connection, about: str) -> None:
        """Let nobody else go on who takes turns about the same, to the end of the transaction."""
        connection.execute(_ALONE, {"about": f"briefing-bot {about}"})

    def count_on(self, connection: Connection, table: Table) -> None:
        """Let the ids of a table go on after the largest there is.

        A sequence does not go back with its transaction, and so it never goes back here.
        """
        sequence = func.pg_get_serial_sequence(table.name, "id")
        largest = func.greatest(func.nextval(sequence), func.coalesce(func.max(table.c.id), 1))
        connection.execute(select(func.setval(sequence, largest)).select_from(table))

    def now(self, connection: Connection, mine: datetime) -> datetime:
        """The server's time: machines that share it need not agree on theirs."""
        found: datetime = connection.execute(_NOW).scalar_one()
        return found.astimezone(UTC)

    def settle(self, engine: Engine, patience: timedelta) -> None:
        """Nothing is to be set up."""

    def keep_copy(self, revision: str) -> str:
        """The server keeps no copy of its own: a step that fails is taken back whole. What is to be said of it."""
        return f"upgraded {self} from version {revision}; it keeps no copy, so have a backup of it"

    def cause(self, error: BaseException | None) -> str:
        """What went wrong, for the operator; no address and no user is repeated."""
        code = str(getattr(error, "sqlstate", None) or "")
        told = f"{error}"
        if not code:
            return next((cause for said, cause in _SAID if said in told), told.partition("\n")[0])
        known = (code[:length] for length in (5, 3, 2) if code[:length] in _CAUSES)
        return next((_CAUSES[one] for one in known), told.partition("\n")[0])

    def is_collision(self, error: BaseException | None) -> bool:
        """Whether the server took a transaction back because of another one, so that it may be done once more."""
        return str(getattr(error, "sqlstate", None) or "").startswith("40")


def _milliseconds(length: timedelta) -> str:
    return f"{max(1, round(length.total_seconds() * 1000))}ms"
