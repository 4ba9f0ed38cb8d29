"""What the ledger holds of digests, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["pending", "retry", "sending", "unknown", "sent", "held", "failed", "expired", "skipped"]
"""What became of a delivery so far."""

STATES: tuple[State, ...] = (
    "pending", "retry", "sending", "unknown", "sent", "held", "failed", "expired", "skipped",
)  # fmt: skip

LIVE = frozenset(("pending", "retry", "sending", "unknown"))
"""States that the bot itself will change."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How far a digest of config.yaml is planned: to the instant `planned_through`, the local minute `cursor`."""

    name: str
    active: bool
    zone: str
    starts_at: datetime
    planned_through: datetime
    cursor: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A slot to be written down; with a reason it is skipped at once."""

    schedule: str
    slot: str
    due_at: datetime
    reason: str = ""
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A slot that was written down: planned, then frozen or skipped."""

    id: int
    schedule: str
    slot: str
    due_at: datetime
    planned_at: datetime
    asked_by: str
    state: Literal["planned", "frozen", "skipped"]
    reason: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """How often a snippet was told, and in which occurrence last."""

    times: int
    last: int


@dataclass(frozen=True, slots=True)
class Page:
    """One part of a message as it is sent, also where it is sent late, and the keys of what it tells."""

    body: str
    late: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What one audience of a platform is told: its parts as JSON texts, and the snippets in all of them."""

    platform: str
    audience: str
    snippets: tuple[str, ...]
    parts: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Addressed:
    """A delivery to be written down; `audience` names its draft. It is final at once where `state` says so."""

    platform: str
    channel: str
    audience: str
    part: int
    parts: int
    key: str
    state: State = "pending"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process has taken in order to make it, or to find out what became of it."""

    id: int
    key: str
    fence: int
    state: State
    schedule: str
    slot: str
    due_at: datetime
    platform: str
    account: str
    channel: str
    part: int
    message_id: int | None
    audience: str
    attempts: int
    first_attempt_at: datetime | None
    witness: str
    under: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a claimed delivery; `witness` says how it is known to be sent."""

    id: int
    fence: int
    state: State
    at: datetime
    why: str = ""
    not_before: datetime | None = None
    external_id: str = ""
    witness: str = ""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place that refuses the bot; `left_at` is since when the bot is not there any more, where that is known."""

    platform: str
    channel: str
    why: str
    since: datetime
    look_at: datetime
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as it is told of."""

    id: int
    key: str
    schedule: str
    slot: str
    due_at: datetime
    asked_by: str
    platform: str
    channel: str
    part: int
    parts: int
    state: State
    why: str
    attempts: int
    not_before: datetime
    changed_at: datetime
    external_id: str
    witness: str


@dataclass(frozen=True, slots=True)
class Beat:
    """Changes with everything that happens to digests; `held` counts what waits for an operator."""

    revision: int
    held: int


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One step of a delivery."""

    at: datetime
    state: State
    why: str


@dataclass(frozen=True, slots=True)
class Replica:
    """A process that shares the database; `files` as JSON with a print of each, `edition` is one print of them all."""

    id: str
    host: str
    version: str
    edition: str
    files: str
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """Who does something that one process alone may do, until when; the fence grows with every new owner."""

    name: str
    owner: str
    fence: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Pinned:
    """A post on the desk: the JSON text of its body, in the channel of that name."""

    key: str
    channel: str
    body: str
    at: datetime
