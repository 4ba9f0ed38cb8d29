"""Rate limits as Discord tells them: a bucket for each route and its channel, guild or webhook, and one for all."""

import hashlib
import math
import re
import time
from dataclasses import dataclass, field

from tests.servers.discord.world import Settings

_MAJOR = re.compile(r"/(channels|guilds|webhooks)/(\d+)(?:/([^/@]{20,}))?")


@dataclass
class _Window:
    began: float = 0.0
    used: int = 0


@dataclass(frozen=True)
class Spent:
    """What a request's headers tell, and how long to wait where it was one too many."""

    headers: dict[str, str]
    wait: float


@dataclass
class Limits:
    """The counters of all buckets."""

    settings: Settings
    _buckets: dict[tuple[str, str], _Window] = field(default_factory=dict)
    _all: _Window = field(default_factory=_Window)

    def spend(self, method: str, path: str) -> Spent:
        """Count one request against its bucket."""
        found = _MAJOR.search(path)
        route = re.sub(r"/\d+(?=/|$)", "/-", path)
        if path.startswith(("/interactions/", "/webhooks/")):
            route = re.sub(r"/-/[^/]+", "/-/-", route)
        name = hashlib.blake2b(f"{method} {route}".encode(), digest_size=16).hexdigest()
        window = self._buckets.setdefault((name, found[0] if found else ""), _Window())
        most, seconds = self.settings.bucket
        now = time.monotonic()
        if now - window.began >= seconds:
            window.began, window.used = now, 0
        window.used += 1
        left = max(0.0, seconds - (now - window.began))
        headers = {
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(max(0, most - window.used)),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": name,
        }
        return Spent(headers, left if window.used > most else 0.0)

    def spend_globally(self) -> float:
        """Count one request against the limit for all; the seconds to wait where it was one too many."""
        now = time.monotonic()
        if now - self._all.began >= 1:
            self._all.began, self._all.used = now, 0
        self._all.used += 1
        return 1 - (now - self._all.began) if self._all.used > self.settings.global_limit else 0.0


def too_many(wait: float, *, everywhere: bool, shared: bool = False) -> tuple[dict[str, object], dict[str, str]]:
    """The body and headers of a 429."""
    headers = {
        "Retry-After": str(math.ceil(wait)),
        "X-RateLimit-Scope": "global" if everywhere else "shared" if shared else "user",
    }
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    body: dict[str, object] = {
        "message": "You are being rate limited.",
        "retry_after": round(wait, 3),
        "global": everywhere,
    }
    return body, headers
