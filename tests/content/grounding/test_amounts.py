"""Numbers are read as people write them, in digits, in words, as shares, as spans of time and as crowds."""

from fractions import Fraction

import pytest

from bot.content.grounding.amounts import (
    ABOUT,
    CEILING,
    FLOOR,
    Amount,
    amounts,
    counted,
    lone_units,
    rates,
    starts,
    units_of_time,
)
from bot.content.grounding.article import article
from bot.content.grounding.checks import check
from bot.content.grounding.comparing import bounds, clash, derived, nearest, same
from bot.content.grounding.words import read
from tests.content.grounding.island import PEOPLE, SOURCE, figure, snippet

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def only(text: str) -> Amount:
    (one,) = amounts(read(text))
    return one


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("10,000 boats", 10_000, ""),
        ("10.5 boats", Fraction(21, 2), ""),
        ("1,000.5 boats", Fraction(2001, 2), ""),
        ("10k boats", 10_000, ""),
        ("ten boats", 10, ""),
        ("twenty-five boats", 25, ""),
        ("twenty five boats", 25, ""),
        ("a hundred boats", 100, ""),
        ("two hundred and five boats", 205, ""),
        ("two hundred five boats", 205, ""),
        ("ten thousand boats", 10_000, ""),
        ("ten thousand two hundred boats", 10_200, ""),
        ("two hundred and forty thousand boats", 240_000, ""),
        ("1.5 million boats", 1_500_000, ""),
        ("3 million two hundred thousand boats", 3_200_000, ""),
        ("two and a half million boats", 2_500_000, ""),
        ("half a million boats", 500_000, ""),
        ("a dozen boats", 12, ""),
        ("two dozen boats", 24, ""),
        ("a couple of boats", 2, ""),
        ("½ of the boats", HALF, ""),
        ("4½ boats", Fraction(9, 2), ""),
        ("half of the boats", HALF, ""),
        ("the fleet was halved", HALF, ""),
        ("a third of the boats", THIRD, ""),
        ("a third larger fleet", THIRD, ""),
        ("a seventh gate", 7, ""),
        ("two thirds of the boats", Fraction(2, 3), ""),
        ("three quarters of the boats", Fraction(3, 4), ""),
        ("nine in ten boats", Fraction(9, 10), ""),
        ("12 of 48 boats", Fraction(1, 4), ""),
        ("five out of her 22 boats", Fraction(5, 22), ""),
        ("three out of the eight boats", Fraction(3, 8), ""),
        ("twice the boats", 2, ""),
        ("the fleet tripled", 3, ""),
        ("the seventh boat", 7, ""),
        ("the 8th boat", 8, ""),
        ("the 21st boat", 21, ""),
        ("40%", Fraction(2, 5), "share"),
        ("40 % of boats", Fraction(2, 5), "share"),
        ("40 percent", Fraction(2, 5), "share"),
        ("forty per cent", Fraction(2, 5), "share"),
        ("£14m", 14_000_000, "£"),
        ("£14 million", 14_000_000, "£"),
        ("$5.60", Fraction(28, 5), "$"),
        ("€3bn", 3_000_000_000, "€"),
        ("ten dollars", 10, "$"),
        ("180 m", 180, "metre"),
        ("fifteen centimetres", Fraction(3, 20), "metre"),
        ("3 km", 3000, "metre"),
        ("half a tonne", 500, "kilo"),
        ("500 kilos", 500, "kilo"),
        ("20 litres", 20, "litre"),
        ("a fortnight", 14, "day"),
        ("two weeks", 14, "day"),
        ("fourteen days", 14, "day"),
        ("a year", 12, "month"),
        ("twelve months", 12, "month"),
        ("a year and a half", 18, "month"),
        ("two and a half years", 30, "month"),
        ("a decade", 120, "month"),
        ("two decades", 240, "month"),
        ("half a century", 600, "month"),
        ("a quarter of a century", 300, "month"),
        ("six more years", 72, "month"),
        ("ninety minutes", 5400, "second"),
        ("two generations", 2, "generation"),
        ("8 October", 8, "date"),
        ("the eighth of October", 8, "date"),
        ("２０ boats", 20, ""),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, value: int | Fraction, kind: str) -> None:
    one = only(text)
    assert (one.value, one.kind) == (value, kind)


@pytest.mark.parametrize(
    ("text", "vague", "unit"),
    [
        ("thousands of boats", "thousands", ""),
        ("tens of thousands of boats", "tens of thousands", ""),
        ("several thousand boats", "thousands", ""),
        ("a few hundred boats", "hundreds", ""),
        ("dozens of boats", "dozens", ""),
        ("a few years", "few", "year"),
        ("several weeks", "several", "week"),
        ("recent decades", "recent", "decade"),
    ],
)
def test_a_crowd_is_counted_in_words(text: str, vague: str, unit: str) -> None:
    one = only(text)
    assert (one.value, one.vague, one.unit) == (None, vague, unit)


@pytest.mark.parametrize("text", ["no one came", "many boats", "some boats", "for a second", "a boat", "the last boat"])
def test_what_counts_nothing_is_no_number(text: str) -> None:
    assert amounts(read(text)) == ()


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("more than 200 boats", FLOOR),
        ("no fewer than 200 boats", FLOOR),
        ("200 boats or more", FLOOR),
        ("decades, 20 years at least", FLOOR),
        ("up to 200 boats", CEILING),
        ("no more than 200 boats", CEILING),
        ("200 or fewer", CEILING),
        ("about 200 boats", ABOUT),
        ("close to 200 boats", ABOUT),
        ("the 200 boats", ""),
    ],
)
def test_a_number_is_a_floor_a_ceiling_or_about_right(text: str, bound: str) -> None:
    assert amounts(read(text))[-1].bound == bound


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("between ten and fifteen centimetres", [Fraction(1, 10), Fraction(3, 20)]),
        ("10-15 centimetres", [Fraction(1, 10), Fraction(3, 20)]),
        ("120 to 150 million people", [120_000_000, 150_000_000]),
        ("nine, ten or eleven boats", [9, 10, 11]),
        ("from 8 to 10 crowns", [8, 10]),
    ],
)
def test_both_ends_of_a_range_are_of_one_kind(text: str, values: list[Fraction]) -> None:
    assert [one.value for one in amounts(read(text))] == values


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("half a tonne", "500 kilos", True),
        ("nine in ten", "90 percent", True),
        ("a fortnight", "two weeks", True),
        ("ten boats", "10", True),
        ("ten boats", "ten years", False),
        ("ten pounds", "ten dollars", False),
        ("a few years", "several years", True),
        ("a few years", "several weeks", False),
        ("thousands", "tens of thousands", False),
        ("48 boats", "12 of 48 boats", True),
        ("every fifth boat", "a fifth fewer boats", True),
        ("a fourth boat", "one expects a fourth.", True),
        ("every fifth boat", "half of the boats", False),
    ],
)
def test_two_amounts_say_the_same_or_not(one: str, other: str, are: bool) -> None:
    assert same(only(one), only(other)) is are


def test_a_floor_is_no_ceiling() -> None:
    there = (only("more than 200 boats"),)
    assert clash(only("up to 200 boats"), there) == there[0]
    assert clash(only("at least 200 boats"), there) is None
    assert clash(only("200 boats"), there) is None


@pytest.mark.parametrize(
    ("mine", "there", "true"),
    [
        ("more than 200 boats", "212 boats", True),
        ("more than 200 boats", "180 boats", False),
        ("fewer than forty boats", "38 boats", True),
        ("fewer than forty boats", "43 boats", False),
        ("over a fifth", "22 percent", True),
        ("almost half", "45 percent", True),
        ("nearly half a million", "450,000 boats", True),
        ("some 1,200 boats", "1,240 boats", True),
        ("some 241,000 boats", "some 214,000 boats", False),  # no rounder than the other
        ("forty boats", "38 boats", False),
        ("about forty metres", "38 years", False),
    ],
)
def test_a_bound_near_a_number_on_its_right_side_is_true(mine: str, there: str, true: bool) -> None:
    assert bounds(only(mine), only(there)) is true


@pytest.mark.parametrize(
    ("value", "unit", "there"),
    [
        ("18", "million florins a year", "The rent is 18 million florins."),
        ("18000000", "florins a year", "The rent is 18 million florins."),
        ("18", "years", "The rent is paid for 18 years."),
        ("295", "dollars per thousand", "A thousand costs $295."),
    ],
)
def test_the_unit_of_a_figure_is_what_stands_before_its_rate(value: str, unit: str, there: str) -> None:
    text = article((there,), PEOPLE, SOURCE)
    item = figure("courier", 0, "Rent", value=value, unit=unit)
    assert [one for one in check(item, text, [0]) if one.rule == "number"] == []
    wrong = figure("courier", 0, "Rent", value="7", unit=unit)
    assert [one for one in check(wrong, text, [0]) if one.rule == "number"]


def test_a_few_things_may_be_counted_by_a_reader() -> None:
    text = article(("The yard, a school and more stand by the pier.",), PEOPLE, SOURCE)
    for count, severity in (("two", "warning"), ("seven", "error"), ("22", "error")):
        claim = snippet("courier", 0, f"The Courier counts {count} houses by the pier.")
        assert [one.severity for one in check(claim, text, [0]) if one.rule == "number"] == [severity]


def test_a_rounded_part_of_two_numbers_may_be_worked_out() -> None:
    text = article(("Of 48 boats 15 are lost, the Courier found.",), PEOPLE, SOURCE)
    claim = snippet("courier", 0, "About a third of the boats are lost.")
    assert [one.severity for one in check(claim, text, [0]) if one.rule == "number"] == ["warning"]


def test_even_odds_are_no_numbers() -> None:
    text = article(("A storm is a coin toss, Mina Dorrit said.",), PEOPLE, SOURCE)
    claim = snippet("mina", 0, "A storm is fifty-fifty, Mina Dorrit said.", status="forecast")
    assert check(claim, text, [0]) == ()


@pytest.mark.parametrize(
    ("mine", "there", "by"),
    [
        ("eleven years", "in 2013", "“2013”"),
        ("in 2031", "seven years", "“seven years”"),
        ("a third", "two thirds", "“two thirds”"),
        ("18 seats", "37 seats and 19 seats", "“37” and “19”"),
        ("a half", "20 boats and 40 boats", "“20” and “40”"),
        ("half as much again", "20 boats and 30 boats", "“20” and “30”"),
        ("5 boats", "37 seats and 19 seats", ""),
        ("18 seats", "37 years and 19 boats", ""),
    ],
)
def test_a_number_that_can_be_worked_out_names_those_it_comes_from(mine: str, there: str, by: str) -> None:
    assert derived(only(mine), amounts(read(there)), 2024) == by


def test_the_number_that_was_meant_is_named_where_there_is_one_only() -> None:
    mine = only("11 boats")
    there = amounts(read("12 boats in three years"))
    assert (near := nearest(mine, there)) is not None
    assert near.text == "12"
    assert nearest(mine, amounts(read("12 boats and 14 ships"))) is None


def test_units_and_rates_and_lone_spans_are_told_apart() -> None:
    text = read("It ran twice a week for a year, and yearly by the decade.")
    assert units_of_time(text) == (("week", "week"), ("year", "year"), ("year", "yearly"), ("decade", "decade"))
    assert rates(text) == {"week", "year"}
    assert lone_units(text) == (("year", "a year"),)


def test_what_is_counted_and_where_a_rise_begins() -> None:
    text = read("Seven groundings, the third storm; fares went from 8 crowns to 10 crowns.")
    assert [(int(number), noun) for number, noun in counted(text)] == [
        (7, "ground"),
        (3, "storm"),
        (8, "crown"),
        (10, "crown"),
    ]
    assert starts(text) == (Fraction(8),)


def test_a_share_is_no_other_end_of_a_sum() -> None:
    found = [(one.value, one.kind) for one in amounts(read("orders rose 29% to 212 billion yen"))]
    assert found == [(Fraction(29, 100), "share"), (212_000_000_000, "")]


def test_a_unit_that_tells_which_is_no_span_of_time() -> None:
    assert units_of_time(read("the night boat of a winter storm")) == ()
    assert units_of_time(read("a night ago, in winter")) == (("night", "night"), ("winter", "winter"))
