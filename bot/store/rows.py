"""What the ledger holds of digests, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["pending", "retry", "sending", "unknown", "sent", "held", "failed", "expired", "skipped"]
"""What became of a delivery so far."""

STATES: tuple[State, ...] = (
    "pending", "retry", "sending", "unknown", "sent", "held", "failed", "expired", "skipped",
)  # fmt: skip

Kind = Literal["post", "edit", "reply", "delete"]
"""What a delivery does at its place: post a part, or put right one that was posted."""

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
    state: Literal["planned", "frozen", "empty", "skipped", "retracted"]
    reason: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """How often a snippet was told, and in which occurrence last."""

    times: int
    last: int


@dataclass(frozen=True, slots=True)
class Page:
    """One part of a message as it is sent, also where it is sent late, and the keys of what it tells.

    In a revision `way` says what is done about what was posted, where that differs, and `notice` is what is said under
    it where it cannot be edited. The texts are empty where the part is deleted, or was erased since. A revision that
    `erases` a text must not leave the message as it is.
    """

    body: str
    late: str
    keys: tuple[str, ...]
    notice: str = ""
    way: Kind = "post"
    erases: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What one audience of a platform is told: its parts as JSON texts, and the snippets in all of them.

    `outline` is what the parts were drawn from, as JSON. Of a revision `snippets` are those that it corrects.
    """

    platform: str
    audience: str
    snippets: tuple[str, ...]
    parts: tuple[Page, ...]
    outline: str = ""


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
    kind: Kind = "post"
    revision: int = 0
    target: str | None = None
    """The message that is put right, which was posted at `posted_at`."""
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a claimed delivery; `witness` says how it is known to be sent.

    `instead`: it could not be edited, and becomes a notice under what was posted, or its deletion.
    """

    id: int
    fence: int
    state: State
    at: datetime
    why: str = ""
    not_before: datetime | None = None
    external_id: str = ""
    witness: str = ""
    instead: Kind | None = None


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
    revision: int = 0
    kind: Kind = "post"

    @property
    def place(self) -> str:
        """`discord:123`."""
        return f"{self.platform}:{self.channel}"


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest revision of what one audience of a platform was told; `over` where its slot was retracted."""

    id: int
    occurrence: int
    schedule: str
    slot: str
    due_at: datetime
    platform: str
    audience: str
    revision: int
    over: bool


@dataclass(frozen=True, slots=True)
class Corrected:
    """A snippet that was put right where it had been posted; `at` is when that was done there."""

    schedule: str
    slot: str
    due_at: datetime
    platform: str
    channel: str
    external_id: str
    at: datetime

    @property
    def place(self) -> str:
        """`discord:123`."""
        return f"{self.platform}:{self.channel}"


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
class Pinned:
    """A post on the desk: the JSON text of its body, in the channel of that name."""

    key: str
    channel: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """A digest that a channel ordered for itself.

    It comes at the local time `at` ("07:30") of `zone`, on the days `on` (`mon-fri`); where they are empty, at the
    times and on the days of the digest itself. `by` is the name of who ordered it, `since` when.
    """

    id: int
    digest: str
    platform: str
    account: str
    channel: str
    at: str
    on: str
    zone: str
    state: Literal["active", "paused"]
    by: str
    since: datetime

    @property
    def place(self) -> str:
        """`discord:123`."""
        return f"{self.platform}:{self.channel}"

    @property
    def schedule(self) -> str:
        """The name of its own schedule, `morning@7`: no digest of config.yaml can be called so."""
        return f"{self.digest}@{self.id}"
