"""What the shelf wants remembered across restarts, and the little it needs from whoever remembers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Kept:
    """The last good text of one file; `file` is its path within the briefings folder, with forward slashes."""

    file: str
    text: str
    sha256: str
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One snippet as it was from `seen_at` (UTC) until its next version.

    `digest` is the hash of `body`; `body` is the snippet as JSON with sorted keys, or empty once it left its
    briefing. `label` is the TLP label the briefing had.
    """

    briefing: str
    snippet: str
    seen_at: datetime
    digest: str
    label: str
    body: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """Everything remembered: the last good file of each name, and all versions, oldest first."""

    kept: tuple[Kept, ...] = ()
    versions: tuple[Version, ...] = ()


class Memory(Protocol):
    """Remembers across restarts; raises StoreError where it cannot."""

    async def recall(self) -> Remembered: ...

    async def keep(self, kept: Sequence[Kept], versions: Sequence[Version]) -> None:
        """Replace the last good text of these files and add these versions, all or nothing."""
        ...

    async def forget(self, files: Sequence[str]) -> None:
        """Drop the last good text of these files; their versions stay."""
        ...
