"""How sure a sentence is, whether it looks ahead, whether it says no, and in which clauses it says what."""

import pytest

from bot.content.grounding.article import article
from bot.content.grounding.certainty import (
    EQUALS,
    PLANNED,
    TO_COME,
    cues,
    denied,
    hedges,
    is_opinion,
    looks_ahead,
    opposite,
    says_no,
)
from bot.content.grounding.checks import check
from bot.content.grounding.lexicon import (
    ALLEGED,
    CERTAIN,
    EVEN,
    HEDGES,
    LIKELY,
    POSSIBLE,
    REMOTE,
    SEEMING,
    UNLIKELY,
    VERY_LIKELY,
    VERY_UNLIKELY,
)
from bot.content.grounding.words import read
from bot.content.model import Likelihood
from tests.content.grounding.island import PEOPLE, SOURCE, snippet


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("the boat may stop", [POSSIBLE]),
        ("the boat could not stop", []),
        ("they can't rule out a strike", [POSSIBLE]),
        ("it will probably stop", [LIKELY]),
        ("it is very likely to stop", [VERY_LIKELY]),
        ("it is likely to stop", [LIKELY]),
        ("it is more likely than not", [LIKELY]),
        ("it is as likely as not", [EVEN]),
        ("the odds are fifty-fifty", [EVEN]),
        ("it is unlikely", [UNLIKELY]),
        ("it is not likely", [UNLIKELY]),
        ("it is highly unlikely", [VERY_UNLIKELY]),
        ("there is almost no chance of it", [REMOTE]),
        ("it is almost certain", [VERY_LIKELY]),
        ("it is certain", [CERTAIN]),
        ("certain boats stopped", []),
        ("it did not rule out a loan", [POSSIBLE]),
        ("the chances are better than even", [LIKELY]),
        ("it is bound to stop", [CERTAIN]),
        ("it reportedly stopped", [ALLEGED]),
        ("there have been reports of it", [ALLEGED]),
        ("it seems that it might", [SEEMING, POSSIBLE]),
        ("the boat stopped", []),
        ("it stopped on 9 May. May was cold", []),
        ("there is little chance of it", [UNLIKELY]),
    ],
)
def test_how_sure_a_sentence_is(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in hedges(read(text))] == kinds


def test_the_words_that_somebody_else_is_quoted_with_can_be_left_out() -> None:
    assert hedges(read("it “may” stop"), quoted=False) == ()


def test_each_of_the_seven_words_can_be_said_in_an_article() -> None:
    assert set(EQUALS) == set(Likelihood)
    assert all(kinds <= set(HEDGES) for kinds in EQUALS.values())


@pytest.mark.parametrize(
    "text", ["it will stop", "they'll stop", "if it stops", "it is going to stop", "a plan to stop", "in years to come"]
)
def test_what_is_to_come(text: str) -> None:
    assert looks_ahead(read(text))


@pytest.mark.parametrize(
    "text",
    [
        "it stopped",
        "it is stopping",
        "",
        "whether it will stop",
        "did not say who would pay",
        "they would like to know",
        "as they had expected",
        "it cut its forecast",
        "once due in June",
    ],
)
def test_what_is_not_to_come(text: str) -> None:
    assert not looks_ahead(read(text))


def test_an_opinion_is_told_from_a_report() -> None:
    assert is_opinion(read("she believes that it stopped"))
    assert not is_opinion(read("it stopped"))


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("they will not be able to keep the boat", {"keep"}),
        ("they published no figures", {"publish", "figur"}),
        ("nobody came", {"came"}),
        ("they haven't paid", {"paid"}),
        ("no fewer than nine", set()),
        ("not only the boat", set()),
        ("there is no doubt that it came", set()),
        ("officials who are not named accuse it", {"name"}),
        ("there is no verdict until autumn", set()),
        ("the price has not changed since 2017", set()),
        ("the boat came", set()),
    ],
)
def test_what_a_no_denies(text: str, stems: set[str]) -> None:
    assert denied(read(text)) == stems


@pytest.mark.parametrize(
    ("text", "no"),
    [
        ("it never came", True),
        ("it failed to come", True),
        ("they lack a boat", True),
        ("it is unpaid", True),
        ("they declined to come", True),
        ("they spoke against it", True),
        ("it came", False),
        ("no fewer than nine came", False),
    ],
)
def test_a_sentence_says_no_in_many_ways(text: str, no: bool) -> None:
    assert says_no(read(text)) is no


@pytest.mark.parametrize(
    ("claim", "source", "found"),
    [
        ("fares rose", "fares fell", ("rose", "fell")),
        ("fares fell", "fares have risen", ("fell", "risen")),
        ("the boat is safe", "the boat is dangerous", ("safe", "dangerous")),
        ("they accepted it", "they rejected it", ("accepted", "rejected")),
        ("it opens before noon", "it opens after noon", ("before", "after")),
        ("fares rose", "fares rose and wages fell", None),
        ("fares rose and fell", "fares fell", None),
        ("fares rose", "the boat is old", None),
        ("it was half full", "it was half empty", None),
    ],
)
def test_opposites(claim: str, source: str, found: tuple[str, str] | None) -> None:
    assert opposite(read(claim), read(source)) == found


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("The boat is old, and slow.", ["the boat is old", "and slow"]),
        ("It is old but it runs.", ["it is old", "but it runs"]),
        ("He owns the yard and he says so.", ["he owns the yard and", "he says so"]),
        ("The boat - an old one - runs.", ["the boat", "an old one", "runs"]),
        ("A well-known boat runs.", ["a well known boat runs"]),
    ],
)
def test_a_sentence_falls_into_clauses(text: str, clauses: list[str]) -> None:
    assert [" ".join(clause.folded) for clause in read(text).clauses] == clauses


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Dorrit came. She left.", 2),
        ("It cost 3.5 crowns. “Too much,” he said.", 2),
        ("He saw Prof. A. Lund. Then he left!", 2),
        ("It came … and went.", 1),
    ],
)
def test_a_full_stop_of_a_title_ends_no_sentence(text: str, count: int) -> None:
    assert len(read(text).sentences) == count


@pytest.mark.parametrize(
    ("text", "kind", "of"),
    [
        ("the boat is old and will soon stop in Skarn", TO_COME, {"stop", "skarn"}),
        ("the boat could stop if the council refuses", POSSIBLE, {"boat", "stop"}),
        ("the council plans a new pier", PLANNED, {"council", "new", "pier"}),
        ("a loan from Norway is unlikely", UNLIKELY, {"loan", "norway"}),
    ],
)
def test_a_cue_is_said_of_the_words_beside_it(text: str, kind: str, of: set[str]) -> None:
    assert [set(cue.of) for cue in cues(read(text)) if cue.kind == kind] == [of]


@pytest.mark.parametrize(
    ("said", "text", "keys", "severities"),
    [
        ("the chance of a strike is 30 percent", "A strike is not to be expected", {"likelihood": "unlikely"}, []),
        ("the odds of a strike are nine in ten", "A strike will come", {"likelihood": "very-likely"}, []),
        ("the chance of a strike is 30 percent", "A strike will come", {"likelihood": "likely"}, ["error"]),
        ("30 percent of the crews are on strike", "A strike will come", {"likelihood": "unlikely"}, ["error"]),
        ("no crew will strike", "Mina Dorrit rules out a strike", {}, []),
        ("the crews will be back", "Mina Dorrit is sure of the crews", {}, []),
        ("the crews may be back", "Mina Dorrit is sure of the crews", {}, ["error"]),
        ("the crews will be back", "The crews will certainly be back", {}, ["error"]),
    ],
)
def test_how_sure_somebody_is_may_be_told_in_numbers_or_by_having_no_doubt(
    said: str, text: str, keys: dict[str, str], severities: list[str]
) -> None:
    source = article((f"Mina Dorrit said {said}.",), PEOPLE, SOURCE)
    found = check(snippet("mina", 0, f"{text}, by her own words.", **{"status": "forecast", **keys}), source, [0])
    assert [one.severity for one in found if one.rule == "hedge" and "no equal" in one.message] == severities


SAID = (
    "Mina Dorrit said that she would ask for a loan, and the fares will rise to 12 crowns. Most islanders think that "
    "the boat is safe, a survey by the Coast Council shows. “We will paint the hull,” Ives Brannock said."
)


@pytest.mark.parametrize(
    ("speaker", "text", "told"),
    [
        ("mina", "Mina Dorrit says that she will ask for a loan.", False),  # she knows what she means to do
        ("mina", "Mina Dorrit intends to ask for a loan.", False),
        ("mina", "Mina Dorrit announces fares of 12 crowns.", False),
        ("mina", "Mina Dorrit says that fares have risen to 12 crowns.", True),
        ("mina", "Mina Dorrit has asked for a loan.", True),
        ("ives", "Ives Brannock promises to paint the hull.", False),
        ("ives", "Ives Brannock has painted the hull.", True),
        ("council", "In a survey by the Coast Council most islanders think that the boat is safe.", False),
    ],
)
def test_a_plan_and_a_survey_may_be_reported_and_what_is_to_come_may_not(speaker: str, text: str, told: bool) -> None:
    source = article((SAID,), PEOPLE, SOURCE)
    found = [one.severity for one in check(snippet(speaker, 0, text), source, [0]) if one.rule == "status"]
    assert found == (["warning"] if told else [])


@pytest.mark.parametrize(
    ("said", "severity"), [("the loan is large", "warning"), ("the loan may be large", "error"), ("", "warning")]
)
def test_a_word_of_certainty_that_may_mean_something_else_contradicts_a_doubt_alone(said: str, severity: str) -> None:
    source = article((f"Mina Dorrit said of it: {said}.",), PEOPLE, SOURCE)
    claim = snippet("mina", 0, "Mina Dorrit guarantees a large loan.", status="forecast")
    assert [one.severity for one in check(claim, source, [0]) if "guarantees" in one.message] == [severity]
