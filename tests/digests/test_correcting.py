"""What became of what was posted, and what is done about it: told from the keys that were kept with it."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.view import View
from bot.digests.compose import depends
from bot.digests.correcting import Finding, Setting, findings, way
from bot.digests.depends import snippet_key, snippet_of
from tests.content.editions import Raw, briefings, made, read
from tests.digests.days import MONDAY, ORIGINAL, SUNDAY, TUESDAY, composed, lived, marked, shows, worded
from tests.sizes import examples

SERVED = {"dprk-troops-in-russia"}
AT = "at: 2026-11-17T08:30, note: fewer"
COUNT = "at more than 10,000."


def view_of(*texts: str, audience: str = "TLP:CLEAR") -> View:
    """What is seen on Tuesday of a briefing that was edited like this, from Sunday on."""
    states = [(SUNDAY + timedelta(hours=number), [read(text)]) for number, text in enumerate(texts)]
    return lived(*states).seen_by(audience, TUESDAY)


def keys() -> tuple[str, ...]:
    """What the headline of the briefing depends on, as it was on Sunday."""
    told = composed(view_of(ORIGINAL), show="headline")
    return depends(told, 1, len(told.items))


def found(*texts: str, served: set[str] | None = None) -> dict[str, Finding]:
    """What became of each snippet after these edits."""
    decided = findings(keys(), view_of(ORIGINAL, *texts), SERVED if served is None else served)
    return {snippet_of(key) or key: finding for key, finding in decided.items()}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (ORIGINAL, None),
        (worded(ORIGINAL, COUNT, "at fewer than 10,000."), "changed"),
        (marked(ORIGINAL, "troop-count", "corrected", AT), "changed"),
        (marked(ORIGINAL, "troop-count", "withdrawn", AT), "withdrawn"),
        (marked(ORIGINAL, "troop-count", "withdrawn", f"{AT}, erase: true"), "erased"),
        (marked(ORIGINAL, "troop-count", "corrected", f"{AT}, erase: true"), "erased"),
        (marked(ORIGINAL, "troop-count", "draft"), None),
        (marked(ORIGINAL, "airlift", "withdrawn", AT), None),
        (worded(ORIGINAL, "  headline: North Korean troops in Russia", "  headline: Troops"), None),
    ],
    ids=[
        "untouched",
        "changed",
        "corrected in its note alone",
        "withdrawn",
        "erased",
        "corrected and erased",
        "hidden again",
        "another",
        "another headline",
    ],
)
def test_what_became_of_a_snippet(text: str, finding: Finding | None) -> None:
    assert found(text) == ({"dprk-troops-in-russia/troop-count": finding} if finding else {})


def test_a_briefing_is_raised_where_it_is_there_for_others_only() -> None:
    raised = worded(ORIGINAL, "  sharing: TLP:CLEAR", "  sharing: TLP:GREEN")
    assert set(found(raised).values()) == {"raised"}
    assert len(found(raised)) == len(keys())
    assert found(raised, served=set()) == {}


def test_a_correction_that_is_not_mentioned_any_more_is_no_news() -> None:
    corrected = marked(worded(ORIGINAL, COUNT, "at fewer than 10,000."), "troop-count", "corrected", AT)
    told = composed(view_of(corrected), show="headline")
    plain = view_of(corrected, worded(ORIGINAL, COUNT, "at fewer than 10,000."))
    assert findings(depends(told, 1, len(told.items)), plain, SERVED) == {}


def test_keys_of_an_earlier_version_tell_of_texts_and_not_of_notes() -> None:
    def older(key: str) -> str:
        return key[:-8] if "#" in key else key

    earlier = [older(key) for key in keys()]
    assert findings(earlier, view_of(ORIGINAL, marked(ORIGINAL, "troop-count", "corrected", AT)), SERVED) == {}
    changed = findings(earlier, view_of(ORIGINAL, worded(ORIGINAL, COUNT, "at fewer than 10,000.")), SERVED)
    assert list(changed.values()) == ["changed"]


@pytest.mark.parametrize(
    ("became", "setting", "drawable", "done"),
    [
        ([], "edit", True, None),
        (["changed"], "edit", True, "edit"),
        (["changed"], "edit", False, "reply"),
        (["changed", "withdrawn"], "reply", True, "reply"),
        (["changed", "withdrawn"], "off", True, None),
        (["erased"], "off", True, "edit"),
        (["erased", "changed"], "reply", True, "edit"),
        (["erased"], "reply", False, "delete"),
        (["raised"], "off", True, "delete"),
        (["raised", "erased"], "edit", True, "delete"),
    ],
)
def test_what_is_done_about_it(became: list[Finding], setting: Setting, drawable: bool, done: str | None) -> None:
    assert way(became, setting, drawable=drawable) == done


@given(st.lists(st.sampled_from(get_args(Finding))), st.sampled_from(get_args(Setting)), st.booleans())
def test_what_must_not_be_read_goes_whatever_the_setting(
    became: list[Finding], setting: Setting, drawable: bool
) -> None:
    done = way(became, setting, drawable=drawable)
    assert done in ("edit", "delete") or not {"erased", "raised"} & set(became)
    assert done is None or became


@given(briefings(), shows)
@examples(50)
def test_what_was_told_a_moment_ago_stands(raw: Raw, show: str) -> None:
    view = lived((SUNDAY, list(made(raw)))).seen_by("TLP:RED", MONDAY)
    told = composed(view, show=show)
    served = {briefing.head.id for briefing in view.briefings}
    assert findings(depends(told, 1, len(told.items)), view, served) == {}
    assert findings([snippet_key(seen) for seen in view.snippets], view, served) == {}
