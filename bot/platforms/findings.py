"""What doctor finds: how it is, where, and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.commands.base import Place
from bot.content.counting import how_many
from bot.errors import BriefingBotError, PostError
from bot.platforms.base import Health, Platform

Level = Literal["ok", "warning", "wrong"]

TEST_POST = "A test of briefing-bot doctor, which deletes it at once."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `said` and `mend` are sentences for the operator, without any secret."""

    level: Level
    where: str
    said: str
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A channel of config.yaml on one platform; `above` says that it may see more than TLP:CLEAR."""

    name: str
    id: str
    above: bool = False

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


def of_health(where: str, wanted: Wanted, health: Health) -> Finding:
    """How a channel is, as the platform itself sees it; its sentences are the trouble, then the mend."""
    if health.state == "on":
        return Finding("ok", where, f"{wanted.name}: {health.detail}.")
    trouble, _, mend = health.detail.partition(". ")
    return Finding("wrong", where, f"{wanted.name}: {trouble.rstrip('.')}.", mend or None)


def not_posted(where: str, wanted: Wanted, error: BriefingBotError) -> Finding:
    """What is to be said of a test that went wrong; a message may be there all the same."""
    mend = "Look there for a test message of the bot's, and delete it." if isinstance(error, PostError) else None
    return Finding("wrong", where, f"A test in {wanted} could not be posted: {error}", mend)


async def take_back(
    where: str, platform: Platform, place: Place, wanted: Wanted, posted: Sequence[str]
) -> list[Finding]:
    """Delete test messages, each once; what is to be said where that fails."""
    left = 0
    for message_id in dict.fromkeys(posted):
        try:
            await platform.delete(place, message_id)
        except BriefingBotError:
            left += 1
    if not left:
        return []
    said = f"{how_many(left, 'test message')} in {wanted} could not be deleted."
    return [Finding("wrong", where, said, "Delete what the bot posted there by hand.")]
