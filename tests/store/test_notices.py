"""What the admins are told is written down once, by who plans at that moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.digest_settings import KeepSettings
from bot.store.memory import Store, open_store
from bot.store.notice_rows import Noted, NoticeRow
from bot.store.rows import PlaceRow
from tests.store.kept import LATER, put, saved

NOW = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ROW = NoticeRow("key1", "broken a.yaml", True, NOW, NOW, "{}", "slack", "C1")


async def leads(store: Store, who: str, now: datetime = NOW) -> int:
    fence = await store.lease("planner", who, now, timedelta(seconds=15))
    assert fence is not None
    return fence


async def test_who_plans_writes_and_who_planned_before_writes_nothing(store: Store) -> None:
    first = await leads(store, "one")
    assert await store.note_down("planner", first, Noted([ROW], ["a"], mark="then"), NOW)
    await store.release("planner", "one")
    second = await leads(store, "two")
    late = replace(ROW, state="sent", external_id="1.1")
    assert not await store.note_down("planner", first, Noted([late], ["b"], ["a"], "later"), NOW)
    assert await store.notices(NOW - DAY) == (ROW,)
    assert await store.told_things() == {"a": NOW}
    assert await store.told_up_to() == "then"
    assert await store.note_down("planner", second, Noted([late], ["a", "b"], ["a"]), NOW + DAY)
    assert await store.notices(NOW - DAY) == (late,)
    assert await store.told_things() == {"b": NOW + DAY}, "forgotten after what is told is written"


async def test_what_is_open_is_found_whatever_its_age_and_what_is_over_for_a_while(store: Store) -> None:
    fence = await leads(store, "one")
    rows = [replace(ROW, key=f"key{at}", open=at == 0, changed_at=NOW - at * DAY) for at in range(4)]
    old = replace(ROW, key="old", changed_at=NOW - 90 * DAY)
    await store.note_down("planner", fence, Noted([*rows, old]), NOW)
    assert [one.key for one in await store.notices(NOW - 2 * DAY)] == ["key0", "old", "key1"]
    assert [one.key for one in await store.newest_notices(2)] == ["key0", "key1"]


async def test_what_is_old_goes_and_what_is_open_stays(store: Store) -> None:
    fence = await leads(store, "one")
    over = replace(ROW, key="over", open=False)
    await store.note_down(
        "planner", fence, Noted([ROW, over, replace(over, key="young", changed_at=NOW + 90 * DAY)]), NOW
    )
    assert await store.tidy(NOW + 91 * DAY, KeepSettings())
    assert {one.key for one in await store.newest_notices(9)} == {"key1", "young"}


async def test_with_a_channel_that_the_bot_left_goes_what_stood_there(store: Store) -> None:
    fence = await leads(store, "one")
    await store.note_down("planner", fence, Noted([ROW, replace(ROW, key="key2", channel="C2")]), NOW)
    left = PlaceRow("slack", "C1", "removed", NOW, NOW, NOW)
    await store.leave([left])
    await store.forget_place(left)
    assert [one.key for one in await store.newest_notices(9)] == ["key2"]


async def test_after_a_restore_it_is_looked_for_before_it_is_posted(
    store: Store, url: str, fresh: Callable[[], str], tmp_path: Path
) -> None:
    fence = await leads(store, "one")
    rows = [ROW, replace(ROW, key="sent", state="sent", external_id="1.1"), replace(ROW, key="kept", state="kept")]
    await store.note_down("planner", fence, Noted(rows), NOW)
    saved(url, tmp_path / "one.backup")
    other = fresh()
    put(other, tmp_path / "one.backup")
    async with await open_store(other) as again:
        found = {one.key: one.state for one in await again.newest_notices(9)}
        assert found == {"key1": "unknown", "sent": "sent", "kept": "kept"}
        first = next(one.tried_at for one in await again.newest_notices(9) if one.key == "key1")
        assert first is not None
        assert first < LATER + DAY * 400
