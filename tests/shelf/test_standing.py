"""What is served of each file is decided by rules without exceptions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.folder import Caution, missing
from bot.content.parse import Parsed, parse
from bot.content.standing import Standing, moved, rest_needed, settle, too_many
from tests.shelf.home import BAD, briefing

NOON = datetime(2024, 11, 11, 12, tzinfo=UTC)
CAUTION = Caution(still=1, doubtful=2, broken=3)
OLD = briefing("harbour", "calm", "quiet", "dry")


def standing(text: str, file: str = "harbour.yaml") -> Standing:
    parsed = parse(text, file, None)
    return Standing(parsed, parsed if parsed.briefing else None, NOON)


@pytest.mark.parametrize(
    ("text", "is_another", "rest"),
    [
        (OLD, False, 1),
        (OLD.replace("calm", "stormy"), True, 1),
        (OLD.replace("calm", "stormy"), False, 2),
        (OLD.replace("dry", "wet"), True, 2),
        (briefing("harbour", "calm", "quiet"), True, 2),
        (OLD + "figures: []\n", True, 2),
        (OLD.rstrip("\n"), True, 2),
        (BAD, True, 3),
        ("", False, 3),
    ],
)
def test_how_long_an_edit_must_rest(text: str, is_another: bool, rest: float) -> None:
    parsed = parse(text, "harbour.yaml", None)
    assert rest_needed(parsed, standing(OLD), is_another, CAUTION) == rest


@pytest.mark.parametrize(("text", "rest"), [(OLD, 2), (BAD, 3)])
def test_how_long_a_new_file_must_rest(text: str, rest: float) -> None:
    assert rest_needed(parse(text, "harbour.yaml", None), None, False, CAUTION) == rest


def test_an_end_that_stands_in_the_text_twice_tells_nothing() -> None:
    line = f"# {'-' * 100}\n"
    old = briefing("harbour", "calm").replace("snippets:\n", f"{line}snippets:\n") + line
    assert rest_needed(parse(old + "#\n" + line, "harbour.yaml", None), standing(old), True, CAUTION) == 2


def test_who_loses_an_id_keeps_the_one_it_had() -> None:
    """b wants what a has; c wants what b gave up, and b takes it back."""
    shelf = {f"{name}.yaml": standing(briefing(name, f"{name}1"), f"{name}.yaml") for name in "abc"}
    fresh = [
        parse(briefing("a", "stolen"), "b.yaml", None),
        parse(briefing("b", "taken"), "c.yaml", None),
    ]
    settled = settle(shelf, fresh, (), NOON)
    assert [one.id for one in settled.values()] == ["a", "b", "c"]
    assert [len(one.rivals) for one in settled.values()] == [0, 1, 1]
    assert [one.id for one in settle(settled, (), ("a.yaml",), NOON).values()] == ["a", "b"]


edits = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["a", "b", "c", "bad", "gone"])), min_size=1, max_size=4
)


@given(st.lists(edits, max_size=6))
def test_no_id_is_served_twice_and_nothing_good_is_lost(rounds: list[list[tuple[str, str]]]) -> None:
    shelf: dict[str, Standing] = {}
    for number, edit in enumerate(rounds):
        wanted = dict(edit)
        gone = [f"{name}.yaml" for name, what in wanted.items() if what == "gone"]
        fresh = [_parsed(name, what, number) for name, what in wanted.items() if what != "gone"]
        before, shelf = shelf, settle(shelf, fresh, gone, NOON + timedelta(hours=number))
        served = [one.id for one in shelf.values() if one.served]
        assert len(set(served)) == len(served)
        assert all(shelf[name].served for name, one in before.items() if one.served and name not in gone)
        assert all(one.served or one.state.broken for one in shelf.values())
        assert settle(shelf, (), (), NOON + timedelta(days=1)) == shelf


def _parsed(name: str, what: str, number: int) -> Parsed:
    text = BAD if what == "bad" else briefing(what, f"{name}{number}")
    return parse(text, f"{name}.yaml", None)


def test_a_missing_file_has_moved_where_another_file_holds_its_briefing() -> None:
    shelf = {f"{name}.yaml": standing(briefing(name, f"{name}1"), f"{name}.yaml") for name in "ab"}
    copied = settle(shelf, [parse(briefing("a", "a1"), "b.yaml", None)], (), NOON)
    assert moved(["a.yaml"], shelf, ()) == []
    assert moved(["a.yaml"], shelf, [parse(briefing("a", "a1"), "c.yaml", None)]) == ["a.yaml"]
    assert moved(["a.yaml"], copied, ()) == ["a.yaml"]
    assert moved(["a.yaml"], copied, [parse(briefing("b", "b1"), "b.yaml", None)]) == []
    assert moved(["a.yaml", "b.yaml"], copied, ()) == []


def test_a_bad_file_takes_the_place_of_a_missing_one_only_where_nothing_else_is_served_of_it() -> None:
    shelf = {f"{name}.yaml": standing(briefing(name, f"{name}1"), f"{name}.yaml") for name in "ab"}
    bad = BAD.replace("id: harbour", "id: a")
    assert moved(["a.yaml"], shelf, [parse(bad, "new.yaml", None)]) == ["a.yaml"]
    assert moved(["a.yaml"], shelf, [parse(bad, "b.yaml", None)]) == [], "b goes on serving its own"
    after = settle(shelf, [parse(bad, "b.yaml", None)], ["a.yaml"], NOON)
    assert after["b.yaml"].id == "b"
    after = settle(shelf, [parse(bad, "new.yaml", None)], ["a.yaml"], NOON + timedelta(hours=1))
    assert (after["new.yaml"].id, after["new.yaml"].loaded_at) == ("a", NOON)


def test_what_did_not_change_keeps_its_time() -> None:
    shelf = {"harbour.yaml": standing(OLD)}
    again = settle(shelf, [parse(OLD, "harbour.yaml", None)], (), NOON + timedelta(hours=1))
    assert again["harbour.yaml"].loaded_at == NOON
    assert again["harbour.yaml"].served is shelf["harbour.yaml"].served


@pytest.mark.parametrize(
    ("away", "of", "share", "looks_bad"), [(1, 2, 0.5, False), (2, 3, 0.5, True), (1, 1, 0.5, True), (3, 3, 1.0, False)]
)
def test_how_many_may_be_missing(away: int, of: int, share: float, looks_bad: bool) -> None:
    shelf = {f"{at}.yaml": replace(standing(OLD), loaded_at=NOON) for at in range(of)} | {"bad.yaml": standing(BAD)}
    assert too_many([f"{at}.yaml" for at in range(away)], shelf, share) is looks_bad


@pytest.mark.parametrize(
    ("seen", "away"),
    [
        ({"b.yaml": (1,)}, ["sub/a.yaml", "sub/deep/c.yaml"]),
        ({"b.yaml": (1,), "sub": (1,)}, []),
        ({"sub/deep": (1,)}, ["b.yaml", "sub/a.yaml"]),
        ({".": ()}, []),
        ({}, ["b.yaml", "sub/a.yaml", "sub/deep/c.yaml"]),
    ],
)
def test_what_lies_in_a_folder_that_may_not_be_listed_is_not_missing(
    seen: dict[str, tuple[int, ...]], away: list[str]
) -> None:
    assert missing(dict.fromkeys(["b.yaml", "sub/a.yaml", "sub/deep/c.yaml"]), seen) == away
