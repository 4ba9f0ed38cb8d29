"""What is proposed in place of a mistake can be read itself, and is what was meant."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.dates import MONTHS, read_date
from bot.content.mends_characters import ODD, odd_in, plain
from bot.content.mends_dates import meant_dates, mend_date
from bot.content.mends_keys import mend_key
from bot.content.mends_lines import closed, in_flow, in_quotes, reads, requoted, straightened
from bot.content.mends_numbers import meant_number, mend_number
from bot.content.mends_paragraphs import meant_paragraphs, mend_paragraphs
from bot.content.mends_words import meant_word, mend_reference
from bot.content.model import Briefing, Likelihood, Person
from bot.content.parse import parse
from bot.content.problems import Problem
from bot.content.reports import as_github, as_json, as_sarif, as_text
from bot.settings import parse_config
from tests.exam.small import GOOD
from tests.pace import paces

anything = st.text(max_size=60)
lines = st.text(alphabet=st.sampled_from("ab :-\"'[]{}#,\\\u00a0“”\uff1a>*&!\t"), max_size=40)
GERMAN = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
          "Dezember")  # fmt: skip


@given(st.dates(date(1971, 1, 1), date(2069, 12, 31)))
def test_a_day_is_known_again_however_it_is_written(day: date) -> None:
    month, german = MONTHS[day.month - 1], GERMAN[day.month - 1]
    for written in (
        f"{day.day}.{day.month}.{day.year}", f"{day:%d.%m.%Y}", f"{day:%d.%m.%y}", f"{day:%Y/%m/%d}", f"{day:%Y%m%d}",
        f"{day.year}-{day.month}-{day.day}", f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}",
        f"{month[:3]}. {day.day}th, {day.year}", f"the {day.day}th of {month} {day.year}",
        f"{day.day}. {german} {day.year}", f"am {day.day}. {german} {day.year}", f"{day.day}-{month[:3]}-{day.year}",
    ):  # fmt: skip
        assert meant_dates(written) == (str(day),), written
    assert set(meant_dates(f"{day:%m/%d/%Y}")) >= {str(day)}
    assert set(meant_dates(f"{day:%d/%m/%Y}")) >= {str(day)}


@given(anything | st.text(alphabet="0123456789-/. TQWKMarchNov:+", max_size=20))
def test_a_date_that_is_proposed_can_be_read(text: str) -> None:
    for proposed in meant_dates(text):
        read_date(proposed)
    assert mend_date(text)


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("03/04/2026", 'write "2026-04-03" for 3 April 2026, or "2026-03-04" for 4 March 2026'),
        ("12/31/2026", 'write "2026-12-31", year first'),
        ("2026-11-02 6:05 pm", 'write "2026-11-02T18:05"'),
        ("2. November 2026, 8 Uhr", 'write "2026-11-02T08:00", year first'),
        ("2026-11-02T08:00 CEST", 'write "2026-11-02T08:00+02:00"'),
        ("11/2026", 'write "2026-11", year first'),
        ("Nov 2026", 'write "2026-11", year first'),
        ("2026-02-30", 'write "2026-02-28": February 2026 has 28 days'),
        ("Q3 2026", 'write "2026-07" for its first month, or "2026-09" for its last'),
        ("2026-W54", "a date is 2024, 2024-11, 2024-11-11 or 2024-11-11T08:00"),
        ("next spring", "a date is 2024, 2024-11, 2024-11-11 or 2024-11-11T08:00"),
    ],
)
def test_a_date_of_another_form_is_told_as_it_should_be(written: str, mend: str) -> None:
    assert mend_date(written) == mend


spans = st.tuples(st.integers(0, 200), st.integers(1, 40)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(st.integers(0, 999) | spans, min_size=1, max_size=4), st.sampled_from(("p", "¶", "para. ", "§ ", "")))
def test_paragraphs_are_known_again_however_they_are_named(parts: list[int | tuple[int, int]], sign: str) -> None:
    wanted = [str(part) if isinstance(part, int) else f"{part[0]}-{part[1]}" for part in parts]
    named = [f"{sign}{part}" if isinstance(part, int) else f"{sign}{part[0]}—{part[1]}" for part in parts]
    for between in (", ", " and ", " & ", "; "):
        assert meant_paragraphs([between.join(named)]) == wanted
    assert meant_paragraphs(named) == wanted


@given(anything | st.text(alphabet="0123456789-–—,p¶ and", max_size=20))
def test_paragraphs_that_are_proposed_can_be_read(text: str) -> None:
    found = meant_paragraphs([text])
    assert mend_paragraphs(text)
    if found:
        Person.model_validate({"id": "x", "name": "x", "para": found})


@given(st.integers(1000, 999_999_999))
def test_a_number_is_known_again_with_any_separator(number: int) -> None:
    for gap in ",.'_ ":
        assert meant_number(f"{number:,}".replace(",", gap)) == (str(number), "")
    assert (
        mend_number("value", f"~{number} men") == f'write "{number}", and "qualifier: about", and the rest under "unit"'
    )


@pytest.mark.parametrize(
    ("given_as", "number"),
    [
        ("ten thousand", "10000"), ("twenty-five", "25"), ("a hundred and five", "105"), ("two million", "2000000"),
        ("1.5 million", "1500000"), ("10k", "10000"), ("1,5", "1.5"), ("a dozen", "12"), ("3 Mrd", "3000000000"),
        ("several", None), ("", None), ("a", None),
    ],
)  # fmt: skip
def test_a_number_in_words_is_counted(given_as: str, number: str | None) -> None:
    assert meant_number(given_as.lower())[0] == number


@given(anything | st.text(alphabet="0123456789.,'_ -~<>+kmatohundre", max_size=20))
def test_a_number_that_is_proposed_can_be_read(text: str) -> None:
    number, _ = meant_number(text)
    assert number is None or Decimal(number).is_finite()
    mend_number("value", text)


@given(anything)
def test_a_word_that_is_proposed_is_one_that_may_stand_there(text: str) -> None:
    options = [likelihood.value for likelihood in Likelihood]
    assert meant_word(text, options) in (None, *options)
    mend_reference(text, options)
    mend_key(Briefing, ("snippets",), text)


@given(anything.filter(lambda text: text.isprintable() and text == text.strip() and text))
def test_a_text_in_quotes_is_the_text(text: str) -> None:
    assert yaml.safe_load(in_quotes(text)) == text
    assert yaml.load(f"[{in_flow(text)}]", yaml.BaseLoader) == [text]


@given(lines, lines)
def test_a_line_that_is_proposed_can_be_read(head: str, value: str) -> None:
    proposed = requoted([f"{head.replace(chr(9), '')}: {value}"], 1)
    assert proposed is None or reads(proposed)
    line = f"x: [{value}"
    if guess := closed(line, 3):
        assert reads(guess[0])
    straightened(value)


@given(st.text(max_size=20), st.sampled_from(sorted(ODD)))
def test_an_odd_character_is_found_and_gone_once_typed(text: str, odd: str) -> None:
    assert odd_in(f"{plain(text)}{odd}") == odd
    assert odd_in(plain(f"{text}{odd}")) is None


@settings(max_examples=300)
@given(st.integers(0, len(GOOD)), st.integers(0, 12), lines)
def test_any_mistake_anywhere_is_told_once_and_no_mend_stops_the_checker(at: int, gone: int, typed: str) -> None:
    parsed = parse(GOOD[:at] + typed + GOOD[at + gone :], "x.yaml", None)
    assert len(set(parsed.problems)) == len(parsed.problems)
    assert all(len(problem.example or "") < 600 for problem in parsed.problems)


@pytest.mark.parametrize(
    ("item", "column", "example"),
    [
        ('- {id: s, publisher: "P', 22, None),
        ('- {id: "[a]", publisher: "P}', 26, None),
        ("- {id: s, title: @x}", 18, None),
        ('- {id: s, title: "a \\q"}', 21, None),
        ('publisher: [a, "P', 16, None),
        ('- "P', 3, '- "P"'),
        ("title: [sic]: a", 13, 'title: "[sic]: a"'),
    ],
)
def test_what_is_wrong_within_brackets_is_not_mended_by_a_text(item: str, column: int, example: str | None) -> None:
    (problem,) = parse(f"format: 1\nsources:\n  {item}\n", "x.yaml", None).problems
    assert (problem.mark.line, problem.mark.column, problem.example) == (3, column + 2, example)


SECRET = "Examina: the harbour is nine metres deep."


def secret() -> tuple[Problem, ...]:
    text = GOOD.replace("snippets:", f"snippets:\n  - id: exam\n    text: {SECRET}", 1)
    return tuple(problem for problem in parse(text, "x.yaml", None).problems if problem.example)


def test_the_line_as_it_should_be_is_for_the_command_line_and_not_for_a_chat() -> None:
    (problem,) = secret()
    assert f'      = write  text: "{SECRET}"' in as_text([problem])
    assert f'text: \\"{SECRET}\\"' in as_json([problem])
    for said in (problem.message, problem.mend or "", as_sarif([problem]), as_github([problem])):
        assert "harbour" not in said


BLANKS = " " * 900_000
WORDS = [
    f"k{a}{b}{c}" for a in "abcdefghijklmnopqrstuvwxyz" for b in "abcdefghijklmnopqrstuvwxyz" for c in "abcdefghij"
]


@pytest.mark.parametrize(
    "spoilt",
    [
        GOOD + f'x: "a" b{BLANKS}c\n',
        GOOD + f"x: [a{BLANKS}b\ny: 1\n",
        GOOD.replace("all is", f"all #1{BLANKS}is"),
        GOOD + f"x: {{{', '.join(WORDS)}}}\n",
        GOOD + "x: {" + ", ".join(f"a{at}: b, t {at}" for at in range(20_000)) + "}\n",
        GOOD + "".join(f"  - id: s{at}\n    text: pier #{at}\n" for at in range(20_000)),
        GOOD + "  - id: two\n    text: '" + "x " * 99_000 + "'\n    quotes: [" + ", ".join(WORDS) + "]\n",
        GOOD + "  - id: two\n    para: [" + ", ".join(f"p{at}" for at in range(50_000)) + "]\n",
    ],
    ids=["quoted", "bracket", "comment", "pieces", "traps", "comments", "quotes", "paragraphs"],
)
def test_no_file_holds_the_mends_for_long(spoilt: str) -> None:
    found: list[Problem] = []
    assert paces(lambda: found.extend(parse(spoilt, "x.yaml", None).problems)) < 90
    assert found


def test_a_line_beside_the_mistake_is_not_blamed() -> None:
    config = "sections:\n  a: {title: A, about: a}\ndigests:\n  morning:\n"
    config += "    channels:\n      - desk:newsroom\n     at: 07:30\n"
    (problem,) = parse_config(config, Path("config.yaml"))[1]
    assert (problem.mark.line, problem.message) == (7, "a line indented by 5 blanks fits no line above it")
    assert problem.mend == "indent it by 4 blanks, like its neighbours"


def test_where_a_speaker_whom_nobody_knows_belongs_is_said() -> None:
    (problem,) = parse(GOOD.replace("claimed_by: examina", "claimed_by: district"), "x.yaml", None).problems
    assert problem.message == 'unknown person "district"'
    assert problem.mend == 'add "- id: …" and "name: …" under "people", or write the id of one who is there'


PEOPLE = "people:\n  - {id: brekke, name: Jonas Brekke, aka: [the pilot]}\n  - {id: okoye, name: Ada Brekke-Okoye}\n"
BY_NAME = {
    "Jonas Brekke": 'write "brekke"',
    "jonas  brekke": 'write "brekke"',
    "Brekke, Jonas": 'write "brekke"',
    "jonas-brekke": 'write "brekke"',
    "The pilot": 'write "brekke"',
    "Jonas": 'did you mean "brekke"?',
    "J. Brekke": 'did you mean "brekke"?',
    "Ada Okoye": 'did you mean "okoye"?',
    "Ada": 'did you mean "okoye"?',
}


@pytest.mark.parametrize("named", BY_NAME)
def test_who_is_written_by_name_is_told_by_id(named: str) -> None:
    for old, new in (
        ("claimed_by: examina", f'claimed_by: "{named}"'),
        ("claimed_by: examina", f'claimed_by: examina\n    people: ["{named}"]'),
    ):
        (problem,) = parse(GOOD.replace("people:\n", PEOPLE).replace(old, new), "x.yaml", None).problems
        assert (problem.message, problem.mend) == (f'unknown person "{named}"', BY_NAME[named])


def test_a_name_of_two_people_is_nobodys() -> None:
    two = GOOD.replace("people:\n", PEOPLE + "  - {id: elder, name: Jonas Brekke}\n")
    for named in ("Jonas Brekke", "Jonas"):
        (problem,) = parse(two.replace("claimed_by: examina", f"claimed_by: {named}"), "x.yaml", None).problems
        assert not (problem.mend or "").startswith("write ")
