"""Each rule finds what is planted for it and leaves an honest claim alone; without the rule, the planted one passes."""

from collections.abc import Callable, Iterator

import pytest

from bot.content.grounding import checks, meaning, naming, numbers, quoting, speaking, times
from bot.content.grounding.article import article
from bot.content.grounding.checks import RULES, check
from bot.content.grounding.claim import Claim, Finding, Rule
from bot.content.model import Figure, Snippet
from tests.content.grounding.island import PEOPLE, SOURCE, figure, island, snippet

ISLAND = island()
Item = Snippet | Figure
AHEAD = {"status": "forecast"}

CASES: dict[Callable[[Claim], Iterator[Finding]], tuple[Rule, Item, Item]] = {
    numbers.numbers: (
        "number",
        snippet("council", 1, "The Coast Council counted 11,000 passengers on the boat in 2023."),
        snippet("council", 1, "The Coast Council counted ten thousand passengers on the boat in 2023."),
    ),
    numbers.swapped: (
        "number",
        snippet("courier", 6, "Fares went from 10 crowns to 8 crowns when the council refused to pay more."),
        snippet("courier", 6, "Fares went from 8 to 10 crowns when the council refused to pay more."),
    ),
    numbers.spans: (
        "number",
        figure("council", 1, "Crossings and schoolchildren", low="12", high="212", qualifier="range"),
        figure("mina", 10, "Harbour dredged", low="10", high="15", qualifier="range", unit="centimetres"),
    ),
    times.units: (
        "time",
        snippet("mina", 2, "Mina Dorrit complains of months of fuel at 12 crowns."),
        snippet("mina", 2, "Mina Dorrit complains of years of fuel at 12 crowns."),
    ),
    times.frequencies: (
        "time",
        snippet("council", 1, "The Coast Council counts 12 crossings a month."),
        snippet("council", 1, "The Coast Council counts 12 crossings per week."),
    ),
    times.lone_spans: (
        "time",
        snippet("mina", 2, "Mina Dorrit has paid 12 crowns for fuel for a year."),
        snippet("mina", 2, "Mina Dorrit has paid 12 crowns for fuel for three years."),
    ),
    times.dates: (
        "time",
        snippet("courier", 4, "In a storm of November two boats were lost."),
        snippet("courier", 4, "In a storm of October two boats were lost."),
    ),
    naming.named: (
        "name",
        snippet("aldo", 5, "Aldo Dorrit says the council turned down a loan from Sweden."),
        snippet("aldo", 5, "Aldo Dorrit says the council turned down a loan from Oslo."),
    ),
    naming.pairs: (
        "name",
        snippet("mina", 2, "The teacher Dorrit is from Great Elm."),
        snippet("mina", 2, "The teacher Dorrit is from Little Elm."),
    ),
    naming.sides: (
        "name",
        snippet("courier", 5, "The pier in the west of the island is old and closed."),
        snippet("courier", 5, "The pier in the eastern part of the island is old and closed."),
    ),
    naming.owners: (
        "name",
        snippet("aldo", 5, "Aldo Dorrit says the council rejected Denmark's offer of a loan."),
        snippet("aldo", 5, "Aldo Dorrit says the council rejected Oslo's offer of a loan."),
    ),
    naming.adversaries: (
        "name",
        snippet("courier", 9, "One of the engineers spoke against Norway in the hall."),
        snippet("courier", 9, "One of the engineers spoke against Copenhagen in the hall."),
    ),
    quoting.quotes: (
        "quote",
        snippet("mina", 2, "Mina Dorrit says that without a boat nobody can live there.", quotes=["cannot survive"]),
        snippet("mina", 2, "Mina Dorrit says that without a boat nobody can live there.", quotes=["cannot live"]),
    ),
    quoting.hedge: (
        "hedge",
        snippet("ives", 3, "Brannock speaks of six weeks of repairs, likely.", hedge="perhaps", **AHEAD),
        snippet("ives", 3, "Brannock speaks of six weeks of repairs, likely.", hedge="probably", **AHEAD),
    ),
    quoting.copied: (
        "copied",
        snippet("ives", 3, "Ives Brannock, who owns the yard, said that repairs likely take weeks.", **AHEAD),
        snippet("ives", 3, "Brannock of the yard speaks of repairs that likely take weeks.", **AHEAD),
    ),
    speaking.speaker: (
        "speaker",
        snippet("petra", 3, "Petra Lund gives repairs six weeks, likely.", **AHEAD),
        snippet("ives", 3, "Brannock gives repairs six weeks, likely.", **AHEAD),
    ),
    meaning.certainty: (
        "hedge",
        snippet("ives", 3, "Brannock says that repairs will certainly take six weeks.", **AHEAD),
        snippet("ives", 3, "Brannock says that repairs will likely take six weeks.", **AHEAD),
    ),
    meaning.unhedged: (
        "hedge",
        snippet("ives", 3, "Brannock says that repairs will take six weeks.", **AHEAD),
        snippet("ives", 3, "Brannock says of the repairs that they probably take six weeks.", **AHEAD),
    ),
    meaning.status: (
        "status",
        snippet("ives", 3, "Brannock thinks that repairs take six weeks."),
        snippet("ives", 3, "The hull is thin, Brannock says."),
    ),
    meaning.polarity: (
        "polarity",
        snippet("aldo", 5, "Aldo Dorrit says the council accepted the offer of a loan."),
        snippet("aldo", 5, "Aldo Dorrit says the council refused the offer of a loan."),
    ),
    meaning.paragraph: (
        "paragraph",
        snippet("courier", 4, "Sheep and wool still go with the boat in the morning."),
        snippet("courier", 6, "Sheep and wool still go with the boat in the morning."),
    ),
    meaning.overlap: (
        "overlap",
        snippet("courier", 4, "Rents grew because strangers bought houses."),
        snippet("courier", 4, "The island has records of boats that were lost."),
    ),
}
by_name = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


def found(item: Item, *paras: int) -> list[tuple[str, str]]:
    return [(one.rule, one.message) for one in check(item, ISLAND, paras or item.para or ())]


def test_every_rule_has_its_cases() -> None:
    assert set(CASES) == set(RULES)


@by_name
def test_what_is_planted_is_found(rule: Callable[[Claim], Iterator[Finding]]) -> None:
    name, planted, _ = CASES[rule]
    assert {one for one, _ in found(planted)} == {name}


@by_name
def test_an_honest_claim_is_left_alone(rule: Callable[[Claim], Iterator[Finding]]) -> None:
    assert found(CASES[rule][2]) == []


@by_name
def test_without_its_rule_a_planted_mistake_passes_unseen(
    rule: Callable[[Claim], Iterator[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "RULES", tuple(one for one in RULES if one is not rule))
    assert found(CASES[rule][1]) == []


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (
            snippet("mina", 2, "Mina Dorrit has paid 14 crowns for fuel."),
            "“14” does not stand in ¶2; “12” does",
        ),
        (
            snippet("aldo", 5, "Aldo Dorrit says the council turned down a loan from Sweden."),
            "“Sweden” does not stand in ¶5; “Norway's” does",
        ),
        (
            snippet("courier", 3, "The hull of the boat is as thin as paper."),
            "¶3 gives this to Ives Brannock",
        ),
        (
            snippet("gazette", 4, "The island has records of boats that were lost."),
            "Port Gazette did not publish this",
        ),
        (
            snippet("mina", 2, "Mina Dorrit says the island “cannot survive”, boat or no boat."),
            "“cannot survive” is not said so in ¶2",
        ),
        (
            snippet("ives", 3, "Brannock gives repairs six weeks."),
            "¶3 speaks of what is to come, so it is not “reported”",
        ),
        (
            snippet("ives", 3, "Brannock gives repairs six weeks.", likelihood="very-likely", **AHEAD),
            "¶3 has no equal of “very-likely”",
        ),
        (
            snippet("aldo", 5, "Aldo Dorrit says the council accepted the offer of a loan."),
            "the claim says “accepted” where ¶5 says “rejected”",
        ),
        (
            snippet("mina", 10, "Mina Dorrit says the harbour is up to 212 metres wide."),
            "“212 metres” does not stand in ¶10",
        ),
        (
            snippet("council", 1, "The Coast Council counts 12 crossings a month."),
            "¶1 counts by the week, not by the month",
        ),
        (
            snippet("mina", 2, "Mina Dorrit complains of months of fuel at 12 crowns."),
            "“months” does not stand in ¶2; “years” does",
        ),
        (
            figure("mina", 10, "Harbour dredged", low="9", high="1500", qualifier="range"),
            "¶10 gives no range from 9 to 1,500",
        ),
        (
            snippet("ives", 3, "Ives Brannock, who owns the yard, said that repairs take weeks.", **AHEAD),
            "9 words in a row stand in the article: “ives brannock who owns the yard said that repairs”",
        ),
    ],
)
def test_an_editor_reads_one_plain_sentence(item: Item, says: str) -> None:
    assert says in [message for _, message in found(item)]


@pytest.mark.parametrize(
    ("paras", "says"),
    [
        ((3,), "¶3 gives this to Ives Brannock"),
        ((3, 4), "¶3 and ¶4 give this to Ives Brannock"),
        ((3, 4, 6), "¶3, ¶4 and ¶6 give this to Ives Brannock"),
        ((3, 4, 3, 4), "¶3 and ¶4 give this to Ives Brannock"),
    ],
)
def test_one_paragraph_gives_and_several_give(paras: tuple[int, ...], says: str) -> None:
    item = snippet("courier", 3, "The hull of the boat is as thin as paper.")
    assert says in [message for _, message in found(item, *paras)]


def test_a_paragraph_that_is_not_there_is_an_error() -> None:
    item = snippet("courier", 4, "The island has records of boats that were lost.")
    assert found(item, 44) == [("paragraph", "the article has no ¶44; its last is ¶10")]
    assert found(item, 4, 44) == [("paragraph", "the article has no ¶44; its last is ¶10")]
    assert found(item, -1) == [("paragraph", "the article has no ¶-1; its last is ¶10")]


def test_a_claim_that_cites_nothing_is_not_passed_over() -> None:
    item = snippet("courier", 4, "The island has records of boats that were lost.")
    assert [one.message for one in check(item, ISLAND, ())] == ["no paragraph of this article is cited"]


def test_what_the_editors_say_is_not_compared() -> None:
    assert found(snippet("editor", 4, "Nobody has counted 99 whales in Peru.")) == []
    assert found(snippet("courier", 4, "Nobody has counted 99 whales in Peru.", status="note")) == []


def test_errors_come_first() -> None:
    item = snippet("aldo", 5, "Aldo Dorrit says the council accepted the loan of Sweden.")
    severities = [one.severity for one in check(item, ISLAND, (5,))]
    assert {"error", "warning"} == set(severities)
    assert severities == sorted(severities)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Brannock of the yard thinks that repairs take weeks.", None),
        ("Brannock, the owner, said that repairs will probably take weeks.", "warning"),
        ("Brannock, the owner, said that repairs will probably take six weeks.", "error"),
        ("Brannock said “that repairs will probably take six weeks”.", None),
        ("Brannock said that repairs “will” probably take six weeks.", None),
    ],
)
def test_eight_words_in_a_row_are_a_copy_and_six_nearly_one(text: str, severity: str | None) -> None:
    copies = [one for one in check(snippet("ives", 3, text, **AHEAD), ISLAND, (3,)) if one.rule == "copied"]
    assert [one.severity for one in copies] == ([severity] if severity else [])


def test_listed_quotes_in_single_marks_are_no_copies_and_without_marks_they_are() -> None:
    text = "Brannock said: 'that repairs will probably take six weeks'."
    listed = ["that repairs will probably take six weeks"]
    for quotes, said, copied in (([], text, True), (listed, text, False), (listed, text.replace("'", ""), True)):
        found = check(snippet("ives", 3, said, quotes=quotes, **AHEAD), ISLAND, (3,))
        assert ("copied" in [one.rule for one in found]) == copied, said


def test_of_what_stands_around_a_listed_quote_the_copy_is_seen() -> None:
    text = "Ives Brannock, who owns the yard, said that repairs will 'probably take six weeks'."
    found = check(snippet("ives", 3, text, quotes=["probably take six weeks"], **AHEAD), ISLAND, (3,))
    assert [one.message[:7] for one in found if one.rule == "copied"] == ["10 word"]


def test_a_date_for_which_nobody_has_other_words_is_no_copy() -> None:
    dated = article(["The yard opens on 30 November at 6 a.m. in the rain."], PEOPLE, SOURCE)
    found = check(snippet("courier", 0, "The yard has its door open on 30 November at 6 a.m., it says."), dated, (0,))
    assert [one.rule for one in found] == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Of the 64 hangers 17 are worn, the council says.", None),
        ("The council says 47 of the 64 hangers hold.", "warning"),  # it can be worked out
        ("The council says 17 of the 46 hangers are worn.", "error"),
        ("The council says 19 of the 64 hangers are worn.", "error"),
        ("The council says 8 in 10 shops sell less.", "error"),
    ],
)
def test_a_share_is_worked_out_from_two_numbers_not_from_one(text: str, severity: str | None) -> None:
    bridge = article(
        ["The Coast Council says that 17 of the 64 hangers are worn, and that 7 in 10 shops sell less."], PEOPLE, SOURCE
    )
    found = [one for one in check(snippet("council", 0, text), bridge, (0,)) if one.rule == "number"]
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_what_last_year_was_is_known_beside_other_years_too() -> None:
    fire = article(["The pier closed last year, after a fire in 2019."], PEOPLE, SOURCE)
    for year, told in (("2023", []), ("2024", ["warning"]), ("2022", ["error"])):
        found = check(snippet("courier", 0, f"The pier was shut in {year}, it writes."), fire, (0,))
        assert [one.severity for one in found if one.rule == "number"] == told


@pytest.mark.parametrize(("year", "told"), [("2025", []), ("2024", ["warning"]), ("2026", ["error"])])
def test_the_year_of_the_article_is_looked_at_where_another_is_named(year: str, told: list[str]) -> None:
    bridge = article(["The bridge should open again in August 2025, the Coast Council said."], PEOPLE, SOURCE)
    item = snippet("council", 0, f"The Coast Council expects the bridge to open in August {year}.", **AHEAD)
    assert [one.severity for one in check(item, bridge, (0,)) if one.rule == "number"] == told


def test_a_run_does_not_go_on_from_one_paragraph_into_the_next() -> None:
    item = snippet("ives", 8, "The winter was hard, Ives Brannock said, and nobody came to help.")
    (copy,) = [one for one in check(item, ISLAND, (7, 8)) if one.rule == "copied"]
    assert copy.message.startswith("7 words in a row")


def test_where_another_paragraph_fits_it_is_not_told_as_well_that_this_one_does_not() -> None:
    item = snippet("courier", 10, "Sheep and wool still go in the morning.")
    assert found(item) == [("paragraph", "¶6 fits this better than ¶10")]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"hedge": "probably"}, True),  # a reader sees the hedge on asking for it alone
        ({"likelihood": "likely"}, False),  # stands in every answer
        ({"status": "unconfirmed"}, False),
    ],
)
def test_a_doubt_may_be_dropped_where_a_reader_sees_it_beside_the_text(keys: dict[str, str], told: bool) -> None:
    claim = snippet("ives", 3, "Brannock says that repairs will take six weeks.", **{**AHEAD, **keys})
    found = [one.message for one in check(claim, ISLAND, [3]) if one.key == "text"]
    assert found == (["¶3 says “probably”, and the claim does not"] if told else [])


@pytest.mark.parametrize(
    ("speaker", "para", "text", "keys"),
    [
        ("ives", 3, "The yard is owned by Brannock.", {}),  # how long repairs take is another matter
        ("courier", 0, "The island argues who pays, the Courier writes.", {}),
        ("mina", 2, "“Without a boat” they cannot live, says Mina Dorrit.", {"quotes": ["without a boat"]}),
    ],
)
def test_a_doubt_or_a_forecast_of_something_else_in_the_paragraph_is_not_of_the_claim(
    speaker: str, para: int, text: str, keys: dict[str, object]
) -> None:
    assert [one for one in found(snippet(speaker, para, text, **keys)) if one[0] in ("status", "hedge")] == []


def test_a_name_that_is_nearly_one_of_the_paragraph_is_seen_at_the_head_of_a_claim_too() -> None:
    assert ("name", "“Brannick” does not stand in ¶3") in found(snippet("ives", 3, "Brannick gives repairs six weeks."))
    assert not [one for one in found(snippet("ives", 3, "Shipwrights give repairs six weeks.")) if one[0] == "name"]
