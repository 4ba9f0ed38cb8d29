"""What is told of the house itself: which files are older than they stand, and how each platform is."""

from datetime import datetime, tzinfo

from bot import __version__
from bot.commands.base import HouseFacts
from bot.content.dates import moment
from bot.content.state import ShelfState
from bot.platforms.base import Health
from bot.platforms.desk.house import PlatformState


def facts_of(state: ShelfState, started_at: datetime, loaded_at: datetime) -> HouseFacts:
    """What `/status` tells everybody."""
    files = [(file, file.briefing.briefing.id) for file in state.files if file.briefing]
    broken = frozenset(name for file, name in files if file.broken)
    read_at = {name: file.loaded_at for file, name in files if file.loaded_at}
    return HouseFacts(__version__, started_at, loaded_at, broken, read_at)


def told_of(name: str, health: Health, silent: str, now: datetime, zone: tzinfo) -> PlatformState:
    """A platform as it is told of: in trouble also where it is heard, and no digest is sent for the reason `silent`.

    Since when is said by the clock of this house.
    """
    if health.state == "on" and silent:
        return PlatformState(name.title(), "trouble", f"no digest is sent: {silent}")
    since = f", since {moment(health.since, now, zone)}" if health.since else ""
    return PlatformState(name.title(), health.state, f"{health.detail}{since}")
