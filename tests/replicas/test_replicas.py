"""Several replicas: who is frozen, behind, or of another time says nothing that another says; who dies is followed."""

import asyncio
import re
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.clock import Clock, every_minute, once_each
from tests.faults.ground import QUICK, Bot, Ground, ended, eventually, laid
from tests.faults.stories import Digest, Folder, Story, mark
from tests.kills import ground as kills
from tests.kills.digests import Book
from tests.kills.harness import Exam
from tests.kills.oracle import Verdict
from tests.postgres import Cluster
from tests.product.chats import DiscordChat
from tests.product.running import together, until
from tests.replicas.fleet import STRANGERS

pytestmark = pytest.mark.asyncio(loop_scope="session")

APART = {**QUICK, "STRANGER": "1"}
ROOMS = ("discord-1", "slack-1")


@asynccontextmanager
async def laid_on(postgres: Cluster, servers: kills.Servers, path: Path, *stories: Story) -> AsyncIterator[Ground]:
    """A ground whose bots remember on a PostgreSQL, and a digest of all these stories."""
    digests = {"tidings": Digest(ROOMS, [one.name for one in stories])}
    async with laid(servers, path, ROOMS, stories, digests) as ground:  # type: ignore[arg-type]  # of another test
        ground.environ["DATABASE_URL"] = postgres.make()
        yield ground


# ---------------------------------------------------------------------- frozen


async def frozen_and_woken(servers: kills.Servers, path: Path, database: str, extra: dict[str, str]) -> Verdict:
    """One claims what is to be sent and freezes, another takes over and sends it, and the first one wakes."""
    one = Book(1, 4, ("slack-1", "slack-2", "slack-3"))  # Discord would tell by itself that it has the post
    async with kills.Ground.laid(servers, path, [one], database=database) as ground:
        exam = Exam(ground)
        first = await exam.begin({**STRANGERS, **extra, "FREEZE": "claim after commit"})
        assert (await exam.send(one.name, {"STRANGER": "1"})).code == 0
        assert await exam.until(lambda: _is_stopped(first.process.pid), within=20), first.said
        assert exam.kept < 3, "the one that froze had sent it all"
        second = await exam.begin(STRANGERS)
        assert await exam.until(lambda: exam.kept >= 3, within=40), second.said
        await asyncio.sleep(2 * kills.PACE)  # or Slack would refuse another post there
        first.process.send_signal(signal.SIGCONT)
        await asyncio.sleep(kills.GHOST)
        return await exam.judged(second)


def _is_stopped(process: int) -> bool:
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "T"


async def test_who_was_frozen_past_its_lease_sends_nothing_that_another_sent(
    servers: kills.Servers, postgres: Cluster, tmp_path: Path
) -> None:
    verdict = await frozen_and_woken(servers, tmp_path, postgres.make(), {})
    assert verdict.good, verdict
    assert verdict.delivered == 3


async def test_without_the_gate_who_was_frozen_sends_it_again(
    servers: kills.Servers, postgres: Cluster, tmp_path: Path
) -> None:
    verdict = await frozen_and_woken(servers, tmp_path, postgres.make(), {"MUTANT": "no gate"})
    assert verdict.doubled, verdict


async def test_who_sends_by_hand_without_a_bot_goes_on_for_as_long_as_it_takes(
    servers: kills.Servers, tmp_path: Path
) -> None:
    one = Book(1, 23, ("slack-1",))  # three parts, a second apart
    async with kills.Ground.laid(servers, tmp_path, [one]) as ground:
        soon = {"SHORTER": "bot.digests.replicas.AT_ODDS=0.8 bot.digests.replicas.BEAT=0.2"}
        called = await ground.machine.call("digest", "send", one.name, extra=soon)
        assert called.code == 0, called.said
        ground.kept.read()
        assert len(ground.kept.posts) == 3


# ---------------------------------------------------------------------- other files


async def test_replicas_with_other_files_post_one_edition_and_say_so_on_the_desk(
    servers: kills.Servers, postgres: Cluster, tmp_path: Path
) -> None:
    new = Story("tides", changed={1: {"text": f"Ulla Keeper says that {mark('tides', 1)}is dry."}})
    async with laid_on(postgres, servers, tmp_path / "one", Story("tides"), Story("gulls")) as ground:
        elsewhere = tmp_path / "two"
        shutil.copytree(ground.folder.home, elsewhere)
        Folder(elsewhere, {}, {"tides": new}, {}).save_story("tides")
        async with ground.bot(APART) as first:
            other = Ground(**{**vars(ground), "folder": Folder(elsewhere, {}, {}, {})})
            async with other.bot(APART) as second:
                told = "serves other files than digests are made of, and sends nothing: tides.yaml"
                await together(first.shows("/health", told), second.shows("/health", told))
                assert "is dry" in await second.ask("/impact tides"), "readers are told what is on its disk"
                await second.send("tidings")
                fates = await second.ended("tidings")
                assert {ended(line) for lines in fates.values() for line in lines} == {"sent"}
                assert not ground.wrong(ROOMS, mark("tides", 1) + "is wet")
                assert not ground.wrong(ROOMS, "is dry", times=0)

                Folder(elsewhere, {}, {"tides": Story("tides")}, {}).save_story("tides")

                async def agreed() -> bool:
                    return told not in await first.words("/health")

                await until(agreed)


FORGETFUL = {**APART, "SHORTER": f"{QUICK['SHORTER']} bot.digests.replicas.SILENT=8 bot.digests.replicas.BEAT=0.5"}
"""Who was heard with other files is believed for eight seconds, and not for 45."""

WAITS = "the files here say what they said before, and another replica serves others"


@asynccontextmanager
async def edited_everywhere_and_taken_back_on_one(
    servers: kills.Servers, postgres: Cluster, path: Path, forgets: str
) -> AsyncIterator[tuple[Ground, Bot, Bot, Folder]]:
    """A digest is put right after an edit; then who plans gets the files of before, and the other one does not."""
    async with laid_on(postgres, servers, path / "one", Story("tides")) as ground:
        ground.folder.digests["tidings"] = Digest(ROOMS, ["tides"], more={"corrections": "edit"})
        ground.folder.save()
        elsewhere = path / "two"
        shutil.copytree(ground.folder.home, elsewhere)
        copy = Folder(elsewhere, {}, {"tides": Story("tides")}, {})
        other = Ground(**{**vars(ground), "folder": copy})
        extra = {**FORGETFUL, **({"FORGETS": forgets} if forgets else {})}
        async with ground.bot(extra) as first, other.bot(extra) as second:
            await first.send("tidings")
            await first.ended("tidings")
            for folder in (ground.folder, copy):
                _say(folder, "dry")
            await _comes_to(ground, "dry")
            _say(ground.folder, "wet")
            yield ground, first, second, copy


def _say(folder: Folder, what: str) -> None:
    text = f"Ulla Keeper says that {mark('tides', 1)}is {what}."
    folder.stories["tides"].changed[1] = {"text": text}
    folder.save_story("tides")


async def _stand(ground: Ground) -> set[str]:
    """Whether the mark is wet or dry, as it stands in the channels now."""
    of_discord = await ground.servers.discord.messages(ground.rooms["discord-1"])
    of_slack = await ground.servers.slack.messages(ground.rooms["slack-1"])
    found = [re.findall(r"is (wet|dry)\.", str(one)) for one in (of_discord[-1], of_slack[-1].blocks)]
    assert all(len(one) == 1 for one in found), found
    return {word for (word,) in found}


async def _comes_to(ground: Ground, what: str) -> None:
    async def there() -> bool:
        return await _stand(ground) == {what}

    await until(there)


async def test_older_files_of_who_plans_take_no_correction_back_until_the_others_have_them_too(
    servers: kills.Servers, postgres: Cluster, tmp_path: Path
) -> None:
    async with edited_everywhere_and_taken_back_on_one(servers, postgres, tmp_path, "") as (ground, one, two, copy):
        await eventually(lambda: WAITS in one.said + two.said, lambda: f"{one.said}\n{two.said}")
        await asyncio.sleep(10)  # longer than a correction rests, and than who is gone is believed
        assert await _stand(ground) == {"dry"}
        _say(copy, "wet")
        await _comes_to(ground, "wet")


async def test_without_the_look_at_the_others_older_files_take_a_correction_back(
    servers: kills.Servers, postgres: Cluster, tmp_path: Path
) -> None:
    async with edited_everywhere_and_taken_back_on_one(servers, postgres, tmp_path, "older files") as (ground, *_):
        await _comes_to(ground, "wet")


async def test_on_a_database_of_one_machine_who_was_killed_there_had_no_other_files(
    servers: kills.Servers, tmp_path: Path
) -> None:
    digest = Digest(ROOMS, ["tides"], more={"corrections": "edit"})
    async with laid(servers, tmp_path, ROOMS, [Story("tides")], {"tidings": digest}) as ground:  # type: ignore[arg-type]  # of another test
        async with ground.bot(QUICK) as bot:
            await bot.send("tidings")
            await bot.ended("tidings")
            _say(ground.folder, "dry")
            await _comes_to(ground, "dry")
            await bot.kill()
        _say(ground.folder, "wet")
        async with ground.bot(QUICK) as bot, asyncio.timeout(30):
            await _comes_to(ground, "wet")
            assert WAITS not in bot.said


# ---------------------------------------------------------------------- gone


async def test_another_replica_takes_over_what_one_alone_does(
    servers: kills.Servers, postgres: Cluster, tmp_path: Path
) -> None:
    async with laid_on(postgres, servers, tmp_path, Story("tides")) as ground, ground.bot(APART) as first:
        chat = DiscordChat(servers.discord, servers.guild, *[await servers.discord.channel(servers.guild, "ask")] * 2)
        await first.says("commands are offered")
        who = await chat.person()
        assert mark("tides", 1) in (await chat.ask(who, "/impact")).words
        async with ground.bot(APART) as second:
            await second.shows("/health", "Replicas", "plans digests", "another replica is connected")
            await servers.slack.connected(2)
            await first.kill()
            assert mark("tides", 1) in (await _asked_again(chat, who)), "Discord is answered by the other one"
            await second.send("tidings")
            fates = await second.ended("tidings")
            assert {ended(line) for lines in fates.values() for line in lines} == {"sent"}
            assert not ground.wrong(ROOMS, mark("tides", 1))


async def _asked_again(chat: DiscordChat, who: str) -> str:
    found: list[str] = []

    async def asked() -> bool:
        outcome = await chat.server.slash(chat.guild, chat.room, who, "impact", {}, within=2.0)
        found.append(str(outcome.message))
        return outcome.message is not None

    await until(asked)
    return found[-1]


async def test_slack_is_answered_by_every_replica(servers: kills.Servers, postgres: Cluster, tmp_path: Path) -> None:
    async with laid_on(postgres, servers, tmp_path, Story("tides")) as ground, ground.bot(APART), ground.bot(APART):
        await servers.slack.connected(2)
        who = await servers.slack.user("reader")
        room = ground.rooms["slack-1"]
        for _ in range(6):
            outcome = await servers.slack.command(who, room, "/impact")
            assert mark("tides", 1) in str(outcome), outcome
        working = [one for one in await servers.slack.connections() if one.state == "open" and one.acked]
        assert len(working) == 2, "the sockets share the work"


# ---------------------------------------------------------------------- other clocks


@pytest.mark.parametrize("wrong", [7200.0, -7200.0])
async def test_replicas_whose_clocks_are_wrong_go_by_the_servers(
    servers: kills.Servers, postgres: Cluster, tmp_path: Path, wrong: float
) -> None:
    rooms = {"minutely": every_minute(ROOMS)}
    async with laid(servers, tmp_path, ROOMS, [Story("gulls")], rooms) as ground:  # type: ignore[arg-type]  # as above
        ground.environ["DATABASE_URL"] = postgres.make()
        clock = Clock(tmp_path / "clock")
        clock.set(wrong)
        async with ground.bot({**clock.extra, "STRANGER": "1"}) as first, ground.bot(APART) as second:
            bots = (first, second)
            await eventually(lambda: bool(_posted(bots)), lambda: "\n".join(one.said for one in bots), within=75)
            once_each(ground, ROOMS, *bots)


def _posted(bots: tuple[Bot, ...]) -> set[str]:
    said = "".join(one.said for one in bots)
    slots = re.findall(r"digest minutely of (\S+) is in slack", said)
    return {slot for slot in slots if f"{slot} is in discord" in said}
