"""The terminal: everything is there, nothing is wider than asked for, and no control comes from a text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.message import Claim, Message
from bot.platforms.terminal import columns, render, wrap
from tests.drawings.messages import DIGEST, IMPACT, LONG, claim
from tests.drawings.strategies import messages
from tests.sizes import examples


@examples(40)
@given(messages, st.integers(20, 120))
def test_no_control_reaches_the_terminal_and_no_line_is_too_wide(message: Message, width: int) -> None:
    drawn = render(message, width=width)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]", drawn)
    assert max(map(columns, drawn.split("\n"))) <= width


@examples(40)
@given(messages)
def test_colour_adds_bold_and_dim_and_changes_no_word(message: Message) -> None:
    styled = render(message, colour=True)
    assert re.sub("\x1b\\[[01239]m", "", styled) == render(message)


def test_everything_is_there() -> None:
    drawn = " ".join(render(LONG).split())
    assert all(f"Claim {at} says so" in drawn for at in range(1, 37))
    assert "[6] Source 4 · https://example.org/4" in drawn
    assert "Try: /sources · /share /impact · /report impact" in drawn


def test_one_page_says_which_part_it_is() -> None:
    drawn = render(LONG, 1)
    assert "Claim 11 says so" in drawn
    assert "Claim 10 says so" not in drawn
    assert "Claims 11–20 of 36" in drawn


def test_a_claim_has_its_attribution_beneath() -> None:
    lines = render(IMPACT).split("\n")
    at = lines.index("• Lankov expects those who return to enjoy hero status and generous rewards from Kim")
    assert lines[at + 1 : at + 3] == ["  Jong Un.", "  Forecast · Andrei Lankov · [1] ¶7"]


def test_what_was_withdrawn_says_so_without_colour() -> None:
    assert "• [withdrawn] Western intelligence puts" in render(DIGEST)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two three", ["one two", "three"]),
        ("한국어한국어", ["한국어한", "국어"]),
        ("abcdefghijklm", ["abcdefgh", "ijklm"]),
        ("a abcdefghij b", ["a", "abcdefgh", "ij b"]),
        ("e\u0301" * 8 + " x", ["e\u0301" * 8, "x"]),
    ],
)
def test_wide_and_combining_characters_are_counted_as_they_are_shown(text: str, expected: list[str]) -> None:
    assert list(wrap(text, 8)) == expected


def test_an_escape_sequence_in_a_text_loses_its_escape() -> None:
    block: Claim = claim("\x1b[31mred\x1b]0;title\x07", "Reported\x9b2J", para="¶1")
    assert "\x1b" not in render(Message("T\x1b[2J", None, (block,)))
