"""A replica whose files are older than the others' puts nothing back into what was posted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.content.history import History
from bot.content.memory import Version
from bot.digests.redrawing import ERASED
from tests.digests.corrected import COUNT, ERASED_TEXT, RAISED, house, told
from tests.digests.days import ORIGINAL

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)


async def test_what_was_erased_is_not_said_again_whatever_the_files_say_later(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.save(ERASED_TEXT)
        await one.corrected()
        for text in (ORIGINAL, told()):
            one.save(text)
            await one.corrected()
            assert ERASED in await one.claims()
        assert one.paper.count("edit") == 1
        one.save(RAISED)
        await one.corrected()
        assert await one.messages() == [], "it goes with all beside it, where that may not be read any more"


async def test_what_may_be_older_than_what_others_serve_waits_and_tells_the_operator_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(tmp_path) as one:
        one.save(told())
        await one.post()
        one.doubted = True
        one.save(ORIGINAL)
        for _ in range(3):
            await one.corrected()
        assert one.paper.count("edit") == 0
        assert COUNT not in await one.claims()
        assert caplog.text.count("is not put right yet") == 1
        one.doubted = False
        await one.corrected()
        assert COUNT in await one.claims(), "the others have come to the same: an editor took it back"


async def test_what_must_not_be_read_any_more_goes_whoever_is_right(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.doubted = True
        one.save(ERASED_TEXT)
        await one.corrected()
        assert ERASED in await one.claims()
        one.save(RAISED)
        await one.corrected()
        assert await one.messages() == []


@pytest.mark.parametrize(
    ("digests", "back"),
    [
        ("", False),
        ("a", False),
        ("ab", False),
        ("aba", True),
        ("abca", True),
        ("abab", True),
        ("abac", False),
        ("abb", False),
        ("abaa", True),
    ],
)
def test_a_snippet_went_back_when_its_last_version_is_one_that_it_had_before(digests: str, back: bool) -> None:
    versions = [
        Version("harbour", "s1", NOW + timedelta(days=at), digest, "TLP:CLEAR", "{}")
        for at, digest in enumerate(digests)
    ]
    history = History().with_new(versions)
    assert history.went_back("harbour", "s1") is back
    assert not history.went_back("harbour", "s2")
