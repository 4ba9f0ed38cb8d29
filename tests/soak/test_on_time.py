"""A digest begins at its minute: its first byte is with Discord within a second of its slot."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.figures import p99
from tests.kills.digests import EVERY_MINUTE, Book, furnish
from tests.product.running import started
from tests.product.stalls import watched
from tests.product.worlds import on_discord
from tests.servers.discord.control import DiscordServer
from tests.shelf.home import SOAK

pytestmark = pytest.mark.skipif(not SOAK, reason="ten minutes of the clock have to pass: make soak waits for them")

DIGESTS, MINUTES = 20, 10
"""Slots in all: 200. All digests of a minute fall due at once, and each may take its turn: 45 a second."""
PROMISED = 1.0
"""Seconds from the slot to the first byte, for 99 of 100."""
SETTLED = 20.0
"""Seconds after the last slot in which whatever is late still comes."""


async def test_digests_begin_within_a_second_of_their_slots(tmp_path: Path) -> None:
    async with DiscordServer.start(tmp_path) as server, watched() as stalls:
        guild = await server.guild("Harbour desk")
        rooms = {f"room-{number}": await server.channel(guild, f"room-{number}") for number in range(DIGESTS)}
        books = [Book(number, 3, (name,), EVERY_MINUTE) for number, name in enumerate(rooms)]
        home = furnish(tmp_path / "home", {name: f"discord:{room}" for name, room in rooms.items()}, books, {})
        async with started(home, on_discord(server)):
            await server.connected(within=60)
            first = _minute_after(datetime.now(UTC).timestamp() + 5)
            slots = [first + 60 * number for number in range(MINUTES)]
            await asyncio.sleep(slots[-1] + SETTLED - time.time())
        shift = time.monotonic() - time.time()
        begun = _begun(server)
        late = []
        for room in rooms.values():
            times = [at for at in begun[room] if at >= first + shift]
            assert len(times) == MINUTES, f"{len(times)} posts for {MINUTES} slots"
            late += [stalls.between(slot + shift, at) for slot, at in zip(slots, times, strict=True)]
    late.sort()
    told = f"p50 {late[len(late) // 2]:.3f}, p99 {p99(late):.3f}, latest {late[-1]:.3f} seconds"
    print(f"{len(late)} slots, from the slot to the first byte: {told}")
    assert late[0] >= 0, "a digest came before its time"
    assert p99(late) <= PROMISED, told


def _begun(server: DiscordServer) -> dict[str, list[float]]:
    """When the posts to each channel began to arrive, by time.monotonic(), in their order."""
    found: dict[str, list[float]] = {}
    for one in server.log("request"):
        _, channels, room, *rest = one["path"].split("/")
        if one["method"] == "POST" and channels == "channels" and rest == ["messages"]:
            found.setdefault(room, []).append(one["began"])
    return found


def _minute_after(moment: float) -> float:
    """The first whole minute after this."""
    return (moment // 60 + 1) * 60
