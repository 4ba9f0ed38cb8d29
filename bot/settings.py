"""config.yaml, read into settings, with the same problems as briefings."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from bot.content.model import Id, Label, Link, Part, Section, Words
from bot.content.parse import Sections
from bot.content.problems import START, Problem, errors, in_order
from bot.content.read import read_file
from bot.content.shape import place, shape
from bot.content.suggest import did_you_mean
from bot.content.yaml_tree import Map, Tree, read_tree
from bot.errors import SettingsError

BUILT_IN = frozenset(
    (
        "briefing", "sources", "people", "figures", "timeline", "search", "cite", "changes", "help", "status",
        "digest", "brief",
    )
)  # fmt: skip
"""Names that no section may take; `brief` is the door to every command on Slack."""

_DAYS = "mon|tue|wed|thu|fri|sat|sun"


def _time(value: str) -> str:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", value)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(f'"{value}" is not a time of day', 'write it as "08:00"')
    return f"{int(found[1]):02}:{found[2]}"


def _days(value: str) -> str:
    part = rf"(?:{_DAYS})(?:-(?:{_DAYS}))?"
    if not re.fullmatch(rf"daily|{part}(?:,\s*{part})*", value):
        raise ValueError(f'"{value}" names no days', 'write mon-fri, "sat,sun" or daily')
    return value


def _zone(value: str) -> str:
    known = available_timezones()
    if value not in known:
        raise ValueError(f'"{value}" is not a time zone', did_you_mean(value, known) or "write it as Europe/Berlin")
    return value


def _duration(value: Any) -> Any:
    found = re.fullmatch(r"(\d{1,4})(m|h|d)", value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'"{value}" is not a length of time', "write it as 30m, 6h or 2d")
    unit = {"m": "minutes", "h": "hours", "d": "days"}[found[2]]
    return timedelta(**{unit: int(found[1])})


def _place(value: str) -> str:
    if not re.fullmatch(r"desk:[a-z0-9-]{1,32}|discord:\d{15,20}|slack:[CGD][A-Z0-9]{6,20}", value):
        guess = re.fullmatch(r"(desk|discord|slack)\W+([\w-]+)", value)
        usual = "write desk:NAME, discord:CHANNEL_ID or slack:CHANNEL_ID"
        raise ValueError(f'"{value}" is no place', f'write "{guess[1]}:{guess[2]}"' if guess else usual)
    return value


def _origin(value: str) -> str:
    found = re.match(r"https?://[^/?#]+", value)
    if not found or value not in (found[0], f"{found[0]}/"):
        mend = f'write "{found[0]}"' if found else None
        raise ValueError(f'"{value}" holds more than a scheme and a host', mend)
    return found[0]


def _guild(value: str) -> str:
    if not re.fullmatch(r"\d{15,20}", value):
        raise ValueError(f'"{value}" is no server id', "turn on developer mode in Discord, and copy the server's id")
    return value


def _all_or_ids(value: Any) -> Any:
    return () if value == "all" else value


Zone = Annotated[str, AfterValidator(_zone)]
Briefings = Annotated[
    tuple[Id, ...],
    BeforeValidator(_all_or_ids),
    WithJsonSchema({"anyOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Channel(Part):
    """A place under a name."""

    at: Annotated[str, AfterValidator(_place)]
    audience: Label = "TLP:CLEAR"
    briefings: Briefings = ()
    """The briefings it follows; empty for all."""


class DiscordAdmins(Part):
    """Who may do everything on Discord, by id."""

    roles: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


class SlackAdmins(Part):
    """Who may do everything on Slack, by id."""

    users: tuple[str, ...] = ()


class Admins(Part):
    """Who runs the bot, and where it tells them what they should know."""

    channel: str | None = None
    discord: DiscordAdmins = DiscordAdmins()
    slack: SlackAdmins = SlackAdmins()


class Digest(Part):
    """A named selection of snippets, and when it is due."""

    title: Words
    at: Annotated[str, AfterValidator(_time)]
    on: Annotated[str, AfterValidator(_days)] = "daily"
    timezone: Zone | None = None
    briefings: Briefings = ()
    show: Literal["rotate", "new", "headline", "all"] = "new"
    count: Annotated[int, Field(ge=1, le=50)] | None = None
    channels: tuple[str, ...]
    when_empty: Literal["skip", "post"] = "skip"
    catch_up: Literal["latest", "all", "none"] = "latest"
    max_late: Annotated[
        timedelta,
        BeforeValidator(_duration),
        WithJsonSchema({"type": "string", "pattern": "^\\d{1,4}[mhd]$"}),
    ] = timedelta(hours=6)
    corrections: Literal["edit", "reply", "off"] = "edit"


class DeskSettings(Part):
    """The local web page."""

    on: bool = True
    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:_-]+$")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8787
    url: Annotated[Link, AfterValidator(_origin)] | None = None
    """Where a proxy shows it; needs DESK_PASSWORD."""


class DiscordSettings(Part):
    """Where the bot is at home on Discord."""

    guilds: tuple[Annotated[str, AfterValidator(_guild)], ...] = ()
    """The ids of its servers; commands are offered there alone, and all others see TLP:CLEAR. Empty for everywhere."""


class SlackSettings(Part):
    """How Slack reaches the bot, and under which names."""

    mode: Literal["socket", "http"] = "socket"
    prefix: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,12}$")] = ""
    """Stands before every command: `nk-` makes `/nk-impact`."""


class WebSettings(Part):
    """The listener that Slack calls in HTTP mode, and nothing else."""

    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:_-]+$")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8788
    url: Annotated[Link, AfterValidator(_origin)] | None = None
    """Where a proxy shows it to Slack; it stands in the manifest."""


class Config(Part):
    """The whole of config.yaml."""

    briefings: Annotated[str, StringConstraints(min_length=1, max_length=400)] = "briefings"
    timezone: Zone = "UTC"
    sections: dict[str, Section]
    channels: dict[str, Channel] = Field(default_factory=dict)
    admins: Admins = Admins()
    digests: dict[str, Digest] = Field(default_factory=dict)
    desk: DeskSettings = DeskSettings()
    discord: DiscordSettings = DiscordSettings()
    slack: SlackSettings = SlackSettings()
    web: WebSettings = WebSettings()


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration as it is used; `folder` holds the briefings, `home` is where config.yaml lies."""

    config: Config
    home: Path
    problems: tuple[Problem, ...] = ()

    @property
    def folder(self) -> Path:
        return self.home / self.config.briefings

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.config.timezone)

    @property
    def sections(self) -> Sections:
        return self.config.sections


def read_config(path: Path) -> str | Problem:
    """The text of config.yaml, under the same rules as a briefing's."""
    return read_file(path, path.parent, path.name)


def parse_config(text: str, path: Path) -> tuple[Settings | None, tuple[Problem, ...]]:
    """Read config.yaml; with errors there are no settings, only problems."""
    tree = read_tree(text, path.name)
    config = shape(tree, Config)
    if tree.root is not None:
        _check(tree, tree.root)
    problems = in_order(tree.problems)
    if config is None or errors(problems):
        return None, problems
    return Settings(config, path.parent.resolve(), problems), problems


def load(path: Path) -> Settings:
    """Read the settings or raise SettingsError that names each problem."""
    found = read_config(path)
    settings, problems = (None, (found,)) if isinstance(found, Problem) else parse_config(found, path)
    if settings is None:
        raise ConfigProblems(problems)
    return settings


class ConfigProblems(SettingsError):
    """config.yaml has errors; `problems` says which."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        wrong = errors(problems)
        super().__init__(f"{wrong[0].file} has {len(wrong)} error{'s' if len(wrong) > 1 else ''}")
        self.problems = problems


def missing_config(path: Path) -> Problem:
    """No config.yaml at all."""
    return Problem(
        path.name,
        START,
        "is not there",
        "file",
        "run `briefing-bot init` in an empty folder, or name it with --config",
    )


def _check(tree: Tree, root: Map) -> None:
    sections = root.get("sections")
    for name in sections if isinstance(sections, Map) else ():
        mark = place(tree, ("sections", name), key=True)
        if not re.fullmatch(r"[a-z0-9-]{1,32}", name):
            slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32]
            message = f'"{name}" cannot be a command: small letters, digits and hyphens, at most 32'
            tree.add(mark, message, "id", f'write "{slug}"' if slug else None)
        elif name in BUILT_IN:
            tree.add(mark, f'"/{name}" is a built-in command', "duplicate", "choose another name for the section")
    channels = root.get("channels")
    names = list(channels) if isinstance(channels, Map) else []
    admins = root.get("admins")
    if isinstance(admins, Map) and isinstance(channel := admins.get("channel"), str) and channel not in names:
        mark = place(tree, ("admins", "channel"))
        tree.add(mark, f'unknown channel "{channel}"', "reference", did_you_mean(channel, names))
    digests = root.get("digests")
    for name, digest in digests.items() if isinstance(digests, Map) else ():
        wanted = digest.get("channels") if isinstance(digest, Map) else None
        for at, channel in enumerate(wanted if isinstance(wanted, list) else ()):
            if isinstance(channel, str) and channel not in names:
                mark = place(tree, ("digests", name, "channels", at))
                tree.add(mark, f'unknown channel "{channel}"', "reference", did_you_mean(channel, names))
