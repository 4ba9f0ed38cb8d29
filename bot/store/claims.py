"""Claims in the store: what was taken in order to be sent, and what became of it."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Opened, plain_text, unbroken
from bot.store.delivery_tables import attempts, deliveries, messages, occurrences
from bot.store.places import put_place
from bot.store.rows import LIVE, Claimed, Outcome, Page, PlaceRow, State

LONGEST = timedelta(minutes=35)
"""No delivery waits longer than this: what seems to was written by a clock that was ahead."""

_earlier, _first = deliveries.alias("earlier"), deliveries.alias("first")
_same_place = and_(_earlier.c.platform == deliveries.c.platform, _earlier.c.channel == deliveries.c.channel)
# At one place one thing follows another, and so a part waits for the parts before it.
_ready = (
    select(deliveries.c.id)
    .where(
        deliveries.c.platform == bindparam("lane"),
        deliveries.c.live,
        deliveries.c.state.in_(("pending", "retry")),
        or_(deliveries.c.not_before <= bindparam("now"), deliveries.c.not_before > bindparam("never")),
        not_(exists().where(_same_place, _earlier.c.live, _earlier.c.id < deliveries.c.id)),
    )
    # The longest waiting first: places that ask to wait, again and again, must not keep others from their turn.
    .order_by(deliveries.c.not_before, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_take = (
    update(deliveries)
    .where(deliveries.c.id.in_(_ready))
    .values(
        state="sending",
        owner=bindparam("me"),
        fence=deliveries.c.fence + 1,
        attempts=deliveries.c.attempts + 1,
        changed_at=bindparam("now"),
        first_attempt_at=case(
            (deliveries.c.first_attempt_at.is_(None), bindparam("now")), else_=deliveries.c.first_attempt_at
        ),
    )
    .returning(deliveries.c.id)
)
_CLAIMED = (
    deliveries.c.id, deliveries.c.key, deliveries.c.fence, deliveries.c.state,
    occurrences.c.schedule, occurrences.c.slot, occurrences.c.due_at,
    deliveries.c.platform, deliveries.c.account, deliveries.c.channel, deliveries.c.part, deliveries.c.message_id,
    messages.c.audience, deliveries.c.attempts, deliveries.c.first_attempt_at, deliveries.c.witness,
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
_taken = _joined.where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
_doubtful = _joined.where(
    deliveries.c.platform == bindparam("lane"), deliveries.c.live, deliveries.c.state == "unknown"
)
_adopt = (
    update(deliveries)
    .where(
        deliveries.c.platform == bindparam("lane"),
        deliveries.c.live,
        deliveries.c.state == "sending",
        deliveries.c.owner != bindparam("me"),
    )
    .values(state="unknown", fence=deliveries.c.fence + 1, why=bindparam("because"), changed_at=bindparam("now"))
    .returning(deliveries.c.id, deliveries.c.fence)
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
_give_back = (
    update(deliveries)
    .where(
        deliveries.c.platform == bindparam("lane"),
        deliveries.c.live,
        deliveries.c.state == "sending",
        deliveries.c.owner == bindparam("me"),
        deliveries.c.id.not_in(bindparam("but", expanding=True)),
    )
    .values(state="retry", why=bindparam("because"), not_before=bindparam("now"), changed_at=bindparam("now"))
)
_stranded = _joined.where(deliveries.c.live, deliveries.c.platform.not_in(bindparam("known", expanding=True))).limit(
    bindparam("most")
)
_log = insert(attempts)
_parts = select(messages.c.parts).where(messages.c.id == bindparam("which"))


class Claims(Opened):
    """Claims and outcomes; all methods may raise StoreError."""

    @unbroken
    async def claim(self, lane: str, me: str, now: datetime, most: int) -> tuple[Claimed, ...]:
        """Take deliveries of a lane, at most one for each place: what is returned may be sent."""
        words = {"lane": lane, "me": me, "now": now, "never": now + LONGEST, "most": most}
        async with self._writing() as connection:
            ids = (await connection.execute(_take, words)).scalars().all()
            if not ids:
                return ()
            found = tuple(map(_claimed, await connection.execute(_taken, {"ids": ids})))
            await connection.execute(_log, [_step(one.id, now, one.fence, "sending") for one in found])
        return found

    @unbroken
    async def adopt(self, lane: str, me: str, now: datetime, why: str) -> int:
        """Doubt what an earlier owner of the lane was sending; its own word on them counts no more."""
        async with self._writing() as connection:
            found = (await connection.execute(_adopt, {"lane": lane, "me": me, "now": now, "because": why})).all()
            if found:
                await connection.execute(_log, [_step(one.id, now, one.fence, "unknown", why) for one in found])
        return len(found)

    @unbroken
    async def doubtful(self, lane: str, most: int = 100) -> tuple[Claimed, ...]:
        """Deliveries of which nobody knows whether they arrived, the oldest first."""
        async with self._reading() as connection:
            found = await connection.execute(_doubtful, {"lane": lane, "most": most})
        return tuple(map(_claimed, found))

    @unbroken
    async def give_back(self, lane: str, me: str, but: Collection[int], now: datetime, why: str) -> None:
        """Let others have what this process claimed and did not begin to send."""
        words = {"lane": lane, "me": me, "but": list(but), "now": now, "because": why}
        async with self._writing() as connection:
            await connection.execute(_give_back, words)

    @unbroken
    async def stranded(self, known: Collection[str], most: int = 100) -> tuple[Claimed, ...]:
        """Deliveries for platforms that are not among these, and so in nobody's hands."""
        async with self._reading() as connection:
            found = await connection.execute(_stranded, {"known": list(known), "most": most})
        return tuple(map(_claimed, found))

    @unbroken
    async def attempt_again(self, claimed: Claimed, me: str, now: datetime) -> bool:
        """Write down that a doubtful delivery is sent once more; False where it is no longer this one's to send."""
        words = {"which": claimed.id, "held": claimed.fence, "when": now, "me": me}
        async with self._writing() as connection:
            if (await connection.execute(_again, words)).rowcount != 1:
                return False
            await connection.execute(_log, _step(claimed.id, now, claimed.fence, "unknown", "sent once more"))
        return True

    @unbroken
    async def record(self, outcomes: Sequence[Outcome], suspended: Mapping[int, PlaceRow] | None = None) -> None:
        """Write down what became of claimed deliveries; the word of who lost a claim meanwhile is dropped.

        `suspended` names, by delivery, the place that turned out to be closed.
        """
        plain = [one for one in outcomes if one.state not in ("failed", "held")]
        async with self._writing() as connection:
            if plain:
                await connection.execute(_become, [_outcome_row(one) for one in plain])
                await connection.execute(_log, [_step(one.id, one.at, one.fence, one.state, one.why) for one in plain])
            for one in outcomes:
                if one.state in ("failed", "held"):
                    await _end(connection, one, (suspended or {}).get(one.id))

    @unbroken
    async def parts(self, message: int) -> tuple[Page, ...]:
        """The parts of a frozen message; none where it is kept no more."""
        async with self._reading() as connection:
            found: str | None = await connection.scalar(_parts, {"which": message})
        kept = json.loads(found) if found else []
        return tuple(Page(part["body"], part["late"], tuple(part["keys"])) for part in kept)


async def _end(connection: AsyncConnection, one: Outcome, place: PlaceRow | None) -> None:
    """An end that others follow, if it still is this one's to tell."""
    if (await connection.execute(_become, _outcome_row(one))).rowcount != 1:
        return
    await connection.execute(_log, _step(one.id, one.at, one.fence, one.state, one.why))
    await follow(connection, one.id, one.state, one.at)
    if place is not None:
        await put_place(connection, place)
        words = {"on": place.platform, "there": place.channel, "because": place.why, "when": place.since}
        await connection.execute(_waiting_there, words)


async def follow(connection: AsyncConnection, delivery: int, state: State, at: datetime) -> None:
    """What the parts after this one come to: they wait with one that is held, and end with one that failed."""
    becomes, why = {
        "held": ("pending", "an earlier part of it is held"),
        "failed": ("failed", "an earlier part of it was not sent"),
    }.get(state, ("pending", ""))
    words = {"which": delivery, "becomes": becomes, "lives": state not in ("held", "failed"), "because": why}
    await connection.execute(_follow, {**words, "when": at})


def _claimed(row: Any) -> Claimed:
    return Claimed(*row)


def _step(delivery: int, at: datetime, fence: int, state: str, why: str = "") -> dict[str, Any]:
    return {"delivery_id": delivery, "at": at, "fence": fence, "state": state, "why": plain_text(why)}


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
