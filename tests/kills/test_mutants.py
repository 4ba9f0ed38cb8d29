"""What each protection is for: without it the same scenario loses posts or doubles them, and the exam says so."""

from pathlib import Path

import pytest

from tests.kills.crashes import SCENARIOS, shown
from tests.kills.ground import Ground, Servers
from tests.kills.harness import Exam
from tests.kills.oracle import Verdict
from tests.kills.points import MUTANTS

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_the_exam_sees_which_protection_is_missing(servers: Servers, tmp_path: Path, mutant: str) -> None:
    scenario = SCENARIOS[mutant]
    sound = await played(servers, tmp_path / "sound", mutant, None)
    broken = await played(servers, tmp_path / "broken", mutant, mutant)
    print(f"| {mutant} | {scenario.told} | {broken.expected} | {len(broken.lost)} | {len(broken.doubled)} |")
    assert sound.good, sound
    assert getattr(broken, scenario.shows), broken


async def played(servers: Servers, path: Path, name: str, mutant: str | None) -> Verdict:
    async with Ground.laid(servers, path, SCENARIOS[name].books, ghost=SCENARIOS[name].ghost) as ground:
        return await shown(Exam(ground), SCENARIOS[name], mutant)
