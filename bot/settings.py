"""config.yaml, read into settings, with the same problems as briefings."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints

from bot.config_words import Links, SlackMode, command_prefix, discord_id, origin, place_id, slack_user
from bot.content.counting import how_many
from bot.content.model import SECTION, Label, Link, Part, Section
from bot.content.parse import Sections
from bot.content.problems import START, Problem, errors, in_order
from bot.content.read import read_file
from bot.content.shape import place, shape
from bot.content.suggest import did_you_mean
from bot.content.values import Switch, a_text, told_as
from bot.content.yaml_tree import Map, Tree, read_tree
from bot.digest_settings import Briefings, DeliverySettings, Digest, KeepSettings, Zone, check_digests
from bot.errors import SettingsError

BUILT_IN = frozenset(
    (
        "briefing", "sources", "people", "figures", "timeline", "search", "cite", "changes", "help", "status",
        "digest", "brief", "post",
    )
)  # fmt: skip
"""Names that no section may take; `brief` is the door to every command on Slack, `post` names what was posted."""

DiscordId = Annotated[
    str, AfterValidator(discord_id), told_as("an id of Discord", type=["string", "integer"], pattern=r"^\d{15,20}$")
]
SlackId = Annotated[
    str, AfterValidator(slack_user), told_as("an id of Slack", type="string", pattern="^[UW][A-Z0-9]{6,20}$")
]
HOST = r"^[A-Za-z0-9.:_-]+$"
Host = Annotated[str, StringConstraints(pattern=HOST), told_as("an address", type="string", pattern=HOST)]
Port = Annotated[int, Field(ge=0, le=65535)]
NAMED = Field(json_schema_extra={"propertyNames": {"pattern": SECTION}})
PLACE = r"^(desk:[a-z0-9-]{1,32}|discord:\d{15,20}|slack:[CGD][A-Z0-9]{6,20})$"


class Channel(Part, title="A channel"):
    """A place under a name."""

    at: Annotated[str, AfterValidator(place_id), told_as("a place", type="string", pattern=PLACE)]
    """The place: `desk:NAME`, `discord:CHANNEL_ID` or `slack:CHANNEL_ID`."""
    audience: Label = "TLP:CLEAR"
    """The highest label it may see (TLP 2.0)."""
    briefings: Briefings = ()
    """The briefings it follows; all, if nothing is said. Others are shown when asked for by name."""


class DiscordAdmins(Part):
    """Who may do everything on Discord, by id."""

    roles: tuple[DiscordId, ...] = ()
    """Ids of roles."""
    users: tuple[DiscordId, ...] = ()
    """Ids of users."""


class SlackAdmins(Part):
    """Who may do everything on Slack, by id."""

    users: tuple[SlackId, ...] = ()
    """Ids of users."""


class Admins(Part):
    """Who runs the bot, and where it tells them what they should know."""

    channel: str | None = None
    """The name of the channel in which admins are told; without it the desk alone tells them, and nobody can report."""
    discord: DiscordAdmins = DiscordAdmins()
    """Admins on Discord."""
    slack: SlackAdmins = SlackAdmins()
    """Admins on Slack."""


class DeskSettings(Part):
    """The local web page."""

    on: Switch = True
    """`false` turns it off."""
    host: Host = "127.0.0.1"
    """The address it listens on."""
    port: Port = 8787
    """The port; `0` for any free one."""
    url: Annotated[Link, AfterValidator(origin)] | None = None
    """The address that people type where a proxy shows it; needs `DESK_PASSWORD`."""


class DiscordSettings(Part):
    """Where the bot is at home on Discord."""

    guilds: tuple[DiscordId, ...] = ()
    """Ids of its servers: commands are offered there alone, and all others see TLP:CLEAR; everywhere, if empty."""


class SlackSettings(Part):
    """How Slack reaches the bot, and under which names."""

    mode: SlackMode = "socket"
    """Who calls whom."""
    prefix: Annotated[
        str, AfterValidator(command_prefix), told_as("a text", type="string", pattern="^[a-z0-9-]{0,12}$")
    ] = ""
    """Stands before every command: `nk-` makes `/nk-impact`; at most 12 small letters, digits and hyphens."""


class WebSettings(Part):
    """The listener that Slack calls in HTTP mode, and nothing else."""

    host: Host = "127.0.0.1"
    """The address it listens on."""
    port: Port = 8788
    """The port; `0` for any free one."""
    url: Annotated[Link, AfterValidator(origin)] | None = None
    """The address that Slack calls, where a proxy shows it; it stands in the manifest."""


class Config(Part):
    """The whole configuration of a bot; secrets come from the environment."""

    briefings: Annotated[str, StringConstraints(min_length=1, max_length=400), a_text(400)] = "briefings"
    """The briefings folder, from `config.yaml`."""
    timezone: Zone = "UTC"
    """The zone of dates and times that name none, such as `Europe/Berlin`."""
    sections: Annotated[dict[str, Section], NAMED]
    """The topics by name: `impact: {title: Impact, about: What may change}` is the command `/impact`."""
    channels: dict[str, Channel] = Field(default_factory=dict)
    """Names for places."""
    admins: Admins = Admins()
    """Who runs the bot."""
    digests: Annotated[dict[str, Digest], NAMED] = Field(default_factory=dict)
    """What is posted by itself, and when, by name."""
    delivery: DeliverySettings = DeliverySettings()
    """How patiently digests are sent; nobody needs to change it."""
    keep: KeepSettings = KeepSettings()
    """How long it is known what became of digests and reports."""
    links: Links = "off"
    """Whether it is looked at if the links of sources still lead somewhere."""
    desk: DeskSettings = DeskSettings()
    """The local web page."""
    discord: DiscordSettings = DiscordSettings()
    """Where the bot is at home on Discord."""
    slack: SlackSettings = SlackSettings()
    """How Slack reaches the bot, and under which names."""
    web: WebSettings = WebSettings()
    """The listener that Slack calls, for `slack: {mode: http}` only."""


ALONE = {"desk", "web"}
"""What each machine may set for itself, where several share a database."""


def told_together(config: Config) -> str:
    """All of a file that has to be the same on all machines; comments and the order of keys count for nothing."""
    return repr(config.model_dump(mode="json", exclude=ALONE, exclude_unset=True))


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration as it is used; `folder` holds the briefings, `home` is where config.yaml lies."""

    config: Config
    home: Path
    problems: tuple[Problem, ...] = ()

    @property
    def folder(self) -> Path:
        return Path(os.path.normpath(self.home / self.config.briefings))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.config.timezone)

    @property
    def sections(self) -> Sections:
        return self.config.sections


SECTIONS_MOST = 88
"""Discord takes 100 commands (discord.com/developers/docs/interactions/application-commands); the rest are built in."""


def read_config(path: Path) -> str | Problem:
    """The text of config.yaml, under the same rules as a briefing's."""
    return read_file(path, path.parent, path.name)


def parse_config(text: str, path: Path) -> tuple[Settings | None, tuple[Problem, ...]]:
    """Read config.yaml; with errors there are no settings, only problems."""
    tree = read_tree(text, path.name, first="sections: …")
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
        super().__init__(f"{wrong[0].file} has {how_many(len(wrong), 'error')}")
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
    if isinstance(sections, Map) and len(sections) > SECTIONS_MOST:
        mark = place(tree, ("sections", list(sections)[SECTIONS_MOST]), key=True)
        tree.add(
            mark, f"at most {SECTIONS_MOST} sections: Discord shows no more commands", "limit", "join some of them"
        )
    channels = root.get("channels")
    _check_places(tree, channels)
    names = list(channels) if isinstance(channels, Map) else []
    admins = root.get("admins")
    if isinstance(admins, Map) and isinstance(channel := admins.get("channel"), str) and channel not in names:
        mark = place(tree, ("admins", "channel"))
        tree.add(mark, f'unknown channel "{channel}"', "reference", did_you_mean(channel, names))
    check_digests(tree, root, names)


def _check_places(tree: Tree, channels: object) -> None:
    """One place has one name, and a direct message sees what everybody may see."""
    known: dict[str, str] = {}
    for name, channel in channels.items() if isinstance(channels, Map) else ():
        at = channel.get("at") if isinstance(channel, Map) else None
        if not isinstance(at, str):
            continue
        if at in known:
            mark = place(tree, ("channels", name, "at"))
            tree.add(mark, f'"{at}" is the channel "{known[at]}" already', "duplicate", "keep one of the two")
        known.setdefault(at, name)
        if at.startswith("slack:D") and channel.get("audience", "TLP:CLEAR") != "TLP:CLEAR":
            mark = place(tree, ("channels", name, "audience"))
            tree.add(mark, "a direct message sees TLP:CLEAR only", "audience", 'write "TLP:CLEAR"')
