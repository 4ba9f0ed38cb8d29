"""`export`: briefings handed on as one audience may see them."""

import json
import stat
from pathlib import Path

import pytest

from tests.cli.shell import HARBOUR, quickly, told

PIER = HARBOUR.replace("id: harbour", "id: pier\n  sharing: TLP:GREEN").replace("The harbour", "The pier")


@pytest.fixture
def two(home: Path) -> Path:
    """A briefing for everybody, and one for the newsroom."""
    (home / "briefings" / "pier.yaml").write_text(PIER)
    return home


def test_a_document_is_printed_with_every_claim_and_its_source(home: Path) -> None:
    said = told(home, "export")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("# The harbour\n\nTLP:CLEAR · As of 2 November 2026 · Exported ")
    assert (
        "- Okoye expects the harbour to be two metres deeper by spring.\n  - Forecast · Ada Okoye · [1] ¶4\n"
        in said.out
    )
    assert said.out.endswith("\n[1]: <https://gazette.example/mud>\n")
    assert not (home / "state.db").exists(), "nothing is written"


def test_without_a_channel_it_is_what_anybody_may_see(two: Path) -> None:
    assert "The pier" not in quickly(two, "export").out
    assert "pier" not in quickly(two, "export", "--format", "json").out
    found = json.loads(quickly(two, "export", "--format", "json", "--channel", "newsroom").out)
    assert (found["audience"], [one["id"] for one in found["briefings"]]) == ("TLP:GREEN", ["harbour", "pier"])
    only = quickly(two, "export", "pier", "--channel", "newsroom")
    assert only.out.startswith("# The pier\n")
    assert "# The harbour" not in only.out


def test_a_channel_is_given_what_it_follows_and_what_is_named(two: Path) -> None:
    config = two / "config.yaml"
    config.write_text(config.read_text().replace('"TLP:GREEN"}', '"TLP:GREEN", briefings: [pier]}'))
    assert "# The harbour" not in quickly(two, "export", "--channel", "newsroom").out
    assert "# The harbour" in quickly(two, "export", "harbour", "--channel", "newsroom").out


def test_what_may_not_be_seen_is_told_of_as_what_is_not_there(two: Path) -> None:
    for name in ("pier", "pear"):
        said = quickly(two, "export", name)
        assert (said.code, said.out) == (2, "")
        assert said.err == f'briefing-bot: There is no briefing "{name}" here.\n'
    near = quickly(two, "export", "harbor")
    assert near.err == 'briefing-bot: There is no briefing "harbor" here: did you mean "harbour"?\n'
    nowhere = quickly(two, "export", "--channel", "lobby")
    assert nowhere.err == 'briefing-bot: There is no channel "lobby" in config.yaml; there are newsroom.\n'


def test_a_folder_without_a_briefing_has_nothing_to_export(home: Path) -> None:
    (home / "briefings" / "harbour.yaml").unlink()
    assert quickly(home, "export").err == "briefing-bot: There is no briefing here to export.\n"


def test_a_file_is_written_once_and_is_its_owners_where_it_is_not_for_everybody(two: Path) -> None:
    said = quickly(two, "export", "--output", "all.md")
    assert (said.code, said.out) == (0, "Exported 1 briefing to all.md: TLP:CLEAR.\n")
    assert (two / "all.md").read_text().startswith("# The harbour")
    again = quickly(two, "export", "--output", "all.md")
    assert again.code == 2
    assert again.err.endswith("/all.md is there already, and nothing is overwritten. Name another file.\n")
    said = quickly(two, "export", "--channel", "newsroom", "--output", "news.json", "--format", "json")
    assert said.out == "Exported 2 briefings to news.json: TLP:GREEN.\n"
    assert stat.S_IMODE((two / "news.json").stat().st_mode) == 0o600
    assert json.loads((two / "news.json").read_text())["format"] == 1
    nowhere = quickly(two, "export", "--output", "gone/all.md")
    assert "there is no folder" in nowhere.err
    assert sorted(path.name for path in two.iterdir()) == ["all.md", "briefings", "config.yaml", "news.json"]


def test_a_broken_briefing_is_named_and_the_others_are_exported(two: Path) -> None:
    (two / "briefings" / "pier.yaml").write_text(PIER.replace("status:", "sttus:"))
    said = told(two, "export", "--channel", "newsroom")
    assert said.code == 0
    assert "it is left out" in said.err
    assert said.out.startswith("# The harbour")


def test_a_broken_briefing_that_is_asked_for_is_named_as_broken(two: Path) -> None:
    broken = PIER.replace("status:", "sttus:")
    (two / "briefings" / "pier.yaml").write_text(broken)
    said = quickly(two, "export", "pier")
    assert said.code == 2
    assert said.err == (
        'briefing-bot: There is no briefing "pier" here; pier.yaml is broken: `briefing-bot check` says why.\n'
    )
    (two / "briefings" / "pier.yaml").rename(two / "briefings" / "mole.yaml")  # what its id is, nobody can know
    assert "here; mole.yaml is broken: `briefing-bot check`" in quickly(two, "export", "pier").err
    (two / "briefings" / "quay.yaml").write_text(broken)
    assert "here; mole.yaml and quay.yaml are broken: " in quickly(two, "export", "pier").err
    assert quickly(two, "export", "harbor").err.endswith('did you mean "harbour"?\n')


@pytest.mark.parametrize("to", ["briefings/x.md", "briefings/x.yaml", "x.yaml", "x.YML", "link/x.json"])
def test_an_export_is_not_put_where_it_would_be_read_as_a_briefing(home: Path, to: str) -> None:
    (home / "link").symlink_to("briefings")
    before = sorted(home.rglob("*"))
    said = quickly(home, "export", "--output", to)
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"briefing-bot: An export is no briefing, so it is not written to {to}."
        " Name a file outside of the briefings folder that ends in .md or .json.\n"
    )
    assert sorted(home.rglob("*")) == before


def test_a_dash_is_no_file(home: Path) -> None:
    assert quickly(home, "export", "--output", "-").out.startswith("# The harbour")
    assert not (home / "-").exists()
