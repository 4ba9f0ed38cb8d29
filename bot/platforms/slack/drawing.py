"""An answer as Slack's JSON, in each form in which it is sent."""

import json
from dataclasses import dataclass

from bot.message import Message
from bot.platforms.base import Frozen
from bot.platforms.slack.render import render
from bot.platforms.slack.said import Said, private


@dataclass(frozen=True, slots=True)
class Drawing:
    """An answer drawn: as it is posted, as it is said privately, and that as the JSON of an ack."""

    frozen: Frozen
    said: Said
    ack: str


def drawing(message: Message, page: int) -> Drawing:
    """One page of a message, drawn."""
    frozen = render(message, page)
    said = private(frozen)
    return Drawing(frozen, said, json.dumps(said))
