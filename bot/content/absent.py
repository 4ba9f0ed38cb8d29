"""Files that are gone from the folder: which are let go, and which are held because it looks like an accident."""

from collections.abc import Iterable, Mapping

from bot.content.folder import Caution, Signature, missing
from bot.content.parse import Parsed
from bot.content.standing import Standing, moved, too_many


class Absent:
    """Since when which files are missing; `held` are those that stay until they come back or somebody confirms."""

    def __init__(self, caution: Caution) -> None:
        self.held: set[str] = set()
        self._caution = caution
        self._since: dict[str, float] = {}

    @property
    def counting(self) -> bool:
        """Whether a file may be let go soon."""
        return bool(self._since.keys() - self.held)

    def gone(
        self, standings: Mapping[str, Standing], seen: Mapping[str, Signature], fresh: Iterable[Parsed], now: float
    ) -> list[str]:
        """Files to let go: missing for long enough, or under another name now; none if too many are missing."""
        self._since = {name: self._since.get(name, now) for name in missing(standings, seen)}
        self.held &= self._since.keys()
        rested = {name for name, since in self._since.items() if now - since >= self._caution.still}
        renamed = [name for name in moved(self._since, standings, fresh) if name in rested]
        self.held.difference_update(renamed)
        rest = [name for name in self._since if name not in renamed]
        due = [name for name in rest if name not in self.held and now - self._since[name] >= self._caution.gone]
        if due and too_many(rest, standings, self._caution.most):
            self.held |= {name for name in rest if standings[name].served}
        return renamed + [name for name in due if name not in self.held]
