"""Counts the answers of this process: how many were asked for where, how long each took, how many were refused."""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.commands.base import Ask
from bot.commands.registry import commands
from bot.errors import Refused

BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds: an answer from memory takes some hundred microseconds, and a chat waits for three seconds."""

PLATFORMS = frozenset(("desk", "discord", "slack"))
BUILT_IN = frozenset(commands({}))
OTHER = "other"
"""What stands for every name that nobody here gave: people type what they like."""


@dataclass(slots=True)
class Times:
    """How many answers took up to each of BUCKETS, and longer at the end; `total` is all their seconds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds


class Tally:
    """What was counted since the start. `tick` is a steady count of seconds."""

    def __init__(self, tick: Callable[[], float] = time.perf_counter) -> None:
        self._tick = tick
        self.asks: Counter[tuple[str, str]] = Counter()
        """By platform and command."""
        self.refused: Counter[str] = Counter()
        self.times: dict[str, Times] = {}

    @contextmanager
    def counting(self, ask: Ask, sections: Collection[str]) -> Iterator[None]:
        """Count what is answered within; `sections` are commands too."""
        platform = ask.place.platform if ask.place.platform in PLATFORMS else OTHER
        command = ask.command if ask.command in sections or ask.command in BUILT_IN else OTHER
        began = self._tick()
        try:
            yield
        except Refused:
            self.refused[platform] += 1
            raise
        self.asks[platform, command] += 1
        self.times.setdefault(platform, Times()).add(self._tick() - began)
