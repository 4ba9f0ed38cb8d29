"""What each protection is for: without it the same scenario loses posts or doubles them, and the exam says so."""

from pathlib import Path

import pytest

from tests.kills.crashes import SCENARIOS, shown
from tests.kills.ground import Ground, Servers
from tests.kills.harness import Exam
from tests.kills.oracle import Verdict
from tests.kills.points import MUTANTS
from tests.shelf.home import SOAK

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_the_exam_sees_which_protection_is_missing(servers: Servers, tmp_path: Path, mutant: str) -> None:
    scenario = SCENARIOS[mutant]
    if SOAK:  # in a short run the kills and crashes beside this say as much
        sound = await played(servers, tmp_path / "sound", mutant, None)
        assert sound.good, sound
    broken = await played(servers, tmp_path / "broken", mutant, mutant)
    print(f"| {mutant} | {scenario.told} | {broken.expected} | {len(broken.lost)} | {len(broken.doubled)} |")
    assert getattr(broken, scenario.shows), broken


async def played(servers: Servers, path: Path, name: str, mutant: str | None) -> Verdict:
    async with Ground.laid(servers, path, SCENARIOS[name].books, ghost=SCENARIOS[name].ghost) as ground:
        return await shown(Exam(ground), SCENARIOS[name], mutant)
