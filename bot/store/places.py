"""Places in the store that refuse the bot, or that it left, until they let it in again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Text, bindparam, delete, func, not_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Opened, plain_text, reads, writes
from bot.store.delivery_tables import deliveries, places
from bot.store.notice_tables import notices
from bot.store.rows import PlaceRow
from bot.store.subscription_tables import subscriptions
from bot.store.tables import reports

_FIELDS = ("platform", "channel", "why", "since", "look_at", "left_at")
_suspend = insert(places)
# One that is suspended already stays as it is, but for the bot's having left it, which explains all else.
_suspend_known = _suspend.on_conflict_do_nothing(index_elements=[places.c.platform, places.c.channel])
_leave = _suspend.on_conflict_do_update(
    index_elements=[places.c.platform, places.c.channel],
    set_={"why": _suspend.excluded.why, "left_at": func.coalesce(places.c.left_at, _suspend.excluded.left_at)},
)
_suspended = select(*(places.c[name] for name in _FIELDS))
_there = (places.c.platform == bindparam("on"), places.c.channel == bindparam("there"))
_resume = delete(places).where(*_there)
_come_back = (
    delete(places)
    .where(places.c.platform == bindparam("on"), places.c.channel.in_(bindparam("them", expanding=True)))
    .where(places.c.left_at.is_not(None))
    .returning(places.c.channel)
)
_look_later = update(places).where(*_there).values(look_at=bindparam("at"), why=bindparam("because"))
# In one statement: another process may close a place between two.
_tell = update(places).where(not_(places.c.told)).values(told=True).returning(*(places.c[name] for name in _FIELDS))
_waiting_there = (
    update(deliveries)
    .where(
        deliveries.c.platform == bindparam("on"),
        deliveries.c.channel == bindparam("there"),
        deliveries.c.live,
        deliveries.c.state.in_(("pending", "retry")),
    )
    .values(state="failed", live=False, why=bindparam("because"), changed_at=bindparam("when"))
)
_left = _suspended.where(places.c.left_at < bindparam("before"))
_posts_there = select(deliveries.c.id).where(
    deliveries.c.platform == bindparam("on"),
    deliveries.c.channel == bindparam("there"),
    not_(deliveries.c.live),
    deliveries.c.external_id != "",
)
_forget_posts = update(deliveries).where(deliveries.c.id.in_(bindparam("ids", expanding=True))).values(external_id="")
# What goes with a place that the bot left; a table that holds more of one adds its line here. That its slots failed,
# and why, stays as long as they do.
_OF_A_PLACE = (
    delete(reports).where(reports.c.place == bindparam("on", type_=Text) + ":" + bindparam("there", type_=Text)),
    delete(subscriptions).where(
        subscriptions.c.platform == bindparam("on"), subscriptions.c.channel == bindparam("there")
    ),
    delete(notices).where(notices.c.platform == bindparam("on"), notices.c.channel == bindparam("there")),
    delete(places).where(*_there, places.c.left_at.is_not(None)),
)


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
        found = (PlaceRow(*row) for row in connection.execute(_tell))
        return tuple(sorted(found, key=lambda one: one.since))

    @writes
    def look_later(self, connection: Connection, platform: str, channel: str, at: datetime, why: str) -> None:
        connection.execute(_look_later, {"on": platform, "there": channel, "at": at, "because": plain_text(why)})

    @writes
    def resume(self, connection: Connection, platform: str, channel: str) -> None:
        """The place takes what is sent there again."""
        connection.execute(_resume, {"on": platform, "there": channel})

    @writes
    def leave(self, connection: Connection, left: Collection[PlaceRow]) -> None:
        """The bot is not in these places any more: nothing is sent there, and what waits has failed."""
        for place in left:
            connection.execute(_leave, _row(place))
            _end_waiting(connection, place)

    @writes
    def come_back(self, connection: Connection, platform: str, channels: Collection[str]) -> tuple[str, ...]:
        """The bot is in these places: those that it had left take what is sent there again."""
        return tuple(connection.scalars(_come_back, {"on": platform, "them": list(channels)}))

    @reads
    def left_before(self, connection: Connection, before: datetime) -> tuple[PlaceRow, ...]:
        """Places that the bot left before then."""
        return tuple(PlaceRow(*row) for row in connection.execute(_left, {"before": before}))

    @reads
    def posts_there(self, connection: Connection, place: PlaceRow) -> tuple[int, ...]:
        """The deliveries to a place that name what was posted."""
        return tuple(connection.scalars(_posts_there, {"on": place.platform, "there": place.channel}))

    @writes
    def forget_posts(self, connection: Connection, deliveries: Collection[int]) -> None:
        """Let go of what these deliveries were posted as."""
        connection.execute(_forget_posts, {"ids": list(deliveries)})

    @writes
    def forget_place(self, connection: Connection, place: PlaceRow) -> None:
        """Let go of all that is stored of a place that the bot left."""
        for statement in _OF_A_PLACE:
            connection.execute(statement, {"on": place.platform, "there": place.channel})


def close_place(connection: Connection, place: PlaceRow) -> None:
    """Suspend a place, within somebody's transaction; what waits there has failed."""
    connection.execute(_suspend_known, _row(place))
    _end_waiting(connection, place)


def _end_waiting(connection: Connection, place: PlaceRow) -> None:
    words = {"on": place.platform, "there": place.channel, "because": plain_text(place.why), "when": place.since}
    connection.execute(_waiting_there, words)


def _row(place: PlaceRow) -> dict[str, object]:
    return {**{name: getattr(place, name) for name in _FIELDS}, "why": plain_text(place.why), "told": False}
