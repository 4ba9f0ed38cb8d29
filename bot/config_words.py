"""Words of config.yaml that are more than text: times, days, zones, places, ids."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from bot.content.suggest import did_you_mean

_PLACE = re.compile(r"desk:[a-z0-9-]{1,32}|discord:\d{15,20}|slack:[CGD][A-Z0-9]{6,20}")
_IDS = {
    "discord": "write the channel's id, not its name: turn on developer mode in Discord, right-click, Copy Channel ID",
    "slack": "write the channel's id, not its name: click the name in Slack, About, Channel ID",
    "desk": "write desk: and a name of small letters, digits and hyphens, such as desk:newsroom",
}
_DAYS = "mon|tue|wed|thu|fri|sat|sun"


def time_of_day(value: str) -> str:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", value)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(f'"{value}" is not a time of day', 'write it as "08:00"')
    return f"{int(found[1]):02}:{found[2]}"


def days(value: str) -> str:
    part = rf"(?:{_DAYS})(?:-(?:{_DAYS}))?"
    if not re.fullmatch(rf"daily|{part}(?:,\s*{part})*", value):
        raise ValueError(f'"{value}" names no days', 'write mon-fri, "sat,sun" or daily')
    return value


def time_zone(value: str) -> str:
    known = available_timezones()
    if value not in known:
        raise ValueError(f'"{value}" is not a time zone', did_you_mean(value, known) or "write it as Europe/Berlin")
    return value


def duration(value: Any) -> Any:
    found = re.fullmatch(r"(\d{1,4})(s|m|h|d)", value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'"{value}" is not a length of time', "write it as 30m, 6h or 2d")
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
