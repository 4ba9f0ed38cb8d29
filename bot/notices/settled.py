"""Which of several standings have been the same for a while: nobody is told of every keystroke."""

from collections.abc import Mapping


class Settled:
    """Since when each standing is as it is, in seconds of a clock that nobody can set."""

    def __init__(self, rest: float) -> None:
        self._rest = rest
        self._since: dict[str, tuple[object, float]] = {}

    def of(self, standings: Mapping[str, object], tick: float) -> frozenset[str]:
        """The names of those that have been as they are for long enough."""
        before = self._since
        self._since = {
            name: before[name] if name in before and before[name][0] == one else (one, tick)
            for name, one in standings.items()
        }
        return frozenset(name for name, (_, since) in self._since.items() if tick - since >= self._rest)
