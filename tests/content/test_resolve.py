"""What a few typed words mean."""

import pytest

from bot.content.resolve import (
    Anything,
    Meaning,
    OneBriefing,
    OnePerson,
    OneSection,
    SomeSnippets,
    Words,
    narrow,
    resolve,
)
from bot.content.view import View
from tests.content.editions import JAPANESE, NOW, SHIPPED, edition, read, shipped

LONG = "a-claim-whose-id-is-as-long-as-an-id-may-be-so-nobody-can-type-it"[:64]
KIMS = f"""\
format: 1
briefing: {{id: kims, title: A briefing whose title is a good deal longer than anybody can type}}
defaults: {{source: post}}
sources: [{{id: post, publisher: Post, title: T, url: "https://example.org/a"}}]
people:
  - {{id: kim-1, name: Kim Jong Un}}
  - {{id: kim-2, name: Kim Yo Jong, aka: [the sister]}}
  - {{id: lankov, name: Andrei Lankov}}
snippets:
  - {{id: one, section: impact, text: Kim Jong Un says so., claimed_by: kim-1, para: 1, status: reported}}
  - {{id: two, section: impact, text: Kim Yo Jong says so., claimed_by: kim-2, para: 1, status: reported}}
  - {{id: troop-count, section: impact, text: Andrei Lankov counts., claimed_by: lankov, para: 1, status: reported}}
  - {{id: {LONG}, section: impact, text: The editors., claimed_by: editor, status: note}}
"""


@pytest.fixture(scope="module")
def view() -> View:
    return edition((shipped(SHIPPED), shipped(JAPANESE), read(KIMS))).seen_by("TLP:GREEN", NOW)


def told(meaning: Meaning) -> str:
    match meaning:
        case Anything():
            return "anything"
        case OneBriefing(briefing):
            return f"briefing {briefing.head.id}"
        case OnePerson():
            return f"person {meaning.name}"
        case OneSection(section):
            return f"section {section}"
        case SomeSnippets(found):
            return f"snippets {' '.join(seen.key for seen in found)}"
        case Words(text):
            return f"words {text}"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "anything"),
        ("  \t ", "anything"),
        ('""', "anything"),
        ("dprk-troops-in-russia", "briefing dprk-troops-in-russia"),
        ("DPRK-Troops-In-Russia", "briefing dprk-troops-in-russia"),
        ("north korean troops in russia and what they may bring home", "briefing dprk-troops-in-russia"),
        ("North Korean troops in Russia and what they may bring home"[:50], "briefing dprk-troops-in-russia"),
        ("A briefing whose title is a good deal longer than anybody"[:50], "briefing kims"),
        ("A briefing whose title", "words A briefing whose title"),
        ("青鷺島のウニ駆除と霧浜町", "briefing aosagi-urchins"),
        ("lankov", "person Andrei Lankov"),
        ("LANKOV", "person Andrei Lankov"),
        ('"Andrei Lankov"', "person Andrei Lankov"),
        ("andrei  lankov", "person Andrei Lankov"),
        ("潮見沢", "person 潮見沢 ゆず"),
        ("Shiomizawa", "person 潮見沢 ゆず"),
        ("yuzu shiomizawa", "person 潮見沢 ゆず"),
        ("kim jong un", "person Kim Jong Un"),
        ("kim", "person Kim Jong Un"),
        ("jong", "person Kim Jong Un and Kim Yo Jong"),
        ("the sister", "person Kim Yo Jong"),
        ("un", "words un"),
        ("editor", "person The editors"),
        ("dw", "person DW"),
        ("impact", "section impact"),
        ("What the soldiers see", "section exposure"),
        ("troop-count", "snippets dprk-troops-in-russia/troop-count kims/troop-count"),
        ("kims/troop-count", "snippets kims/troop-count"),
        ("kims/nothing", "words kims/nothing"),
        ("nowhere/troop-count", "words nowhere/troop-count"),
        (LONG[:50], f"snippets kims/{LONG}"),
        (f"kims/{LONG}"[:50], f"snippets kims/{LONG}"),
        ("a-claim-whose-id", "words a-claim-whose-id"),
        ("paid-divers", "snippets aosagi-urchins/paid-divers"),
        ("catch-log", "words catch-log"),
        ("market-rule", "words market-rule"),
        ("kursk region", "words kursk region"),
        ("\x00", "words \x00"),
    ],
)
def test_a_name_beats_words_and_an_exact_name_beats_part_of_one(view: View, typed: str, expected: str) -> None:
    assert told(resolve(typed, view)) == expected


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("jong", {"one", "two"}),
        ("kim", {"one", "rewards"}),
        ("shiomizawa", {"barren", "kelp"}),
        ("impact", {"decades", "prosperity", "captains", "doubts-grow", "price", "school", "one", "two"}),
        ("kursk", {"troop-count", "kursk-role"}),
        ("paid-divers", set()),
        ("霧浜新報", {"divers-sent", "gear-wash", "ferry", "school", "not-counted", "one-paper"}),
    ],
)
def test_claims_are_narrowed_to_what_is_meant(view: View, typed: str, ids: set[str]) -> None:
    found = {seen.item.id for seen in narrow(view.snippets, resolve(typed, view), view)}
    assert ids <= found
    assert found - ids <= {"troop-count", LONG}


def test_words_find_claims_of_a_section_behind_thousands_of_others() -> None:
    lines = "".join(
        f"  - {{id: s-{at}, section: caveats, text: Wind {at} blows., claimed_by: editor, status: note}}\n"
        for at in range(1200)
    )
    last = "  - {id: last, section: impact, text: Wind comes last., claimed_by: editor, status: note}\n"
    windy = read(f"format: 1\nbriefing: {{id: windy, title: Weather}}\nsnippets:\n{lines}{last}")
    view = edition((windy,)).seen_by("TLP:CLEAR", NOW)
    found = [*narrow(view.by_section["impact"].claims, resolve("wind", view), view)]
    assert [seen.item.id for seen in found] == ["last"]
