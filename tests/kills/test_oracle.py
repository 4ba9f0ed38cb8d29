"""The judge itself: logs in which one thing is wrong, and what is said of each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.kills.digests import EVERY_MINUTE, Digest
from tests.kills.oracle import GIVEN_UP, UNDER_WAY, Due, Post, Verdict, judge

BEGIN = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
PLACES = ("discord:1", "slack:C1", "desk:hall")
ZONE = ZoneInfo("Europe/Berlin")
WHOLE = Digest("log-01", "Log 01", EVERY_MINUTE, ZONE, PLACES[:2], frozenset((1, mark) for mark in range(1, 24)))
SHORT = Digest("log-02", "Log 02", EVERY_MINUTE, ZONE, PLACES, frozenset((2, mark) for mark in range(1, 9)), at_most=3)
DIGESTS = (WHOLE, SHORT)
DUES = [Due(one.name, BEGIN + timedelta(minutes=minute), f"slot {minute}") for one in DIGESTS for minute in range(3)]
CUTS = ((1, 10), (11, 20), (21, 23))
Posts = list[Post]


def kept() -> Posts:
    """What the servers kept where all is well: three slots of three parts in two places, and of one part."""
    found = []
    for place in PLACES[:2]:
        for minute in range(3):
            at = BEGIN + timedelta(minutes=minute, seconds=1)
            for part, (first, last) in enumerate(CUTS):
                claims = frozenset((1, mark) for mark in range(first, last + 1))
                found.append(Post(place, f"{place}-1-{minute}-{part}", claims, f"Log 01 ({part + 1} of 3)", at))
            claims = frozenset((2, 1 + (minute * 3 + mark) % 8) for mark in range(3))
            found.append(Post(place, f"{place}-2-{minute}", claims, "Log 02", at))
    return found


def counts(**others: int) -> dict[str, int]:
    """The bot's own counts where all is well."""
    return {**dict.fromkeys((*UNDER_WAY, *GIVEN_UP), 0), "sent": 27, **others}


def test_where_all_is_well_nothing_is_said() -> None:
    verdict = judge(DIGESTS, DUES, kept(), counts())
    assert str(verdict) == "24 expected, 24 delivered, 0 lost, 0 doubled, 0 strange, 0 unfinished, 0 stale"
    assert verdict.good


def lose(posts: Posts) -> Posts:
    return posts[1:]


def lose_a_slot(posts: Posts) -> Posts:
    return [post for post in posts if "slack:C1-1-2" not in post.key]


def lose_a_part_always(posts: Posts) -> Posts:
    return [post for post in posts if (1, 23) not in post.claims]


def lose_a_short_one(posts: Posts) -> Posts:
    return [post for post in posts if post.key != "discord:1-2-1"]


def lose_all(posts: Posts) -> Posts:
    return []


def double(posts: Posts) -> Posts:
    return [*posts, replace(posts[0], at=posts[0].at + timedelta(seconds=4))]


def double_under_another_key(posts: Posts) -> Posts:
    return [*posts, replace(posts[-1], key="fresh", at=posts[-1].at + timedelta(seconds=4))]


def double_one_slot_and_lose_the_next(posts: Posts) -> Posts:
    """As many posts and keys as there are slots."""
    early = BEGIN + timedelta(seconds=30)
    return [replace(post, at=early) if post.key == "discord:1-2-1" else post for post in posts]


def cut_otherwise(posts: Posts) -> Posts:
    return [replace(posts[0], claims=frozenset((1, mark) for mark in range(1, 10))), *posts[1:]]


def tell_of_another(posts: Posts) -> Posts:
    return [replace(posts[0], claims=posts[0].claims | {(2, 1)}), *posts[1:]]


def tell_too_much(posts: Posts) -> Posts:
    return [*posts[:3], replace(posts[3], claims=frozenset((2, mark) for mark in range(1, 5))), *posts[4:]]


def tell_nothing(posts: Posts) -> Posts:
    return [replace(posts[0], claims=frozenset()), *posts[1:]]


def post_elsewhere(posts: Posts) -> Posts:
    return [replace(posts[0], place="discord:2"), *posts[1:]]


def post_unasked(posts: Posts) -> Posts:
    return [*posts, Post("discord:1", "hello", frozenset(), "Good morning", BEGIN)]


def bear_no_key(posts: Posts) -> Posts:
    return [replace(posts[0], key=""), *posts[1:]]


def bear_a_key_of_elsewhere(posts: Posts) -> Posts:
    return [*posts, replace(posts[0], place="slack:C1")]


def bear_a_key_that_history_hides(posts: Posts) -> Posts:
    return [replace(posts[0], odd="no block_id bears its key"), *posts[1:]]


WRONG: tuple[tuple[Callable[[Posts], Posts], tuple[int, int, int], str], ...] = (
    # what is planted; how much is lost, doubled and strange; and what is said of it
    (lose, (1, 0, 0), "Log 01 in discord:1, marks 1-10 of log 1: 2 of 3"),
    (lose_a_slot, (3, 0, 0), "Log 01 in slack:C1, marks 21-23 of log 1: 2 of 3, due slot 0; slot 1; slot 2"),
    (lose_a_part_always, (6, 0, 0), "Log 01 in slack:C1, marks 21-23 of log 1: 0 of 3"),
    (lose_a_short_one, (1, 0, 0), "Log 02 in discord:1, marks 1-8 of log 2: 2 of 3"),
    (lose_all, (24, 0, 0), "Log 02 in slack:C1, marks 1-8 of log 2: 0 of 3"),
    (double, (0, 1, 0), "discord:1-1-0-0 in discord:1 at 08:00:05.000000, marks 1-10 of log 1 was there 4.00 s before"),
    (double_under_another_key, (0, 1, 0), "4 under different keys where 3 were due"),
    (double_one_slot_and_lose_the_next, (0, 1, 0), "post 2 at 08:00:30, before 08:01:00"),
    (cut_otherwise, (1, 0, 1), "a part that overlaps another"),
    (tell_of_another, (1, 0, 1), "nobody asked for"),
    (tell_too_much, (1, 0, 1), "Log 02: more than 3 claims"),
    (tell_nothing, (1, 0, 1), "not what it tells"),
    (post_elsewhere, (1, 0, 1), "not for this place"),
    (post_unasked, (0, 0, 1), "'Good morning'"),
    (bear_no_key, (1, 0, 1), "no key"),
    (bear_a_key_of_elsewhere, (0, 0, 1), "the key stands in discord:1 too"),
    (bear_a_key_that_history_hides, (1, 0, 1), "no block_id bears its key"),
)


@pytest.mark.parametrize(("plant", "found", "said"), WRONG)
def test_what_is_wrong_is_counted_and_told(
    plant: Callable[[Posts], Posts], found: tuple[int, int, int], said: str
) -> None:
    verdict = judge(DIGESTS, DUES, plant(kept()))
    assert (len(verdict.lost), len(verdict.doubled), len(verdict.strange)) == found, str(verdict)
    assert said in str(verdict)
    assert not verdict.good
    assert verdict.expected == 24
    assert verdict.delivered == 24 - found[0]


@pytest.mark.parametrize("state", [*UNDER_WAY, *GIVEN_UP])
def test_what_was_not_brought_to_its_end_is_told(state: str) -> None:
    verdict = judge(DIGESTS, DUES, kept(), counts(**{state: 2}))
    assert verdict.unfinished == [f"a delivery is {state}"] * 2
    assert not verdict.good


def test_counts_of_the_bot_that_are_not_those_of_the_servers_are_told() -> None:
    verdict = judge(DIGESTS, DUES, kept(), counts(sent=26))
    assert verdict.strange == ["the bot counts 26 as sent; there are 24 keys on the servers and 3 for the desk"]


def test_what_becomes_of_a_post_afterwards_is_told() -> None:
    assert judge(DIGESTS, DUES, kept(), touched=["a message in slack:C1 was deleted"]).strange


def perhaps(digest: Digest) -> list[Due]:
    return [*DUES, Due(digest.name, BEGIN + timedelta(seconds=20), "send 1, killed", sure=False)]


def sent_once_more(posts: Posts, places: tuple[str, ...]) -> Posts:
    at = BEGIN + timedelta(seconds=21)
    more = [replace(post, key=f"{post.key}-more", at=at) for post in posts if post.key == f"{post.place}-2-2"]
    return [*posts, *(post for post in more if post.place in places)]


def test_what_was_perhaps_asked_for_arrives_everywhere_once_or_nowhere() -> None:
    verdicts: list[Verdict] = [
        judge(DIGESTS, perhaps(SHORT), kept()),
        judge(DIGESTS, perhaps(SHORT), sent_once_more(kept(), PLACES)),
        judge(DIGESTS, perhaps(SHORT), sent_once_more(kept(), PLACES[:1])),
    ]
    assert [verdict.good for verdict in verdicts] == [True, True, False]
    assert [verdict.expected for verdict in verdicts] == [24, 26, 26]
    assert verdicts[2].lost == [
        "Log 02 in slack:C1, marks 1-8 of log 2: 3 of 4, due slot 0; send 1, killed (perhaps); slot 1; slot 2"
    ]
    twice = [*sent_once_more(kept(), PLACES), *sent_once_more(kept(), PLACES)[-2:]]
    assert len(judge(DIGESTS, perhaps(SHORT), twice).doubled) == 2


def test_no_post_comes_before_the_slots_do() -> None:
    assert judge(DIGESTS, [], []).good
    unasked = judge(DIGESTS, [], kept())
    assert (unasked.expected, len(unasked.doubled)) == (0, 24)


def test_a_post_without_the_last_word_of_a_mark_is_stale() -> None:
    posts = [replace(post, words=f"{post.words} mark 4 of log 1 is dry2.") for post in kept()]
    words = {(1, 4): "dry2"}
    assert judge(DIGESTS, DUES, posts, counts(), words=words).good
    found = judge(DIGESTS, DUES, kept(), counts(), words=words)
    assert len(found.stale) == 6
    assert "mark 4 of log 1 is dry2. is not said" in found.stale[0]


@pytest.mark.parametrize(("state", "good"), [("expired", True), ("sent", True), ("held", False), ("pending", False)])
def test_corrections_come_to_an_end(state: str, good: bool) -> None:
    assert judge(DIGESTS, DUES, kept(), counts(**{f"correction {state}": 1})).good is good
