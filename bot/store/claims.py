"""Claims in the store: what was taken in order to be sent, and what became of it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Opened, plain_text, reads, writes
from bot.store.delivery_tables import attempts, deliveries, messages, occurrences
from bot.store.places import put_place
from bot.store.rows import LIVE, Claimed, Outcome, Page, PlaceRow, State

LONGEST = timedelta(minutes=35)
"""No delivery waits longer than this: what seems to was written by a clock that was ahead."""

_earlier, _first = deliveries.alias("earlier"), deliveries.alias("first")
_same_place = and_(_earlier.c.platform == deliveries.c.platform, _earlier.c.channel == deliveries.c.channel)
_CLAIMED = (
    deliveries.c.id, deliveries.c.key, deliveries.c.fence, deliveries.c.state,
    occurrences.c.schedule, occurrences.c.slot, occurrences.c.due_at,
    deliveries.c.platform, deliveries.c.account, deliveries.c.channel, deliveries.c.part, deliveries.c.message_id,
    messages.c.audience, deliveries.c.attempts, deliveries.c.first_attempt_at, deliveries.c.changed_at,
    deliveries.c.witness,
)  # fmt: skip
_under = (
    select(func.nullif(_first.c.external_id, ""))
    .where(
        _first.c.occurrence_id == deliveries.c.occurrence_id,
        _first.c.platform == deliveries.c.platform,
        _first.c.account == deliveries.c.account,
        _first.c.channel == deliveries.c.channel,
        _first.c.part == 0,
        deliveries.c.part > 0,
    )
    .scalar_subquery()
)
_joined = (
    select(*_CLAIMED, _under)
    .join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
    .outerjoin(messages, messages.c.id == deliveries.c.message_id)
    .order_by(deliveries.c.id)
)
# At one place one thing follows another, and so a part waits for the parts before it.
_ready = (
    _joined.where(
        deliveries.c.platform == bindparam("lane"),
        deliveries.c.live,
        deliveries.c.state.in_(("pending", "retry")),
        or_(deliveries.c.not_before <= bindparam("now"), deliveries.c.not_before > bindparam("never")),
        not_(exists().where(_same_place, _earlier.c.live, _earlier.c.id < deliveries.c.id)),
    )
    # The longest waiting first: places that ask to wait, again and again, must not keep others from their turn.
    .order_by(None)
    .order_by(deliveries.c.not_before, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=deliveries)
)
_take = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="sending",
        owner=bindparam("me"),
        fence=deliveries.c.fence + 1,
        attempts=deliveries.c.attempts + 1,
        changed_at=bindparam("now"),
        first_attempt_at=func.coalesce(deliveries.c.first_attempt_at, bindparam("now")),
    )
)
_doubtful = _joined.where(
    deliveries.c.platform == bindparam("lane"), deliveries.c.live, deliveries.c.state == "unknown"
)
_under_way = (deliveries.c.platform == bindparam("lane"), deliveries.c.live, deliveries.c.state == "sending")
_of_others = (*_under_way, deliveries.c.owner != bindparam("me"))
_unbegun = (
    *_under_way, deliveries.c.owner == bindparam("me"), deliveries.c.id.not_in(bindparam("but", expanding=True)),
)  # fmt: skip
_take_away = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=bindparam("becomes"),
        fence=deliveries.c.fence + 1,
        why=bindparam("because"),
        not_before=bindparam("when"),
        changed_at=bindparam("when"),
    )
)
_become = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("which"), deliveries.c.fence == bindparam("held"), deliveries.c.live)
    .values(
        state=bindparam("becomes"),
        live=bindparam("lives"),
        why=bindparam("because"),
        changed_at=bindparam("when"),
        not_before=bindparam("until"),
        external_id=bindparam("external"),
        witness=bindparam("seen"),
    )
)
# The parts that follow one at its place, and wait for it: parked with it, let go again, or ended like it.
_one, _later = deliveries.alias("one"), deliveries.alias("later")
_following = deliveries.c.id.in_(
    select(_later.c.id).where(
        _one.c.id == bindparam("which"),
        _later.c.occurrence_id == _one.c.occurrence_id,
        _later.c.platform == _one.c.platform,
        _later.c.account == _one.c.account,
        _later.c.channel == _one.c.channel,
        _later.c.part > _one.c.part,
        _later.c.state.in_(("pending", "retry")),
    )
)
_follow = (
    update(deliveries)
    .where(_following)
    .values(state=bindparam("becomes"), live=bindparam("lives"), why=bindparam("because"), changed_at=bindparam("when"))
)
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
_again = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("which"), deliveries.c.fence == bindparam("held"), deliveries.c.live)
    .values(attempts=deliveries.c.attempts + 1, changed_at=bindparam("when"), owner=bindparam("me"))
)
_stranded = _joined.where(deliveries.c.live, deliveries.c.platform.not_in(bindparam("known", expanding=True))).limit(
    bindparam("most")
)
_log = insert(attempts)
_parts = select(messages.c.parts).where(messages.c.id == bindparam("which"))


class Claims(Opened):
    """Claims and outcomes; all methods may raise StoreError."""

    @writes
    def claim(self, connection: Connection, lane: str, me: str, now: datetime, most: int) -> tuple[Claimed, ...]:
        """Take deliveries of a lane, at most one for each place: what is returned may be sent."""
        words = {"lane": lane, "now": now, "never": now + LONGEST, "most": most}
        found = [_claimed(row) for row in connection.execute(_ready, words)]
        if found:
            connection.execute(_take, {"ids": [one.id for one in found], "me": me, "now": now})
        return tuple(_taken(one, now) for one in found)

    @writes
    def adopt(self, connection: Connection, lane: str, me: str, now: datetime, why: str) -> int:
        """Doubt what an earlier owner of the lane was sending; its own word on them counts no more."""
        return _end_claims(connection, _of_others, {"lane": lane, "me": me}, "unknown", why, now)

    @reads
    def doubtful(self, connection: Connection, lane: str, most: int = 100) -> tuple[Claimed, ...]:
        """Deliveries of which nobody knows whether they arrived, the oldest first."""
        found = connection.execute(_doubtful, {"lane": lane, "most": most})
        return tuple(map(_claimed, found))

    @writes
    def give_back(
        self, connection: Connection, lane: str, me: str, but: Collection[int], now: datetime, why: str
    ) -> None:
        """Let others have what this process claimed and did not begin to send."""
        _end_claims(connection, _unbegun, {"lane": lane, "me": me, "but": list(but)}, "retry", why, now)

    @reads
    def stranded(self, connection: Connection, known: Collection[str], most: int = 100) -> tuple[Claimed, ...]:
        """Deliveries for platforms that are not among these, and so in nobody's hands."""
        found = connection.execute(_stranded, {"known": list(known), "most": most})
        return tuple(map(_claimed, found))

    @writes
    def attempt_again(self, connection: Connection, claimed: Claimed, me: str, now: datetime) -> bool:
        """Write down that a doubtful delivery is sent once more; False where it is no longer this one's to send."""
        words = {"which": claimed.id, "held": claimed.fence, "when": now, "me": me}
        if connection.execute(_again, words).rowcount != 1:
            return False
        connection.execute(_log, _step(Outcome(claimed.id, claimed.fence, "unknown", now, "sent once more")))
        return True

    @writes
    def record(
        self, connection: Connection, outcomes: Sequence[Outcome], suspended: Mapping[int, PlaceRow] | None = None
    ) -> None:
        """Write down what became of claimed deliveries; the word of who lost a claim meanwhile is dropped.

        `suspended` names, by delivery, the place that turned out to be closed.
        """
        plain = [one for one in outcomes if one.state not in ("failed", "held")]
        if plain:
            connection.execute(_become, [_outcome_row(one) for one in plain])
            connection.execute(_log, [_step(one) for one in plain])
        for one in outcomes:
            if one.state in ("failed", "held"):
                _end(connection, one, (suspended or {}).get(one.id))

    @reads
    def parts(self, connection: Connection, message: int) -> tuple[Page, ...]:
        """The parts of a frozen message; none where it is kept no more."""
        found: str | None = connection.scalar(_parts, {"which": message})
        kept = json.loads(found) if found else []
        return tuple(Page(part["body"], part["late"], tuple(part["keys"])) for part in kept)


def _end(connection: Connection, one: Outcome, place: PlaceRow | None) -> None:
    """An end that others follow, if it still is this one's to tell."""
    if connection.execute(_become, _outcome_row(one)).rowcount != 1:
        return
    connection.execute(_log, _step(one))
    follow(connection, one.id, one.state, one.at)
    if place is not None:
        put_place(connection, place)
        words = {"on": place.platform, "there": place.channel, "because": place.why, "when": place.since}
        connection.execute(_waiting_there, words)


def follow(connection: Connection, delivery: int, state: State, at: datetime) -> None:
    """What the parts after this one come to: they wait with one that is held, and end with one that failed."""
    becomes, why = {
        "held": ("pending", "an earlier part of it is held"),
        "failed": ("failed", "an earlier part of it was not sent"),
    }.get(state, ("pending", ""))
    words = {"which": delivery, "becomes": becomes, "lives": state not in ("held", "failed"), "because": why}
    connection.execute(_follow, {**words, "when": at})


def _end_claims(
    connection: Connection, which: Sequence[Any], words: Mapping[str, Any], becomes: State, why: str, now: datetime
) -> int:
    """Take claims from their owner, whoever it is; how many there were."""
    known = select(deliveries.c.id, deliveries.c.fence, deliveries.c.changed_at).where(*which).with_for_update()
    found = connection.execute(known, words).all()
    ended = [Outcome(row.id, row.fence + 1, becomes, now, why, claimed_at=row.changed_at) for row in found]
    if ended:
        ids = [one.id for one in ended]
        connection.execute(_take_away, {"ids": ids, "becomes": becomes, "because": why, "when": now})
        connection.execute(_log, [_step(one) for one in ended])
    return len(ended)


def _claimed(row: Any) -> Claimed:
    return Claimed(*row)


def _taken(one: Claimed, now: datetime) -> Claimed:
    """What `_take` made of it."""
    return replace(
        one,
        state="sending",
        fence=one.fence + 1,
        attempts=one.attempts + 1,
        first_attempt_at=one.first_attempt_at or now,
        changed_at=now,
    )


def _step(one: Outcome) -> dict[str, Any]:
    return {
        "delivery_id": one.id,
        "claimed_at": one.claimed_at,
        "at": one.at,
        "fence": one.fence,
        "state": one.state,
        "why": plain_text(one.why),
    }


def _outcome_row(one: Outcome) -> dict[str, Any]:
    return {
        "which": one.id,
        "held": one.fence,
        "becomes": one.state,
        "lives": one.state in LIVE,
        "because": plain_text(one.why),
        "when": one.at,
        "until": one.not_before or one.at,
        "external": one.external_id,
        "seen": one.witness,
    }
