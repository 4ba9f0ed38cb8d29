"""The chat platforms over real sockets, against processes that do the same with their libraries and nothing else."""

import asyncio
from collections.abc import Iterator

from benchmarks.figures import Figure


def measure() -> Iterator[Figure]:
    # Imported here: what these bring along in memory would slow the collector under all other parts.
    from benchmarks import answering, weighing

    yield from asyncio.run(answering.slack())
    yield from asyncio.run(answering.discord())
    yield from asyncio.run(weighing.idle())
    yield from asyncio.run(weighing.flat())
