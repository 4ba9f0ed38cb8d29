"""The environment, read into secrets and addresses: what no file that editors change may hold."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from bot.errors import SettingsError

DISCORD_API = "https://discord.com/api/v10"
SLACK_API = "https://slack.com/api/"
DATABASE = "sqlite:///state.db"
"""Where the store is if DATABASE_URL says nothing: beside config.yaml."""


LogFormat = Literal["text", "json"]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What comes from the environment only; never printed."""

    desk_password: str | None = field(default=None, repr=False)
    database_url: str | None = field(default=None, repr=False)
    discord_token: str | None = field(default=None, repr=False)
    slack_bot_token: str | None = field(default=None, repr=False)
    slack_app_token: str | None = field(default=None, repr=False)
    slack_signing_secret: str | None = field(default=None, repr=False)
    discord_api_url: str = DISCORD_API
    slack_api_url: str = SLACK_API

    def named(self) -> Iterator[tuple[str, str]]:
        """Each secret that is set, under the name of its variable: what no log may hold."""
        for one in fields(self):
            value = getattr(self, one.name)
            if value and not one.name.endswith("_api_url"):
                yield one.name.upper(), value


def read_secrets(environ: Mapping[str, str]) -> Secrets:
    """Read each secret from NAME or from the file that NAME_FILE names; raises SettingsError where that fails."""
    return Secrets(
        desk_password=_secret(environ, "DESK_PASSWORD"),
        database_url=_secret(environ, "DATABASE_URL"),
        discord_token=_secret(environ, "DISCORD_TOKEN"),
        slack_bot_token=_secret(environ, "SLACK_BOT_TOKEN"),
        slack_app_token=_secret(environ, "SLACK_APP_TOKEN"),
        slack_signing_secret=_secret(environ, "SLACK_SIGNING_SECRET"),
        discord_api_url=_root(environ, "DISCORD_API_URL", DISCORD_API).rstrip("/"),
        slack_api_url=_root(environ, "SLACK_API_URL", SLACK_API).rstrip("/") + "/",
    )


def read_log_format(environ: Mapping[str, str]) -> LogFormat:
    """How the log is written; SettingsError for what is neither."""
    match environ.get("LOG_FORMAT") or "text":
        case "text":
            return "text"
        case "json":
            return "json"
        case other:
            raise SettingsError(f'LOG_FORMAT is "{other[:20]}": it is text or json')


def _secret(environ: Mapping[str, str], name: str) -> str | None:
    path = environ.get(f"{name}_FILE")
    if not path:
        return environ.get(name) or None
    if environ.get(name):
        raise SettingsError(f"{name} and {name}_FILE are both set: keep one of the two")
    try:
        found = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}_FILE cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from error
    if not found:
        raise SettingsError(f"{name}_FILE names an empty file")
    return found


def _root(environ: Mapping[str, str], name: str, usual: str) -> str:
    """The root of an API: tokens go there, so only over https, or to this machine."""
    value = _secret(environ, name)
    if value is None:
        return usual
    if not takes_tokens(value):
        told = "must be an https address, or one of this machine, with nothing behind it"
        raise SettingsError(f"{name} {told}: such as {usual}")
    return value


def takes_tokens(url: str) -> bool:
    """Whether tokens may be sent to the root of an API: over https, or to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        bare = parts.port != 0 and not (parts.query or parts.fragment or parts.username or parts.password)
    except ValueError:
        return False
    return bool(host) and bare and (parts.scheme == "https" or (parts.scheme == "http" and is_here(host)))


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
