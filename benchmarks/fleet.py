"""Three replicas beside one: how late deliveries are, and how long a lane waits when who sent for it is killed."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, p99, ratio
from tests.faults.ground import PASSWORD, Bot, living
from tests.kills.digests import EVERY_MINUTE, Book, furnish
from tests.postgres import Cluster
from tests.product.running import until
from tests.product.worlds import on_discord
from tests.servers.discord.control import DiscordServer

DIGESTS, MINUTES, ROUNDS = 20, 2, 2
REPLICAS = 3
LATER = 1.1
TAKEOVER = 20.0
KILLS = 3


def measure() -> Iterator[Figure]:
    yield from asyncio.run(_measured())


async def _measured() -> list[Figure]:
    cluster = Cluster()
    try:
        cluster.start()
        with TemporaryDirectory(prefix="briefing-bench-") as name:
            async with DiscordServer.start(Path(name)) as server:
                house = _House(server, cluster, Path(name))
                one: list[float] = []
                three: list[float] = []
                for number in range(ROUNDS):
                    for many in (1, REPLICAS) if number % 2 else (REPLICAS, 1):
                        (one if many == 1 else three).append(await house.late(many))
                waits = tuple([await house.taken_over() for _ in range(KILLS)])
        return [
            Figure("p99 from the slot to the first byte, one replica", tuple(one), "s"),
            Figure(f"the same, {REPLICAS} replicas", tuple(three), "s"),
            ratio(f"{REPLICAS} replicas to one", three, one, LATER),
            Figure("from the kill of who sends to the post of another", waits, "s", TAKEOVER),
        ]
    finally:
        cluster.remove()


class _House:
    """Homes on one Discord, each with a database of its own."""

    def __init__(self, server: DiscordServer, cluster: Cluster, path: Path) -> None:
        self._server, self._cluster, self._path, self._homes = server, cluster, path, 0

    @asynccontextmanager
    async def _replicas(self, many: int, cron: str) -> AsyncIterator[tuple[list[Bot], list[str]]]:
        """So many replicas that are ready, and the channels of their digests; none knows of the others' processes."""
        self._homes += 1
        guild = await self._server.guild(f"Home {self._homes}")
        rooms = {f"room-{at}": await self._server.channel(guild, f"room-{at}") for at in range(DIGESTS)}
        books = [Book(at, 3, (name,), cron) for at, name in enumerate(rooms)]
        places = {name: f"discord:{room}" for name, room in rooms.items()}
        home = furnish(self._path / f"home-{self._homes}", places, books, {})
        environ = {**on_discord(self._server), "DATABASE_URL": self._cluster.make()}
        environ |= {"DESK_PASSWORD": PASSWORD, "STRANGER": "1"}
        async with AsyncExitStack() as parts:
            found = [await parts.enter_async_context(living(home, environ)) for _ in range(many)]
            await found[0].says("commands are offered")
            yield found, list(rooms.values())

    async def late(self, many: int) -> float:
        """The 99th of a hundred first bytes, in seconds after its slot."""
        async with self._replicas(many, EVERY_MINUTE) as (_, rooms):
            first = ((datetime.now(UTC).timestamp() + 3) // 60 + 1) * 60
            await asyncio.sleep(first + 60 * (MINUTES - 1) + 15 - time.time())
            shift = time.monotonic() - time.time()
            begun = self._begun(rooms)
        slots = [first + 60 * at + shift for at in range(MINUTES)]
        late = [min(at - slot for at in times if at > slot) for times in begun.values() for slot in slots]
        return p99(late)

    async def taken_over(self) -> float:
        """Seconds from the kill of the one that sends to the first byte from the other."""
        async with self._replicas(2, "0 0 1 1 *") as (found, rooms):
            began = time.monotonic()
            await found[0].kill()
            await found[1].send("log-00")
            await until(lambda: any(at > began for times in self._begun(rooms).values() for at in times))
            return min(at for times in self._begun(rooms).values() for at in times if at > began) - began

    def _begun(self, rooms: list[str]) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {room: [] for room in rooms}
        for one in self._server.log("request"):
            _, channels, room, *rest = one["path"].split("/")
            if one["method"] == "POST" and channels == "channels" and rest == ["messages"] and room in found:
                found[room].append(one["began"])
        return found
