"""Three replicas on one PostgreSQL, each killed at random, and the server with them."""

import asyncio
import time
from dataclasses import dataclass, field

from tests.kills.drama import BEHIND, Death, Drama
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

BACK = 20.0
"""Seconds in which the replicas are to work again."""


@dataclass
class FleetDrama(Drama):
    """So many lives and deaths of three replicas from one seed."""

    cluster: Cluster = field(kw_only=True)
    restarts: int = 0

    async def play(self, kills: int) -> Verdict:
        """Kill one of them, or the server, each time as another one may take over; then let them rest, and judge."""
        lives = [await self.exam.begin(STRANGERS) for _ in range(REPLICAS)]
        await self.exam.knows()
        async with asyncio.TaskGroup() as sends:
            for _ in range(kills):
                behind = self.exam.missing() > BEHIND
                await self._trouble(quiet=behind)
                if not behind:
                    self._send_some(sends)
                which = self.rng.randrange(REPLICAS)
                await self._moment(lives[which])
                if self.rng.random() < SERVER:
                    await self._server_dies()
                lives[which] = await self._dies(lives[which])
        for life in lives:
            await life.ready()
        # Who asked while the server was dead was refused for that, and may ask again.
        self.exam.refused = [one for one in self.exam.refused if "PostgreSQL" not in one.said]
        return await self.exam.judged(lives[0])

    async def _dies(self, life: Life) -> Life:
        at = time.monotonic()
        assert await life.kill(), f"it ended by itself: {life.said}"
        self.deaths.append(Death(life.began, at, self._slow))
        return await self.exam.begin(STRANGERS, may_die=True)

    async def _server_dies(self) -> None:
        await asyncio.to_thread(self.cluster.stop, "immediate")
        await asyncio.sleep(self.rng.uniform(0, DOWN))
        await asyncio.to_thread(self.cluster.start)
        self.restarts += 1

    def told(self, verdict: Verdict) -> str:
        return f"{super().told(verdict)} ({self.restarts} restarts of the server)"
