"""What was posted on the desk: a row for each post, by its key."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Opened, reads, writes
from bot.store.delivery_tables import pins
from bot.store.rows import Pinned

_FIELDS = ("key", "channel", "body", "at")
_pin = insert(pins).on_conflict_do_nothing(index_elements=[pins.c.key])
_pinned = select(*(pins.c[name] for name in _FIELDS))
_by_key = _pinned.where(pins.c.key == bindparam("named"))
_wall = (
    _pinned.where(or_(pins.c.channel == bindparam("there"), bindparam("there") == ""))
    .order_by(pins.c.at.desc(), pins.c.key)
    .limit(bindparam("most"))
)
_repin = update(pins).where(pins.c.key == bindparam("named")).values(body=bindparam("text"))
_unpin = delete(pins).where(pins.c.key == bindparam("named"))


class PinBoard(Opened):
    """Posts of the desk; all methods may raise StoreError."""

    @writes
    def pin(self, connection: Connection, key: str, channel: str, body: str, at: datetime) -> None:
        """Post under a key; what is there under it stays."""
        connection.execute(_pin, {"key": key, "channel": channel, "body": body, "at": at})

    @reads
    def pinned(self, connection: Connection, key: str) -> Pinned | None:
        row = connection.execute(_by_key, {"named": key}).first()
        return Pinned(*row) if row else None

    @writes
    def repin(self, connection: Connection, key: str, body: str) -> None:
        connection.execute(_repin, {"named": key, "text": body})

    @writes
    def unpin(self, connection: Connection, key: str) -> None:
        connection.execute(_unpin, {"named": key})

    @reads
    def wall(self, connection: Connection, channel: str | None, limit: int) -> Sequence[Pinned]:
        """The newest posts of one channel, or of all."""
        found = connection.execute(_wall, {"there": channel or "", "most": limit})
        return tuple(Pinned(*row) for row in found)
