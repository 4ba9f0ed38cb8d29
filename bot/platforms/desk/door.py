"""Who may come in: the one secret, how often it may be guessed, and sessions that end."""

import hashlib
import hmac
import ipaddress
import secrets
from collections import deque
from dataclasses import dataclass, field

from bot.platforms.desk.turns import Turn

HOURS = 12 * 3600
"""How long a session lives, in seconds."""

TURNS = 12
"""Questions and answers that a session remembers."""

SESSIONS = 100
"""Sessions at one time; the oldest gives way."""

WINDOW = 60.0
EACH = 5
ALL = 30
"""Wrong secrets in `WINDOW` seconds: from one address, and from everywhere together."""


@dataclass(slots=True)
class Session:
    """One person who came in, until `ends` (seconds of the desk's steady clock)."""

    csrf: str
    ends: float
    channel: str = ""
    count: int = 0
    turns: list[Turn] = field(default_factory=list)
    told: str = ""
    """What the last form came to, for the next page that is loaded."""

    def remember(self, turn: Turn) -> None:
        """Keep a turn, in the place of the one with its number where there is one."""
        for at, known in enumerate(self.turns):
            if known.number == turn.number:
                self.turns[at] = turn
                return
        self.count = max(self.count, turn.number)
        self.turns = [*self.turns, turn][-TURNS:]


class Throttle:
    """Counts wrong secrets over a sliding window."""

    def __init__(self, each: int = EACH, most: int = ALL, window: float = WINDOW) -> None:
        self._each, self._most, self._window = each, most, window
        self._wrong: deque[tuple[float, str]] = deque()

    def wait(self, address: str, tick: float) -> float:
        """Seconds until this address may try again; 0 when it may now."""
        while self._wrong and self._wrong[0][0] <= tick - self._window:
            self._wrong.popleft()
        own = [at for at, who in self._wrong if who == _network(address)]
        waits = [0.0]
        if len(own) >= self._each:
            waits.append(own[-self._each] + self._window - tick)
        if len(self._wrong) >= self._most:
            waits.append(self._wrong[-self._most][0] + self._window - tick)
        return max(waits)

    def wrong(self, address: str, tick: float) -> None:
        """Write down a wrong secret."""
        self._wrong.append((tick, _network(address)))


class Door:
    """Knows the secret and who is in."""

    def __init__(self, secret: str, throttle: Throttle | None = None) -> None:
        self._secret = _digest(secret)
        self._key = secrets.token_bytes(32)
        self._sessions: dict[str, Session] = {}
        self.throttle = throttle or Throttle()

    def opens(self, given: str) -> bool:
        """Whether this is the secret; takes as long for a wrong one."""
        return hmac.compare_digest(_digest(given), self._secret)

    def admit(self, tick: float) -> str:
        """Begin a session and return its id."""
        self._sessions = {key: known for key, known in self._sessions.items() if known.ends > tick}
        while len(self._sessions) >= SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        key = secrets.token_urlsafe(32)
        self._sessions[key] = Session(csrf=secrets.token_urlsafe(32), ends=tick + HOURS)
        return key

    def session(self, key: str, tick: float) -> Session | None:
        """The session with this id, while it lives."""
        known = self._sessions.get(key)
        return known if known and known.ends > tick else None

    def dismiss(self, key: str) -> None:
        """End a session."""
        if known := self._sessions.pop(key, None):
            known.ends = float("-inf")

    def knock(self) -> str:
        """A value for the cookie of somebody who is not in yet."""
        return secrets.token_urlsafe(16)

    def ticket(self, knock: str) -> str:
        """What the log-in form must bring along with that cookie."""
        return hmac.new(self._key, knock.encode(), hashlib.sha256).hexdigest()

    def fits(self, ticket: str, knock: str) -> bool:
        """Whether a log-in form came from the page that set the cookie."""
        return bool(knock) and same(ticket, self.ticket(knock))


def same(given: str, expected: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(_digest(given), _digest(expected))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _network(address: str) -> str:
    """One host of IPv4, one /64 of IPv6: what one person can call from at will."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
