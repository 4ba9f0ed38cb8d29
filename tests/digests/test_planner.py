"""The planner beside what happens in the middle of its round: another takes its place, a channel orders a digest."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.digest_verbs import at_hand
from bot.digests.leading import LEASE, PLANNER
from bot.environment import read_secrets
from bot.store.rows import Occurrence, Planned, Schedule, Subscription
from tests.product.home import furnish

RULES = """\
digests:
  mixed: {title: All of it, at: "08:00", show: all, channels: [newsroom]}
"""


@pytest.mark.parametrize(("taken", "settled"), [(False, 2), (True, 1)])
async def test_who_lost_the_lease_with_one_slot_settles_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: bool, settled: int
) -> None:
    home = furnish(tmp_path / "home", {"newsroom": ("desk:newsroom", "TLP:CLEAR")}, RULES)
    async with at_hand(home / "config.yaml", read_secrets({})) as at:
        planner, store, now = at.digesting.planner, at.digesting.store, datetime.now(UTC)
        await store.plan((), [Planned("mixed", f"now:{number}", now) for number in (1, 2)], now)
        done: list[str] = []

        async def slow(occurrence: Occurrence) -> None:
            done.append(occurrence.slot)
            planner._leading._renew_at = 0.0  # as if its time had come
            if taken:
                await store.release(PLANNER, at.digesting.replicas.me.id)
                assert await store.lease(PLANNER, "another", datetime.now(UTC), LEASE)

        monkeypatch.setattr(planner, "settle_one", slow)
        planner._alarm.start()
        await planner.round()
        planner._alarm.stop()
        assert len(done) == settled


@pytest.mark.parametrize("guarded", [True, False])
async def test_what_is_ordered_between_two_reads_of_the_planner_is_not_set_at_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    home = furnish(tmp_path / "home", {"newsroom": ("desk:newsroom", "TLP:CLEAR")}, RULES)
    async with at_hand(home / "config.yaml", read_secrets({})) as at:
        planner, store, now = at.digesting.planner, at.digesting.store, datetime.now(UTC)
        order = Subscription(0, "mixed", "desk", "", "elsewhere", "07:30", "", "Asia/Seoul", "active", "Ann", now)
        begun = Schedule("", True, "Asia/Seoul", now, now, "")
        read = store.schedules

        async def between() -> Mapping[str, Schedule]:
            await store.subscribe(order, begun, "inbound-1", now)  # once, whatever is read
            return await read()

        async def never() -> bool:
            return False

        monkeypatch.setattr(store, "schedules", between)
        if not guarded:
            monkeypatch.setattr(planner._schedules, "changed", never)
        planner._alarm.start()
        await planner.round()
        (name,) = {name for name in await read() if name.startswith("mixed@")}
        assert (await read())[name].active is guarded
        await planner.round()
        planner._alarm.stop()
        assert "mixed" in await read()
        assert ((await read())[name].starts_at == begun.starts_at) is guarded
