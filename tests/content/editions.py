"""Briefings as editors could write them: valid, and with the worst words that may stand in one.

They are made as dicts and lists, written out as YAML text, and read by the parser as any file is.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from hypothesis import strategies as st

from bot.content.edition import Edition
from bot.content.history import History
from bot.content.model import LABELS, Briefing, Section
from bot.content.parse import parse
from bot.settings import load

Raw = dict[str, Any]

ROOT = Path(__file__).parents[2]
SETTINGS = load(ROOT / "config.yaml")
SECTIONS = SETTINGS.sections
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 18, 12, 0, 30, tzinfo=UTC)
SHIPPED = ROOT / "briefings" / "dprk-troops-in-russia.yaml"
JAPANESE = ROOT / "tests" / "briefings" / "aosagi-urchins.yaml"
DREDGING = ROOT / "tests" / "briefings" / "harbour-dredging.yaml"


class _Plain(yaml.CSafeDumper):
    """Writes every list and dict out: the parser reads no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def written(raw: Raw) -> str:
    """The YAML text of a briefing."""
    return str(yaml.dump(raw, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=10_000))


def read(text: str, sections: dict[str, Section] | None = None) -> Briefing:
    """The briefing in a text that holds no error; says what is wrong with one that does."""
    parsed = parse(text, "test.yaml", sections or SECTIONS)
    assert parsed.briefing is not None, [f"{p.place} {p.message}" for p in parsed.problems if p.severity == "error"]
    return parsed.briefing


def made(*raws: Raw) -> tuple[Briefing, ...]:
    """The briefings, written out and read again."""
    return tuple(read(written(raw)) for raw in raws)


@cache
def shipped(path: Path) -> Briefing:
    """A briefing that lies in the repository."""
    return read(path.read_text(encoding="utf-8"))


def edition(briefings: Sequence[Briefing], history: History | None = None) -> Edition:
    """An edition under the sections that ship, in the zone that ships."""
    return Edition(tuple(briefings), SECTIONS, BERLIN, history or History())


HOSTILE = (
    *("<@1>", "<@&1>", "<#7>", "<t:0:R>", "</cmd:1>", "<:e:1>", "<id:home>", "<!channel>", "<!subteam^S1>", "<@U1>"),
    *("<https://evil.example|x>", "@everyone", "@here", "[a](javascript:x)", "[a](https://evil.example)"),
    *("](https://evil.example)", "https://evil.example/x", "javascript:alert(1)", "<script>alert(1)</script>", "://"),
    *("**b**", "*", "__u__", "_i_", "~~s~~", "||x||", "`c`", "```", "\\", "# h", "-# q", "- l", "1. n", "> q", ">>> q"),
    *("[", "]", ":smile:", "&lt;", "&", "'\"", "%s", "{{x}}", "{% x %}", "${x}", "NULL", "yes", "2024-11-11", "0x1F"),
    *("#no comment", ": ", " #", "? ", "- ", "!tag", "&anchor", "*alias", "|", ">", "b1|impact|0|0000|x", "0" * 40),
    *(
        "霧浜町のウニ駆除",
        "磯焼け",
        "북한군",
        "北朝鮮",
        "１０，０００人",
        "العربية 10",
        "שלום",
        "😀👩‍🌾🇰🇵",
        "e\u0301",
        "ﬁ",
        "ß",
    ),
    *(
        "\u200b",
        "\u00a0",
        "\u00ad",
        "\u200d",
        "Kursk",
        "10,000",
        "10.000",
        "10\u202f000",
        "AND",
        'OR "x" NEAR(',
        "a" * 90,
    ),
)

_letters = st.characters(
    codec="utf-8",
    exclude_categories=("Cc", "Cn", "Co", "Cs", "Zl", "Zp"),
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\u200e\u200f\ufeff",
)
# One draw instead of a dozen: most texts are hostile pairs, short or very long, and the rest is anything.
_PAIRS = tuple(f"{one} {other}" for one in HOSTILE for other in HOSTILE[::3])
_POOL = (*_PAIRS, *(pair * (600 // len(pair) + 1) for pair in _PAIRS[::7]))


@cache
def texts(most: int) -> st.SearchStrategy[str]:
    """Texts that may stand in a briefing, of at most so many characters."""
    pool = st.sampled_from([" ".join(text[:most].split()) for text in _POOL])
    anything = st.text(_letters, min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
    return pool | pool | pool | anything


links = st.sampled_from(
    (
        "https://news.example/a_(b)",
        "https://news.example/a?b=c&d=[e]#f",
        "http://news.example:8080/*_~*",
        "https://bücher.example/straße",
        "https://news.example/%3Cscript%3E",
        "https://evil.example/)[x](javascript:x)",
    )
)
dates = st.sampled_from(
    (
        *("2024", "2026-03", "2026-03-18", "2026-03-18T09:30", "2026-03-18T12:00:30Z", "2026-03-17T23:00+09:00"),
        *("0001-01-01", "9999-12-31", "2024-02-29", "2026-03-29T02:30", "2026-10-25T02:30"),
    )
)
_paras = st.sampled_from(("4", 0, [1, 2], "3-5", ["1-2", 7]))


def _some(draw: st.DrawFn, strategy: st.SearchStrategy[Any], item: Raw, *keys: str) -> None:
    """Give some of these keys a value, and mostly few of them."""
    chosen = draw(st.integers(0, 2 ** len(keys) - 1)) & draw(st.integers(0, 2 ** len(keys) - 1))
    for at, key in enumerate(keys):
        if chosen >> at & 1:
            item[key] = draw(strategy)


@st.composite
def briefings(draw: st.DrawFn, name: str = "story", labels: Sequence[str] = LABELS) -> Raw:
    """A valid briefing in the form of its file."""
    sources = [f"source-{at}" for at in range(draw(st.integers(1, 3)))]
    people = [f"person-{at}" for at in range(draw(st.integers(1, 3)))]
    names = [f"snippet-{at}" for at in range(draw(st.integers(1, 6)))]
    names[-1] = draw(st.sampled_from((names[-1], "x" * 64, "impact", "kursk")))
    head: Raw = {"id": name, "title": draw(texts(200)), "sharing": draw(st.sampled_from(labels))}
    _some(draw, texts(600), head, "summary")
    _some(draw, st.lists(texts(200), max_size=3), head, "tags")
    raw: Raw = {
        "format": 1,
        "briefing": head,
        "defaults": {"source": sources[0]},
        "sources": [draw(_source(one, sources)) for one in sources],
        "people": [draw(_person(one)) for one in people],
        "snippets": [draw(_snippet(one, names, sources, people)) for one in names],
        "figures": [draw(_figure(f"figure-{at}", sources, people)) for at in range(draw(st.integers(0, 2)))],
        "timeline": [draw(_entry(f"entry-{at}", names)) for at in range(draw(st.integers(0, 3)))],
    }
    if draw(st.booleans()):
        digest: Raw = {"headline": draw(texts(200)), "items": draw(st.lists(st.sampled_from(names), unique=True))}
        _some(draw, texts(400), digest, "lead", "closing")
        raw["digest"] = digest
    return raw


@st.composite
def _source(draw: st.DrawFn, name: str, sources: Sequence[str]) -> Raw:
    item: Raw = {"id": name, "publisher": draw(texts(200))}
    _some(draw, texts(200), item, "title", "author", "edited_by")
    _some(draw, links, item, "url", "archived_url")
    _some(draw, dates, item, "published", "accessed")
    _some(draw, texts(600), item, "based_on")
    _some(draw, st.sampled_from("ABCDEF"), item, "reliability")
    _some(draw, st.sampled_from(("corrected", "superseded", "withdrawn")), item, "state")
    others = [other for other in sources if other != name]
    if others and item.get("state") == "superseded":
        item["superseded_by"] = draw(st.sampled_from(others))
    return item


@st.composite
def _person(draw: st.DrawFn, name: str) -> Raw:
    item: Raw = {"id": name, "name": draw(texts(200))}
    item["kind"] = draw(st.sampled_from(("person", "group", "outlet", "organization")))
    _some(draw, texts(200), item, "role", "affiliation")
    _some(draw, st.lists(texts(200), max_size=2), item, "aka")
    _some(draw, _paras, item, "para")
    return item


@st.composite
def _cited(draw: st.DrawFn, name: str, sources: Sequence[str], people: Sequence[str]) -> Raw:
    item: Raw = {"id": name, "claimed_by": draw(st.sampled_from((*people, "editor")))}
    item["status"] = draw(
        st.sampled_from(("reported", "assessed", "forecast", "background", "unconfirmed", "disputed", "note"))
    )
    if draw(st.booleans()):
        chosen = draw(st.lists(st.sampled_from(sources), min_size=1, max_size=2, unique=True))
        item["cite"] = [{"source": one, "para": draw(_paras)} for one in chosen]
    elif item["status"] != "note" or item["claimed_by"] != "editor" or draw(st.booleans()):
        item |= {"source": draw(st.sampled_from(sources)), "para": draw(_paras)}
    _some(draw, st.sampled_from(("low", "moderate", "high")), item, "confidence")
    _some(draw, dates, item, "as_of")
    if draw(st.booleans()):
        item |= {"caveat": draw(texts(400)), "caveat_by": draw(st.sampled_from(("source", "editor")))}
    return item


@st.composite
def _snippet(draw: st.DrawFn, name: str, names: Sequence[str], sources: Sequence[str], people: Sequence[str]) -> Raw:
    item = draw(_cited(name, sources, people)) | {"section": draw(st.sampled_from(tuple(SECTIONS)))}
    item["text"] = draw(texts(600))
    _some(draw, st.sampled_from(("likely", "very-unlikely", "almost-certain")), item, "likelihood")
    _some(draw, texts(200), item, "hedge")
    _some(draw, st.lists(texts(200), max_size=2), item, "quotes", "tags")
    _some(draw, texts(200).map(lambda text: {"text": text}), item, "horizon")
    _some(draw, st.lists(st.sampled_from(names), max_size=2, unique=True), item, "see")
    _some(draw, st.lists(st.sampled_from(people), max_size=2, unique=True), item, "people")
    _some(draw, dates, item, "publish_at", "expires", "review_by")
    _some(draw, st.booleans(), item, "pinned")
    _some(draw, st.sampled_from(("active", "draft", "corrected", "withdrawn")), item, "state")
    if item.get("state") in ("corrected", "withdrawn"):
        item["correction"] = {"at": draw(dates), "note": draw(texts(400)), "erase": draw(st.booleans())}
    return item


@st.composite
def _figure(draw: st.DrawFn, name: str, sources: Sequence[str], people: Sequence[str]) -> Raw:
    item = draw(_cited(name, sources, people)) | {"label": draw(texts(200))}
    _some(draw, texts(200), item, "unit")
    numbers = st.sampled_from((0, 10000, -3, 3.5, "0.000001", 999999999999))
    shape = draw(st.sampled_from(("value", "range", "text", "derived")))
    if shape == "range":
        return item | {"low": 12000, "high": "15000.5", "qualifier": "range"}
    if shape != "value":
        item["text"] = draw(texts(200))
    if shape != "text":
        item |= {
            "value": draw(numbers),
            "qualifier": draw(st.sampled_from(("exact", "about", "at-least", "less-than"))),
        }
    return item | ({"derived": True} if shape == "derived" else {})


@st.composite
def _entry(draw: st.DrawFn, name: str, names: Sequence[str]) -> Raw:
    when = draw(
        st.one_of(
            dates.map(lambda date: {"date": date}),
            texts(200).map(lambda text: {"text": text}),
            st.builds(lambda date, text: {"until": date, "text": text}, dates, texts(200)),
            st.builds(lambda first, last: {"from": first, "until": last}, dates, dates),
        )
    )
    item: Raw = {"id": name, "when": when, "text": draw(texts(400))}
    _some(draw, st.sampled_from(("event", "forecast", "publication")), item, "kind")
    _some(draw, st.sampled_from(names), item, "snippet")
    return item
