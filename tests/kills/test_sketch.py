"""The exam itself: a small bot that does it right passes, and each of its mutants does not."""

from pathlib import Path

import pytest

from tests.kills import sketch
from tests.kills.crashes import SCENARIOS, shown
from tests.kills.drama import BOOKS, Drama
from tests.kills.ground import Ground, Servers
from tests.kills.harness import Exam
from tests.kills.points import MUTANTS
from tests.shelf.home import SOAK

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODULE = sketch.__name__


async def test_a_bot_that_does_it_right_passes(servers: Servers, tmp_path: Path) -> None:
    async with Ground.laid(servers, tmp_path, BOOKS, module=MODULE) as ground:
        drama = Drama(Exam(ground), seed=5, edits=False)
        verdict = await drama.play(kills=4)
        print(drama.told(verdict))
        assert verdict.good, verdict
        assert verdict.delivered


@pytest.mark.parametrize("mutant", MUTANTS if SOAK else MUTANTS[:1])
async def test_a_bot_without_a_protection_does_not_pass(servers: Servers, tmp_path: Path, mutant: str) -> None:
    scenario = SCENARIOS[mutant]
    async with Ground.laid(servers, tmp_path, scenario.books, ghost=scenario.ghost, module=MODULE) as ground:
        verdict = await shown(Exam(ground), scenario, mutant)
        assert getattr(verdict, scenario.shows), verdict
