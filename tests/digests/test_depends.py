"""What was written down is sent only while it may be told: in those words, to that audience, at that moment."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given

from bot.digests.choosing import Told
from bot.digests.compose import Composed, depends, may_still_be_told
from bot.digests.depends import snippet_key, snippet_of
from tests.content.editions import SHIPPED, Raw, briefings, edition, made, read, shipped
from tests.digests.days import (
    MONDAY,
    NEVER,
    ORIGINAL,
    SINCE_MONDAY,
    SUNDAY,
    TUESDAY,
    a_morning_later,
    composed,
    lived,
    marked,
    worded,
)
from tests.sizes import examples

LATER = TUESDAY + timedelta(hours=1)
CORRECTED = 'at: 2026-11-17T08:30, note: "fewer, not more"'
COUNT = "Western intelligence puts the North Korean force already in Russia's Kursk region at more than 10,000."
FEWER = COUNT.replace("more", "fewer")


def frozen(text: str = ORIGINAL, told: Told = NEVER, show: str = "headline") -> Composed:
    """What was composed on Tuesday, of a briefing as it was then."""
    return composed(lived((SUNDAY, [read(text)])).seen_by("TLP:CLEAR", TUESDAY), told, show=show)


def still(found: Composed, *texts: str, at: datetime = LATER, before: str = ORIGINAL) -> bool:
    """Whether it may still be told after these edits."""
    states = [(LATER - timedelta(minutes=30 - number), [read(text)]) for number, text in enumerate(texts)]
    view = lived((SUNDAY, [read(before)]), *states).seen_by("TLP:CLEAR", at)
    return may_still_be_told(depends(found, 1, len(found.items)), view)


def set_of(text: str, snippet: str, key: str, value: str) -> str:
    line = f"  - id: {snippet}\n    section: "
    return worded(text, line, f"  - id: {snippet}\n    {key}: {value}\n    section: ")


def test_what_nobody_touched_may_be_told() -> None:
    assert still(frozen())
    assert still(frozen(), ORIGINAL)


@pytest.mark.parametrize(
    ("edit", "may"),
    [
        (marked(ORIGINAL, "troop-count", "withdrawn", CORRECTED), False),
        (marked(ORIGINAL, "troop-count", "withdrawn", f"{CORRECTED}, erase: true"), False),
        (marked(ORIGINAL, "troop-count", "draft"), False),
        (set_of(ORIGINAL, "troop-count", "publish_at", "2026-11-18"), False),
        (set_of(ORIGINAL, "troop-count", "expires", "2026-11-17T08:45"), False),
        (set_of(ORIGINAL, "troop-count", "expires", "2026-11-17T09:45"), True),
        (worded(ORIGINAL, "  sharing: TLP:CLEAR", "  sharing: TLP:GREEN"), False),
        (worded(ORIGINAL, COUNT, FEWER), True),
        (worded(marked(ORIGINAL, "troop-count", "corrected", CORRECTED), COUNT, FEWER), True),
        (worded(marked(ORIGINAL, "troop-count", "corrected", f"{CORRECTED}, erase: true"), COUNT, FEWER), False),
        (marked(ORIGINAL, "airlift", "withdrawn", CORRECTED), True),
        (worded(ORIGINAL, "  headline: North Korean troops in Russia", "  headline: Troops"), True),
    ],
    ids=[
        "withdrawn",
        "erased",
        "drafted",
        "embargoed",
        "expired",
        "expires later",
        "raised",
        "edited",
        "corrected",
        "its old text erased",
        "another one withdrawn",
        "another headline",
    ],
)
def test_an_edit_stops_what_may_not_be_told_any_more_and_nothing_else(edit: str, may: bool) -> None:
    assert still(frozen(), edit) is may


def test_a_briefing_that_is_gone_stops_every_part_that_names_it() -> None:
    found, view = frozen(), edition(()).seen_by("TLP:CLEAR", LATER)
    assert not may_still_be_told(depends(found, 0, 0), view)
    assert may_still_be_told((), view)


def test_a_caveat_that_an_erasing_correction_changed_is_not_told_in_its_old_words() -> None:
    caveat = "    caveat: DW cautions that the count cannot easily be checked; no service is named.\n"
    for erase, may in (("", True), (", erase: true", False)):
        edit = worded(marked(ORIGINAL, "troop-count", "corrected", CORRECTED + erase), caveat, "    caveat: Other.\n")
        assert still(frozen(), edit) is may


def test_a_text_that_was_erased_stays_erased_when_the_claim_is_edited_again() -> None:
    erased = worded(marked(ORIGINAL, "troop-count", "corrected", f"{CORRECTED}, erase: true"), COUNT, FEWER)
    edited = worded(ORIGINAL, COUNT, FEWER.replace("fewer", "far fewer"))
    assert still(frozen(), worded(ORIGINAL, COUNT, FEWER), edited)
    assert not still(frozen(), erased, edited)


def test_what_was_told_after_its_erasing_correction_may_be_told() -> None:
    erased = worded(marked(ORIGINAL, "troop-count", "corrected", f"{CORRECTED}, erase: true"), COUNT, FEWER)
    assert still(frozen(erased), erased, before=erased)


# --- what was told as withdrawn ---

GONE = marked(ORIGINAL, "airlift-motive", "withdrawn", "at: 2026-11-16, note: Pinkston was misheard.")
ERASED = marked(ORIGINAL, "airlift-motive", "withdrawn", "at: 2026-11-16, note: Pinkston was misheard., erase: true")


def told_gone(text: str) -> Composed:
    states = ((SUNDAY, [shipped(SHIPPED)]), (MONDAY + timedelta(hours=1), [read(text)]))
    found = composed(lived(*states).seen_by("TLP:CLEAR", TUESDAY), SINCE_MONDAY)
    assert [key.partition("#")[0] for keys in found.items for key in keys] == ["dprk-troops-in-russia/airlift-motive~"]
    return found


@pytest.mark.parametrize(
    ("told", "edit", "may"),
    [
        (GONE, GONE, True),
        (ERASED, ERASED, True),
        (GONE, ERASED, False),
        (ERASED, GONE, True),
        (GONE, ORIGINAL, False),
        (GONE, marked(ORIGINAL, "airlift-motive", "draft"), False),
    ],
    ids=["still", "erased still", "erased since", "not erased any more", "restored", "drafted"],
)
def test_a_withdrawal_is_told_while_it_stands(told: str, edit: str, may: bool) -> None:
    assert still(told_gone(told), told, edit) is may


# --- the keys themselves ---


def test_times_are_counted_by_the_plain_name() -> None:
    found = composed(a_morning_later().seen_by("TLP:CLEAR", TUESDAY), SINCE_MONDAY)
    assert len(found.snippets) == len(found.items) == 7
    assert all(name.count("/") == 1 and not set(name) & set("#~") for name in found.snippets)
    assert [snippet_of(keys[0]) for keys in found.items] == list(found.snippets)
    assert snippet_of("dprk-troops-in-russia/") is None


@examples(30)
@given(briefings("story", ("TLP:CLEAR",)))
def test_what_was_just_composed_may_be_told(raw: Raw) -> None:
    view = lived((SUNDAY, made(raw))).seen_by("TLP:CLEAR", TUESDAY)
    for briefing in view.briefings:
        assert may_still_be_told(map(snippet_key, (*briefing.snippets, *briefing.withdrawn)), view)


@pytest.mark.parametrize("key", ["", "/", "nowhere/", "dprk-troops-in-russia/nothing", "x#y", "dprk-troops-in-russia"])
def test_what_is_no_key_may_not_be_told(key: str) -> None:
    view = edition((shipped(SHIPPED),)).seen_by("TLP:CLEAR", TUESDAY)
    assert not may_still_be_told([key], view)


def test_a_text_that_another_process_read_meanwhile_may_be_told() -> None:
    """It was frozen from a later edit than this process has read, or from one between two that it has."""
    later = frozen(worded(ORIGINAL, COUNT, FEWER))
    assert still(later, ORIGINAL)
    erased = worded(marked(ORIGINAL, "troop-count", "corrected", f"{CORRECTED}, erase: true"), COUNT, f"{COUNT} Or so.")
    assert not still(later, erased, worded(ORIGINAL, COUNT, f"{COUNT} Or so."))
