"""What is written down before somebody's act is done, and what is kept of it: notes, inbound ids, reports."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Opened, plain_text, reads, writes
from bot.store.tables import inbound, notes, reports

KEEP_INBOUND = timedelta(days=1)
"""How long an inbound id is known; no platform delivers the same press again so late."""

_noted = select(notes.c.value).where(notes.c.name == bindparam("called"))
_note = insert(notes)
_note = _note.on_conflict_do_update(index_elements=[notes.c.name], set_={"value": _note.excluded.value})

_take = insert(inbound).on_conflict_do_nothing(index_elements=[inbound.c.platform, inbound.c.inbound_id])
_take = _take.execution_options(preserve_rowcount=True)
_forget_inbound = delete(inbound).where(inbound.c.taken_at < bindparam("before"))

_FIELDS = ("at", "platform", "place", "person", "name", "command", "text", "page", "label", "link", "words")
_add_report = insert(reports)
_newest = (
    select(*(reports.c[name] for name in _FIELDS))
    .order_by(reports.c.at.desc(), reports.c.id.desc())
    .limit(bindparam("most"))
)
# Both ways from the moment: a clock that was ahead for a while must not silence anybody until it is reached.
_made = select(func.count()).where(
    reports.c.platform == bindparam("on"),
    reports.c.person == bindparam("who"),
    reports.c.at > bindparam("after"),
    reports.c.at < bindparam("until"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a reader reported about page `page` (from 0) of the answer to `/command text`, in their own `words`.

    `person` and `name` are theirs as the platform tells them. `label` is the TLP label of that answer. `link`
    leads to the message, or is empty.
    """

    at: datetime
    platform: str
    place: str
    person: str
    name: str
    command: str
    text: str
    page: int
    label: str
    link: str
    words: str


Taken = Literal["kept", "again", "too many"]
"""What became of a report."""


class Acts(Opened):
    """Notes, inbound ids and reports; all methods may raise StoreError."""

    @reads
    def noted(self, connection: Connection, name: str) -> str | None:
        """The value of a note, or None."""
        found: str | None = connection.scalar(_noted, {"called": name})
        return found

    @writes
    def note(self, connection: Connection, name: str, value: str) -> None:
        """Remember a value under a name, in place of the one before."""
        connection.execute(_note, {"name": name, "value": value})

    @writes
    def first(self, connection: Connection, platform: str, inbound_id: str, now: datetime) -> bool:
        """Whether this is the first time; true once within a day, whoever else asks at the same moment."""
        return take(connection, platform, inbound_id, now)

    @writes
    def report(self, connection: Connection, report: Report, inbound_id: str, most: int, within: timedelta) -> Taken:
        """Keep a report once for its inbound id, and no more than `most` of one person within this time."""
        row = _row(report)
        made = {"after": report.at - within, "until": report.at + within, "on": row["platform"], "who": row["person"]}
        sent = {"platform": report.platform, "inbound_id": plain_text(inbound_id), "taken_at": report.at}
        _forget(connection, report.at)
        self.database.take_turns(connection, "reports")  # of two at once, each would count without the other
        if (connection.scalar(_made, made) or 0) >= most:
            return "too many"
        if connection.execute(_take, sent).rowcount != 1:
            return "again"
        connection.execute(_add_report, row)
        return "kept"

    @reads
    def reports(self, connection: Connection, limit: int) -> tuple[Report, ...]:
        """The newest reports, newest first."""
        found = connection.execute(_newest, {"most": limit})
        return tuple(Report(*row) for row in found)


def take(connection: Connection, platform: str, inbound_id: str, now: datetime) -> bool:
    """Whether an inbound id comes for the first time, within somebody's transaction that does what it asks for."""
    _forget(connection, now)
    row = {"platform": platform, "inbound_id": plain_text(inbound_id), "taken_at": now}
    return connection.execute(_take, row).rowcount == 1


def _forget(connection: Connection, now: datetime) -> None:
    """Let go of what is old; it is looked up by an index, and mostly there is nothing."""
    connection.execute(_forget_inbound, {"before": now - KEEP_INBOUND})


def _row(report: Report) -> dict[str, object]:
    values = ((name, getattr(report, name)) for name in _FIELDS)
    return {name: plain_text(value) if isinstance(value, str) else value for name, value in values}
