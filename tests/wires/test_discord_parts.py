"""The parts of the Discord wire that need no Discord: waits, memories, and the witness in a post."""

from hypothesis import given
from hypothesis import strategies as st

from bot.message import Message
from bot.platforms.base import Frozen, key_of
from bot.platforms.discord.pace import Backoff, Identifies, Starts
from bot.platforms.discord.render import render
from bot.platforms.discord.witness import again, bears, posted_key, witnessed
from bot.platforms.drawn import Drawn
from bot.platforms.heard import Heard
from tests.drawings.messages import ALL
from tests.drawings.test_discord import limits_hold
from tests.wires.discord_stage import hand_made

KEYS = st.text("abcXYZ019-_", min_size=22, max_size=22)


def test_waits_double_to_half_a_minute_and_start_small_again() -> None:
    longest = Backoff(between=max)
    assert [longest.next() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    longest.reset()
    assert longest.next() == 1
    assert [longest.next() for _ in range(3)] == [2, 4, 8]
    longest.ease(4)
    assert [longest.next() for _ in range(2)] == [4, 8]
    shortest = Backoff(between=min)
    assert [shortest.next() for _ in range(3)] == [0.5, 1, 2]
    waits = {Backoff().next() for _ in range(20)}
    assert len(waits) > 1  # many bots do not come back at the same instant


def test_a_thousand_sessions_are_never_begun_in_a_day() -> None:
    identifies = Identifies()
    now, begun = 0.0, 0
    while now < 86_400:
        now += identifies.wait(now)
        begun += 1
    assert 800 < begun < 900
    assert Identifies().wait(100.0) == 0
    two = Identifies()
    assert [two.wait(0.0), two.wait(0.0)] == [0, 5]


def test_starts_are_spread_over_the_second() -> None:
    starts = Starts(45)
    waits = [starts.wait(0.0) for _ in range(46)]
    assert waits[0] == 0
    assert waits[45] == 1.0 or abs(waits[45] - 1.0) < 1e-9
    assert starts.wait(10.0) == 0


def test_an_id_is_heard_once_in_ten_minutes_and_ten_thousand_are_kept() -> None:
    heard = Heard()
    assert heard.first("a", 0.0)
    assert not heard.first("a", 599.0)
    assert heard.first("a", 601.0)
    for number in range(20_000):
        heard.first(str(number), 1000.0)
    assert len(heard._ids) == 10_000
    heard.first("b", 2000.0)
    assert len(heard._ids) == 1


def test_the_same_message_is_drawn_once_a_minute_and_then_forgotten() -> None:
    made: list[int] = []

    def drawing(message: Message, page: int) -> Frozen:
        made.append(page)
        return render(message, page)

    drawn = Drawn(drawing, seconds=60, most=3)
    first, same = Message("A"), Message("A")
    assert drawn.draw(first, 0, 0.0) is drawn.draw(first, 0, 59.0)
    assert drawn.draw(same, 0, 59.0) is not drawn.draw(first, 0, 59.0)
    drawn.draw(first, 1, 59.0)
    drawn.draw(first, 0, 61.0)
    assert made == [0, 0, 1, 0]
    for _ in range(10):
        drawn.draw(Message("B"), 0, 61.0)
    assert len(drawn._kept) == 3


@given(KEYS, KEYS, st.sampled_from(sorted(ALL)))
def test_every_post_bears_its_key_and_no_other_inside_the_limits(key: str, other: str, name: str) -> None:
    frozen = render(*ALL[name])
    body = witnessed(frozen.body, key)
    assert bears(body, key)
    assert bears(body, other) == (key == other or key[:8] == other[:8])
    limits_hold(Frozen(body, frozen.measures, frozen.pictures))
    assert bears(again(frozen.body, body), key)
    assert not bears(frozen.body, key)


def test_the_report_button_of_a_post_carries_its_key() -> None:
    key = key_of("digest", "1")
    body = witnessed(hand_made("b1|impact|0|0000|", "r1|impact|0|0000|").body, key)
    ids = [part["custom_id"] for part in body["components"][0]["components"]]
    assert ids == ["b1|impact|0|0000|", f"p1|{key}"]
    assert posted_key(ids[1]) == key
    for forged in ("p1|", "p1|a b", "p1|" + "k" * 26, "p2|k", "r1|impact|0|0000|", "p1|k\n"):
        assert posted_key(forged) is None
    # A message of somebody else is no witness, whatever stands in it.
    assert again(hand_made().body, {"embeds": [], "components": []}) == dict(hand_made().body)
