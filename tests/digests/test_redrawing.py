"""A corrected part is the part that was posted, with its claims as they are now, and nothing else changed.

Renew the drawings with `RENEW_GOLDEN=1 python -m pytest tests/digests/test_redrawing.py`, and read the difference as a
reader would.
"""

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.content.view import View
from bot.digests import outlines
from bot.digests.depends import snippet_of
from bot.digests.redrawing import ERASED, Now, is_stale, revise
from bot.digests.settling import Target, settle
from bot.message import Claim, Message, Quiet
from bot.platforms.desk import kept
from bot.platforms.drawings import RENDER
from bot.platforms.terminal import render as on_terminal
from bot.store.revising import Revised
from bot.store.rows import Draft, Page, Standing
from tests.content.editions import BERLIN, JAPANESE, Raw, briefings, made, read, shipped
from tests.digests.days import (
    MONDAY,
    ORIGINAL,
    SINCE_MONDAY,
    SUNDAY,
    TUESDAY,
    a_morning_later,
    composed,
    lived,
    marked,
    shows,
    worded,
)
from tests.sizes import examples

GOLDEN = Path(__file__).parent / "golden" / "redrawn"
RENDERS = {**RENDER, "desk": kept.render}
LATER = TUESDAY + timedelta(hours=1, minutes=40)
NOTE = 'at: 2026-11-17, note: "fewer, not more"'
COUNT = "at more than 10,000."


def draft_of(view: View, platform: str = "desk", told: Any = None, **settings: Any) -> Draft:
    """What is frozen on Tuesday."""
    found = composed(view, *([told] if told else []), **settings)
    target = Target(platform, "newsroom", view.audience)
    (draft,) = settle("m", "s", [target], {(platform, view.audience): found}, RENDERS, post_empty=True).drafts
    return draft


def standing(draft: Draft, revision: int = 0) -> Standing:
    return Standing(1, 1, "morning", "2026-11-17T08:00", TUESDAY, draft.platform, draft.audience, revision, over=False)


def at(view: View, setting: str = "edit") -> Now:
    served = {briefing.head.id for briefing in view.briefings}
    return Now(view, served, setting, BERLIN, "Morning briefing")  # type: ignore[arg-type]  # one of three words


def revised(draft: Draft, view: View, setting: str = "edit") -> Revised | None:
    return revise(standing(draft), draft.parts, draft.outline, at(view, setting), RENDERS[draft.platform])


def edited(*texts: str) -> View:
    """What is seen an hour and a half after Tuesday's slot, when the briefing was edited twice an hour before."""
    states = [(SUNDAY, [read(ORIGINAL)])]
    states += [(LATER - timedelta(minutes=10 - number), [read(text)]) for number, text in enumerate(texts)]
    return lived(*states).seen_by("TLP:CLEAR", LATER)


def message(page: Page) -> Message:
    return kept.read_body(page.body)[0]


ALONE = lived((SUNDAY, [read(ORIGINAL)])).seen_by("TLP:CLEAR", TUESDAY)
CASES = {
    "corrected": worded(marked(ORIGINAL, "troop-count", "corrected", NOTE), COUNT, "at fewer than 10,000."),
    "changed": worded(ORIGINAL, COUNT, "at fewer than 10,000."),
    "withdrawn": marked(ORIGINAL, "troop-count", "withdrawn", 'at: 2026-11-17, note: "Nobody counted."'),
    "erased": marked(ORIGINAL, "troop-count", "withdrawn", 'at: 2026-11-17, note: "Nobody counted.", erase: true'),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_corrected_reads_as_reviewed(name: str) -> None:
    found = revised(draft_of(ALONE, show="headline"), edited(CASES[name]))
    assert found is not None
    (page,) = found.draft.parts
    text = on_terminal(message(page)) + "\n----- where it cannot be edited\n\n"
    text += on_terminal(kept.read_body(page.notice)[0])
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("RENEW_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_a_correction_of_a_correction_is_drawn_from_the_last_one() -> None:
    first = revised(draft_of(ALONE, show="headline"), edited(CASES["corrected"]))
    assert first is not None
    back = edited(CASES["corrected"], ORIGINAL)
    second = revise(standing(first.draft, 1), first.draft.parts, first.draft.outline, at(back), RENDERS["desk"])
    assert second is not None
    claims = [block for block in message(second.draft.parts[0]).blocks if isinstance(block, Claim)]
    assert sum("more than 10,000" in claim.text for claim in claims) == 1
    assert any("Changed 17 November, 09:31." in claim.extra for claim in claims)


def test_a_claim_that_was_withdrawn_may_come_back() -> None:
    first = revised(draft_of(ALONE, show="headline"), edited(CASES["withdrawn"]))
    assert first is not None
    back = edited(CASES["withdrawn"], ORIGINAL)
    second = revise(standing(first.draft, 1), first.draft.parts, first.draft.outline, at(back), RENDERS["desk"])
    assert second is not None
    assert "Restored 17 November, 09:31." in second.draft.parts[0].body


def test_what_all_claims_rest_on_is_told_as_it_is_now() -> None:
    def rests(page: Page) -> list[str]:
        return [line for line in message(page).closing if " rest on " in line]

    before = draft_of(ALONE, show="headline")
    assert rests(before.parts[0]) == ["All five claims rest on one publication."]
    found = revised(before, edited(CASES["withdrawn"]))
    assert found is not None
    assert rests(found.draft.parts[0]) == ["All four claims rest on one publication."]
    several = lived((SUNDAY, [read(ORIGINAL), shipped(JAPANESE)])).seen_by("TLP:GREEN", TUESDAY)
    beside = draft_of(several, show="headline")
    quiet = [block.text for block in message(beside.parts[0]).blocks if isinstance(block, Quiet)]
    assert any(" rest on " in line for line in quiet)
    now = lived(
        (SUNDAY, [read(ORIGINAL), shipped(JAPANESE)]), (LATER, [read(CASES["withdrawn"]), shipped(JAPANESE)])
    ).seen_by("TLP:GREEN", LATER)
    fresh = revised(beside, now)
    assert fresh is not None
    after = [block.text for block in message(fresh.draft.parts[0]).blocks if isinstance(block, Quiet)]
    assert not any(" rest on " in line for line in after), "it may be true of fewer"


@pytest.mark.parametrize("platform", ["discord", "slack"])
def test_what_does_not_fit_any_more_is_told_under_it_and_makes_no_further_part(platform: str) -> None:
    many = {"text": "Mud. " * 100, "claimed_by": "keeper", "status": "reported", "section": "impact", "para": 1}
    raw: Raw = {
        "format": 1,
        "briefing": {"id": "log", "title": "Log", "sharing": "TLP:CLEAR"},
        "defaults": {"source": "gauge"},
        "sources": [{"id": "gauge", "publisher": "Gauge Post"}],
        "people": [{"id": "keeper", "name": "Ulla Keeper", "kind": "person"}],
        "snippets": [{**many, "id": f"mark-{number}"} for number in range(10)],
    }
    longer = {**raw, "snippets": [{**one, "text": "Wet. " * 119} for one in raw["snippets"]]}
    before = lived((SUNDAY, list(made(raw)))).seen_by("TLP:CLEAR", TUESDAY)
    after = lived((SUNDAY, list(made(raw))), (LATER, list(made(longer)))).seen_by("TLP:CLEAR", LATER)
    draft = draft_of(before, platform, show="all")
    found = revised(draft, after)
    assert found is not None
    assert len(found.draft.parts) == len(draft.parts)
    assert "reply" in {page.way for page in found.draft.parts}
    assert all(page.notice for page in found.draft.parts)


def test_sent_late_it_still_says_so() -> None:
    found = revised(draft_of(ALONE, show="headline", now=TUESDAY + timedelta(hours=1)), edited(CASES["corrected"]))
    assert found is not None
    (page,) = found.draft.parts
    assert "Delayed from 08:00." in page.late
    assert "Delayed" not in page.body
    assert "fewer than 10,000" in page.late


def test_outlines_of_another_version_are_none() -> None:
    draft = draft_of(ALONE, show="headline")
    known = json.loads(draft.outline)
    assert outlines.read(draft.outline, 1)[0] is not None
    for text in ("", "[]", json.dumps([{**known[0], "message": {**known[0]["message"], "mood": "calm"}}])):
        assert outlines.read(text, 1) == (None,)


def test_changes_under_a_heading_of_their_own_keep_their_briefings_name() -> None:
    view = a_morning_later().seen_by("TLP:CLEAR", TUESDAY)
    draft = draft_of(replace(view), told=SINCE_MONDAY, show="new")
    assert revised(draft, view) is None


Edit = st.sampled_from(("text", "withdraw", "erase", "draft", "nothing", "nothing"))


@given(briefings(), shows, st.lists(Edit, min_size=6, max_size=6), st.sampled_from(("discord", "slack", "desk")))
@examples(60)
def test_whatever_is_edited_a_part_stays_a_part_and_tells_the_last_word(
    raw: Raw, show: str, edits: list[str], platform: str
) -> None:
    before = lived((SUNDAY, list(made(raw)))).seen_by("TLP:RED", MONDAY)
    changed = {**raw, "snippets": [_edited(one, edit) for one, edit in zip(raw["snippets"], edits, strict=False)]}
    now = lived((SUNDAY, list(made(raw))), (MONDAY, list(made(changed)))).seen_by("TLP:RED", LATER)
    draft = draft_of(before, platform, show=show)
    found = revised(draft, now)
    assume(found is not None)
    assert found is not None
    assert len(found.draft.parts) == len(draft.parts)
    assert not is_stale(found.draft.parts, at(now)), "nothing is left to be put right"
    for old, new in zip(draft.parts, found.draft.parts, strict=True):
        assert new == old or (new.way in ("edit", "reply") and new.body and new.notice)
        told = {snippet_of(key) for key in new.keys}
        assert told == {snippet_of(key) for key in old.keys}


def _edited(snippet: Raw, edit: str) -> Raw:
    match edit:
        case "text":
            return {**snippet, "text": "It is otherwise."}
        case "withdraw" | "erase":
            told = {"at": "2026-11-16", "note": "It is wrong.", "erase": edit == "erase"}
            return {**snippet, "state": "withdrawn", "correction": told}
        case "draft":
            return {**{key: value for key, value in snippet.items() if key != "correction"}, "state": "draft"}
    return snippet


def test_an_erased_claim_says_only_that() -> None:
    found = revised(draft_of(ALONE, show="headline"), edited(CASES["erased"]))
    assert found is not None
    claim = next(block for block in message(found.draft.parts[0]).blocks if getattr(block, "text", "") == ERASED)
    assert claim == Claim(ERASED, ("Withdrawn 17 November, 09:30",))
    assert (found.erased, found.urgent) == (frozenset({0}), frozenset({0}))
    assert "10,000" not in found.draft.outline
