"""What a later revision has to do where an earlier one was posted. All of it is pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from bot.store.rows import LIVE, Draft, Page

SUPERSEDED = "a later correction took its place"
RETRACTED = "it was retracted"
"""Why something that was to be sent is not."""

WAITING = ("pending", "retry")
"""States of what was not begun, or surely did nothing."""


@dataclass(frozen=True, slots=True)
class Revised:
    """The next revision of a message.

    `urgent` parts do not wait for more corrections to come; of `erased` ones no earlier text is kept.
    """

    draft: Draft
    urgent: frozenset[int] = frozenset()
    erased: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Pace:
    """How long corrections wait in case another follows, and the time between two of one platform."""

    rest: timedelta
    step: timedelta


class Row(Protocol):
    """A delivery of one part at one place."""

    @property
    def id(self) -> int: ...

    @property
    def revision(self) -> int: ...

    @property
    def kind(self) -> str: ...

    @property
    def state(self) -> str: ...

    @property
    def external_id(self) -> str: ...


R = TypeVar("R", bound=Row)


def waiting(rows: Sequence[R]) -> list[R]:
    """Corrections that were not begun; what has a message already was, and is taken back."""
    return [row for row in rows if row.revision > 0 and row.state in WAITING and not row.external_id]


def same(one: Page, other: Page) -> bool:
    """Whether two revisions tell the same in this part."""
    return one.keys == other.keys and (one.way == "delete") == (other.way == "delete")


def unsaid(rows: Sequence[R], texts: Mapping[int, Page], newest: int) -> list[R]:
    """Notices under a part that must not be read any more."""
    notices = (row for row in rows if row.kind == "reply" and row.state == "sent" and row.external_id)
    return [row for row in notices if texts[newest].way == "delete" or not texts[row.revision].notice]


def is_due(rows: Sequence[Row], texts: Mapping[int, Page], newest: int) -> bool:
    """Whether something has to be done so that the newest revision of a part stands at a place.

    `rows` are all deliveries of the part there, `texts` what each revision tells in it.
    """
    first, wanted = rows[0], texts[newest]
    if first.revision > 0 or first.state != "sent" or not first.external_id:
        return False
    gone = [row for row in rows if texts[row.revision].way == "delete" and row.state in ("sent", *LIVE)]
    if gone or any(row.revision == newest for row in rows):
        return False
    if any(row.revision > 0 and row.state == "skipped" for row in rows):
        return False  # somebody deleted it
    if any(same(texts[row.revision], wanted) for row in waiting(rows)):
        return False
    # What is under way may arrive, whatever else is there.
    begun = [row for row in rows if row.state in ("sending", "unknown")] or [row for row in rows if row.state == "sent"]
    return not same(texts[begun[-1].revision], wanted)
