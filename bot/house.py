"""What is told of the house itself: which files are older than they stand, how each platform is, what is wrong."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Protocol

from bot import __version__
from bot.commands.base import Ask, HouseFacts, Place, Spelling, Suggestion
from bot.commands.rights import Rights
from bot.content.dates import moment
from bot.content.model import LABELS
from bot.content.problems import errors
from bot.content.state import ShelfState
from bot.content.view import View
from bot.message import Message
from bot.platforms.base import Health
from bot.platforms.desk.house import Channel, PlatformState, ReplicaShown
from bot.settings import Config


class DigestChat(Protocol):
    """Answers `/digest`; each may raise Refused and StoreError."""

    async def answer(self, ask: Ask, may: Rights, audience: str, typed: Spelling) -> Message: ...

    async def suggest(self, ask: Ask, may: Rights, audience: str, most: int) -> Sequence[Suggestion]: ...

    async def beside(self, message: Message, ask: Ask, may: Rights, view: View) -> Message:
        """The answer of `/cite` with where the claim was put right in digests; as it was, where nobody can tell."""
        ...


def facts_of(state: ShelfState, started_at: datetime, loaded_at: datetime) -> HouseFacts:
    """What `/status` tells everybody."""
    files = [(file, file.briefing.briefing.id) for file in state.files if file.briefing]
    broken = frozenset(name for file, name in files if file.broken)
    read_at = {name: file.loaded_at for file, name in files if file.loaded_at}
    checked = {name: file.checked for file, name in files}
    return HouseFacts(__version__, started_at, loaded_at, broken, read_at, checked)


def facts_for_admins(
    facts: HouseFacts, platforms: Iterable[PlatformState], replicas: Iterable[ReplicaShown]
) -> HouseFacts:
    """What `/status` tells admins beyond that: how the platforms and the replicas are at this moment."""
    return replace(
        facts,
        platforms=tuple((one.name, one.detail or one.state) for one in platforms),
        replicas=tuple(map(str, replicas)),
        for_admins=True,
    )


def told_of(name: str, health: Health, silent: str, now: datetime, zone: tzinfo) -> PlatformState:
    """A platform as it is told of: in trouble also where it is heard, and no digest is sent for the reason `silent`.

    Since when is said by the clock of this house.
    """
    if health.state == "on" and silent:
        return PlatformState(name.title(), "trouble", f"no digest is sent: {silent}")
    if health.since is None:
        return PlatformState(name.title(), health.state, health.detail)
    since = moment(health.since, now, zone)
    return PlatformState(name.title(), health.state, f"{health.detail.rstrip('.')}, since {since}")


def troubles(
    stopped: str, store: str, platforms: Sequence[PlatformState], started: Collection[str], shelf: ShelfState
) -> tuple[str, ...]:
    """What keeps the bot from being ready, each as `Part: why`; nothing where it does all it is there for.

    What editors can do is none of it: their last good version is served, and a bad edit takes nothing down. A platform
    without a token is off, and one that is started is not ready before it is connected.
    """

    def found() -> Iterator[str]:
        if stopped:
            yield f"Bot: {stopped}"
        if store != "ok":
            yield f"Database: {store}"
        for one in platforms:
            if one.state == "trouble" or (one.state == "off" and one.name.lower() in started):
                yield f"{one.name.title()}: {one.detail or 'not connected'}"
        yield from (f"Shelf: {notice}" for notice in shelf.notices if "not remembered" not in notice)
        for problem in errors(shelf.config_problems):
            if problem.rule == "file":
                yield f"config.yaml: it {problem.message}"

    return tuple(found())


def channels_of(config: Config) -> list[Channel]:
    """The channels of config.yaml, in its order."""
    return [Channel(name, Place(*one.at.split(":", 1)), one.audience) for name, one in config.channels.items()]


def ceiling(config: Config, at: str) -> str:
    """The highest label a place may see: TLP:CLEAR unless config.yaml says more."""
    return next((one.audience for one in config.channels.values() if one.at == at), LABELS[0])
