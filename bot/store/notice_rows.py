"""Messages to the admins, as they are kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

NoticeState = Literal["pending", "sending", "unknown", "sent", "gone", "refused", "dropped", "kept"]
"""What became of a message: `kept` stands on the desk alone, `dropped` was over before it could be posted.

`gone` was deleted by somebody, and `refused` may not be changed any more.
"""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One message to the admins; `bot.store.notice_tables` says what each column holds."""

    key: str
    thing: str
    open: bool
    opened_at: datetime
    changed_at: datetime
    notice: str
    platform: str = ""
    channel: str = ""
    state: NoticeState = "pending"
    why: str = ""
    told: str = ""
    external_id: str = ""
    tried_at: datetime | None = None

    @property
    def place(self) -> str:
        """`discord:123`; empty where it stands on the desk alone."""
        return f"{self.platform}:{self.channel}" if self.platform else ""


@dataclass(frozen=True, slots=True)
class Noted:
    """What is written down together: messages, the keys of what they tell for good, and up to where edits are told."""

    rows: Sequence[NoticeRow] = ()
    things: Collection[str] = ()
    forget: Collection[str] = ()
    mark: str = ""
