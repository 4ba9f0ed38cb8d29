"""Where `draft` and `verify` write: nothing goes through a link, and what stands in the way is named."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.shell import quickly
from tests.drafting.test_draft import home as home

IN_THE_WAY: dict[str, Callable[[Path, Path], object]] = {
    "a file": lambda at, _: at.write_text("mine"),
    "a link that leads nowhere": lambda at, away: at.symlink_to(away / "gone"),
    "a link to a file": lambda at, away: at.symlink_to(away / "page.html"),
    "a link to a folder": lambda at, away: at.symlink_to(away),
}


@pytest.fixture
def away(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("away")
    (folder / "page.html").write_text("theirs")
    return folder


def standing(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_in_the_place_of_the_texts_stands_a_folder_or_nothing(home: Path, away: Path, what: str) -> None:
    IN_THE_WAY[what](home / "texts", away)
    before = standing(home), standing(away)
    said = quickly(home, "draft", "page.html")
    link = "is a link, and no text of an article is written through one; nothing was written. Put a folder in its place"
    told = "is there, and is no folder; nothing was written. Move it away" if what == "a file" else link
    assert (said.code, said.out, said.err) == (2, "", f"briefing-bot: texts {told}.\n")
    assert (standing(home), standing(away)) == before


@pytest.mark.parametrize("what", [name for name in IN_THE_WAY if name != "a link to a folder"])
def test_in_the_place_of_the_briefings_stands_a_folder(home: Path, away: Path, what: str) -> None:
    (home / "briefings" / "harbour.yaml").unlink()
    (home / "briefings").rmdir()
    IN_THE_WAY[what](home / "briefings", away)
    said = quickly(home, "draft", "page.html")
    assert said.err == "briefing-bot: briefings is there, and is no folder; nothing was written. Move it away.\n"
    assert not (home / "texts").exists()


def test_the_briefings_may_lie_elsewhere_behind_a_link(home: Path, away: Path) -> None:
    (home / "briefings" / "harbour.yaml").unlink()
    (home / "briefings").rmdir()
    (home / "briefings").symlink_to(away)
    assert quickly(home, "draft", "page.html").code == 0
    assert (away / "mud-on-the-move.yaml").is_file()


def test_links_among_the_texts_are_not_written_through(home: Path, away: Path) -> None:
    (home / "texts").mkdir()
    (home / "texts" / ".gitignore").symlink_to(away / "gitignore")
    (home / "texts" / "aosagi-gazette-2026-11-02.txt").symlink_to(away / "text")
    said = quickly(home, "draft", "page.html")
    assert "Wrote texts/aosagi-gazette-2026-11-02-2.txt\nGit does not pass it over, and it is not ours to" in said.out
    assert "put a file with the line * in the place of the link texts/.gitignore.\n" in said.out
    assert standing(away) == {str(away / "page.html"): "theirs"}


@pytest.mark.parametrize(
    ("stands", "passed"),
    [
        ("", True),
        ("*\n", True),
        ("*\n!.gitignore\n", True),
        ("*.pdf\n", False),
        ("*\n!*.txt\n", False),
        ("# *\n", False),
    ],
)
def test_whether_git_passes_the_text_over_is_said_as_it_is(home: Path, stands: str, *, passed: bool) -> None:
    subprocess.run(["git", "init", "-q"], cwd=home, check=True)
    ignore = home / "texts" / ".gitignore"
    ignore.parent.mkdir()
    ignore.write_text(stands)
    said = quickly(home, "draft", "page.html")
    shown = subprocess.run(["git", "status", "--short", "-uall"], cwd=home, check=True, capture_output=True, text=True)
    assert ("texts/aosagi-gazette-2026-11-02.txt" not in shown.stdout) == passed
    assert ("for you alone: Git passes it over\n" in said.out) == passed
    mend = 'not ours to publish: give texts/.gitignore a line with "*" alone, and none that begins with "!".\n'
    assert (f"Git does not pass it over, and it is {mend}" in said.out) == (not passed)
    assert not stands or ignore.read_text() == stands, "what a person wrote stays"


def test_a_receipt_takes_the_place_of_a_link_and_leaves_what_it_leads_to(home: Path, away: Path) -> None:
    receipt = home / "briefings" / "harbour.receipt.json"
    receipt.symlink_to(away / "page.html")
    quickly(home, "verify", "harbour", "--text", "mud.txt")
    assert receipt.is_file()
    assert not receipt.is_symlink()
    assert (away / "page.html").read_text() == "theirs"


@pytest.mark.parametrize("name", ["config.yaml", "briefings", "docs/config.schema.json"])
def test_init_writes_through_no_link(tmp_path: Path, away: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).symlink_to(away / "gone")
    said = quickly(tmp_path, "init")
    assert said.err == f"briefing-bot: {name} is already there; nothing was written. Choose an empty folder.\n"
    assert standing(away) == {str(away / "page.html"): "theirs"}
