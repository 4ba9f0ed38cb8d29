"""What was heard before: platforms send again what they are not sure of."""

FOR = 600.0
MOST = 10_000


class Heard:
    """Ids heard in the last ten minutes, the newest ten thousand at most."""

    def __init__(self, seconds: float = FOR, most: int = MOST) -> None:
        self._seconds, self._most = seconds, most
        self._ids: dict[str, float] = {}

    def __contains__(self, one: str) -> bool:
        return one in self._ids

    def first(self, one: str, now: float) -> bool:
        """Whether this is the first time, and remember it."""
        if one in self._ids and now - self._ids[one] < self._seconds:
            return False
        self._ids.pop(one, None)
        self._ids[one] = now
        while self._ids and (len(self._ids) > self._most or now - next(iter(self._ids.values())) >= self._seconds):
            del self._ids[next(iter(self._ids))]
        return True
