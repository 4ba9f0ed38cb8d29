"""When a message is made, changed and closed: as decisions over what is known, without a clock of their own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.commands.base import Place
from bot.content.state import FileState, ShelfState
from bot.notices import deciding
from bot.notices.deciding import Known, Wish, about, row_of
from bot.notices.things import Item, Notice, read, written
from bot.store.notice_rows import NoticeRow, NoticeState
from tests.content.editions import DREDGING, shipped

NOW = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
ADMINS = Place("slack", "C1")
GOOD = ShelfState(1, (FileState("a.yaml", shipped(DREDGING), NOW),))


def wrong(name: str, amount: int = 1) -> Item:
    text = f"was not loaded: {amount} errors. Still serving the version of 07:00 (2 claims)."
    return Item(name, "TLP:CLEAR", name, text, (("9:5", f"problem {amount}"),))


def known(
    notice: Notice, thing: str, *, is_open: bool = True, at: datetime = NOW, state: NoticeState = "sent"
) -> Known:
    row = NoticeRow("key", thing, is_open, at, at, written(notice), "slack", "C1", state, external_id="1.1")
    return Known(row, notice)


def told(name: str, amount: int = 1, **more: object) -> Known:
    return known(Notice("broken", (wrong(name, amount),)), about(name), **more)  # type: ignore[arg-type]


def wishes(
    before: Sequence[Known], items: Mapping[str, Item], settled: Collection[str] | None = None, state: ShelfState = GOOD
) -> list[Wish]:
    names = settled if settled is not None else {*items, *(one.file for k in before for one in k.notice.items)}
    return list(deciding.broken_wishes(before, items, names, state, NOW))


def test_errors_that_stand_make_one_message_and_errors_of_a_keystroke_none() -> None:
    items = {"a.yaml": wrong("a.yaml")}
    assert wishes([], items, settled=()) == []
    (wish,) = wishes([], items)
    assert (wish.thing, wish.before, wish.open) == ("broken a.yaml", None, True)
    assert wishes([told("a.yaml")], items) == [], "it is told"


def test_other_errors_change_the_message_and_none_close_it() -> None:
    before = told("a.yaml")
    (wish,) = wishes([before], {"a.yaml": wrong("a.yaml", 2)})
    assert (wish.before, wish.open, wish.notice.items[0].lines) == (before, True, (("9:5", "problem 2"),))
    (wish,) = wishes([before], {})
    assert (wish.before, wish.open, wish.notice.over) == (before, False, True)
    assert "is mended, and served" in wish.notice.items[0].text
    (wish,) = wishes([told("a.yaml", 2)], {}, state=ShelfState(1))
    assert (wish.notice.items[0].text, wish.notice.items[0].gone) == ("had 2 errors, and is gone.", True)
    assert wishes([before], {}, settled=()) == [], "for a moment only"


@pytest.mark.parametrize(
    ("closed", "goes_on"), [(MINUTE, True), (9 * MINUTE, True), (11 * MINUTE, False)], ids=["soon", "later", "too late"]
)
def test_a_file_that_breaks_again_soon_goes_on_with_its_message(closed: timedelta, *, goes_on: bool) -> None:
    before = told("a.yaml", is_open=False, at=NOW - closed)
    (wish,) = wishes([before], {"a.yaml": wrong("a.yaml")})
    assert (wish.before is before) is goes_on
    assert row_of(wish, NOW, ADMINS).open


def test_five_files_have_their_messages_and_the_sixth_brings_one_for_all_others() -> None:
    five = {f"{name}.yaml": wrong(f"{name}.yaml") for name in "abcde"}
    assert [one.thing for one in wishes([], five)] == [about(name) for name in five]
    more = {f"{at}.yaml": wrong(f"{at}.yaml") for at in range(500)}
    (wish,) = wishes([], more)
    assert wish.thing == deciding.MANY
    assert len(wish.notice.items) == 500
    singles = [told(name) for name in five]
    (wish,) = wishes(singles, {**five, "f.yaml": wrong("f.yaml")})
    assert (wish.thing, [one.file for one in wish.notice.items]) == (deciding.MANY, ["f.yaml"])
    many = known(wish.notice, deciding.MANY)
    assert wishes([*singles, many], {**five, "f.yaml": wrong("f.yaml")}) == []
    (wish,) = wishes([*singles, many], {**five, "f.yaml": wrong("f.yaml"), "g.yaml": wrong("g.yaml")})
    assert (wish.before, [one.file for one in wish.notice.items]) == (many, ["f.yaml", "g.yaml"])
    (wish,) = wishes([*singles, many], five)
    assert (wish.before, wish.open, wish.notice.over) == (many, False, True)


def test_the_message_for_many_follows_as_they_are_mended() -> None:
    files = {f"{at}.yaml": wrong(f"{at}.yaml") for at in range(9)}
    (wish,) = wishes([], files)
    many = known(wish.notice, deciding.MANY)
    del files["3.yaml"]
    (wish,) = wishes([many], files)
    assert [one.file for one in wish.notice.items] == sorted(files)
    (wish,) = wishes([many], {}, settled=[one.file for one in many.notice.items], state=ShelfState(1, GOOD.files))
    assert {one.text for one in wish.notice.items} == {"had 1 errors, and is gone."}, "none of them is on the shelf"


def test_files_that_vanish_are_told_until_they_are_back_or_let_go_of() -> None:
    away = replace(GOOD, vanished=("a.yaml", "b.yaml"))
    assert deciding.vanished_wish([], GOOD) is None
    wish = deciding.vanished_wish([], away)
    assert wish is not None
    assert [one.label for one in wish.notice.items] == ["TLP:AMBER", "TLP:RED"], "of b.yaml nobody knows the label"
    before = known(wish.notice, deciding.VANISHED)
    assert deciding.vanished_wish([before], away) is None
    over = deciding.vanished_wish([before], GOOD)
    assert over is not None
    assert (over.open, [one.text for one in over.notice.items]) == (
        False,
        ["is there again", "was let go of, and is no longer served"],
    )


def test_edits_that_follow_soon_go_into_one_message_and_later_ones_into_another() -> None:
    notice = Notice("changed", (wrong("a.yaml"),), since="then")
    assert deciding.changed_wish([], Notice("changed"), NOW) is None
    assert deciding.changed_wish([], notice, NOW) == Wish("changed", notice)
    before = known(notice, "changed")
    assert deciding.changed_wish([before], notice, NOW) is None
    taken_back = deciding.changed_wish([before], Notice("changed", since="then"), NOW)
    assert taken_back is not None
    assert taken_back.before is before


@pytest.mark.parametrize(
    ("kind", "state", "opened", "changed", "over"),
    [
        ("changed", "sent", MINUTE / 2, MINUTE / 2, False),
        ("changed", "sent", 2 * MINUTE, 2 * MINUTE, True),
        ("changed", "sent", 5 * MINUTE, MINUTE / 2, False),
        ("changed", "sent", 11 * MINUTE, MINUTE / 2, True),
        ("changed", "pending", HOUR, HOUR, False),
        ("changed", "pending", 25 * HOUR, HOUR, True),
        ("changed", "kept", 2 * MINUTE, 2 * MINUTE, True),
        ("aged", "sent", 7 * HOUR, 7 * HOUR, False),
        ("aged", "sent", 9 * HOUR, 9 * HOUR, True),
        ("aged", "pending", 9 * DAY, 9 * DAY, False),
        ("dead", "sent", 9 * DAY, 9 * DAY, False),
        ("broken", "sent", 9 * DAY, 9 * DAY, False),
    ],
)
def test_when_nothing_more_goes_into_a_message(
    kind: str, state: NoticeState, opened: timedelta, changed: timedelta, *, over: bool
) -> None:
    one = known(Notice(kind), kind, state=state)  # type: ignore[arg-type]
    one = replace(one, row=replace(one.row, opened_at=NOW - opened, changed_at=NOW - changed))
    assert [row.open for row in deciding.closed([one], NOW, BERLIN)] == ([False] if over else [])


def test_what_was_over_before_it_could_be_posted_is_posted_by_nobody() -> None:
    def stale(notice: Notice, at: datetime = NOW, *, is_open: bool = False, state: NoticeState = "pending") -> bool:
        return deciding.is_stale(known(notice, "thing", is_open=is_open, at=at, state=state), NOW)

    assert stale(Notice("broken", over=True))
    assert not stale(Notice("broken", over=True), state="sent")
    assert not stale(Notice("broken"), is_open=True)
    assert stale(Notice("changed"), NOW - 25 * HOUR)
    assert not stale(Notice("changed"), NOW - HOUR)
    assert not stale(Notice("aged"), NOW - 9 * DAY), "what has aged is still so"


def test_what_cannot_be_edited_is_told_anew_when_there_is_something_to_say() -> None:
    assert deciding.told_anew(told("a.yaml")) is None
    before = known(Notice("broken", over=True), "broken a.yaml", is_open=False)
    before = replace(before, row=replace(before.row, tried_at=NOW))
    anew = deciding.told_anew(before)
    assert anew is not None
    fresh, old = anew
    assert (fresh.state, fresh.external_id, fresh.key != old.key) == ("pending", "", True)
    assert (old.state, old.open) == ("refused", False)
    assert not deciding.is_stale(Known(fresh, before.notice), NOW)


def test_what_is_not_over_goes_along_when_the_admins_get_another_channel() -> None:
    other = Place("discord", "12345678901234567")
    rows = list(deciding.moved([told("a.yaml"), told("b.yaml", is_open=False)], other))
    assert [(one.thing, one.place, one.state, one.external_id) for one in rows] == [
        ("broken a.yaml", str(other), "pending", "")
    ]
    assert list(deciding.moved([told("a.yaml")], ADMINS)) == []
    (row,) = deciding.moved([told("a.yaml")], None)
    assert (row.place, row.state) == ("", "kept")
    edit = known(Notice("changed"), "changed")
    assert list(deciding.moved([edit], other)) == [], "an edit was told"


def test_a_row_says_what_the_wish_does_and_a_later_one_keeps_its_key() -> None:
    first = row_of(Wish("vanished", Notice("vanished")), NOW, ADMINS)
    assert (first.state, first.place, read(first.notice)) == ("pending", "slack:C1", Notice("vanished"))
    assert row_of(Wish("vanished", Notice("vanished")), NOW + MINUTE, None).key != first.key
    sent = Known(replace(first, state="sent", external_id="1.1"), Notice("vanished"))
    later = row_of(Wish("vanished", Notice("vanished", over=True), sent, open=False), NOW + MINUTE, ADMINS)
    assert (later.key, later.external_id, later.open, later.changed_at) == (first.key, "1.1", False, NOW + MINUTE)
