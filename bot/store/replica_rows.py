"""What the store holds of the processes that share it, as values."""

from dataclasses import dataclass
from datetime import datetime


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
