"""What an edit changed, read off the history; what has aged, and what of it is told already."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.content.changes import Changes, changed_since, changes
from bot.content.history import History, versions_of
from bot.content.memory import Version
from bot.content.model import Briefing
from bot.content.receipt import Checked
from bot.content.state import FileState, ShelfState
from bot.notices import aged, edited
from bot.notices.things import Item, Notice, Thing
from tests.content.editions import BERLIN, read
from tests.digests.days import ORIGINAL, marked, worded

NOW = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def version(at: int, state: str | None = "active", text: str = "a", label: str = "TLP:CLEAR") -> Version:
    """What a snippet was from that hour on; None once it left its briefing."""
    body = json.dumps({"text": text, "state": state}) if state else ""
    return Version("b", "s", NOW + at * HOUR, f"{label}{body}" if body else "", label, body)


@pytest.mark.parametrize(
    ("versions", "told"),
    [
        ([version(-1)], Changes()),
        ([version(1)], Changes(new=("s",))),
        ([version(-1), version(1, text="b")], Changes(changed=("s",))),
        ([version(-1), version(1, text="b"), version(2)], Changes()),
        ([version(-1), version(1, "withdrawn")], Changes(withdrawn=("s",))),
        ([version(-1, "withdrawn"), version(1)], Changes(changed=("s",))),
        ([version(-1), version(1, None)], Changes(gone=("s",))),
        ([version(-2), version(-1, None), version(1)], Changes(new=("s",))),
        ([version(1), version(2, None)], Changes()),
        ([version(-1), version(1)], Changes()),
        ([version(-1), version(1, label="TLP:AMBER")], Changes()),
        ([version(-1, None)], Changes()),
        ([version(1, "draft")], Changes()),
        ([version(-1, "draft"), version(1)], Changes(new=("s",))),
        ([version(-1), version(1, "draft")], Changes(gone=("s",))),
        ([version(-1, "draft"), version(1, "draft", text="b")], Changes()),
        ([version(-1), version(1, "corrected", text="b")], Changes(corrected=("s",))),
        ([version(-1, "corrected"), version(1, "corrected", text="b")], Changes(changed=("s",))),
    ],
    ids=[
        "known already", "new", "changed", "changed and changed back", "withdrawn", "back again", "gone",
        "gone before, and new", "came and went", "another process saw the same edit", "another label alone",
        "gone before", "a draft", "published", "hidden again", "a draft was edited", "corrected",
        "a slip in a correction",
    ],
)  # fmt: skip
def test_what_became_of_a_snippet_since_then(versions: Sequence[Version], told: Changes) -> None:
    assert changed_since({"s": versions}, NOW) == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("draft", "draft", "no claim changed"),
        ("draft", "active", "+1"),
        ("active", "draft", "1 gone"),
        ("active", "corrected", "1 corrected"),
        ("active", "withdrawn", "1 withdrawn"),
    ],
)
def test_an_edit_is_told_as_readers_see_it(old: str, new: str, told: str) -> None:
    plain = read(ORIGINAL)
    first, *others = plain.snippets

    def with_state(state: str, text: str) -> Briefing:
        one = first.model_copy(update={"state": state, "text": text})
        return plain.model_copy(update={"snippets": (one, *others)})

    assert str(changes(with_state(old, "as it was"), with_state(new, "as it is"))) == told


def shelf(text: str, file: str = "dprk.yaml") -> ShelfState:
    return ShelfState(1, (FileState(file, read(text), NOW),))


def history(*texts: str) -> History:
    """As the shelf writes it: one version of this briefing an hour."""
    found = History()
    for at, text in enumerate(texts):
        found = found.with_new(versions_of(read(text), found, NOW + at * HOUR, BERLIN))
    return found


def test_an_edit_is_told_by_file_with_the_ids() -> None:
    after = marked(ORIGINAL, "troop-count", "withdrawn", 'at: 2026-11-29, note: "no"')
    known = history(ORIGINAL, after)
    before = edited.served_of(shelf(ORIGINAL))
    (item,) = edited.edited(shelf(after), known, NOW, before).items
    assert (item.text, item.lines, item.label) == ("1 withdrawn", (("withdrawn", "troop-count"),), "TLP:CLEAR")
    assert edited.touched(shelf(after), known, NOW) == (f"{read(after).briefing.id}/troop-count",)
    assert edited.edited(shelf(after), known, NOW + HOUR, before).items == ()


def test_an_edit_of_a_checked_claim_says_that_it_is_no_longer_checked() -> None:
    after = worded(ORIGINAL, "at more than 10,000.", "at more than 12,000.")
    checked = {"troop-count": Checked.CHANGED, "kursk-role": Checked.CHECKED}
    state = ShelfState(1, (FileState("dprk.yaml", read(after), NOW, checked=checked),))
    (item,) = edited.edited(state, history(ORIGINAL, after), NOW, edited.served_of(shelf(ORIGINAL))).items
    assert item.text == "1 changed, 1 no longer checked"
    assert item.lines == (("changed", "troop-count"), ("unchecked", "troop-count"))


def test_an_edit_that_lowers_the_label_is_told_under_the_one_before() -> None:
    amber = worded(ORIGINAL, "  sharing: TLP:CLEAR", "  sharing: TLP:AMBER")
    after = marked(ORIGINAL, "troop-count", "withdrawn", 'at: 2026-11-29, note: "no"')
    (item,) = edited.edited(shelf(after), history(amber, after), NOW, {}).items
    assert item.label == "TLP:AMBER"


def test_a_briefing_that_is_gone_is_told_and_one_that_has_another_file_is_not() -> None:
    before = edited.served_of(shelf(ORIGINAL))
    claims = len(read(ORIGINAL).snippets)
    notice = edited.edited(ShelfState(1), history(ORIGINAL), NOW, before)
    assert [one.text for one in notice.items] == [f"gone; its {claims} claims are no longer served"]
    again = edited.edited(ShelfState(1), history(ORIGINAL), NOW, {}, notice)
    assert again.items == notice.items, "it stays in the message, which is told anew"
    back = edited.edited(shelf(ORIGINAL), history(ORIGINAL), NOW, {}, notice)
    assert [(one.file, one.text, one.lines) for one in back.items] == [("dprk.yaml", "as it was before", ())]
    assert edited.edited(shelf(ORIGINAL), history(ORIGINAL), NOW, {}, back).items == back.items
    assert edited.edited(shelf(ORIGINAL, "other.yaml"), history(ORIGINAL), NOW, before).items == ()


def test_up_to_where_edits_are_told_is_read_as_it_was_written() -> None:
    told = edited.told_now(shelf(ORIGINAL), history(ORIGINAL, ORIGINAL), None)
    assert edited.read_told(str(told)) == told
    assert told.at == NOW, "nothing that comes later counts as told"
    assert edited.told_now(ShelfState(1), History(), told).at == NOW
    assert edited.told_now(ShelfState(1), History(), None).at < NOW, "the first briefing of all is news"


def dated(**dates: str) -> ShelfState:
    more = "".join(f"    {key}: {value}\n" for key, value in dates.items())
    return shelf(worded(ORIGINAL, "  - id: troop-count\n", f"  - id: troop-count\n{more}"))


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ({}, ()),
        ({"review_by": "2026-11-28"}, ("was due for a review by 28 November 2026",)),
        ({"review_by": "2026-11-29"}, ()),
        ({"expires": "2026-11-29T06:59Z"}, ("expired (29 November 2026, 06:59 UTC) and is no longer shown",)),
        ({"expires": "2026-11-29T07:01Z"}, ()),
        (
            {"review_by": "2026-10", "expires": "2025"},
            ("was due for a review by October 2026", "expired (2025) and is no longer shown"),
        ),
    ],
)
def test_what_has_aged(dates: Mapping[str, str], told: tuple[str, ...]) -> None:
    found = [one.item for one in aged.aged_things(dated(**dates), NOW, BERLIN) if "troop-count" in one.key]
    assert tuple(one.text for one in found) == told


def test_the_next_date_is_known_and_told_in_the_zone() -> None:
    state = dated(review_by="2026-11-29", expires="2026-12-24")
    assert aged.next_at(state, NOW, BERLIN) == datetime(2026, 11, 29, 23, tzinfo=UTC)
    assert aged.next_at(state, NOW, ZoneInfo("Asia/Seoul")) == datetime(2026, 11, 29, 15, tzinfo=UTC)
    assert aged.next_at(ShelfState(1), NOW, BERLIN) is None


def test_another_date_is_another_thing_and_one_that_was_told_is_none() -> None:
    first, later = (list(aged.aged_things(dated(review_by=day), NOW, BERLIN)) for day in ("2026-11-27", "2026-11-28"))
    told = {one.key for one in first}
    assert aged.fresh(first, told) == {}
    assert len(aged.fresh(later, told)["aged"]) == 1


def test_what_was_told_is_forgotten_long_after_it_is_no_more() -> None:
    told = {"here": NOW - 900 * DAY, "away": NOW - 399 * DAY, "gone": NOW - 401 * DAY}
    assert aged.forgotten(told, {"here"}, NOW) == ("gone",)


def test_a_message_keeps_two_hundred_and_counts_the_others() -> None:
    things = [Thing(f"{at}", "aged", Item("a", "TLP:CLEAR", f"{at}", "x")) for at in range(250)]
    notice = aged.gathered("aged", (one.item for one in things), None)
    assert (len(notice.items), notice.beyond) == (200, 50)
    more = aged.gathered("aged", [Item("a", "TLP:CLEAR", "new", "x")], notice)
    assert (more.items[0].lead, len(more.items), more.beyond) == ("new", 200, 51)
    assert aged.gathered("dead", [], None) == Notice("dead")
