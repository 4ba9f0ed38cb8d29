"""What is offered while somebody types: few, short, and only what the view holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.base import LONGEST, Suggestion
from bot.commands.registry import complete
from bot.content.view import View
from bot.platforms.terminal import render
from tests.commands.asking import KNOWN, NAMES, ask
from tests.content.editions import (
    DREDGING,
    HOSTILE,
    JAPANESE,
    NOW,
    SHIPPED,
    Raw,
    briefings,
    edition,
    made,
    shipped,
    texts,
)
from tests.sizes import examples

ALL = (shipped(SHIPPED), shipped(JAPANESE), shipped(DREDGING))
CLEAR = edition(ALL).seen_by("TLP:CLEAR", NOW)
GREEN = edition(ALL).seen_by("TLP:GREEN", NOW)
FIXED = {"24h", "7d", "30d", *KNOWN}


def offered(view: View, typed: str) -> list[str]:
    return [one.value for one in complete(KNOWN, view, typed)]


def held(view: View) -> set[str]:
    """Everything that may be offered as a text."""
    found = {seen.item.id for seen in view.snippets} | set(view.by_id) | set(view.index.vocabulary.values())
    found |= {
        one for briefing in view.briefings for person in briefing.people.values() for one in (person.id, person.name)
    }
    return found | {source.publisher for briefing in view.briefings for source in briefing.sources.values()} | FIXED


@examples(60)
@given(briefings(), st.sampled_from(NAMES), texts(60) | st.text(max_size=20) | st.just(""))
def test_few_and_short_and_only_what_the_view_holds(raw: Raw, name: str, text: str) -> None:
    view = edition(made(raw)).seen_by("TLP:CLEAR", NOW)
    found = complete(KNOWN, view, f"/{name} {text}")
    assert len(found) <= 10
    assert len({one.value for one in found}) == len(found)
    for one in found:
        command, _, value = one.value.partition(" ")
        assert command == f"/{name}"
        assert 1 <= len(value) <= LONGEST
        assert value in held(view)


@given(st.text(max_size=40) | st.sampled_from(HOSTILE), st.sampled_from(("", "/", "/impact ", "/search ", "/no-such ")))
def test_whatever_is_typed_is_completed_or_not(text: str, before: str) -> None:
    for one in complete(KNOWN, GREEN, before + text):
        assert isinstance(one, Suggestion)
        assert one.value.startswith("/")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", []),
        ("impact", []),
        ("/im", ["/impact"]),
        ("/IM", ["/impact"]),
        ("/c", ["/control", "/caveats", "/cite", "/changes"]),
        ("/nothing", []),
        ("/nothing at", []),
        ("/impact lan", ["/impact lankov"]),
        ("/impact ANDREI", ["/impact lankov"]),
        ("/impact pinkston", []),
        ("/cite troop", ["/cite troop-count", "/cite troops-sent"]),
        ("/people kim", ["/people kim"]),
        ("/sources d", ["/sources DW", "/sources dprk-troops-in-russia"]),
        ("/changes", ["/changes"]),
        ("/changes ", ["/changes 24h", "/changes 7d", "/changes 30d", "/changes dprk-troops-in-russia"]),
        ("/status ", []),
        ("/help ex", ["/help exposure"]),
        ("/search kurs", ["/search Kursk"]),
        ("/briefing north", ["/briefing dprk-troops-in-russia"]),
    ],
)
def test_what_is_offered(typed: str, expected: list[str]) -> None:
    found = offered(CLEAR, typed)
    assert sorted(found[: len(expected)]) == sorted(expected)
    assert bool(found) == bool(expected)


def test_what_is_offered_leads_somewhere() -> None:
    for name in KNOWN:
        for typed in ("", "a", "l", "d", "霧"):
            for one in complete(KNOWN, GREEN, f"/{name} {typed}"):
                command, _, text = one.value.removeprefix("/").partition(" ")
                if command not in ("changes", "help"):
                    answer = render(ask(GREEN, command, text))
                    assert "Nothing on" not in answer, one
                    assert "There is no" not in answer, one


def test_an_audience_below_is_offered_nothing_of_what_lies_above() -> None:
    for name in KNOWN:
        for typed in ("", "m", "z", "sludge", "tallow", "gravel", "霧", "青"):
            alone = edition(ALL[:1]).seen_by("TLP:CLEAR", NOW)
            assert offered(CLEAR, f"/{name} {typed}") == offered(alone, f"/{name} {typed}")
    assert offered(GREEN, "/people 霧") != offered(CLEAR, "/people 霧")
