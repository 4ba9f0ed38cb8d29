"""Looks at a Discord bot from outside: its token, servers, channels; and, where asked, tries a post for real."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import discord

from bot.commands.base import Place
from bot.content.counting import how_many
from bot.errors import BriefingBotError
from bot.message import Action, Message, Paragraph, plain
from bot.platforms.base import Found, key_of
from bot.platforms.discord.render import render
from bot.platforms.discord.wire import Discord
from bot.platforms.discord.wire.faults import ENDPOINT, MANGLED
from bot.platforms.findings import TEST_POST, Finding, Wanted, not_posted, of_health, take_back

REPEATED = (0.0, 45.0, Discord.repost_within.total_seconds())
"""Seconds after which a test post is repeated: delivery counts on the last."""

_INVITED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
_TOKEN = "Reset it in the developer portal under Bot, and set DISCORD_TOKEN to the new one."  # noqa: S105 (a mend, no token)
_NEEDLESS = {
    "gateway_message_content": "Message Content",
    "gateway_message_content_limited": "Message Content",
    "gateway_guild_members": "Server Members",
    "gateway_guild_members_limited": "Server Members",
    "gateway_presence": "Presence",
    "gateway_presence_limited": "Presence",
}
_LOST = (aiohttp.ClientError, OSError)


class _Nothing:
    """Notes that keep nothing: who only looks has nothing to remember."""

    async def noted(self, _name: str) -> str | None:
        return None

    async def note(self, _name: str, _value: str) -> None: ...


class _Looked:
    """A bot that is signed in and not connected, the servers it has fetched, and those asked for commands."""

    def __init__(self, client: discord.Client) -> None:
        self.client = client
        self._guilds: dict[int, discord.Guild | None] = {}
        self.asked: set[int] = set()

    @property
    def application(self) -> int:
        found = self.client.application_id
        assert found is not None
        return found

    @property
    def invitation(self) -> str:
        link = discord.utils.oauth_url(self.application, permissions=_INVITED, scopes=("bot", "applications.commands"))
        return f"Invite it: {link}"

    async def guild(self, number: int) -> discord.Guild | None:
        """A server, or None where the bot is not in it."""
        if number not in self._guilds:
            try:
                self._guilds[number] = await self.client.fetch_guild(number, with_counts=False)
            except (discord.NotFound, discord.Forbidden):
                self._guilds[number] = None
        return self._guilds[number]


@asynccontextmanager
async def _signed_in(token: str, api: str) -> AsyncIterator[_Looked]:
    discord.http.Route.BASE = api.rstrip("/")  # the library knows one address for the whole process
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    async with discord.Client(intents=discord.Intents(guilds=True), max_ratelimit_timeout=30.0) as client:
        await client.login(token)
        yield _Looked(client)


@asynccontextmanager
async def _platform(token: str, api: str) -> AsyncIterator[Discord]:
    """The platform as the bot runs it, but for the gateway."""
    platform = Discord(token, _Nothing(), api=api)
    try:
        yield platform
    finally:
        await platform.close()


async def examine(token: str, api: str, guilds: Sequence[str], channels: Sequence[Wanted]) -> list[Finding]:
    """What there is to say of the bot; `guilds` are those it is at home in, none for everywhere."""
    found: list[Finding] = []
    try:
        async with _signed_in(token, api) as looked, _platform(token, api) as platform:
            found += await _bot(looked)
            homes = {int(guild) for guild in guilds}
            for home in sorted(homes):
                found += await _home(looked, home)
            for wanted in channels:
                found += await _channel(looked, platform, wanted, homes)
    except discord.LoginFailure:
        return [Finding("wrong", "Discord", "Discord refuses the bot's token.", _TOKEN)]
    except discord.RateLimited as error:
        said = f"Discord wants to be left alone for {error.retry_after:.0f} seconds."
        found.append(Finding("wrong", "Discord", said, "Ask again then; the bot waits by itself."))
    except discord.HTTPException as error:
        found.append(Finding("wrong", "Discord", f"Discord answered with status {error.status}.", "Try again later."))
    except _LOST:
        found.append(Finding("wrong", "Discord", "Discord broke off the connection.", "Try again."))
    except (discord.DiscordException, *MANGLED):
        told = "What answered in Discord's place cannot be read."
        found.append(Finding("wrong", "Discord", told, "Look at DISCORD_API_URL, and at the proxy behind it."))
    return found


async def _bot(looked: _Looked) -> list[Finding]:
    """Which bot it is, where it is, and what it is allowed without need."""
    amount = 0
    async for _ in looked.client.fetch_guilds(limit=None, with_counts=False):
        amount += 1
    found = [Finding("ok", "Discord", f"The bot is {looked.client.user}, in {how_many(amount, 'server')}.")]
    if not amount:
        found.append(Finding("warning", "Discord", "It is in no server yet.", looked.invitation))
    if looked.client.application and looked.client.application.interactions_endpoint_url:
        told, _, mend = ENDPOINT.partition(". ")
        found.append(Finding("wrong", "Discord", f"{told}.", mend))
    flags = looked.client.application_flags
    needless = dict.fromkeys(name for flag, name in _NEEDLESS.items() if getattr(flags, flag))
    if needless:
        said = f"The bot may hear more than it needs: {', '.join(needless)} Intent."
        found.append(Finding("warning", "Discord", said, "Switch it off in the developer portal under Bot."))
    return found


async def _home(looked: _Looked, number: int) -> list[Finding]:
    if await looked.guild(number) is None:
        said = f"The bot is not in the server {number} of discord.guilds."
        return [Finding("wrong", "Discord", said, looked.invitation)]
    return await _commands(looked, number)


async def _channel(looked: _Looked, platform: Discord, wanted: Wanted, homes: set[int]) -> list[Finding]:
    """How one channel and its server are."""
    health = of_health("Discord", wanted, await platform.health(Place("discord", wanted.id)))
    try:
        channel = await looked.client.fetch_channel(int(wanted.id))
    except (discord.NotFound, discord.Forbidden):
        return [health]  # which says so
    if isinstance(channel, discord.abc.PrivateChannel):
        return [health]
    found = [health, *await _commands(looked, channel.guild.id)]
    guild = await looked.guild(channel.guild.id)
    if guild and homes and guild.id not in homes:
        said = f'{wanted} lies in the server "{guild.name}", which is not among discord.guilds: TLP:CLEAR only.'
        found.append(Finding("warning", "Discord", said, f"Add {guild.id} to discord.guilds, or take the channel out."))
    return found


async def _commands(looked: _Looked, number: int) -> list[Finding]:
    """Whether commands may be offered in a server: it may have been invited without that scope."""
    guild = await looked.guild(number)
    if guild is None or number in looked.asked:
        return []
    looked.asked.add(number)
    try:
        await looked.client.http.get_guild_commands(looked.application, number)
    except discord.Forbidden:
        said = f'The server "{guild.name}" let the bot in without its commands.'
        return [Finding("wrong", "Discord", said, looked.invitation)]
    return []


async def try_live(token: str, api: str, admins: Wanted) -> list[Finding]:
    """Post in the admin channel, repeat it, look whether it is found again, and delete all of it."""
    posted: list[str] = []
    place = Place("discord", admins.id)
    async with _platform(token, api) as platform:
        try:
            found = await _tried(platform, place, admins, posted)
        except BriefingBotError as error:
            found = [not_posted("Discord", admins, error)]
        finally:
            left = await asyncio.shield(take_back("Discord", platform, place, admins, posted))
    return found + left


async def _tried(platform: Discord, place: Place, admins: Wanted, posted: list[str]) -> list[Finding]:
    """Whether history tells each of the two witnesses, and how long a repeated post makes no second message."""
    since, clock = datetime.now(UTC), asyncio.get_running_loop().time
    blocks = (Paragraph(plain(TEST_POST)),)
    with_button = Message("Test", blocks=blocks, origin=Action("", "help"), offers=("report",))
    found: list[Finding] = []
    for witness, message in (("footer", Message("Test", blocks=blocks)), ("button", with_button)):
        key, frozen = key_of("doctor", uuid.uuid4().hex), render(message, 0)
        begun = clock()
        posted.append(await platform.post(place, frozen, key))
        if await platform.find(place, key, since) == Found(posted[-1]):
            found.append(Finding("ok", "Discord", f"A post is found again in the history by its {witness}."))
        else:
            said = f"A post in {admins} is not found again in the history by its {witness}."
            found.append(Finding("wrong", "Discord", said, "Digests whose sending is doubtful will be held."))
    for seconds in REPEATED:
        await asyncio.sleep(begun + seconds - clock())
        posted.append(await platform.post(place, frozen, key))
        if posted[-1] != posted[-2]:
            said = f"A post repeated with its nonce makes a second message after {seconds:.0f} seconds."
            mend = "A digest may come twice after a lost connection: report it."
            return [*found, Finding("wrong", "Discord", said, mend)]
    said = f"A post repeated with its nonce makes no second message, {REPEATED[-1]:.0f} seconds later either."
    return [*found, Finding("ok", "Discord", said)]
