"""Each thing is told once: through crashes, closed channels, a database that is away, and replicas."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.digests.leading import PLANNER, Leading
from bot.errors import NoPlace, PostError, Refused, StoreError
from bot.notices.posting import Posting
from bot.store.notices import Notices
from tests.notices.stage import FILE, OLD, RULES, stage
from tests.shelf.home import BAD, briefing, until

# ---------------------------------------------------------------------- crashes, refusals, and a database that is away


@pytest.mark.parametrize("point", ["notice claimed", "notice posted"])
async def test_a_crash_between_writing_and_recording_tells_it_once(tmp_path: Path, point: str) -> None:
    async with stage(tmp_path, harbour=OLD) as one:
        await one.crashes(one.teller(), point)
        await one.tells(one.teller(), 2.0)
        assert len(await one.wall()) == 1
        assert len(one.paper.made) == 1
        (row,) = await one.store.newest_notices(9)
        assert (row.state, row.external_id) == ("sent", row.key)


async def test_without_what_was_written_down_a_crash_tells_it_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard is taken out: nothing is claimed before it is posted."""

    async def careless(self: Posting, row: object) -> bool:
        return True

    async with stage(tmp_path, harbour=OLD) as one:
        teller = one.teller()
        monkeypatch.setattr(teller._posting, "_note", careless.__get__(teller._posting))
        await one.crashes(teller, "notice posted")
        await one.tells(one.teller(), 1.0)
        assert one.paper.count("post") == 2


async def test_without_the_keys_of_what_was_told_a_restart_tells_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(self: Notices) -> dict[str, object]:
        return {}

    async with stage(tmp_path, harbour=OLD) as one:
        await one.tells(one.teller())
        monkeypatch.setattr(Notices, "told_things", nothing)
        await one.tells(one.teller())
        assert "Two claims to look at" in str(await one.wall())


async def test_a_post_of_which_nobody_knows_is_looked_for_and_not_repeated(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=OLD) as one:

        async def lost(kind: str, number: int) -> Exception | None:
            return PostError("the connection was lost after it") if number == 1 else None

        one.paper.hook = lost
        await one.tells(one.teller(), 2.0)
        assert one.paper.count("post") == 1
        (row,) = await one.store.newest_notices(9)
        assert row.state == "sent"


async def test_a_post_that_was_lost_is_posted_again_once_it_is_known_to_be(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=OLD) as one:

        async def lost(kind: str, number: int) -> Exception | None:
            return PostError("the connection was lost") if number == 1 else None

        one.paper.hook = lost
        await one.tells(one.teller(), 3.0)
        assert one.paper.count("post") == 2
        assert len(await one.wall()) == 1


async def test_a_closed_channel_gets_the_newest_state_when_it_opens_and_no_heap(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=FILE, gulls=FILE.replace("id: harbour", "id: gulls")) as one:
        closed = True

        async def refusing(kind: str, number: int) -> Exception | None:
            return NoPlace("It is archived.") if closed else None

        one.paper.hook = refusing
        teller = one.teller()
        await one.tells(teller, 0.5)
        await one.breaks("gulls")
        await one.tells(teller)
        assert "takes nothing: It is archived" in teller.trouble
        for word in ("storm", "rain", "hail"):
            one.later += timedelta(hours=1)
            await one.edits(harbour=briefing("harbour", "calm", word))
            await one.tells(teller, 0.5)
        await one.edits(gulls=FILE.replace("id: harbour", "id: gulls"))
        await one.tells(teller)
        assert len(one.paper.made) == 1, "it is not asked again and again"
        closed = False
        teller = one.teller()
        await one.tells(teller)
        (told,) = await one.wall()
        assert "1 changed" in told
        assert "mended" not in told
        assert teller.trouble == ""


async def test_without_an_admin_channel_it_stands_on_the_desk_alone(tmp_path: Path) -> None:
    rules = RULES.replace("admins: {channel: admins}", "")
    async with stage(tmp_path, rules=rules, harbour=OLD, gulls=FILE.replace("id: harbour", "id: gulls")) as one:
        teller = one.teller()
        await one.breaks("gulls")
        await one.tells(teller)
        assert one.paper.made == []
        assert teller.trouble == "no admin channel is named in config.yaml"
        assert {row.state for row in await one.store.newest_notices(9)} == {"kept"}
        one.home.config.write_text(RULES, encoding="utf-8")
        await one.bot.shelf.reload()
        await one.tells(teller)
        assert "gulls.yaml" in str(await one.wall()), "what is still so is told in the channel"


async def test_a_message_that_somebody_deleted_is_not_told_again(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=FILE) as one:
        teller = one.teller()
        await one.tells(teller, 0.5)
        await one.breaks("harbour")
        await one.tells(teller)
        (row,) = [row for row in await one.store.newest_notices(9) if row.open]
        await one.store.unpin(row.external_id)
        await one.edits(harbour=FILE)
        await one.tells(teller)
        assert await one.wall() == []


async def test_where_edits_are_refused_it_is_told_anew_once_it_is_mended(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=FILE) as one:

        async def refusing(kind: str, number: int) -> Exception | None:
            return Refused("edit_window_closed") if kind == "edit" else None

        one.paper.hook = refusing
        teller = one.teller()
        await one.tells(teller, 0.5)
        await one.breaks("harbour")
        await one.tells(teller)
        one.home.write(harbour=BAD)
        await until(lambda: len(one.bot.shelf.state.files[0].problems) == 1)
        await one.tells(teller)
        assert len(await one.wall()) == 1, "there is no hurry"
        await one.edits(harbour=FILE)
        for _ in range(2):
            await one.tells(one.teller())
        first, second = await one.wall()
        assert "2 errors" in first
        assert "is mended, and served" in second


async def test_an_edit_that_is_refused_ends_it_and_what_must_not_be_read_is_deleted(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=FILE) as one:

        async def refusing(kind: str, number: int) -> Exception | None:
            return Refused("too old") if kind == "edit" else None

        one.paper.hook = refusing
        teller = one.teller()
        await one.tells(teller, 0.5)
        await one.breaks("harbour")
        await one.tells(teller)
        await one.edits(harbour=FILE.replace("TLP:CLEAR", "TLP:RED"))
        await one.tells(teller)
        assert await one.wall() == []
        assert [kind for kind, _ in one.paper.made] == ["post", "edit", "delete"]


async def test_while_the_database_is_away_nothing_is_told_and_later_all_of_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Notices.note_down
    down = True

    async def away(self: Notices, *words: object) -> bool:
        if down:
            raise StoreError("cannot use it")
        return await real(self, *words)  # type: ignore[arg-type]

    async with stage(tmp_path, harbour=OLD) as one:
        monkeypatch.setattr(Notices, "note_down", away)
        teller = one.teller()
        for _ in range(3):
            with pytest.raises(StoreError):
                await one.tells(teller, 0.5)
        assert one.paper.made == []
        down = False
        await one.tells(teller)
        assert len(await one.wall()) == 1


async def test_what_cannot_be_recorded_is_recorded_later_and_not_posted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Notices.note_down
    async with stage(tmp_path, harbour=OLD) as one:

        async def away(self: Notices, *words: object) -> bool:
            if one.paper.made and not up:
                raise StoreError("cannot use it")
            return await real(self, *words)  # type: ignore[arg-type]

        up = False
        monkeypatch.setattr(Notices, "note_down", away)
        teller = one.teller()
        for _ in range(3):
            with pytest.raises(StoreError):
                await one.tells(teller, 1.0)
        up = True
        await one.tells(teller)
        assert len(one.paper.made) == 1
        (row,) = await one.store.newest_notices(9)
        assert row.state == "sent"


# ---------------------------------------------------------------------- many, and replicas


async def test_five_hundred_bad_files_are_one_message(tmp_path: Path) -> None:
    texts = {f"file{at:03}": briefing(f"file{at:03}", "calm") for at in range(500)}
    async with stage(tmp_path, **texts) as one:
        teller = one.teller()
        await one.tells(teller, 0.5)
        bad = {name: text.replace("claimed_by: mina", "claimed_by: nobody") for name, text in texts.items()}
        one.home.write(**bad)
        await until(lambda: sum(file.broken for file in one.bot.shelf.state.files) == 500, cap=30)
        await one.tells(teller, 2.0)
        (told,) = await one.wall()
        assert "500 files have errors" in told
        assert "And 490 more" in told
        one.home.write(**texts)
        await until(lambda: not any(file.broken for file in one.bot.shelf.state.files), cap=30)
        await one.tells(teller, 2.0)
        (told,) = await one.wall()
        assert "500 files are mended" in told or "files are mended" in told
        assert one.paper.count("post") == 1


async def test_of_two_replicas_one_tells_and_after_it_the_other_nothing_again(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=OLD) as one:
        other = Leading(one.store, PLANNER, "two", one.now)
        assert await one.mine.renew()
        assert not await other.renew()
        first, second = one.teller(), one.teller(other)
        for _ in range(20):
            await first.round()
            await second.round()
        assert len(one.paper.made) == 1
        await one.mine.give_up()
        assert await other.renew()
        for _ in range(20):
            await second.round()
        assert len(one.paper.made) == 1


async def test_who_lost_the_lease_while_it_wrote_posts_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=OLD) as one:
        await one.mine.renew()
        frozen = replace(one).teller()
        other = Leading(one.store, PLANNER, "two", one.now)
        await one.store.release(PLANNER, "one")
        assert await other.renew()
        for _ in range(3):
            await frozen.round()  # it still believes that it plans
        assert one.paper.made == []
        second = one.teller(other)
        for _ in range(10):
            await second.round()
        assert len(await one.wall()) == 1


async def test_without_the_fence_who_lost_the_lease_tells_it_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Notices.note_down

    async def unfenced(self: Notices, lease: str, fence: int, noted: object, now: object) -> bool:
        owner = await one.store.leased(PLANNER)
        assert owner
        held = await one.store.lease(PLANNER, owner[0], one.now(), timedelta(seconds=15))
        return await real(self, lease, held or 0, noted, now)  # type: ignore[arg-type]

    async with stage(tmp_path, harbour=OLD) as one:
        await one.mine.renew()
        frozen = one.teller()
        other = Leading(one.store, PLANNER, "two", one.now)
        await one.store.release(PLANNER, "one")
        assert await other.renew()
        monkeypatch.setattr(Notices, "note_down", unfenced)
        await frozen.round()
        assert one.paper.made, "the guard is what keeps it from that"


async def test_an_edit_that_may_only_be_an_older_file_waits(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=FILE) as one:
        teller = one.teller()
        await one.tells(teller, 0.5)
        one.doubted = frozenset({"harbour/s2"})
        await one.edits(harbour=briefing("harbour", "calm", "storm"))
        await one.tells(teller)
        assert await one.wall() == []
        one.doubted = frozenset()
        await one.tells(teller)
        assert len(await one.wall()) == 1
