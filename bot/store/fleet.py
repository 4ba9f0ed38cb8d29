"""Replicas in the store: which processes share the database, what each serves, and who holds which lease."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Opened, reads, writes
from bot.store.delivery_tables import leases, replicas
from bot.store.replica_rows import Lease, Replica

_FIELDS = ("id", "host", "version", "edition", "files", "started_at", "seen_at")
_appear = insert(replicas)
_appear = _appear.on_conflict_do_update(
    index_elements=[replicas.c.id], set_={name: _appear.excluded[name] for name in ("edition", "files", "seen_at")}
)
# One that is ahead was written by a clock that was.
_gone = delete(replicas).where(
    (replicas.c.seen_at < bindparam("before")) | (replicas.c.seen_at > bindparam("after")),
    replicas.c.id != bindparam("me"),
)
_depart = delete(replicas).where(replicas.c.id == bindparam("me"))
_all = select(*(replicas.c[name] for name in _FIELDS)).order_by(replicas.c.started_at, replicas.c.id)
_held = select(leases.c.name, leases.c.owner, leases.c.fence, leases.c.until).order_by(leases.c.name)


class Fleet(Opened):
    """The processes that share the database; all methods may raise StoreError."""

    @reads
    def time(self, connection: Connection, mine: datetime) -> datetime:
        """The database's time; `mine` where it has none of its own."""
        return self.database.now(connection, mine)

    @writes
    def appear(self, connection: Connection, me: Replica, silent: timedelta) -> None:
        """Say that this process is there, and forget those that were silent for so long."""
        now = self.database.now(connection, me.seen_at)
        row = {name: getattr(me, name) for name in _FIELDS}
        connection.execute(_appear, {**row, "seen_at": now})
        connection.execute(_gone, {"before": now - silent, "after": now + silent, "me": me.id})

    @writes
    def depart(self, connection: Connection, me: str) -> None:
        connection.execute(_depart, {"me": me})

    @reads
    def fleet(self, connection: Connection) -> tuple[tuple[Replica, ...], tuple[Lease, ...]]:
        """The processes that were there lately, the longest there first, and all leases."""
        found = tuple(Replica(*row) for row in connection.execute(_all))
        return found, tuple(Lease(*row) for row in connection.execute(_held))
