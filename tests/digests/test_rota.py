"""The rota: each subscription is a schedule of its own, of one channel, under what config.yaml says of that channel."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.digests.gate import stopped
from bot.digests.rota import NOWHERE, PAUSED, STRANGE, TWICE, Rota, gone, rota
from bot.digests.schedule import rhythm
from bot.settings import Config
from bot.store.rows import Claimed, Subscription

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)


def config(**words: Any) -> Config:
    morning = {"title": "Morning", "at": "08:00", "on": "mon-fri", "channels": ["newsroom"], **words.pop("morning", {})}
    weekly = {"title": "Weekly", "cron": "0 8 * * 1", "channels": ["newsroom"]}
    found = {
        "timezone": "Europe/Berlin",
        "sections": {"impact": {"title": "Impact", "about": "What may change"}},
        "channels": {
            "newsroom": {"at": "slack:C0000001", "audience": "TLP:GREEN"},
            "editors": {"at": "slack:C0000002", "audience": "TLP:AMBER", "briefings": ["harbour", "tides"]},
        },
        "digests": {"morning": morning, "weekly": weekly},
        **words,
    }
    return Config.model_validate(found)


def order(
    channel: str = "C0000003", digest: str = "morning", at: str = "07:30", on: str = "", **words: Any
) -> Subscription:
    usual: dict[str, Any] = {
        "id": 7, "digest": digest, "platform": "slack", "account": "T1", "channel": channel, "at": at, "on": on,
        "zone": "Asia/Seoul", "state": "active", "by": "Ulla", "since": NOW,
    }  # fmt: skip
    return Subscription(**usual | words)


def of(one: Subscription, found: Config) -> Any:
    return rota(found, [one])[one.schedule]


def test_a_digest_of_config_yaml_goes_to_its_channels_as_before() -> None:
    found = rota(config(), [])
    assert list(found) == ["morning", "weekly"]
    assert list(found["morning"].channels) == ["slack:C0000001"]
    assert not found["morning"].rests


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (order(), "07:30, Monday to Friday, Asia/Seoul"),
        (order(on="daily"), "07:30, every day, Asia/Seoul"),
        (order(digest="weekly"), "07:30, every day, Asia/Seoul"),
        (order(digest="weekly", at=""), 'cron "0 8 * * 1", Asia/Seoul'),
    ],
)
def test_a_subscription_has_times_of_its_own(one: Subscription, said: str) -> None:
    scheduled = of(one, config())
    assert rhythm(scheduled.digest, "UTC") == said
    assert scheduled.name == f"{one.digest}@7"
    assert scheduled.of == one.digest
    assert scheduled.digest.enabled


def test_a_channel_without_a_name_is_told_what_everybody_may_see() -> None:
    (channel,) = of(order(), config()).channels.values()
    assert (channel.at, channel.audience, channel.briefings) == ("slack:C0000003", "TLP:CLEAR", ())


def test_a_channel_with_a_name_has_its_ceiling_and_the_briefings_it_follows() -> None:
    scheduled = of(order("C0000002"), config())
    (channel,) = scheduled.channels.values()
    assert channel.audience == "TLP:AMBER"
    assert scheduled.digest.briefings == ("harbour", "tides")
    assert of(order("C0000002"), config(morning={"briefings": ["tides", "dprk"]})).digest.briefings == ("tides",)


@pytest.mark.parametrize(
    ("one", "found", "why"),
    [
        (order(state="paused"), config(), PAUSED),
        (order(), config(morning={"enabled": False}), "disabled"),
        (order("C0000001"), config(), TWICE),
        (order("C0000002"), config(morning={"briefings": ["dprk"]}), STRANGE),
    ],
)
def test_what_rests_is_not_due_and_says_why(one: Subscription, found: Config, why: str) -> None:
    scheduled = of(one, found)
    assert why in scheduled.rests
    assert not scheduled.digest.enabled


def test_a_digest_without_channels_comes_to_those_that_order_it_alone() -> None:
    found = rota(config(morning={"channels": []}), [order()])
    assert found["morning"].rests == NOWHERE
    assert not found["morning"].digest.enabled
    assert not found["morning@7"].rests
    assert found["morning@7"].digest.enabled


def claimed(audience: str = "TLP:CLEAR", schedule: str = "morning@7") -> Claimed:
    usual: dict[str, Any] = {
        "id": 1, "key": "k", "fence": 1, "state": "sending", "schedule": schedule, "slot": "2026-11-17T07:30",
        "due_at": NOW, "platform": "slack", "account": "", "channel": "C0000003", "part": 0, "message_id": 1,
        "audience": audience, "attempts": 1, "first_attempt_at": NOW, "witness": "", "under": None,
    }  # fmt: skip
    return Claimed(**usual)


def test_the_gate_asks_again_whether_it_is_still_wanted_and_may_be_seen() -> None:
    known = config()

    def told(found: Rota, one: Claimed, now: Config = known) -> str:
        return stopped(now, found, one, NOW)

    assert told(rota(known, [order()]), claimed()) == ""
    assert told(rota(known, [order(state="paused")]), claimed()) == PAUSED
    assert told(rota(known, []), claimed()) == "the channel unsubscribed"
    without = config(digests={})
    assert told(rota(without, [order()]), claimed(), without) == "its digest was taken out of config.yaml"
    assert "may not see TLP:AMBER" in told(rota(known, [order()]), claimed("TLP:AMBER"))


def test_why_there_is_no_such_schedule_any_more() -> None:
    assert gone("morning@7", config()) == "the channel unsubscribed"
    assert gone("evening@7", config()) == gone("evening", config()) == "its digest was taken out of config.yaml"
