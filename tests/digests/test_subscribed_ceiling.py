"""A channel is told what it may see of what it ordered: decided when it is written, and asked again before a post."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.digest_verbs import AtHand, at_hand
from bot.digests import rota
from bot.environment import read_secrets
from bot.settings import Channel
from bot.store.rows import Claimed, Page, Planned, Schedule, Subscription
from tests.product.home import ROOT, furnish

LEAKS: list[str] = yaml.safe_load((ROOT / "tests" / "exam" / "leak_words.yaml").read_text(encoding="utf-8"))
BEGAN = datetime(2026, 11, 16, tzinfo=UTC)
BEGUN = Schedule("", active=True, zone="UTC", starts_at=BEGAN, planned_through=BEGAN, cursor="2026-11-16T00:00")
RULES = """\
digests:
  mixed: {title: All of it, at: "08:00", show: all, max_late: 30d, channels: [newsroom]}
"""


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[AtHand]:
    """A desk's channel `quay`, which config.yaml does not name, has ordered a digest of all briefings."""
    home = furnish(tmp_path / "home", {"newsroom": ("desk:newsroom", "TLP:AMBER")}, RULES)
    async with at_hand(home / "config.yaml", read_secrets({})) as found:
        order = Subscription(0, "mixed", "desk", "", "quay", "07:30", "", "UTC", "active", "Ulla", BEGAN)
        await found.digesting.store.subscribe(order, BEGUN, "made", BEGAN)
        yield found


def broken(place: str) -> Channel:
    """The mutant: what nobody named may see everything."""
    return Channel.model_construct(at=place, audience="TLP:AMBER")


async def written(at: AtHand) -> tuple[Claimed, Page]:
    """What is written down for the channel at a slot, and claimed in order to be sent."""
    ledger, now = at.digesting.store, at.desk.now()
    (one,) = await ledger.subscriptions()
    await ledger.plan((), [Planned(one.schedule, "2026-11-17T07:30", now)], now)
    (occurrence,) = await ledger.unfrozen()
    await at.digesting.planner.settle_one(occurrence)
    (claimed, *_) = await ledger.claim("desk", "me", at.desk.now(), 9)
    assert claimed.channel == "quay"
    assert claimed.message_id is not None
    return claimed, (await ledger.parts(claimed.message_id))[claimed.part]


async def leaked(at: AtHand) -> list[str]:
    """Words of the story under TLP:AMBER in anything that was written."""
    claimed, _ = await written(at)
    assert claimed.message_id is not None
    bodies = " ".join(page.body for page in await at.digesting.store.parts(claimed.message_id)).lower()
    return [word for word in LEAKS if word in bodies]


async def asked_again(at: AtHand, claimed: Claimed, page: Page) -> str:
    """Why the gate lets it not out."""
    stop = await at.digesting.lanes["desk"]._means.may(claimed, page)
    return stop.why if stop else ""


async def test_nothing_but_what_everybody_may_see_is_written_and_it_goes_out(at: AtHand) -> None:
    claimed, page = await written(at)
    assert claimed.audience == "TLP:CLEAR"
    assert await asked_again(at, claimed, page) == ""


async def test_no_word_of_what_it_may_not_see_is_written(at: AtHand) -> None:
    assert await leaked(at) == []


async def test_a_mutant_without_the_ceiling_is_seen_to_leak(at: AtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rota, "unnamed", broken)
    assert len(await leaked(at)) > 5


async def test_what_a_broken_ceiling_wrote_is_stopped_by_the_gate(at: AtHand) -> None:
    with pytest.MonkeyPatch.context() as mutant:
        mutant.setattr(rota, "unnamed", broken)
        claimed, page = await written(at)
        assert claimed.audience == "TLP:AMBER"
        assert await asked_again(at, claimed, page) == "", "with both guards broken it would go out"
    at.digesting.schedules._made = None
    assert await asked_again(at, claimed, page) == "the channel may not see TLP:AMBER any more"
