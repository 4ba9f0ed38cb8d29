"""Digests, slots and deliveries in words, for people. All of it is pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from bot.commands.numbers import capital, count
from bot.content.dates import MONTHS
from bot.digests.compose import WEEKDAYS
from bot.store.rows import AttemptRow, DeliveryRow, Kind, Occurrence, State
from bot.store.slots import NOW

STATES: Mapping[State, str] = {
    "pending": "waits for its turn",
    "retry": "is tried again",
    "sending": "is being sent",
    "unknown": "is looked for, because nobody knows whether it arrived",
    "sent": "sent",
    "held": "held: an operator decides",
    "failed": "not sent",
    "expired": "not sent any more",
    "skipped": "skipped",
}

KINDS: Mapping[Kind, str] = {
    "post": "a post",
    "edit": "an edit",
    "reply": "a notice under it",
    "delete": "its deletion",
}
"""What a delivery does at its place."""

WITNESSES = {
    "answer": "the platform said so",
    "repeat": "the platform said so when it was sent once more",
    "history": "it was found there",
    "operator": "an operator said so",
}
"""How a delivery is known to be sent."""


def there_are(digests: Collection[str]) -> str:
    """The digests there are, as a sentence."""
    return f"There are: {', '.join(sorted(digests))}." if digests else "There are none: see digests in config.yaml."


def not_there(briefings: Sequence[str]) -> str:
    """That briefings which a digest names are not there, as a sentence."""
    names = " or ".join(f'"{one}"' for one in briefings)
    return f"config.yaml has it tell of briefings that are not there: none has the id {names}."


def slot_said(slot: str, due: datetime, zone: tzinfo, here: tzinfo | None = None) -> str:
    """A slot as people say it: `Tuesday, 17 November, 08:00`, or when somebody asked for it.

    `zone` is the digest's own, `here` the reader's where that is another.
    """
    theirs, ours = due.astimezone(zone), due.astimezone(here or zone)
    if slot.startswith(NOW):
        return f"asked for {day_and_time(ours)}"
    if theirs.utcoffset() != ours.utcoffset():
        return day_and_time(ours)
    return day_and_time(datetime.fromisoformat(slot[:16]))


def day_and_time(at: datetime) -> str:
    """`Tuesday, 17 November, 08:00`."""
    return f"{WEEKDAYS[at.weekday()]}, {at.day} {MONTHS[at.month - 1]}, {at:%H:%M}"


def last_said(
    occurrence: Occurrence | None, rows: Sequence[DeliveryRow], zone: tzinfo, here: tzinfo | None = None
) -> str:
    """What became of a slot, as one sentence; empty where there was none. The zones are those of `slot_said`."""
    if occurrence is None:
        return ""
    slot = slot_said(occurrence.slot, occurrence.due_at, zone, here)
    if occurrence.state == "planned":
        return f"{capital(slot)}: being prepared"
    if occurrence.state == "retracted":
        return f"{capital(slot)}: {', '.join((occurrence.reason, *_put_right(rows)))}"
    if occurrence.state != "frozen":
        return f"{capital(slot)}: not sent, {occurrence.reason}"
    return f"{capital(slot)}: {outcome_said(rows)}"


def outcome_said(rows: Sequence[DeliveryRow]) -> str:
    """`sent to 2 of 3 channels, 1 held, corrected in 2`."""
    states: dict[tuple[str, str], set[State]] = {}
    for row in rows:
        if row.revision:
            continue
        states.setdefault((row.platform, row.channel), set()).add(row.state)
    worst = [next(state for state in _WORST if state in found) for found in states.values()]
    if not worst:
        return "not for this channel"
    sent = worst.count("sent")
    said = [
        f"sent to {sent} of {count(len(worst), 'channel')}"
        if sent < len(worst)
        else f"sent to {count(sent, 'channel')}"
    ]
    said += [f"{worst.count(state)} {_SHORT[state]}" for state in _WORST if state != "sent" and state in worst]
    return ", ".join((*said, *_put_right(rows)))


def _put_right(rows: Iterable[DeliveryRow]) -> list[str]:
    """In how many channels something was corrected, taken back, or is still to be."""
    done: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        if row.revision:
            word = _DONE[row.kind] if row.state == "sent" else _SHORT_OF_CORRECTIONS.get(row.state)
            done.setdefault(word or "", set()).add((row.platform, row.channel))
    return [f"{word} in {count(len(done[word]), 'channel')}" for word in _WORDS if word in done]


_DONE: Mapping[Kind, str] = {"post": "", "edit": "corrected", "reply": "corrected", "delete": "deleted"}
_SHORT_OF_CORRECTIONS: Mapping[State, str] = {
    "held": "a correction held",
    "failed": "a correction failed",
    "unknown": "a correction under way",
    "sending": "a correction under way",
    "retry": "a correction under way",
    "pending": "a correction under way",
}
_WORDS = ("corrected", "deleted", "a correction held", "a correction failed", "a correction under way")


_WORST: tuple[State, ...] = (
    "held", "failed", "unknown", "sending", "retry", "pending", "expired", "sent", "skipped",
)  # fmt: skip
_SHORT: Mapping[State, str] = {
    "held": "held",
    "failed": "failed",
    "unknown": "in doubt",
    "sending": "under way",
    "retry": "tried again",
    "pending": "waiting",
    "expired": "expired",
    "skipped": "with nothing new",
}


def steps_said(row: DeliveryRow, steps: Iterable[AttemptRow], zone: tzinfo, link: str) -> str:
    """What was tried with one delivery, stage by stage, on one line."""
    part = [f"correction {row.revision}, {KINDS[row.kind]}"] if row.revision else []
    part += [f"part {row.part + 1} of {row.parts}"] if row.parts > 1 else []
    told = list(dict.fromkeys(_step(step, zone) for step in steps))
    if row.state == "sent":
        end = [WITNESSES.get(row.witness, ""), link]
    else:
        known = any(row.why in one for one in told)
        if row.state == "retry":
            told.append(f"not before {row.not_before.astimezone(zone):%H:%M:%S}")
        end = [STATES[row.state] if not told or row.state == "held" else "", "" if known else row.why]
    return " · ".join(filter(None, (*part, *told, *end)))


def _step(step: AttemptRow, zone: tzinfo) -> str:
    at = f"{step.at.astimezone(zone):%H:%M:%S}"
    if step.state == "sending":
        return f"claimed {at}"
    return f"{_SHORT.get(step.state, step.state)} {at}" + (f": {step.why}" if step.why else "")
