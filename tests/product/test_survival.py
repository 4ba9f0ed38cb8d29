"""Power cuts, edits between an answer and the next press, and sections that come and go."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from tests.product.chats import DiscordChat, Said
from tests.product.home import SECTIONS, save, tides
from tests.product.running import Product, together, until
from tests.product.worlds import MODES, World, world
from tests.shelf.home import SOAK

pytestmark = pytest.mark.asyncio(loop_scope="module")

MORE = SECTIONS + "  storms: {title: Storms, about: What the wind may do}\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worlds(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[World, ...]]:
    """Discord and Slack, in a long run over HTTP too; a story is told in all at once, since most of it is waiting."""
    async with AsyncExitStack() as parts:
        modes = MODES if SOAK else MODES[:2]
        made = [await parts.enter_async_context(world(mode, tmp_path_factory.mktemp("world"))) for mode in modes]
        yield tuple(made)


def edit(one: World, word: str) -> None:
    save(one.home / "briefings" / "tide-log.yaml", tides(word))


async def test_buttons_of_answers_from_before_a_power_cut_work(worlds: tuple[World, ...]) -> None:
    await together(*map(pressed_after_a_power_cut, worlds))


async def pressed_after_a_power_cut(one: World) -> None:
    chat = one.chat
    edit(one, "wet")
    who = await chat.person()
    async with one.bot() as product:
        said = await chat.ask(who, "/impact tide-log")
        shared = await chat.press(await chat.ask(who, "/impact tide-log"), "Share to channel", who)
        assert "Shared" in shared.words
        await product.kill()
    async with one.bot():
        turned = await chat.press(said, "Next", who)
        assert (turned.tries, turned.private) == (1, True)
        assert "tide mark 11 " in turned.words
        back = await chat.press(turned, "Back", who)
        assert back.seen == said.seen
        assert "tide mark 11 " in (await chat.press_post(chat.room, "Next", await chat.person())).words
        posts = len(await chat.posts(chat.room))
        assert "Shared" in (await chat.press(back, "Share to channel", who)).words
        assert len(await chat.posts(chat.room, at_least=posts + 1)) == posts + 1
        assert "Thank you" in await chat.report(back, "From before the power cut", who)


async def test_edits_show_as_a_new_first_page_and_are_not_shared_unread(worlds: tuple[World, ...]) -> None:
    await together(*map(pressed_after_an_edit, worlds))


async def pressed_after_an_edit(one: World) -> None:
    chat = one.chat
    edit(one, "wet")
    who = await chat.person()
    async with one.bot() as product:
        await product.tells("/impact tide-log", "is wet since")
        first = await chat.ask(who, "/impact tide-log")
        again = await chat.ask(who, "/impact tide-log")
        edit(one, "dry")
        await product.tells("/impact tide-log", "is dry since")
        await fresh_after_an_edit(one, first, again, who)
        await unchanged_by_a_bad_edit(one, product, who)


async def fresh_after_an_edit(one: World, first: Said, again: Said, who: str) -> None:
    """The first page with a word about it; nothing is posted of what was not read."""
    chat = one.chat
    turned = await chat.press(first, "Next", who)
    assert "changed since" in turned.words
    assert "tide mark 1 is dry" in turned.words
    assert "tide mark 11 " not in turned.words
    posts = len(await chat.posts(chat.room))
    refused = await chat.press(again, "Share to channel", who)
    assert (refused.tries, refused.private) == (1, True)
    assert "changed since" in refused.words
    assert len(await chat.posts(chat.room)) == posts


async def unchanged_by_a_bad_edit(one: World, product: Product, who: str) -> None:
    """Answers stay as they were, byte for byte, and buttons go on."""
    chat = one.chat
    good = await chat.ask(who, "/impact tide-log")
    save(one.home / "briefings" / "tide-log.yaml", tides("mud").replace("status: reported", "status: shouted"))
    await product.says("tide-log.yaml not loaded")
    assert (await chat.ask(who, "/impact tide-log")).seen == good.seen
    turned = await chat.press(good, "Next", who)
    assert "tide mark 11 is dry" in turned.words
    assert "changed since" not in turned.words


async def test_a_new_section_is_a_command_without_a_restart(worlds: tuple[World, ...]) -> None:
    await together(*map(asked_for_a_new_section, worlds))


async def asked_for_a_new_section(one: World) -> None:
    chat = one.chat
    path = one.home / "config.yaml"
    rules = path.read_text(encoding="utf-8")
    async with one.bot():
        syncs, more = (1, 1) if isinstance(chat, DiscordChat) else (0, 0)
        assert await synced(one) == syncs, "however often the bot was started before"
        if isinstance(chat, DiscordChat):
            assert "storms" not in await chat.commands(chat.guild)
        save(path, rules.replace(SECTIONS, MORE))
        await storms_are_there(one)
        assert "Nothing stands under" in (await chat.ask(await chat.person(), "/storms")).words
        assert await synced(one) == syncs + more
    async with one.bot() as product:
        assert "Nothing stands under" in (await chat.ask(await chat.person(), "/storms")).words
        assert await synced(one) == syncs + more, "a restart with the same commands registers none again"
        save(path, rules.replace(SECTIONS, SECTIONS + "  sources: {title: Taken, about: A built-in name}\n"))
        await product.says("config.yaml")
        await product.shows("/health", "built-in command")
        assert "Nothing stands under" in (await chat.ask(await chat.person(), "/storms")).words
        assert await synced(one) == syncs + more
    save(path, rules)


async def storms_are_there(one: World) -> None:
    """Until the new command can be used."""
    chat = one.chat

    async def there() -> bool:
        if isinstance(chat, DiscordChat):
            return "storms" in await chat.commands(chat.guild)
        return "There is no /storms" not in (await chat.ask(await chat.person(), "/storms")).words

    await until(there)


async def synced(one: World) -> int:
    """How often commands were registered; on Slack a manifest does that, and the bot nothing."""
    return await one.chat.server.syncs() if isinstance(one.chat, DiscordChat) else 0
