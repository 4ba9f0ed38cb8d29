"""What digests say, as it was reviewed, and what holds for whatever they say.

Renew the drawings with `RENEW_GOLDEN=1 python -m pytest tests/digests/test_compose.py`, and read the difference as a
reader would, beside the standard that answers are held to.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.base import Spelling
from bot.content.model import LABELS, rank
from bot.content.view import View
from bot.digests.choosing import Told
from bot.digests.compose import Composed, compose, depends, late
from bot.digests.depends import snippet_of
from bot.message import Claim, Entry, Heading, Message, Paragraph, Quiet
from bot.platforms.terminal import render
from tests.content.editions import BERLIN, DREDGING, JAPANESE, SHIPPED, Raw, briefings, edition, made, read, shipped
from tests.digests.days import (
    MONDAY,
    NEVER,
    ORIGINAL,
    SINCE_MONDAY,
    SUNDAY,
    TUESDAY,
    a_morning_later,
    composed,
    digest,
    lived,
    marked,
    shows,
)
from tests.sizes import examples

GOLDEN = Path(__file__).parent / "golden"


IN_JAPANESE = JAPANESE.read_text(encoding="utf-8")
BLOCKLESS = IN_JAPANESE.partition("digest:\n")[0]


def alone() -> View:
    """The briefing that ships, read on Sunday."""
    return lived((SUNDAY, [shipped(SHIPPED)])).seen_by("TLP:CLEAR", TUESDAY)


def beside(audience: str = "TLP:GREEN") -> View:
    """Beside a briefing in Japanese under TLP:GREEN, and one above it."""
    return lived((SUNDAY, [shipped(SHIPPED), shipped(JAPANESE), shipped(DREDGING)])).seen_by(audience, TUESDAY)


def joined(text: str) -> View:
    """The briefing that ships since Sunday, and another one since Monday afternoon."""
    return lived((SUNDAY, [shipped(SHIPPED)]), (MONDAY + timedelta(hours=8), [shipped(SHIPPED), read(text)])).seen_by(
        "TLP:GREEN", TUESDAY
    )


def only_corrected() -> View:
    text = marked(ORIGINAL, "troop-count", "corrected", "at: 2026-11-16T17:12, note: The count is Sunday's.")
    return lived((SUNDAY, [shipped(SHIPPED)]), (MONDAY + timedelta(hours=1), [read(text)])).seen_by(
        "TLP:CLEAR", TUESDAY
    )


def changed() -> View:
    return a_morning_later().seen_by("TLP:CLEAR", TUESDAY)


def changed_beside() -> View:
    """The same, and meanwhile a claim of another briefing was withdrawn too."""
    before = shipped(JAPANESE)
    after = read(marked(IN_JAPANESE, "kelp", "withdrawn", "at: 2026-11-16, note: 聞き違い"))
    one = a_morning_later()
    two = lived((SUNDAY, [before]), (MONDAY + timedelta(hours=9), [after]))
    history = one.history.with_new(v for s in two.history.versions.values() for vs in s.values() for v in vs)
    return edition((*one.briefings, after), history).seen_by("TLP:GREEN", TUESDAY)


BOTH = ["dprk-troops-in-russia", "aosagi-urchins"]
HALF_TOLD = Told(
    SINCE_MONDAY.since,
    SINCE_MONDAY.since_slot,
    last=dict.fromkeys((f"aosagi-urchins/{one.id}" for one in shipped(JAPANESE).snippets[:-3]), 1),
)

CASES: dict[str, Callable[[], Message]] = {
    "all": lambda: composed(beside(), show="all", briefings=["aosagi-urchins"]).message,
    "headline": lambda: composed(alone(), show="headline").message,
    "headline-beside": lambda: composed(beside(), show="headline").message,
    "headline-late": lambda: composed(alone(), show="headline", now=TUESDAY + timedelta(hours=2)).late,
    "new": lambda: composed(changed(), SINCE_MONDAY).message,
    "new-beside": lambda: composed(changed_beside(), SINCE_MONDAY).message,
    "new-briefing": lambda: composed(joined(IN_JAPANESE), SINCE_MONDAY).message,
    "new-briefing-without-a-block": lambda: composed(joined(BLOCKLESS), SINCE_MONDAY).message,
    "new-first": lambda: composed(alone(), show="new").message,
    "new-first-without-a-block": lambda: composed(joined(BLOCKLESS), show="new").message,
    "nothing-new": lambda: composed(alone(), SINCE_MONDAY).message,
    "nothing-new-late": lambda: composed(alone(), SINCE_MONDAY, TUESDAY + timedelta(hours=17)).late,
    "nothing-yet": lambda: composed(edition(()).seen_by("TLP:CLEAR", TUESDAY)).message,
    "only-corrected": lambda: composed(only_corrected(), SINCE_MONDAY).message,
    "rotate": lambda: composed(alone(), show="rotate").message,
    "rotate-beside": lambda: composed(beside(), HALF_TOLD, show="rotate", count=5, briefings=BOTH).message,
}


@pytest.mark.parametrize("name", CASES)
def test_the_digest_reads_as_reviewed(name: str) -> None:
    file, drawn = GOLDEN / f"{name}.txt", render(CASES[name]())
    if os.environ.get("RENEW_GOLDEN"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


def test_every_golden_digest_belongs_to_a_case() -> None:
    assert {file.name for file in GOLDEN.glob("*.txt")} == {f"{name}.txt" for name in CASES}


# --- what is said around the claims ---


def test_commands_are_named_as_they_are_typed_there() -> None:
    typed = Spelling("nk-", frozenset({"nk-briefing"}))
    footer = composed(alone(), show="headline", typed=typed).message.footer
    assert footer[-1] == "/nk-brief briefing dprk-troops-in-russia for all"


def test_the_day_is_that_of_the_slot_and_for_one_asked_for_by_hand_that_of_its_zone() -> None:
    kiritimati = ZoneInfo("Pacific/Kiritimati")
    named = compose("m", digest(), alone(), "2026-11-17T08:00", TUESDAY, kiritimati, NEVER, TUESDAY)
    asked = compose("m", digest(), alone(), "now:abc", TUESDAY, BERLIN, NEVER, TUESDAY)
    elsewhere = compose("m", digest(), alone(), "now:abc", TUESDAY + timedelta(hours=4), kiritimati, NEVER, TUESDAY)
    days = [one.message.about for one in (named, asked, elsewhere)]
    assert days == ["Tuesday, 17 November", "Tuesday, 17 November", "Wednesday, 18 November"]


def test_the_last_slot_is_named_as_its_clock_showed_it() -> None:
    for slot, told in (
        ("2026-10-25T02:30", "Sunday, 25 October, 02:30"),
        ("2026-10-25T02:30+01:00", "Sunday, 25 October, 02:30"),
        ("now:abc", "Monday, 16 November, 08:00"),
        ("", "Monday, 16 November, 08:00"),
    ):
        (line,) = composed(alone(), Told(MONDAY, slot)).message.blocks
        assert isinstance(line, Paragraph)
        assert line.spans[0].text == f"Nothing new since {told}."


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (TUESDAY + timedelta(minutes=1), "Delayed from 08:00."),
        (TUESDAY + timedelta(hours=15, minutes=59), "Delayed from 08:00."),
        (TUESDAY + timedelta(hours=16), "Delayed from Tuesday, 17 November, 08:00."),
        (TUESDAY.astimezone(ZoneInfo("Asia/Tokyo")) + timedelta(hours=1), "Delayed from 08:00."),
    ],
)
def test_what_comes_late_says_so_first(now: datetime, told: str) -> None:
    message = replace(composed(alone()).message, notices=("Another notice.",))
    assert late(message, TUESDAY, BERLIN, now).notices == (told, "Another notice.")


def test_where_nothing_is_to_be_told_one_line_says_so() -> None:
    for show, told, line in (
        ("new", NEVER, "There is nothing to tell yet."),
        ("all", NEVER, "There is nothing to tell yet."),
        ("headline", SINCE_MONDAY, "There is nothing to tell at the moment."),
        ("new", SINCE_MONDAY, "Nothing new since Monday, 16 November, 08:00."),
    ):
        found = composed(edition(()).seen_by("TLP:RED", TUESDAY), told, show=show)
        assert found.empty
        assert [span.text for block in found.message.blocks for span in getattr(block, "spans", ())] == [line]
        assert (found.items, found.always, found.message.footer, found.message.label) == ((), (), (), "TLP:CLEAR")
    assert not composed(alone()).empty


def test_a_message_answers_no_question_and_offers_what_it_is_told_to() -> None:
    found = composed(alone(), show="headline", offers=("report",))
    assert (found.message.origin, found.message.offers) == (None, ("report",))
    assert found.message.stamp == alone().stamp


# --- promises ---


@examples(40)
@given(shows, st.sampled_from((NEVER, SINCE_MONDAY)), st.sampled_from(LABELS), briefings("story"), briefings("other"))
def test_nothing_is_told_that_this_audience_may_not_see_and_nothing_without_its_source(
    show: str, told: Told, audience: str, one: Raw, two: Raw
) -> None:
    first, second = made(one, two)
    view = lived((MONDAY - timedelta(days=1), [first]), (MONDAY + timedelta(hours=1), [first, second])).seen_by(
        audience, TUESDAY
    )
    found = composed(view, told, show=show)
    assert_sound(found, view)


@examples(40)
@given(shows, briefings("story", ("TLP:CLEAR",)), briefings("story", ("TLP:CLEAR", "TLP:GREEN")))
def test_what_changed_is_told_with_its_source_too(show: str, before: Raw, after: Raw) -> None:
    old, new = made(before, after)
    view = lived((SUNDAY, [old]), (MONDAY + timedelta(hours=1), [new])).seen_by("TLP:GREEN", TUESDAY)
    assert_sound(composed(view, SINCE_MONDAY, show=show), view)


def assert_sound(found: Composed, view: View) -> None:
    """Every text is one the view holds, under a heading, with its source, and with keys that say so."""
    blocks = [block for block in found.message.blocks if isinstance(block, Claim | Entry)]
    assert len(blocks) == len(found.items)
    briefed = {f"{name}/" for name in view.by_id}
    assert set(found.always) <= briefed
    for block, keys in zip(blocks, found.items, strict=True):
        (key,) = keys
        name = snippet_of(key)
        if name is None:
            assert isinstance(block, Entry)
            assert key in briefed
            continue
        seen = view.snippet(name)
        assert seen is not None
        assert f"{seen.briefing.id}/" in found.always
        assert isinstance(block, Claim)
        assert block.text in (seen.item.text, "The text was erased.")
        assert block.struck <= (seen.item.state == "withdrawn")
        assert len(block.attribution) >= 2
        assert len(block.cites) == len(seen.read_in)
        assert block.cites or (seen.item.status == "note" and seen.speaker.id == "editor")
    labels = [view.by_id[key.removesuffix("/")].head.sharing for key in found.always]
    assert found.message.label == max(labels, key=rank, default="TLP:CLEAR")
    if blocks:
        assert isinstance(found.message.blocks[0], Heading)
    assert depends(found, 1, len(blocks)) == tuple(
        dict.fromkeys((*found.always, *(k for one in found.items for k in one)))
    )
    assert depends(found, 0, 0) == found.always


def test_each_audience_of_one_digest_gets_its_own_text() -> None:
    for show in ("headline", "all", "rotate", "new"):
        clear, green = (composed(beside(audience), show=show, count=50) for audience in ("TLP:CLEAR", "TLP:GREEN"))
        low, high = render(clear.message), render(green.message)
        assert clear == composed(alone(), show=show, count=50)
        assert ("霧" in low, "霧" in high) == (False, True)
        assert (clear.message.label, green.message.label) == ("TLP:CLEAR", "TLP:GREEN")
        assert "urwater" not in high, "that is above both of them"


def test_a_briefing_that_is_new_to_one_audience_alone_is_news_to_it_alone() -> None:
    """A label that is lowered shows what was there before to those who could not see it."""
    amber = IN_JAPANESE.replace("sharing: TLP:GREEN", "sharing: TLP:AMBER")
    whole = lived((SUNDAY, [read(amber)]), (MONDAY + timedelta(hours=1), [shipped(JAPANESE)]))
    assert composed(whole.seen_by("TLP:AMBER", TUESDAY), SINCE_MONDAY).empty
    green = composed(whole.seen_by("TLP:GREEN", TUESDAY), SINCE_MONDAY)
    assert green.message.blocks[0] == Heading("New briefing: 青鷺島のウニ駆除")


def test_the_closing_words_stand_on_every_part_of_one_briefing_and_under_each_of_several() -> None:
    one, several = composed(alone(), show="headline").message, composed(beside(), show="headline").message
    words = "One article. Most of it is expectation, not finding."
    assert one.closing == ("All five claims rest on one publication.", words)
    assert (several.closing, Quiet(words) in several.blocks) == ((), True)
