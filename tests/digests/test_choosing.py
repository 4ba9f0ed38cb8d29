"""Which claims a digest tells: each in its turn, what is new once, and nothing that was not there to be seen."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.model import Briefing
from bot.content.view import View
from bot.digests.choosing import FEW, Passage, Told, choose
from tests.content.editions import DREDGING, JAPANESE, SHIPPED, Raw, briefings, edition, made, read, shipped
from tests.digests.days import (
    MONDAY,
    NEVER,
    ORIGINAL,
    SINCE_MONDAY,
    SUNDAY,
    TUESDAY,
    digest,
    lived,
    marked,
    without,
    worded,
)
from tests.sizes import examples

AFTERNOON = MONDAY + timedelta(hours=8)


def keys(passages: Iterable[Passage]) -> list[str]:
    return [seen.key for passage in passages for seen in passage.claims]


def news(
    *states: tuple[datetime, Sequence[Briefing]], audience: str = "TLP:CLEAR", told: Told = SINCE_MONDAY
) -> list[str]:
    """What is told on Tuesday, as `change: id, id`."""
    found = choose(digest(), lived(*states).seen_by(audience, TUESDAY), told)
    return [
        f"{passage.change or passage.title}: {', '.join(seen.item.id for seen in passage.claims)}" for passage in found
    ]


# --- rotate ---


def few(names: Iterable[str], gone: Iterable[str] = ()) -> Raw:
    """A briefing of such notes, in this order; those that are gone were withdrawn."""
    away = set(gone)
    notes = [
        {"id": name, "section": "impact", "text": f"The editors note {name}.", "claimed_by": "editor", "status": "note"}
        | ({"state": "withdrawn", "correction": {"at": "2026", "note": "Gone."}} if name in away else {})
        for name in names
    ]
    return {"format": 1, "briefing": {"id": "story", "title": "Story"}, "snippets": notes}


class Schedule:
    """A schedule that rotates, slot after slot, and what it remembers."""

    def __init__(self, count: int | None) -> None:
        self.digest = digest(show="rotate", count=count)
        self.slots: list[tuple[list[str], set[str]]] = []
        self.times: dict[str, int] = {}
        self.last: dict[str, int] = {}

    def tell(self, view: View) -> list[str]:
        found = keys(choose(self.digest, view, Told(MONDAY, "", dict(self.times), dict(self.last))))
        for key in found:
            self.times[key] = self.times.get(key, 0) + 1
            self.last[key] = len(self.slots)
        self.slots.append((found, {seen.key for seen in view.snippets}))
        return found


@cache
def seen(names: str, gone: str = "") -> View:
    return edition(made(few(names, gone))).seen_by("TLP:CLEAR", TUESDAY)


def test_a_rotation_walks_through_all_of_a_briefing_before_it_begins_anew() -> None:
    view, schedule = edition((shipped(SHIPPED),)).seen_by("TLP:CLEAR", TUESDAY), Schedule(None)
    told = [key for _ in range(12) for key in schedule.tell(view)]
    assert told == [one.key for one in view.snippets]
    assert schedule.tell(view) == told[:3]


def test_a_rotation_tells_all_where_there_are_fewer_and_nothing_where_there_is_nothing() -> None:
    assert Schedule(5).tell(seen("ab")) == ["story/a", "story/b"]
    assert Schedule(5).tell(seen("ab", "ab")) == []


def test_what_joins_late_has_its_turn_next_and_then_waits_like_all_others() -> None:
    schedule = Schedule(1)
    for _ in range(9):
        schedule.tell(seen("abc"))
    told = [schedule.tell(seen("abcx"))[0].removeprefix("story/") for _ in range(9)]
    assert "".join(told) == "xabcxabcx"


def test_what_was_away_is_not_told_again_and_again_when_it_is_back() -> None:
    schedule = Schedule(1)
    schedule.tell(seen("abc"))
    for _ in range(8):
        schedule.tell(seen("abc", "a"))
    told = [schedule.tell(seen("abc"))[0].removeprefix("story/") for _ in range(7)]
    assert "".join(told) == "abcabca"


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[str, str]]:
    """What there is at each slot: every snippet ever written so far, and those that are withdrawn at the moment."""
    letters, there, slots = list("abcdefghijklmnop"), list(draw(st.sampled_from(("a", "abc", "abcde")))), []
    letters = [one for one in letters if one not in there]
    away: set[str] = set()
    for _ in range(draw(st.integers(2, 14))):
        match draw(st.integers(0, 5)):
            case 0 if letters:
                there.insert(draw(st.integers(0, len(there))), letters.pop())
            case 1:
                away ^= {draw(st.sampled_from(there))}
        slots.append(("".join(there), "".join(sorted(away))))
    return slots


@given(changes(), st.integers(1, 4))
def test_between_two_tellings_of_a_claim_every_other_that_was_there_all_along_is_told(
    slots: list[tuple[str, str]], count: int
) -> None:
    schedule = Schedule(count)
    for there, away in slots:
        found = schedule.tell(seen(there, away))
        live = schedule.slots[-1][1]
        assert len(found) == len(set(found)) == min(count, len(live))
        assert set(found) <= live
    ever = {key for found, _ in schedule.slots for key in found}
    for key in ever:
        at = [number for number, (found, _) in enumerate(schedule.slots) if key in found]
        for first, second in pairwise(at):
            between = schedule.slots[first : second + 1]
            stayed = set.intersection(*(live for _, live in between))
            told = {one for found, _ in between for one in found}
            assert stayed <= told, f"{key} was told twice before {stayed - told}"


@given(st.lists(st.sampled_from("abcdefghij"), unique=True, min_size=1), st.integers(1, 5), st.data())
def test_nothing_is_told_twice_before_all_were_told_once(names: list[str], count: int, data: st.DataObject) -> None:
    """Also where snippets are added on the way; those that are withdrawn on the way need not be told any more."""
    schedule, later = Schedule(count), [one for one in "klmnop" if data.draw(st.booleans())]
    gone = data.draw(st.sets(st.sampled_from(names), max_size=len(names) - 1))
    first = True
    for number in range(16):
        added = later[: number // 2]
        view = seen("".join((*added, *names)), "".join(sorted(gone)) if number > 1 else "")
        waiting = {one.key for one in view.snippets} - schedule.times.keys()
        found = schedule.tell(view)
        again = [key for key in found if schedule.times[key] > 1]
        if first and again:
            assert waiting <= set(found)
            first = False
    live = [schedule.times[f"story/{name}"] for name in names if name not in gone]
    assert max(live) - min(live) <= 1


# --- new ---


def test_on_the_first_slot_each_briefing_is_told_by_its_headline_block() -> None:
    found = news((SUNDAY, [shipped(SHIPPED)]), told=NEVER)
    assert found == ["North Korean troops in Russia: troop-count, see-poverty, keep-silent, decades, captains"]


def test_what_changed_is_told_once() -> None:
    after = read(worded(ORIGINAL, "at more than 10,000.", "at more than 11,000."))
    states = ((SUNDAY, [shipped(SHIPPED)]), (AFTERNOON, [after]))
    assert news(*states) == ["changed: troop-count"]
    assert news(*states, told=Told(AFTERNOON, "2026-11-16T16:00")) == []
    assert news(*states, told=Told(AFTERNOON - timedelta(seconds=1), "2026-11-16T15:59")) == ["changed: troop-count"]


def test_what_is_no_news_to_a_reader_is_not_told() -> None:
    after = read(worded(ORIGINAL, "    hedge: sure to\n    confidence: moderate", "    confidence: high"))
    tagged = read(worded(ORIGINAL, "    hedge: sure to\n", "    hedge: sure to\n    tags: [pact]\n"))
    assert news((SUNDAY, [shipped(SHIPPED)]), (AFTERNOON, [after])) == ["changed: moscow-ties"]
    assert news((SUNDAY, [shipped(SHIPPED)]), (AFTERNOON, [tagged])) == []


def test_a_claim_that_came_and_went_between_two_slots_is_not_told_at_all() -> None:
    before = read(without(ORIGINAL, "moscow-ties"))
    gone = read(marked(ORIGINAL, "moscow-ties", "withdrawn", "at: 2026-11-16, note: Wrong."))
    assert news((SUNDAY, [before]), (AFTERNOON, [shipped(SHIPPED)]), (AFTERNOON + timedelta(hours=1), [gone])) == []
    assert news((SUNDAY, [before]), (AFTERNOON, [gone])) == []


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (("active", "withdrawn"), ["withdrawn: moscow-ties"]),
        (("withdrawn", "active"), ["restored: moscow-ties"]),
        (("active", "withdrawn", "active"), ["restored: moscow-ties"]),
        (("active", "corrected"), ["corrected: moscow-ties"]),
        (("active", "corrected", "withdrawn"), ["withdrawn: moscow-ties"]),
        (("draft", "active"), ["North Korean troops in Russia and what they may bring home: moscow-ties"]),
        (("draft", "corrected"), ["North Korean troops in Russia and what they may bring home: moscow-ties"]),
        (("active", "draft"), []),
        (("draft", "withdrawn"), []),
    ],
)
def test_each_change_is_told_as_what_it_is(states: tuple[str, ...], told: list[str]) -> None:
    note = "at: 2026-11-16, note: Looked at again."
    lives = [
        marked(ORIGINAL, "moscow-ties", state, note if state in ("corrected", "withdrawn") else "") for state in states
    ]
    times = [SUNDAY, *(AFTERNOON + timedelta(minutes=at) for at in range(len(states)))]
    assert news(*((at, [read(text)]) for at, text in zip(times, lives, strict=False))) == told


def test_a_claim_comes_when_its_embargo_ends() -> None:
    text = worded(ORIGINAL, "    hedge: sure to\n", "    hedge: sure to\n    publish_at: 2026-11-17T07:30\n")
    whole = lived((SUNDAY, [read(text)]))
    before = choose(digest(), whole.seen_by("TLP:CLEAR", TUESDAY - timedelta(minutes=31)), SINCE_MONDAY)
    after = choose(digest(), whole.seen_by("TLP:CLEAR", TUESDAY), SINCE_MONDAY)
    assert (keys(before), keys(after)) == ([], ["dprk-troops-in-russia/moscow-ties"])


def test_a_new_briefing_is_no_flood() -> None:
    text = ORIGINAL.partition("\ndigest:\n")[0]
    many, other = read(text), shipped(JAPANESE)
    ids = [f"n{number}" for number in range(FEW + 1)]
    (some,), (more,) = made(few(ids[:-1])), made(few(ids))
    assert news((SUNDAY, [other]), (AFTERNOON, [other, many])) == [
        "New briefing: North Korean troops in Russia and what they may bring home: "
    ]
    assert news((SUNDAY, [other]), (AFTERNOON, [some])) == [f"New briefing: Story: {', '.join(ids[:-1])}"]
    assert news((SUNDAY, [other]), (AFTERNOON, [more])) == ["New briefing: Story: "]


def test_a_briefing_under_a_higher_label_is_no_news() -> None:
    states = ((SUNDAY, [shipped(SHIPPED)]), (AFTERNOON, [shipped(SHIPPED), shipped(DREDGING)]))
    assert news(*states, audience="TLP:GREEN") == []
    assert news(*states, audience="TLP:AMBER") == [
        "New briefing: Murkwater at Zanderholm: sludgewright-hired, eelgrounds"
    ]


# --- headline, all, and which briefings ---


def test_a_briefing_without_a_block_or_with_nothing_left_in_it_is_left_out() -> None:
    text = ORIGINAL.partition("\ndigest:\n")[0]
    empty = f"{text}\ndigest:\n  headline: Nothing\n  lead: Nothing is left.\n  items: [troop-count]\n"
    gone = marked(empty, "troop-count", "withdrawn", "at: 2026-11-16, note: Wrong.")
    for one in (text, gone):
        view = edition((read(one),)).seen_by("TLP:CLEAR", TUESDAY)
        assert choose(digest(show="headline"), view, NEVER) == ()


def test_what_was_withdrawn_or_is_hidden_is_left_out_of_a_headline_block() -> None:
    text = marked(ORIGINAL, "troop-count", "withdrawn", "at: 2026-11-16, note: Wrong.")
    view = edition((read(marked(text, "captains", "draft")),)).seen_by("TLP:CLEAR", TUESDAY)
    (found,) = choose(digest(show="headline"), view, NEVER)
    assert [one.item.id for one in found.claims] == ["see-poverty", "keep-silent", "decades"]


@examples(30)
@given(briefings("story"), briefings("other"), st.sampled_from(("TLP:CLEAR", "TLP:RED")))
def test_all_of_it_is_all_that_is_visible_each_once(one: Raw, two: Raw, audience: str) -> None:
    view = edition(made(one, two)).seen_by(audience, TUESDAY)
    assert sorted(keys(choose(digest(show="all"), view, NEVER))) == sorted(seen.key for seen in view.snippets)


def test_briefings_come_in_the_order_in_which_the_digest_names_them() -> None:
    view = edition((shipped(SHIPPED), shipped(JAPANESE))).seen_by("TLP:GREEN", TUESDAY)
    for names in (["aosagi-urchins", "dprk-troops-in-russia"], ["dprk-troops-in-russia", "aosagi-urchins", "nowhere"]):
        found = choose(digest(show="all", briefings=names), view, NEVER)
        assert [one.briefing.head.id for one in found if one.briefing] == names[:2]
    one = choose(digest(show="all", briefings=["aosagi-urchins"]), view, NEVER)
    assert {key.split("/")[0] for key in keys(one)} == {"aosagi-urchins"}
