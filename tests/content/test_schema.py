"""The schemas that editors' programs read say what the parser says, as far as a schema can, and explain every key."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator
from pydantic import BaseModel, Field
from typer.testing import CliRunner

from bot.cli import app
from bot.content.closed import Meanings
from bot.content.schema import json_schema
from bot.settings import Config
from tests.docs import blocks
from tests.exam.edits import Edit, Mistake, innocent, mistakes

ROOT = Path(__file__).parents[2]
SCHEMAS = {name: ROOT / "docs" / f"{name}.schema.json" for name in ("briefing", "config")}
BRIEFING = ROOT / "briefings" / "dprk-troops-in-russia.yaml"
CONFIG = ROOT / "config.yaml"
SHIPPED = {"briefing": BRIEFING, "config": CONFIG}
DOCS = sorted((ROOT / "docs").glob("*.md"))
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
def schema(of: str) -> Draft7Validator:
    return Draft7Validator(json.loads(SCHEMAS[of].read_text(encoding="utf-8")))


def refusals(text: str, of: str = "briefing") -> list[str]:
    try:
        given = read(text)
    except yaml.YAMLError as error:
        return [str(error)]
    return [f"{error.json_path}: {error.message}" for error in schema(of).iter_errors(given)]


def keys(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key that a file may hold, and what is said of it."""
    for name, one in part.get("properties", {}).items():
        yield f"{path}{name}", one
        yield from keys(one, f"{path}{name}.")
    for inside in (part.get("items"), part.get("additionalProperties")):
        if isinstance(inside, dict):
            yield from keys(inside, path)


KEYS = [(of, name, one) for of in SCHEMAS for name, one in keys(json.loads(SCHEMAS[of].read_text(encoding="utf-8")))]


@pytest.mark.parametrize("of", SCHEMAS)
def test_the_shipped_schema_is_the_one_that_is_printed(of: str) -> None:
    """Renew it with `briefing-bot schema > docs/briefing.schema.json`, and `schema config` for the other one."""
    printed = CliRunner().invoke(app, ["schema", of])
    assert printed.exit_code == 0
    assert printed.output == SCHEMAS[of].read_text(encoding="utf-8")


@pytest.mark.parametrize("of", SCHEMAS)
def test_the_schema_is_itself_one(of: str) -> None:
    found = json.loads(SCHEMAS[of].read_text(encoding="utf-8"))
    Draft7Validator.check_schema(found)
    Draft202012Validator.check_schema(found)


@pytest.mark.parametrize(("of", "name", "one"), KEYS, ids=[f"{of}.{name}" for of, name, _ in KEYS])
def test_every_key_says_what_it_is(of: str, name: str, one: Any) -> None:
    assert one["title"], name
    assert re.fullmatch("[A-Z`].*[.]", one["description"]), "a sentence"
    assert len(one.get("enumDescriptions", ())) == len(one.get("enum", ())) or name == "format"
    assert all(one.get("enumDescriptions", ())), "each word is explained"


@pytest.mark.parametrize("of", SCHEMAS)
def test_nothing_in_it_is_shown_twice_or_without_its_words(of: str) -> None:
    """An editor's program shows each branch of an `anyOf`, and loses what is said beside a `$ref`."""
    text = SCHEMAS[of].read_text(encoding="utf-8")
    assert re.findall(r'"(\$ref|anyOf|oneOf|const)":', text) == []


def test_a_key_that_says_nothing_would_be_noticed() -> None:
    class Silent(BaseModel):
        loud: Annotated[str, Field(description="It is loud.")]
        silent: str

    found = dict(keys(json_schema(Silent)))
    assert found["loud"]["description"] == "It is loud."
    assert "description" not in found["silent"]


def test_a_word_without_a_meaning_cannot_be_offered() -> None:
    class Word(BaseModel):
        word: Annotated[Literal["one", "two"], Meanings({"one": "the first"})]

    with pytest.raises(KeyError, match="two"):
        json_schema(Word)


def test_what_is_assumed_is_written_as_in_a_file() -> None:
    found = dict(keys(json_schema(Config)))
    told = {name: found[name]["default"] for name in ("keep.slots", "keep.steps", "delivery.lease", "digests.max_late")}
    assert told == {"keep.slots": "365d", "keep.steps": "90d", "delivery.lease": "60s", "digests.max_late": "6h"}
    for name, one in found.items():
        if "default" in one:
            assert Draft7Validator(one).is_valid(one["default"]), name


def test_a_file_that_ships_names_its_schema_in_the_first_line() -> None:
    for of, file in SHIPPED.items():
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        named = first.removeprefix("# yaml-language-server: $schema=")
        assert (file.parent / named).resolve() == SCHEMAS[of]


def test_dates_and_words_stay_texts_as_editors_read_them() -> None:
    assert read("a: 2024-11-11\nb: no\nc: 08:00\nd: 4\ne: true\nf:\ng: 1.50") == {
        "a": "2024-11-11", "b": "no", "c": "08:00", "d": 4, "e": True, "f": None, "g": 1.5,
    }  # fmt: skip


@pytest.mark.parametrize("path", [BRIEFING, *OTHERS], ids=lambda path: path.stem)
def test_every_good_briefing_is_good_to_an_editors_program(path: Path) -> None:
    assert refusals(path.read_text(encoding="utf-8")) == []


def test_the_configuration_that_ships_is_good_to_an_editors_program() -> None:
    assert refusals(CONFIG.read_text(encoding="utf-8"), "config") == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_whole_example_in_the_docs_is_good_to_an_editors_program(path: Path) -> None:
    for block in blocks(path.read_text(encoding="utf-8")):
        if block.words == ("yaml",):
            of = "config" if "\nsections:" in block.text else "briefing"
            assert refusals(block.text, of) == []


@pytest.mark.parametrize("edit", innocent(), ids=lambda edit: edit.id)
def test_an_innocent_edit_is_not_underlined_while_it_is_typed(edit: Edit) -> None:
    of = "config" if edit.file == "config" else "briefing"
    assert refusals(edit.text(SHIPPED[of].read_text(encoding="utf-8")), of) == []


PLANTED = [mistake for mistake in mistakes() if mistake.kind in SEEN_BY_A_SCHEMA and mistake.severity == "error"]


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda mistake: mistake.edit.id)
def test_a_planted_mistake_is_underlined_while_it_is_typed(mistake: Mistake) -> None:
    of = "config" if mistake.edit.file == "config" else "briefing"
    assert refusals(mistake.edit.text(SHIPPED[of].read_text(encoding="utf-8")), of) != []


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


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("timezone: Europe/Berlin\n", "timezone: Europe/Berlin\ncolour: red\n"),
        ('at: "desk:editors"', 'at: "#editors"'),
        ('audience: "TLP:AMBER"', 'audience: "TLP:ORANGE"'),
        ("    show: rotate ", "    show: everything "),
        ("    count: 3\n", "    count: 0\n"),
        ("    max_late: 6h\n", "    max_late: 6 hours\n"),
        ('    at: "08:00"\n', '    at: "8 o\'clock"\n'),
        ("    on: mon-fri\n", "    on: weekdays\n"),
        ("    title: Morning briefing\n", ""),
        ("  impact:     {title: Impact, ", "  Impact/2:     {title: Impact, "),
    ],
)
def test_a_mistake_in_the_configuration_is_underlined(right: str, wrong: str) -> None:
    text = CONFIG.read_text(encoding="utf-8")
    assert text.count(right) == 1
    assert refusals(text.replace(right, wrong), "config") != []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    count: 3\n", "    count: 3\n    enabled: no\n"),
        ("    max_late: 6h\n", "    max_late: 6h\n    holidays: DE-BE\n    briefings: all\n"),
        ("    max_late: 6h\n", "    max_late: 6h\n    holidays: [2026-12-24]\n    briefings: [one]\n"),
        ('    at: "08:00"\n    on: mon-fri\n', '    cron: "0 8 * * 1-5"\n'),
        ("  channel: editors ", "  discord: {roles: [123456789012345678]}\n  channel: editors "),
        ("{title: Impact, ", "{title: 1984, "),
    ],
)
def test_what_may_stand_in_the_configuration_is_not_underlined(before: str, after: str) -> None:
    text = CONFIG.read_text(encoding="utf-8")
    assert before in text
    assert refusals(text.replace(before, after, 1), "config") == []
