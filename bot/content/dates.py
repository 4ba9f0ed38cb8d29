"""Dates as editors know them: a year, a month, a day or an instant."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
"""The ends of the calendar."""

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?)?)?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """`2024`, `2024-11`, `2024-11-11`, or a date-time; one without a zone is read in the configured zone."""

    year: int
    month: int | None = None
    day: int | None = None
    time: datetime | None = None

    def starts(self, zone: tzinfo) -> datetime:
        """The first instant it covers, in UTC."""
        if self.time:
            return _utc(self.time if self.time.tzinfo else self.time.replace(tzinfo=zone))
        return _utc(datetime(self.year, self.month or 1, self.day or 1, tzinfo=zone))

    def ends(self, zone: tzinfo) -> datetime:
        """The first instant after it, in UTC; the end of year 9999 is its last instant."""
        if self.time:
            return self.starts(zone)
        last = date(self.year, self.month or 1, self.day) if self.day else _last_day(self.year, self.month or 12)
        return _midnight_after(last, zone)

    def __str__(self) -> str:
        """Written for readers: `11 November 2024`, `November 2024`, `2024`."""
        if self.month is None:
            return str(self.year)
        month = f"{MONTHS[self.month - 1]} {self.year}"
        if self.day is None:
            return month
        return f"{self.day} {month}" + (f", {self.time:%H:%M %Z}".rstrip() if self.time else "")

    @property
    def order(self) -> tuple[int, int, int, str]:
        """Sorts earlier dates first, without asking for a zone."""
        return (self.year, self.month or 0, self.day or 0, f"{self.time:%H:%M:%S}" if self.time else "")


def read_date(text: str) -> PartialDate:
    """Read a date in one of the four forms; raises ValueError with a sentence for the editor."""
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(f'"{text}" is not a date')
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        if day is None:
            date(int(year), int(month or 1), 1)
            return PartialDate(int(year), int(month) if month else None)
        date(int(year), int(month), int(day))
        if hour is None:
            return PartialDate(int(year), int(month), int(day))
        time = datetime.fromisoformat(f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone or ''}")
    except ValueError as wrong:
        raise ValueError(f'"{text}" is not in the calendar') from wrong
    return PartialDate(int(year), int(month), int(day), time)


def _last_day(year: int, month: int) -> date:
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)


def _midnight_after(day: date, zone: tzinfo) -> datetime:
    if day == date.max:
        return LAST
    return _utc(datetime.combine(day + timedelta(days=1), datetime.min.time(), zone))


def _utc(instant: datetime) -> datetime:
    """In UTC, because times of one zone are compared by their clocks, which go back once a year."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return FIRST if instant.year == 1 else LAST


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """A time of today in that zone, or a date and a time: `08:15`, `11 November 2024, 08:15`."""
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    return clock if local.date() == now.astimezone(zone).date() else f"{written(local.date())}, {clock}"


def written(day: date) -> str:
    """`11 November 2024`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
