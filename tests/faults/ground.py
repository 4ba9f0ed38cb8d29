"""The ground of a test: channels of its own on two servers, what stands before these, a folder, and the bots on it."""

import asyncio
import html
import json
import re
import signal
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.desk.reading import filled
from tests.faults.between import Between
from tests.faults.stories import Digest, Folder, Story
from tests.nursery import PIPE, STDOUT, start
from tests.product.running import CAP, Product, _end, _read, surroundings, until
from tests.product.worlds import on_discord, on_slack
from tests.servers.discord.control import DiscordServer
from tests.servers.slack.control import SlackServer

MODULE = "tests.faults.bot"
PASSWORD = "canary-of-the-faults"
SHORTER = "bot.digests.planner.POLL=2 bot.digests.leading.LEASE=3"
QUICK = {"SHORTER": SHORTER}
"""For tests that would otherwise wait for a poll of 5 and a lease of 15."""

USUAL: Mapping[str, str] = {}

_LINE = re.compile(r'<li dir="auto">(.*?)</li>', re.DOTALL)
_END = re.compile(r"(?:^|· )(sent|failed|expired|held) \d\d:|^(?:part \d+ of \d+ · )?(not sent|skipped)")


@dataclass
class Servers:
    """A Discord and a Slack, and a guild where the bot is."""

    discord: DiscordServer
    slack: SlackServer
    guild: str

    @classmethod
    @asynccontextmanager
    async def start(cls, path: Path) -> AsyncIterator["Servers"]:
        async with DiscordServer.start(path) as discord, SlackServer.start(path) as slack:
            yield cls(discord, slack, await discord.guild("Harbour desk"))

    async def mend(self) -> None:
        """Forget faults and limits."""
        await self.discord.mend()
        await self.slack.mend()


@dataclass
class Bot(Product):
    """A bot that runs, and somebody at its desk."""

    async def send(self, digest: str) -> None:
        """Post a digest by hand, as from the desk."""
        told = await self.try_to_send(digest)
        assert not told, told

    async def try_to_send(self, digest: str) -> str:
        """The same: what is said where it is not taken."""
        form = filled(await self.page(f"/digests/preview?digest={digest}"))
        async with self._http.post(
            f"{self.desk}/digests/send", data=form, headers={"Origin": self.desk}, allow_redirects=False
        ) as response:
            return "" if response.status == 303 else await response.text()

    async def why(self, digest: str, slot: str = "") -> list[str]:
        """What became of the last slot, or of this one, line by line."""
        page = await self.page(f"/digests/why?digest={digest}&slot={slot}&channel=")
        return [html.unescape(re.sub("<[^>]*>", "", line)) for line in _LINE.findall(page)]

    async def fates(self, digest: str) -> dict[str, list[str]]:
        """What became of the last slot in each channel: a line for each part."""
        found: dict[str, list[str]] = {}
        for line in await self.why(digest):
            if line.startswith("→ "):
                name, _, said = line.removeprefix("→ ").partition(": ")
                found.setdefault(name, []).append(said)
        return found

    async def ended(self, *digests: str, rooms: Collection[str] = (), within: float = CAP) -> dict[str, list[str]]:
        """Wait until all of their last slots has come to its end, or what goes to some rooms has: the fates of all."""
        fates: dict[str, list[str]] = {}

        async def at_end() -> bool:
            fates.clear()
            for digest in digests:
                there = await self.fates(digest)
                fates.update(there)
                awaited = [line for room in rooms or there for line in there.get(room, [""])]
                if not awaited or not all(map(ended, awaited)):
                    return False
            return True

        async with asyncio.timeout(within):
            await until(at_end, lambda: "\n".join(map(str, fates.items())))
        return dict(fates)

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


def ended(line: str) -> str:
    """The state in which a delivery ended, as `why` tells it; empty where it goes on."""
    found = list(_END.finditer(line))
    return (found[-1][1] or found[-1][2]) if found else ""


@dataclass
class Ground:
    """What one test has."""

    servers: Servers
    folder: Folder
    rooms: Mapping[str, str]
    """The ids of its channels by their names, which begin with the name of a platform."""
    discord: Between
    slack: Between
    environ: dict[str, str]
    _read: dict[Path, int] = field(default_factory=dict)
    _kept: dict[str, list[str]] = field(default_factory=dict)

    def before(self, name: str) -> Between:
        """What stands before the platform of this channel."""
        return self.discord if name.startswith("discord") else self.slack

    def place(self, name: str) -> str:
        """A channel's place, as the log names it."""
        return f"{name.partition('-')[0]}:{self.rooms[name]}"

    def mend(self) -> None:
        self.discord.mend()
        self.slack.mend()

    def kept(self, name: str) -> list[str]:
        """The posts of the bot that the server has kept in a channel since the test began, each as one text."""
        for log in (self.servers.discord.log_path, self.servers.slack.log_path):
            self._read_on(log)
        return self._kept.get(self.rooms[name], [])

    def wrong(self, names: Sequence[str], words: str, times: int = 1) -> list[str]:
        """The channels in which these words do not stand in exactly so many posts."""
        found = {name: sum(words in text for text in self.kept(name)) for name in names}
        return [f"{words!r} stands {count} times in {name}" for name, count in found.items() if count != times]

    @asynccontextmanager
    async def bot(self, extra: Mapping[str, str] = USUAL, *, direct: bool = False) -> AsyncIterator[Bot]:
        """The bot, started; `direct` with nothing between it and the servers."""
        environ = {**self.environ, **(self.straight if direct else {}), "DESK_PASSWORD": PASSWORD, **extra}
        async with living(self.folder.home, environ) as bot:
            yield bot

    @property
    def straight(self) -> dict[str, str]:
        return {"DISCORD_API_URL": self.servers.discord.api, "SLACK_API_URL": self.servers.slack.api}

    async def states(self) -> dict[str, int]:
        """How many deliveries are in each state, as the command line says; only those that there are."""
        said = await self.told("digest", "list", "--format", "json")
        counts: dict[str, int] = json.loads(said[said.index("{") :])["deliveries"]
        return {state: count for state, count in counts.items() if count}

    async def told(self, *words: str, extra: Mapping[str, str] = USUAL) -> str:
        """What a verb of the command line says."""
        words = (*words, "--config", str(self.folder.home / "config.yaml"))
        environ = surroundings({**self.environ, **extra})
        process = await start(MODULE, *words, cwd=self.folder.home, env=environ, stdout=PIPE, stderr=STDOUT)
        said, _ = await asyncio.wait_for(process.communicate(), 2 * CAP)
        assert process.returncode == 0, said.decode()
        return said.decode()

    def _read_on(self, log: Path) -> None:
        with log.open("rb") as file:
            file.seek(self._read.get(log, 0))
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read[log] = self._read.get(log, 0) + len(whole)
        for line in whole.splitlines():
            record: dict[str, Any] = json.loads(line)
            if record["kind"] == "message" and "stored" in (record.get("act"), record.get("what")):
                body = record.get("message") or {"channel_id": record["channel"], **record["body"]}
                self._kept.setdefault(str(body["channel_id"]), []).append(json.dumps(body, ensure_ascii=False))


@asynccontextmanager
async def laid(
    servers: Servers,
    path: Path,
    rooms: Mapping[str, str] | Sequence[str],
    stories: Sequence[Story],
    digests: Mapping[str, Digest],
    **more: Any,
) -> AsyncIterator[Ground]:
    """A ground with these channels, by their names and audiences, on Discord and Slack."""
    audiences = rooms if isinstance(rooms, Mapping) else dict.fromkeys(rooms, "TLP:CLEAR")
    ids = {name: await _room(servers, name) for name in audiences}
    channels = {
        name: {"at": f"{name.partition('-')[0]}:{ids[name]}", "audience": audience}
        for name, audience in audiences.items()
    }
    folder = Folder(path / "home", channels, {one.name: one for one in stories}, dict(digests), more)
    await asyncio.to_thread(folder.save)
    environ = on_discord(servers.discord) | on_slack(servers.slack)
    async with AsyncExitStack() as parts:
        discord = await parts.enter_async_context(Between.standing(servers.discord.api))
        slack = await parts.enter_async_context(Between.standing(servers.slack.api))
        environ["DISCORD_API_URL"] = discord.root(servers.discord.api)
        environ["SLACK_API_URL"] = slack.root(servers.slack.api)
        ground = Ground(servers, folder, ids, discord, slack, environ)
        ground._read.update({log: log.stat().st_size for log in (servers.discord.log_path, servers.slack.log_path)})
        try:
            yield ground
        finally:
            await servers.mend()


async def _room(servers: Servers, name: str) -> str:
    if name.startswith("desk"):
        return name
    if name.startswith("discord"):
        return await servers.discord.channel(servers.guild, name)
    return await servers.slack.channel(name)


@asynccontextmanager
async def living(home: Path, environ: Mapping[str, str]) -> AsyncIterator[Bot]:
    """A process of tests.faults.bot; at the end it is asked to stop, and said nothing of faults of its own."""
    words = ("run", "--config", str(home / "config.yaml"))
    process = await start(MODULE, *words, cwd=home, env=surroundings(environ), stdout=PIPE, stderr=PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    out: list[str] = []
    err: list[str] = []
    reading = [asyncio.create_task(_read(process.stdout, out)), asyncio.create_task(_read(process.stderr, err))]
    try:
        await until(lambda: process.returncode is not None or any(line.startswith("Stop with") for line in out))
        desk = next((line for line in out if line.startswith("Desk: ")), None)
        assert desk is not None, "".join([*out, *err])
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=CAP)) as http:
            bot = Bot(process, desk.removeprefix("Desk: ").strip().rstrip("/"), out, err, PASSWORD, http)
            await bot.enter()
            yield bot
    finally:
        await _end(process)
        await asyncio.gather(*reading)
        print("".join([*out, *err]))
    unwanted = [line for line in err if "Traceback" in line or "Unclosed" in line]
    assert not unwanted, "".join(err)


async def eventually(holds: Callable[[], bool], why: Callable[[], str], within: float = CAP) -> None:
    """Wait until this holds, at most so long."""
    async with asyncio.timeout(within):
        await until(holds, why)
