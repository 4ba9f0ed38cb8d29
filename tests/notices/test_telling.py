"""Who may read how much of a notice, and that it is said as people say it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.content.changes import Changes
from bot.content.model import LABELS
from bot.content.parse import parse
from bot.content.problems import Mark, Problem
from bot.content.standing import Standing
from bot.content.state import FileState, ShelfState
from bot.notices.broken import brief, broken_items, ended, files_of, label_of
from bot.notices.telling import sentence, told
from bot.notices.things import Files, Item, Kind, Notice, read, written
from bot.platforms import terminal
from bot.platforms.drawings import RENDER
from tests.content.editions import DREDGING, SECTIONS, shipped

BERLIN = ZoneInfo("Europe/Berlin")
LOADED = datetime(2026, 11, 29, 9, 42, tzinfo=UTC)
TODAY = date(2026, 11, 29)
SECRET = shipped(DREDGING)
MISTAKE = Problem(
    "harbour.yaml", Mark(92, 5, 10), 'unknown key "confidance"', "unknown-key", 'did you mean "confidence"?'
)


def state(*problems: Problem, config: Sequence[Problem] = (), says: str = LABELS[0]) -> ShelfState:
    file = FileState("harbour.yaml", SECRET, LOADED, problems, says=says)
    return ShelfState(1, (file,), tuple(config))


def words(notice: Notice, audience: str, files: Files | None = None) -> str:
    return terminal.render(told(notice, audience, files or Files()), colour=False)


def broken(shelf: ShelfState) -> Notice:
    return Notice("broken", tuple(broken_items(shelf, BERLIN, {}, TODAY).values()))


def test_a_bad_edit_is_told_as_the_design_says() -> None:
    text = words(broken(state(MISTAKE)), "TLP:AMBER")
    claims = len(SECRET.snippets)
    assert f"harbour.yaml was not loaded: 1 error. Still serving the version of 10:42 ({claims} claims)." in text
    assert '92:5 · unknown key "confidance"; did you mean "confidence"?' in text


def test_a_version_of_another_day_is_named_with_its_day_and_stays_named_so() -> None:
    shelf = state(MISTAKE)
    item = broken_items(shelf, BERLIN, {}, date(2026, 12, 1))["harbour.yaml"]
    assert "the version of 29 November 2026, 10:42" in item.text
    assert broken_items(shelf, BERLIN, {"harbour.yaml": TODAY}, date(2026, 12, 1))["harbour.yaml"].text != item.text


def test_five_errors_are_told_and_the_others_counted() -> None:
    text = words(broken(state(*[MISTAKE] * 7)), "TLP:AMBER")
    assert "7 errors" in text
    assert text.count("92:5") == 5
    assert "and two more errors" in text


@pytest.mark.parametrize("audience", LABELS)
@pytest.mark.parametrize("kind", ["broken", "vanished", "changed", "aged", "dead"])
def test_a_channel_below_the_label_hears_no_name_no_id_and_no_value(kind: Kind, audience: str) -> None:
    item = Item("silt.yaml", "TLP:AMBER", "silt.yaml", "silt-load", (("92:5", 'unknown key "siltiness"'),))
    for over in (False, True):
        for items in ((item,), (item,) * 12):
            text = words(Notice(kind, items, over), audience)
            assert ("silt" in text) == (audience in LABELS[2:]), text
            if audience in LABELS[:2]:
                assert "that this channel may not see" in text
                assert "desk shows" in text


def test_what_was_told_is_taken_out_when_the_file_is_raised() -> None:
    notice = Notice("changed", (Item("silt.yaml", "TLP:CLEAR", "silt.yaml", "+1", (("new", "silt-load"),)),))
    assert "silt-load" in words(notice, "TLP:GREEN", Files({"silt.yaml": "TLP:CLEAR"}))
    assert "silt" not in words(notice, "TLP:GREEN", Files({"silt.yaml": "TLP:AMBER"}))


def test_a_clear_file_names_no_secret_one() -> None:
    lines = (("3:7", 'the briefing id "harbour-dredging" is taken by silt.yaml'), ("4:1", "unknown key"))
    notice = Notice("broken", (Item("open.yaml", "TLP:CLEAR", "open.yaml", "was not loaded: 2 errors.", lines),))
    names = {"silt.yaml": "TLP:AMBER", "harbour-dredging": "TLP:AMBER", "open.yaml": "TLP:CLEAR"}
    text = words(notice, "TLP:GREEN", Files({}, names))
    assert "silt" not in text
    assert "dredging" not in text
    assert "3:7" in text
    assert "4:1 · unknown key" in text
    assert "silt.yaml" in words(notice, "TLP:AMBER", Files({}, names))


def test_config_is_told_by_its_places_where_it_may_name_what_is_secret() -> None:
    mistake = Problem("config.yaml", Mark(7, 3), '"Silt Load" cannot be an id', "id", 'write "silt-load"')
    notice = broken(state(config=[mistake]))
    low, high = words(notice, "TLP:GREEN"), words(notice, "TLP:AMBER")
    assert "config.yaml was not loaded: 1 error. The last good one is used." in low
    assert "7:3" in low
    assert "silt" not in low.lower()
    assert 'write "silt-load"' in high
    everybody = Notice("broken", tuple(broken_items(ShelfState(1, (), (mistake,)), BERLIN, {}, TODAY).values()))
    assert 'write "silt-load"' in words(everybody, "TLP:CLEAR")


@pytest.mark.parametrize(
    ("file", "label"),
    [
        (FileState("a.yaml", SECRET, LOADED, (MISTAKE,)), "TLP:AMBER"),
        (FileState("a.yaml", None, None, (MISTAKE,)), "TLP:RED"),
        (FileState("a.yaml", SECRET, LOADED, (MISTAKE,), says="TLP:RED"), "TLP:RED"),
        (FileState("a.yaml", SECRET, LOADED, (MISTAKE,), says="TLP:GREEN"), "TLP:AMBER"),
    ],
    ids=["the last good version's", "unknown", "raised by the bad edit", "lowered by the bad edit"],
)
def test_the_label_of_a_bad_file(file: FileState, label: str) -> None:
    assert label_of(file) == label


def test_a_bad_edit_that_raises_the_label_counts_as_raised() -> None:
    text = (
        DREDGING.read_text(encoding="utf-8").replace("TLP:AMBER", "TLP:AMBER+STRICT").replace("format: 1", "format: 9")
    )
    assert Standing(parse(text, "a.yaml", SECTIONS)).state.says == "TLP:AMBER+STRICT"
    good = parse(DREDGING.read_text(encoding="utf-8"), "a.yaml", SECTIONS)
    assert Standing(good, good, LOADED).state.says == "TLP:CLEAR"


@pytest.mark.parametrize(
    ("written", "label"),
    [
        *((f"sharing: {one}", "TLP:RED") for one in ("tlp:red", "RED", "TLP-RED", "TLP：RED", "TLP:AMBER+STRIKT", "")),
        ('"sharing" : "TLP:RAD"', "TLP:RED"),
        ("Sharing: red", "TLP:RED"),
        ("sharin: tlp_red", "TLP:RED"),
        ("tlp: red", "TLP:RED"),
        ("sharing: TLP:AMBER + STRICT", "TLP:AMBER+STRICT"),
        ("sharing: 'tlp green'  # for all", "TLP:GREEN"),
    ],
)
def test_a_bad_edit_that_misspells_its_label_counts_as_what_it_may_mean(written: str, label: str) -> None:
    text = DREDGING.read_text(encoding="utf-8").replace("format: 1", "format: 9")
    assert "  sharing: TLP:AMBER" in text
    text = "\n".join(f"  {written}" if "sharing: TLP:AMBER" in line else line for line in text.split("\n"))
    assert Standing(parse(text, "a.yaml", SECTIONS)).state.says == label


def over(shelf: ShelfState, *before: Item) -> Notice:
    return Notice("broken", tuple(ended(one, shelf) for one in before), over=True)


def test_a_mended_file_is_named_with_what_was_wrong() -> None:
    (item,) = broken(state(MISTAKE)).items
    text = words(over(state(), item), "TLP:AMBER")
    claims = len(SECRET.snippets)
    assert text.startswith("harbour.yaml is mended\n")
    assert f"harbour.yaml is mended, and served ({claims} claims). It had 1 error:" in text
    assert '92:5 · unknown key "confidance"; did you mean "confidence"?' in text
    text = words(over(state(), brief(item)), "TLP:AMBER")
    assert '92:5 · unknown key "confidance"' in text, "after it was told among many others"


def test_a_file_that_never_was_good_is_named_once_its_label_is_known() -> None:
    nobody_knows = FileState("harbour.yaml", None, None, (MISTAKE,))
    before = broken(ShelfState(1, (nobody_knows,)))
    assert "harbour" not in words(before, "TLP:AMBER")
    told_then = over(state(), *before.items)
    text = words(told_then, "TLP:AMBER")
    assert "harbour.yaml is mended, and served" in text
    assert "It had 1 error." in text
    assert "confidance" not in text, "what was wrong was TLP:RED then, and stays so"
    assert "harbour" not in words(told_then, "TLP:GREEN")


def test_a_file_that_is_deleted_with_its_errors_is_gone_and_not_mended() -> None:
    (item,) = broken(state(MISTAKE)).items
    gone = over(ShelfState(1), item)
    text = words(gone, "TLP:AMBER")
    assert text.startswith("harbour.yaml is gone\n")
    assert "harbour.yaml had 1 error, and is gone." in text
    hidden = words(gone, "TLP:GREEN")
    assert "One file under a label that this channel may not see, or that nobody knows, is gone." in hidden
    assert "mended" not in text + hidden
    assert "harbour" not in hidden


def test_of_several_files_it_is_told_how_many_are_mended_and_how_many_gone() -> None:
    items = [replace(broken(state(MISTAKE)).items[0], file=name, lead=name) for name in ("harbour.yaml", "b", "c")]
    assert words(over(state(), *items), "TLP:AMBER").startswith("One file is mended, and two files are gone\n")
    assert words(over(state(), *items[1:]), "TLP:AMBER").startswith("Two files are gone\n")
    hidden = words(over(state(), *items), "TLP:GREEN")
    assert "One file under a label that this channel may not see is mended." in hidden
    assert "Two files under labels that this channel may not see, or that nobody knows, are gone." in hidden


def test_a_single_file_is_named_in_the_title_where_it_may_be() -> None:
    notice = broken(state(MISTAKE))
    assert words(notice, "TLP:AMBER").startswith("harbour.yaml has errors\n")
    assert words(notice, "TLP:GREEN").startswith("One file has errors\n")


def test_a_broken_config_is_called_by_its_name_everywhere() -> None:
    mistake = Problem("config.yaml", Mark(7, 3), '"Silt Load" cannot be an id', "id", 'write "silt-load"')
    notice = broken(state(config=[mistake]))
    for audience in LABELS:
        assert words(notice, audience).startswith("config.yaml has errors\n")
        text = words(over(state(), *notice.items), audience)
        assert text.startswith("config.yaml is mended\n")
        assert "is mended, and in use. It had 1 error" in text
        assert "7:3" in text
        assert ("silt-load" in text) == (audience in LABELS[2:])


def test_names_of_files_go_by_their_labels_and_so_do_their_ids() -> None:
    assert files_of(state()).names[SECRET.briefing.id] == "TLP:AMBER"


@pytest.mark.parametrize("platform", sorted(RENDER))
def test_a_notice_of_many_fits_one_message_of_each_platform(platform: str) -> None:
    long = "x" * 300
    items = tuple(
        Item(f"{long}{at}.yaml", "TLP:CLEAR", f"{long}{at}.yaml", long, ((long, long),) * 6) for at in range(200)
    )
    for kind in ("broken", "vanished", "changed", "aged", "dead"):
        for some in (items, items[:3], items[:1]):
            drawn = RENDER[platform](told(Notice(kind, some, beyond=7), "TLP:CLEAR", Files()), 0)
            assert not drawn.body.get("components")
            assert "actions" not in str(drawn.body.get("blocks"))
            if len(some) > 10:
                assert "197 more" in str(drawn.body)


def test_a_notice_is_read_as_it_was_written() -> None:
    notice = Notice("changed", (Item("a", "TLP:CLEAR", "a", "b", (("new", "x"), ("gone", "y")), "h"),), True, "then", 3)
    assert read(written(notice)) == notice
    newer = written(notice).replace('"kind":', '"tone": "dry", "kind":').replace('"file":', '"tone": "dry", "file":')
    assert read(newer) == notice, "a newer bot wrote more into it"


def test_the_desk_lists_it_in_a_line() -> None:
    items = tuple(Item(f"{at}.yaml", "TLP:RED", f"{at}.yaml", str(Changes(new=("a",)))) for at in range(5))
    assert sentence(Notice("changed", items)) == "0.yaml: +1; 1.yaml: +1; 2.yaml: +1; and 2 more"
    assert sentence(Notice("broken", items[:1])) == "0.yaml +1"
    ends = tuple(Item(f"{at}.yaml", "TLP:RED", f"{at}.yaml", "had 1 error, and is gone.") for at in range(2))
    assert sentence(Notice("broken", ends, over=True)) == (
        "0.yaml had 1 error, and is gone; 1.yaml had 1 error, and is gone"
    )
