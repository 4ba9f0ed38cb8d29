"""What a reader does besides reading: shares an answer, reports a problem, asks too much."""

import asyncio

import pytest

from tests.product.conftest import Live
from tests.product.seen import Seen
from tests.servers.faults import Fault, Kind

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_answer_is_shared_once_with_the_name_of_who_did_it_and_without_a_mention(live: Live) -> None:
    chat = live.chat
    who = await chat.person()
    said = await chat.ask(who, "/impact lankov")
    before = len(await chat.posts(chat.room))
    told = await chat.press(said, "Share to channel", who)
    assert (told.tries, told.private) == (1, True)
    assert "Shared" in told.words
    posts = await chat.posts(chat.room, at_least=before + 1)
    assert len(posts) == before + 1
    assert "Shared by reader" in posts[-1].words
    assert f"<@{who}>" not in str(posts[-1].body)
    assert who not in str(posts[-1].body)
    assert claims(said.seen) == claims(posts[-1])
    assert "Share to channel" not in posts[-1]


async def test_pages_of_a_shared_answer_are_turned_for_oneself(live: Live) -> None:
    """A press under what everybody sees answers privately, and leaves the post as it is."""
    chat = live.chat
    who, other = await chat.person(), await chat.person()
    told = await chat.press(await chat.ask(who, "/impact tide-log"), "Share to channel", who)
    assert "Shared" in told.words
    post = (await chat.posts(chat.room))[-1]
    turned = await chat.press_post(chat.room, "Next", other)
    assert (turned.tries, turned.private) == (1, True)
    assert "tide mark 11" in turned.words
    assert (await chat.posts(chat.room))[-1] == post


async def test_each_click_on_share_posts_once_and_two_at_once_are_two(live: Live) -> None:
    chat = live.chat
    who = await chat.person()
    said = await chat.ask(who, "/caveats")
    before = len(await chat.posts(chat.room))
    await asyncio.gather(*[chat.press(said, "Share to channel", who) for _ in range(2)])
    assert len(await chat.posts(chat.room, at_least=before + 2)) == before + 2


@pytest.mark.parametrize("kind", ["reset before", "reset after", "status after", "garbage"])
async def test_a_share_whose_answer_is_lost_is_posted_once_or_its_reader_told_to_look(live: Live, kind: Kind) -> None:
    chat = live.chat
    where = "POST /channels/.*/messages" if chat.name == "discord" else "chat.postMessage"
    who = await chat.person()
    said = await chat.ask(who, "/people lankov")
    before = len(await chat.posts(chat.room))
    await chat.fault(Fault(where, kind, status=503))
    told = await chat.press(said, "Share to channel", who)
    assert (told.tries, told.private) == (1, True)
    posted = len(await chat.posts(chat.room)) - before
    if "not certain" in told.words:
        assert posted <= 1
    else:
        assert "Shared" in told.words
        assert posted == 1
    assert chat.name == "slack" or "not certain" not in told.words, "Discord takes the same post again and keeps one"


async def test_three_reports_an_hour_reach_the_admins_and_the_desk(live: Live) -> None:
    chat = live.chat
    who = await chat.person()
    said = await chat.ask(who, "/impact lankov")
    before = len(await chat.posts(chat.admins))
    for number in range(1, 4):
        assert "Thank you" in await chat.report(said, f"Wrong for the {number}. time <!channel> @everyone", who)
        posts = await chat.posts(chat.admins, at_least=before + number)
        assert len(posts) == before + number
        assert f"Wrong for the {number}. time" in posts[-1].words
        assert "/impact lankov" in posts[-1].words
    refused = await chat.report(said, "Wrong for the 4. time", who)
    assert "3 reports an hour" in refused
    assert len(await chat.posts(chat.admins)) == before + 3
    health = await live.product.words("/health")
    assert "Wrong for the 3. time" in health
    assert "Wrong for the 4. time" not in health


async def test_the_twenty_first_question_within_a_minute_is_refused_and_others_go_on(live: Live) -> None:
    chat = live.chat
    who = await chat.person()
    answers = await asyncio.gather(*[chat.ask(who, "/people") for _ in range(20)])
    assert {one.seen.words for one in answers} == {answers[0].seen.words}
    refused = await chat.ask(who, "/people")
    assert (refused.tries, refused.private) == (1, True)
    assert "much at once" in refused.words
    assert "second" in refused.words
    assert "much at once" not in (await chat.ask(await chat.person(), "/people")).words


def claims(seen: Seen) -> list[str]:
    """The lines of an answer that tell a claim."""
    return [line for line in seen.words.split("\n") if line.startswith("•")]
