"""The exam that was written without reading the checker: planted mistakes, innocent edits, things that are no files."""

import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from bot.content.gather import gather
from bot.content.parse import Parsed, parse_bytes, parse_file
from bot.content.problems import Problem
from bot.settings import load, parse_config
from tests.exam.bytes import ByteCase, cases
from tests.exam.edits import Edit, Mistake, innocent, mistakes
from tests.pace import paces

ROOT = Path(__file__).parents[2]
BRIEFING = ROOT / "briefings" / "dprk-troops-in-russia.yaml"
CONFIG = ROOT / "config.yaml"
SECTIONS = load(CONFIG).sections


def problems_of(edit: Edit) -> tuple[Problem, ...]:
    if edit.file == "config":
        return parse_config(edit.bytes(CONFIG.read_text()).decode("utf-8-sig").replace("\r\n", "\n"), CONFIG)[1]
    return parse_bytes(edit.bytes(BRIEFING.read_text()), BRIEFING.name, SECTIONS).problems


def all_of(problem: Problem) -> str:
    """All that the command line says beside the line itself."""
    return " ".join(filter(None, (problem.message, problem.mend, problem.example)))


@cache
def unedited(file: str) -> Counter[str]:
    """What is said of the file as it ships, without its places, which an edit may move."""
    data = CONFIG if file == "config" else BRIEFING
    if file == "config":
        return Counter(problem.message for problem in parse_config(data.read_text(), CONFIG)[1])
    return Counter(problem.message for problem in parse_bytes(data.read_bytes(), data.name, SECTIONS).problems)


def fresh(edit: Edit, found: tuple[Problem, ...]) -> list[Problem]:
    """The problems that the edit added."""
    known = Counter(unedited(edit.file))
    added = []
    for problem in found:
        if known[problem.message]:
            known[problem.message] -= 1
        else:
            added.append(problem)
    return added


@pytest.mark.parametrize("mistake", [m for m in mistakes() if m.beside is None], ids=lambda m: m.edit.id)
def test_a_planted_mistake_is_named_at_its_line_with_its_mend(mistake: Mistake) -> None:
    before = (CONFIG if mistake.edit.file == "config" else BRIEFING).read_text()
    edited = mistake.edit.text(before)
    found = fresh(mistake.edit, problems_of(mistake.edit))
    told = "\n".join(f"{p.place} {p.severity} {p.message} = {p.mend}" for p in found) or "nothing was said"
    here = [p for p in found if p.mark.line in mistake.lines(edited)]
    assert here, told
    right = [p for p in here if p.severity == mistake.severity and mistake.said_by(all_of(p))]
    assert right, told
    if mistake.column_at is not None:
        assert mistake.column(edited) in {p.mark.column for p in right}, told
    if mistake.mend is not None:
        assert any(mistake.mend in all_of(p) for p in right), told
    if mistake.alone:
        assert len(found) == 1, told


@pytest.mark.parametrize("mistake", [m for m in mistakes() if m.beside is not None], ids=lambda m: m.edit.id)
def test_a_mistake_across_two_files_is_named_in_one_of_them(mistake: Mistake) -> None:
    before = BRIEFING.read_text()
    edited = mistake.edit.text(before)
    first = parse_bytes(before.encode(), BRIEFING.name, SECTIONS)
    second = parse_bytes(edited.encode(), str(mistake.beside), SECTIONS)
    found = [p for p in gather([first, second]).problems if p.severity == mistake.severity]
    assert any(mistake.said_by(f"{p.message} {p.mend or ''}") and p.mark.line in mistake.lines(edited) for p in found)


UNTOLD = {
    "text-those": "a noun follows, and the innocent edit those-before-a-noun says that this may stand",
    "text-no-end": "no rule asks for a full stop, and not every script has one",
}
"""Planted mistakes that are told nowhere, each with the reason."""

UNMENDED = UNTOLD
"""Planted mistakes whose mend is not the one that is wanted; one that is mended leaves this list."""

CASCADES: dict[str, str] = {}
"""Planted mistakes of which more than one thing is told where one would do."""

PLANTED = mistakes("planted.yaml")


def told_of(mistake: Mistake) -> tuple[list[Problem], list[Problem]]:
    """All that is new, and what of it stands at the line."""
    lines = mistake.lines(mistake.edit.text(BRIEFING.read_text()))
    found = fresh(mistake.edit, problems_of(mistake.edit))
    return found, [problem for problem in found if problem.mark.line in lines]


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda m: m.edit.id)
def test_a_mistake_of_somebody_who_has_not_seen_the_checker_is_told_at_its_line(mistake: Mistake) -> None:
    found, here = told_of(mistake)
    told = "\n".join(f"{p.place} {p.severity} {all_of(p)}" for p in found) or "nothing was said"
    assert bool(here) == (mistake.edit.id not in UNTOLD), told
    if mistake.alone:
        assert (len(found) < 2) == (mistake.edit.id not in CASCADES), told
    if here and mistake.column_at is not None:
        assert mistake.column(mistake.edit.text(BRIEFING.read_text())) in {p.mark.column for p in here}, told


def test_of_200_mistakes_all_but_the_known_ones_are_told_with_the_mend_that_is_wanted() -> None:
    assert len(PLANTED) == 200
    unmended = {mistake.edit.id for mistake in PLANTED if not mended(mistake)}
    assert unmended == set(UNMENDED)


def mended(mistake: Mistake) -> bool:
    """Whether what is said at the line holds the mend; where none can be proposed, whether it names the mistake."""
    _, here = told_of(mistake)
    if mistake.mend is None:
        return any(mistake.said_by(all_of(problem)) for problem in here)
    return any(mistake.mend.lower() in all_of(problem).lower() for problem in here)


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda m: m.edit.id)
def test_a_message_and_its_mend_hold_no_sentence_of_the_file(mistake: Mistake) -> None:
    """A chat is told both; the line as it should be is for the command line and the desk."""
    words = mistake.edit.text(BRIEFING.read_text()).split()
    runs = {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN)}
    for problem in told_of(mistake)[0]:
        said = f"{problem.message} {problem.mend or ''}".split()
        assert not runs.intersection(" ".join(said[at : at + RUN]) for at in range(len(said)))


RUN = 6
"""Words of the file that may stand in a row in a message: a name, a date, an id, the beginning of a wrong value."""


@pytest.mark.parametrize("edit", innocent(), ids=lambda edit: edit.id)
def test_an_innocent_edit_says_nothing_new(edit: Edit) -> None:
    assert [f"{p.place} {p.message}" for p in fresh(edit, problems_of(edit))] == []


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_nasty_thing_gives_a_problem_soon_and_shows_nothing(case: ByteCase, tmp_path: Path) -> None:
    folder = tmp_path / "briefings"
    folder.mkdir()
    path = folder / "x.yaml"
    case.build(path)
    if case.name == "not-to-be-read" and os.geteuid() == 0:
        said = as_somebody_else(path)
    else:
        read: list[Parsed] = []
        assert paces(lambda: read.append(parse_file(path, folder, SECTIONS))) < 60, "it was held for long"
        (parsed,) = read
        said = "\n".join(f"{p.severity} {p.message} {p.mend} {p.excerpt} {p.example}" for p in parsed.problems)
        assert (parsed.briefing is not None) == case.fine, said
    assert len(said) < 20_000
    assert not any(secret in said for secret in case.never)
    if not case.fine:
        assert any(fragment in said.lower() for fragment in case.says), said


def as_somebody_else(path: Path) -> str:
    """Root reads everything, so the file is read by a process that gave its rights away."""
    program = (
        "import os, sys; from pathlib import Path; from bot.content.parse import parse_file;"
        "os.setgid(65534); os.setuid(65534); p = Path(sys.argv[1]);"
        "print(*[q.message for q in parse_file(p, p.parent, None).problems])"
    )
    for parent in [folder for folder in path.parents if folder.stat().st_uid == os.geteuid()]:
        parent.chmod(parent.stat().st_mode | 0o055)
    run = [sys.executable, "-c", program, str(path)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=ROOT)
    return done.stdout + done.stderr


def test_a_line_as_it_should_be_is_there_whole_however_long_it_is() -> None:
    """Who pastes it may not lose a number out of its middle."""
    said = "Lankov expects much: " + "more than 3,000 things, each longer than the one before it, " * 8 + "he says."
    text = BRIEFING.read_text().replace("text: Lankov is certain", f"text: {said} Lankov is certain", 1)
    (found,) = [p for p in parse_bytes(text.encode(), BRIEFING.name, SECTIONS).problems if p.severity == "error"]
    assert found.example is not None
    assert said in found.example
