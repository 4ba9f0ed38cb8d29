"""Words of config.yaml that are more than text: times, days, crons, holidays, zones, places, ids."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from cronsim import CronSim, CronSimError

from bot.content.closed import Meanings
from bot.content.counting import how_many
from bot.content.suggest import closest, did_you_mean

Show = Annotated[
    Literal["rotate", "new", "headline", "all"],
    Meanings(
        {
            "rotate": "some snippets in turn, none twice before all were told once",
            "new": "what is new, changed, corrected or withdrawn since the slot before",
            "headline": "the `digest` block of each briefing",
            "all": "every snippet",
        }
    ),
]
WhenEmpty = Annotated[
    Literal["skip", "post"], Meanings({"skip": "nothing is posted", "post": "one line says that there is nothing"})
]
CatchUp = Annotated[
    Literal["latest", "all", "none"],
    Meanings(
        {
            "latest": "the last slot that is not too late is sent",
            "all": "every slot that is not too late is sent",
            "none": "what was missed stays so",
        }
    ),
]
Corrections = Annotated[
    Literal["edit", "reply", "off"],
    Meanings(
        {
            "edit": "the message is edited, with the note and the time",
            "reply": "a notice is posted under it",
            "off": "it stays as it was, unless it was erased or may not be seen any more",
        }
    ),
]
SlackMode = Annotated[
    Literal["socket", "http"],
    Meanings({"socket": "the bot calls Slack, and no address is needed", "http": "Slack calls the bot"}),
]
Links = Annotated[
    Literal["off", "weekly"],
    Meanings({"off": "none is looked at", "weekly": "each is looked at once a week"}),
]

_PLACE = re.compile(r"desk:[a-z0-9-]{1,32}|discord:\d{15,20}|slack:[CGD][A-Z0-9]{6,20}")
_IDS = {
    "discord": "write the channel's id, not its name: turn on developer mode in Discord, right-click, Copy Channel ID",
    "slack": "write the channel's id, not its name: click the name in Slack, About, Channel ID",
    "desk": "write desk: and a name of small letters, digits and hyphens, such as desk:newsroom",
}
_DAYS = "mon|tue|wed|thu|fri|sat|sun"
_SPAN = rf"(?:{_DAYS})(?:-(?:{_DAYS}))?"
DAYS = rf"^(?:daily|{_SPAN}(?:,\s*{_SPAN})*)$"
_ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIVE = "write five: minute, hour, day of the month, month, day of the week"
_FIELDS = {
    "minute": "a minute is 0 to 59, */15 or *",
    "hour": "an hour is 0 to 23, */2 or *",
    "day of the month": "a day of the month is 1 to 31, L for the last, or *",
    "month": "a month is 1 to 12, JAN to DEC, or *",
    "day of the week": "a day of the week is 0 (Sunday) to 6, MON to SUN, MON-FRI, or *",
}
_SOME_DAY = datetime(2024, 1, 1)  # noqa: DTZ001 only its words are shown
"""A cron is tried from here; cronsim looks ahead for fifty years."""


def time_of_day(value: str) -> str:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", value)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(f'"{value}" is not a time of day', 'write it as "08:00"')
    return f"{int(found[1]):02}:{found[2]}"


def days(value: str) -> str:
    if not re.fullmatch(DAYS, value):
        raise ValueError(f'"{value}" names no days', 'write mon-fri, "sat,sun" or daily')
    return value


def cron_fields(value: str) -> str:
    fields = value.split()
    if value.startswith("@"):
        meant = _ALIASES.get(value.strip().lower())
        raise ValueError(f'"{value}" is no cron of five fields', f'write "{meant}"' if meant else _FIVE)
    if len(fields) == 6:
        mend = f'write "{" ".join(fields[1:])}", without seconds'
        raise ValueError(f'"{value}" has six fields, and a digest is due at a minute', mend)
    if len(fields) != 5:
        raise ValueError(f'"{value}" has {how_many(len(fields), "field")}, not five', _FIVE)
    for name, field in zip(_FIELDS, fields, strict=True):
        if _refused(" ".join(field if other == name else "*" for other in _FIELDS)):
            raise ValueError(f'"{value}" is no cron: its {name} is wrong', _FIELDS[name])
    if _refused(value):
        raise ValueError(f'"{value}" never comes', "name a day that some month of it has")
    return " ".join(fields)


def _refused(value: str) -> bool:
    try:
        next(CronSim(value, _SOME_DAY))
    except (CronSimError, StopIteration):
        return True
    return False


def day(value: Any) -> Any:
    """A whole day, `2026-12-25`."""
    text = value if isinstance(value, str) else ""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    turned = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    better = f'write "{turned[3]}-{int(turned[2]):02}-{int(turned[1]):02}"' if turned else "write it as 2026-12-25"
    raise ValueError(f'"{value}" is no day', better)


def country(value: str) -> str:
    """A country whose public holidays are known, or a part of one: `DE`, `DE-BE`."""
    from holidays import list_supported_countries  # a tenth of a second, for nothing where no digest asks

    known = list_supported_countries()
    code = value.partition("-")[0]
    if code not in known:
        told = f'"{value}" is no country whose holidays are known'
        raise ValueError(told, _country_meant(value) or "write its code, such as DE, DE-BE or US")
    if value not in (code, *(parts := [f"{code}-{one}" for one in known[code]])):
        mend = did_you_mean(value, parts) or f'write "{code}" for all of it'
        raise ValueError(f'"{value}" is no part of {code} whose holidays are known', mend)
    return value


def _country_meant(value: str) -> str | None:
    from holidays import list_supported_countries
    from holidays.registry import COUNTRIES

    names = {name.replace("_", " "): codes[1] for name, codes in COUNTRIES.items()}
    if name := closest(value, names, near=80):
        return f'did you mean "{names[name]}"?'
    known = list_supported_countries(include_aliases=False)
    return did_you_mean(value, [*known, *(f"{code}-{part}" for code, parts in known.items() for part in parts)])


def time_zone(value: str) -> str:
    known = available_timezones()
    if value not in known:
        raise ValueError(f'"{value}" is not a time zone', did_you_mean(value, known) or "write it as Europe/Berlin")
    return value


def duration(value: Any) -> Any:
    found = re.fullmatch(r"(\d{1,4})(s|m|h|d)", value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'"{value}" is not a length of time', "write it as 30m, 6h or 2d")
    if not int(found[1]):
        raise ValueError(f'"{value}" is no time at all', "write it as 30m, 6h or 2d")
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[found[2]]
    return timedelta(**{unit: int(found[1])})


def place_id(value: str) -> str:
    if _PLACE.fullmatch(value):
        return value
    guess = re.fullmatch(r"(desk|discord|slack)\W+([\w-]+)", value)
    meant = f"{guess[1]}:{guess[2]}" if guess else ""
    if _PLACE.fullmatch(meant):
        mend = f'write "{meant}"'
    else:
        named = re.match(r"(desk|discord|slack)\b", value)
        mend = _IDS[named[1]] if named else "write desk:NAME, discord:CHANNEL_ID or slack:CHANNEL_ID"
    raise ValueError(f'"{value}" is no place', mend)


def origin(value: str) -> str:
    found = re.match(r"https?://[^/?#]+", value)
    if not found or value not in (found[0], f"{found[0]}/"):
        mend = f'write "{found[0]}"' if found else None
        raise ValueError(f'"{value}" holds more than a scheme and a host', mend)
    return found[0]


def discord_id(value: str) -> str:
    if not re.fullmatch(r"\d{15,20}", value):
        raise ValueError(f'"{value}" is no id', "turn on developer mode in Discord, right-click, and copy the id")
    return value


def slack_user(value: str) -> str:
    if not re.fullmatch(r"[UW][A-Z0-9]{6,20}", value):
        raise ValueError(f'"{value}" is no id of a person', "open the profile in Slack, and copy the member ID")
    return value


def command_prefix(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{0,12}", value):
        better = re.sub(r"[^a-z0-9-]", "", value.lower())[:12]
        told = "small letters, digits and hyphens, at most 12"
        raise ValueError(f'"{value}" cannot stand before a command: {told}', f'write "{better}"' if better else None)
    return value


def all_or_ids(value: Any) -> Any:
    return () if value == "all" else value


def days_or_country(value: Any, as_days: Callable[[Any], Any]) -> Any:
    """One text is a country, and everything else is a list of days."""
    if isinstance(value, str) and value[:1].isdigit():
        raise ValueError(f'"{value}" is no list of days', f'write "[{value}]"')
    return country(value) if isinstance(value, str) else as_days(value)
