"""What the Digests page says of slots, deliveries and channels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.content.dates import MONTHS
from bot.platforms.desk.digests_shown import DeliveryShown, DigestShown, PlaceShown, SlotShown
from bot.platforms.desk.shelf_shown import mark
from bot.platforms.desk.wall import anchor

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STATES: Mapping[str, str] = {
    "pending": "waiting to be sent",
    "sending": "being sent",
    "unknown": "sent, but not confirmed: it is looked for",
    "retry": "will be tried again",
    "held": "held",
    "sent": "sent",
    "failed": "failed",
    "expired": "not sent",
    "skipped": "skipped",
}
KINDS: Mapping[str, str] = {"edit": "an edit", "reply": "a notice under it", "delete": "its deletion"}
"""What a correction does to what was posted."""

LIVE = frozenset(("pending", "sending", "unknown", "retry"))
"""States that soon become another; what they become is worth a word to somebody who does not see the page change."""


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One slot in words: the time in the desk's zone, and in the digest's own where clocks differ."""

    at: datetime
    words: str
    there: str
    note: str


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One digest as the page shows it; `anchor` is its id there, and `mark` changes with what is shown."""

    digest: DigestShown
    anchor: str
    mark: str
    slots: tuple[SlotLine, ...]


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One delivery in words: which digest, `where` it goes, how it stands, and whether that is `over`.

    `on_wall` leads to what was posted on the desk; `says` is for those who do not see the page change.
    """

    delivery: DeliveryShown
    anchor: str
    mark: str
    title: str
    by_hand: bool
    where: str
    state: str
    over: bool
    on_wall: str
    says: str


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One channel in words."""

    place: PlaceShown
    platform: str
    light: str
    shown_as: str


def digests(found: Sequence[DigestShown], zone: tzinfo, now: datetime) -> tuple[DigestLine, ...]:
    """The digests in their order; `zone` is that of the desk."""
    return tuple(
        DigestLine(
            one,
            f"digest-{mark(one.name)}",
            mark(one),
            tuple(slot(to_come, one.zone, zone, now) for to_come in one.next),
        )
        for one in found
    )


def slot(shown: SlotShown, zone: tzinfo, here: tzinfo, now: datetime) -> SlotLine:
    """`Wednesday 13 November, 07:00`, and `08:00 in Europe/Berlin` where the digest's clock shows another time."""
    theirs, ours = shown.at.astimezone(zone), shown.at.astimezone(here)
    same_clock, same_day = theirs.utcoffset() == ours.utcoffset(), theirs.date() == ours.date()
    local = f"{theirs:%H:%M}" if same_day else day_and_time(theirs, now)
    return SlotLine(
        ours, day_and_time(ours, now.astimezone(here)), "" if same_clock else f"{local} in {zone}", shown.note
    )


def day_and_time(at: datetime, now: datetime) -> str:
    """A day to come with its weekday, and with its year where that is another one."""
    year = "" if at.year == now.year else f" {at.year}"
    return f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]}{year}, {at:%H:%M}"


def deliveries(found: Sequence[DeliveryShown], titles: Mapping[str, str]) -> tuple[DeliveryLine, ...]:
    """The deliveries in their order; `titles` are those of the digests, by name."""
    named = ((one, one.digest.partition("@")[0]) for one in found)  # what a channel ordered is called `morning@7`
    return tuple(_delivery(one, titles.get(name, one.digest)) for one, name in named)


def _delivery(one: DeliveryShown, title: str) -> DeliveryLine:
    state = STATES.get(one.state, one.state)
    part = f", part {one.part} of {one.parts}" if one.parts > 1 else ""
    corrects = f", correction {one.revision}: {KINDS.get(one.kind, one.kind)}" if one.revision else ""
    where = f"{one.channel}, {platform(one.platform)}{part}{corrects}"
    says = "" if one.state in LIVE else f"{title}, {where}: {state}"
    return DeliveryLine(
        one,
        f"delivery-{mark(one.key)}",
        mark((one, title)),
        title,
        one.slot.startswith("now:"),
        where,
        state,
        one.state not in LIVE | {"held"},
        _on_wall(one),
        says,
    )


def _on_wall(one: DeliveryShown) -> str:
    """Where it stands on the wall: a correction where that stands which it corrects."""
    if one.platform != "desk" or one.state != "sent" or one.kind == "delete":
        return ""
    return one.link if one.kind == "edit" else f"/wall#{anchor(one.key)}"


def places(found: Sequence[PlaceShown], written: Callable[[datetime], str]) -> tuple[PlaceLine, ...]:
    """The channels in their order, each with its light; `written` says since when one is suspended."""
    return tuple(_place(one, written) for one in found)


def _place(one: PlaceShown, written: Callable[[datetime], str]) -> PlaceLine:
    if one.state == "ok":
        return PlaceLine(one, platform(one.platform), "●", "ok")
    since = f" since {written(one.since)}" if one.since else ""
    return PlaceLine(one, platform(one.platform), "▲", f"suspended{since}" + (f": {one.why}" if one.why else ""))


def platform(name: str) -> str:
    """A platform's name as people write it."""
    return name if name == "desk" else name.title()
