"""Channels that close, and a bot that is thrown out: the others get their digests, and nobody is asked without end."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.faults.clock import Clock
from tests.faults.ground import QUICK, SHORTER, Bot, Ground, Servers, ended, eventually, laid
from tests.faults.stories import Digest, Story, mark
from tests.shelf.home import SOAK

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHANNELS = 2_000 if SOAK else 640
REST, IN_HAND = 500, 90
"""Refusals after which the bot asks nothing for a while, and how many posts may be on their way by then."""

SOON = {"SHORTER": f"{SHORTER} bot.digests.caretaker.EVERY=1"}
"""So that the caretaker of closed places does not take a minute for a round."""

QUARTER = 16 * 60.0
"""Seconds after which a closed place is asked again."""


async def test_a_bot_that_does_not_hear_that_it_was_thrown_out_rests_after_five_hundred_refusals(
    servers: Servers, tmp_path: Path
) -> None:
    theirs = await servers.discord.guild("Gull watch")
    rooms = {f"discord-{at}": await servers.discord.channel(theirs, f"gulls-{at}") for at in range(CHANNELS)}
    names = [*rooms, "slack-1"]
    async with laid(servers, tmp_path, ["slack-1"], [Story("tides")], {}) as ground:
        ground.folder.channels |= {name: {"at": f"discord:{number}"} for name, number in rooms.items()}
        ground.folder.digests["log"] = Digest(names, ["tides"])
        await asyncio.to_thread(ground.folder.save)
        await servers.discord.remove_bot(theirs)
        async with ground.bot(QUICK) as bot:
            await bot.says("connected to Harbour desk", "discord: connected to 1 server")
            await bot.send("log")
            await bot.says("it refused very much, and would shut the bot out")
            await asyncio.sleep(2.5)  # what was in hand
            tried = len(ground.discord.tried)
            await asyncio.sleep(3.0)
            assert len(ground.discord.tried) == tried, "it rests"
            assert await bot.ended("log", rooms=["slack-1"])
            await bot.shows("/", "it refused very much")
            states = await ground.states()
            refused = [line for line in bot.said.splitlines() if "failed: " in line]
    assert REST <= tried <= REST + IN_HAND
    asked = len({one.channel for one in ground.discord.tried})  # on a busy machine one may be asked twice
    # On a busy machine some had begun and gave up before they asked; they wait like all the others.
    waiting = states.pop("pending", 0) + states.pop("retry", 0)
    assert (states, waiting) == ({"failed": asked, "sent": 1}, CHANNELS - asked)
    assert all("cannot see" in line or "not in the Discord server" in line for line in refused), refused[:3]
    assert not ground.wrong(["slack-1"], mark("tides", 1))


async def test_a_bot_that_hears_of_it_sends_nothing_there_until_it_is_let_in_again(
    servers: Servers, tmp_path: Path
) -> None:
    theirs = await servers.discord.guild("Gull watch")
    numbers = {f"discord-{at}": await servers.discord.channel(theirs, f"gulls-{at}") for at in range(12)}
    rooms = [*numbers, "slack-1", "slack-2"]
    stories = [Story("first"), Story("second"), Story("third")]
    digests = {one.name: Digest(rooms, [one.name]) for one in stories}
    admins = {"admins": {"channel": "slack-admins"}}
    async with laid(servers, tmp_path, [*rooms[-2:], "slack-admins"], stories, {}, **admins) as ground:
        ground.rooms = {**ground.rooms, **numbers}
        ground.folder.channels |= {name: {"at": f"discord:{number}"} for name, number in numbers.items()}
        ground.folder.digests |= digests
        await asyncio.to_thread(ground.folder.save)
        async with ground.bot(SOON) as bot:
            await bot.says("commands are offered")
            await servers.discord.remove_bot(theirs)
            await servers.slack.leave(ground.rooms["slack-2"], servers.slack.bot_user_id)
            await servers.slack.tell("channel_left", channel=ground.rooms["slack-2"])
            await bot.says("the bot is not in the server Gull watch any more", "not in the channel any more")
            await bot.send("first")
            first = await bot.ended("first")
            assert not ground.discord.tried, "it is not tried"
            await eventually(lambda: bool(ground.kept("slack-admins")), lambda: bot.said)
            places = await bot.words("/digests")
            await servers.discord.invite_bot(theirs)
            await servers.slack.join(ground.rooms["slack-2"], servers.slack.bot_user_id)
            user = servers.slack.bot_user_id
            await servers.slack.tell("member_joined_channel", channel=ground.rooms["slack-2"], user=user)
            await eventually(lambda: bot.said.count("the bot is there again") == 2, lambda: bot.said)
            await bot.send("second")
            second = await bot.ended("second")
            notices = ground.kept("slack-admins")
    for name in numbers:
        assert "the place is suspended: the bot is not in the server Gull watch any more" in first[name][0], first
    assert "the place is suspended: the bot is not in the channel any more" in first["slack-2"][0], first
    assert {ended(lines[0]) for lines in second.values()} == {"sent"}, second
    assert not ground.wrong(rooms, mark("second", 1))
    assert not ground.wrong([*numbers, "slack-2"], mark("first", 1), times=0)
    assert places.count("suspended") >= len(numbers) + 1
    named = [number for number in numbers.values() for text in notices if f"discord:{number}" in text]
    assert len(set(named)) == len(named), "each is told of once"
    assert any("After 30 days away" in text for text in notices)


CLOSED = {
    "discord-denied": "The bot may not post in",
    "discord-deleted": "There is no such Discord channel any more",
    "slack-left": "The bot is not in Slack channel",
    "slack-archived": "is archived",
    "slack-deleted": "is not there, or is private",
}
REOPENED = ("discord-denied", "slack-left")
CALM = tuple(f"{platform}-{number}" for platform in ("discord", "slack") for number in (1, 2, 3))


async def test_closed_channels_stop_no_other_and_the_next_digest_goes_where_it_is_open_again(
    servers: Servers, tmp_path: Path
) -> None:
    rooms = [CALM[0], *CLOSED, *CALM[1:]]
    clock = Clock(tmp_path / "clock")
    stories = [Story("first"), Story("second"), Story("third")]
    digests = {one.name: Digest(rooms, [one.name]) for one in stories}
    admins = {"admins": {"channel": "slack-admins"}}
    async with (
        laid(servers, tmp_path, [*rooms, "slack-admins"], stories, digests, **admins) as ground,
        ground.bot(clock.extra | SOON) as bot,
    ):
        await bot.says("commands are offered")
        await close(servers, ground.rooms)
        await bot.send("first")
        fates = await bot.ended("first")
        await _told_once(ground, bot)
        tried = {name: _tries(ground, name) for name in CLOSED}
        await bot.send("second")
        again = await bot.ended("second")
        assert {name: _tries(ground, name) for name in CLOSED} == tried, "what is closed is not asked by digests"
        await reopen(servers, ground.rooms)
        clock.set(QUARTER)
        await bot.says(*(f"{ground.place(name)} takes digests again; what it missed is not sent" for name in REOPENED))
        await bot.send("third")
        third = await bot.ended("third")
        places = await bot.words("/digests")
        notices = ground.kept("slack-admins")
    for name, why in CLOSED.items():
        assert ended(fates[name][0]) == "failed", fates[name]
        assert why in fates[name][0], fates[name]
        assert "the place is suspended" in again[name][0], again[name]
        assert ended(third[name][0]) == ("sent" if name in REOPENED else "not sent"), third[name]
        shown = "ok" if name in REOPENED else "suspended"
        assert re.search(rf"{name} , \w+ . {shown}", places), places
    wrong = [one for story in ("first", "second", "third") for one in ground.wrong(CALM, mark(story, 1))]
    wrong += [one for story in ("first", "second") for one in ground.wrong([*CLOSED], mark(story, 1), times=0)]
    wrong += ground.wrong(REOPENED, mark("third", 1))
    assert not wrong, "\n".join(wrong)
    named = [name for name in CLOSED for text in notices if ground.place(name) in text]
    assert sorted(named) == sorted(CLOSED), "each is told of once"


async def close(servers: Servers, rooms: Mapping[str, str]) -> None:
    await servers.discord.overwrite(rooms["discord-denied"], bot_deny=["send_messages"])
    await servers.discord.delete_channel(rooms["discord-deleted"])
    await servers.slack.leave(rooms["slack-left"], servers.slack.bot_user_id)
    await servers.slack.archive(rooms["slack-archived"])
    await servers.slack.delete_channel(rooms["slack-deleted"])


async def reopen(servers: Servers, rooms: Mapping[str, str]) -> None:
    await servers.discord.overwrite(rooms["discord-denied"])
    await servers.slack.join(rooms["slack-left"], servers.slack.bot_user_id)


async def _told_once(ground: Ground, bot: Bot) -> None:
    """Wait until the admins heard of every closed place."""
    await eventually(
        lambda: all(any(ground.place(name) in text for text in ground.kept("slack-admins")) for name in CLOSED),
        lambda: f"{ground.kept('slack-admins')} {bot.said}",
    )


def _tries(ground: Ground, name: str) -> int:
    return sum(one.channel == ground.rooms[name] for one in ground.before(name).tried)
