"""Servers that lose, spoil and hold up posts: every channel gets its digest once, and it is told why it was late."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.between import Trouble
from tests.faults.ground import Servers, ended, laid
from tests.faults.stories import Digest, Story, mark
from tests.servers.faults import Fault

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLATFORMS = ("discord", "slack")
SLOW = 1.7
"""Seconds: longer than the bot waits for an answer, and not as long as it thinks a request may be under way."""


PAUSE = {"SHORTER": "bot.platforms.slack.wire.api.PAUSE=2"}
"""Slack, where it was not reached, is asked again after two seconds, and not after 30."""


@dataclass(frozen=True)
class Case:
    """What happens to the posts into a channel, and how the bot names it on Discord and on Slack."""

    troubles: tuple[Trouble, ...]
    on_discord: str
    on_slack: str


def case(kind: str, on_discord: str, on_slack: str, *, times: int = 1, status: int = 502, after: bool = False) -> Case:
    seconds = {"slow": SLOW, "limited": 1.0}.get(kind, 0.0)
    return Case((Trouble(kind, after, status, seconds),) * times, on_discord, on_slack)  # type: ignore[arg-type]


CASES = {
    "cut-before": case("cut", "the connection was lost", "was not answered"),
    "cut-after": case("cut", "the connection was lost", "was not answered", after=True),
    "cut-thrice": case("cut", "the connection was lost", "was not answered", times=3),
    "page-500": case("page", "Discord answered 500", "answered with 500", status=500),
    "page-502": case("page", "Discord answered 502", "answered with 502"),
    "page-503": case("page", "Discord answered 503", "answered with 503", status=503),
    "page-500-after": case("page", "Discord answered 500", "answered with 500", status=500, after=True),
    "page-502-after": case("page", "Discord answered 502", "answered with 502", after=True),
    "page-503-after": case("page", "Discord answered 503", "answered with 503", status=503, after=True),
    "page-200-after": case("page", "could not be read", "answered with", status=200, after=True),
    "half": case("half", "the connection was lost", "was not answered"),
    "half-after": case("half", "the connection was lost", "was not answered", after=True),
    "slow": case("slow", "there was no answer in time", "was not answered"),
    "slow-after": case("slow", "there was no answer in time", "was not answered", after=True),
    "limited-twice": case("limited", "429", "Slack asks for a pause", times=2),
}


async def test_whatever_a_server_does_with_a_post_it_arrives_once_and_why_it_was_late_is_told(
    servers: Servers, tmp_path: Path
) -> None:
    rooms = {f"{platform}-{name}": one for platform in PLATFORMS for name, one in CASES.items()}
    digests = {"log": Digest([*rooms, *(f"{platform}-calm" for platform in PLATFORMS)], ["tides"])}
    async with laid(servers, tmp_path, digests["log"].channels, [Story("tides")], digests) as ground:
        for room, one in rooms.items():
            ground.before(room).plan(ground.rooms[room], *one.troubles)
        async with ground.bot() as bot:
            await bot.send("log")
            fates = await bot.ended("log")
            said = bot.said
    wrong = ground.wrong([*fates], mark("tides", 1))
    wrong += [f"{room}: {lines}" for room, lines in fates.items() if ended(lines[0]) != "sent"]
    for room, one in rooms.items():
        named = one.on_discord if room.startswith("discord") else one.on_slack
        logged = "\n".join(line for line in said.splitlines() if ground.place(room) in line)
        wrong += [f"{room}: {named!r} is not in: {text}" for text in (fates[room][0], logged) if named not in text]
    assert len(fates) == len(rooms) + 2
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("everywhere", [True, False], ids=["everywhere", "in each channel"])
async def test_a_storm_of_429s_delays_a_digest_and_does_not_double_it(
    servers: Servers, tmp_path: Path, everywhere: bool
) -> None:
    rooms = [f"{platform}-{number}" for platform in PLATFORMS for number in range(1, 5)]
    async with laid(servers, tmp_path, rooms, [Story("tides")], {"log": Digest(rooms, ["tides"])}) as ground:
        async with ground.bot() as bot:
            await bot.says("commands are offered", "connected to Harbour desk")
            if everywhere:
                await servers.discord.limit_globally(2.5)
                await servers.slack.fault(Fault("chat.postMessage", "limited", 429, 2.0, everywhere=True))
            else:
                for room in rooms:
                    ground.before(room).plan(ground.rooms[room], *[Trouble("limited", seconds=1.0)] * 2)
            await bot.send("log")
            fates = await bot.ended("log")
            said = bot.said
        tries = len(ground.discord.tried) + len(ground.slack.tried)
    assert not ground.wrong(rooms, mark("tides", 1))
    assert {ended(lines[0]) for lines in fates.values()} == {"sent"}
    assert "retry: Slack asks for a pause" in said
    assert any("Slack asks for a pause" in fates[room][0] for room in rooms)
    assert any(any(word in fates[room][0] for word in ("429", "busy")) for room in rooms if room.startswith("discord"))
    assert tries <= 8 * (3 if everywhere else 4), "a storm is no reason to ask more"


async def test_while_both_chats_are_gone_nothing_is_lost_and_each_is_named(servers: Servers, tmp_path: Path) -> None:
    rooms = ["discord-1", "discord-2", "slack-1", "slack-2", "desk-1"]
    async with (
        laid(servers, tmp_path, rooms, [Story("tides")], {"log": Digest(rooms, ["tides"])}) as ground,
        ground.bot(PAUSE, direct=True) as bot,
    ):
        await servers.discord.gone(4.0)
        await servers.slack.gone(4.0)
        await bot.send("log")
        await bot.says("retry: Slack cannot be reached", "retry: Discord was not reached: the connection to 127")
        await bot.ended("log", rooms=["desk-1"])
        await bot.shows("/digests", "the connection to 127.0.0.1 was refused")
        fates = await bot.ended("log")
    assert not ground.wrong(rooms[:4], mark("tides", 1))
    assert "Slack cannot be reached" in fates["slack-1"][0]
    assert "the connection to 127.0.0.1 was refused" in fates["discord-1"][0]


async def test_a_name_that_does_not_resolve_keeps_a_digest_until_it_does(servers: Servers, tmp_path: Path) -> None:
    rooms = ["discord-1", "slack-1", "desk-1"]
    lost = {"DISCORD_API_URL": "https://discord.invalid/api/v10", "SLACK_API_URL": "https://slack.invalid/api/"}
    async with laid(servers, tmp_path, rooms, [Story("tides")], {"log": Digest(rooms, ["tides"])}) as ground:
        async with ground.bot(lost | PAUSE) as bot:
            await bot.send("log")
            await bot.says("retry: Discord was not reached", "retry: Slack cannot be reached")
            fates = await bot.ended("log", rooms=["desk-1"])
            states = [ended(fates[room][0]) for room in rooms]
            assert states == ["", "", "sent"], fates
            assert "the connection to discord.invalid was refused or found no way" in fates["discord-1"][0]
            assert "its name was not found" in fates["slack-1"][0]
            assert "discord.invalid" in await bot.words("/")
        async with ground.bot() as bot:
            fates = await bot.ended("log")
    assert not ground.wrong(rooms[:2], mark("tides", 1))
    assert {ended(lines[0]) for lines in fates.values()} == {"sent"}
