"""The admins are told once in their channel: by the real bot, through power cuts and over several replicas."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.postgres import Cluster
from tests.product.chats import DiscordChat, SlackChat
from tests.product.home import furnish, save, tides
from tests.product.running import Product, started, until
from tests.product.test_corrections import changes
from tests.product.worlds import World, world
from tests.servers.faults import Fault

CHATS = ("discord", "slack over a socket")
WRONG = tides().replace("para: 13\n", "para: 13\n    confidance: low\n")
SENTENCE = "tide-log.yaml was not loaded: 1 error. Still serving the version of"
LINE = 'unknown key "confidance"; did you mean "confidence"?'
POSTS = {"discord": "POST /channels/.*/messages", "slack": "chat.postMessage"}


def tide_log(home: Path, text: str) -> None:
    save(home / "briefings" / "tide-log.yaml", text)


async def told(one: World) -> list[str]:
    """What stands in the admins' channel."""
    return [seen.words.replace("\\", "").replace("**", "") for seen in await one.chat.posts(one.chat.admins)]


async def reads(one: World, *wanted: str) -> None:
    async def so() -> bool:
        text = "\n".join(await told(one))
        return all(word in text for word in wanted)

    await until(so)


def attempts(one: World) -> int:
    """How often a message was to be posted, whatever came of it."""
    chat = one.chat
    if isinstance(chat, DiscordChat):
        asked = chat.server.log("request")
        return sum(one["method"] == "POST" and str(one["path"]).endswith("/messages") for one in asked)
    assert isinstance(chat, SlackChat)
    return sum(one["method"] == "chat.postMessage" for one in chat.server.log("request"))


@pytest.mark.parametrize("mode", CHATS)
async def test_a_bad_edit_is_one_message_edited_until_it_is_mended(mode: str, tmp_path: Path) -> None:
    async with world(mode, tmp_path) as one:
        async with one.bot():
            tide_log(one.home, WRONG)
            await reads(one, SENTENCE, "(37 claims)", LINE)
            (message,) = await told(one)
            assert "is wet since the wall was built" not in message, "no line of the file"
            tide_log(one.home, WRONG.replace("para: 14\n", "para: 14\n    statu: x\n"))
            await reads(one, "2 errors", 'unknown key "statu"')
        async with one.bot():
            tide_log(one.home, tides())
            await reads(one, "tide-log.yaml is mended, and served (37 claims)")
            assert len(await told(one)) == 1
        asked = changes(one.chat)
        assert len(asked) == 2, asked
        assert len(set(asked)) == 1, "of one message, as PATCH or chat.update"


@pytest.mark.parametrize("mode", CHATS)
async def test_a_power_cut_between_the_post_and_its_record_tells_it_once(mode: str, tmp_path: Path) -> None:
    async with world(mode, tmp_path) as one:
        save(one.home / "config.yaml", _patient(one.home))
        async with one.bot() as bot:
            await one.chat.fault(Fault(POSTS[one.chat.name], "slow after", seconds=4.0))
            tide_log(one.home, WRONG)
            await reads(one, SENTENCE)
            await bot.kill()
        async with one.bot() as bot:
            await bot.says("a notice is in")
            tide_log(one.home, tides())
            await reads(one, "is mended, and served")
        assert len(await told(one)) == 1
        assert len(changes(one.chat)) == 1


@pytest.mark.parametrize("mode", CHATS)
async def test_edits_and_old_dates_are_told_with_ids_and_a_restart_tells_nothing_again(
    mode: str, tmp_path: Path
) -> None:
    async with world(mode, tmp_path) as one:
        async with one.bot():
            await asyncio.sleep(5)
            assert await told(one) == [], "what was there at the start is no news"
            story = (
                tides(count=38)
                .replace("para: 13\n", "para: 14\n")
                .replace("para: 20\n", "para: 20\n    state: withdrawn\n    correction: {at: 2026-11-29, note: no}\n")
            )
            tide_log(one.home, story + "    review_by: 2024-01-01\n")
            await reads(one, "+1, 1 changed, 1 withdrawn", "new: mark-38", "changed: mark-13", "withdrawn: mark-20")
            await reads(one, "tide-log/mark-38", "was due for a review by 1 January 2024")
        before = await told(one)
        assert len(before) == 2
        async with one.bot():
            await asyncio.sleep(6)
            assert await told(one) == before


async def test_what_a_channel_may_not_see_is_named_on_the_desk_alone(tmp_path: Path) -> None:
    async with world("slack over a socket", tmp_path) as one:
        path = one.home / "config.yaml"
        save(path, path.read_text(encoding="utf-8").replace('"TLP:AMBER"', '"TLP:GREEN"'))
        secret = one.home / "briefings" / "harbour-dredging.yaml"
        text = secret.read_text(encoding="utf-8")
        async with one.bot() as bot:
            save(secret, text.replace("claimed_by:", "claimed_buy:", 1))
            await reads(one, "One file under a label that this channel may not see, or that nobody knows, has errors")
            save(secret, text)
            await reads(one, "is mended")
            assert "dredging" not in "\n".join(await told(one)).lower()
            await bot.shows("/health", "What admins were told", "harbour-dredging.yaml is mended", "admins", "posted")


async def test_a_channel_that_is_closed_gets_the_newest_state_and_the_desk_says_so_meanwhile(tmp_path: Path) -> None:
    async with world("slack over a socket", tmp_path) as one:
        assert isinstance(one.chat, SlackChat)
        await one.chat.server.archive(one.chat.admins)
        async with one.bot() as bot:
            tide_log(one.home, WRONG)
            await bot.says("admins are told on the desk alone")
            await bot.shows("/health", "Not told in their channel", "takes nothing", SENTENCE)
            tries = attempts(one)
            await asyncio.sleep(4)
            assert attempts(one) == tries


# ---------------------------------------------------------------------- the desk's wall, and replicas


async def wall(bot: Product) -> str:
    return await bot.words("/wall")


def on_the_desk(path: Path) -> Path:
    """A home whose admins read on the wall of the desk."""
    return furnish(path / "home", {"admins": ("desk:admins", "TLP:AMBER")}, "admins: {channel: admins}\n")


async def test_on_the_wall_of_the_desk(tmp_path: Path) -> None:
    home = on_the_desk(tmp_path)
    async with started(home, {}) as bot:
        tide_log(home, WRONG)
        await bot.shows("/wall", SENTENCE, LINE)
        save(home / "config.yaml", (home / "config.yaml").read_text(encoding="utf-8") + "colour: blue\n")
        await bot.shows("/wall", "config.yaml was not loaded: 1 error. The last good one is used.", "colour")
        await bot.shows("/health", SENTENCE)
    async with started(home, {}) as bot:
        tide_log(home, tides())
        await bot.shows("/wall", "tide-log.yaml is mended")
        page = await wall(bot)
        assert page.count("tide-log.yaml is mended, and served") == page.count("config.yaml was not loaded") == 1


@asynccontextmanager
async def replicas(homes: Sequence[Path], environ: dict[str, str]) -> AsyncIterator[list[Product]]:
    async with started(homes[0], environ) as first, started(homes[1], environ) as second:
        yield [first, second]


async def test_two_replicas_tell_it_once_and_the_one_that_is_left_goes_on(postgres: Cluster, tmp_path: Path) -> None:
    homes = [on_the_desk(tmp_path / name) for name in ("one", "two")]
    environ = {"DATABASE_URL": postgres.make()}
    async with replicas(homes, environ) as both:
        for home in homes:
            tide_log(home, WRONG)
        for bot in both:
            await bot.shows("/wall", SENTENCE)
        for home in homes:
            tide_log(home, tides("dry"))
        for bot in both:
            await bot.shows("/wall", "tide-log.yaml is mended", "37 changed")
        await both[0].kill()
        for home in homes:
            tide_log(home, WRONG)
        await both[1].shows("/wall", SENTENCE)
        await asyncio.sleep(3)
        page = await wall(both[1])
        assert page.count("37 changed") == 1
        assert page.count(SENTENCE) == 1


def _patient(home: Path) -> str:
    """The configuration with a short time for which requests may be under way."""
    text = (home / "config.yaml").read_text(encoding="utf-8")
    return text + "delivery: {timeout: 5s, lease: 10s, ghost: 11s}\n"
