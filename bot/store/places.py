"""Places in the store that refuse the bot, until they are asked again."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, not_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Opened, reads, writes
from bot.store.delivery_tables import places
from bot.store.rows import PlaceRow

_suspend = insert(places).on_conflict_do_nothing(index_elements=[places.c.platform, places.c.channel])
_suspended = select(places.c.platform, places.c.channel, places.c.why, places.c.since, places.c.look_at)
_resume = delete(places).where(places.c.platform == bindparam("on"), places.c.channel == bindparam("there"))
_look_later = (
    update(places)
    .where(places.c.platform == bindparam("on"), places.c.channel == bindparam("there"))
    .values(look_at=bindparam("at"), why=bindparam("because"))
)
_untold = _suspended.where(not_(places.c.told)).order_by(places.c.since)
_tell = update(places).where(not_(places.c.told)).values(told=True)


class Places(Opened):
    """Suspended places; all methods may raise StoreError."""

    @reads
    def suspended(self, connection: Connection) -> tuple[PlaceRow, ...]:
        """Places that refuse the bot, the next to be asked again first."""
        found = connection.execute(_suspended.order_by(places.c.look_at))
        return tuple(PlaceRow(*row) for row in found)

    @writes
    def untold(self, connection: Connection) -> tuple[PlaceRow, ...]:
        """Places of whose refusal the admins are to hear; asked once, for then they count as told."""
        found = tuple(PlaceRow(*row) for row in connection.execute(_untold))
        if found:
            connection.execute(_tell)
        return found

    @writes
    def look_later(self, connection: Connection, platform: str, channel: str, at: datetime, why: str) -> None:
        connection.execute(_look_later, {"on": platform, "there": channel, "at": at, "because": why})

    @writes
    def resume(self, connection: Connection, platform: str, channel: str) -> None:
        """The place takes what is sent there again."""
        connection.execute(_resume, {"on": platform, "there": channel})


def put_place(connection: Connection, place: PlaceRow) -> None:
    """Suspend a place, within somebody's transaction; one that is suspended already stays as it is."""
    row = {name: getattr(place, name) for name in PlaceRow.__slots__}
    connection.execute(_suspend, {**row, "told": False})
