"""What the desk may ask about digests: what is due, what became of it, what stands on the wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal, Protocol

from bot.message import Message
from bot.platforms.base import Frozen

Verdict = Literal["sent", "again", "drop"]
"""What an operator decides about a held delivery: it arrived, send it again, it is not wanted any more."""


@dataclass(frozen=True, slots=True)
class SlotShown:
    """One slot to come: its `name` (the local minute, `2026-10-25T02:30`) and its instant.

    `note` says what is special about it (`gap: runs at 03:00`, `holiday: …`), or is empty.
    """

    name: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class SubscriptionShown:
    """A digest that a channel ordered for itself: `schedule` is its own, `channel` a name, or the place without one.

    `rhythm` says when it is due, or why it is not; `next` are the next slots, in the zone `zone`. `by` is the name of
    who ordered it, `since` when.
    """

    schedule: str
    channel: str
    rhythm: str
    by: str
    since: datetime
    zone: tzinfo = UTC
    next: tuple[SlotShown, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestShown:
    """One digest: `rhythm` as people say it (`08:00, Monday to Friday, Europe/Berlin`), in the zone `zone`.

    `channels` are names, `next` the next slots. `last` is a sentence about the last slot, empty before the first.
    `note` is a sentence about what is wrong with it, or empty.
    """

    name: str
    title: str
    rhythm: str
    enabled: bool
    channels: tuple[str, ...]
    zone: tzinfo
    next: tuple[SlotShown, ...] = ()
    last: str = ""
    subscriptions: tuple[SubscriptionShown, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryShown:
    """One delivery: `digest` is a name, `channel` one too, or the place where it has none, `part` counts from 1.

    `state` is pending, sending, unknown, retry, held, sent, failed, expired or skipped, and `since` when that
    began. `why` is a sentence or empty, `link` leads to the message or is empty. `kind` is post, or what a correction
    does to the post: edit, reply or delete; `revision` counts those, and is 0 for a post.
    """

    key: str
    digest: str
    slot: str
    due: datetime
    channel: str
    platform: str
    part: int
    parts: int
    state: str
    since: datetime
    why: str = ""
    link: str = ""
    kind: str = "post"
    revision: int = 0


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """Whether digests go to a channel at the moment; `why` is a sentence where they do not."""

    channel: str
    platform: str
    state: Literal["ok", "suspended"]
    why: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """What channels of one platform and one audience would be sent: the message, and its parts as they would leave."""

    channels: tuple[str, ...]
    platform: str
    audience: str
    message: Message
    parts: tuple[Frozen, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent if the digest were posted now; `stamp` changes when that does.

    It is `empty` where nothing in it is new; it has no pieces where nothing at all would be sent.
    """

    digest: str
    title: str
    slot: str
    pieces: tuple[Piece, ...]
    stamp: str
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """One post on the wall: the page `page` of a message, in the desk's channel of that name (`desk:NAME`)."""

    key: str
    channel: str
    at: datetime
    message: Message
    page: int = 0


@dataclass(frozen=True, slots=True)
class Pulse:
    """What open pages watch: `revision` differs when anything about digests, deliveries or posts changed."""

    revision: int = 0
    held: int = 0


class Digests(Protocol):
    """Digests and deliveries as the desk sees them. Each may raise StoreError; what raises Refused says so."""

    async def pulse(self) -> Pulse:
        """Cheap: asked for every few seconds while pages are open."""
        ...

    async def digests(self, here: tzinfo) -> Sequence[DigestShown]:
        """The digests of config.yaml, for readers whose clocks show the zone `here`."""
        ...

    async def deliveries(self, limit: int) -> Sequence[DeliveryShown]:
        """Those that are held or not at their end first, then the newest."""
        ...

    async def places(self) -> Sequence[PlaceShown]: ...

    async def why(self, digest: str, slot: str, channel: str, here: tzinfo) -> Sequence[str]:
        """What happened, stage by stage, each as a line in the zone `here`; Refused where nothing is known."""
        ...

    async def preview(self, digest: str) -> Preview:
        """What would be sent now; Refused with a sentence where there is no such digest."""
        ...

    async def send(self, digest: str, stamp: str, request: str) -> str:
        """Post it now, once for each `request`, and say so in a sentence.

        A request that was taken before gets its sentence again, whatever the stamp. Refused where the stamp is not
        that of what would be sent.
        """
        ...

    async def resolve(self, key: str, verdict: Verdict) -> str:
        """End a held delivery, and say so in a sentence; Refused where it is not held any more."""
        ...

    async def posts(self, channel: str | None, limit: int) -> Sequence[Post]:
        """What stands on the wall, in one channel of the desk or in all, newest first."""
        ...
