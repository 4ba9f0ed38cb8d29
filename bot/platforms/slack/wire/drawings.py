"""Answers as Slack's JSON, drawn once while many ask the same."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from bot.commands.base import Reply
from bot.message import Message
from bot.platforms.base import Frozen
from bot.platforms.slack.render import render
from bot.platforms.slack.said import Said, private

MOST, KEPT = 64, 60.0
"""How many drawings are kept, and for how many seconds: they hold on to the edition they were made from."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An answer drawn: as it is posted, as it is said privately, and that as the JSON of an ack."""

    frozen: Frozen
    said: Said
    ack: str


class Drawings:
    """Draws; two messages that are equal are drawn as one. `clock` are seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = 0.0
        self._kept: dict[tuple[Message, int], Drawing] = {}

    def draw(self, reply: Reply) -> Drawing:
        now = self._clock()
        if now - self._since > KEPT or len(self._kept) >= MOST:
            self._kept.clear()
            self._since = now
        try:
            found = self._kept.get((reply.message, reply.page))
        except TypeError:  # its blocks are a list
            return _drawn(reply)
        if found is None:
            found = self._kept[reply.message, reply.page] = _drawn(reply)
        return found


def _drawn(reply: Reply) -> Drawing:
    frozen = render(reply.message, reply.page)
    said = private(frozen)
    return Drawing(frozen, said, json.dumps(said))
