"""`draft` from end to end: what is written, who may read it, and that it holds nothing of the article but its title."""

import gzip
import re
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.content.model import Briefing, Section
from bot.content.numbering import numbered
from bot.content.parse import parse
from bot.content.problems import errors
from bot.drafting.article import Article, from_text, one_line, slug
from bot.drafting.pages import read_page
from bot.drafting.stub import stub
from bot.drafting.writing import MOST, _put, article_at
from bot.errors import NotFetched, Refused
from tests.cli.shell import CONFIG, HARBOUR, Told, quickly, told
from tests.drafting import pages
from tests.fetching.internet import internet, moved, page
from tests.fetching.test_fetching import answered

TODAY = date(2026, 11, 29)
SECTIONS = {"impact": Section(title="Impact", about="What may change"), "caveats": Section(title="C", about="Doubts")}
NO_ARTICLE = ("DEEP", "FRONT", "WALL_ALONE")
PAGES = {name: text for name, text in vars(pages).items() if name.isupper() and len(text) > 300}
PAGES = {name: text for name, text in PAGES.items() if name not in NO_ARTICLE}
TEXT = f"# Mud on the move\n\ndate 2026-11-02 {pages.LEAD}\n\n{pages.VOTE}\n\n{pages.DEPTH}\n\n{pages.FERRIES}\n"
STANDFIRST = "The first paragraph is taken for the standfirst, which is ¶0."
NO_STANDFIRST = "The date stands alone, so there is no standfirst: the first paragraph is ¶1."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "briefings").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "briefings" / "harbour.yaml").write_text(HARBOUR)
    (tmp_path / "page.html").write_text(pages.OPEN_GRAPH, encoding="utf-8")
    (tmp_path / "mud.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def asked(at: Path) -> list[Told]:
    """Answers to everything in which a briefing shows, without the minute in which they were given."""
    questions = ("/briefing", "/sources", "/people", "/search mud", "/impact", "mud-on-the-move", "/changes")
    said = [quickly(at, "ask", question) for question in questions]
    return [replace(one, out=re.sub(r"\d\d:\d\d", "", one.out)) for one in said]


def made(article: Article) -> tuple[str, Briefing]:
    """The YAML of a draft, and the briefing that it is read as."""
    text = stub(article, numbered(article.text), ("mud", "gazette"), SECTIONS, TODAY)
    parsed = parse(text, "mud.yaml", SECTIONS)
    assert not errors(parsed.problems)
    assert parsed.briefing is not None
    return text, parsed.briefing


def test_a_saved_page_becomes_a_briefing_that_is_checked_and_tells_readers_nothing(home: Path) -> None:
    before = asked(home)
    said = told(home, "draft", "page.html")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "Wrote briefings/mud-on-the-move.yaml",
        "Wrote texts/aosagi-gazette-2026-11-02.txt, for you alone: Git passes it over",
        "",
        "Paragraphs: ¶0 to ¶7; not counted: 1 subheading, 1 credit",
        "Speakers: Ada Okoye",
        "The first paragraph is the page's description too: it is taken for the standfirst, ¶0.",
        "",
        "Next: fill in snippets, and then",
        "  briefing-bot check briefings/mud-on-the-move.yaml",
        "  briefing-bot verify briefings/mud-on-the-move.yaml --text texts/aosagi-gazette-2026-11-02.txt",
        "Readers see a claim once you take its line state: draft away.",
    ]
    checked = quickly(home, "check")
    assert (checked.code, checked.out.splitlines()[-1]) == (0, "No problem in config.yaml and 2 briefings, 2 claims.")
    assert asked(home) == before


def test_what_it_writes_is_what_an_editor_goes_on_from(home: Path) -> None:
    quickly(home, "draft", "page.html")
    draft = (home / "briefings" / "mud-on-the-move.yaml").read_text(encoding="utf-8")
    golden = Path(__file__).with_name("mud-on-the-move.yaml")
    today = re.search(r"accessed: (\S+)", draft)
    assert today
    assert draft.replace(today[1], "2026-11-29") == golden.read_text(encoding="utf-8")


def test_a_place_that_is_filled_in_is_a_claim_that_readers_see_once_it_is_no_draft(home: Path) -> None:
    before = asked(home)
    quickly(home, "draft", "page.html")
    file = home / "briefings" / "mud-on-the-move.yaml"
    place = re.search(r"  # - id: p2\n(?:  #.*\n)+", file.read_text(encoding="utf-8"))
    assert place
    open_place = place[0].replace("  # ", "  ")
    file.write_text(file.read_text(encoding="utf-8").replace(place[0], open_place), encoding="utf-8")
    missing = quickly(home, "check").out
    assert [key for key in ("section", "text", "status") if f'error: "{key}" is empty' in missing] == [
        *("section", "text", "status"),
    ]
    filled = open_place.replace("section:", "section: impact").replace("status:", "status: forecast")
    filled = filled.replace("text:", "text: Okoye expects the harbour to be deeper in spring.")
    file.write_text(file.read_text(encoding="utf-8").replace(open_place, filled), encoding="utf-8")
    assert quickly(home, "check").code == 0
    assert asked(home) == before, "readers are told what they were told"
    assert "Okoye expects" not in quickly(home, "ask", "/cite p2").out
    published = filled.replace("    state: draft\n", "")
    file.write_text(file.read_text(encoding="utf-8").replace(filled, published), encoding="utf-8")
    assert "Forecast · Ada Okoye" in quickly(home, "ask", "/impact mud-on-the-move").out
    assert "Okoye expects" in quickly(home, "ask", "/cite p2").out


def test_the_text_is_its_owners_alone_and_no_repository_takes_it(home: Path) -> None:
    quickly(home, "draft", "page.html")
    text = home / "texts" / "aosagi-gazette-2026-11-02.txt"
    assert stat.S_IMODE(text.stat().st_mode) == 0o600
    assert stat.S_IMODE(text.parent.stat().st_mode) == 0o700
    counted = numbered(text.read_text(encoding="utf-8"))
    assert (counted.published, counted.paragraphs[0], len(counted.paragraphs)) == ("2026-11-02", pages.LEAD, 8)
    subprocess.run(["git", "init", "-q"], cwd=home, check=True)
    seen = subprocess.run(["git", "status", "--short", "-uall"], cwd=home, capture_output=True, text=True, check=True)
    assert "briefings/mud-on-the-move.yaml" in seen.stdout
    assert "texts" not in seen.stdout


def test_a_text_file_is_enough_also_where_no_web_page_can_be_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    said = quickly(home, "draft", "page.html")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(
        "briefing-bot: Web pages are read with trafilatura, which is not installed: run `pip install"
    )
    assert not (home / "texts").exists()
    said = quickly(home, "draft", "mud.txt")
    assert said.code == 0
    assert 'No publisher was found: write it where "Publisher unknown" stands.' in said.out
    assert quickly(home, "check").code == 0
    draft = (home / "briefings" / "mud-on-the-move.yaml").read_text(encoding="utf-8")
    assert "published: 2026-11-02" in draft
    assert "# ¶3 · Ada Okoye? · " in draft


def test_who_published_a_text_file_is_said_with_it(home: Path) -> None:
    said = quickly(home, "draft", "mud.txt", "--publisher", "The Aosagi\nGazette")
    assert (said.code, "publisher" in said.out) == (0, False)
    assert (home / "texts" / "aosagi-gazette-2026-11-02.txt").exists()
    draft = (home / "briefings" / "mud-on-the-move.yaml").read_text(encoding="utf-8")
    assert draft.count('"The Aosagi Gazette"') == 2
    assert "claimed_by: aosagi-gazette" in draft


def test_nothing_is_overwritten(home: Path) -> None:
    quickly(home, "draft", "page.html")
    file, before = home / "briefings" / "mud-on-the-move.yaml", sorted(home.rglob("*"))
    file.write_text("mine")
    said = quickly(home, "draft", "page.html")
    assert said.code == 2
    assert said.err.startswith("briefing-bot: briefings/mud-on-the-move.yaml is already there; nothing was written.")
    assert said.err.endswith("Choose another id with --id.\n")
    file.rename(file.with_suffix(".yml"))
    assert quickly(home, "draft", "page.html").code == 2
    file.with_suffix(".yml").rename(file)
    with pytest.raises(Refused, match="is already there"):  # somebody was quicker
        _put(file, "format: 1")
    assert (file.read_text(), sorted(home.rglob("*"))) == ("mine", before)


def test_an_address_without_its_beginning_is_told_as_one(home: Path) -> None:
    said = quickly(home, "draft", "gazette.example/2026/mud")
    assert said.err.endswith("No such file or directory. For a web page, write https://gazette.example/2026/mud.\n")
    assert "web page" not in quickly(home, "draft", "mud.text").err


@pytest.mark.parametrize("what", ["-", "file:///etc/passwd", "file:/etc/passwd", "ftp://gazette.example/mud"])
def test_what_is_neither_a_path_nor_a_web_address_is_told_so(home: Path, what: str) -> None:
    said = quickly(home, "draft", "--", what)
    named = "Standard input" if what == "-" else what
    mend = "name the path of a file, or an address that begins with http:// or https://"
    assert (said.code, said.err) == (2, f"briefing-bot: {named} is not read: {mend}.\n")


def test_another_article_of_the_same_day_has_a_text_of_its_own_and_the_same_one_has_not(home: Path) -> None:
    quickly(home, "draft", "page.html")
    (home / "page.html").write_text(pages.OPEN_GRAPH.replace("sea urchins", "sea stars"), encoding="utf-8")
    assert "texts/aosagi-gazette-2026-11-02-2.txt" in quickly(home, "draft", "page.html", "--id", "stars").out
    assert "texts/aosagi-gazette-2026-11-02-2.txt" in quickly(home, "draft", "page.html", "--id", "stars-2").out
    assert len(list((home / "texts").glob("*.txt"))) == 2
    assert "source: aosagi-gazette-2026-11-02-2\n" in (home / "briefings" / "stars.yaml").read_text(encoding="utf-8")
    said = quickly(home, "draft", "page.html", "--id", "My Stars")
    assert said.err.endswith("at most 64; write my-stars.\n")


@pytest.mark.parametrize("what", ["nothing.txt", "briefings", "http://localhost/mud", "http://127.0.0.1:8787/"])
def test_what_cannot_be_read_is_told_and_leaves_nothing(home: Path, what: str) -> None:
    before = sorted(home.rglob("*"))
    said = quickly(home, "draft", what)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert sorted(home.rglob("*")) == before


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"%PDF-1.7\n\0\0\0", "This is a PDF; save the article's text as a file"),
        (b"%PDF-1.4\n1 0 obj", "This is a PDF; save the article's text as a file"),
        (gzip.compress(pages.OPEN_GRAPH.encode()), "neither a web page nor a text; save the article's text as a file"),
        ("Müde".encode("utf-16"), "not in UTF-8"),
        ("Müde".encode("latin-1"), "not in UTF-8"),
        (b"", "no text"),
        (b"\n\n \n", "no text"),
        (b"x" * (MOST + 1), "larger than 10 MB"),
        (pages.EMPTY.encode(), "No text of an article"),
    ],
)
def test_a_file_that_holds_no_article_is_refused(home: Path, body: bytes, why: str) -> None:
    (home / "odd").write_bytes(body)
    said = quickly(home, "draft", "odd")
    assert said.code == 2
    assert why in said.err
    assert not (home / "texts").exists()


async def test_an_article_is_fetched_from_its_address() -> None:
    async with internet(partial(answered, page(pages.OPEN_GRAPH.encode()))) as here:
        found = await article_at("http://news.example/mud", here.wire())
    assert (found.title, found.url) == ("Mud on the move", "http://news.example/mud")
    plain = page(TEXT.encode()).replace(b"text/html", b"text/plain")
    async with internet(partial(answered, plain)) as here:
        found = await article_at("HTTP://news.example/mud.txt", here.wire())
    assert (found.title, found.url) == ("Mud on the move", "http://news.example/mud.txt")
    latin = page("Müde.".encode("latin-1")).replace(b"text/html; charset=utf-8", b"text/plain; charset=iso-8859-1")
    async with internet(partial(answered, latin)) as here:
        assert (await article_at("http://news.example/mud.txt", here.wire())).text == "Müde."


@pytest.mark.parametrize(
    ("answer", "error", "why"),
    [
        (page(b"gone", status="404 Not Found"), NotFetched, "status 404"),
        (page(b"%PDF").replace(b"text/html", b"application/pdf"), Refused, "There is no web page, but application/pdf"),
        (page(b"%PDF-1.4").replace(b"text/html", b"application/octet-stream"), Refused, "This is a PDF"),
        (page(pages.long_page(2_000_000).encode()), Refused, "more than 1 MB"),
        (page(pages.FRONT.encode()), Refused, "No text of an article"),
        (page(gzip.compress(pages.OPEN_GRAPH.encode())), Refused, "neither a web page nor a text"),
        (page(gzip.compress(pages.OPEN_GRAPH.encode())[:400], "Content-Encoding: gzip"), NotFetched, "broke off"),
        (page(pages.OPEN_GRAPH.encode())[:-400], NotFetched, "broke off before the end of its page"),
        (moved("http://10.0.0.7/"), Refused, "10.0.0.7 leads to an address inside this network"),
    ],
)
async def test_an_address_that_holds_no_article_is_told(answer: bytes, error: type[Exception], why: str) -> None:
    async with internet(partial(answered, answer)) as here:
        with pytest.raises(error, match=why):
            await article_at("http://news.example/mud", here.wire())


def test_a_page_of_five_megabytes_is_drafted(home: Path) -> None:
    (home / "page.html").write_text(pages.long_page(5_000_000))
    said = quickly(home, "draft", "page.html")
    assert said.code == 0
    file = home / "briefings" / "long.yaml"
    assert "# The article goes on to ¶400." in file.read_text()
    assert file.stat().st_size < 100_000
    assert quickly(home, "check").code == 0


def test_a_text_of_more_paragraphs_than_the_format_knows_is_drafted() -> None:
    draft, _ = made(from_text("\n\n".join(f"Number {number}, said Ada Number{number}." for number in range(12_000))))
    assert "# The article goes on to ¶11999." in draft


@pytest.mark.parametrize("word", ["null", "yes", "No", "1984", "1.5", "2026-11-02", "2026-13-45", "0x1f", "~"])
def test_whatever_something_is_called_it_is_a_text_to_all_who_read_yaml(word: str) -> None:
    article = Article(f'Mud.\n\n"It is over," said Ada {word.title()}.', word, word, author=word, language="no")
    ids = (slug(word) or "mud", slug(f"{word}-paper"))
    draft = stub(article, numbered(article.text), ids, {"no": SECTIONS["impact"]}, TODAY)
    opened = re.sub(r"^  # (?=[- ] )", "  ", draft, flags=re.MULTILINE)
    read = yaml.safe_load(opened)
    named = (
        *(read["briefing"][key] for key in ("id", "title")),
        *(read["sources"][0][key] for key in ("id", "publisher", "title", "author", "language")),
        *(person[key] for person in read["people"] for key in ("id", "name")),
        *(snippet["claimed_by"] for snippet in read["snippets"]),
        *(read["defaults"]["source"], read["snippets"][0]["section"]),
    )
    assert {type(one) for one in named} == {str}
    assert not errors(parse(draft, "mud.yaml", {"no": SECTIONS["impact"]}).problems)


@pytest.mark.parametrize(
    ("begins", "said"),
    [
        ("", ['Where the text begins with "date 2026-11-02", that is when it was published.', STANDFIRST]),
        ("date 2026-11-02 ", [STANDFIRST]),
        ("date 2026-11-02\n\n", [NO_STANDFIRST]),
        ("date unknown\n\n", [NO_STANDFIRST]),
    ],
)
def test_what_a_text_begins_with_says_whether_it_has_a_standfirst(begins: str, said: list[str]) -> None:
    assert list(from_text(f"{begins}{pages.LEAD}\n\n{pages.VOTE}").unsure) == said


@pytest.mark.parametrize(("between", "told"), [("\n", True), ("\n\n", False)])
def test_a_text_without_blank_lines_is_told_to_be_one_paragraph(between: str, told: bool) -> None:
    unsure = from_text(between.join([pages.LEAD, pages.VOTE, pages.LEAD, pages.VOTE])).unsure
    assert any("All of it is one paragraph" in one for one in unsure) == told


@pytest.mark.parametrize("day", ["9999-99-99", "2026-02-30", "0000-01-01"])
def test_a_date_that_no_calendar_has_is_refused(home: Path, day: str) -> None:
    (home / "mud.txt").write_text(TEXT.replace("2026-11-02", day), encoding="utf-8")
    said = quickly(home, "draft", "mud.txt")
    assert (said.code, said.err.splitlines()) == (
        2,
        [
            f'briefing-bot: The text begins with "date {day}", which is not in the calendar;'
            ' write the day on which it was published, or "date unknown".'
        ],
    )
    assert not (home / "texts").exists()


def runs(text: str) -> set[str]:
    """Every five words in a row."""
    words = re.findall(r"[\w'’]+", text.lower())
    return {" ".join(words[start : start + 5]) for start in range(len(words) - 4)}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_five_words_of_the_article_are_in_the_draft(name: str) -> None:
    article = read_page(PAGES[name].encode())
    draft, _ = made(article)
    assert runs(draft) & runs(article.text) <= runs(article.title or "")
    assert runs(article.text)


def test_an_id_is_made_of_the_familys_name() -> None:
    _, read = made(from_text("Mud.\n\nJohn Okoye Jr. said no.\n\n“No,” said Ada van der Berg."))
    assert [(one.id, one.name) for one in read.people[1:]] == [
        ("okoye", "John Okoye Jr."),
        ("berg", "Ada van der Berg"),
    ]


def test_a_speaker_with_a_name_of_many_words_is_left_to_the_editor() -> None:
    many, few = "Ada de la Bea van der Cleo", "Ada Bea Cleo Okoye"
    draft, _ = made(from_text(f"Mud.\n\n{many} said no.\n\n{few} said no."))
    assert few in draft
    assert not runs(draft) & runs(many)


said_of_itself = st.one_of(
    st.none(), st.text(max_size=250), st.text("a:# '\"\\-\n\r\t{[!&*%@`|>?,\x00\x85\u2028\u202e\ufffe", max_size=20)
)


@given(said_of_itself, said_of_itself, said_of_itself, st.text(max_size=200))
def test_whatever_a_page_says_of_itself_is_read_back_as_one_line(
    title: str | None, publisher: str | None, author: str | None, text: str
) -> None:
    title, publisher, author = (one_line(given or "") or None for given in (title, publisher, author))
    _, read = made(Article(f"Mud.\n\n{text}", title, publisher, author=author))
    (source,) = read.sources
    assert (source.title, source.author) == (title, author)
    assert source.publisher == (publisher or "Publisher unknown")
    assert read.briefing.title == (title or "Untitled")
    assert [snippet.state for snippet in read.snippets] == ["draft"]


@given(st.lists(st.text("Ab .\"“'#:\n-", max_size=30).map(lambda name: f"{name} Okoye said no.")))
def test_whoever_speaks_the_draft_is_read(paragraphs: list[str]) -> None:
    made(from_text("Mud.\n\n" + "\n\n".join(paragraphs)))
