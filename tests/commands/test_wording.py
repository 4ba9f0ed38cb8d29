"""Changes since a day, numbers in a reader's language, lines as they are typed, and what the status tells."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.commands.base import Question
from bot.commands.numbers import count, number
from bot.commands.registry import read_line
from bot.content.history import History, versions_of
from bot.message import Message
from tests.commands.asking import FACTS, KNOWN, words
from tests.commands.test_replies import ALONE, BOATS, BOTH
from tests.content.editions import BERLIN, NOW, SECTIONS, edition, read

# --- changes ---


def test_a_claim_that_changed_twice_stands_once_with_the_words_of_today() -> None:
    history = History()
    states = (BOATS, BOATS.replace("boats leave", "ten boats leave"), BOATS.replace("boats leave", "nine boats leave"))
    for at, text in enumerate(states):
        history = history.with_new(versions_of(read(text), history, NOW + timedelta(hours=at - 3), BERLIN))
    seen = edition((read(states[-1]),), history).seen_by("TLP:CLEAR", NOW)
    told = words(seen, "/changes 1d")
    assert told.count("boats leave") == 1
    assert "nine boats leave" in told
    assert "Changed 18 March 2026, 12:00 CET\n  Changed 18 March 2026, 11:00 CET" in told
    assert "New briefing with 3 claims, first read 18 March 2026." in told
    assert "ten boats leave" in words(seen, "/cite leave")


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("24h", "17 March 2026, 13:00 CET"),
        ("7D", "11 March 2026, 13:00 CET"),
        ("today", "today"),
        ("Yesterday", "yesterday"),
        ("2026-03-01", "1 March 2026"),
        ("2026", "2026"),
        ("2026-03-18t06:00z", "18 March 2026, 06:00 UTC"),
        ("9999d", "1 November 1998, 13:00 CET"),
        ("0001-01-01", "1 January 1"),
        ("9999-12-31", "31 December 9999"),
        ("", "11 March 2026, 13:00 CET"),
    ],
)
def test_changes_are_told_since_a_day_or_a_length_of_time(text: str, since: str) -> None:
    assert f"Nothing changed since {since}." in words(ALONE, f"/changes {text}")


# --- numbers, lines ---


@pytest.mark.parametrize(
    ("value", "locale", "written"),
    [
        ("10000", "en", "10,000"),
        ("10000", "en-GB", "10,000"),
        ("10000", "de", "10.000"),
        ("10000", "de_DE", "10.000"),
        ("10000", "de-CH", "10’000"),
        ("10000", "fr", "10\u202f000"),
        ("10000", "fr-CA", "10\u202f000"),
        ("10000", "es-ES", "10.000"),
        ("10000", "es-419", "10,000"),
        ("10000", "pt-BR", "10.000"),
        ("10000", "ja", "10,000"),
        ("10000", "ko", "10,000"),
        ("10000", "sv-SE", "10\u202f000"),
        ("10000", "", "10,000"),
        ("10000", "xx-YY", "10,000"),
        ("1234567.5", "en", "1,234,567.5"),
        ("1234567.5", "de", "1.234.567,5"),
        ("1234567.50", "fr", "1\u202f234\u202f567,5"),
        ("0.000001", "en", "0.000001"),
        ("0", "de", "0"),
        ("-3.5", "de", "-3,5"),
        ("1E+3", "en", "1,000"),
        ("999999999999", "de", "999.999.999.999"),
    ],
)
def test_a_number_is_written_as_its_reader_writes_it(value: str, locale: str, written: str) -> None:
    assert number(Decimal(value), locale) == written


def test_small_counts_are_words() -> None:
    assert [count(amount, "claim") for amount in (0, 1, 10, 11, 1200)] == [
        "no claims",
        "one claim",
        "ten claims",
        "11 claims",
        "1,200 claims",
    ]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("/impact lankov", ("impact", "lankov")),
        ("  /IMPACT   lankov  ", ("impact", "lankov")),
        ("/brief impact lankov", ("impact", "lankov")),
        ("/brief /impact lankov", ("impact", "lankov")),
        ("/brief", ("brief", "")),
        ("kursk troops", ("search", "kursk troops")),
        ("/", ("", "")),
        ("", ("search", "")),
    ],
)
def test_a_typed_line_is_read(line: str, read: tuple[str, str]) -> None:
    assert read_line(line) == read


def test_a_status_says_what_is_older_than_its_file_and_what_is_overdue() -> None:
    later = NOW + timedelta(days=400)
    facts = replace(FACTS, broken=frozenset({"aosagi-urchins", "not-here"}))
    question = Question("", later, facts)
    message: Message = KNOWN["status"].reply(BOTH, question)
    told = str(message)
    assert "aosagi-urchins: the file has an error" in told
    assert "not-here" not in told
    assert "('Review overdue', 'price')" in told
    assert set(SECTIONS) <= set(KNOWN)
