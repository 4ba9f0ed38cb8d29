"""Which messages to the admins are to be made, or to say something else, from now on. All of it is pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from bot.commands.base import Place
from bot.content.state import ShelfState
from bot.notices.aged import gathered
from bot.notices.broken import FEW, brief, ended, files_of, vanished
from bot.notices.things import Item, Kind, Notice, written
from bot.platforms.base import key_of
from bot.store.notice_rows import NoticeRow

MANY, VANISHED, CHANGED = "files with errors", "vanished", "changed"
"""Things of which there is one at a time."""

REOPENED = timedelta(minutes=10)
"""How soon after it was mended a file that has errors again goes on with its message: an editor is at work."""

GATHER, AT_MOST = timedelta(minutes=1), timedelta(minutes=10)
"""How soon one edit follows another so that both are told in one message, and how long that message can grow."""

LATEST = timedelta(days=1)
"""How old an edit may be that could not be told: nobody wants a week of them when the channel opens."""


@dataclass(frozen=True, slots=True)
class Known:
    """A message as it is kept."""

    row: NoticeRow
    notice: Notice


@dataclass(frozen=True, slots=True)
class Wish:
    """What a message is to say from now on; `before` is None for a new one, which is about a `thing`."""

    thing: str
    notice: Notice
    before: Known | None = None
    open: bool = True


def about(file: str) -> str:
    """The thing that one file has errors."""
    return f"broken {file}"


def broken_wishes(
    known: Sequence[Known], items: Mapping[str, Item], settled: Collection[str], state: ShelfState, now: datetime
) -> Iterator[Wish]:
    """What is told of files with errors; nothing of those that are not `settled`, for somebody is typing."""
    singles = {one.notice.items[0].file: one for one in known if one.row.open and one.row.thing.startswith("broken ")}
    many = next((one for one in known if one.row.open and one.row.thing == MANY), None)
    for file, one in singles.items():
        if file in settled:
            yield from _single(one, items.get(file), state)
    members = {one.file for one in many.notice.items} if many else set()
    fresh = [file for file in items if file in settled and file not in members and file not in singles]
    together = len(singles) + len(fresh) > FEW
    if not together:
        for file in fresh:
            again = _closed_lately(known, file, now)
            yield Wish(about(file), Notice("broken", (items[file],)), again)
    yield from _many(many, fresh if together else (), items, settled, state)


def _single(one: Known, item: Item | None, state: ShelfState) -> Iterator[Wish]:
    before = one.notice.items[0]
    if item is None:
        yield Wish(one.row.thing, Notice("broken", (ended(before, state),), over=True), one, open=False)
    elif item != before:
        yield Wish(one.row.thing, Notice("broken", (item,)), one)


def _many(
    many: Known | None,
    fresh: Iterable[str],
    items: Mapping[str, Item],
    settled: Collection[str],
    state: ShelfState,
) -> Iterator[Wish]:
    before = {one.file: one for one in many.notice.items} if many else {}
    still = {file: one for file, one in before.items() if file in items or file not in settled}
    now = {file: brief(items[file]) if file in items and file in settled else one for file, one in still.items()}
    now |= {file: brief(items[file]) for file in fresh}
    if many and not now:
        over = tuple(ended(one, state) for one in before.values())
        yield Wish(MANY, Notice("broken", over, over=True), many, open=False)
    elif now and now != before:
        yield Wish(MANY, Notice("broken", tuple(now[file] for file in sorted(now))), many)


def _closed_lately(known: Sequence[Known], file: str, now: datetime) -> Known | None:
    found = (one for one in known if one.row.thing == about(file) and now - one.row.changed_at < REOPENED)
    return next((one for one in found if one.row.state in ("sent", "sending", "unknown")), None)


def vanished_wish(known: Sequence[Known], state: ShelfState) -> Wish | None:
    """What is told of files that went together."""
    before = _open(known, VANISHED)
    notice = vanished(state, files_of(state), before.notice if before else None)
    if notice is None or (before and notice == before.notice):
        return None
    return Wish(VANISHED, notice, before, open=not notice.over)


def changed_wish(known: Sequence[Known], notice: Notice, now: datetime) -> Wish | None:
    """What is told of edits, where something is new; one that follows soon goes into the message before."""
    before = _open(known, CHANGED)
    if before is None:
        return Wish(CHANGED, notice) if notice.items else None
    return None if notice == before.notice else Wish(CHANGED, notice, before)


def thing_wish(known: Sequence[Known], kind: Kind, items: Iterable[Item], now: datetime, zone: tzinfo) -> Wish:
    """What is told of things that happened by themselves, all of one day in one message, or until it is posted."""
    gathers = (one for one in known if one.row.state in ("pending", "kept") or not _of_earlier(one.row, now, zone))
    before = _open(list(gathers), kind)
    return Wish(kind, gathered(kind, items, before.notice if before else None), before)


def closed(known: Sequence[Known], now: datetime, zone: tzinfo) -> Iterator[NoticeRow]:
    """Messages into which nothing more goes from now on; one that could not be posted yet goes on gathering."""
    for one in known:
        row = one.row
        if not row.open or one.notice.kind in ("broken", "vanished", "dead"):
            continue  # these are closed once they are over
        waits = row.state == "pending" and now - row.opened_at < LATEST
        if one.notice.kind == "changed":
            over = now - row.changed_at > GATHER or now - row.opened_at > AT_MOST
        else:
            waits = row.state == "pending"
            over = _of_earlier(row, now, zone)
        if over and not waits:
            yield replace(row, open=False)


def moved(known: Sequence[Known], place: Place | None) -> Iterator[NoticeRow]:
    """Messages that belong into another channel since the configuration changed: all that are not over."""
    for one in known:
        row = one.row
        waits = row.state in ("pending", "kept") or one.notice.kind in ("broken", "vanished")
        if row.open and waits and row.place != (str(place) if place else ""):
            yield _at(replace(row, told="", external_id="", tried_at=None, why=""), place)


def is_stale(one: Known, now: datetime) -> bool:
    """Whether a message that was never posted need not be any more."""
    if one.row.open or one.row.state != "pending" or one.row.tried_at:
        return False  # one that was posted and is told anew says what became of it
    return one.notice.over or (one.notice.kind == "changed" and now - one.row.opened_at > LATEST)


def told_anew(one: Known) -> tuple[NoticeRow, NoticeRow] | None:
    """A message that takes the place of one that cannot be edited, and what becomes of that one.

    None where there is no hurry: of a file that has errors it is told anew once it has none.
    """
    row = one.row
    if one.notice.kind in ("broken", "vanished") and not one.notice.over:
        return None
    fresh = replace(row, key=key_of("notice", row.key, "anew"), state="pending", told="", external_id="", why="")
    return fresh, replace(row, open=False, state="refused", why="it cannot be edited, and is told anew")


def row_of(wish: Wish, now: datetime, place: Place | None) -> NoticeRow:
    """The message as it is to be written down."""
    notice = written(wish.notice)
    if wish.before:
        return replace(wish.before.row, thing=wish.thing, open=wish.open, changed_at=now, notice=notice)
    key = key_of("notice", wish.thing, now.isoformat())
    return _at(NoticeRow(key, wish.thing, wish.open, now, now, notice), place)


def _at(row: NoticeRow, place: Place | None) -> NoticeRow:
    if place is None:
        return replace(row, platform="", channel="", state="kept")
    return replace(row, platform=place.platform, channel=place.channel, state="pending")


def _of_earlier(row: NoticeRow, now: datetime, zone: tzinfo) -> bool:
    """Whether it was begun on another day."""
    return row.opened_at.astimezone(zone).date() != now.astimezone(zone).date()


def _open(known: Sequence[Known], thing: str) -> Known | None:
    return next((one for one in known if one.row.open and one.row.thing == thing), None)
