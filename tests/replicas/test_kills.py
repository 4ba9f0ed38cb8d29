"""Replicas die at random moments, and PostgreSQL with them; whatever was asked for arrives, and arrives once."""

from pathlib import Path

import pytest

from tests.kills.drama import BOOKS, shares
from tests.kills.ground import Ground, Servers
from tests.kills.harness import Exam
from tests.postgres import Cluster
from tests.replicas.fleet import FleetDrama
from tests.shelf.home import SOAK

pytestmark = pytest.mark.asyncio(loop_scope="session")

KILLS = 300 if SOAK else 20
SEEDS = (201, 202, 203, 204) if SOAK else (21,)


@pytest.mark.parametrize(("seed", "kills"), shares(KILLS, SEEDS))
async def test_every_digest_arrives_once_however_often_replicas_and_the_server_are_killed(
    servers: Servers, own: Cluster, tmp_path: Path, seed: int, kills: int
) -> None:
    async with Ground.laid(servers, tmp_path, BOOKS, database=own.make()) as ground:
        drama = FleetDrama(Exam(ground), seed, cluster=own)
        verdict = await drama.play(kills)
        print(drama.told(verdict))
        assert verdict.good, f"{drama.told(verdict)}\n{verdict}"
        assert drama.restarts, "the server was never restarted"
