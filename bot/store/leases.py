"""Leases in the store: who sends for a lane, or holds the file, and until when."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, case, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Opened, reads, writes
from bot.store.delivery_tables import leases

PAST = datetime(1970, 1, 1, tzinfo=UTC)
"""Until when a lease is held that was given up."""

_fresh = insert(leases)
_lease = _fresh.on_conflict_do_update(
    index_elements=[leases.c.name],
    set_={
        "owner": _fresh.excluded.owner,
        "until": _fresh.excluded.until,
        "fence": leases.c.fence + case((leases.c.owner == _fresh.excluded.owner, literal(0)), else_=literal(1)),
    },
    # One that is far ahead was written by a clock that was: it ended when the clock was put right.
    where=or_(
        leases.c.owner == _fresh.excluded.owner,
        leases.c.until < bindparam("now"),
        leases.c.until > bindparam("never"),
    ),
).returning(leases.c.fence)
# The row stays, so that the fence goes on growing.
_release = (
    update(leases)
    .where(leases.c.name == bindparam("which"), leases.c.owner == bindparam("me"))
    .values(until=bindparam("past"))
)
_lease_of = select(leases.c.owner, leases.c.until).where(leases.c.name == bindparam("which"))


class Leases(Opened):
    """Leases by name; all methods may raise StoreError."""

    @writes
    def lease(self, connection: Connection, name: str, me: str, now: datetime, length: timedelta) -> int | None:
        """Take or renew a lease: its fence, or None where somebody else holds it.

        It runs by the database's time; `now` is the time of this machine, where the database has none of its own.
        """
        now = self.database.now(connection, now)
        row = {"name": name, "owner": me, "fence": 1, "until": now + length}
        found = connection.execute(_lease, {**row, "now": now, "never": now + 2 * length})
        fence: int | None = found.scalar_one_or_none()
        return fence

    @writes
    def release(self, connection: Connection, name: str, me: str) -> None:
        """Let others have it."""
        connection.execute(_release, {"which": name, "me": me, "past": PAST})

    @reads
    def leased(self, connection: Connection, name: str) -> tuple[str, datetime] | None:
        """Who holds a lease, and until when."""
        row = connection.execute(_lease_of, {"which": name}).first()
        return (row.owner, row.until) if row else None
