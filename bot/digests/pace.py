"""How fast a lane may send: so many posts a second, and so many in one place."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.platforms.discord import limits as discord
from bot.platforms.slack import limits as slack

AHEAD = 2.0
"""Seconds: a claim takes no more than can start within them."""


AT_ONCE = 100
"""Posts that are under way together at most; with more, the libraries take longer for each."""

MOST = 3 * AT_ONCE
"""Deliveries that are in hand together at most: while some are sent, the next are claimed."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Posts a second at most: in all, and in one place; and the seconds from one edit or deletion to the next."""

    a_second: float
    a_place: float
    a_change: float = 0.0

    @property
    def most(self) -> int:
        """How many may be in hand together."""
        return max(1, min(int(self.a_second * AHEAD), MOST))


LIMITS: Mapping[str, Limit] = {
    "discord": Limit(discord.POSTS_A_SECOND, 1.0, discord.A_CHANGE),
    "slack": Limit(slack.POSTS_A_SECOND, slack.POSTS_A_PLACE, slack.A_CHANGE),
    "desk": Limit(1000.0, 1000.0),
}


class Turns:
    """Gives out turns to send, evenly; who takes one waits as long as it says."""

    def __init__(self, limit: Limit) -> None:
        self._step, self._place_step = 1 / limit.a_second, 1 / limit.a_place
        self._next = 0.0
        self._places: dict[str, float] = {}

    def wait(self, place: str, now: float) -> float:
        """Take a turn at a place: the seconds until it. `now` is a steady clock's."""
        if len(self._places) > 10_000:
            self._places = {name: free for name, free in self._places.items() if free > now}
        at = max(now, self._next, self._places.get(place, 0.0))
        self._next = max(now, self._next) + self._step
        self._places[place] = at + self._place_step
        return at - now


class Refusals:
    """Counts requests that a platform refused, and says how long to ask nothing.

    Discord bans an address for 10,000 of them in ten minutes (discord.com/developers/docs/topics/rate-limits
    #invalid-request-limit-aka-cloudflare-bans); we rest at a twentieth of that.
    """

    def __init__(self, most: int = 500, within: float = 600.0) -> None:
        self._most, self._within = most, within
        self._at: list[float] = []

    def add(self, now: float) -> None:
        self._at = [at for at in self._at if now - at < self._within]
        self._at.append(now)

    def rest(self, now: float) -> float:
        """Seconds until something may be asked again; 0 for now."""
        if len(self._at) < self._most:
            return 0.0
        return max(0.0, self._at[-self._most] + self._within - now)
