"""Digests to 10,000 channels: what their ledger costs, and how near to Discord's own limit they are sent."""

import asyncio
from collections.abc import Iterator

from benchmarks.figures import Figure


def measure() -> Iterator[Figure]:
    # Imported here: what these bring along in memory would slow the collector under all other parts.
    from benchmarks import limited, posting

    yield from asyncio.run(posting.measured())
    yield from limited.simulated()
