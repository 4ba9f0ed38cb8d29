"""Reading articles from pages of many makes: what is found, and what is said not to have been."""

import sys

import pytest

from bot.content.numbering import numbered
from bot.drafting.article import Article, one_line, slug
from bot.drafting.pages import is_page, read_page
from bot.errors import Refused, StartError
from tests.drafting import pages
from tests.drafting.pages import DEPTH, DIVERS, EXPERTS, FERRIES, LEAD, SILENT, VOTE, WEEK

LETTERS = "The page does not say how its letters are written: look whether they are right."
FIRST_IS_1 = "No standfirst was found: the first paragraph is ¶1."


def read(page: str, url: str | None = None) -> Article:
    return read_page(page.encode(), url)


def test_a_page_with_tags_for_social_media_tells_all_of_itself() -> None:
    found = read(pages.OPEN_GRAPH, "https://gazette.example/2026/11/mud?utm_source=x")
    assert (found.title, found.publisher, found.author) == ("Mud on the move", "The Aosagi Gazette", "Bo Lindqvist")
    assert (found.published, found.language) == ("2026-11-02", "en-GB")
    assert found.url == "https://gazette.example/2026/11/mud?page=1"
    counted = numbered(found.text)
    listed = "First comes the mud. Then comes the noise."
    assert counted.paragraphs == (LEAD, VOTE, DEPTH, FERRIES, DIVERS, listed, SILENT, WEEK)
    assert [(one.text, one.kind) for one in counted.skipped] == [
        ("What now?", "subheading"),
        ("Edited by: Ada de Vries", "credit"),
    ]
    assert found.unsure == ("The first paragraph is the page's description too: it is taken for the standfirst, ¶0.",)


def test_a_standfirst_that_extraction_drops_is_put_back() -> None:
    found = read(pages.JSON_LD)
    assert numbered(found.text).paragraphs == (LEAD, VOTE, DEPTH, EXPERTS, WEEK)
    assert found.title == 'Noise in the bay: "too loud"'
    assert (found.publisher, found.author, found.published) == ("Bay Radio", "Ada de Vries, Bo Lindqvist", "2026-10-05")
    assert "The page marks a paragraph as its standfirst: it is ¶0." in found.unsure


def test_a_paragraph_that_the_page_calls_its_lead_is_the_standfirst() -> None:
    assert numbered(read(pages.LEAD_CLASS).text).paragraphs[:2] == (LEAD, VOTE)


def test_a_description_that_is_not_on_the_page_is_no_standfirst() -> None:
    found = read(pages.BYLINES)
    counted = numbered(found.text)
    assert counted.paragraphs == ("", VOTE, DEPTH, DIVERS, EXPERTS)
    assert counted.published == found.published == "2026-11-02"
    assert [one.kind for one in counted.skipped] == ["credit"]
    assert found.unsure[0].startswith(FIRST_IS_1)
    elsewhere = pages.OPEN_GRAPH.replace(f'content="{LEAD}"', 'content="All about mud, and nothing but mud."')
    assert "nothing but mud" not in read(elsewhere).text


def test_a_page_behind_a_wall_is_said_to_be_short() -> None:
    found = read(pages.PAYWALL)
    assert any("it may be cut, or stand behind a paywall" in said for said in found.unsure)
    assert "The page does not say when it was published." in found.unsure


def test_a_page_that_goes_on_is_said_to_go_on() -> None:
    assert any("one that goes on" in said for said in read(pages.LIVE).unsure)


@pytest.mark.parametrize("page", [pages.GERMAN, pages.KOREAN])
def test_of_a_page_in_another_language_the_speakers_are_left_to_the_editor(page: str) -> None:
    found = read(page)
    assert found.language in ("de", "ko")
    assert "Speakers are found in English texts only: write those of this one yourself." in found.unsure
    assert len(numbered(found.text).paragraphs) in (3, 4)


def test_of_a_page_that_tells_nothing_of_itself_nothing_is_invented() -> None:
    found = read(pages.BARE)
    nothing = (found.title, found.publisher, found.url, found.author, found.published, found.language)
    assert nothing == (None,) * 6
    assert numbered(found.text).paragraphs[:3] == ("", LEAD, VOTE)
    assert found.text.startswith("date unknown\n\n")


def test_what_a_hostile_page_says_of_itself_stays_in_one_line() -> None:
    found = read(pages.HOSTILE, "https://evil.example/a b")
    assert found.title == "a: b # c 'd' \"e\" evil \\n - {[!&*"
    assert found.publisher == "*anchor: !tag - id: x"
    assert found.url == "https://evil.example/a%20b"
    for said in (found.title, found.publisher, found.author, *found.unsure):
        assert said is None or said.isprintable()
    assert "<b>more</b> with odd letters" in numbered(found.text).paragraphs[1]


def test_an_address_is_the_pages_own_only_where_it_is_one_of_the_same_host() -> None:
    assert read(pages.OPEN_GRAPH, "https://copy.example/mud").url == "https://copy.example/mud"
    assert read(pages.OPEN_GRAPH).url == "https://gazette.example/2026/11/mud?page=1"
    assert read(pages.HOSTILE).url is None
    assert read(pages.BARE, "https://gazette.example/mud").url == "https://gazette.example/mud"


@pytest.mark.parametrize(
    "page",
    [
        *("", pages.EMPTY, pages.DEEP, "<html>\x00\x01\x02", "<p>", "<!doctype html>" + "<" * 10_000),
        *(pages.WALL_ALONE, pages.FRONT, pages.SCRIPTED),
    ],
)
def test_a_page_without_text_is_refused(page: str) -> None:
    with pytest.raises(Refused, match="No text of an article was found"):
        read(page)


CAFE = "“The café is open,” said the mayor of Aosagi, and the café was open indeed for all of the summer."
ABROAD = f"<html><body>{pages.paragraphs(CAFE, DIVERS, EXPERTS)}</body></html>"


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (ABROAD.encode(), None),
        (ABROAD.encode("windows-1252"), "ISO-8859-1"),
        (ABROAD.replace("<body>", '<head><meta charset="windows-1252"></head><body>').encode("windows-1252"), None),
        (ABROAD.encode(), "klingon"),
        (ABROAD.encode(), "punycode"),
    ],
)
def test_letters_are_read_as_the_server_or_the_page_says(body: bytes, charset: str | None) -> None:
    found = read_page(body, None, charset)
    assert numbered(found.text).paragraphs[1] == CAFE
    assert LETTERS not in found.unsure


def test_where_nobody_says_how_letters_are_written_the_editor_is_asked_to_look() -> None:
    assert LETTERS in read_page(ABROAD.encode("windows-1252")).unsure


def test_without_the_library_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(StartError, match=r'run `pip install -e "\.\[draft\]"`'):
        read(pages.BARE)


def test_a_page_is_told_from_a_text() -> None:
    for page in (pages.OPEN_GRAPH, pages.BARE, "\ufeff <!DOCTYPE HTML>", "<!-- saved --><html>", "<p>Mud"):
        assert is_page(page.encode())
    for text in ("", "Mud.", "date 2026-11-02 Mud", "<3 mud", "a <b> c"):
        assert not is_page(text.encode())


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("Mud on the move", "mud-on-the-move"),
        ("Ada O'Hara’s Café № 7!", "ada-oharas-cafe-no-7"),
        ("항구의 진흙", ""),
        ("  --  ", ""),
        (None, ""),
        ("a" * 90, "a" * 48),
        ("one two three four five six seven eight nine ten eleven", "one-two-three-four-five-six-seven-eight-nine-ten"),
    ],
)
def test_an_id_is_made_of_words(words: str | None, made: str) -> None:
    assert slug(words) == made


def test_a_line_is_cut_and_shows_what_it_is() -> None:
    assert one_line("a\r\n\tb\u2028c\u202ed\u200bé\ud800") == "a b cdé"
    assert one_line("x" * 300) == "x" * 199 + "…"
    assert one_line("می\u200cخواهم") == "می\u200cخواهم"
