"""What was taken back or closed off between the freezing and a retry is not sent; each audience gets its own text."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.between import Trouble
from tests.faults.clock import Clock
from tests.faults.ground import QUICK, Bot, Ground, Servers, ended, eventually, laid
from tests.faults.stories import NEVER, Digest, Folder, Story, mark

pytestmark = pytest.mark.asyncio(loop_scope="session")

GREEN = "TLP:GREEN"
PLATFORMS = ("discord", "slack")


def withdraw(folder: Folder) -> None:
    folder.stories["withdrawn"].changed[2] = {"state": "withdrawn", "correction": {"at": "2026-11-06", "note": "No."}}
    folder.save_story("withdrawn")


def delete(folder: Folder) -> None:
    folder.stories["deleted"].claims = 1
    folder.save_story("deleted")


def erase(folder: Folder) -> None:
    folder.stories["erased"].changed[2] = {
        "text": "Ulla Keeper says that nothing is wet.",
        "state": "corrected",
        "correction": {"at": "2026-11-06", "note": "It is dry.", "erase": True},
    }
    folder.save_story("erased")


def expire(folder: Folder) -> None:
    folder.stories["expired"].changed[2] = {"expires": "2026-01-01"}
    folder.save_story("expired")


def unpublish(folder: Folder) -> None:
    folder.stories["a-draft"].changed[2] = {"state": "draft"}
    folder.save_story("a-draft")


def raise_to_red(folder: Folder) -> None:
    folder.stories["raised"].sharing = "TLP:RED"
    folder.save_story("raised")


def vanish(folder: Folder) -> None:
    (folder.home / "briefings" / "vanished.yaml").unlink()


def disable(folder: Folder) -> None:
    folder.digests["disabled"].more = {"enabled": False}


def remove(folder: Folder) -> None:
    del folder.digests["removed"]


def take_out(folder: Folder) -> None:
    digest = folder.digests["taken-out"]
    digest.channels = [one for one in digest.channels if one.startswith("desk")]


def lower(folder: Folder) -> None:
    for platform in PLATFORMS:
        folder.channels[f"{platform}-lowered"]["audience"] = "TLP:CLEAR"


WITHDRAWN = "withdrawn before sending"
CASES: dict[str, tuple[Callable[[Folder], None], str]] = {
    "withdrawn": (withdraw, WITHDRAWN),
    "deleted": (delete, WITHDRAWN),
    "erased": (erase, WITHDRAWN),
    "expired": (expire, WITHDRAWN),
    "a-draft": (unpublish, WITHDRAWN),
    "raised": (raise_to_red, WITHDRAWN),
    "vanished": (vanish, WITHDRAWN),
    "disabled": (disable, "its digest was disabled"),
    "removed": (remove, "its digest was taken out of config.yaml"),
    "taken-out": (take_out, "the channel was taken out of the digest"),
    "lowered": (lower, "the channel may not see TLP:GREEN any more"),
}
"""What is edited for the digest of that name, and why it is not sent then. One comes by its schedule: who asks for
one by hand gets it, also where it is disabled."""

REFUSALS = {
    "limited": Trouble("limited", seconds=1.0),
    "in doubt": Trouble("page", status=503),
}


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_what_was_taken_back_before_a_retry_is_not_sent(servers: Servers, tmp_path: Path, refusal: str) -> None:
    rooms = {f"{platform}-{name}": GREEN for platform in PLATFORMS for name in (*CASES, "calm")}
    rooms["desk-1"] = GREEN
    stories = [Story(name, 2, GREEN) for name in (*CASES, "calm")]
    digests = {
        name: Digest(
            [*(f"{p}-{name}" for p in PLATFORMS), *(["desk-1"] if name == "taken-out" else [])],
            [name],
            "* * * * *" if name == "disabled" else NEVER,
        )
        for name in (*CASES, "calm")
    }
    async with laid(servers, tmp_path, rooms, stories, digests) as ground:
        ground.discord.all = ground.slack.all = REFUSALS[refusal]
        clock = Clock(tmp_path / "clock")
        async with ground.bot(clock.extra) as bot:
            for name in digests:
                if name != "disabled":
                    await bot.send(name)
            clock.set_before_a_minute(0.0)
            everywhere = {ground.rooms[room] for room in rooms if not room.startswith("desk")}
            await eventually(lambda: everywhere <= _tried(ground), lambda: bot.said)
            await _edit(ground, bot)
            edited = time.monotonic()
            await asyncio.sleep(0.5)
            ground.mend()
            fates = await bot.ended(*CASES, "calm")
        later = [
            *_tried_since(ground, edited + 0.5),
            *(text for room in rooms if not room.startswith("desk") for text in ground.kept(room)),
        ]
    wrong = [f"{name} leaks" for name in CASES if any(mark(name, 2) in text for text in later)]
    for name, (_, why) in CASES.items():
        for room in (f"{platform}-{name}" for platform in PLATFORMS):
            line = fates[room][0]
            if ended(line) != "expired" or why not in line:
                wrong.append(f"{room}: {line}")
    assert not wrong, "\n".join(wrong)
    assert not ground.wrong([f"{platform}-calm" for platform in PLATFORMS], mark("calm", 2))


def _tried(ground: Ground) -> set[str]:
    return {one.channel for one in (*ground.discord.tried, *ground.slack.tried)}


def _tried_since(ground: Ground, when: float) -> list[str]:
    return [one.text for one in (*ground.discord.tried, *ground.slack.tried) if one.at > when]


async def _edit(ground: Ground, bot: Bot) -> None:
    """Make all edits, and wait until the bot has taken them in."""
    for edit, _ in CASES.values():
        edit(ground.folder)
    await asyncio.to_thread(ground.folder.save_config)
    again = [f"{name}.yaml loaded: " for name in ("withdrawn", "deleted", "erased", "expired", "a-draft", "raised")]
    await bot.says("config.yaml loaded", "vanished.yaml is gone")
    await eventually(lambda: all(bot.said.count(one) > 1 for one in again), lambda: bot.said)


async def test_a_green_and_a_clear_channel_of_one_digest_get_their_own_text(servers: Servers, tmp_path: Path) -> None:
    rooms = {f"{platform}-{label.lower()}": f"TLP:{label}" for platform in PLATFORMS for label in ("GREEN", "CLEAR")}
    stories = [Story("open", 2), Story("closed", 2, GREEN)]
    digests = {"log": Digest([*rooms], ["open", "closed"])}
    async with laid(servers, tmp_path, rooms, stories, digests) as ground:
        for room in rooms:
            ground.before(room).plan(ground.rooms[room], Trouble("page", status=503))
        async with ground.bot(QUICK) as bot:
            await bot.send("log")
            await bot.ended("log")
        green = [room for room in rooms if room.endswith("green")]
        clear = [room for room in rooms if room.endswith("clear")]
        assert not ground.wrong([*rooms], mark("open", 1))
        assert not ground.wrong(green, mark("closed", 2))
        assert not ground.wrong(clear, mark("closed", 2), times=0)
        assert not ground.wrong(clear, "closed", times=0)
        tried = [one.text for one in (*ground.discord.tried, *ground.slack.tried) if _is_clear(ground, one.channel)]
        assert not any("closed" in text or "GREEN" in text for text in tried)


def _is_clear(ground: Ground, channel: str) -> bool:
    return any(room.endswith("clear") for room, one in ground.rooms.items() if one == channel)


async def test_a_later_part_is_not_sent_once_what_it_tells_was_withdrawn(servers: Servers, tmp_path: Path) -> None:
    rooms = ["discord-1", "slack-1"]
    async with laid(
        servers, tmp_path, rooms, [Story("withdrawn", 24)], {"log": Digest(rooms, ["withdrawn"])}
    ) as ground:
        for room in rooms:
            ground.before(room).plan(ground.rooms[room], *[Trouble("page", status=503, after=True)] * 2)
        async with ground.bot(QUICK) as bot:
            await bot.send("log")
            await eventually(lambda: not ground.wrong(rooms, mark("withdrawn", 1)), lambda: bot.said)
            ground.folder.stories["withdrawn"].changed[15] = {
                "state": "withdrawn",
                "correction": {"at": "2026-11-06", "note": "No."},
            }
            ground.folder.save_story("withdrawn")
            await bot.says("withdrawn.yaml loaded: 24 claims, 1 withdrawn")
            fates = await bot.ended("log")
    for room in rooms:
        states = [ended(line) for line in fates[room]]
        assert states[0] == "sent", fates
        assert "expired" in states, fates
    assert not ground.wrong(rooms, mark("withdrawn", 1))
    assert not ground.wrong(rooms, mark("withdrawn", 15), times=0)
