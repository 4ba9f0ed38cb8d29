"""What was frozen goes out only where it may still go, and says why not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.content.edition import Edition, Views
from bot.content.view import View
from bot.digests.gate import Gate
from bot.digests.gate import stopped as stopped_by
from bot.digests.rota import rota
from bot.digests.schedules import Schedules
from bot.settings import Config
from bot.store.memory import open_store
from bot.store.rows import Claimed, Page

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)


def config(**words: Any) -> Config:
    morning = {"title": "Morning", "at": "08:00", "channels": ["newsroom"], **words.pop("morning", {})}
    newsroom = {"at": "slack:C0000001", "audience": "TLP:GREEN", **words.pop("newsroom", {})}
    found = {
        "sections": {"impact": {"title": "Impact", "about": "What may change"}},
        "channels": {"newsroom": newsroom},
        "digests": {"morning": morning},
        **words,
    }
    return Config.model_validate(found)


def claimed(**words: Any) -> Claimed:
    usual: dict[str, Any] = {
        "id": 1, "key": "k", "fence": 1, "state": "sending", "schedule": "morning", "slot": "2026-11-17T08:00",
        "due_at": NOW, "platform": "slack", "account": "", "channel": "C0000001", "part": 0, "message_id": 1,
        "audience": "TLP:GREEN", "attempts": 1, "first_attempt_at": NOW,
        "witness": "", "under": None,
    }  # fmt: skip
    return Claimed(**usual | words)


def stopped(config: Config, one: Claimed, now: datetime) -> str:
    return stopped_by(config, rota(config, ()), one, now)


def test_what_nothing_stands_against_goes_out() -> None:
    assert stopped(config(), claimed(), NOW) == ""
    assert stopped(config(newsroom={"audience": "TLP:AMBER"}), claimed(), NOW) == ""


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        (config(digests={}), "taken out of config.yaml"),
        (config(morning={"enabled": False}), "disabled"),
        (config(morning={"channels": []}), "taken out of the digest"),
        (config(newsroom={"at": "slack:C0000002"}), "taken out of the digest"),
        (config(newsroom={"audience": "TLP:CLEAR"}), "may not see TLP:GREEN"),
    ],
)
def test_what_config_yaml_does_not_want_any_more_stays(changed: Config, word: str) -> None:
    assert word in stopped(changed, claimed(), NOW)


def test_what_is_too_late_stays_unless_an_operator_wants_it() -> None:
    late = NOW + timedelta(hours=6, seconds=1)
    assert "max_late" in stopped(config(), claimed(), late)
    assert stopped(config(), claimed(), NOW + timedelta(hours=6)) == ""
    assert stopped(config(), claimed(witness="operator"), late) == ""
    assert "may not see" in stopped(config(newsroom={"audience": "TLP:CLEAR"}), claimed(witness="operator"), late)


def test_what_was_asked_for_by_hand_does_not_need_the_schedule() -> None:
    assert stopped(config(morning={"enabled": False}), claimed(slot="now:1"), NOW) == ""


class Nothing:
    """A platform where nobody reads along."""

    async def strange(self, _: object) -> bool:
        return False


@pytest.mark.parametrize(("agrees", "state"), [(True, "expired"), (False, "retry")])
async def test_what_may_not_go_out_ends_only_where_the_files_are_those_it_was_made_of(
    tmp_path: Path, agrees: bool, state: str
) -> None:
    async def view(_: str) -> View:
        return Views(Edition((), {}, UTC)).at("TLP:GREEN", NOW)

    async def agree() -> bool:
        return agrees

    platforms: Any = {"slack": Nothing()}
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        gate = Gate(Schedules(store, config), view, platforms, lambda: NOW, agree, store.superseded, tuple)
        stop = await gate(claimed(), Page("{}", "", ("harbour/s1#0123456789abcdef",)))
        assert stop
        assert stop.state == state
        assert await gate(claimed(), Page("{}", "", ())) is None
