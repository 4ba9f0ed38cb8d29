"""Names are found where a capital letter is none of the sentence's, and countries under whatever they are called by."""

import pytest

from bot.content.grounding.names import alike, names, runs
from bot.content.grounding.words import read


def keys(text: str, *known: str) -> list[str]:
    return [one.key for one in names(read(text), known)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the mayor of Skarn spoke", ["skarn"]),
        ("the mayor, Mina Dorrit, spoke", ["mina", "dorrit"]),
        ("Mina Dorrit spoke", ["mina", "dorrit"]),
        ("Yesterday the mayor spoke", []),
        ("Officials spoke", []),
        ("on Monday, in October", []),
        ("what Professor Dorrit said", ["dorrit"]),
        ("she came to Málaga", ["malaga"]),
        ("he said: Winters are hard", []),
        ("she said “Winters are hard”", []),
    ],
)
def test_a_name_has_a_capital_letter_of_its_own(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


def test_a_word_that_opens_a_sentence_is_a_name_where_it_is_known() -> None:
    assert keys("Skarn is far") == []
    assert keys("Skarn is far", "skarn") == ["skarn"]


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("troops of Russia", "russia"),
        ("the Russians left", "russia"),
        ("what Moscow wants", "russia"),
        ("what the Kremlin wants", "russia"),
        ("Pyongyang's troops", "north korea"),
        ("the North Korean army", "north korea"),
        ("the DPRK", "north korea"),
        ("a visit to Seoul", "south korea"),
        ("the US and its allies", "united states"),
        ("in the United Kingdom", "britain"),
        ("the British fleet", "britain"),
        ("to New Zealand", "new zealand"),
        ("the Türkiye office", "turkey"),
        ("a Spaniard on board", "spain"),
        ("the Saudi king", "saudi arabia"),
    ],
)
def test_a_country_its_people_and_its_capital_are_one(text: str, country: str) -> None:
    assert [one.key for one in names(read(text)) if one.country] == [country]


@pytest.mark.parametrize("text", ["they told us", "Us they told", "a polish of the hull", "china on the table"])
def test_a_plain_word_is_no_country(text: str) -> None:
    assert not [one for one in names(read(text)) if one.country]


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("maren", "marenese", True),
        ("maren", "maren", True),
        ("velda", "veldan", True),
        ("islander", "islanders", True),
        ("harbour", "harbours", True),
        ("elm", "elms", False),
        ("skarn", "skagen", False),
        ("north", "northumbria", False),
    ],
)
def test_a_place_and_its_people_are_alike(one: str, other: str, are: bool) -> None:
    assert alike(one, other) is are
    assert alike(other, one) is are


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("in the Far East", [("Far", "East")]),
        ("in Russia's Kursk region", []),
        ("to Skarn, Elm and Fell", []),
        ("by the South Maren coast", [("South", "Maren")]),
    ],
)
def test_names_side_by_side_are_one(text: str, together: list[tuple[str, str]]) -> None:
    one = read(text)
    assert [(first.text, second.text) for first, second in runs(names(one), one)] == together
