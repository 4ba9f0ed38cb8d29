"""Before a commit: the real pre-commit, in a fresh repository of briefings, with what .pre-commit-hooks.yaml says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.shell import BOT, CONFIG, HARBOUR
from tests.docs import blocks

ROOT = Path(__file__).parents[2]
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


class Repository:
    """A folder under Git in which `git commit` runs the hook."""

    def __init__(self, at: Path, **changed: object) -> None:
        self.at = at
        (at / "briefings").mkdir(parents=True)
        (at / "config.yaml").write_text(CONFIG)
        (at / "briefings" / "harbour.yaml").write_text(HARBOUR)
        # The hook as it stands, but for where the program comes from: nothing is fetched in a test.
        hook = {**HOOK, "language": "system", **changed}
        config = {"repos": [{"repo": "local", "hooks": [hook]}]}
        (at / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
        self.git("init", "--quiet", "-b", "main")
        self.run(sys.executable, "-m", "pre_commit", "install")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        named = {
            f"GIT_{who}_{what}": "editor@news.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        environ = {
            **named,
            "PATH": f"{BOT.parent}:{os.defpath}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.at.parent),
            "PRE_COMMIT_HOME": str(self.at.parent / "pre-commit"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "COLUMNS": "100",
        }
        return subprocess.run(words, cwd=self.at, env=environ, capture_output=True, text=True, check=False, timeout=120)

    def git(self, *words: str) -> str:
        done = self.run("git", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def commit(self, *files: str) -> tuple[bool, str]:
        """Whether it was committed, and what was said."""
        self.git("add", *files)
        done = self.run("git", "commit", "-m", "An edit")
        return done.returncode == 0, done.stdout + done.stderr


def test_the_docs_name_the_hook_by_its_id() -> None:
    text = (ROOT / "docs" / "check-in-git.md").read_text(encoding="utf-8")
    named = re.findall(r"- id: (\S+)", "".join(block.text for block in blocks(text) if block.words == ("yml",)))
    assert named == [HOOK["id"], HOOK["id"]]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "desk")
    committed, said = made.commit(".")
    assert committed, said
    return made


def test_the_hook_is_installed_from_this_repository_and_names_a_program_of_its() -> None:
    assert HOOK["language"] == "python"
    assert HOOK["entry"].split() == ["briefing-bot", "check"]
    scripts = re.search(r"\[project\.scripts\]\n(.*?)\n\n", (ROOT / "pyproject.toml").read_text(), re.DOTALL)
    assert scripts
    assert scripts[1] == 'briefing-bot = "bot.cli:main"'


def test_a_bad_edit_stops_the_commit_with_the_problem_at_its_line(repository: Repository) -> None:
    briefing = repository.at / "briefings" / "harbour.yaml"
    briefing.write_text(HARBOUR.replace("status: forecast", "status: forecst"))
    committed, said = repository.commit("briefings/harbour.yaml")
    assert not committed
    assert f"briefings/harbour.yaml:{_line('    status: forecast')}:13: error:" in said
    assert 'did you mean "forecast"?' in said
    assert repository.git("log", "--oneline").count("\n") == 1
    briefing.write_text(HARBOUR.replace("two metres", "three metres"))
    committed, said = repository.commit("briefings/harbour.yaml")
    assert committed, said
    assert re.search(r"briefings\.+Passed", said)


def test_an_edit_of_the_configuration_that_breaks_a_briefing_stops_the_commit(repository: Repository) -> None:
    config = repository.at / "config.yaml"
    config.write_text(CONFIG.replace("impact: {title: Impact", "effect: {title: Effect"))
    committed, said = repository.commit("config.yaml")
    assert not committed
    assert 'unknown section "impact"' in said


def test_other_files_are_none_of_its_business(repository: Repository) -> None:
    (repository.at / "other.yaml").write_text("steps: [\n")
    committed, said = repository.commit("other.yaml")
    assert committed, said
    assert "Skipped" in said


def test_it_works_where_the_desk_lies_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "site", args=["--config", "desk/config.yaml"], files="^desk/")
    (repository.at / "desk").mkdir()
    repository.git("add", ".")
    repository.git("mv", "config.yaml", "briefings", "desk")
    assert repository.commit(".")[0]
    briefing = repository.at / "desk" / "briefings" / "harbour.yaml"
    briefing.write_text(HARBOUR.replace("para: 4", "para: four"))
    committed, said = repository.commit(".")
    assert not committed
    assert f"desk/briefings/harbour.yaml:{_line('    para: 4')}:11: error:" in said


def _line(text: str) -> int:
    return HARBOUR.split("\n").index(text) + 1
