"""Places in the store that refuse the bot, until they are asked again."""

from datetime import datetime

from sqlalchemy import bindparam, delete, not_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Opened, unbroken
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

    @unbroken
    async def suspended(self) -> tuple[PlaceRow, ...]:
        """Places that refuse the bot, the next to be asked again first."""
        async with self._reading() as connection:
            found = await connection.execute(_suspended.order_by(places.c.look_at))
        return tuple(PlaceRow(*row) for row in found)

    @unbroken
    async def untold(self) -> tuple[PlaceRow, ...]:
        """Places of whose refusal the admins are to hear; asked once, for then they count as told."""
        async with self._writing() as connection:
            found = tuple(PlaceRow(*row) for row in await connection.execute(_untold))
            if found:
                await connection.execute(_tell)
        return found

    @unbroken
    async def look_later(self, platform: str, channel: str, at: datetime, why: str) -> None:
        async with self._writing() as connection:
            await connection.execute(_look_later, {"on": platform, "there": channel, "at": at, "because": why})

    @unbroken
    async def resume(self, platform: str, channel: str) -> None:
        """The place takes what is sent there again."""
        async with self._writing() as connection:
            await connection.execute(_resume, {"on": platform, "there": channel})


async def put_place(connection: AsyncConnection, place: PlaceRow) -> None:
    """Suspend a place, within somebody's transaction; one that is suspended already stays as it is."""
    row = {name: getattr(place, name) for name in PlaceRow.__slots__}
    await connection.execute(_suspend, {**row, "told": False})
