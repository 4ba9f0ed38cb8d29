"""What is ordered in a chat is done once, and by nothing but the order itself."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.base import Ask, Asker, Place
from bot.digest_corrections import DigestCorrections
from bot.digest_verbs import AtHand, at_hand
from bot.digests.tables import next_table
from bot.environment import read_secrets
from bot.errors import Refused
from bot.platforms import terminal
from bot.store.memory import open_store
from bot.store.rows import Schedule, Subscription
from tests.product.home import furnish
from tests.product.running import until

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
ROOM = "100000000000000555"
BEGUN = Schedule("", active=True, zone="UTC", starts_at=NOW, planned_through=NOW, cursor="2026-11-17T07:00")
RULES = """\
admins: {channel: newsroom}
digests:
  log: {title: The log, at: "08:00", briefings: [tide-log], channels: [newsroom]}
"""


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[AtHand]:
    home = furnish(tmp_path / "home", {"newsroom": ("desk:newsroom", "TLP:GREEN")}, RULES)
    async with at_hand(home / "config.yaml", read_secrets({})) as found:
        order = Subscription(0, "log", "discord", "9", ROOM, "07:30", "", "Asia/Seoul", "active", "Ulla", NOW)
        await found.digesting.store.subscribe(order, BEGUN, "made", NOW)
        yield found


def ask(text: str, inbound_id: str, **more: object) -> Ask:
    usual = Ask(Place("discord", ROOM, "9"), Asker("1", "Ulla", manages=True), "digest", text, inbound_id=inbound_id)
    return replace(usual, **more)  # type: ignore[arg-type]  # fields of an ask


async def state(at: AtHand) -> str:
    found = await at.digesting.store.subscriptions()
    return found[0].state if found else "ended"


async def said(at: AtHand, one: Ask) -> str:
    return terminal.render((await at.front.answer(one)).message, colour=False)


async def test_a_press_that_is_delivered_again_later_does_nothing(at: AtHand) -> None:
    assert "rests here now" in await said(at, ask("pause log", "a"))
    assert "comes here: 07:30" in await said(at, ask("resume log", "b"))
    assert "done already" in await said(at, ask("pause log", "a"))
    assert await state(at) == "active"
    assert "comes here no more" in await said(at, ask("unsubscribe log", "c"))
    assert "Nothing is subscribed to here" in await said(at, ask("unsubscribe log", "c"))


async def test_who_reports_or_shares_an_answer_orders_nothing(at: AtHand) -> None:
    """A confirmation names its own order: what else is done with it must not give that order again."""
    confirmed = (await at.front.answer(ask("pause log", "a"))).message
    assert confirmed.offers == ()
    await at.front.answer(ask("resume log", "b"))
    again = ask("pause log", "c", stamp=confirmed.stamp)
    assert "Thank you" in await at.front.report(again, "This is wrong.")
    await at.front.share(replace(again, inbound_id="d"))
    with pytest.raises(Refused):
        await at.front.share(replace(again, inbound_id="e", direct=True))
    assert await state(at) == "active"


async def test_a_platform_that_is_off_takes_no_order(at: AtHand) -> None:
    told = await said(at, ask("subscribe log at 09:00", "a"))
    assert "Nothing can be posted here yet. Discord is off." in " ".join(told.split())


@pytest.mark.parametrize("text", ["pause log", "unsubscribe log", "resume log", "subscribe log"])
async def test_readers_and_people_of_another_house_order_nothing(at: AtHand, text: str) -> None:
    assert "Who may manage this server" in await said(at, ask(text, "a", person=Asker("2", "Reader")))
    assert "another house" in await said(at, ask(text, "b", strange=True))
    assert await state(at) == "active"


async def test_what_another_process_orders_is_planned_within_two_seconds(at: AtHand, tmp_path: Path) -> None:
    ledger = at.digesting.store
    planning = asyncio.create_task(at.digesting.planner.run())
    try:
        async with await open_store("sqlite:///state.db", tmp_path / "home") as other, asyncio.timeout(4):
            await asyncio.sleep(1.5)  # it has planned, and waits
            (one,) = await other.subscriptions()

            async def goes_on() -> bool:
                return (await ledger.schedules())[one.schedule].active

            async def rests() -> bool:
                return not await goes_on()

            await other.turn(one, "paused", "x", NOW)
            await until(rests)
            await other.turn(one, "active", "y", NOW)
            await until(goes_on)
    finally:
        planning.cancel()
        await asyncio.gather(planning, return_exceptions=True)


async def test_another_channel_sees_nothing_of_it(at: AtHand) -> None:
    elsewhere = Place("discord", "100000000000000556", "9")
    assert "No digest comes here" in await said(at, ask("list", "a", place=elsewhere))
    assert "Nothing is subscribed to here" in await said(at, ask("pause log", "b", place=elsewhere))
    assert "No digest comes here" in await said(at, ask("why log", "c", place=elsewhere))
    assert await state(at) == "active"


async def test_the_next_slots_of_a_subscription_are_shown_among_the_others_until_it_rests(at: AtHand) -> None:
    told = next_table(await at.desk.digests(), 120, colour=False)
    rows = [line.split() for line in told.splitlines() if "log@" in line]
    assert [(time, zone, place) for _, time, zone, _, place in rows] == [("07:30", "Asia/Seoul", f"discord:{ROOM}")] * 3
    await said(at, ask("pause log", "a"))
    assert "log@" not in next_table(await at.desk.digests(), 120, colour=False)


async def test_without_a_name_nothing_is_taken_back_and_nothing_explained(at: AtHand) -> None:
    """A script whose variable is empty must not delete what was posted last."""
    corrections = DigestCorrections(at.desk)
    with pytest.raises(Refused, match="Name the digest"):
        await corrections.retractable("", "")
    with pytest.raises(Refused, match="Name the digest"):
        await at.desk.why("", "", "")
