"""`doctor`: looks at everything a bot leans on outside itself, and says what is wrong and how to mend it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.commands.registry import commands
from bot.content.counting import how_many
from bot.content.problems import Problem
from bot.content.reports import one_line
from bot.environment import DATABASE, Secrets, is_here
from bot.errors import BriefingBotError, OldStore, StoreError
from bot.opening import read_rules
from bot.platforms.discord.limits import AGENT
from bot.platforms.findings import Finding, Level, Wanted
from bot.platforms.reach import clock_finding, reach
from bot.platforms.slack.manifest import left_out
from bot.platforms.tokens import token_faults
from bot.settings import Config, Settings

__all__ = ["Finding", "as_text", "examine", "is_wrong"]

PATIENCE = 120.0
"""Seconds for one platform at most, whatever its library does meanwhile."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is examined; there are no settings where config.yaml has errors."""

    path: Path
    settings: Settings | None
    secrets: Secrets
    live: bool
    tell: Tell

    @property
    def config(self) -> Config | None:
        return self.settings.config if self.settings else None

    @property
    def slack_mode(self) -> str:
        return self.config.slack.mode if self.config else "socket"

    @property
    def admin_channel(self) -> str | None:
        return self.config.admins.channel if self.config else None

    def channels(self, platform: str) -> tuple[Wanted, ...]:
        channels = self.config.channels if self.config else {}
        return tuple(
            Wanted(name, channel.at.partition(":")[2], channel.audience != "TLP:CLEAR")
            for name, channel in channels.items()
            if channel.at.partition(":")[0] == platform
        )


async def examine(path: Path, secrets: Secrets, live: bool = False, tell: Tell = print) -> list[Finding]:
    """All there is to say of the bot whose configuration is at `path`, with these secrets.

    `live` also posts in the admin channel, and takes back what it posted; `tell` hears of it before.
    """
    settings, problems, _ = read_rules(path)
    subject = _Subject(path, settings, secrets, live, tell)
    found = [_of_problem(problem) for problem in problems] + _house(subject)
    found.append(await _database(subject))
    faults = token_faults(dict(secrets.named()) | _roots(secrets), subject.slack_mode)
    found += await _discord(subject, faults.get("discord", ()))
    found += await _slack(subject, faults.get("slack", ()))
    if live and not any(_live_in(subject, subject.channels(platform)) for platform in ("discord", "slack")):
        said = "Nothing was posted for --live: no admin channel is on Discord or Slack."
        found.append(Finding("warning", "config.yaml", said, "Name one: admins: {channel: NAME}."))
    return found


def _of_problem(problem: Problem) -> Finding:
    level: Level = "wrong" if problem.severity == "error" else "warning"
    return Finding(level, "config.yaml", f"{problem.place}: {problem.message}", problem.mend)


def is_wrong(found: Sequence[Finding]) -> bool:
    return any(finding.level == "wrong" for finding in found)


def as_text(found: Sequence[Finding]) -> str:
    """The findings as lines for a terminal, with a count at the end."""
    lines: list[str] = []
    for finding in found:
        lines.append(one_line(f"{finding.level + ':':<9}{finding.where}: {finding.said}"))
        if finding.mend:
            lines.append(one_line(f"         = {finding.mend}"))
    amounts = {level: sum(finding.level == level for finding in found) for level in ("wrong", "warning")}
    wrong, warned = amounts["wrong"], amounts["warning"]
    things = how_many(wrong, "thing is wrong", "things are wrong") if wrong else "Nothing is wrong"
    return "\n".join([*lines, f"{things}, {how_many(warned, 'warning')}."])


def _roots(secrets: Secrets) -> dict[str, str]:
    return {"DISCORD_API_URL": secrets.discord_api_url, "SLACK_API_URL": secrets.slack_api_url}


def _house(subject: _Subject) -> list[Finding]:
    """What the configuration and the environment say together."""
    config = subject.config
    if config is None:
        return []
    found = [Finding("ok", "config.yaml", f"It can be read: {len(config.sections)} sections.")]
    assert subject.settings is not None
    if not subject.settings.folder.is_dir():
        mend = f"Make it, or name another in {subject.path.name}."
        found.append(Finding("wrong", "config.yaml", f"The briefings folder {config.briefings} is not there.", mend))
    if config.admins.channel is None:
        mend = "Name one of the channels: admins: {channel: NAME}."
        found.append(Finding("warning", "config.yaml", "No admin channel: readers cannot report a problem.", mend))
    found += _without_token(subject, config)
    desk, password = config.desk, subject.secrets.desk_password
    if desk.on and not password and not is_here(desk.host):
        said = f"The desk listens on {desk.host}, where others reach it, and has no password."
        found.append(Finding("warning", "desk", said, "Set DESK_PASSWORD, or desk: {host: 127.0.0.1}."))
    if desk.on and not password and desk.url:
        found.append(Finding("wrong", "desk", "desk.url needs a password.", "Set DESK_PASSWORD."))
    if (
        config.slack.mode == "http"
        and subject.secrets.slack_bot_token
        and not (config.web.url or "").startswith("https")
    ):
        said = "Slack's HTTP mode needs an https address that Slack can reach."
        found.append(Finding("wrong", "config.yaml", said, "Set web: {url: https://bot.example}."))
    return found


def _without_token(subject: _Subject, config: Config) -> list[Finding]:
    """Channels on a platform that is off."""
    found = []
    for platform, name, token in (
        ("discord", "DISCORD_TOKEN", subject.secrets.discord_token),
        ("slack", "SLACK_BOT_TOKEN", subject.secrets.slack_bot_token),
    ):
        wanted = subject.channels(platform)
        if wanted and not token:
            said = f"Nothing is said in {', '.join(one.name for one in wanted)}: {name} is not set."
            level: Level = "wrong" if config.admins.channel in {one.name for one in wanted} else "warning"
            found.append(Finding(level, "config.yaml", said, f"Set {name}, or take the channels out."))
    return found


async def _database(subject: _Subject) -> Finding:
    from bot.store.kinds import database_of
    from bot.store.memory import open_store

    url = subject.secrets.database_url or DATABASE
    try:
        database = database_of(url, subject.path.parent)
        if not database.is_there:
            return Finding("ok", "database", f"{database} will be made at the first start.")
        async with await open_store(url, subject.path.parent) as store:
            await store.recall()
    except OldStore as error:
        return Finding("wrong", "database", f"{error}.", "Run `briefing-bot migrate`.")
    except StoreError as error:
        return Finding("wrong", "database", f"{error}.")
    except BriefingBotError as error:
        return Finding("wrong", "database", f"{error}.", "Set DATABASE_URL, or leave it out.")
    return Finding("ok", "database", f"{database} can be read and written.")


async def _discord(subject: _Subject, faults: Sequence[str]) -> list[Finding]:
    token, api = subject.secrets.discord_token, subject.secrets.discord_api_url
    found, is_open = await _door("Discord", "DISCORD_TOKEN", token, faults, f"{api}/gateway", agent=AGENT)
    if not is_open or not token:
        return found
    from bot.platforms.discord.wire.examine import examine as ask
    from bot.platforms.discord.wire.examine import try_live

    guilds = subject.config.discord.guilds if subject.config else ()
    wanted = subject.channels("discord")
    found += await _in_time("Discord", ask(token, api, guilds, wanted))
    if admins := _live_in(subject, wanted):
        subject.tell(f"Discord: posting test messages in {admins} for a minute and a half, and deleting them again.")
        found += await _in_time("Discord", try_live(token, api, admins), 2 * PATIENCE)
    return found


async def _slack(subject: _Subject, faults: Sequence[str]) -> list[Finding]:
    secrets, http = subject.secrets, subject.slack_mode == "http"
    token, api = secrets.slack_bot_token, secrets.slack_api_url
    from bot.platforms.slack.wire.examine import examine as ask
    from bot.platforms.slack.wire.examine import proxy_to, try_live

    way = f"{api}api.test"
    found, is_open = await _door("Slack", "SLACK_BOT_TOKEN", token, faults, way, proxy_to(api), signed=http)
    if not is_open or not token:
        return found

    wanted = subject.channels("slack")
    found += await _in_time("Slack", ask(token, None if http else secrets.slack_app_token, api, wanted))
    if subject.config:
        known = tuple(commands(subject.config.sections).values())
        found += [Finding("ok", "Slack", sentence) for sentence in left_out(known, subject.config.slack.prefix)]
    if admins := _live_in(subject, wanted):
        subject.tell(f"Slack: posting test messages in {admins}, and deleting them again.")
        found += await _in_time("Slack", try_live(token, api, admins))
    return found


async def _door(
    name: str,
    variable: str,
    token: str | None,
    faults: Sequence[str],
    url: str,
    proxy: str | None = None,
    *,
    agent: str = "briefing-bot",
    signed: bool = False,
) -> tuple[list[Finding], bool]:
    """What keeps us from asking a platform at all, and whether nothing does."""
    if faults:
        return [Finding("wrong", name, fault) for fault in faults], False
    if not token:
        return [Finding("ok", name, f"Off: {variable} is not set.")], False
    reached = await reach(name, url, proxy, agent=agent)
    if isinstance(reached, Finding):
        return [reached], False
    clock = clock_finding(name, reached.ahead, signed=signed)
    return ([clock] if clock else []), True


async def _in_time(name: str, asking: Coroutine[Any, Any, list[Finding]], patience: float = PATIENCE) -> list[Finding]:
    try:
        return await asyncio.wait_for(asking, patience)
    except TimeoutError:
        return [Finding("wrong", name, f"It did not answer everything within {patience:.0f} seconds.")]


def _live_in(subject: _Subject, wanted: Sequence[Wanted]) -> Wanted | None:
    """The admin channel, where it is on this platform and may be posted in for a test."""
    if not subject.live:
        return None
    return next((one for one in wanted if one.name == subject.admin_channel), None)
