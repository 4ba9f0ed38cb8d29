"""Slack's rate limits: docs.slack.dev/apis/web-api/rate-limits."""

import math
from collections import defaultdict, deque

from tests.servers.slack.world import Refusal, World

A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
HISTORIES = ("conversations.history", "conversations.replies")


class Rates:
    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self.everything_until = 0.0

    def method(self, name: str, tier: int) -> None:
        """Count a call, or raise what Slack answers above the limit."""
        now = self._world.clock.now()
        if now < self.everything_until:
            raise limited(self.everything_until - now)
        if self._world.settings.distributed and name in HISTORIES:
            self._window(name, 1, 60.0)
        elif self._world.settings.tiers and tier in A_MINUTE:
            self._window(name, A_MINUTE[tier], 60.0)

    def post(self, channel: str) -> None:
        """Count a message to a channel."""
        settings = self._world.settings
        if settings.workspace_per_minute:
            self._window("workspace", settings.workspace_per_minute, 60.0)
        if settings.per_channel:
            # A tenth of leeway: what was sent a second apart may arrive a little closer.
            self._window(f"channel {channel}", 1, settings.per_channel * 0.9)

    def _window(self, key: str, most: int, seconds: float) -> None:
        now, seen = self._world.clock.now(), self._seen[key]
        while seen and now - seen[0] >= seconds:
            seen.popleft()
        if len(seen) >= most:
            raise limited(seen[0] + seconds - now)
        seen.append(now)


def limited(seconds: float) -> Refusal:
    refusal = Refusal("ratelimited")
    refusal.status = 429
    refusal.headers["Retry-After"] = str(max(1, math.ceil(seconds)))
    return refusal
