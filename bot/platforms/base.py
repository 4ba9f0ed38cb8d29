"""The port: what every platform is to the rest of the bot, and what it may ask of it."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from bot.commands.base import Ask, Command, Place, Reply, Suggestion
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
    shown, also where a later one was asked for; `more` tells that another follows. `first` and `last` count the
    claims and entries on it from 1 over the whole message, and are 0 where it has none.
    """

    body: JSON
    measures: tuple[Measure, ...]
    pictures: tuple[Picture, ...] = ()
    page: int = 0
    more: bool = False
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A post with that key is there."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Absent:
    """All that was posted since then was read, and there is none with that key."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell; `why` is a plain sentence for the operator. Where it is `lasting`, waiting does not help."""

    why: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """How a platform, or the bot at one place of it, is; `detail` is a plain phrase for the operator.

    `since` is when that began, where it matters and is known.
    """

    state: Literal["on", "off", "trouble"]
    detail: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """The bot was put out of channels, or is let in where `why` is empty; where none is named, it is all of them."""

    platform: str
    channels: frozenset[str] | None
    why: str = ""


Moved = Callable[[Move], object]
"""Told by a platform when it hears of a move; it returns at once. A platform need not hear of all of them."""


def unheard(_: Move) -> None:
    """Where nobody wants to know of moves."""


class Answers(Protocol):
    """What a chat platform may ask of the bot. Each may raise Refused, with a sentence for the one who asked."""

    async def answer(self, ask: Ask) -> Reply: ...

    async def suggest(self, ask: Ask, most: int) -> Sequence[Suggestion]:
        """Texts for the command that begin like the ask's text, from what is seen at that place."""
        ...

    async def share(self, ask: Ask) -> Reply:
        """The answer as it may be posted at that place, once for each inbound id; naming who shares it.

        The platform has made sure that the person may write there. Refused also where the page is stale.
        """
        ...

    async def report(self, ask: Ask, words: str, link: str = "") -> str:
        """Take a reader's report about an answer, once for each inbound id; what to say to them.

        `link` leads to the message the report is about, where it has an address.
        """
        ...


class Notes(Protocol):
    """A few words a platform remembers across restarts, by name. Both may raise StoreError."""

    async def noted(self, name: str) -> str | None: ...

    async def note(self, name: str, value: str) -> None: ...


class Platform(Protocol):
    """A chat platform: it hears, answers, and posts under a key.

    `standing` is how it is, as far as it knows without asking. A post repeated with its key inside
    `repost_within` is harmless, also where it is carried out as late as any request may be. `post`, `edit` and
    `delete` raise Refused where it is final, Later where nothing was done yet, and PostError where nobody knows; all
    of them may be called before `run` is.
    """

    name: str
    repost_within: timedelta

    @property
    def standing(self) -> Health: ...

    async def run(self, answers: Answers) -> None:
        """Stay connected until cancelled; what cannot be mended by waiting is told in `standing`, and ends it."""
        ...

    async def offer(self, commands: Sequence[Command]) -> None:
        """Show these commands to people."""
        ...

    async def post(self, place: Place, post: Frozen, key: str, under: str | None = None) -> str:
        """Post, with the key as its witness, and return the message's id; `under` is a message to thread it to."""
        ...

    async def find(self, place: Place, key: str, since: datetime, under: str | None = None) -> Found | Absent | Unknown:
        """Look for a post with this key among all that was posted at the place, or under that message, since then."""
        ...

    async def strange(self, place: Place) -> bool:
        """Whether people of another house may read along there; true where nobody can tell."""
        ...

    def link(self, place: Place, message_id: str) -> str:
        """Where people open a post of ours; empty where nobody can tell without asking."""
        ...

    async def edit(self, place: Place, message_id: str, post: Frozen) -> None: ...

    async def delete(self, place: Place, message_id: str) -> None:
        """Delete a message of ours; one that is gone already is deleted."""
        ...

    async def health(self, place: Place | None = None) -> Health:
        """How the platform is now, or whether the bot may do all it does at that place."""
        ...

    async def close(self) -> None: ...


def key_of(*parts: str) -> str:
    """The name of one post everywhere: 22 characters, which fits Discord's nonce of 25."""
    digest = hashlib.blake2b("|".join(("v1", *parts)).encode(), digest_size=16).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
