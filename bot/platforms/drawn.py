"""Drawings kept for a moment: the same message, asked for again, is not drawn again."""

from collections.abc import Callable
from typing import Generic, TypeVar

from bot.message import Message

Drawing = TypeVar("Drawing")

KEPT_FOR = 60.0
MOST = 128


class Drawn(Generic[Drawing]):
    """Draws messages, and keeps each drawing for a minute.

    A message is known by being the very same, so whoever answers has to hand out the same one again. It is kept no
    longer, because what it was made of may be large and of yesterday.
    """

    def __init__(self, render: Callable[[Message, int], Drawing], seconds: float = KEPT_FOR, most: int = MOST) -> None:
        self._render, self._seconds, self._most = render, seconds, most
        self._kept: dict[tuple[int, int], tuple[float, Message, Drawing]] = {}

    def draw(self, message: Message, page: int, now: float) -> Drawing:
        """One page of a message, drawn before or now."""
        known = self._kept.get((id(message), page))
        if known is not None and now - known[0] < self._seconds:
            return known[2]
        drawn = self._render(message, page)
        self._kept.pop((id(message), page), None)
        self._kept[id(message), page] = (now, message, drawn)
        while len(self._kept) > self._most or now - next(iter(self._kept.values()))[0] >= self._seconds:
            del self._kept[next(iter(self._kept))]
        return drawn
