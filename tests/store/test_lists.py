"""Rows that travel as one parameter come out on either database as they went in, in their order."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, func, select

from bot.store.lists import Rows, Together, as_text
from bot.store.memory import Store

ROWS = [
    (1, "plain", datetime(2026, 11, 29, 8, 0, 0, 123456, UTC)),
    (0, "", datetime(2026, 11, 29, 8, 0, tzinfo=UTC)),
    (2**31 - 1, "\"'\\ $[0] %s :x {} \n", datetime(2026, 11, 29, 8, 0, tzinfo=timezone(timedelta(hours=9)))),
    (-7, "ウニ 🦀 עברית", datetime(1970, 1, 1, tzinfo=UTC)),
    (3, "1700000000.000100", datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)),
]


@pytest.mark.parametrize("rows", [ROWS, [], ROWS * 2000], ids=["odd ones", "none", "thousands"])
async def test_rows_come_out_as_they_went_in(store: Store, rows: list[tuple[int, str, datetime]]) -> None:
    told = Rows("told")
    statement = select(told.number(0), told.text(1), told.moment(2))

    def read(connection: Connection) -> list[tuple[int, str, datetime]]:
        return [(row[0], row[1], row[2]) for row in connection.execute(statement, {"told": as_text(rows)})]

    found = await store.read(read)
    assert found == rows
    assert all(at.tzinfo is UTC for _, _, at in found)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        as_text([(1, datetime(2026, 11, 29, 8, 0))])  # noqa: DTZ001 that is what is refused


@pytest.mark.parametrize("rows", [ROWS, [], ROWS * 2000], ids=["odd ones", "none", "thousands"])
async def test_rows_are_read_together_as_they_are_one_by_one(
    store: Store, rows: list[tuple[int, str, datetime]]
) -> None:
    told = Rows("told")
    named = (told.number(0).label("number"), told.text(1).label("text"), told.moment(2).label("moment"))
    absent = func.nullif(told.number(0), told.number(0)).label("absent")
    together = Together(select(*named, absent))
    found = await store.read(lambda connection: together.read(connection, {"told": as_text(rows)}))
    assert [tuple(row) for row in found] == [(*row, None) for row in rows]
    assert all(row[2].tzinfo is UTC for row in found)
