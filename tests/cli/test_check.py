"""`check`: everything that is wrong, at its line, for people and for machines."""

import json
import shutil
from pathlib import Path

import jsonschema

from tests.cli.shell import CONFIG, HARBOUR, quickly, told, told_to_nobody
from tests.docs import blocks

ROOT = Path(__file__).parents[2]

TYPO = HARBOUR + "    confidance: low\n"
TOLD = """\
briefings/harbour.yaml:17:5: error: unknown key "confidance"
   17 |     confidance: low
      |     ^^^^^^^^^^
      = did you mean "confidence"?
"""

# What code hosts need of SARIF 2.1.0, in our own words.
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
ONE = {"type": "integer", "minimum": 1}
REGION = {
    "type": "object",
    "required": ["startLine", "startColumn", "endColumn"],
    "properties": {"startLine": ONE, "startColumn": ONE, "endColumn": {"type": "integer", "minimum": 2}},
}
ARTIFACT = {
    "type": "object",
    "required": ["uri"],
    "properties": {"uri": {"pattern": r"^(file:///)?[A-Za-z0-9._~%/-]+$"}},
}
PLACE = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "properties": {"artifactLocation": ARTIFACT, "region": REGION},
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "level", "message", "locations"],
    "properties": {
        "level": {"enum": ["error", "warning", "note", "none"]},
        "message": TEXT,
        "locations": {"type": "array", "minItems": 1, "items": {"properties": {"physicalLocation": PLACE}}},
    },
}
DRIVER = {"type": "object", "required": ["name"]}
RUN = {
    "type": "object",
    "required": ["tool", "results"],
    "properties": {
        "tool": {"type": "object", "required": ["driver"], "properties": {"driver": DRIVER}},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {"version": {"const": "2.1.0"}, "runs": {"type": "array", "minItems": 1, "items": RUN}},
}


def broken(home: Path, text: str = TYPO, name: str = "harbour.yaml") -> Path:
    path = home / "briefings" / name
    path.write_text(text)
    return path


def test_good_files_have_no_problem(home: Path) -> None:
    said = told(home, "check")
    assert (said.code, said.err) == (0, "")
    assert said.out == "No problem in config.yaml and 1 briefing, 1 claim.\n"


def test_a_mistake_is_told_with_its_line_a_caret_and_a_mend(home: Path) -> None:
    broken(home)
    said = told(home, "check")
    assert said.code == 1
    assert said.out == f"{TOLD}\n1 error in config.yaml and 1 briefing.\n"


def test_the_mistake_of_the_readme_is_told_as_the_readme_says(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "briefings", tmp_path / "briefings")
    shutil.copy(ROOT / "config.yaml", tmp_path)
    path = tmp_path / "briefings" / "dprk-troops-in-russia.yaml"
    lines = path.read_text().splitlines(keepends=True)
    lines[83] = lines[83].replace("confidence", "confidance")
    path.write_text("".join(lines))
    shown = next(b.text for b in blocks((ROOT / "README.md").read_text()) if "error: unknown key" in b.text)
    assert shown in told(tmp_path, "check").out


def test_a_warning_is_told_and_keeps_the_exit_code_at_0(home: Path) -> None:
    broken(home, HARBOUR.replace("Okoye expects the harbour", "They expect the harbour"))
    said = quickly(home, "check")
    assert said.code == 0
    assert '"They" leans on another text' in said.out
    assert said.out.endswith("\n\n1 warning in config.yaml and 1 briefing, 1 claim.\n")


def test_the_caret_stands_under_wide_characters_too(home: Path) -> None:
    broken(home, HARBOUR.replace("publisher: The Gazette,", "publisher: 日本海新聞, titel: x,"))
    source, caret = quickly(home, "check").out.splitlines()[1:3]
    before = source[: source.index("titel")]
    assert caret.index("^") == len(before) + 5
    assert caret.count("^") == len("titel")


def test_errors_in_config_and_in_briefings_are_told_in_one_run(home: Path) -> None:
    broken(home)
    broken(home, HARBOUR.replace("id: harbour", "id: pier").replace("para: 4", "para: four"), "pier.yaml")
    (home / "config.yaml").write_text(CONFIG.replace("Europe/Berlin", "Europe/Berlni"))
    said = quickly(home, "check")
    assert said.code == 1
    assert 'briefings/harbour.yaml:17:5: error: unknown key "confidance"' in said.out
    assert 'briefings/pier.yaml:15:11: error: "four" is no paragraph' in said.out
    assert 'config.yaml:2:11: error: "Europe/Berlni" is not a time zone' in said.out
    assert 'did you mean "Europe/Berlin"?' in said.out
    assert said.out.endswith("\n3 errors in config.yaml and 2 briefings.\n")


def test_a_broken_config_does_not_hide_where_the_briefings_are(home: Path) -> None:
    shutil.move(home / "briefings", home / "stories")
    (home / "stories" / "harbour.yaml").write_text(TYPO)
    wrong = CONFIG.replace("briefings: briefings", "briefings: stories").replace("Europe/Berlin", "Mars")
    (home / "config.yaml").write_text(wrong)
    said = quickly(home, "check")
    assert 'stories/harbour.yaml:17:5: error: unknown key "confidance"' in said.out
    assert '"Mars" is not a time zone' in said.out


def test_a_missing_briefings_folder_is_told_at_its_line_beside_what_else_is_wrong(home: Path) -> None:
    text = CONFIG.replace("briefings: briefings", "briefings: stories").replace("Berlin", "Berlni")
    (home / "config.yaml").write_text(text)
    said = quickly(home, "check")
    assert said.code == 1
    assert 'config.yaml:1:12: error: the briefings folder "stories" cannot be read' in said.out
    assert '"Europe/Berlni" is not a time zone' in said.out


def test_one_file_can_be_checked_alone(home: Path) -> None:
    broken(home)
    broken(home, HARBOUR.replace("id: harbour", "id: pier"), "pier.yaml")
    assert quickly(home, "check", "briefings/pier.yaml").out == "No problem in config.yaml and 1 briefing, 1 claim.\n"
    said = quickly(home / "briefings", "check", "harbour.yaml", "--config", "../config.yaml")
    assert said.out.startswith("harbour.yaml:17:5: error")


def test_config_can_be_checked_alone(home: Path) -> None:
    broken(home)
    assert quickly(home, "check", "config.yaml").out == "No problem in config.yaml.\n"


def test_a_folder_stands_for_the_files_in_it(home: Path) -> None:
    broken(home)
    broken(home, HARBOUR.replace("id: harbour", "id: pier"), "pier.yaml")
    assert quickly(home, "check", "briefings").out == quickly(home, "check").out


def test_a_file_outside_the_folder_is_checked_by_its_own_name(home: Path) -> None:
    (home / "harbour.yaml").write_text(TYPO)
    said = quickly(home, "check", "harbour.yaml")
    assert said.out.startswith(TOLD.replace("briefings/", ""))


def test_a_file_outside_is_compared_with_those_in_the_folder(home: Path) -> None:
    (home / "draft.yaml").write_text(HARBOUR)
    said = quickly(home, "check", "draft.yaml")
    assert said.code == 1
    assert 'draft.yaml:3:7: error: the briefing id "harbour" is taken by harbour.yaml' in said.out


def test_a_missing_file_is_a_problem_beside_the_others(home: Path) -> None:
    said = quickly(home, "check", "nowhere.yaml", str(broken(home)))
    assert said.code == 1
    assert "nowhere.yaml:1:1: error: is not there" in said.out
    assert TOLD in said.out


def test_a_link_that_leads_back_to_itself_is_a_problem(home: Path) -> None:
    (home / "briefings" / "loop.yaml").symlink_to("loop.yaml")
    said = quickly(home, "check")
    assert said.code == 1
    assert "briefings/loop.yaml:1:1: error: is a link that leads back to itself" in said.out


def test_a_file_elsewhere_is_named_in_full(home: Path, elsewhere: Path) -> None:
    path = broken(home)
    assert quickly(elsewhere, "check", "--config", str(home / "config.yaml")).out.startswith(f"{path}:17:5: error")


def test_an_unreadable_config_is_a_problem(home: Path) -> None:
    (home / "config.yaml").chmod(0)
    said = told_to_nobody(home, "check")
    assert said.code == 1
    assert "config.yaml:1:1: error: cannot be read: permission denied" in said.out
    assert "give the bot's user the right to read it" in said.out


def test_what_a_file_holds_cannot_break_a_line_of_ours(home: Path) -> None:
    broken(home, HARBOUR + '"odd\\nkey": x\n')
    said = quickly(home, "check")
    assert said.out.startswith('briefings/harbour.yaml:17:1: error: unknown key "odd\N{REPLACEMENT CHARACTER}key"\n')


def test_json_holds_every_field_of_every_problem(home: Path) -> None:
    broken(home)
    said = quickly(home, "check", "--format", "json")
    assert said.code == 1
    assert json.loads(said.out) == [
        {
            "file": "briefings/harbour.yaml",
            "line": 17,
            "column": 5,
            "severity": "error",
            "rule": "unknown-key",
            "message": 'unknown key "confidance"',
            "mend": 'did you mean "confidence"?',
            "example": None,
        }
    ]


def test_json_of_good_files_is_an_empty_list(home: Path) -> None:
    assert quickly(home, "check", "--format", "json").out == "[]\n"


def test_sarif_is_what_code_hosts_read(home: Path) -> None:
    broken(home, TYPO, "the harbour, again.yaml").parent.joinpath("harbour.yaml").unlink()
    (home / "config.yaml").write_text(CONFIG.replace("audience:", "audiense:"))
    said = quickly(home, "check", "--format", "sarif")
    assert said.code == 1
    found = json.loads(said.out)
    jsonschema.validate(found, SARIF)
    run = found["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    first, second = run["results"]
    region = {"startLine": 17, "startColumn": 5, "endColumn": 15}
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "briefings/the%20harbour%2C%20again.yaml"},
                "region": region,
            }
        }
    ]
    assert first["message"]["text"] == 'unknown key "confidance" (did you mean "confidence"?)'
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "config.yaml"
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= rules


def test_sarif_from_elsewhere_names_files_by_their_address(home: Path, elsewhere: Path) -> None:
    path = broken(home)
    found = json.loads(quickly(elsewhere, "check", "--format", "sarif", "--config", str(home / "config.yaml")).out)
    jsonschema.validate(found, SARIF)
    place = found["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == path.as_uri()


def test_github_annotations_are_escaped(home: Path) -> None:
    broken(home, HARBOUR + '"100%\\n::error::forged": x\n', "a,b:c.yaml").parent.joinpath("harbour.yaml").unlink()
    said = quickly(home, "check", "--format", "github")
    assert said.code == 1
    assert said.out == ('::error file=briefings/a%2Cb%3Ac.yaml,line=17,col=1::unknown key "100%25%0A::error::forged"\n')


def test_github_says_nothing_of_good_files(home: Path) -> None:
    said = quickly(home, "check", "--format", "github")
    assert (said.code, said.out) == (0, "")


def test_no_number_of_warnings_keeps_a_file_from_being_served(home: Path) -> None:
    sources = "".join(f"  - {{id: s{at}, publisher: P, published: 2026-11-02}}\n" for at in range(60))
    broken(home, HARBOUR.replace("people:\n", f"{sources}people:\n"))
    said = quickly(home, "check")
    assert said.code == 0
    assert said.out.count("warning: the source has no") == 100
    assert "warning: there are more warnings; these are the first" in said.out


def test_of_very_many_errors_the_first_are_told_and_that_there_are_more(home: Path) -> None:
    sources = "".join(f"  - {{id: s{at}, publisher: P, published: soon}}\n" for at in range(101))
    broken(home, HARBOUR.replace("people:\n", f"{sources}people:\n"))
    said = quickly(home, "check")
    assert said.code == 1
    assert said.out.count('error: "soon" is not a date') == 100
    assert "error: more is wrong; these are the first problems" in said.out


def test_a_named_folder_without_a_briefing_is_not_fine(home: Path) -> None:
    (home / "docs").mkdir()
    said = quickly(home, "check", "docs")
    assert said.code == 1
    assert "docs:1:1: error: no briefing lies in this folder" in said.out
    assert quickly(home, "check", "briefings").code == 0
