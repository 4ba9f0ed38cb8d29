"""What is found, however it is typed; and nothing that is typed breaks the search."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.content.search import Document, Index
from bot.content.view import View
from tests.content.editions import HOSTILE, JAPANESE, NOW, SHIPPED, Raw, briefings, edition, made, shipped
from tests.sizes import examples

TEXTS = (
    "The café in Zürich lost 10,000 francs, the naïve owner says.",
    "Straße and strasse are one word, and the ﬁrst is a ligature.",
    "Some 1 234 567 people, 12.5 percent of them old, and 3'500 tents.",
    "霧浜町は青鷺島のウニ駆除に潜水士およそ60人を送った。",
    "北朝鮮軍の兵士、北韓の軍人、북한군 병사 10명.",
    "ＦＵＬＬ ｗｉｄｔｈ １２，０００ と ｶﾀｶﾅ",
    "Война и мир, Ёлка.",
    "السلام عليكم",
    "One NEAR two AND three OR four NOT five",
)


class Held:
    """Documents without a briefing."""

    def __init__(self, *texts: str) -> None:
        self.documents: Sequence[Document] = tuple(Document(at, text, "", "") for at, text in enumerate(texts))


INDEX = Index({"held": Held(*TEXTS)})


FOUND: dict[int | tuple[int, ...], tuple[str, ...]] = {
    (): ("afé", "1000", "100", "島青", "駆除潜水士", "", "  ", "_", "*", "ca*fe", "\x00", "zzz"),
    0: ("cafe", "CAFÉ", "cafe\u0301", "zurich", "naive", "caf", "cafe*", "lost owner"),
    (0, 5): (),
    1: ("straße", "first", "ﬁrst", "one word", "ligature."),
    2: ("1234567", "1,234,567", "1.234.567", "3500", "3'500", "12.5"),
    3: ("駆除", "ウニ", "青鷺島", "霧浜", "60", "６０", "60人", "駆除 潜水士"),
    4: ("北朝鮮", "朝鮮", "북한", "병사", "\u1107\u116e\u11a8\u1112\u1161\u11ab", "10명"),
    5: ("full", "12000", "12,000", "カタカナ", "ｶﾀｶﾅ"),
    6: ("мир", "ёлка", "ВОЙНА"),
    7: ("السلام",),
    8: ("NEAR", "one two", "two one", "one-near", "OR four"),
    (1, 8): ('"one', "one _", "ONE"),
    (1, 2, 8): ("and", "AND"),
    (2, 5): ("12",),
}
NUMBERS = ("10,000", "10.000", "10 000", "10000", "10\u202f000", "10\u00a0000", "10’000", "10'000", "１０，０００")
CASES = [(typed, at) for at, texts in FOUND.items() for typed in texts] + [(typed, 0) for typed in NUMBERS]


@pytest.mark.parametrize(("typed", "found"), CASES)
def test_it_is_found_however_it_is_typed(typed: str, found: int | tuple[int, ...]) -> None:
    hits = INDEX.search(typed)
    assert sorted(hits.found) == sorted((found,) if isinstance(found, int) else found)
    assert hits.total == len(hits.found)


SYNTAX = (*HOSTILE, '"', "'", "*", "^", "(", ")", ":", "NEAR(", "-", "told", "{a}", "+")


@given(st.text(max_size=60) | st.lists(st.sampled_from(SYNTAX), max_size=6).map(" ".join))
@example('" OR told MATCH "x')
@example("\x00\x00")
@example("\ud800 a\udfff")
@example("text: x")
@example("^one")
@example("a" * 10_000)
def test_nothing_that_is_typed_breaks_the_query_or_finds_more_than_there_is(typed: str) -> None:
    hits = INDEX.search(typed)
    assert len(hits.found) == hits.total <= len(TEXTS)
    INDEX.suggest(typed)


@given(st.sampled_from([at for at in range(len(TEXTS)) if at != 2]), st.data())
def test_every_text_is_found_by_words_of_its_own(at: int, data: st.DataObject) -> None:
    """But for the one where a number may be cut in the middle of its thousands, and is another number then."""
    words = TEXTS[at].split()
    start = data.draw(st.integers(0, len(words) - 1))
    typed = " ".join(words[start : start + 3])
    if any(char.isalnum() for char in typed):
        assert at in INDEX.search(typed).found


@examples(40)
@given(briefings())
def test_a_claim_is_found_by_the_words_it_begins_with(raw: Raw) -> None:
    view = edition(made(raw)).seen_by("TLP:RED", NOW)
    for seen in view.snippets:
        typed = " ".join(seen.item.text.split()[:2])
        if view.index.search(typed).total:
            assert seen in view.index.all(typed)
        else:
            # Only a text without a letter or digit that is old enough to be one in SQLite's tables.
            assert not any(char.isascii() and char.isalnum() for char in typed)


@pytest.fixture(scope="module")
def both() -> View:
    return edition((shipped(SHIPPED), shipped(JAPANESE))).seen_by("TLP:GREEN", NOW)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kusrk", "Kursk"),
        ("lankow", "Lankov"),
        ("pinkton", "Pinkston"),
        ("capitans", "captains"),
        ("kusrk troops", "Kursk troops"),
        ("intelligense western", "intelligence western"),
        ("霧浜新聞", "霧浜新報"),
        ("青鷺鳥", "青鷺島"),
        ("磯焼き", "磯焼"),
        ("ボランテア", "ボランティア"),
        *((typed, None) for typed in ("駆徐", "経済", "zeppelin", "xq", "kursk", "", "kusrk zeppelin")),
    ],
)
def test_did_you_mean(both: View, typed: str, meant: str | None) -> None:
    assert both.index.suggest(typed) == meant


def test_what_is_suggested_is_found(both: View) -> None:
    for word in both.index.vocabulary.values():
        assert both.index.search(word).total, word


def test_a_number_that_only_the_editors_derived_is_not_found() -> None:
    view = edition((shipped(SHIPPED),)).seen_by("TLP:CLEAR", NOW)
    assert view.index.search("20").total == 0
    assert view.index.search("couple of decades").total > 0


def test_the_claim_that_says_it_comes_before_the_one_whose_caveat_does() -> None:
    view = edition((shipped(SHIPPED),)).seen_by("TLP:CLEAR", NOW)
    found = [seen.item.id for seen in view.index.search("airlift").found]
    assert set(found) == {"airlift", "airlift-motive", "route-wealth"}
