"""Channels subscribe themselves, in a real bot over the real libraries: what they ordered comes once, and no more."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.faults.clock import Clock
from tests.faults.ground import PASSWORD, Bot, living
from tests.product.chats import DiscordChat, Said, SlackChat
from tests.product.home import ROOT, save
from tests.product.running import told, until
from tests.product.seen import on_slack
from tests.product.worlds import World, world

CHATS = ["discord", "slack over a socket"]
LEAKS: list[str] = yaml.safe_load((ROOT / "tests" / "exam" / "leak_words.yaml").read_text(encoding="utf-8"))
DIGESTS = """\
digests:
  log: {title: The log, at: "08:00", show: rotate, count: 2, briefings: [tide-log], channels: [admins]}
  mixed: {title: All of it, at: "08:00", show: headline, channels: [admins]}
  board: {title: Board matters, at: "08:00", show: all, briefings: [harbour-dredging], channels: [admins]}
"""


class Quay:
    """A channel that config.yaml does not name, and who runs the place it is in."""

    def __init__(self, one: World, room: str, runs: str) -> None:
        self.world, self.chat, self.room, self.runs = one, one.chat, room, runs

    async def ask(self, line: str, who: str = "") -> Said:
        return await self.chat.ask(who or self.runs, line, self.room)

    async def posts(self, title: str = "The log") -> list[str]:
        return [post.words for post in await self.chat.posts(self.room) if title in post.words]


@asynccontextmanager
async def quay(mode: str, path: Path) -> AsyncIterator[tuple[Quay, Clock]]:
    async with world(mode, path) as one:
        config = one.home / "config.yaml"
        save(config, config.read_text(encoding="utf-8") + DIGESTS)
        chat = one.chat
        if isinstance(chat, DiscordChat):
            room = await chat.server.channel(chat.guild, "quay")
            runs = await chat.server.member(chat.guild, "ulla", permissions=["manage_guild"])
        else:
            assert isinstance(chat, SlackChat)
            room, runs = await chat.server.channel("quay"), await chat.server.user("ulla", admin=True)
            await chat.server.join(room, runs)
        yield Quay(one, room, runs), Clock(path / "clock")


@asynccontextmanager
async def running(at: Quay, clock: Clock) -> AsyncIterator[Bot]:
    async with living(at.world.home, {**at.world.environ, "DESK_PASSWORD": PASSWORD, **clock.extra}) as bot:
        await at.world.connected()
        yield bot


def until_next(clock: Clock, at: str, zone: str) -> float:
    """Seconds by which the clock is to be ahead a second before the next time of that name."""
    now = datetime.now(ZoneInfo(zone)) + timedelta(seconds=clock.ahead)
    hour, minute = map(int, at.split(":"))
    due = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    due += timedelta(days=due <= now)
    return clock.ahead + (due - now).total_seconds() - 1


async def passes(clock: Clock, at: str, zone: str, bot: Bot) -> None:
    """That time of day passes, and whatever was due then has been planned."""
    clock.set(until_next(clock, at, zone))
    await asyncio.sleep(3.5)
    await until(lambda: not bot.said.endswith("is due\n"))


async def sent(at: Quay, bot: Bot, count: int, title: str = "The log") -> None:
    """There are so many posts of a digest, and a moment later no more."""

    async def there() -> bool:
        return len(await at.posts(title)) >= count

    await until(there, lambda: bot.said)
    await asyncio.sleep(1.5)
    assert len(await at.posts(title)) == count


@pytest.mark.parametrize("mode", CHATS)
async def test_eight_in_berlin_and_eight_in_seoul_come_once_each(mode: str, tmp_path: Path) -> None:
    async with quay(mode, tmp_path) as (at, clock), running(at, clock) as bot:
        done = await at.ask("/digest subscribe log at 8:00 seoul")
        assert "The log comes here: 08:00, every day, Asia/Seoul." in done.words.replace("**", "")
        assert "It tells what TLP:CLEAR may see" in done.words
        assert done.private

        await passes(clock, "08:00", "Asia/Seoul", bot)
        await sent(at, bot, 1)
        assert "sent to one channel" in (await at.ask("/digest list")).words
        assert "log@" not in (await at.ask("/digest why log")).words
        assert "· sent " in (await at.ask("/digest why log")).words

        await passes(clock, "08:00", "Europe/Berlin", bot)
        await sent(at, bot, 1)  # at that time it comes to the channel of config.yaml alone

        changed = await at.ask("/digest subscribe log at 08:00 europe/berlin")
        assert "Changed." in changed.words
        await passes(clock, "08:00", "Asia/Seoul", bot)
        await sent(at, bot, 1)
        await passes(clock, "08:00", "Europe/Berlin", bot)
        await sent(at, bot, 2)
        page = await bot.words("/digests")
        assert "08:00, every day, Europe/Berlin by ulla" in page


@pytest.mark.parametrize("mode", CHATS)
async def test_two_channels_get_one_digest_each_at_its_own_eight(mode: str, tmp_path: Path) -> None:
    async with quay(mode, tmp_path) as (berlin, clock), running(berlin, clock) as bot:
        chat = berlin.chat
        if isinstance(chat, DiscordChat):
            room = await chat.server.channel(chat.guild, "far-quay")
        else:
            assert isinstance(chat, SlackChat)
            room = await chat.server.channel("far-quay")
            await chat.server.join(room, berlin.runs)
        seoul = Quay(berlin.world, room, berlin.runs)
        await berlin.ask("/digest subscribe log at 08:00 Europe/Berlin")
        await seoul.ask("/digest subscribe log at 08:00 Asia/Seoul")
        for zone, at, other, others in (("Asia/Seoul", seoul, berlin, 0), ("Europe/Berlin", berlin, seoul, 1)):
            await passes(clock, "08:00", zone, bot)
            await sent(at, bot, 1)
            assert len(await other.posts()) == others


@pytest.mark.parametrize("mode", CHATS)
async def test_what_rests_is_not_caught_up_and_what_ended_does_not_come(mode: str, tmp_path: Path) -> None:
    async with quay(mode, tmp_path) as (at, clock), running(at, clock) as bot:
        done = await at.ask("/digest subscribe log at 09:00 utc")
        paused = await at.chat.press(done, "Pause The log", at.runs)
        assert "rests here now" in paused.words
        await passes(clock, "09:00", "UTC", bot)
        resumed = await at.chat.press(paused, "Resume The log", at.runs)
        assert "The log comes here" in resumed.words.replace("**", "")
        await asyncio.sleep(3)
        assert await at.posts() == []
        assert "it was paused" in (await at.ask("/digest history log")).words

        await passes(clock, "09:00", "UTC", bot)
        await sent(at, bot, 1)

        ended = await at.chat.press(resumed, "Unsubscribe The log", at.runs)
        assert "comes here no more" in ended.words
        await passes(clock, "09:00", "UTC", bot)
        await sent(at, bot, 1)
        assert "No digest comes here" in (await at.ask("/digest")).words
        again = await at.chat.press(ended, "Subscribe to The log", at.runs)
        assert "08:00, every day, Europe/Berlin" in again.words


@pytest.mark.parametrize("mode", CHATS)
async def test_a_channel_that_nobody_named_is_told_what_everybody_may_see(mode: str, tmp_path: Path) -> None:
    async with quay(mode, tmp_path) as (at, clock), running(at, clock) as bot:
        assert "All of it comes here" in (await at.ask("/digest subscribe mixed at 08:00 utc")).words.replace("**", "")
        assert "There is no digest" in (await at.ask("/digest subscribe board")).words
        assert not any("board" in line for line in await at.chat.typed(at.runs, "/digest subscribe", at.room))
        await passes(clock, "08:00", "UTC", bot)
        await sent(at, bot, 1, "All of it")
        (post,) = await at.posts("All of it")
        assert "North Korean troops in Russia" in post
        assert not [word for word in LEAKS if word in post.lower()]


@pytest.mark.parametrize("mode", CHATS)
async def test_who_may_order_and_who_may_not(mode: str, tmp_path: Path) -> None:
    async with quay(mode, tmp_path) as (at, clock), running(at, clock):
        reader = await at.chat.person()
        if isinstance(at.chat, SlackChat):
            await at.chat.server.join(at.room, reader)
        for verb in ("subscribe", "unsubscribe", "pause", "resume"):
            refused = (await at.ask(f"/digest {verb} log", reader)).words
            assert "and the admins in config.yaml" in refused, refused
        assert "Subscribe to The log" not in (await at.ask("/digest", reader)).seen
        assert "Subscribe to The log" in (await at.ask("/digest")).seen
        assert "No digest comes here" in (await at.ask("/digest")).words


@pytest.mark.parametrize("mode", CHATS)
async def test_where_config_yaml_has_it_come_it_is_not_ordered_again(mode: str, tmp_path: Path) -> None:
    async with quay(mode, tmp_path) as (at, clock), running(at, clock):
        if isinstance(at.chat, SlackChat):
            await at.chat.server.join(at.chat.admins, at.runs)
        refused = await at.chat.ask(at.runs, "/digest subscribe log at 07:00", at.chat.admins)
        assert "comes here already: 08:00, every day, Europe/Berlin" in refused.words


async def test_on_slack_everybody_orders_for_themselves_on_the_home_tab(tmp_path: Path) -> None:
    async with quay("slack over a socket", tmp_path) as (at, clock), running(at, clock) as bot:
        assert isinstance(at.chat, SlackChat)
        server, reader = at.chat.server, await at.chat.person()
        home = await server.home(reader)
        button = next(
            part
            for block in home.blocks
            if block["type"] == "actions"
            for part in block["elements"]
            if part["type"] == "button" and part["text"]["text"] == "Subscribe to The log"
        )
        await server.press(home, button["action_id"], reader)
        await bot.says("subscribed to digest log")
        await passes(clock, "08:00", "Europe/Berlin", bot)
        posts = await server.messages(await server.dm(reader), at_least=1, within=30)
        assert ["tide mark" in on_slack(post.raw).words for post in posts] == [True]


async def test_on_discord_everybody_orders_for_themselves_in_a_direct_message(tmp_path: Path) -> None:
    async with quay("discord", tmp_path) as (at, clock), running(at, clock) as bot:
        assert isinstance(at.chat, DiscordChat)
        server, reader = at.chat.server, await at.chat.person()
        done = await at.chat.ask_in(None, None, reader, "/digest subscribe log")
        assert "comes here" in done.words
        await passes(clock, "08:00", "Europe/Berlin", bot)
        posts = await server.messages(await server.dm(reader), at_least=1, within=30)
        assert len([post for post in posts if re.search("tide mark", str(post))]) == 1


@pytest.mark.parametrize("mode", CHATS)
async def test_two_presses_at_once_do_one_thing(mode: str, tmp_path: Path) -> None:
    async with quay(mode, tmp_path) as (at, clock), running(at, clock) as bot:
        listed = await at.ask("/digest")
        await asyncio.gather(*(at.chat.press(listed, "Subscribe to The log", at.runs) for _ in range(3)))
        await passes(clock, "08:00", "Europe/Berlin", bot)
        await sent(at, bot, 1)


async def test_what_comes_here_is_told_in_the_chat_and_on_the_command_line(tmp_path: Path) -> None:
    async with quay("discord", tmp_path) as (at, clock), running(at, clock):
        await at.ask("/digest subscribe log at 7.30am on weekdays seoul")
        assert "07:30, Monday to Friday, Asia/Seoul" in (await at.ask("/digest next")).words
        assert "subscribed here by ulla" in (await at.ask("/digest list")).words
        offered = await at.chat.typed(at.runs, "/digest subscribe mixed at 07:30 se", at.room)
        assert any(line.endswith("= subscribe mixed at 07:30 Asia/Seoul") for line in offered)
        code, said = await told(at.world.home, "digest", "list", environ=at.world.environ)
        assert code == 0, said
        assert "log@1" in said
        assert "subscribed by ulla" in said


async def test_on_slack_nothing_is_ordered_where_others_read_along_or_the_bot_is_not(tmp_path: Path) -> None:
    async with quay("slack over a socket", tmp_path) as (at, clock), running(at, clock):
        assert isinstance(at.chat, SlackChat)
        server = at.chat.server
        shared = await server.channel("with-others", shared=True)
        empty, hidden = (
            await server.channel("no-bot", member=False),
            await server.channel("hidden", member=False, private=True),
        )
        for room in (shared, empty, hidden):
            await server.join(room, at.runs)
        assert "another house" in (await at.chat.ask(at.runs, "/digest subscribe log", shared)).words
        assert "Invite it first" in (await at.chat.ask(at.runs, "/digest subscribe log", empty)).words
        assert "nobody invited it" in (await at.chat.ask(at.runs, "/digest subscribe log", hidden)).words


async def test_outside_its_own_servers_nothing_is_ordered_on_discord(tmp_path: Path) -> None:
    async with quay("discord", tmp_path) as (at, clock):
        assert isinstance(at.chat, DiscordChat)
        server, config = at.chat.server, at.world.home / "config.yaml"
        other = await server.guild("Another house")
        room = await server.channel(other, "lobby")
        runs = await server.member(other, "boss", permissions=["manage_guild"])
        async with running(at, clock):
            assert "comes here" in (await at.chat.ask_in(other, room, runs, "/digest subscribe log at 08:00")).words
        save(config, config.read_text(encoding="utf-8") + f'discord: {{guilds: ["{at.chat.guild}"]}}\n')
        async with running(at, clock) as bot:
            # What was ordered before goes on, with what everybody may see; no command is offered there any more.
            await passes(clock, "08:00", "Europe/Berlin", bot)
            posts = await server.messages(room, at_least=1, within=30)
            assert len(posts) == 1
            assert not [word for word in LEAKS if word in str(posts).lower()]


@pytest.mark.parametrize("mode", CHATS)
async def test_a_digest_that_is_taken_out_ends_and_goes_on_when_it_comes_back(mode: str, tmp_path: Path) -> None:
    async with quay(mode, tmp_path) as (at, clock), running(at, clock) as bot:
        config = at.world.home / "config.yaml"
        whole = config.read_text(encoding="utf-8")
        await at.ask("/digest subscribe log at 08:00 utc")
        save(config, "".join(line for line in whole.splitlines(keepends=True) if not line.startswith("  log:")))

        async def taken_out() -> bool:
            return "The log" not in await bot.words("/digests")

        await until(taken_out)
        assert "No digest comes here" in (await at.ask("/digest")).words
        await passes(clock, "08:00", "UTC", bot)
        assert await at.posts() == []
        save(config, whole)
        await bot.shows("/digests", "The log")
        assert "subscribed here by ulla" in (await at.ask("/digest")).words
        await passes(clock, "08:00", "UTC", bot)
        await sent(at, bot, 1)
