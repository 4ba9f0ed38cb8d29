"""Why a digest did, or did not, arrive: its stages, one after the other. All of it is pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.commands.numbers import count
from bot.digest_settings import Digest
from bot.digests.schedule import Slot, next_slot, rhythm, when_of
from bot.digests.words import day_and_time, slot_said, steps_said
from bot.store.rows import AttemptRow, DeliveryRow, Occurrence
from bot.store.slots import NOW


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of one slot of a digest: what was written down, and what was tried.

    `digest` is None where there is no such schedule any more, and `gone` says why; `rests` says why one that is not
    enabled rests, `note` what else is wrong with it. `occurrence` is None where nothing was due yet. `deliveries` hold
    what was tried with each; `named` gives the name of a channel, `link` leads to what was posted there. `here` is the
    zone of who reads it, where that is not the digest's own.
    """

    name: str
    digest: Digest | None
    zone: str
    occurrence: Occurrence | None
    deliveries: Sequence[tuple[DeliveryRow, Sequence[AttemptRow]]]
    now: datetime
    named: Callable[[DeliveryRow], str]
    link: Callable[[DeliveryRow], str]
    rests: str = "disabled in config.yaml"
    gone: str = "taken out of config.yaml"
    note: str = ""
    here: tzinfo | None = None


def explain(case: Case) -> list[str]:
    """The stages, each a line: whether it is enabled, when it was due, what it held, what became of it where."""
    if case.digest is None and case.occurrence is None:
        return [f'There is no digest "{case.name}".']
    lines = [*_rhythm(case)]
    own = ZoneInfo(when_of(case.digest, case.zone).zone if case.digest else case.zone)
    zone = case.here or own
    if case.occurrence is None:
        return [*lines, "Nothing was due since the bot came to know it.", *_next(case, zone)]
    return [*lines, *_slot(case, case.occurrence, own), *_next(case, zone)]


def _rhythm(case: Case) -> list[str]:
    if case.digest is None:
        return [f"{case.name}: {case.gone}"]
    if not case.digest.enabled:
        return [f"{case.name}: {rhythm(case.digest, case.zone)}: {case.rests}, so nothing is due"]
    return [f"{case.name}: {rhythm(case.digest, case.zone)}", *([case.note] if case.note else ())]


def _slot(case: Case, occurrence: Occurrence, own: tzinfo) -> list[str]:
    zone = case.here or own
    due = occurrence.due_at.astimezone(zone)
    asked = f", by {occurrence.asked_by}" if occurrence.asked_by else ""
    head = f"{slot_said(occurrence.slot, occurrence.due_at, own, case.here)}{asked}: due {due:%H:%M:%S}"
    late = (occurrence.planned_at - occurrence.due_at).total_seconds()
    if late > 60 and not occurrence.slot.startswith(NOW):
        head += f", come to {occurrence.planned_at.astimezone(zone):%H:%M:%S}"
    if occurrence.state == "planned":
        return [f"{head} · being prepared"]
    if occurrence.state not in ("frozen", "retracted"):
        return [f"{head} · not sent: {occurrence.reason}"]
    assert occurrence.settled_at is not None
    places = len({(row.platform, row.channel) for row, _ in case.deliveries})
    settled = f"{occurrence.settled_at.astimezone(zone):%H:%M:%S}"
    if occurrence.state == "retracted":
        lines = [f"{head} · {occurrence.reason} {settled}"]
    else:
        lines = [f"{head} · frozen {settled} for {count(places, 'channel')}"]
    for row, steps in case.deliveries:
        lines.append(f"→ {case.named(row)}: {steps_said(row, steps, zone, case.link(row))}")
    return lines


def _next(case: Case, zone: tzinfo) -> list[str]:
    if case.digest is None or not case.digest.enabled:
        return []
    slot: Slot | None = next_slot(when_of(case.digest, case.zone), case.now)
    return [f"Not due again before {day_and_time(slot.at.astimezone(zone))}."] if slot else ["It is never due again."]
