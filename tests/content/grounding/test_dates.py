"""Months, weekdays, seasons and years: one that the source does not name is found, one that follows from it is not."""

import pytest

from bot.content.grounding.article import Article, article
from bot.content.grounding.checks import check
from bot.content.grounding.dates import times
from bot.content.grounding.words import read
from bot.content.model import Source
from tests.content.grounding.island import PEOPLE, snippet

SOURCE = Source.model_validate({"id": "courier", "publisher": "Fell Courier", "published": "2024-05-02"})
"""A Thursday."""
PARAGRAPHS = (
    "The ferry may stop, and the island argues.",
    "The council voted in February and will vote again by the end of June, Mina Dorrit said.",
    "The boat broke down on Tuesday and was towed home, Mina Dorrit said.",
    "The pier was painted last month, and sheep were counted in the spring, Mina Dorrit said.",
    "The engine was ordered on 18 March and came eight weeks after the storm of September 2023, Mina Dorrit said.",
    "The lamps are older than the pier, Mina Dorrit said.",
    "The fares rose last year, and rise again next autumn, Mina Dorrit said.",
    "The sails were cut on 14 April, Mina Dorrit said.",
    "The vote is in August, and the well is dug by the middle of the century, Mina Dorrit said.",
)


def island() -> Article:
    return article(PARAGRAPHS, PEOPLE, SOURCE)


def told(para: int, text: str) -> list[str]:
    """What the rule says, by how bad it is."""
    claim = snippet("mina", para, f"Mina Dorrit said {text}.")
    return [one.severity for one in check(claim, island(), [para]) if one.rule in ("time", "number")]


@pytest.mark.parametrize(
    ("para", "text"),
    [
        (1, "the council voted in March"),
        (1, "the council will vote again by the end of July"),
        (2, "the boat broke down on Wednesday"),
        (2, "the boat broke down last Friday"),
        (3, "sheep were counted in the autumn"),
        (4, "the engine was ordered on 18 April"),
        (1, "the first vote was in February 2022"),
        (6, "the fares rise next spring"),
        (4, "the engine came eight months after the storm"),
        (7, "the sails were cut on 4 April"),
    ],
)
def test_another_date_than_the_one_of_the_source_is_an_error(para: int, text: str) -> None:
    assert "error" in told(para, text)


@pytest.mark.parametrize(
    ("para", "text"),
    [
        (1, "the council may march before June is over"),
        (1, "the council will have voted again before July"),
        (1, "the first vote was in February 2024"),
        (2, "the boat broke down at the end of April"),  # the Tuesday before the article
        (3, "the pier was painted in April"),
        (3, "sheep were counted in April"),
        (4, "the engine was ordered on a Monday, 18 March"),
        (5, "this May the lamps are older than the pier"),
        (6, "the fares rose in 2023"),
        (6, "the fares rise again in October 2024"),
        (6, "June Holdt of the Sunday Herald knows the fares"),
        (1, "a vote is due by 30 June"),  # the end of the month
        (2, "the boat broke down on 30 April"),  # the Tuesday before the article
    ],
)
def test_what_follows_from_the_source_and_the_day_of_the_article_is_left_alone(para: int, text: str) -> None:
    assert told(para, text) == []


@pytest.mark.parametrize(
    ("para", "text"),
    [
        (5, "the lamps were bought in August"),  # no month there
        (4, "the engine came in November"),  # eight weeks after September
        (4, "the engine was ordered two months after the storm"),  # eight weeks
        (2, "the boat broke down on 14 April"),
        (8, "the boat is wanted three months before the vote"),  # from May to August
        (8, "the well is dug by about 2050"),
    ],
)
def test_what_may_follow_from_the_source_is_a_doubt(para: int, text: str) -> None:
    assert told(para, text) == ["warning"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It may rain, and they march on.", []),
        ("March on, said the council.", []),
        ("In May and in March", ["may", "march"]),
        ("May 3 was dry", ["may"]),
        ("Theresa May and June Holdt", []),
        ("on Sept. 15 and Mar. 3", ["september", "march"]),
        ("the Sunday Herald of Sunday", ["sunday"]),
        ("to spring at the fall of a price, in the fall", ["autumn"]),
        ("last winter and that spring's prices", ["winter", "spring"]),
        ("Mondays are short", ["monday"]),
    ],
)
def test_what_is_a_date(text: str, found: list[str]) -> None:
    assert [one.value for one in times(read(text))] == found
