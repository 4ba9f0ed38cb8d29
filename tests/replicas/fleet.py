"""Three replicas on one PostgreSQL, each killed at random, and the server with them."""

import asyncio
from dataclasses import dataclass, field

from tests.kills.drama import Drama
from tests.kills.life import Life
from tests.kills.oracle import Verdict
from tests.postgres import Cluster

REPLICAS = 3
STRANGERS = {"STRANGER": "1", "SHORTER": "bot.digests.leading.LEASE=3"}
"""Replicas of which none can tell which of the others is dead; a lease of 15 seconds would make most kills idle."""

SERVER = 0.12
"""How many of the deaths are the server's."""

DOWN = 2.0
"""Seconds for which the server stays dead at most."""


@dataclass
class FleetDrama(Drama):
    """So many lives and deaths of three replicas from one seed."""

    cluster: Cluster = field(kw_only=True)
    restarts: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.replicas, self.extra = REPLICAS, STRANGERS

    async def play(self, kills: int) -> Verdict:
        verdict = await super().play(kills)
        # Who asked while the server was dead was refused for that, and may ask again.
        refused = [one for one in self.exam.refused if "PostgreSQL" in one.said]
        told = [f"a send was refused with {one.code}: {one.said}" for one in refused]
        verdict.unfinished = [one for one in verdict.unfinished if one not in told]
        return verdict

    def _gave_up(self, life: Life) -> bool:
        """Who starts while the server is dead says so and ends, and whoever watches over it starts it again."""
        return life.process.returncode == 2 and "briefing-bot: cannot use the PostgreSQL database" in life.said

    async def _also(self) -> None:
        """Now and then the server dies."""
        if self.rng.random() >= SERVER:
            return
        await asyncio.to_thread(self.cluster.stop, "immediate")
        await asyncio.sleep(self.rng.uniform(0, DOWN))
        await asyncio.to_thread(self.cluster.start)
        self.restarts += 1

    def told(self, verdict: Verdict) -> str:
        return f"{super().told(verdict)} ({self.restarts} restarts of the server)"
