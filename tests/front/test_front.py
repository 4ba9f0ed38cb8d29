"""Rights, rate, sharing and reports: decided in one place for every platform."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.base import Ask, Asker, Place
from bot.errors import PostError, Refused
from bot.front import Front
from bot.platforms.base import Frozen, Health, Platform
from bot.platforms.terminal import render
from bot.settings import SlackSettings
from tests.shelf.home import CONFIG, Home, Running, briefing, running

OPEN = Place("discord", "100000000000000001")
INNER = Place("discord", "100000000000000002")
ADMINS = Place("slack", "C0000001")
ADA = Asker("7", "Ada")
RULES = f"""{CONFIG}
channels:
  inner: {{at: "{INNER}", audience: "TLP:AMBER"}}
  admins: {{at: "{ADMINS}", audience: "TLP:GREEN"}}
admins:
  channel: admins
  discord: {{users: ["100000000000000011"], roles: ["100000000000000055"]}}
  slack: {{users: [U0000001]}}
"""
SECRET = briefing("dredging", "silt").replace("TLP:CLEAR", "TLP:AMBER").replace("s1", "silt-load")


CONNECTED = Health("on", "connected")


@dataclass
class Wall:
    """A platform whose channel is a list."""

    posts: list[tuple[Place, Frozen, str]] = field(default_factory=list)
    broken: bool = False
    strangers: bool = False
    standing: Health = CONNECTED

    async def strange(self, place: Place) -> bool:
        return self.strangers

    async def post(self, place: Place, post: Frozen, key: str, under: str | None = None) -> str:
        if self.broken:
            raise PostError("the connection was lost")
        self.posts.append((place, post, key))
        return str(len(self.posts))


@dataclass
class Bot:
    """A front over real files and a real store, and the wall of its admins."""

    front: Front
    home: Home
    one: Running
    wall: Wall

    async def text(self, ask: Ask) -> str:
        reply = await self.front.answer(ask)
        return render(reply.message, reply.page)

    async def stamp(self, ask: Ask) -> str:
        return (await self.front.answer(ask)).message.stamp

    async def pressed(self, ask: Ask, inbound_id: str) -> Ask:
        """What a button under the answer to this ask asks for."""
        return replace(ask, stamp=await self.stamp(ask), inbound_id=inbound_id)


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    home = Home(tmp_path / "home").write(harbour=briefing("harbour", "calm", "wind"), dredging=SECRET)
    home.config.write_text(RULES, encoding="utf-8")
    async with running(home) as one:
        wall = Wall()
        one.front.platforms = {"slack": _as_platform(wall)}
        yield Bot(one.front, home, one, wall)


def _as_platform(wall: Wall) -> Platform:
    return wall  # type: ignore[return-value]  # all that a report needs of one is post()


async def refusal(work: object) -> str:
    with pytest.raises(Refused) as refused:
        await work  # type: ignore[misc]
    return str(refused.value)


# --- what a place may see ---


@pytest.mark.parametrize(
    "ask",
    [
        Ask(OPEN, ADA, "impact"),
        Ask(INNER, ADA, "impact", strange=True),
        Ask(INNER, ADA, "impact", direct=True),
        Ask(Place("discord", "7"), ADA, "impact", direct=True),
        Ask(Place("slack", INNER.channel), ADA, "impact"),
        Ask(OPEN, Asker("100000000000000011"), "impact"),
        Ask(INNER, Asker("100000000000000011"), "impact", strange=True),
    ],
    ids=[
        "no audience",
        "strangers read along",
        "alone there",
        "direct",
        "another platform",
        "an admin",
        "an admin among strangers",
    ],
)
async def test_all_but_the_inner_channel_see_what_is_clear(bot: Bot, ask: Ask) -> None:
    assert "silt" not in await bot.text(ask)
    assert "silt" in await bot.text(Ask(INNER, ADA, "impact"))
    cited = replace(ask, command="cite", text="silt-load")
    nothing = replace(ask, command="cite", text="salt-load")
    assert await bot.text(cited) == (await bot.text(nothing)).replace("salt-load", "silt-load")
    assert not await bot.front.suggest(replace(ask, command="cite", text="silt"), 25)
    assert await bot.front.suggest(Ask(INNER, ADA, "cite", "silt"), 25)


async def test_how_the_platforms_are_is_for_admins(bot: Bot) -> None:
    told = {
        "admin by id": Ask(OPEN, Asker("100000000000000011"), "status"),
        "admin by role": Ask(OPEN, Asker("9", roles=frozenset({"100000000000000055"})), "status"),
        "admin on Slack": Ask(Place("slack", "C9"), Asker("U0000001"), "status"),
    }
    hidden = {
        "reader": Ask(OPEN, ADA, "status"),
        "the server's own manager": Ask(OPEN, Asker("9", manages=True), "status"),
        "admin among strangers": Ask(OPEN, Asker("100000000000000011"), "status", strange=True),
        "the same id elsewhere": Ask(Place("slack", "C9"), Asker("100000000000000011"), "status"),
    }
    assert {name: "connected" in await bot.text(ask) for name, ask in told.items()} == dict.fromkeys(told, True)
    assert {name: "connected" in await bot.text(ask) for name, ask in hidden.items()} == dict.fromkeys(hidden, False)


# --- what is offered ---


async def test_what_is_offered_beneath_an_answer(bot: Bot) -> None:
    async def offered(ask: Ask) -> tuple[tuple[str, ...], bool]:
        message = (await bot.front.answer(ask)).message
        return message.offers, message.pick is not None

    assert await offered(Ask(OPEN, ADA, "impact")) == (("share", "report"), True)
    assert await offered(Ask(OPEN, ADA, "impact", "mina")) == (("share", "report"), False)
    assert await offered(Ask(OPEN, ADA, "status")) == (("share", "report"), False)
    assert await offered(Ask(OPEN, ADA, "impact", direct=True)) == (("report",), True)
    assert await offered(Ask(Place("desk", "inner"), ADA, "impact")) == (("share", "report"), True)
    bot.home.config.write_text(RULES.replace("  channel: admins\n", ""), encoding="utf-8")
    await bot.one.tells("impact", line="help")
    await bot.front.reload()
    assert await offered(Ask(OPEN, ADA, "impact")) == (("share",), True)
    assert "Nobody" in await refusal(bot.front.report(Ask(OPEN, ADA, "impact", inbound_id="1"), "wrong"))


# --- rate ---


async def test_what_is_made_for_nobody_in_particular_counts_for_nobody(bot: Bot) -> None:
    for _ in range(25):
        await bot.front.answer(Ask(Place("slack", ""), Asker(""), "briefing", direct=True))


async def test_a_person_asks_twenty_times_a_minute_and_others_go_on(bot: Bot) -> None:
    for _ in range(20):
        await bot.front.answer(Ask(OPEN, ADA, "impact"))
    assert "Ask again in" in await refusal(bot.front.answer(Ask(INNER, ADA, "help")))
    assert "Ask again in" in await refusal(bot.front.share(Ask(OPEN, ADA, "impact", inbound_id="1")))
    await bot.front.answer(Ask(OPEN, Asker("8"), "impact"))
    await bot.front.answer(Ask(Place("slack", "C1"), ADA, "impact"))
    for _ in range(25):
        await bot.front.answer(Ask(Place("desk", "newsroom"), ADA, "impact"))


# --- sharing ---


async def test_what_is_shared_names_who_did_and_is_shared_once(bot: Bot) -> None:
    press = await bot.pressed(Ask(OPEN, ADA, "impact"), "click-1")
    first, *others = await asyncio.gather(*[bot.front.share(press) for _ in range(5)], return_exceptions=True)
    shared = [one for one in (first, *others) if not isinstance(one, BaseException)]
    assert len(shared) == 1
    assert all(isinstance(one, Refused) for one in (first, *others) if one is not shared[0])
    message = shared[0].message
    assert message.notices[0] == "Shared by Ada"
    assert message.offers == ("report",)
    assert message.pick is None
    assert "shared already" in await refusal(bot.front.share(press))
    assert (await bot.front.share(replace(press, inbound_id="click-2"))).message.notices == message.notices


async def test_what_changed_since_is_not_shared(bot: Bot) -> None:
    press = await bot.pressed(Ask(OPEN, ADA, "impact"), "click-1")
    bot.home.write(harbour=briefing("harbour", "storm"))
    await bot.one.tells("storm")
    assert "changed since" in await refusal(bot.front.share(press))
    again = await bot.front.share(await bot.pressed(press, "click-1"))  # a refused click is not used up
    assert "storm" in render(again.message)


async def test_what_only_admins_are_told_is_not_shared(bot: Bot) -> None:
    ask = Ask(OPEN, Asker("100000000000000011", "Root"), "status")
    assert "connected" in await bot.text(ask)
    shared = await bot.front.share(await bot.pressed(ask, "click-1"))
    assert "connected" not in render(shared.message)
    assert "Shared by Root" in render(shared.message)


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "\u3164\u115f", "\u202e"])
async def test_who_has_no_name_to_be_seen_is_named_by_id(bot: Bot, name: str) -> None:
    press = await bot.pressed(Ask(OPEN, Asker("7", name), "impact"), "click-1")
    assert (await bot.front.share(press)).message.notices[0] == "Shared by 7"
    assert "few words" in await refusal(bot.front.report(press, name))


async def test_commands_are_named_as_they_are_typed_there(bot: Bot) -> None:
    slack = Place("slack", "C0000009")
    plainly = await bot.text(Ask(OPEN, ADA, "help"))
    there = await bot.text(Ask(slack, ADA, "help"))
    assert "/search" in plainly
    assert "/brief " not in plainly
    assert "/brief search" in there
    assert "/brief status" in there
    assert "/impact" in there
    assert "/brief search zzzz" in await bot.text(Ask(slack, ADA, "impact", "zzzz"))


async def test_a_prefix_stands_before_every_command_on_slack(bot: Bot) -> None:
    config = bot.one.shelf.rules.config
    settings = replace(bot.one.shelf.rules, config=config.model_copy(update={"slack": SlackSettings(prefix="nk-")}))
    front = Front(bot.one.shelf, settings)
    told = render((await front.answer(Ask(Place("slack", "C0000009"), ADA, "help"))).message)
    assert "/nk-search" in told
    assert "/nk-impact" in told
    assert " /impact" not in told


async def test_since_when_a_platform_is_in_trouble_is_told_by_the_clock_of_the_house(bot: Bot) -> None:
    bot.home.config.write_text(f"{RULES}timezone: Asia/Kathmandu\n", encoding="utf-8")
    await bot.front.reload()
    bot.wall.standing = Health("trouble", "reconnecting: it is gone", datetime(2024, 11, 11, 20, 30, tzinfo=UTC))
    told = "reconnecting: it is gone, since 12 November 2024, 02:15"
    assert [one.detail for one in bot.front.state().platforms if one.name == "Slack"] == [told]
    assert told in await bot.text(Ask(OPEN, Asker("100000000000000011"), "status"))


async def test_a_store_that_fails_is_told_to_the_operator(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    press = await bot.pressed(Ask(OPEN, ADA, "impact"), "click-1")
    file = bot.home.path / "state.db"
    with closing(sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)) as other:
        # The bot may be writing at this moment: it needs the event loop to come to the end of that.
        await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
        assert "does not answer" in await refusal(bot.front.share(press))
        assert "locked" in bot.front.state().store
        assert "locked" in caplog.text
        other.execute("ROLLBACK")
    await bot.front.share(press)
    assert bot.front.state().store == "ok"


async def test_nothing_is_shared_from_a_direct_message(bot: Bot) -> None:
    ask = Ask(Place("discord", "7"), ADA, "impact", direct=True)
    assert "no channel" in await refusal(bot.front.share(await bot.pressed(ask, "1")))


async def test_without_a_store_nothing_is_done(bot: Bot) -> None:
    front = Front(bot.one.shelf, bot.one.shelf.rules)
    press = await bot.pressed(Ask(OPEN, ADA, "impact"), "1")
    assert "nothing is done" in await refusal(front.share(press))
    assert "Nobody" in await refusal(front.report(press, "wrong"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: Caveats", "title: What is not sure"),
        ("  caveats: {title: Caveats, about: What is uncertain}\n", ""),
        ("desk: {port: 0}\n", "desk: {port: 0}\ntimezone: Asia/Tokyo\n"),
    ],
    ids=["a section has another name", "a section is gone", "times are told in another zone"],
)
async def test_an_answer_that_would_be_told_otherwise_now_is_not_shared(bot: Bot, before: str, after: str) -> None:
    press = await bot.pressed(Ask(OPEN, ADA, "caveats"), "click-1")
    assert before in RULES
    bot.home.config.write_text(RULES.replace(before, after), encoding="utf-8")
    await bot.front.reload()
    assert "changed since this answer" in await refusal(bot.front.share(press))


# --- reports ---


async def test_words_about_an_answer_from_before_a_channel_was_lowered_stay_on_the_desk(bot: Bot) -> None:
    ask = await bot.pressed(Ask(INNER, ADA, "cite", "silt-load"), "report-1")
    bot.home.config.write_text(RULES.replace('audience: "TLP:AMBER"', 'audience: "TLP:CLEAR"'), encoding="utf-8")
    await bot.front.reload()
    assert "Thank you" in await bot.front.report(ask, "The silt is wrong.")
    ((_, post, _),) = bot.wall.posts
    assert "silt" not in str(post.body)
    assert "its words stay on the desk" in str(post.body)
    (shown,) = await bot.front.reports()
    assert (shown.words, shown.label) == ("The silt is wrong.", "")


async def test_a_report_reaches_the_admins_and_the_desk(bot: Bot) -> None:
    ask = await bot.pressed(Ask(OPEN, ADA, "impact", "mina"), "report-1")
    assert "Thank you" in await bot.front.report(ask, "The date is wrong.\n<!channel> @everyone")
    assert "already" in await refusal(bot.front.report(ask, "The date is wrong."))
    ((place, post, _),) = bot.wall.posts
    assert place == ADMINS
    assert "The date is wrong." in str(post.body)
    assert "/impact mina" in str(post.body)
    assert "Ada" in str(post.body)
    (shown,) = await bot.front.reports()
    assert (shown.who, shown.about, shown.where) == ("Ada", "/impact mina", str(OPEN))
    assert shown.words.startswith("The date is wrong.")


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (Ask(OPEN, ADA, "cite", "s1"), "harbour/s1 (harbour.yaml:23)"),
        (Ask(OPEN, ADA, "impact", "harbour/s2"), "harbour/s2 (harbour.yaml:29)"),
        (Ask(OPEN, ADA, "impact", "mina"), ""),
        (Ask(OPEN, ADA, "cite", "silt-load"), ""),
        (Ask(OPEN, ADA, "digest", "s1"), ""),
        (Ask(INNER, ADA, "cite", "s1"), ""),
    ],
    ids=[
        "cited",
        "a text that names it",
        "a person",
        "nothing that is seen there",
        "a digest",
        "a place that sees more",
    ],
)
async def test_a_report_names_the_snippet_it_is_about(bot: Bot, ask: Ask, named: str) -> None:
    await bot.front.report(replace(ask, inbound_id="report-1"), "The date is wrong.")
    ((_, post, _),) = bot.wall.posts
    assert named in str(post.body)
    assert ("Snippet" in str(post.body)) == bool(named)
    assert "silt-load (" not in str(post.body)


async def test_a_report_about_an_answer_of_yesterday_names_no_snippet(bot: Bot) -> None:
    ask = await bot.pressed(Ask(OPEN, ADA, "cite", "s1"), "report-1")
    bot.home.write(harbour=briefing("harbour", "stormy", "wind"))
    await bot.front.reload()
    await bot.front.report(ask, "The date is wrong.")
    ((_, post, _),) = bot.wall.posts
    assert "harbour/s1" not in str(post.body)


async def test_admins_below_the_label_are_told_that_there_is_a_report_and_no_more(bot: Bot) -> None:
    ask = await bot.pressed(Ask(INNER, ADA, "cite", "silt-load"), "report-1")
    await bot.front.report(ask, "The silt is wrong.")
    ((_, post, _),) = bot.wall.posts
    assert "silt" not in str(post.body)
    assert "TLP:AMBER" in str(post.body)
    (shown,) = await bot.front.reports()
    assert "silt" in shown.words


@pytest.mark.parametrize(
    "ask",
    [
        Ask(INNER, ADA, "impact", strange=True),
        Ask(INNER, ADA, "cite", "calm"),
        Ask(INNER, ADA, "post", "key", inbound_id="1"),
    ],
    ids=["nobody can tell who reads along", "a clear briefing", "a post"],
)
async def test_words_from_a_channel_that_sees_more_stay_out_of_the_admins_channel(bot: Bot, ask: Ask) -> None:
    await bot.front.report(await bot.pressed(ask, "report-1"), "Beside it the silt is wrong.")
    ((_, post, _),) = bot.wall.posts
    assert "silt" not in str(post.body)


async def test_admins_among_strangers_are_told_no_words(bot: Bot) -> None:
    bot.home.config.write_text(RULES.replace('"TLP:AMBER"', '"TLP:GREEN"'), encoding="utf-8")
    await bot.front.reload()
    bot.wall.strangers = True
    await bot.front.report(await bot.pressed(Ask(INNER, ADA, "impact"), "report-1"), "The wind is wrong.")
    bot.wall.strangers = False
    await bot.front.report(await bot.pressed(Ask(INNER, ADA, "impact"), "report-2"), "The wind is wrong.")
    assert ["The wind is wrong." in str(post.body) for _, post, _ in bot.wall.posts] == [False, True]


async def test_a_report_is_kept_where_the_admin_channel_is_gone(bot: Bot) -> None:
    bot.wall.broken = True
    ask = await bot.pressed(Ask(OPEN, ADA, "impact"), "report-1")
    assert "Thank you" in await bot.front.report(ask, "wrong")
    bot.front.platforms = {}
    assert "Thank you" in await bot.front.report(replace(ask, inbound_id="report-2"), "wrong again")
    assert [one.words for one in await bot.front.reports()] == ["wrong again", "wrong"]


async def test_three_reports_an_hour_are_taken_and_empty_ones_never(bot: Bot) -> None:
    ask = await bot.pressed(Ask(OPEN, ADA, "impact"), "")
    assert "few words" in await refusal(bot.front.report(ask, "  \n "))
    for at in range(3):
        await bot.front.report(replace(ask, inbound_id=f"r{at}"), "wrong" * 200)
    assert "3 reports an hour" in await refusal(bot.front.report(replace(ask, inbound_id="r4"), "wrong"))
    await bot.front.report(replace(ask, inbound_id="r5", person=Asker("8")), "wrong")
    assert max(len(one.words) for one in await bot.front.reports()) == 500
