"""What goes wrong at Discord, in our words: each of the library's errors is named here once."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
import discord
from discord import app_commands
from discord.http import HTTPClient

from bot.errors import BriefingBotError, Gone, Later, NoAccess, NoPlace, PostError, Refused
from bot.platforms.discord.wire.sending import NotTaken

log = logging.getLogger(__name__)

UNAUTHORIZED = (
    "Discord does not take the bot's token. "
    "Put the one from the Developer Portal (Bot, Reset Token) in DISCORD_TOKEN, and restart the bot."
)
ENDPOINT = (
    "Discord sends what people ask to the app's Interactions Endpoint URL, and not to the bot. "
    "Empty that field in the Developer Portal (General Information), and restart the bot."
)
STOPPING = "the bot is stopping"
SOMETHING = "Something went wrong here; the admins can see it in the log."

LOST = (OSError, TimeoutError, aiohttp.ClientError, discord.GatewayNotFound)
"""The connection failed, whatever was under way."""

MANGLED = (ValueError, KeyError, TypeError)
"""What the library throws at an answer that is not what Discord says it answers."""

OFF = {
    4004: UNAUTHORIZED,
    4010: "Discord refuses the shard it was told. Restart the bot; if it stays so, report it.",
    4012: "Discord no longer speaks this version of its gateway. Update the bot.",
    4013: "Discord does not know what the bot asks to hear. Update the bot.",
    4014: "Discord does not let the bot hear what it asks for. Allow the bot's intents in the Developer Portal (Bot).",
}
"""Close codes after which waiting does not help: discord.com/developers/docs/topics/opcodes-and-status-codes."""

UNREACHED = 2.0
"""Seconds until a server that was not reached is tried again."""

BANNED = 60.0
"""Seconds until what something before Discord refused is tried again, where it does not say when."""

NO_CHANNEL = 10003
_GONE = (NO_CHANNEL, 10008)
"""Discord's own words for a channel, or a message, that is not there any more."""

_UNANSWERED = {
    10003: "the channel is gone",
    10008: "the message is gone",
    10015: "Discord has forgotten the question",
    10062: "the answer came too late, or the question is unknown",
    40060: "it was answered already; if it happens often, another bot runs with the same token",
    50001: "the bot may not see that place",
    50013: "the bot may not answer there",
    50027: "the answer came more than 15 minutes later",
}

_REFUSED = {
    10003: "There is no such Discord channel any more: {at}. Take it out of config.yaml.",
    10004: "The bot is not in the Discord server of {at}. Invite it there.",
    10008: "The message in {at} is gone.",
    50001: "The bot cannot see {at}. Allow it View Channel there.",
    50013: "The bot may not post in {at}. Allow it Send Messages, Embed Links and Attach Files there.",
    50035: "Discord finds what was to be posted in {at} outside its limits. Please report this as a fault of the bot.",
}
_CLOSED = (10003, 10004, 50001, 50013)
"""Of these, what is said of a place and not of a message."""
_BY_STATUS = {
    400: "Discord does not accept what was to be posted in {at}. Please report this as a fault of the bot.",
    403: "Discord does not let the bot into {at}. Look at its permissions there.",
    404: "Discord does not know {at} any more. Take it out of config.yaml.",
}


class GoneChannel(Gone, NoPlace):
    """The whole channel is not there any more."""


@dataclass
class Trail:
    """What became of the requests of one call: how many were written, and how many of those surely did nothing."""

    written: int = 0
    harmless: int = 0
    again: float = 0.0
    status: int | None = None
    taken: bytes | None = None
    """What Discord answered last, where it took what was sent."""
    held: float | None = None
    """The moment, by the loop's clock, from which Discord listens again."""

    @property
    def doubtful(self) -> bool:
        """Whether something that was written may have been done."""
        return self.written > self.harmless


_trail: ContextVar[Trail | None] = ContextVar("trail", default=None)


def trailed() -> Trail:
    """A trail of the requests that this task makes from now on."""
    trail = Trail()
    _trail.set(trail)
    return trail


def trace() -> aiohttp.TraceConfig:
    """What keeps the trails: to be given to the library's own session."""

    async def written(
        _: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        trail = _trail.get()
        if trail:
            trail.written += 1

    async def ended(_: aiohttp.ClientSession, __: SimpleNamespace, told: aiohttp.TraceRequestEndParams) -> None:
        trail = _trail.get()
        if trail is None:
            return
        trail.status, trail.taken = told.response.status, None
        if 400 <= told.response.status < 500:
            trail.harmless += 1
        if told.response.status == 429:
            trail.again = _seconds(told.response)
            trail.held = asyncio.get_running_loop().time() + trail.again

    async def read(
        _: aiohttp.ClientSession, __: SimpleNamespace, told: aiohttp.TraceResponseChunkReceivedParams
    ) -> None:
        trail = _trail.get()
        if trail and trail.status and 200 <= trail.status < 300:
            trail.taken = told.chunk

    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(written)
    config.on_request_end.append(ended)
    config.on_response_chunk_received.append(read)  # once, with the whole body
    return config


@asynccontextmanager
async def bounded(http: HTTPClient, seconds: float, trail: Trail) -> AsyncIterator[None]:
    """The time for one call of the library, which left this trail.

    The library holds back every call while one of them sleeps through a limit for all, and lets them go on only at
    the end of that sleep. Where the sleep is cut off, that is done here, at the same moment.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except (TimeoutError, asyncio.CancelledError):
        if trail.held is not None:
            asyncio.get_running_loop().call_at(trail.held, http._global_over.set)  # noqa: SLF001 - there is no other way
        raise


def rested(error: BaseException, trail: Trail) -> bool:
    """Whether a call took too long only because the library rests after Discord's answer, lest the next be too many."""
    return isinstance(error, TimeoutError) and trail.taken is not None


def named(error: Exception, at: str, trail: Trail) -> BriefingBotError:
    """What an error of a call that was to do something means for the one who called."""
    if isinstance(error, discord.HTTPException) and error.code in _GONE:
        return (GoneChannel if error.code == NO_CHANNEL else Gone)(_refusal(error, at))
    if trail.doubtful:
        return PostError(f"Nobody knows whether it arrived in {at}: {reason(error, trail)}.")
    match error:
        case app_commands.CommandSyncFailure():
            return Refused("Discord finds the commands outside its limits. Please report this as a fault of the bot.")
        case discord.RateLimited():
            return Later("Discord is busy.", error.retry_after)
        case discord.HTTPException(status=429):
            return Later("Discord refuses for now: too much was asked of it.", _seconds(error.response) or BANNED)
        case discord.HTTPException(status=401):
            return NoAccess(UNAUTHORIZED)
        case discord.HTTPException() if error.status < 500 and error.code:
            closed = error.code in _CLOSED or error.status in (403, 404)
            return (NoPlace if closed else Refused)(_refusal(error, at))
        case discord.HTTPException() if error.status < 500:  # without a number of Discord's own it proves nothing
            return Later(f"Discord was not reached: {reason(error, trail)}.", BANNED)
    if isinstance(error, TimeoutError) and trail.status == 429:  # the library would have waited, and we do not
        return Later("Discord asks for a pause (429).", trail.again or UNREACHED)
    told = reason(error, trail)
    first = "Discord did nothing" if told.startswith("Discord") else "Discord was not reached"
    return Later(f"{first}: {told}.", trail.again or UNREACHED)


def _refusal(error: discord.HTTPException, at: str) -> str:
    sentence = _REFUSED.get(error.code) or _BY_STATUS.get(error.status) or _BY_STATUS[400]
    return f"{sentence.format(at=at)} (Discord: {error.status}, {error.code})"


def reason(error: BaseException, trail: Trail | None = None) -> str:
    """A fault of the connection in a few words."""
    match error:
        case TimeoutError() if trail and (trail.status or 0) >= 400:
            return f"Discord answered {trail.status}"
        case discord.ConnectionClosed():
            return f"Discord closed the connection ({error.code})"
        case discord.HTTPException() | NotTaken():
            return f"Discord answered {error.status}"
        case discord.GatewayNotFound():
            return "Discord does not say where its gateway is"
        case aiohttp.ClientConnectorError():
            return f"the connection to {error.host} was refused or found no way"
        case TimeoutError():
            return "there was no answer in time"
        case OSError() | aiohttp.ClientError():
            return "the connection was lost"
        case RuntimeError():
            return STOPPING
    return "its answer could not be read"


def unanswered(asked: str, error: Exception) -> None:
    """Log why somebody got no answer: one line for what happens to any bot, a traceback for all else."""
    if not isinstance(error, NotTaken) or not error.code or error.status == 429 or error.status >= 500:
        log.warning("discord: %s was not answered: %s", asked, reason(error))
    elif error.code in _UNANSWERED:
        log.warning("discord: %s was not answered: %s (%d)", asked, _UNANSWERED[error.code], error.code)
    else:
        log.error("discord: %s was not answered", asked, exc_info=error)


def _seconds(response: aiohttp.ClientResponse | object) -> float:
    headers = getattr(response, "headers", {})
    try:
        return float(headers.get("Retry-After", 0))
    except ValueError:
        return 0.0
