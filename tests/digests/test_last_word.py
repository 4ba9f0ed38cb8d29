"""However corrections follow one another, and whatever is lost meanwhile, the last text stands there in the end."""

import asyncio
from pathlib import Path

import pytest

from bot.commands.base import Place
from bot.digests import gate
from bot.digests.corrections import IN_TURN, key
from bot.digests.doubts import Doubts
from bot.digests.outcomes import Timings
from bot.digests.redrawing import ERASED
from bot.errors import Later, PostError
from bot.platforms.base import Frozen
from bot.platforms.desk.wall import Wall
from bot.store.rows import Outcome
from tests.digests.corrected import COUNT, ERASED_TEXT, House, house, once, told
from tests.digests.days import ORIGINAL
from tests.digests.test_lane import now, running
from tests.product.running import until


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


@pytest.mark.parametrize("guarded", [True, False])
async def test_an_edit_that_is_carried_out_late_does_not_end_in_the_place_of_a_newer_one(
    tmp_path: Path, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first request is under way when nobody waits for it any more; the next text waits until it cannot be."""
    if not guarded:
        monkeypatch.setattr(Doubts, "_left", lambda *_: 0.0)
    slow = Timings(lease=10, ghost=4, timeout=1)
    async with house(tmp_path, lane=False) as one:
        async with running(one.lane):
            await one.post()
        late: list[asyncio.Task[None]] = []

        async def hook(kind: str, number: int) -> Exception | None:
            if kind != "edit" or number > 1:
                return None

            async def carried_out() -> None:
                await asyncio.sleep(3.5)
                (pin,) = await one.store.wall("newsroom", 1)
                await one.store.repin(pin.key, first[0].body)

            late.append(asyncio.create_task(carried_out()))
            return PostError("no answer in time")

        one.paper.hook = hook
        async with running(one.another_lane("next", slow)):
            one.save(told("about 8,000"))
            await one.corrections.round()
            first = await one.store.parts(await one.store.newest_message())
            await one.made("edit", 1)
            one.save(told())
            await one.corrected()
            await asyncio.gather(*late)
        assert any("fewer than 10,000" in text for text in await one.claims()) is guarded


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
            monkeypatch.setattr("bot.store.addressing.waiting", lambda _: [])
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


async def test_what_is_erased_while_an_edit_waits_is_not_said_by_that_edit(tmp_path: Path) -> None:
    async with house(tmp_path, lane=False) as one:
        async with running(one.lane):
            await one.post()
        one.save(told())
        await one.corrections.round()
        one.save(ERASED_TEXT)
        async with running(one.another_lane()):
            await one.wait(gate.TOLD_AGAIN)
            assert one.paper.count("edit") == 0
            await one.corrected()
            assert one.paper.count("edit") == 1
        assert ERASED in await one.claims()
        assert [row.state for row in await one.rows()] == ["expired", "sent"]


async def test_waiting_corrections_keep_no_digest_from_its_time(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.paper.hook = once("edit", Later("Slack asks to wait.", 600))
        one.save(told())
        await one.corrections.round()
        await one.made("edit", 1)
        await one.post("now:2", wait=False)

        async def there() -> bool:
            return len(await one.messages()) == 2

        await until(there)  # it is counted before it is there


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


async def test_a_correction_under_way_that_became_the_last_word_again_is_made(tmp_path: Path) -> None:
    """What was frozen after it was ended before it began, and stops nothing."""
    async with house(tmp_path) as one:
        await one.post()
        asked, frozen = asyncio.Event(), asyncio.Event()

        async def busy(kind: str, number: int) -> Exception | None:
            if kind != "edit" or number > 1:
                return None
            asked.set()
            await frozen.wait()
            return Later("Slack asks to wait.", 1)

        one.paper.hook = busy
        for words in ("fewer than 10,000", "about 8,000", "fewer than 10,000"):
            one.save(told(words))
            await one.corrections.round()
            await asked.wait()
        frozen.set()
        await one.still()
        assert any("fewer than 10,000" in text for text in await one.claims())
        assert [row.state for row in await one.rows()] == ["sent", "expired"]
