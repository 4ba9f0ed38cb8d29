"""Response URLs: where an answer may go after the ack, how often, and for how long."""

from collections.abc import Callable
from urllib.parse import urlsplit

USES, WITHIN = 5, 30 * 60.0
"""docs.slack.dev/interactivity/handling-user-interaction: five times within 30 minutes."""

MOST = 10_000

SLACK = frozenset(("hooks.slack.com", "hooks.slack-gov.com"))
"""Where Slack's own response URLs lead, also where the Web API is reached through a proxy's address."""


class ResponseUrls:
    """Counts the uses of each URL. `clock` are seconds; the URLs stay in memory, for half an hour."""

    def __init__(self, api: str, clock: Callable[[], float]) -> None:
        root = urlsplit(api)
        host = root.netloc.lower()
        self._roots = {(root.scheme, host), (root.scheme, f"hooks.{host}"), *(("https", slack) for slack in SLACK)}
        self._clock = clock
        self._known: dict[str, tuple[float, int]] = {}

    def heard(self, url: str) -> None:
        """Remember since when a URL is known: its half hour begins when Slack made it."""
        now = self._clock()
        for old, (since, _) in list(self._known.items())[:2]:  # oldest first; two go for each that comes
            if now - since > WITHIN or len(self._known) >= MOST:
                del self._known[old]
        self._known.setdefault(url, (now, 0))

    def doubt(self, url: str) -> str | None:
        """Why a URL is not to be used now; where there is nothing against it, that counts as one use."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return "it is no address"
        if (parts.scheme, parts.netloc.lower()) not in self._roots:
            return "it does not lead to Slack"
        since, uses = self._known.get(url, (float("-inf"), 0))
        if self._clock() - since > WITHIN:
            return "it is older than 30 minutes"
        if uses >= USES:
            return f"it was used {USES} times"
        self._known[url] = (since, uses + 1)
        return None
