"""`simulate`: when digests are due, every slot of some days, with what the clocks and the holidays do to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from io import StringIO
from zoneinfo import ZoneInfo

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.config_words import day, time_zone
from bot.content.counting import how_many
from bot.content.dates import written
from bot.content.reports import one_line
from bot.digest_settings import Digest
from bot.digests.schedule import Slot, follows_elapsed, rhythm, slots, when_of
from bot.errors import Refused
from bot.settings import Settings

MONTH = timedelta(days=30)
LONGEST = 366
"""Days that are shown at most."""

MOST = 1000
"""Slots of one digest that are shown at most."""

NARROW = 76
"""Columns below which no table fits."""

FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that are shown, the last one included."""

    first: date
    last: date

    def __contains__(self, slot: Slot) -> bool:
        return self.first <= date.fromisoformat(slot.name[:10]) <= self.last


@dataclass(frozen=True, slots=True)
class Simulated:
    """One digest and its slots, by the clock of its own zone."""

    name: str
    digest: Digest
    rhythm: str
    zone: ZoneInfo
    slots: tuple[Slot, ...]
    elapsed: bool


def days(first: str | None, last: str | None, today: date) -> Days:
    """The span that was asked for, or 31 days from today; Refused where it makes no sense."""
    begin = _day("--from", first) if first else today
    end = _day("--to", last) if last else min(begin + MONTH, LAST)
    if end < begin:
        raise Refused(f"--to {end} is before --from {begin}. Name the earlier day first.")
    if (end - begin).days >= LONGEST:
        raise Refused(f"{begin} to {end} is more than {LONGEST} days. Ask for fewer.")
    return Days(begin, end)


def _day(option: str, text: str) -> date:
    try:
        found: date = day(text)
    except ValueError as wrong:
        raise Refused(f"{option} {wrong.args[0]} ({wrong.args[1]})") from wrong
    if not FIRST <= found <= LAST:
        raise Refused(f"{option} {found} is not between {FIRST.year} and {LAST.year}")
    return found


def reader_zone(name: str | None) -> ZoneInfo | None:
    """The zone of a reader; None for that of this machine."""
    if name is None:
        return None
    try:
        return ZoneInfo(time_zone(name))
    except ValueError as wrong:
        raise Refused(f"--reader {wrong.args[0]} ({wrong.args[1]})") from wrong


def simulate(settings: Settings, names: Sequence[str], span: Days) -> tuple[Simulated, ...]:
    """The slots of the digests that are named, or of all; Refused where there is none of that name."""
    known, home = settings.config.digests, settings.config.timezone
    for name in names:
        if name not in known:
            raise Refused(f'There is no digest "{name}" in config.yaml; there are {", ".join(known) or "none"}.')
    return tuple(_simulated(name, known[name], home, span) for name in dict.fromkeys(names or known))


def _simulated(name: str, digest: Digest, home: str, span: Days) -> Simulated:
    when = when_of(digest, home)
    # Two days more on both sides: the names decide, and no clock is further from UTC than that.
    after = datetime.combine(span.first, time(), UTC) - timedelta(days=2)
    until = datetime.combine(span.last, time(), UTC) + timedelta(days=3)
    found = tuple(slot for slot in slots(when, after, until) if slot in span)
    return Simulated(name, digest, rhythm(digest, home), ZoneInfo(when.zone), found, follows_elapsed(when))


def as_text(simulated: Iterable[Simulated], span: Days, reader: ZoneInfo | None, width: int, *, colour: bool) -> str:
    """All of it for a terminal: as tables, or where it is narrow line by line."""
    out = StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False, markup=False, emoji=False
    )
    for part in _parts([*simulated], span, reader, narrow=width < NARROW):
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def _parts(
    simulated: Sequence[Simulated], span: Days, reader: ZoneInfo | None, *, narrow: bool
) -> Iterator[RenderableType]:
    if not simulated:
        yield Text("There are no digests in config.yaml.")
        return
    whose = reader.key if reader else "that of this machine"
    yield Text(f"{written(span.first)} to {written(span.last)}. Reader time is {whose}.")
    for one in simulated:
        yield Text()
        yield Text(one_line(f"{one.name} · {one.digest.title}"), "bold")
        yield Text(one.rhythm)
        if not one.digest.enabled:
            yield Text("It rests (enabled: no): none of this is due.")
        rows = [_Row(one, slot, reader) for slot in one.slots[:MOST]]
        if rows:
            yield Text()
            yield from _stacked(rows) if narrow else (_table(rows),)
            yield Text()
        yield Text(_counted(one))


def _counted(one: Simulated) -> str:
    amount, off = len(one.slots), sum(bool(slot.day_off) for slot in one.slots)
    if not amount:
        return "It has no slot in these days."
    skipped = f", {off} skipped" if off else ""
    cut = f" The first {MOST:,} are shown: ask for fewer days." if amount > MOST else ""
    return f"{how_many(amount, 'slot')}{skipped}.{cut}"


@dataclass(frozen=True, slots=True)
class _Row:
    one: Simulated
    slot: Slot
    reader: tzinfo | None

    @property
    def style(self) -> str:
        return "dim" if self.slot.day_off else ""

    @property
    def channel(self) -> str:
        return f"{self._nominal:%a %Y-%m-%d %H:%M}"

    @property
    def utc(self) -> str:
        return self._clock(self.slot.at)

    @property
    def read(self) -> str:
        return self._clock(self.slot.at.astimezone(self.reader))

    @property
    def remark(self) -> str:
        """What becomes of the slot, where that is not plain."""
        slot, clock = self.slot, self.slot.name[11:16]
        if slot.day_off:
            return f"skipped: {slot.day_off}"
        if slot.shift == "gap":
            due = slot.at.astimezone(self.one.zone)
            other = "" if due.date() == self._nominal.date() else f" on {written(due.date())}"
            return f"the clocks skip {clock}: due at {due:%H:%M}{other}"
        if slot.shift == "fold":
            time = "second" if self._nominal.tzinfo else "first"
            return f"the clocks show {clock} twice: {'' if self.one.elapsed else 'due '}the {time} time"
        return ""

    @property
    def _nominal(self) -> datetime:
        return datetime.fromisoformat(self.slot.name)

    def _clock(self, local: datetime) -> str:
        return f"{local:%H:%M}" if local.date() == self._nominal.date() else f"{local:%a %H:%M}"


def _table(rows: Iterable[_Row]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("Channel", "UTC", "Reader"):
        table.add_column(name, no_wrap=True, justify="left" if name == "Channel" else "right")
    table.add_column("")
    for row in rows:
        table.add_row(row.channel, row.utc, row.read, Text(row.remark), style=row.style)
    return table


def _stacked(rows: Iterable[_Row]) -> Iterator[RenderableType]:
    for row in rows:
        yield Text(row.channel, row.style)
        for line in filter(None, (f"{row.utc} UTC, {row.read} for the reader", row.remark)):
            yield Padding(Text(line, row.style), (0, 0, 0, 2))
