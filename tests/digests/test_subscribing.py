"""`/digest subscribe` and its like: what is meant, who may, and what is offered while it is typed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.base import Ask, Asker, Place, Spelling
from bot.commands.rights import may_order, rights
from bot.digests.asked_times import Times
from bot.digests.rota import rota
from bot.digests.subscribing import Here, chosen, comes, order_offers, orders, refusal, wanted
from bot.message import Message
from bot.platforms import terminal
from tests.digests.test_rota import config, order

SLASH = Spelling()
NOW = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
CONFIG = config(admins={"discord": {"users": ["100000000000000001"]}, "slack": {"users": ["U0000001"]}})
DIGESTS = CONFIG.digests


def here(*ordered: Any, own: tuple[str, ...] = (), offered: tuple[str, ...] = ("morning", "weekly")) -> Here:
    found = rota(CONFIG, ordered)
    mine = {one.of: one for one in found.values() if one.subscription}
    return Here({name: DIGESTS[name] for name in offered}, mine, {name: found[name] for name in own}, "Europe/Berlin")


def words(found: object) -> str:
    assert isinstance(found, Message), found
    return terminal.render(found, colour=False)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("morning", ("morning", Times("08:00", "", "Europe/Berlin"))),
        ("MORNING at 7.30am seoul", ("morning", Times("07:30", "", "Asia/Seoul"))),
        ("morning on daily", ("morning", Times("08:00", "daily", "Europe/Berlin"))),
        ("weekly", ("weekly", Times("", "", "Europe/Berlin"))),
        ("weekly seoul", ("weekly", Times("", "", "Asia/Seoul"))),
        ("weekly at 9 on mon", ("weekly", Times("09:00", "mon", "Europe/Berlin"))),
    ],
)
def test_what_was_not_said_is_the_digests_own(text: str, meant: object) -> None:
    assert wanted(text, here(), SLASH) == meant


def test_the_only_digest_need_not_be_named() -> None:
    one = here(offered=("morning",))
    assert wanted("at 07:30 seoul", one, SLASH) == ("morning", Times("07:30", "", "Asia/Seoul"))
    assert wanted("7:30", one, SLASH) == ("morning", Times("07:30", "", "Europe/Berlin"))
    assert wanted("", one, SLASH) == ("morning", Times("08:00", "", "Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mornign", "Did you mean morning?"),
        ("", "Name one: morning, weekly."),
        ("at 07:30", "Name one: morning, weekly."),
        ("morning at 26", "For example: /digest subscribe morning at 07:30 Asia/Seoul."),
        ("morning soul", "Did you mean Asia/Seoul?"),
        ("weekly on mon", "goes by a cron, so say a time with the days"),
    ],
)
def test_a_mistake_is_answered_with_what_was_meant_and_an_example(text: str, told: str) -> None:
    assert told in " ".join(words(wanted(text, here(), SLASH)).split())


def test_what_config_yaml_has_come_here_is_not_ordered_and_not_changed() -> None:
    there = here(own=("morning",))
    assert "comes here already: 08:00, Monday to Friday, Europe/Berlin" in words(wanted("morning at 9", there, SLASH))
    assert "comes here already" in words(chosen("pause", "morning", there, SLASH))
    assert "Subscribe to Morning" not in [one.label for one in orders(there)]


def test_one_of_several_subscriptions_is_named() -> None:
    both = here(order(), order(id=8, digest="weekly"))
    assert chosen("pause", "", here(order()), SLASH) == here(order()).ordered["morning"]
    assert chosen("pause", "weekly", both, SLASH) == both.ordered["weekly"]
    assert "Name one: morning, weekly." in words(chosen("pause", "", both, SLASH))
    assert "Nothing is subscribed to here." in words(chosen("pause", "morning", here(), SLASH))


def test_a_confirmation_says_what_will_happen_next() -> None:
    (one,) = here(order()).ordered.values()
    told = " ".join(words(comes(one, "TLP:CLEAR", "UTC", NOW)).split())
    assert "Morning comes here: 07:30, Monday to Friday, Asia/Seoul." in told
    assert "It is next due on Monday, 30 November, 07:30. It tells what TLP:CLEAR may see." in told
    assert "It rests for now" in words(comes(replace(one, rests="its digest was disabled"), "TLP:CLEAR", "UTC", NOW))


CHANNELS = {"discord": "100000000000000009", "slack": "C0000009", "desk": "quay", "terminal": ""}
PEOPLE = {
    "reader": {p: Asker("7", "Reader") for p in CHANNELS},
    "manager": {p: Asker("8", "Manager", manages=True) for p in CHANNELS},
    "admin": {p: Asker("100000000000000001" if p == "discord" else "U0000001", "Admin") for p in CHANNELS},
}


@pytest.mark.parametrize("platform", CHANNELS)
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("where", ["channel", "direct", "strange", "strange direct", "nowhere"])
def test_who_may_order(platform: str, who: str, where: str) -> None:
    channel = "" if where == "nowhere" else CHANNELS[platform]
    ask = Ask(
        Place(platform, channel),
        PEOPLE[who][platform],
        "digest",
        direct="direct" in where or where == "nowhere",
        strange="strange" in where,
    )
    may = may_order(rights(CONFIG.admins, ask), ask)
    chat = platform in ("discord", "slack")
    assert may == (chat and (where == "direct" or (where == "channel" and who != "reader")))
    told = refusal(ask, rights(CONFIG.admins, ask), CONFIG)
    assert (told is None) == may
    if told is not None:
        assert words(told).rstrip().endswith(".")


def test_digests_then_times_then_zones_are_offered() -> None:
    def values(typed: str, there: Here = here()) -> list[str]:  # noqa: B008 (a value that nothing changes)
        return [one.value for one in order_offers(typed, there, 25)]

    assert values("") == ["subscribe morning", "subscribe weekly"]
    assert values("subscribe m") == ["subscribe morning"]
    assert values("subscribe morning ")[:2] == ["subscribe morning at 08:00", "subscribe morning Europe/Berlin"]
    assert values("subscribe morning at 07:30 seo") == ["subscribe morning at 07:30 Asia/Seoul"]
    assert values("subscribe morning at 07:30")[0] == "subscribe morning at 07:30 Europe/Berlin"
    assert values("p", here(order())) == ["pause morning"]
    assert values("", here(order(state="paused"))) == [
        "subscribe weekly", "resume morning", "subscribe morning", "unsubscribe morning",
    ]  # fmt: skip


@given(st.text(max_size=60))
def test_whatever_is_typed_what_is_offered_can_be_asked(typed: str) -> None:
    there = here(order())
    for offer in order_offers(typed, there, 25):
        verb, _, rest = offer.value.partition(" ")
        assert len(offer.value) <= 50
        if verb == "subscribe" and not typed.strip():
            assert not isinstance(wanted(rest, there, SLASH), Message)
