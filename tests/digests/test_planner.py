"""The planner stops where another process has taken its place in the middle of a round."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.digest_verbs import at_hand
from bot.digests.leading import LEASE, PLANNER
from bot.environment import read_secrets
from bot.store.rows import Occurrence, Planned
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
