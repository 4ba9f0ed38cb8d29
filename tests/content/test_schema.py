"""The schema that editors' programs read says what the parser says, as far as a schema can."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from bot.cli import app
from tests.exam.edits import Edit, Mistake, innocent, mistakes

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs" / "briefing.schema.json"
BRIEFING = ROOT / "briefings" / "dprk-troops-in-russia.yaml"
OTHERS = sorted((ROOT / "tests" / "briefings").glob("*.yaml"))

SEEN_BY_A_SCHEMA = {"unknown-key", "wrong-type", "bad-word", "likelihood", "sharing", "missing"}


class AsEditorsRead(yaml.CSafeLoader):
    """YAML 1.2's core schema: a date is a text, `no` and `on` are words, 08:00 is no number."""


AsEditorsRead.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
):
    AsEditorsRead.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


def read(text: str) -> Any:
    return yaml.load(text.removeprefix("\ufeff"), AsEditorsRead)


@cache
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def refusals(text: str) -> list[str]:
    try:
        given = read(text)
    except yaml.YAMLError as error:
        return [str(error)]
    return [f"{error.json_path}: {error.message}" for error in schema().iter_errors(given)]


def test_the_shipped_schema_is_the_one_that_is_printed() -> None:
    printed = CliRunner().invoke(app, ["schema"])
    assert printed.exit_code == 0
    assert printed.output == SCHEMA.read_text(encoding="utf-8")


def test_the_schema_is_itself_one() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_dates_and_words_stay_texts_as_editors_read_them() -> None:
    assert read("a: 2024-11-11\nb: no\nc: 08:00\nd: 4\ne: true\nf:\ng: 1.50") == {
        "a": "2024-11-11", "b": "no", "c": "08:00", "d": 4, "e": True, "f": None, "g": 1.5,
    }  # fmt: skip


@pytest.mark.parametrize("path", [BRIEFING, *OTHERS], ids=lambda path: path.stem)
def test_every_good_briefing_is_good_to_an_editors_program(path: Path) -> None:
    assert refusals(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("edit", [e for e in innocent() if e.file != "config"], ids=lambda edit: edit.id)
def test_an_innocent_edit_is_not_underlined_while_it_is_typed(edit: Edit) -> None:
    assert refusals(edit.text(BRIEFING.read_text(encoding="utf-8"))) == []


PLANTED = [
    mistake
    for mistake in mistakes()
    if mistake.kind in SEEN_BY_A_SCHEMA and mistake.edit.file != "config" and mistake.severity == "error"
]


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda mistake: mistake.edit.id)
def test_a_planted_mistake_is_underlined_while_it_is_typed(mistake: Mistake) -> None:
    assert refusals(mistake.edit.text(BRIEFING.read_text(encoding="utf-8"))) != []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("    value: 10000\n", "    value: ten thousand\n"),
        ("    value: 20\n", "    value: twenty or so\n"),
        ("    published: 2024-11-11\n", "    published: 11.11.2024\n"),
        ("format: 1\n", "format: 2\n"),
        ("    speaks: false ", "    speaks: perhaps "),
        ("    para: [0, 1]\n", "    para: [none]\n"),
        ("    url: ", "    url: www.dw.com "),
    ],
)
def test_a_value_of_the_wrong_kind_is_underlined(right: str, wrong: str) -> None:
    text = BRIEFING.read_text(encoding="utf-8")
    assert text.count(right) >= 1
    assert refusals(text.replace(right, wrong, 1)) != []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    value: 10000\n", "    value: 10000.5\n"),
        ("    value: 10000\n", '    value: "10000"\n'),
        ("    published: 2024-11-11\n", "    published: 2024\n"),
        ("    published: 2024-11-11\n", "    published: 2024-11-11T08:00:00+01:00\n"),
        ("    name: DW\n", "    name: 1984\n"),
        ("  tags: [north-korea,", "  tags: [2024,"),
        ("    title: ", "    title: 1984 "),
    ],
)
def test_a_value_that_may_stand_there_is_not_underlined(before: str, after: str) -> None:
    text = BRIEFING.read_text(encoding="utf-8")
    assert before in text
    assert refusals(text.replace(before, after, 1)) == []
