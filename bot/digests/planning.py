"""Which slots have fallen due, and which of them are not sent, and why. All of it is pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.commands.numbers import count
from bot.digest_settings import LOOKED_AGAIN, Digest
from bot.digests.rota import MARK
from bot.digests.schedule import Slot, When, follows_elapsed, local_minute, next_slot, slots, when_of
from bot.digests.sending import LATE
from bot.store.rows import Planned, Schedule

RESTED = "its digest was disabled, or not in config.yaml, when it was due"
PAUSED = "it was paused, or its digest was disabled or not in config.yaml, when it was due"
"""The same of what a channel ordered for itself."""

LONGEST = timedelta(days=400)
"""How far back a schedule is caught up with at most, after a very long pause."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written down: how far a schedule is planned now, and its slots that fell due."""

    schedule: Schedule
    due: tuple[Planned, ...]


def plan(name: str, digest: Digest, zone: str, before: Schedule | None, now: datetime) -> Plan:
    """Plan one digest up to `now`. One seen for the first time starts then, and so does one that rested.

    What was due while it rested is written down as skipped, so that no slot is without a row.
    """
    when = when_of(digest, zone)
    if before is None or before.starts_at > now:
        return Plan(begun(name, when, now), ())
    if not before.active:
        told = PAUSED if MARK in name else RESTED
        due = (Planned(name, slot.name, slot.at, told) for slot in _fallen(when, before, now))
        return Plan(begun(name, when, now), tuple(due))
    return Plan(_through(before, when, now), tuple(_due(name, digest, when, before, now)))


def rested(digests: Mapping[str, Digest], known: Mapping[str, Schedule]) -> tuple[Schedule, ...]:
    """Schedules that rest from now on: their digest was disabled, or taken out."""
    enabled = {name for name, digest in digests.items() if digest.enabled}
    return tuple(replace(one, active=False) for name, one in known.items() if one.active and name not in enabled)


def passed_over(
    digests: Mapping[str, Digest], zone: str, known: Mapping[str, Schedule], now: datetime, why: str
) -> tuple[tuple[Schedule, ...], tuple[Planned, ...]]:
    """Plan all digests up to `now`, with nothing to be sent of what was due meanwhile, and why."""
    schedules, due = [], []
    for name, before in known.items():
        digest = digests.get(name)
        if digest is None or not digest.enabled or not before.active:
            continue  # what was due while it rests is written down when it begins again
        when = when_of(digest, zone)
        schedules.append(_through(before, when, now))
        for slot in _fallen(when, before, now):
            due.append(Planned(name, slot.name, slot.at, f"a day off: {slot.day_off}" if slot.day_off else why))
    return tuple(schedules), tuple(due)


def alarm_at(digests: Mapping[str, Digest], zone: str, now: datetime) -> datetime | None:
    """When the next slot of any schedule is due."""
    times = {when_of(digest, zone) for digest in digests.values() if digest.enabled}  # many channels order the same
    found = (next_slot(when, now) for when in times)
    return min((slot.at for slot in found if slot), default=None)


def begun(name: str, when: When, now: datetime) -> Schedule:
    """A schedule of which nothing is due before this moment."""
    return Schedule(name, True, when.zone, now, now, local_minute(when, now))


def _through(before: Schedule, when: When, now: datetime) -> Schedule:
    """The schedule as planned up to now. Its cursor stays where the local clock goes back an hour."""
    through = max(before.planned_through, now)
    cursor = local_minute(when, through)
    if before.zone == when.zone:
        cursor = max(cursor, before.cursor)
    if local_minute(when, through) == local_minute(when, before.planned_through) and before.zone == when.zone:
        return before  # nothing falls between two instants of one minute, so nothing is written for them
    return replace(before, zone=when.zone, planned_through=through, cursor=cursor)


def _due(name: str, digest: Digest, when: When, before: Schedule, now: datetime) -> Iterator[Planned]:
    fallen = list(_fallen(when, before, now))
    told = [_reason(slot, digest, now) for slot in fallen]
    timely = [at for at, reason in enumerate(told) if not reason]
    if digest.catch_up == "latest":
        for at in timely[:-1]:
            told[at] = "a later slot was due as well when the bot came to it"
    for slot, reason in zip(fallen, told, strict=True):
        yield Planned(name, slot.name, slot.at, reason)


def _fallen(when: When, before: Schedule, now: datetime) -> Sequence[Slot]:
    """Slots that are due and not planned yet.

    Those of a fixed time are known by their local minute, so that moving them with an update of the zones neither
    adds nor drops one; those that follow elapsed time by their instant.
    """
    if follows_elapsed(when):
        return slots(when, max(before.planned_through, now - LONGEST), now)
    cursor = before.cursor if before.zone == when.zone else local_minute(when, before.planned_through)
    since = max(before.planned_through - LOOKED_AGAIN, before.starts_at, now - LONGEST)
    return [slot for slot in slots(when, since, now) if slot.name > cursor]


def _reason(slot: Slot, digest: Digest, now: datetime) -> str:
    late = now - slot.at
    if slot.day_off:
        return f"a day off: {slot.day_off}"
    if late > digest.max_late:
        return f"the bot came to it {_length(late)} late, more than {_length(digest.max_late)}"
    if digest.catch_up == "none" and late > LATE:
        return f"the bot came to it {_length(late)} late, and nothing is caught up"
    return ""


def _length(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes >= 48 * 60:
        return count(minutes // 1440, "day")
    return count(minutes // 60, "hour") if minutes >= 120 else count(minutes, "minute")
