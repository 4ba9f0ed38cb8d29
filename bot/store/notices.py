"""What the admins are told, in the store: written down before it is posted, by the one process that plans."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Opened, plain_text, reads, writes
from bot.store.delivery_tables import leases
from bot.store.notice_rows import Noted, NoticeRow
from bot.store.notice_tables import notices, told_things
from bot.store.tables import notes

MARK = "edits are told up to"
"""The note that says up to which moment edits are told, and what was served then."""

AT_ONCE = 500
"""Messages that are looked through for one that can still be changed."""

_FIELDS = (
    "key", "thing", "open", "opened_at", "changed_at", "notice", "platform", "channel", "state", "why", "told",
    "external_id", "tried_at",
)  # fmt: skip
_all = select(*(notices.c[name] for name in _FIELDS)).limit(bindparam("most"))
_by_age = (notices.c.changed_at.desc(), notices.c.key)
# What is open must be among them, however much was told since: it would be told again.
_lately = _all.where(or_(notices.c.open, notices.c.changed_at > bindparam("since")))
_lately = _lately.order_by(notices.c.open.desc(), *_by_age)
_newest = _all.order_by(*_by_age)
_put = insert(notices)
_put = _put.on_conflict_do_update(
    index_elements=[notices.c.key], set_={name: _put.excluded[name] for name in _FIELDS if name != "key"}
)
_tell = insert(told_things).on_conflict_do_nothing(index_elements=[told_things.c.key])
_forget = delete(told_things).where(told_things.c.key == bindparam("which"))
_mark = insert(notes)
_mark = _mark.on_conflict_do_update(index_elements=[notes.c.name], set_={"value": _mark.excluded.value})
_marked = select(notes.c.value).where(notes.c.name == MARK)
# Held until the end of the transaction: who takes the lease over meanwhile waits, and reads what was written.
_lease = select(leases.c.fence).where(leases.c.name == bindparam("lease")).with_for_update()
_under_way = and_(notices.c.state.in_(("pending", "sending", "unknown")), notices.c.external_id == "")
_doubt = update(notices).where(_under_way).values(state="unknown", tried_at=bindparam("when"))


class Notices(Opened):
    """Messages to the admins; all methods may raise StoreError."""

    @reads
    def notices(self, connection: Connection, since: datetime) -> tuple[NoticeRow, ...]:
        """Those that are open, and those that changed since then, the last changed first."""
        found = connection.execute(_lately, {"since": since, "most": AT_ONCE})
        return tuple(NoticeRow(*row) for row in found)

    @reads
    def newest_notices(self, connection: Connection, most: int) -> tuple[NoticeRow, ...]:
        """The last changed first."""
        return tuple(NoticeRow(*row) for row in connection.execute(_newest, {"most": most}))

    @reads
    def told_things(self, connection: Connection) -> Mapping[str, datetime]:
        """The keys of all that was told for good, with when."""
        return {row.key: row.at for row in connection.execute(select(told_things.c.key, told_things.c.at))}

    @reads
    def told_up_to(self, connection: Connection) -> str:
        """Up to where edits are told; empty where none ever were."""
        return connection.scalar(_marked) or ""

    @writes
    def note_down(self, connection: Connection, lease: str, fence: int, noted: Noted, now: datetime) -> bool:
        """Write all of it down; False, and nothing is written, where another process has the lease by now."""
        if connection.scalar(_lease, {"lease": lease}) != fence:
            return False
        for row in noted.rows:
            connection.execute(_put, _row(row))
        for key in noted.things:
            connection.execute(_tell, {"key": key, "at": now})
        for key in noted.forget:
            connection.execute(_forget, {"which": key})
        if noted.mark:
            connection.execute(_mark, {"name": MARK, "value": plain_text(noted.mark)})
        return True


def doubt_notices(connection: Connection, long_ago: datetime) -> None:
    """After a restore: what was to be posted then may have been, and is looked for."""
    connection.execute(_doubt, {"when": long_ago})


def _row(row: NoticeRow) -> dict[str, object]:
    values = ((name, getattr(row, name)) for name in _FIELDS)
    return {name: plain_text(value) if isinstance(value, str) else value for name, value in values}
