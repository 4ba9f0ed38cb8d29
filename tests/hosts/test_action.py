"""The GitHub Action, its steps run by hand in bash, with the environment that a runner gives them."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.shell import BOT, CONFIG, HARBOUR
from tests.docs import apart, blocks, rows_under

ROOT = Path(__file__).parents[2]
ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
DOC = (ROOT / "docs" / "check-in-git.md").read_text(encoding="utf-8")
BAD = HARBOUR.replace("status: forecast", "status: forecst")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A checkout of briefings, and beside it the folder in which the bot was installed."""
    here = tmp_path / "workspace"
    (here / "briefings").mkdir(parents=True)
    (here / "config.yaml").write_text(CONFIG)
    (here / "briefings" / "harbour.yaml").write_text(HARBOUR)
    installed = tmp_path / "temp" / "briefing-bot" / "bin"
    installed.mkdir(parents=True)
    # In place of the step that installs: the bot of these tests, by its own name.
    program = installed / "briefing-bot"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{BOT}" "$@"\n')
    program.chmod(0o755)
    return here


def check(workspace: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """The last step, as a runner runs it: inputs put into its environment, and its script into bash."""
    step = STEPS[-1]
    known = {f"inputs.{name}": given.get(name, one["default"]) for name, one in ACTION["inputs"].items()}
    known["runner.temp"] = str(workspace.parent / "temp")
    environ = {
        name: re.sub(r"\$\{\{ (\S+) \}\}", lambda found: known[found[1]], value) for name, value in step["env"].items()
    }
    script = workspace.parent / "step.sh"
    script.write_text(step["run"])
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
        cwd=workspace,
        env={"PATH": os.defpath, "COLUMNS": "100", **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_every_input_is_documented() -> None:
    said = rows_under(DOC, "On GitHub") - {"input"}
    assert apart("On GitHub", said, ACTION["inputs"]) == []
    assert all(one["description"].endswith(".") and "default" in one for one in ACTION["inputs"].values())


def test_the_workflows_in_the_docs_give_it_what_it_takes() -> None:
    found = [yaml.safe_load(block.text) for block in blocks(DOC) if block.words == ("yml",)]
    steps = [step for one in found if "jobs" in one for job in one["jobs"].values() for step in job["steps"]]
    ours = [step for step in steps if "/briefing-bot@" in step.get("uses", "")]
    assert len(ours) == 2
    assert {name for step in ours for name in step.get("with", {})} <= set(ACTION["inputs"])


def test_no_input_stands_in_a_script() -> None:
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert len(scripts) == 2
    assert [script for script in scripts if "${{" in script] == []
    assert all(step["shell"] == "bash" for step in STEPS if "run" in step)


def test_what_is_installed_is_what_the_lock_names_and_the_actions_own_checkout() -> None:
    (script,) = [step["run"] for step in STEPS if "pip install" in step.get("run", "")]
    assert '--require-hashes -r "$CHECKOUT/requirements.lock"' in script
    assert script.rstrip().endswith('--no-deps --no-build-isolation "$CHECKOUT"')


def test_good_briefings_pass_and_nothing_is_said(workspace: Path) -> None:
    done = check(workspace, sarif="briefings.sarif")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
    assert json.loads((workspace / "briefings.sarif").read_text())["runs"][0]["results"] == []


def test_a_mistake_is_shown_beside_its_line_and_fails_the_job(workspace: Path) -> None:
    (workspace / "briefings" / "harbour.yaml").write_text(BAD)
    done = check(workspace)
    assert done.returncode == 1
    line = BAD.split("\n").index("    status: forecst") + 1
    assert done.stdout.startswith(f"::error file=briefings/harbour.yaml,line={line},col=13::")
    assert done.stderr == ""


def test_all_problems_are_written_as_sarif_where_that_is_asked_for(workspace: Path) -> None:
    (workspace / "briefings" / "harbour.yaml").write_text(BAD)
    done = check(workspace, sarif="briefings.sarif")
    assert done.returncode == 1
    assert "::error " in done.stdout
    (run,) = json.loads((workspace / "briefings.sarif").read_text())["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place == "briefings/harbour.yaml"


def test_files_may_be_named_and_another_configuration(workspace: Path) -> None:
    (workspace / "briefings" / "bad one.yaml").write_text(BAD.replace("id: harbour", "id: other"))
    assert check(workspace, files="briefings/harbour.yaml\n").returncode == 0
    assert check(workspace, files="briefings/harbour.yaml\nbriefings/bad one.yaml").returncode == 1
    (workspace / "config.yaml").rename(workspace / "desk.yaml")
    assert check(workspace, config="desk.yaml", files="briefings/harbour.yaml").returncode == 0


def test_a_missing_configuration_is_told_and_is_no_good_briefing(workspace: Path) -> None:
    (workspace / "config.yaml").unlink()
    done = check(workspace, sarif="briefings.sarif")
    assert done.returncode == 2
    assert "There is no config.yaml" in done.stderr
    assert not (workspace / "briefings.sarif").exists()


HOSTILE = ("$(touch pwned)", '--help\n"; touch pwned; "`touch pwned`')


@pytest.mark.parametrize("text", HOSTILE)
def test_no_input_is_run_or_taken_for_an_option(workspace: Path, text: str) -> None:
    for done in (check(workspace, config=text, files=text, sarif=text), check(workspace, files=text)):
        assert done.returncode in (1, 2)
        assert "Usage" not in done.stdout
    assert not (workspace / "pwned").exists()


def test_an_input_within_the_script_would_be_noticed(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STEPS[-1], "run", STEPS[-1]["run"].replace("$CONFIG", HOSTILE[0]))
    check(workspace)
    assert (workspace / "pwned").exists()
