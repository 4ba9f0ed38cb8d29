"""Subscriptions in the store: which channel ordered which digest, for when."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.acts import take
from bot.store.database import Opened, plain_text, reads, writes
from bot.store.rows import Schedule, Subscription
from bot.store.slots import begin
from bot.store.subscription_tables import subscriptions

_ROW = ("id", "digest", "platform", "account", "channel", "at", "on", "zone", "state", "created_by", "created_at")
_PLACE = (subscriptions.c.digest, subscriptions.c.platform, subscriptions.c.channel)

_known = select(*(subscriptions.c[name] for name in _ROW)).order_by(subscriptions.c.id)
_new = insert(subscriptions)
_put = _new.on_conflict_do_update(
    index_elements=_PLACE,
    set_={
        **{name: _new.excluded[name] for name in ("account", "at", "on", "zone", "state")},
        "changes": subscriptions.c.changes + 1,
    },
).returning(*(subscriptions.c[name] for name in _ROW))
_turn = (
    update(subscriptions)
    .where(subscriptions.c.id == bindparam("which"))
    .values(state=bindparam("becomes"), changes=subscriptions.c.changes + 1)
)
_drop = delete(subscriptions).where(subscriptions.c.id == bindparam("which"))
_version = select(func.count(), func.max(subscriptions.c.id), func.sum(subscriptions.c.changes))

Version = tuple[int, int | None, int | None]
"""Differs when any subscription was made, changed or ended."""


class Subscriptions(Opened):
    """Subscriptions; all methods may raise StoreError.

    What changes them is done once for each inbound id of its platform: again, it changes nothing.
    """

    @reads
    def subscriptions(self, connection: Connection) -> tuple[Subscription, ...]:
        """Every subscription, in the order of their ids."""
        return known_subscriptions(connection)

    @reads
    def subscribed(self, connection: Connection) -> Version:
        """Cheap, for whoever watches."""
        count, newest, changes = connection.execute(_version).one()
        return count, newest, changes

    @writes
    def subscribe(
        self, connection: Connection, wanted: Subscription, begun: Schedule, inbound_id: str, now: datetime
    ) -> bool:
        """Order a digest for a place, or change when it comes there; `wanted.id` counts for nothing.

        Its schedule begins in the same moment, as `begun` without its name: what is confirmed to somebody is due,
        whenever and wherever it is planned.
        """
        if not take(connection, wanted.platform, inbound_id, now):
            return False
        made = _subscription(connection.execute(_put, _row(wanted)).one())
        begin(connection, replace(begun, name=made.schedule))
        return True

    @writes
    def turn(
        self,
        connection: Connection,
        subscription: Subscription,
        becomes: Literal["active", "paused"],
        inbound_id: str,
        now: datetime,
    ) -> bool:
        """Pause a subscription, or let it go on."""
        if not take(connection, subscription.platform, inbound_id, now):
            return False
        connection.execute(_turn, {"which": subscription.id, "becomes": becomes})
        return True

    @writes
    def unsubscribe(self, connection: Connection, subscription: Subscription, inbound_id: str, now: datetime) -> bool:
        """End a subscription; what was sent for it stays in the ledger."""
        if not take(connection, subscription.platform, inbound_id, now):
            return False
        connection.execute(_drop, {"which": subscription.id})
        return True


def known_subscriptions(connection: Connection) -> tuple[Subscription, ...]:
    """Every subscription, in the order of their ids, within somebody's transaction."""
    return tuple(map(_subscription, connection.execute(_known)))


def _subscription(row: Any) -> Subscription:
    return Subscription(*row)


def _row(wanted: Subscription) -> dict[str, object]:
    return {
        "digest": wanted.digest,
        "platform": wanted.platform,
        "account": wanted.account,
        "channel": wanted.channel,
        "at": wanted.at,
        "on": wanted.on,
        "zone": wanted.zone,
        "state": wanted.state,
        "created_by": plain_text(wanted.by),
        "created_at": wanted.since,
        "changes": 0,
    }
