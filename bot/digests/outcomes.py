"""What an answer of a platform means for a delivery, and what to do about one that is in doubt. All of it is pure."""

from dataclasses import dataclass, replace
from typing import Literal

from bot.digest_settings import DeliverySettings
from bot.errors import BriefingBotError, Gone, Later, NoAccess, NoPlace, Refused
from bot.platforms.base import Absent, Found, Unknown
from bot.store.rows import Kind, State

LONGEST_WAIT = 1800.0
"""Seconds after which a delivery is tried again at the latest."""

ACCESS_WAIT = 60.0
"""Seconds until a platform that refuses the bot itself is asked again."""

HOLD_AFTER = 3600.0
"""Seconds of doubt after which an operator is asked, where nobody could look for so long."""

GONE = "the message is gone"
"""Why nothing more is done to a post that somebody deleted."""

MARGIN = 10.0
"""Seconds by which a post is repeated before that stops being harmless."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery. `wait` seconds pass before it is touched again.

    `refused`: the platform refused the request as such, and counts that. `closed`: the place takes nothing.
    `busy`: the platform takes nothing from anybody at the moment. `instead`: what is done where it cannot be edited.
    """

    state: State
    why: str = ""
    wait: float = 0.0
    message_id: str = ""
    witness: Literal["", "answer", "repeat", "history", "operator"] = ""
    refused: bool = False
    closed: bool = False
    busy: bool = False
    instead: Kind | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A delivery that may have arrived. All lengths are in seconds by a clock that nobody can set, but for `age`.

    `ours`: this process sent it, and knows when. `since` passed since it was first sent, or since this process
    learnt of it, and `quiet` since it was last sent: a repeat may be under way as long as the first request. `age`
    passed since it was first tried, by the clocks on the wall, which may lie. `looked` tells that it was looked for,
    and not found, while a request could still be under way.
    """

    ours: bool
    since: float
    quiet: float
    age: float
    looked: bool = False


def answered(answer: str | Exception, attempts: int) -> Verdict:
    """What the answer to a first post means: a message's id, or what was raised."""
    match answer:
        case str():
            return Verdict("sent", message_id=answer, witness="answer")
        case Later():
            wait = max(answer.seconds, _growing(attempts))
            return Verdict("retry", _plain(answer), min(wait, LONGEST_WAIT), busy=True)
        case NoAccess():
            return Verdict("retry", _plain(answer), ACCESS_WAIT, refused=True, busy=True)
        case NoPlace():
            return Verdict("failed", _plain(answer), refused=True, closed=True)
        case Refused():
            return Verdict("failed", _plain(answer), refused=True)
        case BriefingBotError():
            return Verdict("unknown", _plain(answer))
    return Verdict("unknown", "a fault of the bot while it was sent; see the log")


def put_right(answer: str | Exception, kind: Kind, attempts: int, *, erases: bool = False) -> Verdict:
    """What the answer to an edit or a deletion means. What cannot be edited is deleted where a text must go from it."""
    match answer:
        case NoPlace() | NoAccess():
            return answered(answer, attempts)
        case Gone():
            return Verdict("skipped", GONE)
        case Refused() if kind == "edit":
            done = "it is deleted instead" if erases else "it is told under it instead"
            return Verdict("retry", f"{_plain(answer)}; {done}", refused=True, instead="delete" if erases else "reply")
    return answered(answer, attempts)


def again(answer: str | Exception, kind: Kind, attempts: int, *, erases: bool = False) -> Verdict:
    """What the answer to an edit or a deletion means that was made once more, because the first may be under way."""
    verdict = put_right(answer, kind, attempts, erases=erases)
    if verdict.state == "sent":
        return replace(verdict, witness="repeat")
    if verdict.instead or verdict.state in ("skipped", "failed"):
        return verdict
    wait = max(verdict.wait, _growing(attempts))
    return Verdict("unknown", verdict.why, wait, refused=verdict.refused, busy=verdict.busy)


def repeated(answer: str | Exception, attempts: int) -> Verdict:
    """What the answer to a repeated post means: nothing but a success ends the doubt about the first one."""
    if isinstance(answer, str):
        return Verdict("sent", message_id=answer, witness="repeat")
    verdict = answered(answer, attempts)
    return Verdict("unknown", verdict.why, max(verdict.wait, 1.0), refused=verdict.refused, busy=verdict.busy)


def next_step(doubt: Doubt, harmless: float, ghost: float) -> Literal["repeat", "look", "wait"]:
    """What to do about a doubt now, where repeating a post is `harmless` for so many seconds.

    After a restart it is looked for first, because the clock on the wall may have been put back meanwhile.
    """
    if doubt.ours and doubt.since < harmless - MARGIN:
        return "repeat"
    if doubt.quiet >= ghost:
        return "look"
    if doubt.ours or doubt.since >= ghost or not _fresh(doubt, harmless):
        return "wait"
    return "repeat" if doubt.looked else "look"


def looked(found: Found | Absent | Unknown, doubt: Doubt, ghost: float, looks: int) -> Verdict:
    """What a look means; that a post is absent counts only where the request can no longer be under way."""
    match found:
        case Found():
            return Verdict("sent", message_id=found.message_id, witness="history")
        case Absent() if doubt.quiet >= ghost:
            return Verdict("retry", "it was not there, so it is sent again")
        case Absent():
            return Verdict("unknown", "not there yet; looked for again when it can no longer be under way")
    if doubt.since >= ghost and (found.lasting or doubt.since >= HOLD_AFTER):
        return Verdict("held", found.why)
    return Verdict("unknown", found.why, _growing(looks) if doubt.since >= ghost else 0.0)


def _fresh(doubt: Doubt, harmless: float) -> bool:
    """Whether its first attempt is so young, if the clock was not put back, that repeating it is harmless."""
    return 0 <= doubt.age < harmless - MARGIN


def _growing(times: int) -> float:
    """Seconds that double with every time, up to a minute."""
    return min(2.0 ** min(times, 6), 60.0)


def _plain(error: BriefingBotError) -> str:
    return str(error).rstrip(".")


@dataclass(frozen=True, slots=True)
class Timings:
    """The lengths of delivery, in seconds."""

    lease: float
    ghost: float
    timeout: float


def timings(settings: DeliverySettings) -> Timings:
    return Timings(settings.lease.total_seconds(), settings.ghost.total_seconds(), settings.timeout.total_seconds())
