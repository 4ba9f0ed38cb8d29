"""Messages that were just made: what many ask at once is made once."""

from collections.abc import Hashable
from datetime import datetime

from bot.content.view import View
from bot.message import Message


class Recent:
    """Keeps messages until the minute is over, in which nothing they tell of time changes; `most` at once.

    A message belongs to the view it was made from, the very object: another edition has another.
    """

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._minute: datetime | None = None
        self._made: dict[tuple[int, Hashable], tuple[View, Message]] = {}

    def __len__(self) -> int:
        return len(self._made)

    def get(self, view: View, asked: Hashable, now: datetime) -> Message | None:
        """The message that answered the same question from the same view in this minute."""
        if (minute := _minute(now)) != self._minute:
            self._made.clear()
            self._minute = minute
        found = self._made.get((id(view), asked))
        return found[1] if found else None

    def keep(self, view: View, asked: Hashable, message: Message, now: datetime) -> None:
        """Remember what was made of this moment; the view with it, so that no other object can take its place."""
        if _minute(now) != self._minute:
            return
        if len(self._made) >= self._most:
            self._made.clear()
        self._made[id(view), asked] = (view, message)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
