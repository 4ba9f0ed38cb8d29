"""The bot dies at random moments and at chosen points; whatever it was asked for arrives, and arrives once."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.kills.crashes import WITHIN, book, corrected, crashed, crashed_alone
from tests.kills.digests import EVERY_MINUTE, Book
from tests.kills.drama import BOOKS, Drama, shares
from tests.kills.ground import Ground, Servers
from tests.kills.harness import Exam
from tests.kills.points import CORRECTING, POINTS
from tests.product.running import together
from tests.shelf.home import SOAK

pytestmark = pytest.mark.asyncio(loop_scope="session")

KILLS = 1_000 if SOAK else 45
SEEDS = tuple(range(101, 109)) if SOAK else (11, 12, 13)
TWICE = ("before the write:2", "after the answer:2", "record after commit:2")
"""With one part sent, and two to come."""

ALONE = ("freeze after commit", "claim before commit", "claim after commit", "before the write", "after the answer")


@pytest.mark.parametrize(("seed", "kills"), shares(KILLS, SEEDS))
async def test_every_digest_arrives_once_however_often_the_bot_is_killed(
    servers: Servers, tmp_path: Path, seed: int, kills: int
) -> None:
    async with Ground.laid(servers, tmp_path, BOOKS) as ground:
        drama = Drama(Exam(ground), seed)
        verdict = await drama.play(kills)
        print(drama.told(verdict))
        assert verdict.good, f"{drama.told(verdict)}\n{verdict}"
        assert drama.under_way() > kills // 10, "hardly any kill hit anything"


@pytest.mark.parametrize("point", [*POINTS, *(TWICE if SOAK else ())])
async def test_every_digest_arrives_once_wherever_the_bot_dies(servers: Servers, tmp_path: Path, point: str) -> None:
    await together(*(dies_at(servers, tmp_path / platform, platform, point) for platform in ("discord", "slack")))


@pytest.mark.parametrize("point", CORRECTING)
async def test_every_correction_arrives_wherever_the_bot_dies(servers: Servers, tmp_path: Path, point: str) -> None:
    await together(*(corrects_and_dies(servers, tmp_path / on, on, point) for on in ("discord", "slack")))


async def corrects_and_dies(servers: Servers, path: Path, platform: str, point: str) -> None:
    one = book(1, platform)
    async with Ground.laid(servers, path, [one]) as ground:
        verdict = await corrected(Exam(ground), one, point)
        assert verdict.good, f"{platform}, {point}: {verdict}"
        assert verdict.delivered == 6, f"{platform}, {point}: {verdict}"
        assert ground.kept.edits >= 4, f"{platform}, {point}: {ground.kept.edits} edits"


@pytest.mark.parametrize("point", ALONE if SOAK else ALONE[-1:])
async def test_every_digest_arrives_once_where_the_one_who_asks_dies(
    servers: Servers, tmp_path: Path, point: str
) -> None:
    one = Book(1, 12, ("discord-1", "slack-1", "slack-2"))
    async with Ground.laid(servers, tmp_path, [one]) as ground:
        verdict = await crashed_alone(Exam(ground), one.name, point)
        assert verdict.good, f"{point}: {verdict}"
        assert verdict.delivered == 6, f"{point}: {verdict}"


async def dies_at(servers: Servers, path: Path, platform: str, point: str) -> None:
    one = book(1, platform)
    async with Ground.laid(servers, path, [one]) as ground:
        verdict = await crashed(Exam(ground), one.name, point)
        assert verdict.good, f"{platform}, {point}: {verdict}"
        written = 0 if point == "plan before commit" else 6
        assert verdict.delivered == written, f"{platform}, {point}: {verdict}"


async def test_a_slot_that_falls_due_as_the_bot_plans_and_dies_arrives_once(servers: Servers, tmp_path: Path) -> None:
    points = [point for point in POINTS if point.startswith("plan")]
    await together(
        *(plans_and_dies(servers, tmp_path / point, point, alive=True) for point in points),
        *(plans_and_dies(servers, tmp_path / f"{point}, dead", point, alive=False) for point in points),
    )


async def plans_and_dies(servers: Servers, path: Path, point: str, *, alive: bool) -> None:
    """It dies as it plans: when it first knows its schedule, or at its next start after it was dead over a slot."""
    one = Book(1, 3, ("discord-1", "slack-1", "desk-1"), EVERY_MINUTE)
    async with Ground.laid(servers, path, [one]) as ground:
        exam = Exam(ground)
        if not alive:
            life = await exam.begin()
            await exam.knows()
            assert await life.kill()
            await minute_turns()
        life = await exam.begin({"CRASH": point}, may_die=True)
        assert await life.dies(60 + WITHIN), f"not passed: {life.said}"
        life = await exam.begin()
        await exam.knows()
        if alive:
            await minute_turns()
        verdict = await exam.judged(life)
        assert verdict.good, f"{point}: {verdict}"
        assert verdict.delivered >= 2, f"{point}: {verdict}"


async def minute_turns() -> None:
    now = datetime.now(UTC)
    await asyncio.sleep(60.5 - now.second - now.microsecond / 1e6)
