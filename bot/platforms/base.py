"""The port: what every platform is to the rest of the bot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.message import Picture

JSON = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """How much of one limit a drawing uses, for people: `1,912 of 6,000 characters`."""

    used: int
    limit: int
    unit: str

    def __str__(self) -> str:
        return f"{self.used:,} of {self.limit:,} {self.unit}"


@dataclass(frozen=True, slots=True)
class Frozen:
    """One page of a message as one platform's JSON, exactly as it will be sent.

    `measures` say how much of the platform's limits it uses. `pictures` are still to be drawn, in the order
    of `body["attachments"]`, which exists only where there are any. `page` counts from 0 and is the page
    shown, also where a later one was asked for; `more` tells that another follows.
    """

    body: JSON
    measures: tuple[Measure, ...]
    pictures: tuple[Picture, ...] = ()
    page: int = 0
    more: bool = False
