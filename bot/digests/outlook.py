"""Schedules as they are shown: the slots to come, and who ordered what for which channel. All of it is pure."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from bot.digests.rota import DISABLED, PAUSED, Rota, Scheduled
from bot.digests.schedule import Slot, When, next_slot, rhythm, when_of
from bot.platforms.desk.digests_shown import SlotShown, SubscriptionShown
from bot.settings import Config

NEXT = 3
"""Slots to come that are shown of each schedule."""

_SHIFTS = {
    "gap": "the clocks skip that minute, so it runs right after",
    "fold": "the clocks show it twice: it runs once",
}
_RESTS = {DISABLED: "disabled", PAUSED: "paused"}


def coming(one: Scheduled, zone: str, now: datetime) -> tuple[SlotShown, ...]:
    """The next slots, none where the schedule rests."""
    return () if one.rests else tuple(map(_shown, islice(_slots(when_of(one.digest, zone), now), NEXT)))


def _slots(when: When, now: datetime) -> Iterable[Slot]:
    at = now
    while slot := next_slot(when, at):
        yield slot
        at = slot.at


def _shown(slot: Slot) -> SlotShown:
    return SlotShown(slot.name, slot.at, _SHIFTS.get(slot.shift, ""))


def rhythm_said(one: Scheduled, zone: str) -> str:
    """When it is due, or that it is not: `07:30, every day, Asia/Seoul, paused`."""
    said = rhythm(one.digest, zone)
    return f"{said}, {_RESTS.get(one.rests, one.rests)}" if one.rests else said


def subscriptions(name: str, rota: Rota, config: Config, now: datetime) -> tuple[SubscriptionShown, ...]:
    """The subscriptions to a digest, in the order in which they were made."""
    ordered = ((one, one.subscription) for one in rota.values() if one.of == name)
    return tuple(
        SubscriptionShown(
            one.name,
            named(known.place, config),
            rhythm_said(one, config.timezone),
            known.by,
            known.since,
            ZoneInfo(when_of(one.digest, config.timezone).zone),
            coming(one, config.timezone, now),
        )
        for one, known in ordered
        if known
    )


def named(at: str, config: Config) -> str:
    """A channel by its name, or its place where it has none."""
    return next((name for name, one in config.channels.items() if one.at == at), at)
