"""What was posted is put right: once, in the last words, whatever went wrong meanwhile, and no more than it may."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.commands.base import Place
from bot.digests.corrections import IN_TURN, key
from bot.digests.redrawing import ERASED
from bot.errors import Gone, Later, NoPlace, PostError, Refused
from bot.platforms.base import Frozen
from bot.platforms.desk.wall import Wall
from bot.store.rows import Outcome
from tests.content.editions import JAPANESE
from tests.digests.corrected import House, house
from tests.digests.days import ORIGINAL, marked, worded
from tests.digests.test_lane import QUICK, now, running

COUNT = "Western intelligence puts the North Korean force already in Russia's Kursk region at more than 10,000."
NOTE = 'at: 2026-11-29, note: "fewer, not more"'


def told(words: str = "fewer than 10,000", state: str = "corrected", note: str = NOTE) -> str:
    """The briefing with another count of troops."""
    return worded(marked(ORIGINAL, "troop-count", state, note), "at more than 10,000.", f"at {words}.")


WITHDRAWN = marked(ORIGINAL, "troop-count", "withdrawn", 'at: 2026-11-29, note: "nobody counted"')
ERASED_TEXT = marked(ORIGINAL, "troop-count", "withdrawn", "at: 2026-11-29, note: libel, erase: true")
RAISED = worded(ORIGINAL, "  sharing: TLP:CLEAR", "  sharing: TLP:AMBER")


def once(kind: str, error: Exception, times: int = 1) -> Callable[[str, int], Awaitable[Exception | None]]:
    async def hook(asked: str, number: int) -> Exception | None:
        return error if asked == kind and number <= times else None

    return hook


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


async def test_a_burst_is_one_edit_with_the_last_text(tmp_path: Path) -> None:
    async with house(tmp_path, lane=False) as one:
        async with running(one.lane):
            await one.post()
        for words in ("about 8,000", "about 9,000", "fewer than 10,000"):
            one.save(told(words))
            await one.corrections.round()
        async with running(one.another_lane()):
            await one.still()
        assert one.paper.count("edit") == 1
        assert any("fewer than 10,000" in text for text in await one.claims())
        assert [(row.state, row.why) for row in await one.rows()] == [
            ("expired", "a later correction took its place"),
            ("expired", "a later correction took its place"),
            ("sent", ""),
        ]


async def test_a_text_that_returns_to_what_is_posted_sends_nothing(tmp_path: Path) -> None:
    async with house(tmp_path, lane=False) as one:
        async with running(one.lane):
            await one.post()
        one.save(told())
        await one.corrections.round()
        one.save(ORIGINAL)
        await one.corrections.round()
        async with running(one.another_lane()):
            await one.still()
        assert one.paper.count("edit") == 0
        assert [row.state for row in await one.rows()] == ["expired"]


async def test_what_was_corrected_while_the_bot_was_down_is_put_right_when_it_is_back(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.save(told())
    async with house(tmp_path) as again:
        again.save(told())
        await again.corrected()
        assert any("fewer than 10,000" in text for text in await again.claims())


async def test_what_arrives_after_the_correction_was_frozen_is_put_right_when_it_is_there(tmp_path: Path) -> None:
    async with house(tmp_path, lane=False, audiences={"newsroom": "TLP:CLEAR", "late": "TLP:CLEAR"}) as one:
        await one.post(wait=False)
        first, second = await one.store.claim("desk", "dead", now(), 2)
        one.save(told())
        await one.corrections.round()
        assert await one.rows() == [], "nothing is posted yet"
        async with running(one.lane):  # both are in doubt, looked for, and sent
            await one.still()
            await one.corrected()
        assert sorted(row.channel for row in await one.rows()) == sorted((first.channel, second.channel))
        for channel in ("newsroom", "late"):
            assert any("fewer than 10,000" in text for text in await one.claims(channel))


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


@pytest.mark.parametrize("lost", ["lost before it arrived", "lost after it arrived"])
async def test_an_edit_without_an_answer_is_made_again_and_is_never_held(tmp_path: Path, lost: str) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.paper.hook = once("edit", PostError(lost), times=2)
        one.save(told())
        await one.corrected()
        assert one.paper.count("edit") == 3
        assert [(row.state, row.witness) for row in await one.rows()] == [("sent", "repeat")]
        assert any("fewer than 10,000" in text for text in await one.claims())


async def test_a_notice_without_an_answer_is_looked_for_and_stands_once(tmp_path: Path) -> None:
    async with house(tmp_path, corrections="reply") as one:
        await one.post()
        one.paper.hook = once("reply", PostError("lost after it arrived"), times=2)
        one.save(told())
        await one.corrected()
        assert len(await one.messages()) == 2
        assert [(row.state, row.witness) for row in await one.rows()] == [("sent", "history")]


async def test_an_edit_that_is_carried_out_late_does_not_end_in_the_place_of_a_newer_one(tmp_path: Path) -> None:
    """The first request is under way when nobody waits for it any more; the next text waits until it cannot be."""
    async with house(tmp_path) as one:
        await one.post()
        late: list[asyncio.Task[None]] = []

        async def hook(kind: str, number: int) -> Exception | None:
            if kind != "edit" or number > 1:
                return None

            async def carried_out() -> None:
                await asyncio.sleep(0.8 * QUICK.ghost)
                pin = (await one.store.wall("newsroom", 1))[0]
                await one.store.repin(pin.key, first[0].body)

            late.append(asyncio.create_task(carried_out()))
            return PostError("no answer in time")

        one.paper.hook = hook
        one.save(told("about 8,000"))
        await one.corrections.round()
        first = await one.store.parts(await one.store.newest_message())
        one.save(told("fewer than 10,000"))
        await one.corrected()
        await asyncio.gather(*late)
        await one.still()
        assert any("fewer than 10,000" in text for text in await one.claims())


async def test_of_two_processes_that_freeze_a_correction_one_does(tmp_path: Path) -> None:
    async with house(tmp_path, lane=False) as one:
        async with running(one.lane):
            await one.post()
        (standing,) = await one.store.standing(now().replace(year=2000))
        one.save(told())
        other = House(one.store, one.settings)
        other.states = one.states
        await asyncio.gather(one.corrections.round(), other.corrections.round())
        assert len(await one.rows()) == 1
        (newest,) = await one.store.standing(now().replace(year=2000))
        assert newest.revision == standing.revision + 1


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


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_text_that_returns_needs_the_older_correction_to_be_ended(
    tmp_path: Path, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path, lane=False) as one:
        async with running(one.lane):
            await one.post()
        one.save(told())
        await one.corrections.round()
        one.save(ORIGINAL)
        if not guarded:
            monkeypatch.setattr("bot.store.corrections.waiting", lambda _: [])
        await one.corrections.round()
        async with running(one.another_lane()):
            await one.still()
        assert (COUNT in await one.claims()) is guarded


@pytest.mark.parametrize("guarded", [True, False])
async def test_an_older_correction_that_had_to_wait_is_stopped_at_the_gate(
    tmp_path: Path, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was begun before the newer one was frozen, and the platform asked to wait: the newer one is made first."""
    async with house(tmp_path) as one:
        await one.post()
        asked, frozen = asyncio.Event(), asyncio.Event()

        async def busy(kind: str, number: int) -> Exception | None:
            if kind != "edit" or number > 1:
                return None
            asked.set()
            await frozen.wait()
            return Later("Slack asks to wait.", 1)

        if not guarded:
            monkeypatch.setattr(one.gate, "_superseded", _never)
        one.paper.hook = busy
        one.save(told("about 8,000"))
        await one.corrections.round()
        await asked.wait()
        one.save(told())
        await one.corrections.round()
        frozen.set()
        await one.still()
        assert any("fewer than 10,000" in text for text in await one.claims()) is guarded
        assert [row.state for row in await one.rows()] == ["expired" if guarded else "sent", "sent"]


async def _never(_: object) -> bool:
    return False


@pytest.mark.parametrize("taken", ["lowered", "out of config.yaml"])
async def test_an_edit_goes_only_where_its_audience_still_is(tmp_path: Path, taken: str) -> None:
    async with house(tmp_path, audiences={"newsroom": "TLP:GREEN"}) as one:
        await one.post()
        one.audiences["newsroom"] = "TLP:CLEAR"
        one.set()
        if taken != "lowered":
            one.audiences = {"elsewhere": "TLP:GREEN"}
            one.set()
        one.save(told())
        await one.corrected()
        assert [(row.state, row.why) for row in await one.rows()] == [
            ("expired", "the channel may not see TLP:GREEN any more")
        ]


async def test_what_is_erased_while_an_edit_waits_is_not_said_by_that_edit(tmp_path: Path) -> None:
    async with house(tmp_path, lane=False) as one:
        async with running(one.lane):
            await one.post()
        one.save(told())
        await one.corrections.round()
        one.save(ERASED_TEXT)
        async with running(one.another_lane()):
            await one.still()
            assert one.paper.count("edit") == 0
            await one.corrected()
        assert ERASED in await one.claims()


async def test_waiting_corrections_keep_no_digest_from_its_time(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.paper.hook = once("edit", Later("Slack asks to wait.", 600))
        one.save(told())
        await one.corrections.round()
        await one.made("edit", 1)
        await one.post("now:2", wait=False)
        await one.made("post", 2)
        assert len(await one.messages()) == 2


async def retracted(one: House) -> bool:
    (slot,) = await one.store.history("morning", 1)
    return await one.store.retract(slot.id, "retracted by Ann on slack", key, now(), IN_TURN) is not None


async def test_a_retracted_slot_is_deleted_wherever_it_was_posted_with_all_its_parts_and_notices(
    tmp_path: Path,
) -> None:
    audiences = {"newsroom": "TLP:CLEAR", "board": "TLP:AMBER"}
    async with house(tmp_path, show="all", corrections="reply", audiences=audiences) as one:
        await one.post()
        one.save(told())
        await one.corrected()
        parts = len(await one.messages()) - 1
        assert parts > 1
        assert await retracted(one)
        assert not await retracted(one)
        await one.still()
        assert await one.messages("newsroom") == await one.messages("board") == []
        (slot,) = await one.store.history("morning", 1)
        assert (slot.state, slot.reason) == ("retracted", "retracted by Ann on slack")
        one.save(WITHDRAWN)
        await one.corrected()
        assert await one.messages() == []


async def test_what_is_on_its_way_when_a_slot_is_retracted_does_not_stay(tmp_path: Path) -> None:
    audiences = dict.fromkeys(("newsroom", "late", "later"), "TLP:CLEAR")
    async with house(tmp_path, lane=False, audiences=audiences) as one:
        await one.post(wait=False)
        first, second = await one.store.claim("desk", "dead", now(), 2)
        await Wall.post(one.paper, Place("desk", first.channel), Frozen({"message": {}, "page": 0}, ()), first.key)
        assert await retracted(one)
        (slot,) = await one.store.history("morning", 1)
        waited = [(row.state, row.why) for row in await one.store.of_slot(slot.id) if row.state != "sending"]
        assert waited == [("expired", "it was retracted")]
        async with running(one.lane):
            while (await one.store.counts())["sent"] < 2:
                await one.corrections.round()
                await asyncio.sleep(0.1)
            await one.still()
        assert await one.store.wall(None, 10) == ()
        assert second.channel not in {pin.channel for pin in await one.store.wall(None, 10)}


async def test_what_was_retracted_counts_as_never_told(tmp_path: Path) -> None:
    async with house(tmp_path, show="rotate", count=2) as one:
        await one.post("2026-11-29T08:00")
        assert await retracted(one)
        assert await one.store.composed_last("morning") is None
        assert await one.store.told("morning") == {}


async def test_an_older_revision_ends_nothing_of_a_newer_one(tmp_path: Path) -> None:
    async with house(tmp_path, lane=False) as one:
        async with running(one.lane):
            await one.post()
        (first,) = await one.store.standing(now().replace(year=2000))
        one.save(told("about 8,000"))
        await one.corrections.round()
        (second,) = await one.store.standing(now().replace(year=2000))
        one.save(told())
        await one.corrections.round()
        for standing in (first, second):
            assert not await one.store.address(standing, key, now(), IN_TURN)
        assert [row.state for row in await one.rows()] == ["expired", "pending"]


async def test_while_some_of_it_waits_a_second_correction_is_sent_and_not_ended_by_the_first(tmp_path: Path) -> None:
    audiences = {"newsroom": "TLP:CLEAR", "late": "TLP:CLEAR"}
    async with house(tmp_path, lane=False, audiences=audiences) as one:
        await one.post(wait=False)
        (claimed,) = await one.store.claim("desk", "dead", now(), 1)
        await one.store.record([Outcome(claimed.id, claimed.fence, "sent", now(), external_id=claimed.key)])
        await Wall.post(one.paper, Place("desk", claimed.channel), Frozen({"message": {}, "page": 0}, ()), claimed.key)
        one.save(told("about 8,000"))
        await one.corrections.round()
        one.save(told())
        await one.corrections.round()
        async with running(one.lane):
            await one.still()
            await one.corrected()
        for channel in audiences:
            assert any("fewer than 10,000" in text for text in await one.claims(channel)), channel


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
