"""What was posted is put right: once, in the last words, whatever went wrong meanwhile, and no more than it may."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.digests import gate
from bot.digests.redrawing import ERASED
from bot.errors import Gone, NoPlace, PostError, Refused
from tests.content.editions import JAPANESE
from tests.digests.corrected import COUNT, ERASED_TEXT, RAISED, WITHDRAWN, house, once, told
from tests.digests.days import ORIGINAL, worded
from tests.digests.test_lane import now, running


async def test_a_corrected_claim_edits_what_was_posted(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        before = await one.messages()
        one.save(told())
        await one.corrected()
        (message,) = await one.messages()
        assert len(before) == 1
        claim = next(claim for text, claim in (await one.claims()).items() if "fewer than 10,000" in text)
        assert claim.cites, "with its source"
        assert claim.extra[0].endswith(": fewer, not more")
        assert claim.extra[0].startswith("Corrected ")
        same = [block for block in message.blocks if block in before[0].blocks]
        assert len(same) == len(message.blocks) - 1, "nothing else changed"
        assert (message.title, message.about, message.footer) == (before[0].title, before[0].about, before[0].footer)
        (row,) = await one.rows()
        assert (row.kind, row.revision, row.state, row.witness) == ("edit", 1, "sent", "answer")
        await one.corrected()
        assert one.paper.count("edit") == 1, "once"


async def test_what_changes_without_a_word_is_told_as_changed(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.save(worded(ORIGINAL, "at more than 10,000.", "at over 10,000."))
        await one.corrected()
        claim = next(claim for text, claim in (await one.claims()).items() if "over 10,000" in text)
        assert claim.extra[0].startswith("Changed ")


async def test_what_was_corrected_while_the_bot_was_down_is_put_right_when_it_is_back(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.save(told())
    async with house(tmp_path) as again:
        again.save(told())
        await again.corrected()
        assert any("fewer than 10,000" in text for text in await again.claims())


async def test_a_withdrawn_claim_is_struck_with_its_note(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.save(WITHDRAWN)
        await one.corrected()
        claim = (await one.claims())[COUNT]
        assert claim.struck
        assert claim.extra[0].startswith("Withdrawn ")
        assert claim.extra[0].endswith(": nobody counted")


@pytest.mark.parametrize("setting", ["edit", "reply", "off"])
async def test_an_erased_text_is_gone_everywhere_whatever_the_setting(tmp_path: Path, setting: str) -> None:
    async with house(tmp_path, corrections=setting) as one:
        await one.post()
        one.save(told("fewer than 9,000"))
        await one.corrected()
        one.save(ERASED_TEXT)
        await one.corrected()
        claims = await one.claims()
        assert ERASED in claims
        with closing(sqlite3.connect(tmp_path / "state.db")) as database:
            kept = str(database.execute("SELECT parts, outline FROM messages").fetchall())
            kept += str(database.execute("SELECT body FROM pins").fetchall())
        assert "at more than 10,000" not in kept
        assert "fewer than 9,000" not in kept


@pytest.mark.parametrize("setting", ["edit", "reply", "off"])
async def test_a_raised_briefing_is_deleted_where_it_may_not_be_read(tmp_path: Path, setting: str) -> None:
    audiences = {"newsroom": "TLP:CLEAR", "board": "TLP:AMBER"}
    async with house(tmp_path, corrections=setting, audiences=audiences) as one:
        await one.post()
        one.save(RAISED)
        await one.corrected()
        assert await one.messages("newsroom") == []
        assert len(await one.messages("board")) == 1
        assert [(row.channel, row.kind, row.state) for row in await one.rows()] == [("newsroom", "delete", "sent")]
        one.save(ORIGINAL)
        await one.corrected()
        assert await one.messages("newsroom") == [], "it does not come back"
        assert one.paper.count("post") == 2


async def test_a_briefing_that_left_the_folder_leaves_what_was_posted(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.save()
        await one.corrected()
        assert await one.rows() == []
        assert len(await one.messages()) == 1


async def test_switched_off_what_changed_stays(tmp_path: Path) -> None:
    async with house(tmp_path, corrections="off") as one:
        await one.post()
        one.save(told())
        await one.corrected()
        one.save(WITHDRAWN)
        await one.corrected()
        assert await one.rows() == []
        assert COUNT in await one.claims()


async def test_notices_are_taken_back_with_what_they_are_about(tmp_path: Path) -> None:
    async with house(tmp_path, corrections="reply") as one:
        await one.post()
        one.save(told())
        await one.corrected()
        assert len(await one.messages()) == 2
        one.save(RAISED)
        one.paper.hook = once("delete", PostError("lost before it arrived"), times=2)
        await one.corrected()
        assert await one.messages() == []


async def test_a_digest_may_have_its_corrections_told_under_it(tmp_path: Path) -> None:
    async with house(tmp_path, corrections="reply") as one:
        await one.post()
        one.save(told())
        await one.corrected()
        post, notice = await one.messages()
        assert COUNT in await one.claims()
        assert (notice.title, one.paper.count("edit")) == ("Correction", 0)
        (claim,) = notice.blocks
        assert "fewer than 10,000" in claim.text  # type: ignore[union-attr]  # one.claims would tell
        assert post.about is not None
        assert post.about in str(notice.about)
        await one.corrected()
        assert len(await one.messages()) == 2


async def test_a_refused_edit_becomes_a_notice_once(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.paper.hook = once("edit", Refused("Slack no longer lets the bot change this message (edit_window_closed)."))
        one.save(told())
        await one.corrected()
        (row,) = await one.rows()
        assert (row.kind, row.state) == ("reply", "sent")
        assert (one.paper.count("edit"), len(await one.messages())) == (1, 2)
        steps = [step.why for step in await one.store.steps(row.id)]
        assert any("edit_window_closed" in why for why in steps)


async def test_where_the_message_was_deleted_nothing_more_is_done(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.paper.hook = once("edit", Gone("The message is gone."))
        one.save(told())
        await one.corrected()
        assert [(row.state, row.why) for row in await one.rows()] == [("skipped", "the message is gone")]
        one.save(told("fewer than 5,000"))
        await one.corrected()
        assert one.paper.count("edit") == 1


async def test_a_closed_place_is_written_down_and_not_asked_again(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.paper.hook = once("edit", NoPlace("The channel is archived."))
        one.save(told())
        await one.corrected()
        one.save(told("fewer than 5,000"))
        await one.corrected()
        assert [row.why for row in await one.rows()] == [
            "The channel is archived",
            "the place is suspended: The channel is archived",
        ]
        assert one.paper.count("edit") == 1


async def test_what_was_frozen_by_an_earlier_version_gets_a_notice(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        with closing(sqlite3.connect(tmp_path / "state.db")) as database:
            database.execute("UPDATE messages SET outline = ''")
            database.commit()
        one.save(told())
        await one.corrected()
        assert [(row.kind, row.state) for row in await one.rows()] == [("reply", "sent")]


async def test_only_the_part_whose_claim_changed_is_edited(tmp_path: Path) -> None:
    async with house(tmp_path, show="all") as one:
        await one.post()
        parts = len(await one.messages())
        assert parts > 1
        one.save(told())
        await one.corrected()
        assert len(await one.rows()) == one.paper.count("edit") == 1
        assert len(await one.messages()) == parts


@pytest.mark.parametrize("taken", ["lowered", "out of config.yaml"])
async def test_an_edit_goes_only_where_its_audience_still_is_and_waits_until_it_is(
    tmp_path: Path, taken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "CLOSED_WAIT", 0.2)
    async with house(tmp_path, audiences={"newsroom": "TLP:GREEN"}) as one:
        await one.post()
        one.audiences["newsroom"] = "TLP:CLEAR"
        one.set()
        if taken != "lowered":
            one.audiences = {"elsewhere": "TLP:GREEN"}
            one.set()
        one.save(told())
        await one.corrections.round()
        await one.wait("the channel may not see TLP:GREEN any more")
        assert one.paper.count("edit") == 0
        one.audiences = {"newsroom": "TLP:GREEN"}
        one.set()
        await one.still()
        assert any("fewer than 10,000" in text for text in await one.claims()), "it was lowered for a moment"


async def test_a_correction_waits_no_longer_than_its_text_is_kept(tmp_path: Path) -> None:
    async with house(tmp_path, lane=False, audiences={"newsroom": "TLP:GREEN"}) as one:
        async with running(one.lane):
            await one.post()
        one.save(told())
        await one.corrections.round()
        (claimed,) = await one.store.claim("desk", "me", now(), 1)
        (page,) = await one.store.parts(claimed.message_id or 0)
        one.audiences["newsroom"] = "TLP:CLEAR"
        one.set()
        kept = timedelta(days=90)
        for due, state in ((now() - kept / 2, "retry"), (now() - kept - timedelta(hours=1), "expired")):
            stop = await one.gate(replace(claimed, due_at=due), page)
            assert stop
            assert stop.state == state


async def test_of_several_parts_only_those_that_show_a_raised_briefing_are_deleted(tmp_path: Path) -> None:
    async with house(tmp_path, show="all", audiences={"newsroom": "TLP:GREEN"}) as one:
        urchins = JAPANESE.read_text(encoding="utf-8")
        one.save(ORIGINAL, urchins)
        await one.post()
        before = await one.messages()
        one.save(ORIGINAL, worded(urchins, "sharing: TLP:GREEN", "sharing: TLP:AMBER"))
        await one.corrected()
        after = await one.messages()
        assert 0 < len(after) < len(before)
        assert "ウニ" in str(before)
        assert "ウニ" not in str(after)
        assert {row.kind for row in await one.rows()} == {"delete"}
        one.save(told(), worded(urchins, "sharing: TLP:GREEN", "sharing: TLP:AMBER"))
        await one.corrected()
        assert any("fewer than 10,000" in text for text in await one.claims()), "the others are still put right"


async def test_an_erased_text_goes_with_all_beside_it_where_the_channel_may_not_see_the_rest(tmp_path: Path) -> None:
    async with house(tmp_path, audiences={"newsroom": "TLP:GREEN"}) as one:
        await one.post()
        one.audiences["newsroom"] = "TLP:CLEAR"
        one.set()
        one.save(ERASED_TEXT)
        await one.corrected()
        assert await one.messages() == []
        assert [(row.kind, row.state) for row in await one.rows()] == [("delete", "sent")]


async def test_an_erased_text_that_cannot_be_edited_away_is_deleted(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.paper.hook = once("edit", Refused("Slack no longer lets the bot change this message (edit_window_closed)."))
        one.save(ERASED_TEXT)
        await one.corrected()
        assert await one.messages() == []
        assert [(row.kind, row.state) for row in await one.rows()] == [("delete", "sent")]
