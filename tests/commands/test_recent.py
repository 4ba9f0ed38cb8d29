"""What many ask at once is made once, and nobody is told what no longer holds."""

from datetime import UTC, datetime, timedelta
from functools import cache

from bot.commands.recent import Recent
from bot.content.view import View
from bot.message import Message
from tests.content.editions import SHIPPED, edition, shipped

NOW = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)
SAID = Message("Impact")


@cache
def view(audience: str) -> View:
    return edition((shipped(SHIPPED),)).seen_by(audience, NOW)


def test_the_same_question_in_the_same_minute_is_made_once() -> None:
    recent = Recent()
    assert recent.get(view("TLP:CLEAR"), "impact", NOW) is None
    recent.keep(view("TLP:CLEAR"), "impact", SAID, NOW)
    assert recent.get(view("TLP:CLEAR"), "impact", NOW + timedelta(seconds=44)) is SAID


def test_another_view_another_question_and_another_minute_are_made_anew() -> None:
    recent = Recent()
    assert recent.get(view("TLP:GREEN"), "impact", NOW) is None
    recent.keep(view("TLP:GREEN"), "impact", SAID, NOW)
    assert recent.get(view("TLP:CLEAR"), "impact", NOW) is None
    assert recent.get(view("TLP:GREEN"), "people", NOW) is None
    assert recent.get(view("TLP:GREEN"), "impact", NOW + timedelta(seconds=45)) is None
    assert recent.get(view("TLP:GREEN"), "impact", NOW) is None, "a minute that is over does not come back"


def test_what_took_until_the_next_minute_is_not_kept() -> None:
    recent = Recent()
    later = NOW + timedelta(minutes=1)
    assert recent.get(view("TLP:CLEAR"), "search", later) is None
    recent.keep(view("TLP:CLEAR"), "search", SAID, NOW)
    assert recent.get(view("TLP:CLEAR"), "search", later) is None


def test_no_more_is_kept_than_there_is_room_for() -> None:
    recent = Recent(most=10)
    recent.get(view("TLP:CLEAR"), "", NOW)
    for number in range(1000):
        recent.keep(view("TLP:CLEAR"), number, SAID, NOW)
        assert len(recent) <= 10
