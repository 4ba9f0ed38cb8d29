"""A link that died is told once in the admin channel, with its copy, and until it is mended."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.content.links import DeadLink, LinksKnown
from bot.content.state import FileState, ShelfState
from bot.link_watch import LinkWatch
from bot.notices import deciding
from bot.notices.aged import gathered
from bot.notices.broken import files_of
from bot.notices.deciding import Known, Wish
from bot.notices.links import dead_things, link_wishes
from bot.notices.telling import sentence, told
from bot.notices.things import Item, Notice, Thing, read, written
from bot.platforms import terminal
from bot.platforms.drawings import RENDER
from bot.store.notice_rows import NoticeRow, NoticeState
from tests.content.editions import read as read_briefing
from tests.fetching.internet import PUBLIC, Internet, internet, page
from tests.notices.stage import RULES, Stage, stage
from tests.postgres import Cluster
from tests.shelf.home import briefing

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
MUD, NOISE, SILT = "http://news.example/mud", "http://other.example/noise", "http://silt.example/x"
COPY = "    archived_url: https://archive.example/mud\n"


def story(url: str = MUD, name: str = "harbour", more: str = "", sharing: str = "TLP:CLEAR") -> str:
    text = briefing(name, "calm").replace("    url: https://example.org/exam\n", f"    url: {url}\n{more}")
    return text.replace("TLP:CLEAR", sharing)


# ---------------------------------------------------------------------- what is told, as decisions


def shelf(*texts: str, says: str = "TLP:CLEAR") -> ShelfState:
    served = [read_briefing(text) for text in texts]
    return ShelfState(1, tuple(FileState(f"{one.briefing.id}.yaml", one, NOW, says=says) for one in served))


def dead(url: str = MUD, name: str = "harbour", since: datetime = NOW) -> DeadLink:
    return DeadLink(name, "TLP:CLEAR", "post", "Exam Post", url, since, "status 404", None)


def things(state: ShelfState, *links: DeadLink) -> list[Thing]:
    return list(dead_things(state, links, UTC))


def known(
    notice: Notice, *, state: NoticeState = "sent", at: datetime = NOW, is_open: bool = True, kind: str = "dead"
) -> Known:
    return Known(NoticeRow("key", kind, is_open, at, at, written(notice), "slack", "C1", state), notice)


def message(*links: DeadLink, state: ShelfState | None = None) -> Known:
    """A message that tells of these."""
    return known(gathered("dead", (one.item for one in things(state or shelf(story()), *links)), None))


def wishes(before: Known, state: ShelfState, links: LinksKnown) -> list[Wish]:
    return list(link_wishes([before], state, links, things(state, *links.dead)))


def words(notice: Notice, audience: str, state: ShelfState) -> str:
    return terminal.render(told(notice, audience, files_of(state)), colour=False)


def test_a_dead_link_is_told_with_its_day_and_its_copy() -> None:
    state = shelf(story(more=COPY))
    text = words(message(dead(), state=state).notice, "TLP:CLEAR", state)
    assert "One link that died" in text
    assert "harbour.yaml: post · has led nowhere since 3 December 2026" in text
    assert "http://news.example/mud · The title leads to the archived copy" in text
    assert "https://archive.example/mud" in text
    assert 'No copy is known: add "archived_url"' in words(message(dead()).notice, "TLP:CLEAR", shelf(story()))


@pytest.mark.parametrize("says", ["TLP:AMBER", "TLP:RED"])
def test_below_the_label_of_the_briefing_nothing_of_the_source_is_told(says: str) -> None:
    """Also where only an edit that failed raises it."""
    state = shelf(story(SILT), says=says)
    assert [one.item.label for one in things(state, dead(SILT))] == [says]
    text = words(message(dead(SILT), state=state).notice, "TLP:GREEN", state)
    assert "One source stands under a label that this channel may not see. The desk shows it." in text
    for word in ("silt", "harbour", "post", "December"):
        assert word not in text
    over = Notice("dead", (replace(message(dead()).notice.items[0], label=says, lines=()),), over=True)
    assert "One link is mended" in words(over, "TLP:GREEN", state)


def test_an_address_is_told_whole_also_where_it_holds_the_name_of_a_briefing_that_may_not_be_seen() -> None:
    state = shelf(story(more=COPY), story(SILT, "archived", sharing="TLP:RED"))
    text = words(message(dead(), state=state).notice, "TLP:CLEAR", state)
    assert "http://news.example/mud · The title leads to the archived copy" in text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (dead(), dead(), True),
        (dead(), replace(dead(), why="There is no news.example"), True),
        (dead(), dead(since=NOW + 30 * DAY), False),
        (dead(), dead(NOISE), False),
    ],
    ids=["the same", "said otherwise", "another death", "another link"],
)
def test_a_death_is_one_thing_and_the_next_one_another(one: DeadLink, other: DeadLink, *, same: bool) -> None:
    (first,), (second,) = things(shelf(story(one.url)), one), things(shelf(story(other.url)), other)
    assert (first.key == second.key) is same


def test_it_is_the_same_thing_in_another_zone_but_not_in_another_briefing() -> None:
    state = shelf(story(), story(name="noise"))
    first, second = things(state, dead(), dead(name="noise"))
    (abroad,) = dead_things(state, [dead(since=NOW.astimezone(BERLIN))], BERLIN)
    assert abroad.key == first.key != second.key
    assert "4 December 2026" in abroad.item.text


def test_a_link_that_was_changed_a_moment_ago_is_not_told() -> None:
    assert things(shelf(story(NOISE)), dead()) == []
    assert things(shelf(), dead()) == []


@pytest.mark.parametrize(
    ("state", "links", "says"),
    [
        (shelf(story()), LinksKnown((dead(),)), None),
        (shelf(story()), LinksKnown(there=frozenset([MUD])), "answers again"),
        (shelf(story(NOISE)), LinksKnown(), "has another link now"),
        (shelf(story().replace(f"    url: {MUD}\n", "")), LinksKnown(), "has no link any more"),
        (shelf(story().replace(": post", ": paper")), LinksKnown(), "is no source any more"),
        (shelf(), LinksKnown(), "is no source any more"),
        (shelf(story()), LinksKnown(), None),
        (shelf(story()), LinksKnown(there=frozenset([NOISE])), None),
        (shelf(story()), LinksKnown((dead(since=NOW + 9 * DAY),)), None),
        (shelf(story(more=COPY)), LinksKnown((dead(),)), "has led nowhere"),
    ],
    ids=["dead", "there", "changed", "taken out", "renamed", "file gone", "nobody looks", "unsure", "again", "copy"],
)
def test_what_becomes_of_a_dead_link(state: ShelfState, links: LinksKnown, says: str | None) -> None:
    before = message(dead())
    found = wishes(before, state, links)
    if says is None:
        assert found == [], "nobody knows better"
        return
    (wish,) = found
    (item,) = wish.notice.items
    over = not says.startswith("has led")
    assert (wish.before, wish.open, wish.notice.over) == (before, not over, over)
    assert item.text.startswith(says)
    assert wishes(known(wish.notice, is_open=wish.open), state, links) == [], "once"
    if over:
        text = words(wish.notice, "TLP:CLEAR", state)
        assert "One link is mended" in text
        assert MUD not in text


def test_what_is_still_dead_stands_before_what_is_mended_and_keeps_it_open() -> None:
    state = shelf(story(), story(NOISE, "noise"))
    before = message(dead(), dead(NOISE, "noise"), state=state)
    (wish,) = wishes(before, state, LinksKnown((dead(NOISE, "noise"),), frozenset([MUD])))
    assert (wish.open, wish.notice.over) == (True, False)
    assert sentence(wish.notice) == (
        "noise.yaml: post has led nowhere since 3 December 2026; harbour.yaml: post answers again"
    )


def test_a_message_that_counts_more_than_it_names_is_not_over() -> None:
    before = known(replace(message(dead()).notice, beyond=1))
    (wish,) = wishes(before, shelf(story()), LinksKnown(there=frozenset([MUD])))
    assert (wish.open, wish.notice.over) == (True, False)


@pytest.mark.parametrize("platform", ["discord", "slack"])
def test_the_copy_can_be_clicked(platform: str) -> None:
    state = shelf(story(more=COPY))
    drawn = RENDER[platform](told(message(dead(), state=state).notice, "TLP:CLEAR", files_of(state)), 0)
    assert "https://archive.example/mud" in str(drawn.body), "written out it would be no link there"


def test_who_takes_the_new_link_back_makes_it_dead_again_in_the_same_message() -> None:
    (wish,) = wishes(message(dead()), shelf(story(NOISE)), LinksKnown())
    (back,) = wishes(known(wish.notice, is_open=False), shelf(story()), LinksKnown((dead(),)))
    assert (back.open, back.notice) == (True, message(dead()).notice)


def test_a_mended_link_keeps_the_higher_label() -> None:
    before = message(dead(), state=shelf(story(sharing="TLP:AMBER")))
    (wish,) = wishes(before, shelf(story()), LinksKnown(there=frozenset([MUD])))
    assert wish.notice.items[0].label == "TLP:AMBER"


@pytest.mark.parametrize(
    ("state", "age", "joins"),
    [
        ("sent", HOUR, True),
        ("sent", DAY, False),
        ("pending", 9 * DAY, True),
        ("kept", 9 * DAY, True),
    ],
)
def test_links_that_die_on_one_day_or_before_anything_is_posted_share_a_message(
    state: NoticeState, age: timedelta, *, joins: bool
) -> None:
    before = known(message(dead()).notice, state=state, at=NOW - age)
    items = [one.item for one in things(shelf(story(NOISE, "noise")), dead(NOISE, "noise"))]
    wish = deciding.thing_wish([before], "dead", items, NOW, UTC)
    assert (wish.before is before, len(wish.notice.items)) == (joins, 1 + joins)


def test_a_message_of_before_links_were_followed_is_read() -> None:
    older = written(Notice("aged", (Item("a.yaml", "TLP:CLEAR", "a", "b"),))).replace(', "thing": ""', "")
    assert "thing" not in older
    assert read(older).items[0].thing == ""


# ---------------------------------------------------------------------- the whole of it, on real files


@dataclass
class Links:
    """A stage whose links are looked at: what each page answers, and the time that passes."""

    one: Stage
    here: Internet
    status: dict[str, str]
    watch: LinkWatch = field(init=False)

    def __post_init__(self) -> None:
        self.starts()

    def starts(self) -> None:
        """A process that was just started, which has not looked at anything yet."""
        one = self.one
        self.watch = LinkWatch(
            one.store, one.bot.shelf, one.now, lambda: True, self.here.wire(), lambda: one.now().timestamp()
        )
        one.links = self.watch.known

    async def passes(self, days: int) -> None:
        """Let so many days pass, and have everything looked at in the morning after that is due by then, and told."""
        one = self.one
        tomorrow = one.now().replace(hour=6, minute=0, second=0) + days * DAY
        one.later += tomorrow - one.now()
        for _ in range(4):
            await self.watch.round()
            one.later += HOUR
        await self.tells()

    async def tells(self) -> None:
        await self.one.tells(self.one.teller(), 0.7)

    async def wall(self) -> list[str]:
        return await self.one.wall("others")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return "sqlite:///state.db"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.make()


@asynccontextmanager
async def linked(path: Path, url: str, **texts: str) -> AsyncIterator[Links]:
    rules = RULES.replace("channel: admins}", "channel: others}") + "links: weekly\n"
    status = dict.fromkeys(("/mud", "/noise", "/x"), "404 Not Found")

    def answer(head: str) -> bytes:
        return page(b"", status=status.get(head.split()[1], "200 OK"))

    names = {name: [[PUBLIC]] for name in ("news.example", "other.example", "silt.example")}
    async with internet(answer, names) as here, stage(path, rules=rules, url=url, **texts) as one:
        yield Links(one, here, status)


async def test_a_link_that_dies_is_told_once_where_it_may_be_and_until_it_is_mended(tmp_path: Path, url: str) -> None:
    secret = story(SILT, "silt", sharing="TLP:AMBER")
    texts = {"harbour": story(more=COPY), "noise": story(NOISE, "noise"), "silt": secret}
    async with linked(tmp_path, url, **texts) as links:
        await links.passes(1)
        assert await links.wall() == [], "a page may be away for a day"
        await links.passes(2)
        (first,) = await links.wall()
        assert "Three links that died" in first
        assert "https://archive.example/mud" in first
        assert "One source stands under a label that this channel may not see" in first
        assert "silt" not in first
        links.starts()
        await links.tells()
        await links.passes(8)
        assert await links.wall() == [first], "it is told once, also after a restart"

        links.status["/mud"] = "200 OK"
        await links.one.edits(noise=story("http://other.example/hum", "noise"))
        await links.passes(8)
        (first,) = await links.wall()
        assert "answers again" in first
        assert "has another link now" in first
        assert "archive.example" not in first

        links.status["/mud"] = "410 Gone"
        await links.passes(8)
        await links.passes(2)
        before, again = await links.wall()
        assert before == first, "what was mended stays so"
        assert "One link that died" in again
        assert "harbour.yaml: post" in again

        rules = links.one.home.config
        rules.write_text(rules.read_text(encoding="utf-8").replace("links: weekly", "links: off"), encoding="utf-8")
        await links.one.bot.shelf.reload()
        await links.passes(8)
        assert links.watch.known() == LinksKnown()
        assert await links.wall() == [before, again], "that nobody looks any more mends nothing"


async def test_without_an_admin_channel_the_desk_lists_it_until_one_is_named(tmp_path: Path) -> None:
    async with linked(tmp_path, "sqlite:///state.db", harbour=story()) as links:
        rules = links.one.home.config
        named = rules.read_text(encoding="utf-8")
        rules.write_text(named.replace("admins: {channel: others}", ""), encoding="utf-8")
        await links.one.bot.shelf.reload()
        await links.passes(1)
        await links.passes(2)
        (row,) = await links.one.store.newest_notices(9)
        assert (row.state, row.open) == ("kept", True)
        rules.write_text(named, encoding="utf-8")
        await links.one.bot.shelf.reload()
        await links.passes(8)
        assert "has led nowhere since" in str(await links.wall()), "it is dead still"


async def test_a_fault_at_one_link_keeps_no_other_from_being_looked_at(tmp_path: Path) -> None:
    async with linked(tmp_path, "sqlite:///state.db", harbour=story(), noise=story(NOISE, "noise")) as links:
        wire, one = links.here.wire(), links.one

        async def look_up(host: str, port: int) -> Sequence[str]:
            if host == "news.example":
                raise RuntimeError("a fault of the library")
            return await wire.look_up(host, port)

        links.watch = LinkWatch(
            one.store,
            one.bot.shelf,
            one.now,
            lambda: True,
            replace(wire, look_up=look_up),
            lambda: one.now().timestamp(),
        )
        await links.passes(1)
        known = await one.store.links()
        assert {url: (looked.result, looked.said) for url, looked in known.items()} == {
            MUD: ("unsure", "It could not be looked at; the log says why"),
            NOISE: ("gone", "status 404"),
        }
