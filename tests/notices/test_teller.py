"""What the admins are told: bad edits, what an edit changed, what has aged, and who may read how much of it."""

from datetime import timedelta
from pathlib import Path

from tests.notices.stage import FILE, OLD, RULES, stage
from tests.shelf.home import BAD, briefing, until

AMBER = briefing("harbour", "silty", "salty").replace("TLP:CLEAR", "TLP:AMBER").replace("id: s", "id: silt-")


async def test_a_bad_edit_is_one_message_that_follows_its_errors_and_says_mended(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=FILE) as one:
        teller = one.teller()
        await one.tells(teller)
        assert await one.wall() == [], "what was there at the start is no news"
        await one.breaks("harbour")
        await one.tells(teller)
        (told,) = await one.wall()
        assert "harbour.yaml" in told
        assert "was not loaded: 2 errors. Still serving the version of" in told
        assert "(2 claims)" in told
        assert 'unknown person "nobody"' in told
        assert "says that calm" not in told, "no line of the file"
        one.home.write(harbour=BAD)
        await until(lambda: len(one.bot.shelf.state.files[0].problems) == 1)
        await one.tells(teller)
        (told,) = await one.wall()
        assert "1 error." in told
        await one.edits(harbour=FILE)
        await one.tells(teller)
        (told,) = await one.wall()
        assert "is mended, and served (2 claims). It had 1 error:" in told
        assert [kind for kind, _ in one.paper.made] == ["post", "edit", "edit"]


async def test_a_bad_file_that_is_deleted_is_told_as_gone(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=FILE, gulls=FILE.replace("id: harbour", "id: gulls"), reeds=BAD) as one:
        teller = one.teller()
        await one.tells(teller)
        assert "One file under a label that this channel may not see, or that nobody knows" in str(await one.wall())
        (one.home.folder / "reeds.yaml").unlink()
        await until(lambda: len(one.bot.shelf.state.files) == 2)
        await one.tells(teller)
        (told,) = await one.wall()
        assert "or that nobody knows, is gone" in told
        assert "mended" not in told


async def test_errors_of_a_keystroke_are_told_nobody(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=FILE) as one:
        teller = one.teller()
        await one.tells(teller, 0.3)
        await one.breaks("harbour")
        await one.tells(teller, 0.05)
        await one.edits(harbour=FILE)
        await one.tells(teller)
        assert await one.wall() == []


async def test_a_restart_tells_nothing_again_and_goes_on_where_it_was(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=OLD, gulls=FILE.replace("id: harbour", "id: gulls")) as one:
        teller = one.teller()
        await one.breaks("gulls")
        await one.tells(teller)
        before = await one.wall()
        assert len(before) == 2, "what has aged, and what is broken"
        await one.tells(one.teller())
        assert await one.wall() == before
        await one.edits(gulls=FILE.replace("id: harbour", "id: gulls"))
        await one.tells(one.teller())
        assert len(one.paper.made) == 3
        assert "is mended" in str(await one.wall())


async def test_what_an_edit_changed_is_told_with_its_ids_and_the_next_minute_joins_it(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=FILE) as one:
        teller = one.teller()
        await one.tells(teller, 0.5)
        await one.edits(harbour=briefing("harbour", "calm", "storm", "rain"))
        await one.tells(teller)
        (told,) = await one.wall()
        assert "+1, 1 changed" in told
        assert "new: s3" in told
        assert "changed: s2" in told
        withdrawn = briefing("harbour", "calm", "storm", "rain") + "    state: withdrawn\n"
        await one.edits(harbour=withdrawn)
        await one.tells(teller)
        (told,) = await one.wall()
        assert "+1, 1 changed" in told, "against what stood there before both"
        one.later = timedelta(minutes=3)
        await one.tells(teller, 0.3)
        await one.edits(harbour=withdrawn.replace("calm", "still"))
        await one.tells(teller)
        told, later = await one.wall()
        assert "changed: s1" in later
        await one.tells(one.teller())
        assert len(await one.wall()) == 2


async def test_what_changed_while_the_bot_was_down_is_told_once_at_the_start(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=FILE) as one:
        await one.tells(one.teller(), 0.5)
        await one.edits(harbour=briefing("harbour", "calm"))
        for _ in range(2):
            await one.tells(one.teller())
        (told,) = await one.wall()
        assert "1 gone" in told


async def test_a_file_that_goes_and_one_that_comes_are_told(tmp_path: Path) -> None:
    texts = {name: briefing(name, name) for name in ("ash", "birch", "cedar")}
    async with stage(tmp_path, **texts) as one:
        teller = one.teller()
        await one.tells(teller, 0.5)
        (one.home.folder / "ash.yaml").unlink()
        await one.edits(dogwood=briefing("dogwood", "a", "b"))
        await until(lambda: len(one.bot.shelf.state.files) == 3)
        await one.tells(teller)
        (told,) = await one.wall()
        assert "gone; its claim is no longer served" in told
        assert "dogwood.yaml" in told
        assert "+2" in told


async def test_files_that_vanish_together_are_told_until_somebody_confirms(tmp_path: Path) -> None:
    texts = {name: briefing(name, name) for name in ("ash", "birch", "cedar")}
    async with stage(tmp_path, **texts) as one:
        teller = one.teller()
        await one.tells(teller, 0.5)
        for name in ("ash", "birch"):
            (one.home.folder / f"{name}.yaml").unlink()
        await until(lambda: len(one.bot.shelf.state.vanished) == 2)
        await one.tells(teller)
        (told,) = await one.wall()
        assert "Two files are gone" in told
        assert "is gone from the folder, and still served" in told
        await one.bot.shelf.reload()
        await one.tells(teller)
        first, second = await one.wall()
        assert "was let go of" in first
        assert "no longer served" in second


async def test_claims_that_aged_are_told_together_once_and_again_with_another_date(tmp_path: Path) -> None:
    many = FILE + "".join(
        f"  - {{id: x{at}, section: impact, text: Mina says so., claimed_by: mina, para: 1, status: reported,"
        f" review_by: 2024-01-01}}\n"
        for at in range(40)
    )
    async with stage(tmp_path, harbour=many) as one:
        await one.tells(one.teller())
        (told,) = await one.wall()
        assert "40 claims to look at" in told
        assert "harbour/x0" in told
        assert "And 30 more" in told
        for _ in range(2):
            await one.tells(one.teller(), 0.5)
        assert len(one.paper.made) == 1
        await one.edits(harbour=many.replace("2024-01-01", "2024-02-02", 1))
        await one.tells(one.teller())
        told, _ = await one.wall()
        assert "41 claims to look at" in told, "it goes into the message of that day"
        one.later = timedelta(days=1)
        await one.edits(harbour=many.replace("2024-01-01", "2024-03-03", 1))
        await one.tells(one.teller())
        assert "One claim to look at" in str(await one.wall())


async def test_a_date_that_passes_while_the_bot_runs_is_told_when_it_does(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=FILE + "    expires: 2099-01-01T00:00Z\n") as one:
        teller = one.teller()
        await one.tells(teller, 0.5)
        assert await one.wall() == []
        one.later = timedelta(days=365 * 80)
        await one.mine.give_up()
        await one.tells(teller)
        assert "expired (1 January 2099, 00:00 UTC) and is no longer shown" in str(await one.wall())


# ---------------------------------------------------------------------- who may read it


async def test_a_channel_below_the_label_hears_that_there_is_something_and_no_more(tmp_path: Path) -> None:
    rules = RULES.replace("channel: admins}", "channel: others}")
    async with stage(tmp_path, rules=rules, harbour=AMBER + "    review_by: 2024-01-01\n") as one:
        teller = one.teller()
        await one.tells(teller)
        await one.edits(harbour=AMBER.replace("salty", "sweet"))
        await one.tells(teller)
        await one.breaks("harbour", "claimed_by: silt-person")
        await one.tells(teller)
        told = "\n".join(await one.wall("others"))
        assert "One claim stands under a label that this channel may not see" in told
        assert "One file under a label that this channel may not see, or that nobody knows, has errors" in told
        assert "One file under a label that this channel may not see was edited" in told
        for word in ("silt", "harbour", "salty", "sweet", "TLP:AMBER"):
            assert word not in told
        assert "harbour/silt-2" in str(await one.store.newest_notices(9)), "the desk has all of it"


async def test_what_was_told_is_taken_back_when_the_channel_is_lowered(tmp_path: Path) -> None:
    async with stage(tmp_path, harbour=AMBER) as one:
        teller = one.teller()
        await one.tells(teller, 0.5)
        await one.edits(harbour=AMBER.replace("salty", "sweet"))
        await one.tells(teller)
        assert "silt-2" in str(await one.wall())
        one.home.config.write_text(RULES.replace('"TLP:AMBER"', '"TLP:GREEN"'), encoding="utf-8")
        await one.bot.shelf.reload()
        await one.tells(teller)
        assert "silt" not in str(await one.wall())
