"""Copies all rows of one database into another one of the same tables, a few at a time; ids stay as they are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, select

from bot.store.database import plain_errors
from bot.store.delivery_tables import leases, metadata, replicas
from bot.store.link_tables import links
from bot.store.migrate import SERVES_NOTE, Kind
from bot.store.notice_tables import notices, told_things
from bot.store.subscription_tables import subscriptions
from bot.store.tables import notes

TAKEN_NOTE = "backup taken at"
"""The note that makes a database a backup: when it was taken."""

TABLES = tuple(table for table in metadata.sorted_tables if table not in (leases, replicas))
"""All that is copied, what is pointed to first: who is there at a moment is no part of it."""

_ELSEWHERE = {links, notices, subscriptions, told_things}
assert set(TABLES) >= _ELSEWHERE, "a table is known once its module is imported, and so is imported here"

AT_ONCE = 1000
"""Rows that are held in memory."""

Progress = Callable[[int, int], None]
"""Told of how many rows are copied so far, and of how many there are."""


@dataclass(frozen=True, slots=True)
class Side:
    """A database within a transaction; what goes wrong there is told as its own fault."""

    database: Kind
    connection: Connection


def count_rows(side: Side) -> int:
    with plain_errors(side.database):
        counts = (select(func.count()).select_from(_rows(table).subquery()) for table in TABLES)
        return sum(side.connection.scalar(one) or 0 for one in counts)


def copy_rows(source: Side, target: Side, told: Progress) -> int:
    """Copy all there is to a database without any of it; how many rows there were."""
    done, total = 0, count_rows(source)
    for table in TABLES:
        for rows in _read(source, table):
            with plain_errors(target.database):
                target.connection.execute(insert(table), rows)
            done += len(rows)
            told(done, total)
    return done


def _read(source: Side, table: Table) -> Iterator[Sequence[Mapping[str, Any]]]:
    with plain_errors(source.database):
        found = source.connection.execute(_rows(table), execution_options={"yield_per": AT_ONCE}).mappings()
        for rows in found.partitions():
            yield [dict(row) for row in rows]


def _rows(table: Table) -> Select[Any]:
    """All rows of a table but what a database says of itself."""
    found = select(table)
    return found.where(notes.c.name.not_in((SERVES_NOTE, TAKEN_NOTE))) if table is notes else found
