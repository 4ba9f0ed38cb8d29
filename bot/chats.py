"""The chat platforms: which can be started and why others not, and their running beside one another."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.commands.base import Command
from bot.digests.leading import Leading
from bot.environment import Secrets
from bot.errors import StartError, StoreError
from bot.front import Front
from bot.platforms.base import Health, Notes, Platform
from bot.platforms.tokens import token_faults
from bot.settings import Config, Settings

log = logging.getLogger(__name__)

ALONE = frozenset(("discord",))
"""Platforms to which one replica is connected: each connection of a bot to Discord hears every press."""

LOOK = 1.0
"""Seconds between two looks whether that is this one."""

AGAIN = 30.0
"""Seconds until a platform that failed in a way nobody foresaw is run again."""


@dataclass(frozen=True, slots=True)
class Chats:
    """The platforms that were started, by name."""

    platforms: Mapping[str, Platform]

    def running(self, front: Front, leading: Callable[[str], Leading]) -> Iterator[Coroutine[Any, Any, None]]:
        """One task a platform; none of them ends another. `leading` gives the lease of a platform's connection."""
        for name, platform in self.platforms.items():
            tended = partial(_tended, name, platform, front)
            yield _alone(name, tended, front, leading(name)) if name in ALONE else tended()

    async def offer(self, commands: Sequence[Command]) -> None:
        for name, platform in self.platforms.items():
            try:
                await platform.offer(commands)
            except Exception:  # whatever a library throws here, the others are to be told all the same
                log.exception("%s: the commands could not be offered", name)


async def _tended(name: str, platform: Platform, front: Front) -> None:
    """Run a platform until it says that waiting will not help; what is no error of ours to foresee is tried again."""
    while True:
        try:
            await platform.run(front)
        except Exception:  # a fault in one platform's library must not stop the desk and the others
            log.exception("%s stopped; it is started again in %.0f seconds", name, AGAIN)
            front.fallen[name] = Health("trouble", "stopped by a fault of the bot, and started again; see the log")
            await asyncio.sleep(AGAIN)
            del front.fallen[name]
        else:
            log.error("%s is off: %s", name, platform.standing.detail)
            return


async def _alone(name: str, run: Callable[[], Coroutine[Any, Any, None]], front: Front, leading: Leading) -> None:
    """Run a platform while no other replica does.

    Where the database does not answer nobody else can take it, so it goes on: readers are answered without it.
    """
    while True:
        if await _renewed(leading):
            front.fallen.pop(name, None)
            task = asyncio.create_task(run(), name=f"{name} connected")
            try:
                while not task.done() and await _renewed(leading):
                    await asyncio.wait([task], timeout=LOOK)
            finally:
                ended = task.done()
                task.cancel()
                await asyncio.wait([task])
                with suppress(StoreError):
                    await leading.give_up()
            if ended:
                return
            log.warning("%s: another replica has taken the connection over", name)
        else:
            front.fallen[name] = Health("on", "another replica is connected")
        await asyncio.sleep(LOOK)


async def _renewed(leading: Leading) -> bool:
    """Whether the lease is ours, or was when the database answered last; who never had it waits for an answer."""
    if not leading.due:
        return leading.fence is not None
    try:
        return await leading.renew()
    except StoreError:
        return leading.fence is not None


@asynccontextmanager
async def build(
    settings: Settings, secrets: Secrets, notes: Notes, front: Front, *, hearing: bool = True
) -> AsyncIterator[Chats]:
    """Make each platform whose tokens are there and sound, and tell the front of those that are not.

    Where nothing is to be heard, no port is opened for it.
    """
    config = settings.config
    values = {name.lower(): value for name, value in secrets.named()}
    faults = token_faults(values, config.slack.mode)
    absent: dict[str, Health] = {}
    platforms: dict[str, Platform] = {}
    async with AsyncExitStack() as parts:
        for name, has_token in (("discord", secrets.discord_token), ("slack", secrets.slack_bot_token)):
            if faults.get(name):
                absent[name] = Health("trouble", " ".join(faults[name]))
                log.error("%s is off: %s", name, absent[name].detail)
            elif not has_token:
                absent[name] = Health("off", "no token")
            else:
                make = _discord if name == "discord" else _slack
                try:
                    platforms[name] = await make(config, secrets, notes, front, parts, hearing)
                except StartError as error:
                    absent[name] = Health("trouble", str(error))
                    log.error("%s is off: %s", name, error)  # noqa: TRY400 a sentence for the operator
        front.platforms, front.absent = platforms, absent
        yield Chats(platforms)


async def _discord(
    config: Config, secrets: Secrets, notes: Notes, front: Front, parts: AsyncExitStack, _: bool
) -> Platform:
    from bot.platforms.discord.wire import Discord

    assert secrets.discord_token is not None
    discord = Discord(
        secrets.discord_token,
        notes,
        api=secrets.discord_api_url,
        guilds=config.discord.guilds,
        moved=lambda move: front.moved(move),
        timeout=config.delivery.timeout.total_seconds(),
    )
    parts.push_async_callback(discord.close)
    return discord


async def _slack(
    config: Config, secrets: Secrets, notes: Notes, front: Front, parts: AsyncExitStack, hearing: bool
) -> Platform:
    from bot.platforms.slack.wire import Slack

    assert secrets.slack_bot_token is not None
    slack = Slack(
        secrets.slack_bot_token,
        app_token=secrets.slack_app_token if config.slack.mode == "socket" else None,
        api=secrets.slack_api_url,
        prefix=config.slack.prefix,
        guarded=partial(front.guarded, "slack"),
        moved=lambda move: front.moved(move),
        timeout=config.delivery.timeout.total_seconds(),
    )
    parts.push_async_callback(slack.close)
    if config.slack.mode == "http" and hearing:
        from bot.platforms.web import Web

        assert secrets.slack_signing_secret is not None
        where, secret = config.web, secrets.slack_signing_secret
        web = Web(where.host, where.port, secret, slack.hear, stopped=lambda: front.stopped())
        await web.start()
        parts.push_async_callback(web.stop)
    return slack
