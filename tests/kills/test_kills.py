"""The bot dies at random moments and at chosen points; whatever it was asked for arrives, and arrives once."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.kills.crashes import WITHIN, book, crashed
from tests.kills.digests import EVERY_MINUTE, Book
from tests.kills.drama import BOOKS, Drama, shares
from tests.kills.ground import Ground, Servers
from tests.kills.harness import Exam
from tests.kills.points import POINTS
from tests.product.running import together
from tests.shelf.home import SOAK

pytestmark = pytest.mark.asyncio(loop_scope="session")

KILLS = 1_000 if SOAK else 60
SEEDS = tuple(range(101, 109)) if SOAK else (11, 12, 13)
TWICE = ("before the write:2", "after the answer:2", "record after commit:2")
"""With one part sent, and two to come."""


@pytest.mark.parametrize(("seed", "kills"), shares(KILLS, SEEDS))
async def test_every_digest_arrives_once_however_often_the_bot_is_killed(
    servers: Servers, tmp_path: Path, seed: int, kills: int
) -> None:
    async with Ground.laid(servers, tmp_path, BOOKS) as ground:
        drama = Drama(Exam(ground), seed)
        verdict = await drama.play(kills)
        print(drama.told(verdict))
        assert verdict.good, f"{drama.told(verdict)}\n{verdict}"
        assert drama.under_way() > kills // 5, "hardly any kill hit anything"


@pytest.mark.parametrize("point", [*POINTS, *(TWICE if SOAK else ())])
async def test_every_digest_arrives_once_wherever_the_bot_dies(servers: Servers, tmp_path: Path, point: str) -> None:
    await together(*(dies_at(servers, tmp_path / platform, platform, point) for platform in ("discord", "slack")))


async def dies_at(servers: Servers, path: Path, platform: str, point: str) -> None:
    one = book(1, platform)
    async with Ground.laid(servers, path, [one]) as ground:
        verdict = await crashed(Exam(ground), one.name, point)
        assert verdict.good, f"{platform}, {point}: {verdict}"
        written = 0 if point == "plan before commit" else 6
        assert verdict.delivered == written, f"{platform}, {point}: {verdict}"


@pytest.mark.parametrize("alive", [True, False])
async def test_a_slot_that_falls_due_as_the_bot_plans_and_dies_arrives_once(
    servers: Servers, tmp_path: Path, alive: bool
) -> None:
    points = [point for point in POINTS if point.startswith("plan")]
    await together(*(plans_and_dies(servers, tmp_path / point, point, alive=alive) for point in points))


async def plans_and_dies(servers: Servers, path: Path, point: str, *, alive: bool) -> None:
    """It dies as it plans: at the turn of a minute, or at its next start after it was dead over that turn."""
    async with Ground.laid(servers, path, [Book(1, 3, ("discord-1", "slack-1", "desk-1"), EVERY_MINUTE)]) as ground:
        exam = Exam(ground)
        life = await exam.begin({"CRASH": point}) if alive else await exam.begin()
        assert exam.known
        turn = exam.known.replace(second=0, microsecond=0) + timedelta(minutes=1)
        if not alive:
            assert await life.kill()
            await asyncio.sleep((turn - datetime.now(UTC)).total_seconds() + 0.5)
            life = await exam.begin({"CRASH": point}, may_die=True)
        assert await life.dies((turn - datetime.now(UTC)).total_seconds() + WITHIN), f"not passed: {life.said}"
        verdict = await exam.judged(await exam.begin())
        assert verdict.good, f"{point}: {verdict}"
        assert verdict.delivered >= 2, f"{point}: {verdict}"
