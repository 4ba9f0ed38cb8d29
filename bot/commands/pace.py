"""How fast one person may ask."""

from collections import OrderedDict
from datetime import datetime, timedelta


class Pace:
    """At most `most` asks of one person within any stretch of time as long as `within`.

    Who has been quiet for that long is forgotten, and of more than `people` the one who asked longest ago.
    """

    def __init__(self, most: int = 20, within: timedelta = timedelta(minutes=1), people: int = 10_000) -> None:
        self._most, self._within, self._people = most, within, people
        # When each of them asked, the oldest first; who asked last stands last.
        self._asked: OrderedDict[str, tuple[datetime, ...]] = OrderedDict()

    def __len__(self) -> int:
        """How many people are remembered."""
        return len(self._asked)

    def allow(self, who: str, now: datetime) -> timedelta | None:
        """None where they may ask now, and then it counts; else how long they have to wait."""
        self._forget(now)
        # A clock that was put back leaves times that are still to come; nobody waits for those.
        asked = tuple(at for at in self._asked.get(who, ()) if now - self._within < at <= now)
        if len(asked) >= self._most:
            return asked[0] + self._within - now
        self._asked[who] = (*asked, now)
        self._asked.move_to_end(who)
        if len(self._asked) > self._people:
            self._asked.popitem(last=False)
        return None

    def _forget(self, now: datetime) -> None:
        while self._asked:
            who, asked = next(iter(self._asked.items()))
            if now - self._within < asked[-1] <= now:
                return
            del self._asked[who]
