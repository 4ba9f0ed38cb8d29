"""Ends in the store: what became of deliveries, and of those that followed them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, false, func, literal_column, not_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Opened, plain_text, writes
from bot.store.delivery_tables import attempts, deliveries
from bot.store.lists import Rows, as_text
from bot.store.places import close_place
from bot.store.rows import LIVE, Outcome, PlaceRow, State

_mine = and_(deliveries.c.id == bindparam("which"), deliveries.c.fence == bindparam("held"), deliveries.c.live)
# What nearly all become, by one statement for all of them.
_told = Rows("arrivals")
_arrive = (
    update(deliveries)
    .where(deliveries.c.id == _told.number(0), deliveries.c.fence == _told.number(1), deliveries.c.live)
    .values(
        state=literal_column("'sent'"),
        live=false(),
        why=literal_column("''"),
        changed_at=_told.moment(2),
        external_id=_told.text(3),
        witness=_told.text(4),
    )
)
_become = (
    update(deliveries)
    .where(_mine)
    .values(
        state=bindparam("becomes"),
        live=bindparam("lives"),
        why=bindparam("because"),
        changed_at=bindparam("when"),
        not_before=bindparam("until"),
        external_id=func.coalesce(func.nullif(bindparam("external"), ""), deliveries.c.external_id),
        witness=bindparam("seen"),
    )
)
_instead = _become.values(kind=bindparam("way"))
# The parts that follow one at its place, and wait for it: parked with it, let go again, or ended like it. What puts a
# part right waits for no other.
_one, _later = deliveries.alias("one"), deliveries.alias("later")
_following = deliveries.c.id.in_(
    select(_later.c.id).where(
        _one.c.id == bindparam("which"),
        _later.c.occurrence_id == _one.c.occurrence_id,
        _later.c.platform == _one.c.platform,
        _later.c.account == _one.c.account,
        _later.c.channel == _one.c.channel,
        _later.c.part > _one.c.part,
        _one.c.revision == 0,
        _later.c.revision == 0,
        _later.c.state.in_(("pending", "retry")),
    )
)
_follow = (
    update(deliveries)
    .where(_following)
    .values(state=bindparam("becomes"), live=bindparam("lives"), why=bindparam("because"), changed_at=bindparam("when"))
)
_STEP = ("delivery_id", "claimed_at", "at", "fence", "state", "why")
# A row whose claim was lost meanwhile bears another time than its outcome does. What is written twice, because the
# first answer was lost, is added once.
_known = exists().where(
    attempts.c.delivery_id == deliveries.c.id,
    attempts.c.at == deliveries.c.changed_at,
    attempts.c.fence == deliveries.c.fence,
    attempts.c.state == deliveries.c.state,
)
_changed = Rows("changed")
_log = insert(attempts).from_select(
    _STEP,
    select(
        deliveries.c.id,
        deliveries.c.claimed_at,
        deliveries.c.changed_at,
        deliveries.c.fence,
        deliveries.c.state,
        deliveries.c.why,
    )
    .where(deliveries.c.id == _changed.number(0), deliveries.c.changed_at == _changed.moment(1), not_(_known))
    .order_by(deliveries.c.id),
)


class Ends(Opened):
    """Outcomes; all methods may raise StoreError."""

    @writes
    def record(
        self, connection: Connection, outcomes: Sequence[Outcome], suspended: Mapping[int, PlaceRow] | None = None
    ) -> None:
        """Write down what became of claimed deliveries; the word of who lost a claim meanwhile is dropped.

        `suspended` names, by delivery, the place that turned out to be closed.
        """
        sent = [one for one in outcomes if one.state == "sent"]
        others = [one for one in outcomes if one.state in ("pending", "retry", "unknown", "expired", "skipped")]
        if sent:
            rows = as_text((one.id, one.fence, one.at, one.external_id, one.witness) for one in sent)
            connection.execute(_arrive, {"arrivals": rows})
        if usual := [_outcome_row(one) for one in others if not one.instead]:
            connection.execute(_become, usual)
        if other := [{**_outcome_row(one), "way": one.instead} for one in others if one.instead]:
            connection.execute(_instead, other)
        if plain := sent + others:
            log(connection, [(one.id, one.at) for one in plain])
        for one in outcomes:
            if one.state in ("failed", "held"):
                _end(connection, one, (suspended or {}).get(one.id))


def log(connection: Connection, changed: Iterable[tuple[int, datetime]]) -> None:
    """Add what was just changed, each at its moment, to what was tried, within somebody's transaction."""
    connection.execute(_log, {"changed": as_text(changed)})


def _end(connection: Connection, one: Outcome, place: PlaceRow | None) -> None:
    """An end that others follow, if it still is this one's to tell."""
    if connection.execute(_become, _outcome_row(one)).rowcount != 1:
        return
    log(connection, [(one.id, one.at)])
    follow(connection, one.id, one.state, one.at)
    if place is not None:
        close_place(connection, place)


def follow(connection: Connection, delivery: int, state: State, at: datetime) -> None:
    """What the parts after this one come to: they wait with one that is held, and end with one that failed."""
    becomes, why = {
        "held": ("pending", "an earlier part of it is held"),
        "failed": ("failed", "an earlier part of it was not sent"),
    }.get(state, ("pending", ""))
    words = {"which": delivery, "becomes": becomes, "lives": state not in ("held", "failed"), "because": why}
    connection.execute(_follow, {**words, "when": at})


def _outcome_row(one: Outcome) -> dict[str, Any]:
    return {
        "which": one.id,
        "held": one.fence,
        "when": one.at,
        "external": one.external_id,
        "seen": one.witness,
        "becomes": one.state,
        "lives": one.state in LIVE,
        "because": plain_text(one.why),
        "until": one.not_before or one.at,
    }
