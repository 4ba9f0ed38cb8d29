"""From what an audience may see to the message of one slot."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.commands.base import LONGEST, Spelling
from bot.commands.nothing import claims
from bot.commands.numbers import capital
from bot.commands.telling import as_of, claim, rests_on, sources_action, withdrawn
from bot.content.dates import MONTHS
from bot.content.model import LABELS, Snippet, rank
from bot.content.seen import Basis, Seen, SeenBriefing, basis
from bot.content.view import View
from bot.digest_settings import Digest
from bot.digests.choosing import Passage, choose
from bot.digests.choosing import Told as Told
from bot.digests.depends import briefing_key, snippet_key, snippet_of
from bot.digests.depends import may_still_be_told as may_still_be_told
from bot.message import Block, Claim, Entry, Heading, Message, Offer, Paragraph, Quiet, plain

_SLASH = Spelling()

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Composed:
    """The message of one slot of the digest `name`, and `late`, the same as it reads after its time.

    `items` are, for each Claim and Entry of the message in its order, the keys it depends on, `always` those that
    every part of it depends on (see `bot.digests.depends`). It is `empty` where there is nothing to tell.
    """

    name: str
    message: Message
    late: Message
    items: tuple[tuple[str, ...], ...] = ()
    always: tuple[str, ...] = ()
    empty: bool = False

    @property
    def snippets(self) -> tuple[str, ...]:
        """The snippets in it, each once, as `Told` counts them."""
        found = (snippet_of(key) for keys in self.items for key in keys)
        return tuple(dict.fromkeys(name for name in found if name))


def compose(
    name: str,
    digest: Digest,
    view: View,
    slot: str,
    due: datetime,
    zone: tzinfo,
    told: Told,
    now: datetime,
    typed: Spelling = _SLASH,
    offers: tuple[Offer, ...] = (),
) -> Composed:
    """Compose what the digest tells at this slot, which is due at `due`; `zone` is the schedule's."""
    passages = choose(digest, view, told)
    about = _day(_wall(slot, due, zone))
    message = Message(digest.title, about=about, label=LABELS[0], stamp=view.stamp, offers=offers)
    if not passages:
        line = Paragraph(plain(_nothing(digest, told, zone)))
        message = replace(message, blocks=(line,))
        return Composed(name, message, late(message, due, zone, now), empty=True)
    briefings = _briefings(passages, view)
    alone = briefings[0] if len(briefings) == 1 else None
    drawn = list(_blocks(passages, alone, _since(told, zone), typed))
    message = replace(
        message,
        blocks=tuple(block for block, _ in drawn),
        closing=_closing(passages) if alone else (),
        footer=(*as_of(_basis(passages)), *_share(passages, briefings, typed)),
        actions=(sources_action(alone.head if alone else None),),
        label=max((briefing.head.sharing for briefing in briefings), key=rank),
    )
    items = tuple(keys for _, keys in drawn if keys)
    always = tuple(briefing_key(briefing.head.id) for briefing in briefings)
    return Composed(name, message, late(message, due, zone, now), items, always)


def late(message: Message, due: datetime, zone: tzinfo, now: datetime) -> Message:
    """The message as it reads after its time: with the time it was due, and the day where that is another."""
    at = due.astimezone(zone)
    same = at.date() == now.astimezone(zone).date()
    line = f"Delayed from {at:%H:%M}." if same else f"Delayed from {_day(at)}, {at:%H:%M}."
    return replace(message, notices=(line, *message.notices))


def depends(composed: Composed, first: int, last: int) -> tuple[str, ...]:
    """The keys of a part that shows the claims and entries from `first` to `last`, counted from 1; 0 for none."""
    shown = (key for keys in composed.items[max(first - 1, 0) : last] for key in keys)
    return tuple(dict.fromkeys((*composed.always, *shown)))


Drawn = tuple[Block, tuple[str, ...]]
"""A block, and what it depends on beside the briefings; only claims and entries depend on something."""


def _blocks(passages: Sequence[Passage], alone: SeenBriefing | None, since: str, typed: Spelling) -> Iterator[Drawn]:
    if alone and passages[0].change:
        yield Heading(alone.head.title), ()
    for passage in passages:
        yield Heading(f"{capital(passage.change)} since {since}" if passage.change else passage.title), ()
        if passage.lead:
            yield Paragraph(plain(passage.lead)), ()
        for seen in passage.claims:
            yield _told(seen, name_briefing=bool(passage.change) and not alone), (snippet_key(seen),)
        if passage.briefing and not passage.claims:
            head = passage.briefing.head
            size = f"{claims(len(passage.briefing.snippets))}."
            where = () if alone else (typed("briefing", head.id[:LONGEST]),)
            yield Entry("", size, quiet=where), (briefing_key(head.id),)
        if not alone and not passage.change:
            yield from ((Quiet(line), ()) for line in _closing((passage,)))


def _told(seen: Seen[Snippet], *, name_briefing: bool) -> Claim:
    told = withdrawn(seen) if seen.item.state == "withdrawn" else claim(seen)
    return replace(told, attribution=(*told.attribution, seen.briefing.title)) if name_briefing else told


def _closing(passages: Sequence[Passage]) -> tuple[str, ...]:
    """What these claims rest on, then the editors' closing words."""
    return (*rests_on(_basis(passages)), *(passage.closing for passage in passages if passage.closing))


def _basis(passages: Iterable[Passage]) -> Basis:
    """What the claims rest on; what was withdrawn rests on nothing."""
    return basis(seen for passage in passages for seen in passage.claims if seen.item.state != "withdrawn")


def _briefings(passages: Iterable[Passage], view: View) -> list[SeenBriefing]:
    """The briefings told of, in the order of their first telling."""
    found: dict[str, SeenBriefing] = {}
    for passage in passages:
        names = [passage.briefing.head.id] if passage.briefing else [seen.briefing.id for seen in passage.claims]
        found |= {name: view.by_id[name] for name in names if name not in found}
    return list(found.values())


def _share(passages: Iterable[Passage], briefings: Sequence[SeenBriefing], typed: Spelling) -> tuple[str, ...]:
    """How much of all there is this is, and where the rest can be read."""
    live = {seen.key for passage in passages for seen in passage.claims if seen.item.state != "withdrawn"}
    total = sum(len(briefing.snippets) for briefing in briefings)
    if len(live) == total:
        return (claims(total),) if total else ()
    whole = typed("briefing", briefings[0].head.id[:LONGEST] if len(briefings) == 1 else "")
    return (*((f"{len(live):,} of {claims(total)}",) if live else ()), f"{whole} for all")


def _nothing(digest: Digest, told: Told, zone: tzinfo) -> str:
    if told.since is None:
        return "There is nothing to tell yet."
    if digest.show == "new":
        return f"Nothing new since {_since(told, zone)}."
    return "There is nothing to tell at the moment."


def _since(told: Told, zone: tzinfo) -> str:
    """The last slot in words, `Monday, 16 November, 08:00`; empty on the first."""
    if told.since is None:
        return ""
    at = _wall(told.since_slot, told.since, zone)
    return f"{_day(at)}, {at:%H:%M}"


def _wall(slot: str, at: datetime, zone: tzinfo) -> datetime:
    """The minute that a slot's name says; where it says none, as it was asked for by hand, what the clock showed."""
    try:
        return datetime.fromisoformat(slot)
    except ValueError:
        return at.astimezone(zone)


def _day(at: datetime) -> str:
    """`Tuesday, 17 November`."""
    return f"{WEEKDAYS[at.weekday()]}, {at.day} {MONTHS[at.month - 1]}"
