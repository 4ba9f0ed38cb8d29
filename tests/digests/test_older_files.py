"""A replica whose files are older than the others' puts nothing back into what was posted."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.content.history import History, stories
from bot.content.memory import Version
from bot.digests.depends import snippet_of
from bot.digests.redrawing import ERASED
from tests.digests.corrected import COUNT, ERASED_TEXT, RAISED, house, told
from tests.digests.days import ORIGINAL, marked, worded
from tests.digests.test_lane import now

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


async def test_what_a_correction_erased_is_not_said_again_either(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.save(told(note="at: 2026-11-29, note: libel, erase: true"))
        await one.corrected()
        one.save(ORIGINAL)
        await one.corrected()
        assert COUNT not in await one.claims()
        assert one.paper.count("edit") == 1
        one.save(worded(ORIGINAL, "at more than 10,000.", "at nearly 10,000."))
        await one.corrected()
        assert COUNT.replace("more than", "nearly") in await one.claims(), "new words are told"


TROOPS = "dprk-troops-in-russia/troop-count"


async def test_what_may_be_older_than_what_others_serve_waits_and_tells_the_operator_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(tmp_path, audiences={"newsroom": "TLP:CLEAR", "board": "TLP:AMBER"}) as one:
        one.save(told())
        await one.post()
        for times in (1, 2):
            one.doubted = frozenset({TROOPS})
            one.save(ORIGINAL)
            for _ in range(3):
                await one.corrected()
            assert one.paper.count("edit") == 4 * (times - 1), "back and forth, in both"
            assert COUNT not in await one.claims()
            assert caplog.text.count(f"what was posted of {TROOPS} is not put right yet") == times
            one.doubted = frozenset()
            await one.corrected()
            assert COUNT in await one.claims(), "the others have come to the same: an editor took it back"
            one.save(told())
            await one.corrected()


async def test_what_stands_beside_it_does_not_wait(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        one.save(told())
        await one.post()
        one.doubted = frozenset({TROOPS})
        (standing,) = await one.store.standing(now().replace(year=2000))
        keys = [key for page in await one.store.parts(standing.id) for key in page.keys]
        other = next(name for name in map(snippet_of, keys) if name and name != TROOPS).partition("/")[2]
        one.save(marked(ORIGINAL, other, "withdrawn", "at: 2026-11-29, note: wrong"))
        await one.corrected()
        assert one.paper.count("edit") == 1
        assert COUNT not in await one.claims()
        one.save(marked(ORIGINAL, other, "withdrawn", "at: 2026-11-29, note: libel, erase: true"))
        await one.corrected()
        assert ERASED in await one.claims()
        assert COUNT not in await one.claims(), "not even beside what must not be read"


async def test_what_must_not_be_read_any_more_goes_whoever_is_right(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        await one.post()
        one.doubted = frozenset({TROOPS})
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


def a_version(at: int, text: str, *, erases: bool = False, state: str = "corrected") -> Version:
    said = {"text": text, "state": state, "correction": {"note": "n", "erase": True}} if erases else {"text": text}
    kept = {**said, "text": ""} if text.isupper() else said  # the store empties what was erased
    return Version("harbour", "s1", NOW + timedelta(days=at), text + str(erases), "TLP:CLEAR", json.dumps(kept))


@pytest.mark.parametrize(
    ("texts", "unsaid"),
    [
        ("a", False),
        ("aba", False),
        ("ab!", False),
        ("ab!a", True),
        ("Ab!A", True),
        ("ab!ca", True),
        ("ab!c", False),
        ("ab!ab!", False),
        ("ab!b", False),
        ("ba b!b", False),
        ("ab!cd!a", True),
        ("ab?a", True),
    ],
)
def test_a_snippet_is_unsaid_when_it_is_again_one_that_was_erased(texts: str, unsaid: bool) -> None:
    """A letter is a text, an upper one a text that the store emptied; `!` erases by correcting, `?` by withdrawing."""
    found = re.findall(r"([a-zA-Z])([!?]?)", texts)
    states = {"!": "corrected", "?": "withdrawn", "": "active"}
    versions = [a_version(at, text, erases=bool(how), state=states[how]) for at, (text, how) in enumerate(found)]
    (story,) = stories(["s1"], {"s1": versions}, 9, NOW + timedelta(days=99)).values()
    assert story.unsaid is unsaid
