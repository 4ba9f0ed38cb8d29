"""What the desk may ask of the bot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from bot.commands.base import Ask, Place, Reply, Suggestion
from bot.content.links import DeadLink
from bot.content.state import ShelfState
from bot.platforms.desk.digests_shown import Digests
from bot.platforms.desk.edits_shown import Editing


@dataclass(frozen=True, slots=True)
class Channel:
    """A configured channel: its name, its place, and its ceiling (a TLP label)."""

    name: str
    place: Place
    audience: str


@dataclass(frozen=True, slots=True)
class PlatformState:
    """How one platform is: `state` is `on`, `off` or `trouble`; `detail` is a short plain phrase."""

    name: str
    state: str
    detail: str


@dataclass(frozen=True, slots=True)
class ReplicaShown:
    """A process that shares the database: what it alone does, and what is odd about it. `here` is the one asked."""

    host: str
    version: str
    since: datetime
    does: tuple[str, ...]
    note: str = ""
    here: bool = False

    def __str__(self) -> str:
        told = ", ".join(self.does) or "answers"
        return f"{self.host}, version {self.version}: {told}" + (f". It {self.note}" if self.note else "")


@dataclass(frozen=True, slots=True)
class HouseState:
    """What the health page shows besides the shelf."""

    version: str
    started_at: datetime
    platforms: tuple[PlatformState, ...]
    store: str
    """`ok`, or one plain sentence of what is wrong with the database."""
    replicas: tuple[ReplicaShown, ...] = ()
    trouble: tuple[str, ...] = ()
    """What keeps the bot from being ready, a sentence for each part: `Discord: reconnecting: …`."""
    stopped: str = ""
    """Why the process is not alive, a sentence; empty where it is."""
    dead_links: tuple[DeadLink, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportShown:
    """What a reader reported: who and where as people read it, `about` as somebody would ask it, their `words`.

    `link` leads to the message, or is empty; `label` is the TLP label of what the report is about.
    """

    at: datetime
    who: str
    where: str
    about: str
    words: str
    link: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """What the admins were told: in which channel, since when as it is, and `state` in words; `link` leads to it."""

    at: datetime
    told: str
    where: str
    state: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class NoticesShown:
    """What the admins were told, newest first; `trouble` says why they are not, or not in their channel."""

    told: tuple[NoticeShown, ...] = ()
    trouble: str = ""


class House(Protocol):
    """The bot as the desk sees it."""

    async def answer(self, ask: Ask) -> Reply: ...

    async def complete(self, place: Place, typed: str) -> Sequence[Suggestion]:
        """Offer whole lines, at most 10, for that place's audience: `/impact` for `/im`, then `/impact lankov`."""
        ...

    def channels(self) -> Sequence[Channel]: ...

    @property
    def zone(self) -> tzinfo:
        """The time zone in which every page tells times, as config.yaml names it at this moment."""
        ...

    def shelf(self) -> ShelfState: ...

    def state(self) -> HouseState: ...

    @property
    def digests(self) -> Digests: ...

    @property
    def editing(self) -> Editing: ...

    async def reports(self) -> Sequence[ReportShown]:
        """The newest reports of readers, newest first."""
        ...

    async def notices(self) -> NoticesShown:
        """What the admins were told, newest first."""
        ...

    async def changed(self, revision: int) -> int:
        """Wait until the shelf's revision is above this one, and return it."""
        ...

    async def reload(self) -> None:
        """Read everything again, and let go of files that vanished."""
        ...
