"""What a reader may not see is answered exactly as what does not exist: byte for byte, on every platform."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.base import Question
from bot.content.edition import Edition, Views
from bot.content.history import History, versions_of
from bot.content.model import Briefing
from bot.content.view import View
from bot.message import Message
from tests.commands.asking import FACTS, KNOWN, ask, drawings, everything
from tests.content.editions import (
    BERLIN,
    DREDGING,
    JAPANESE,
    NOW,
    SHIPPED,
    Raw,
    briefings,
    edition,
    made,
    read,
    shipped,
    texts,
)
from tests.sizes import examples

HIGHER = ("TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
SECRETS: list[str] = yaml.safe_load(
    (Path(__file__).parents[1] / "exam" / "leak_words.yaml").read_text(encoding="utf-8")
)
PAST, FUTURE = "0001-01-01", "9999-12-31"

questions = st.one_of(
    st.just(""),
    st.sampled_from(
        ("story", "other", "person-0", "snippet-0", "other/snippet-0", "editor", "impact", "Kursk", "9999d")
    ),
    texts(60),
)


def clear(*known: Briefing, history: History | None = None) -> View:
    return edition(known, history).seen_by("TLP:CLEAR", NOW)


def differences(one: View, other: View, text: str) -> list[str]:
    """The questions that two views answer differently."""
    asked = zip(everything(one, text), everything(other, text), strict=True)
    return [question for (question, said), (_, also) in asked if said != also]


# --- briefings above the ceiling ---


@examples(30)
@given(briefings("story", ("TLP:CLEAR",)), briefings("other", HIGHER), questions)
def test_a_briefing_above_the_ceiling_changes_no_byte_of_any_answer(low: Raw, high: Raw, text: str) -> None:
    below, above = made(low, high)
    alone = clear(below)
    assert differences(alone, clear(below, above), text) == []
    assert differences(alone, clear(above, below), text) == []
    assert alone.stamp == clear(above, below).stamp


@examples(20)
@given(briefings("story", ("TLP:CLEAR",)), briefings("other", HIGHER), briefings("other", HIGHER), questions)
def test_editing_a_briefing_above_the_ceiling_changes_no_byte_either(low: Raw, old: Raw, new: Raw, text: str) -> None:
    below, before, after = made(low, old, new)
    views = Views(edition((before, below)))
    views.at("TLP:CLEAR", NOW)
    views.at("TLP:RED", NOW)
    views = Views(edition((after, below)), views)
    assert differences(clear(below), views.at("TLP:CLEAR", NOW), text) == []


def test_no_answer_holds_a_word_of_a_briefing_above_the_ceiling() -> None:
    low = clear(shipped(SHIPPED), shipped(JAPANESE), shipped(DREDGING))
    alone = clear(shipped(SHIPPED))
    for word in ("", "kursk", "report", "the", "b", "within 9 years", "37", "one article", "mudwater"):
        said = "\n".join(drawn for _, drawn in everything(low, word)).lower()
        assert [secret for secret in SECRETS if secret in said] == []
    for secret in (*SECRETS, *(secret[:-1] + "x" for secret in SECRETS), "zanderholm-dredging", "tallowmere dredging"):
        assert differences(alone, low, secret) == []


def test_the_same_words_are_found_where_the_ceiling_is_higher() -> None:
    amber = edition((shipped(SHIPPED), shipped(DREDGING))).seen_by("TLP:AMBER", NOW)
    said = "\n".join(drawn for _, drawn in everything(amber, "")).lower()
    found = [secret for secret in SECRETS if secret not in said]
    assert found == ["bilgefen", "harbour-dredging"], "a tag, which is looked for and not shown, and a file's name"


def test_an_edition_that_ignores_the_ceiling_would_be_noticed() -> None:
    below, above = shipped(SHIPPED), shipped(DREDGING)
    leaking = edition((below, above)).seen_by("TLP:RED", NOW)
    for text in ("", "murkwater", "tallowmere", "zanderholm-dredging", "kursk barges"):
        assert differences(clear(below), leaking, text) != []


def test_a_vocabulary_shared_between_audiences_would_be_noticed() -> None:
    """Only the suggestion leaks: the claim itself is not in the answer."""
    below, above = shipped(SHIPPED), shipped(DREDGING)
    view, leaking = clear(below), clear(below)
    higher = edition((below, above)).seen_by("TLP:RED", NOW)
    leaking.index.__dict__["vocabulary"] = higher.index.vocabulary
    assert "typing /search sludg" in differences(view, leaking, "sludg")


def test_when_a_briefing_above_the_ceiling_was_edited_is_not_told() -> None:
    low, both = clear(shipped(SHIPPED)), edition((shipped(SHIPPED), shipped(DREDGING)))
    read_at = {"dprk-troops-in-russia": NOW - timedelta(hours=9), "zanderholm-dredging": NOW}
    facts = replace(FACTS, loaded_at=NOW, read_at=read_at, broken=frozenset(read_at))

    def status(view: View) -> Message:
        return KNOWN["status"].reply(view, Question("", NOW, facts))

    assert status(low) == status(both.seen_by("TLP:CLEAR", NOW))
    assert status(low) != status(both.seen_by("TLP:AMBER", NOW))
    assert "04:00 CET" in drawings_of(status(low))
    assert "zanderholm" not in drawings_of(status(low))


def drawings_of(message: Message) -> str:
    return "\n".join(drawings(message))


# --- drafts, embargoes, what has expired ---


def hidden(item: Raw) -> bool:
    """Whether a snippet of the strategy may not be told at NOW, worked out without the bot."""
    return (
        item.get("state") == "draft"
        or item.get("publish_at") == FUTURE
        or item.get("expires") in (PAST, "2024", "2024-02-29", "2026-03-17T23:00+09:00")
    )


@st.composite
def with_secrets(draw: st.DrawFn) -> Raw:
    """A briefing whose snippets are mostly hidden, and all of them clearly so or clearly not."""
    raw: Raw = draw(briefings("story", ("TLP:CLEAR",)))
    for item in raw["snippets"]:
        for key in ("publish_at", "expires"):
            item.pop(key, None)
        reason = draw(st.sampled_from(("", "", "draft", "publish_at", "expires")))
        if reason == "draft":
            item["state"] = "draft"
        elif reason:
            item[reason] = {"publish_at": FUTURE, "expires": draw(st.sampled_from((PAST, "2024-02-29")))}[reason]
    return raw


def without(raw: Raw) -> Raw:
    """The briefing as if its hidden snippets had never been written, nor what only they use."""
    gone = {item["id"] for item in raw["snippets"] if hidden(item)}
    kept = [item for item in raw["snippets"] if item["id"] not in gone]
    secret = [item for item in raw["snippets"] if item["id"] in gone]
    told = [*kept, *raw["figures"]]
    sources = {one["id"] for one in raw["sources"]} - (_sources(secret, raw) - _sources(told, raw))
    people = {one["id"] for one in raw["people"]} - (_people(secret) - _people(told))
    new = dict(raw)
    new["snippets"] = [_less(item, see=[name for name in item.get("see", ()) if name not in gone]) for item in kept]
    new["sources"] = [
        _less(one, superseded_by=_if(one.get("superseded_by"), sources))
        for one in raw["sources"]
        if one["id"] in sources
    ]
    new["people"] = [one for one in raw["people"] if one["id"] in people]
    new["timeline"] = [entry for entry in raw["timeline"] if entry.get("snippet") not in gone]
    new["defaults"] = _less(raw["defaults"], source=_if(raw["defaults"]["source"], sources))
    if "digest" in raw:
        new["digest"] = raw["digest"] | {"items": [name for name in raw["digest"]["items"] if name not in gone]}
    return new


def _if(name: str | None, known: set[str]) -> str | None:
    return name if name in known else None


def _less(item: Raw, **changed: Any) -> Raw:
    merged = item | changed
    return {key: value for key, value in merged.items() if key not in changed or value}


def _sources(items: Sequence[Raw], raw: Raw) -> set[str]:
    found = {part["source"] for item in items for part in item.get("cite", ())}
    found |= {item["source"] for item in items if "source" in item}
    return found


def _people(items: Sequence[Raw]) -> set[str]:
    return {name for item in items for name in (item["claimed_by"], *item.get("people", ()))}


@examples(40)
@given(with_secrets(), questions)
def test_a_hidden_snippet_is_as_if_it_had_never_been_written(raw: Raw, text: str) -> None:
    (whole,), (less,) = made(raw), made(without(raw))
    assert differences(clear(less), clear(whole), text) == []
    assert clear(less).stamp == clear(whole).stamp


def test_a_source_that_only_a_draft_uses_is_not_told_by_the_one_it_supersedes_either() -> None:
    text = """\
format: 1
briefing: {id: story, title: Story}
sources:
  - {id: old, publisher: Old Post, title: O, url: "https://example.org/o", state: superseded, superseded_by: NEW}
  - {id: NEW, publisher: New Post, title: N, url: "https://example.org/n"}
snippets:
  - {id: a, section: impact, text: The editors., claimed_by: editor, status: note, source: NEW, para: 1, state: draft}
figures:
  - {id: f, label: Boats, value: 9, claimed_by: editor, status: reported, source: old, para: 1}
"""
    one, two = (clear(read(text.replace("NEW", name))) for name in ("first", "second"))
    assert differences(one, two, "") == []
    assert "Superseded" in drawings_of(ask(one, "sources"))


@examples(30)
@given(with_secrets(), texts(200), questions)
def test_what_a_hidden_snippet_says_changes_no_byte(raw: Raw, secret: str, text: str) -> None:
    other = dict(raw)
    words: Raw = {
        "text": secret,
        "hedge": secret,
        "caveat": secret,
        "tags": [secret],
        "pinned": True,
        "section": "impact",
    }
    other["snippets"] = [item | words if hidden(item) else item for item in raw["snippets"]]
    (one,), (two,) = made(raw), made(other)
    assert differences(clear(one), clear(two), text) == []


def test_a_draft_that_is_told_would_be_noticed() -> None:
    text = JAPANESE.read_text(encoding="utf-8")
    published = read(text.replace("    state: draft\n", ""))
    one = edition((shipped(JAPANESE),)).seen_by("TLP:GREEN", NOW)
    two = edition((published,)).seen_by("TLP:GREEN", NOW)
    assert differences(one, two, "") != []
    assert differences(one, two, "catch-log") != []


# --- versions ---


def lived(*states: Briefing) -> tuple[Edition, History]:
    """The last of these states of a briefing, with the history of all of them, a day apart and the last one at NOW."""
    history = History()
    for at, briefing in enumerate(states, 1 - len(states)):
        history = history.with_new(versions_of(briefing, history, NOW + timedelta(days=at), BERLIN))
    return edition((states[-1],), history), history


@examples(30)
@given(briefings("story", ("TLP:CLEAR",)), briefings("story", HIGHER), briefings("story", ("TLP:CLEAR",)))
def test_a_version_under_a_higher_label_leaves_no_trace(first: Raw, secret: Raw, last: Raw) -> None:
    """It is as if the briefing had not been there in between."""
    one, two, three = made(first, secret, last)
    with_it, history = lived(one, two, three)
    without_it = History(
        {
            "story": {
                name: tuple(one if one.label == "TLP:CLEAR" else replace(one, digest="", body="") for one in versions)
                for name, versions in history.versions["story"].items()
            }
        }
    )
    seen, less = with_it.seen_by("TLP:CLEAR", NOW), edition((three,), without_it).seen_by("TLP:CLEAR", NOW)
    for name, text in (("changes", "9999d"), ("cite", "snippet-0"), ("cite", "impact"), ("changes", "")):
        assert [*drawings(ask(seen, name, text))] == [*drawings(ask(less, name, text))]
