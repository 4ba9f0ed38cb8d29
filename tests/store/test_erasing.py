"""An erased text is nowhere in the database, whatever came after it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.content.memory import Version
from bot.store.memory import Store, open_store

NOW = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
FIRST, SECOND, LAST = "nine metres of ORIGINALDEPTH", "SECRETA", "eight metres"


def version(minutes: int, text: str, snippet: str = "depth", state: str = "active", **correction: object) -> Version:
    told = {"id": snippet, "text": text, "state": state} | ({"correction": correction} if correction else {})
    at = NOW + timedelta(minutes=minutes)
    body = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return Version("harbour", snippet, at, f"{minutes}", "TLP:CLEAR", body)


async def texts(store: Store, snippet: str = "depth") -> list[str]:
    known = (await store.recall()).versions
    return [json.loads(one.body)["text"] for one in known if one.snippet == snippet]


@pytest.mark.parametrize(
    ("state", "left"), [("corrected", ["", "", LAST, "later"]), ("withdrawn", ["", "", "", "later"])]
)
async def test_what_a_correction_erases_is_kept_nowhere_and_the_rest_is(
    store: Store, state: str, left: list[str]
) -> None:
    await store.keep([], [version(0, FIRST), version(0, FIRST, "cost"), version(1, SECOND)])
    assert await texts(store) == [FIRST, SECOND]
    digests = [one.digest for one in (await store.recall()).versions]
    await store.keep([], [version(2, LAST, state=state, note="libel", erase=True), version(3, "later")])
    assert await texts(store) == left
    assert await texts(store, "cost") == [FIRST], "another snippet that says the same"
    assert [one.digest for one in (await store.recall()).versions][:3] == digests, "what was told is known by its print"


@pytest.mark.parametrize("spoken", ['he said "erase": true', 'note "erase": true'])
async def test_what_only_speaks_of_erasing_erases_nothing(store: Store, spoken: str) -> None:
    await store.keep([], [version(0, FIRST)])
    await store.keep([], [version(1, spoken, state="corrected", note=spoken)])
    assert await texts(store) == [FIRST, spoken]


async def test_no_byte_of_it_stays_in_the_file(tmp_path: Path) -> None:
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        await store.keep([], [version(0, FIRST * 500)])
        await store.keep([], [version(1, LAST, state="corrected", note="libel", erase=True)])
    assert b"ORIGINALDEPTH" not in (tmp_path / "state.db").read_bytes()
