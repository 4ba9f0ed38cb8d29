"""Corrections in the store: later revisions of what was told, and what they do to what was posted."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.claims import pages_of
from bot.store.database import Opened, reads, writes
from bot.store.delivery_tables import deliveries, messages, occurrences, places
from bot.store.revising import RETRACTED, SUPERSEDED, WAITING, Pace, Revised, is_due, same, unsaid, waiting
from bot.store.rows import LIVE, Claimed, Corrected, Draft, Page, Standing
from bot.store.slots import parts_as_text, put_message

LONGEST = timedelta(minutes=30)
"""No correction of many waits longer for its turn: what waits longer counts as written by a clock that was ahead."""

KeyOf = Callable[[Standing, str, int], str]
"""The key of what a revision does to the part of that number in a channel."""

_newest = select(func.coalesce(func.max(messages.c.id), 0))
_standing = (
    select(
        messages.c.id, messages.c.occurrence_id, occurrences.c.schedule, occurrences.c.slot, occurrences.c.due_at,
        messages.c.platform, messages.c.audience, messages.c.revision, occurrences.c.state == "retracted",
    )
    .join(occurrences, occurrences.c.id == messages.c.occurrence_id)
    .where(occurrences.c.due_at >= bindparam("since"))
    .order_by(messages.c.revision)
)  # fmt: skip
_outline = select(messages.c.outline).where(messages.c.id == bindparam("which"))
_of_group = (
    messages.c.occurrence_id == bindparam("of"),
    messages.c.platform == bindparam("on"),
    messages.c.audience == bindparam("who"),
)
_revisions = select(messages.c.id, messages.c.revision, messages.c.parts, messages.c.outline).where(*_of_group)
_rewrite = (
    update(messages)
    .where(messages.c.id == bindparam("which"))
    .values(parts=bindparam("texts"), outline=bindparam("drawn_from"))
)
_told = (
    select(
        deliveries.c.id, deliveries.c.channel, deliveries.c.part, deliveries.c.parts, deliveries.c.revision,
        deliveries.c.kind, deliveries.c.state, deliveries.c.external_id, deliveries.c.message_id,
    )
    .where(
        deliveries.c.occurrence_id == bindparam("of"),
        deliveries.c.platform == bindparam("on"),
        deliveries.c.message_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(deliveries.c.id)
)  # fmt: skip
_ahead = select(func.count()).where(
    deliveries.c.platform == bindparam("on"), deliveries.c.live, deliveries.c.revision > 0
)
_closed = select(places.c.channel, places.c.why).where(places.c.platform == bindparam("on"))
_end = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(bindparam("ids", expanding=True)),
        deliveries.c.live,
        deliveries.c.state.in_(WAITING),
    )
    .values(
        state="expired",
        live=False,
        why=bindparam("because"),
        changed_at=bindparam("when"),
        fence=deliveries.c.fence + 1,
    )
)
_unsay = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)), deliveries.c.kind == "reply")
    .values(kind="delete", state="pending", live=True, not_before=bindparam("when"), changed_at=bindparam("when"))
)
_put = insert(deliveries).values(account="", owner="", fence=0, attempts=0, external_id="", witness="")
_put = _put.on_conflict_do_nothing()
_later = deliveries.alias("later")
_superseded = select(deliveries.c.id).where(
    deliveries.c.id == bindparam("which"),
    exists().where(
        _later.c.occurrence_id == deliveries.c.occurrence_id,
        _later.c.platform == deliveries.c.platform,
        _later.c.account == deliveries.c.account,
        _later.c.channel == deliveries.c.channel,
        _later.c.part == deliveries.c.part,
        _later.c.revision > deliveries.c.revision,
        _later.c.state != "expired",
    ),
)
_retract = (
    update(occurrences)
    .where(occurrences.c.id == bindparam("which"), occurrences.c.state.in_(("planned", "frozen")))
    .values(state="retracted", reason=bindparam("because"), settled_at=bindparam("when"))
)
_of_slot = select(messages.c.id, messages.c.platform, messages.c.audience, messages.c.revision, messages.c.parts)
_of_slot = _of_slot.where(messages.c.occurrence_id == bindparam("of")).order_by(messages.c.revision)
_slot = select(occurrences.c.schedule, occurrences.c.slot, occurrences.c.due_at)
_slot = _slot.where(occurrences.c.id == bindparam("which"))
_there = deliveries.c.channel == bindparam("there")
_corrected = (
    select(
        occurrences.c.schedule, occurrences.c.slot, occurrences.c.due_at, deliveries.c.platform, deliveries.c.channel,
        deliveries.c.external_id, deliveries.c.changed_at,
    )
    .join(messages, messages.c.id == deliveries.c.message_id)
    .join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
    .where(
        messages.c.revision > 0,
        deliveries.c.occurrence_id == messages.c.occurrence_id,
        deliveries.c.platform == messages.c.platform,
        deliveries.c.revision == messages.c.revision,
        messages.c.snippets.contains(bindparam("named"), autoescape=False),
        deliveries.c.state == "sent",
        deliveries.c.kind.in_(("edit", "reply")),
        or_(bindparam("there") == "", and_(deliveries.c.platform == bindparam("on"), _there)),
    )
    .order_by(deliveries.c.changed_at.desc(), deliveries.c.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip


class Corrections(Opened):
    """Revisions of what was told; all methods may raise StoreError."""

    @reads
    def newest_message(self, connection: Connection) -> int:
        """Grows with every message that is written down."""
        found: int = connection.scalar(_newest) or 0
        return found

    @reads
    def standing(self, connection: Connection, since: datetime) -> tuple[Standing, ...]:
        """What was told at slots since then, each in its newest revision."""
        found: dict[tuple[int, str, str], Standing] = {}
        for row in connection.execute(_standing, {"since": since}):
            one = Standing(*row)
            found[one.occurrence, one.platform, one.audience] = one
        return tuple(found.values())

    @reads
    def outline(self, connection: Connection, message: int) -> str:
        """What a message was drawn from; empty where that is not known."""
        return connection.scalar(_outline, {"which": message}) or ""

    @writes
    def correct(
        self,
        connection: Connection,
        standing: Standing,
        revised: Revised,
        key: KeyOf,
        now: datetime,
        pace: Pace,
    ) -> Standing | None:
        """Write down the revision that follows `standing`, with what it does to what was posted.

        None where somebody did so before. Corrections that were not begun and say something else are ended.
        """
        made = put_message(connection, standing.occurrence, revised.draft, standing.revision + 1)
        if made is None:
            return None
        found = replace(standing, id=made, revision=standing.revision + 1)
        _blank(connection, found, revised.erased)
        _address(connection, found, revised.urgent, key, now, pace)
        return found

    @writes
    def address(self, connection: Connection, standing: Standing, key: KeyOf, now: datetime, pace: Pace) -> bool:
        """Do the same to what was posted meanwhile; whether more of it may still be posted.

        It does nothing where a later revision is there.
        """
        return _address(connection, standing, frozenset(), key, now, pace)

    @reads
    def superseded(self, connection: Connection, claimed: Claimed) -> bool:
        """Whether a later correction of the same part stands behind this one."""
        return connection.scalar(_superseded, {"which": claimed.id}) is not None

    @writes
    def retract(
        self, connection: Connection, occurrence: int, why: str, key: KeyOf, now: datetime, pace: Pace
    ) -> tuple[Standing, ...] | None:
        """Have all that was posted of a slot deleted, and nothing more of it sent; None where that was done before."""
        words = {"which": occurrence, "because": why, "when": now}
        if connection.execute(_retract, words).rowcount != 1:
            return None
        schedule, slot, due_at = connection.execute(_slot, {"which": occurrence}).one()
        newest = {(row.platform, row.audience): row for row in connection.execute(_of_slot, {"of": occurrence})}
        found = []
        for row in newest.values():
            parts = tuple(Page("", "", (), way="delete") for _ in pages_of(row.parts))
            draft = Draft(row.platform, row.audience, (), parts)
            revision = row.revision + 1
            made = put_message(connection, occurrence, draft, revision)
            assert made is not None
            one = Standing(made, occurrence, schedule, slot, due_at, row.platform, row.audience, revision, over=True)
            _blank(connection, one, range(len(parts)))
            _address(connection, one, range(len(parts)), key, now, pace)
            found.append(one)
        return tuple(found)

    @reads
    def corrected(
        self, connection: Connection, snippet: str, platform: str, channel: str, most: int
    ) -> tuple[Corrected, ...]:
        """Where a snippet was put right after it was posted, the last first; in all channels where none is named."""
        words = {"named": json.dumps(snippet), "on": platform, "there": channel, "most": most}
        return tuple(Corrected(*row) for row in connection.execute(_corrected, words))


def _blank(connection: Connection, newest: Standing, erased: Collection[int]) -> None:
    """Take the texts of these parts out of all earlier revisions."""
    if not erased:
        return
    for row in connection.execute(_revisions, _group(newest)).all():
        if row.revision >= newest.revision:
            continue
        pages = pages_of(row.parts)
        kept = tuple(
            replace(page, body="", late="", notice="") if at in erased else page for at, page in enumerate(pages)
        )
        words = {"which": row.id, "texts": parts_as_text(kept), "drawn_from": ""}
        connection.execute(_rewrite, words)


def _address(
    connection: Connection, standing: Standing, urgent: Collection[int], key: KeyOf, now: datetime, pace: Pace
) -> bool:
    """Write down what is to be done where something else was posted; whether more of it may still be posted."""
    group = _group(standing)
    found = connection.execute(_revisions, group).all()
    pages = {row.revision: pages_of(row.parts) for row in found}
    if max(pages, default=0) != standing.revision or not all(pages.values()):
        return False  # a later revision is there, and sees to all of it; or the texts are too old to be kept
    closed = {row.channel: row.why for row in connection.execute(_closed, {"on": standing.platform})}
    told: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in connection.execute(_told, {**group, "ids": [row.id for row in found]}):
        told[row.channel, row.part].append(row)
    ahead = connection.scalar(_ahead, {"on": standing.platform}) or 0
    ended: dict[str, list[int]] = {SUPERSEDED: [], RETRACTED: []}
    added: list[dict[str, Any]] = []
    taken_back: list[int] = []
    under_way = False
    for (channel, part), rows in told.items():
        first = rows[0]
        if standing.over and first.revision == 0 and first.state in WAITING:
            ended[RETRACTED].append(first.id)
            continue
        under_way = under_way or (first.revision == 0 and first.state in (*LIVE, "held"))
        texts = {revision: known[part] for revision, known in pages.items()}
        wanted = texts[standing.revision]
        taken_back += [row.id for row in unsaid(rows, texts, standing.revision)]
        ended[SUPERSEDED] += [row.id for row in waiting(rows) if not same(texts[row.revision], wanted)]
        if is_due(rows, texts, standing.revision):
            wait = timedelta() if part in urgent else pace.rest
            at = now + min(wait + (ahead + len(added)) * pace.step, LONGEST)
            added.append(_row(standing, first, wanted, key(standing, channel, part), at, now, closed.get(channel)))
    if taken_back:
        connection.execute(_unsay, {"ids": taken_back, "when": now})
    for why, ids in ended.items():
        if ids:
            connection.execute(_end, {"ids": ids, "because": why, "when": now})
    if added:
        connection.execute(_put, added)
    return under_way


def _group(standing: Standing) -> dict[str, Any]:
    return {"of": standing.occurrence, "on": standing.platform, "who": standing.audience}


def _row(
    standing: Standing, first: Any, wanted: Page, key: str, at: datetime, now: datetime, closed: str | None
) -> dict[str, Any]:
    return {
        "occurrence_id": standing.occurrence,
        "message_id": standing.id,
        "platform": standing.platform,
        "channel": first.channel,
        "part": first.part,
        "parts": first.parts,
        "revision": standing.revision,
        "kind": wanted.way,
        "key": key,
        "state": "failed" if closed else "pending",
        "live": not closed,
        "why": f"the place is suspended: {closed}" if closed else "",
        "not_before": at,
        "changed_at": now,
    }
