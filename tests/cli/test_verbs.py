"""`init`, `schema`, `migrate`, `--version`, and what is said of a command line that makes no sense."""

import json
import shutil
import stat
from pathlib import Path

import jsonschema
import pytest
import yaml

from bot import __version__
from tests.cli.shell import quickly, told
from tests.cli.test_start import old_database

ROOT = Path(__file__).parents[2]


def test_init_makes_a_folder_in_which_check_and_ask_work(tmp_path: Path) -> None:
    said = told(tmp_path, "init", "my desk")
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("Next: cd 'my desk' && briefing-bot run\n")
    home = tmp_path / "my desk"
    checked = told(home, "check")
    assert checked.code == 0
    assert "\n2 warnings in config.yaml and 1 briefing, 36 claims, 34 checked against text" in checked.out
    assert "Lankov" in told(home, "ask", "/impact").out


def test_init_here_says_what_it_wrote(tmp_path: Path) -> None:
    said = quickly(tmp_path, "init")
    wrote = [
        f"Wrote {name}" for name in ("config.yaml", "briefings", "docs/briefing.schema.json", "docs/config.schema.json")
    ]
    assert said.out.splitlines() == [*wrote, "Next: briefing-bot run"]


@pytest.mark.parametrize("there", ["config.yaml", "briefings"])
def test_init_overwrites_nothing(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    said = quickly(tmp_path, "init")
    assert said.code == 2
    assert said.err == f"briefing-bot: {there} is already there; nothing was written. Choose an empty folder.\n"
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_init_into_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = quickly(tmp_path, "init", "file/folder")
    assert (said.code, said.err) == (2, "briefing-bot: file/folder cannot be written to: Not a directory.\n")


def test_the_schemas_are_schemas_and_fit_what_ships(tmp_path: Path) -> None:
    for words, file in (((), "briefings/dprk-troops-in-russia.yaml"), (("config",), "config.yaml")):
        schema = json.loads(quickly(tmp_path, "schema", *words).out)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["additionalProperties"] is False
        known = set(yaml.safe_load((ROOT / file).read_text()))
        assert known <= set(schema["properties"])


def test_migrate_makes_a_database_that_is_its_owners_alone(home: Path) -> None:
    said = told(home, "migrate")
    assert said.code == 0
    created, *steps = said.out.splitlines()
    assert created == f"Created {home / 'state.db'}"
    assert [step.partition(":")[0] for step in steps] == [f"{number:04}" for number in range(1, 10)]
    assert stat.S_IMODE((home / "state.db").stat().st_mode) == 0o600


def test_migrate_leaves_a_new_database_alone_and_says_so(home: Path) -> None:
    told(home, "migrate")
    before = (home / "state.db").read_bytes()
    said = told(home, "migrate")
    assert (said.code, said.out) == (0, "The database is at this version already; nothing was changed.\n")
    assert (home / "state.db").read_bytes() == before


def test_migrate_keeps_a_copy_of_an_old_database(home: Path) -> None:
    old_database(home)
    said = told(home, "migrate")
    assert said.code == 0
    assert said.out.startswith(f"Kept a copy as {home / 'state.db.0000.bak'}\n0001: ")
    assert (home / "state.db.0000.bak").is_file()


def test_the_database_stands_beside_the_config_wherever_the_command_runs(home: Path, elsewhere: Path) -> None:
    told(elsewhere, "migrate", "--config", str(home / "config.yaml"))
    assert (home / "state.db").is_file()
    assert list(elsewhere.iterdir()) == []


def test_the_version_is_printed(tmp_path: Path) -> None:
    said = quickly(tmp_path, "--version")
    assert (said.code, said.out) == (0, f"briefing-bot {__version__}\n")


def test_no_verb_at_all_shows_the_verbs(tmp_path: Path) -> None:
    said = told(tmp_path)
    assert said.code == 2
    for verb in ("run", "check", "ask", "schema", "init", "migrate"):
        assert f" {verb} " in said.out


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (("publish",), "No such command 'publish'"),
        (("check", "--formt", "json"), "--formt"),
        (("ask",), "Missing argument"),
        (("ask", "/impact", "--as", "teletext"), "teletext"),
        (("ask", "/impact", "--page", "0"), "--page"),
    ],
)
def test_a_wrong_command_line_is_told_with_exit_code_2(home: Path, words: tuple[str, ...], fragment: str) -> None:
    said = told(home, *words)
    assert (said.code, said.out) == (2, "")
    assert fragment in said.err
    assert "Traceback" not in said.err


def test_a_briefing_that_is_moved_away_leaves_an_empty_answer_not_an_error(home: Path) -> None:
    shutil.move(home / "briefings" / "harbour.yaml", home / "elsewhere.txt")
    said = told(home, "ask", "/impact")
    assert (said.code, said.err) == (0, "")
    assert told(home, "check").out == "No problem in config.yaml and 0 briefings, 0 claims.\n"
