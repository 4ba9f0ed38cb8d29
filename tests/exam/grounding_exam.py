"""Applies the exam on grounding: each change, paraphrase and wrong paragraph becomes a claim beside its article."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.content.grounding.article import Article, article
from bot.content.grounding.checks import check
from bot.content.grounding.claim import Finding
from bot.content.model import EDITOR, Briefing, Figure, Person, Snippet
from bot.content.numbering import numbered
from bot.content.parse import parse

HERE = Path(__file__).parent / "grounding"
ROOT = Path(__file__).parents[2]
DW = "dw-2024-11-11.txt"
"""The article of the briefing that ships, which may not be kept here."""

RIGHT = ("briefing", "honest")
"""Kinds that are right: what is found in them is found wrongly."""
WRONG_PARAGRAPH = "wrong-paragraph"

FIRST, LATER, BLIND = "first", "later", "blind"
"""Articles with which the rules were made, those on which they were corrected, and those measured once after that."""
ARTICLES: Mapping[str, str] = {
    **dict.fromkeys(("dprk", "harbour", "clinic"), FIRST),
    **dict.fromkeys(("strike", "border", "flood", "chips", "ballot", "trial"), LATER),
    **{name: BLIND for name in ("harvest", "cable") if (HERE / f"{name}.yaml").is_file()},
}

FOUND_AT_LEAST: Mapping[str, Mapping[str, float]] = {
    FIRST: {
        **dict.fromkeys(("number", "quote", "hedge", "time-unit", "speaker", "invented-speaker"), 0.98),
        **dict.fromkeys(("name", WRONG_PARAGRAPH, "forecast-as-reported"), 0.9),
        "polarity": 0.4,
        "copied": 1.0,
    },
    LATER: {
        **dict.fromkeys(("quote", "invented-speaker", "copied"), 1.0),
        **dict.fromkeys(("time-unit", "speaker", "name", "date", WRONG_PARAGRAPH), 0.9),
        "forecast-as-reported": 0.85,
        "hedge": 0.8,
        "number": 0.75,
        "polarity": 0.45,
    },
}
"""Which part of the mistakes of each kind has to be found, by an error or a warning; `fabricated` promises nothing.

What is lower for the later articles are mostly numbers that stand in the paragraph and belong to something else.
"""
MEANT: Mapping[str, frozenset[str]] = {
    "number": frozenset(("number", "time")),
    "time-unit": frozenset(("time", "number")),
    "date": frozenset(("time", "number")),
    "quote": frozenset(("quote",)),
    "hedge": frozenset(("hedge",)),
    "speaker": frozenset(("speaker",)),
    "invented-speaker": frozenset(("speaker", "name")),
    "name": frozenset(("name",)),
    "forecast-as-reported": frozenset(("status", "hedge")),
    "polarity": frozenset(("polarity",)),
    "fabricated": frozenset(("overlap", "paragraph")),
    "copied": frozenset(("copied",)),
    WRONG_PARAGRAPH: frozenset(("paragraph", "overlap")),
}
"""The rules that are meant to find each kind of mistake: what another rule finds leads an editor to look, no more."""
WRONG_ERRORS_AT_MOST = 1 / 30
"""Which part of what is right may have an error."""


@dataclass(frozen=True, slots=True)
class Question:
    """One claim, the paragraphs it is compared with, and of which kind its mistake is; `article` is a name."""

    article: str
    kind: str
    id: str
    item: Snippet | Figure
    text: Article
    paras: tuple[int, ...]

    def answer(self) -> tuple[Finding, ...]:
        """What is found."""
        return check(self.item, self.text, self.paras)


@dataclass(slots=True)
class Count:
    """Of `asked` questions, how many had an error, how many an error or a warning, and how many the one meant."""

    asked: int = 0
    errors: int = 0
    found: int = 0
    meant: int = 0

    def add(self, kind: str, answer: tuple[Finding, ...]) -> None:
        self.asked += 1
        self.errors += any(one.severity == "error" for one in answer)
        self.found += bool(answer)
        self.meant += any(one.rule in MEANT.get(kind, ()) for one in answer)


@dataclass(frozen=True, slots=True)
class Paper:
    """One article with its briefing."""

    name: str
    briefing: Briefing
    items: Mapping[str, Snippet | Figure]
    rows: Mapping[str, dict[str, Any]]
    paragraphs: tuple[str, ...]

    def text(self, *more: Person) -> Article:
        """The article, with these people beside those of the briefing."""
        people = (*self.briefing.people, *more)
        return article(self.paragraphs, people, self.briefing.sources[0], self.briefing.briefing.title)


def papers(texts: Path | None = None) -> tuple[Paper, ...]:
    """The invented articles, and the real one where the folder `texts` holds it."""
    found = [_paper(name, HERE / f"{name}.yaml", HERE / f"{name}.txt") for name in ARTICLES if name != "dprk"]
    if texts and (texts / DW).is_file():
        found.append(_paper("dprk", ROOT / "briefings" / "dprk-troops-in-russia.yaml", texts / DW))
    return tuple(found)


def questions(paper: Paper, every: int = 1) -> Iterator[Question]:
    """All questions about an article; of those on a wrong paragraph, which are most, every so manieth."""
    text = paper.text()
    for item in paper.items.values():
        yield _question(paper, "briefing", item.id, item, text)
    for row in _rows("honest"):
        if row["article"] == paper.name:
            item = Snippet.model_validate({key: value for key, value in row.items() if key != "article"})
            yield _question(paper, "honest", item.id, item, text)
    for row in _rows("planted"):
        if row["article"] == paper.name:
            yield _planted(paper, row, text)
    yield from list(_elsewhere(paper, text))[::every]


def mark(asked: Iterable[Question]) -> dict[tuple[str, str], Count]:
    """How many were asked and found, by kind and by article, and by the two groups of articles."""
    counts: dict[tuple[str, str], Count] = {}
    for question in asked:
        answer = question.answer()
        for name in (question.article, ARTICLES[question.article]):
            counts.setdefault((name, question.kind), Count()).add(question.kind, answer)
    return counts


def _question(paper: Paper, kind: str, id_: str, item: Snippet | Figure, text: Article) -> Question:
    return Question(paper.name, kind, id_, item, text, item.para or ())


def _planted(paper: Paper, row: dict[str, Any], text: Article) -> Question:
    """A snippet or figure of the briefing with a planted change."""
    changed = dict(paper.rows[row["snippet"]])
    if copy := row.get("set_copied"):
        begin, end = map(int, copy["words"])
        words = paper.paragraphs[int(copy["para"])].split()[begin:end]
        speaker = next(one.name for one in paper.briefing.people if one.id == changed["claimed_by"])
        changed["text"] = f"{speaker}: {' '.join(words)}"
    changed |= row.get("set") or {}
    changed = {key: value for key, value in changed.items() if value is not None}
    kept = paper.items[row["snippet"]]
    item = type(kept).model_validate(changed)
    if added := row.get("people_add"):
        text = paper.text(Person.model_validate(added))
    return _question(paper, row["kind"], row["id"], item, text)


def _elsewhere(paper: Paper, text: Article) -> Iterator[Question]:
    """Each snippet beside each paragraph that does not support it."""
    also = _where()[paper.name]
    for item in paper.items.values():
        if isinstance(item, Figure) or not item.para or item.claimed_by == EDITOR:
            continue
        supported = {*item.para, *also.get(item.id, {}).get("also", ())}
        for para in range(len(paper.paragraphs)):
            if para not in supported:
                yield Question(paper.name, WRONG_PARAGRAPH, f"{item.id} in {para}", item, text, (para,))


@cache
def _rows(name: str) -> tuple[dict[str, Any], ...]:
    files = sorted(HERE.glob(f"*{name}.yaml"))
    return tuple(_in_words(row) for file in files for row in yaml.safe_load(file.read_text(encoding="utf-8")))


@cache
def _where() -> dict[str, Any]:
    """For each article, the paragraphs that support a snippet besides those that it cites."""
    files = sorted(HERE.glob("*where.yaml"))
    return {name: told for file in files for name, told in yaml.safe_load(file.read_text(encoding="utf-8")).items()}


@cache
def _paper(name: str, briefing: Path, text: Path) -> Paper:
    written = briefing.read_text(encoding="utf-8")
    parsed = parse(written, name, None)
    assert parsed.briefing, parsed.problems
    items: dict[str, Snippet | Figure] = {one.id: one for one in parsed.briefing.snippets}
    items |= {one.id: one for one in parsed.briefing.figures}
    whole = yaml.load(written, Loader=yaml.BaseLoader)  # what an editor wrote, before anything was made of it
    rows = {row["id"]: row for row in (*whole["snippets"], *whole.get("figures", ()))}
    paragraphs = numbered(text.read_text(encoding="utf-8")).paragraphs
    return Paper(name, parsed.briefing, items, rows, paragraphs)


def _in_words(value: Any) -> Any:
    """Numbers and dates as text, as a briefing's own reader has them."""
    if isinstance(value, dict):
        return {key: _in_words(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_in_words(one) for one in value]
    return value if value is None or isinstance(value, str) else str(value)
