"""Dates as people write them elsewhere, and the dates of a briefing that they may stand for."""

import re
from calendar import monthrange
from datetime import date

from bot.content.dates import MONTHS, read_date
from bot.content.mends_characters import plain

FORMS = "a date is 2024, 2024-11, 2024-11-11 or 2024-11-11T08:00"

_GERMAN = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
           "Dezember")  # fmt: skip
_MONTHS = {
    **{name.lower(): at for at, name in enumerate(MONTHS, 1)},
    **{name.lower(): at for at, name in enumerate(_GERMAN, 1)},
    **{name[:3].lower(): at for names in (MONTHS, _GERMAN) for at, name in enumerate(names, 1)},
    "jänner": 1,
    "maerz": 3,
    "mrz": 3,
    "sept": 9,
}
_BESIDE = frozenset(("of", "the", "on", "den", "der", "am", "im", "in", "st", "nd", "rd", "th"))
_ZONES = {
    **dict.fromkeys(("Z", "UTC", "GMT", "WET"), "Z"),
    **dict.fromkeys(("CET", "MEZ", "BST", "WEST"), "+01:00"),
    **dict.fromkeys(("CEST", "MESZ", "EET"), "+02:00"),
    **dict.fromkeys(("EEST", "MSK"), "+03:00"),
    **dict.fromkeys(("JST", "KST"), "+09:00"),
    "EDT": "-04:00",
    "EST": "-05:00",
    "CDT": "-05:00",
    "MDT": "-06:00",
    "PDT": "-07:00",
    "PST": "-08:00",
}
"""Zones that mean one thing; CST and IST do not."""

_TIME = re.compile(
    r"(?P<day>.*?)(?:T|,?\s+(?:at\s+|um\s+)?)"
    r"(?:(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::\d{2})?|(?P<full>\d{1,2})(?=\s*(?:[ap]\.?m|uhr)))"
    r"\s*(?P<half>[ap])?(?:\.?m\.?)?\s*(?:uhr|hrs?)?\s*(?P<zone>[A-Z]{1,4}|[+-]\d{1,2}:?\d{2})?",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"(?P<year>\d{4})[-/ ]*Q(?P<number>[1-4])|Q(?P<before>[1-4])[-/ ]*(?P<after>\d{4})", re.IGNORECASE
)
_EDGE = re.compile(r"(end|late|ende|early|start|beginning|anfang)(?: of)? (\d{4})", re.IGNORECASE)
_WEEK = re.compile(r"(?P<year>\d{4})[-/ ]*(?:W|KW|week)[- ]*(?P<number>\d{1,2})", re.IGNORECASE)


def meant_dates(given: str) -> tuple[str, ...]:
    """What a date of another form may mean, most likely first: none, one, or two where nobody can know."""
    text = plain(given).strip()[:60]
    time = ""
    if (found := _TIME.fullmatch(text)) and (clock := _clock(found)):
        text, time = found["day"].strip(), clock
    whole = (*_of_numbers(text), *_of_names(text))
    return tuple(dict.fromkeys(iso for one in whole if _reads(iso := one + (time if len(one) == 10 else ""))))


def mend_date(given: str) -> str:
    """What to write in place of a date that cannot be read."""
    if spans := _span(given):
        return spans
    found = meant_dates(given)
    if len(found) == 2:
        return f'write "{found[0]}" for {read_date(found[0])}, or "{found[1]}" for {read_date(found[1])}'
    if found:
        return f'write "{found[0]}"' + ("" if given[:4] == found[0][:4] else ", year first")
    return _last_of_month(given) or FORMS


def _span(given: str) -> str | None:
    """A quarter, a week, or the end of a year: no date, but a month or a day of it is."""
    if found := _QUARTER.fullmatch(given.strip()):
        year, number = found["year"] or found["after"], int(found["number"] or found["before"])
        return f'write "{year}-{number * 3 - 2:02}" for its first month, or "{year}-{number * 3:02}" for its last'
    if found := _EDGE.fullmatch(given.strip()):
        month = "12" if found[1].lower() in ("end", "late", "ende") else "01"
        return f'write "{found[2]}-{month}"'
    if found := _WEEK.fullmatch(given.strip()):
        try:
            first, last = (date.fromisocalendar(int(found["year"]), int(found["number"]), day) for day in (1, 7))
        except ValueError:
            return None
        return f'write "{first}" for its Monday, or "{last}" for its Sunday'
    return None


def _last_of_month(given: str) -> str | None:
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", given)
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) == 0 or int(found[3]) < 29:
        return None
    last = monthrange(int(found[1]), int(found[2]))[1]
    return f'write "{given[:7]}-{last}": {MONTHS[int(found[2]) - 1]} {int(found[1])} has {last} days'


def _clock(found: re.Match[str]) -> str | None:
    hour, half = int(found["hour"] or found["full"]), (found["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    given = (found["zone"] or "").upper()
    zone = _ZONES.get(given) if given.isalpha() else _offset(given)
    return f"T{hour:02}:{found['minute'] or '00'}{zone}" if zone is not None else None


def _offset(given: str) -> str:
    found = re.fullmatch(r"([+-])(\d{1,2}):?(\d{2})", given)
    return f"{found[1]}{int(found[2]):02}:{found[3]}" if found else ""


def _of_numbers(text: str) -> tuple[str, ...]:
    if found := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return (_iso(*found.groups()),)
    if found := re.fullmatch(r"(\d{4})[-/. ]+(\d{1,2})[-/. ]+(\d{1,2})\.?", text):
        year, month, day = found.groups()
        return _first_that_reads(_iso(year, month, day), _iso(year, day, month))
    if found := re.fullmatch(r"(\d{4})[-/. ]+(\d{1,2})", text):
        return (f"{found[1]}-{int(found[2]):02}",)
    if found := re.fullmatch(r"(\d{1,2})[-/. ]+(\d{4})", text):
        return (f"{found[2]}-{int(found[1]):02}",)
    found = re.fullmatch(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})", text)
    if not found:
        return ()
    year = _year(found[4])
    both = (_iso(year, found[3], found[1]), _iso(year, found[1], found[3]))
    return _first_that_reads(*both) if found[2] == "." else both


def _first_that_reads(*isos: str) -> tuple[str, ...]:
    return next(((iso,) for iso in isos if _reads(iso)), ())


def _of_names(text: str) -> tuple[str, ...]:
    """`11 November 2024`, `Nov. 11th, 2024`, `11. November 2024`, `November 2024`."""
    words = [word for word in re.findall(r"[^\W\d_]+|\d+", text.lower()) if word not in _BESIDE]
    months = [_MONTHS[word] for word in words if word in _MONTHS]
    numbers = [word for word in words if word.isdecimal()]
    if len(months) != 1 or len(words) != len(numbers) + 1:
        return ()
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) < 3]
    if not years and len(days) == 2:
        years = [_year(days.pop())]
    if len(years) != 1 or len(days) > 1:
        return ()
    return (_iso(years[0], str(months[0]), days[0]),) if days else (f"{years[0]}-{months[0]:02}",)


def _year(given: str) -> str:
    return given if len(given) == 4 else f"{'20' if int(given) < 70 else '19'}{given:>02}"


def _iso(year: str | None, month: str | None, day: str | None) -> str:
    return f"{year}-{int(month or 0):02}-{int(day or 0):02}"


def _reads(iso: str) -> bool:
    try:
        read_date(iso)
    except ValueError:
        return False
    return True
