"""Many rows as one parameter of a statement, which either database reads as a table; or as one value that it answers.

A statement that is executed, or fetched from, once for each row lets go of Python's lock as often, and waits for it
while others work.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, Select, Text, bindparam, column, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.store.tables import Utc, in_utc, written


class _Elements(FunctionElement[Any]):
    """The elements of a list, a row each."""

    inherit_cache = True


class _Moment(FunctionElement[datetime]):
    """A moment in a row."""

    inherit_cache = True
    type = Utc()


class _Together(FunctionElement[str]):
    """All rows as one list, of a list for each."""

    inherit_cache = True
    type = Text()


class Together:
    """The rows of a statement, read as one value; its columns are numbers, texts and moments, each with a name."""

    def __init__(self, rows: Select[Any]) -> None:
        inner = rows.subquery("found")
        self.statement = select(_Together(*inner.c))
        self._moments = [at for at, one in enumerate(inner.c) if isinstance(one.type, Utc)]

    def read(self, connection: Connection, words: Mapping[str, Any]) -> list[list[Any]]:
        """Execute it, with these parameters."""
        found: list[list[Any]] = json.loads(connection.execute(self.statement, words).scalar_one())
        for row in found:
            for at in self._moments:
                row[at] = _moment(row[at])
        return found


@lru_cache(maxsize=256)
def _moment(value: str | None) -> datetime | None:
    """As SQLite keeps it, in UTC without saying so, or as PostgreSQL says it."""
    found = datetime.fromisoformat(value) if value else None
    return in_utc(found if found.tzinfo else found.replace(tzinfo=UTC)) if found else None


class Rows:
    """The rows that a parameter of a statement holds; `as_text` makes it of them."""

    def __init__(self, parameter: str) -> None:
        self._row = _Elements(bindparam(parameter, type_=Text)).table_valued(column("value", JSON)).c.value

    def number(self, at: int) -> ColumnElement[int]:
        """The field of that number, which is a number."""
        found: ColumnElement[int] = self._row[at].as_integer()
        return found

    def text(self, at: int) -> ColumnElement[str]:
        found: ColumnElement[str] = self._row[at].as_string()
        return found

    def moment(self, at: int) -> ColumnElement[datetime]:
        return type_coerce(_Moment(self.text(at)), Utc)


def as_text(rows: Iterable[Sequence[int | str | datetime]]) -> str:
    """Rows as a parameter."""
    return json.dumps([[written(in_utc(one)) if isinstance(one, datetime) else one for one in row] for row in rows])


@compiles(_Elements)
def _each(element: _Elements, compiler: SQLCompiler, **words: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **words)})"


@compiles(_Elements, "postgresql")
def _array_elements(element: _Elements, compiler: SQLCompiler, **words: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **words)} AS JSON))"


@compiles(_Together)
def _grouped(element: _Together, compiler: SQLCompiler, **words: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **words)}))"


@compiles(_Together, "postgresql")
def _aggregated(element: _Together, compiler: SQLCompiler, **words: Any) -> str:
    row = f"json_build_array({compiler.process(element.clauses, **words)})"
    return f"CAST(COALESCE(json_agg({row}), '[]') AS TEXT)"


@compiles(_Moment)
def _as_it_is(element: _Moment, compiler: SQLCompiler, **words: Any) -> str:
    return compiler.process(element.clauses, **words)


@compiles(_Moment, "postgresql")
def _read(element: _Moment, compiler: SQLCompiler, **words: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **words)} AS TIMESTAMP WITH TIME ZONE)"
