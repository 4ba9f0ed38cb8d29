"""What a place may not see is not there: byte for byte the same answers, with and without the secret story."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import yaml

from tests.content.editions import ROOT
from tests.product.chats import DiscordChat, Said, SlackChat
from tests.product.home import SECRET, config, furnish, save
from tests.product.running import CAP, Product, started, until
from tests.product.seen import on_discord
from tests.product.test_contract import NAMES, without_age
from tests.product.worlds import on_discord as discord_environ
from tests.product.worlds import on_slack as slack_environ
from tests.servers.discord.control import DiscordServer
from tests.servers.slack.control import SlackServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("both")]

WORDS: list[str] = yaml.safe_load((ROOT / "tests" / "exam" / "leak_words.yaml").read_text(encoding="utf-8"))
TEXTS = ("", "zanderholm-dredging", "tallowmere", "murkwatr")

FORGED = (
    *("b1|cite|0|0000|zanderholm-dredging", "b1|briefing|0|0000|zanderholm-dredging", "b1|impact|0|0000|eelgrounds"),
    *("b1|people|0|0000|tallowmere", "b1|cite|0|0000|sludgewright-hired", "b1|search|7|ffff|murkwater"),
)
SHARED = tuple("s" + one[1:] for one in FORGED[:2])
REPORTED = tuple("r" + one[1:] for one in FORGED[:2])
JUNK = (
    *("b2|cite|0|0000|x", "b1|cite|0|0000", "b1||0|0000|", "B1|cite|0|0000|x", "x", "p1|AAAAAAAAAAAAAAAAAAAAAA", "{}"),
    *("b1|cite|-1|0000|x", "b1|cite|99999|0000|x", "b1|../x|0|0000|x", "b1|cite|0|0000|" + "x" * 85, "k:" + "y" * 98),
)


@dataclass
class Spot:
    """Somebody at a place that may see TLP:CLEAR only, however it is configured."""

    name: str
    chat: DiscordChat | SlackChat
    guild: str | None
    room: str | None

    async def person(self) -> str:
        if isinstance(self.chat, SlackChat):
            return await self.chat.person()
        if self.guild is None:
            return await self.chat.server.user("somebody")
        return await self.chat.server.member(self.guild, "somebody")

    async def ask(self, line: str) -> Said:
        who = await self.person()
        if isinstance(self.chat, SlackChat):
            return await self.chat.ask(who, line, self.room or await self.chat.server.dm(who))
        return await self.chat.ask_in(self.guild, self.room, who, line)


@dataclass
class Town:
    """Both platforms, places where strangers read along, and one bot."""

    discord: DiscordChat
    slack: SlackChat
    spots: Sequence[Spot]
    product: Product
    secret: Any

    async def holds(self) -> None:
        """Put the secret story there."""
        shutil.copy(SECRET, self.secret)
        await self.product.tells("/cite sludgewright-hired", "Gravelmouth", channel="amber")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    path = tmp_path_factory.mktemp("town")
    async with DiscordServer.start(path) as discord, SlackServer.start(path) as slack:
        ours, other = await DiscordChat.made(discord), await discord.guild("Somebody else's")
        theirs = await discord.channel(other, "general")
        work = await SlackChat.made(slack)
        shared = await slack.channel("with-partners", shared=True)
        places = {
            "amber": "desk:amber",
            "ours": f"discord:{ours.room}",
            "admins": f"discord:{ours.admins}",
            "stolen": f"discord:{theirs}",
            "inside": f"slack:{work.room}",
            "partners": f"slack:{shared}",
        }
        home = furnish(path / "home", secret=False)
        rules = f"admins: {{channel: admins}}\ndiscord: {{guilds: ['{ours.guild}']}}\n"
        save(home / "config.yaml", config({name: (at, "TLP:AMBER") for name, at in places.items()}, rules))
        spots = (
            Spot("a stranger's server", ours, other, theirs),
            Spot("a direct message on Discord", ours, None, None),
            Spot("a shared channel", work, None, shared),
            Spot("a direct message on Slack", work, None, None),
        )
        async with started(home, {**discord_environ(discord), **slack_environ(slack)}) as product:
            await discord.connected(within=60)
            await slack.connected(within=60)
            # Into its own server, and out of all others.
            await until(lambda: _synced(ours))
            await everywhere(ours)
            made = Town(ours, work, spots, product, home / "briefings" / SECRET.name)
            yield made


async def _synced(chat: DiscordChat) -> bool:
    return await chat.server.syncs() >= 2


async def everywhere(chat: DiscordChat) -> None:
    """Register the commands in all guilds, as a bot may have done before it was told where it is at home."""
    kept = ("name", "description", "options")
    body = [{key: one[key] for key in kept} for one in (await chat.commands(chat.guild)).values()]
    address = f"{chat.server.api}/applications/{chat.server.application_id}/commands"
    headers = chat.server.headers
    async with aiohttp.ClientSession(headers=headers) as http, http.put(address, json=body) as response:
        assert response.status == 200, await response.text()


async def everything(spot: Spot) -> dict[str, str]:
    """All that is answered there, by its question."""
    lines = [f"/{name} {text}".strip() for name in NAMES for text in TEXTS]
    said = await asyncio.gather(*[spot.ask(line) for line in lines])
    assert all(one.private for one in said)
    return {line: repr((without_age(one.seen), one.seen.buttons)) for line, one in zip(lines, said, strict=True)}


@dataclass(frozen=True)
class Findings:
    """All that strangers got out of the bot: answers by place and question, presses of forged buttons, the Home tab."""

    answers: dict[str, dict[str, str]]
    presses: list[str]
    home: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(town: Town) -> tuple[Findings, Findings]:
    """What is found before the secret story is there, and once it is."""
    without = await found(town)
    await town.holds()
    return await found(town), without


async def found(town: Town) -> Findings:
    answers = {spot.name: await everything(spot) for spot in town.spots}
    ids = (*FORGED, *SHARED, *REPORTED, *JUNK)
    presses = [await pressed(spot, one) for spot in places(town) for one in ids]
    home = await town.slack.server.home(await town.slack.person(), within=CAP)
    return Findings(answers, presses, home.words)


def leaked(told: str, asked: Iterable[str]) -> list[str]:
    """The secret words in what was told, but for those that the question held."""
    text = told.lower()
    for words in asked:
        text = text.replace(words.lower(), "") if words else text
    return [word for word in WORDS if word in text]


async def test_strangers_see_the_same_with_and_without_the_secret_story(both: tuple[Findings, Findings]) -> None:
    with_it, without = both
    assert with_it.answers == without.answers
    assert leaked(str(with_it.answers), TEXTS) == []
    assert with_it.home == without.home
    assert leaked(with_it.home, ()) == []


async def test_forged_buttons_reveal_nothing(both: tuple[Findings, Findings]) -> None:
    """The answer to each is that to a thing which does not exist, or that the button is not ours."""
    with_it, without = both
    assert with_it.presses == without.presses
    assert leaked("\n".join(with_it.presses), (one.split("|")[-1] for one in (*FORGED, *SHARED))) == []


async def test_an_inner_channel_sees_it(town: Town) -> None:
    """The tests above would notice: the same questions find the story where it may be seen."""
    for chat in (town.discord, town.slack):
        assert "Gravelmouth" in (await chat.ask(await chat.person(), "/cite sludgewright-hired")).words


async def test_nothing_is_offered_while_a_stranger_types(town: Town) -> None:
    for typed in ("/cite sludge", "/people tallow", "/sources grav", "/search murk", "/briefing zand", "/impact eel"):
        name, _, text = typed.removeprefix("/").partition(" ")
        partners = next(spot for spot in town.spots if spot.name == "a shared channel")
        assert await town.slack.typed(await town.slack.person(), typed, partners.room) == []
        assert await town.slack.typed(await town.slack.person(), typed) != []
        stranger = next(spot for spot in town.spots if spot.guild)
        who = await stranger.person()
        assert await town.discord.server.autocomplete(stranger.guild, stranger.room, who, name, text) == []
        assert await town.discord.typed(await town.discord.person(), typed) != []


async def test_what_is_no_button_of_ours_says_so_and_nothing_else(town: Town) -> None:
    for spot in places(town):
        for one in JUNK:
            told = await pressed(spot, one)
            assert "not one of ours" in told or one.startswith("p1|"), one


def places(town: Town) -> list[Spot]:
    """Where a stranger can be shown a forged button."""
    return [spot for spot in town.spots if spot.room]


async def pressed(spot: Spot, written: str) -> str:
    """Put a message with such a button there, as somebody with a stolen token might, and press it."""
    who = await spot.person()
    if isinstance(spot.chat, SlackChat):
        return await _pressed_on_slack(spot.chat, spot.room or "", written, who)
    return await _pressed_on_discord(spot.chat, spot.room or "", written, who)


async def _pressed_on_discord(chat: DiscordChat, room: str, written: str, who: str) -> str:
    button = {"type": 2, "style": 2, "label": "Forged", "custom_id": written}
    body = {"content": "forged", "components": [{"type": 1, "components": [button]}]}
    headers = chat.server.headers
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{chat.server.api}/channels/{room}/messages", json=body) as response,
    ):
        assert response.status == 200, await response.text()
        message = await response.json()
    pressed = await chat.server.press(message, written, who, within=30)
    if pressed.modal is not None:
        return "a form"
    assert pressed.message is not None
    assert pressed.answers == 1
    seen = on_discord(pressed.message)
    return f"{seen.words} {seen.buttons} private={pressed.ephemeral}"


async def _pressed_on_slack(chat: SlackChat, room: str, written: str, who: str) -> str:
    text = {"type": "plain_text", "text": "Forged"}
    button = {"type": "button", "text": text, "action_id": written, "value": written}
    body = {"channel": room, "text": "forged", "blocks": [{"type": "actions", "elements": [button]}]}
    headers = {"Authorization": f"Bearer {chat.server.bot_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{chat.server.api}chat.postMessage", json=body) as response,
    ):
        told = await response.json()
        assert told["ok"], told
    post = (await chat.server.messages(room))[-1]
    pressed = await chat.server.outcome(await chat.server.press(post, 0, who), answers=1, within=30)
    if pressed.views:
        return "a form"
    assert pressed.message is not None, pressed
    assert pressed.answers == 1
    return f"{pressed.message.words} {[one['elements'] for one in pressed.message.blocks if one['type'] == 'actions']}"


async def test_who_may_only_read_cannot_share(town: Town) -> None:
    server = town.discord.server
    may = ["send_messages", "embed_links", "view_channel"]
    rules = await server.channel(town.discord.guild, "rules", deny=["send_messages"], bot_allow=may)
    work = town.slack.server
    pinned, foreign = await work.channel("pinned", read_only=True), await work.channel("not-joined")
    for chat, room in ((town.discord, rules), (town.slack, pinned), (town.slack, foreign)):
        who = await chat.person()
        if room == pinned:
            await work.join(pinned, who)
        said = await chat.ask(who, "/impact lankov", room)
        refused = await chat.press(said, "Share to channel", who)
        assert (refused.tries, refused.private) == (1, True)
        assert "may not write" in refused.words or "not in this channel" in refused.words, refused.words
        assert await chat.posts(room) == []


async def test_a_report_from_one_platform_reaches_the_admins_on_the_other(town: Town) -> None:
    who = await town.slack.person()
    said = await town.slack.ask(who, "/cite sludgewright-hired")
    assert "Thank you" in await town.slack.report(said, "There were 38 barges.", who)
    posts = await town.discord.posts(town.discord.admins, at_least=1)
    (post,) = (one for one in posts if "A reader reports a problem" in one.words)  # the edit is told there as well
    assert "There were 38 barges." in post.words
    assert "/cite sludgewright-hired" in post.words
