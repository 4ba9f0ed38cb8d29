"""Full text over one view: SQLite FTS5 in memory, always asked with a query built here.

The one SQL outside `store/`. unicode61 does not cut Chinese, Japanese and Korean into words, so blanks are set
around each such character on both sides; numbers are found however their thousands are set apart. What is found,
and in which order, depends on the view alone, not on how its index was made.
"""

import re
import sqlite3
import threading
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from rapidfuzz import fuzz, process

MOST = 250
"""Hits that are ranked, and given: bm25 takes microseconds a hit, and of more a reader wants the newest anyway."""

_CJK = re.compile(
    "([\u1100-\u11ff\u2e80-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003fffd])"
)
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,\u00a0\u202f'’ ]\d{3})+(?![\d.,]?\d)")
_STUCK = re.compile(_THOUSANDS.pattern + r"\w*")
_WORD = re.compile(r"\w+")
_NO_WORD = re.compile("[\x00\ud800-\udfff]")
_RUN = re.compile("[\u30a1-\u30ff]{2,}|[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]{2,}")
"""What is most like a word where no blanks stand: characters of one script, without the particles between them."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched of one thing: its text counts most, then names, then what stands beside it."""

    what: Any
    text: str
    names: str
    beside: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, best first while it is few, else in the holders' order; at most MOST of `total`."""

    found: tuple[Any, ...]
    total: int


class Holder(Protocol):
    """What has documents: one briefing as it is seen."""

    @property
    def documents(self) -> Sequence[Document]: ...


class Index:
    """An index over what some holders have, by name; it may be asked from any thread.

    Where an older index is given, its tables are copied and only holders that changed are read again.
    """

    def __init__(self, holders: Mapping[str, Holder], older: "Index | None" = None) -> None:
        self._holders = dict(holders)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._rows: dict[str, range] = {}
        self._what: dict[int, Any] = {}
        self._words: dict[str, Counter[str]] = {}
        self._next = 0
        if older is None:
            self._database.execute(
                "CREATE VIRTUAL TABLE told USING fts5(text, names, beside, tokenize = 'unicode61 remove_diacritics 2')"
            )
        else:
            self._take_over(older)
        self._database.execute("BEGIN")
        for name, holder in self._holders.items():
            if name not in self._rows:
                self._add(name, holder.documents)
        self._database.execute("COMMIT")
        self._runs = _joined(self._rows[name] for name in self._holders)
        starts = sorted((run.start, place) for place, run in enumerate(self._runs))
        self._starts = [start for start, _ in starts]
        self._places = [place for _, place in starts]

    def _take_over(self, older: "Index") -> None:
        with older._lock:  # noqa: SLF001 - an index of the same kind
            older._database.backup(self._database)  # noqa: SLF001 (the same)
        self._next = older._next  # noqa: SLF001 (the same)
        self._what = dict(older._what)  # noqa: SLF001 (the same)
        for name, rows in older._rows.items():  # noqa: SLF001 (the same)
            if self._holders.get(name) is older._holders[name]:  # noqa: SLF001 (the same)
                self._rows[name] = rows
                if name in older._words:  # noqa: SLF001 (the same)
                    self._words[name] = older._words[name]  # noqa: SLF001 (the same)
            else:
                for row in rows:
                    del self._what[row]
                self._database.execute("DELETE FROM told WHERE rowid BETWEEN ? AND ?", (rows.start, rows.stop - 1))

    def _add(self, name: str, documents: Sequence[Document]) -> None:
        rows = range(self._next, self._next + len(documents))
        self._next = rows.stop
        self._rows[name] = rows
        self._what.update((row, one.what) for row, one in zip(rows, documents, strict=True))
        prepared = (
            (row, _prepared(one.text), _prepared(one.names), _prepared(one.beside))
            for row, one in zip(rows, documents, strict=True)
        )
        self._database.executemany("INSERT INTO told (rowid, text, names, beside) VALUES (?, ?, ?, ?)", prepared)

    def search(self, text: str, most: int = MOST) -> Hits:
        """Documents that hold every word of `text`, words also as beginnings; best first while they are few."""
        query = _query(text)
        if not query:
            return Hits((), 0)
        with self._lock:
            total = self._database.execute("SELECT count(*) FROM told WHERE told MATCH ?", (query,)).fetchone()[0]
            rows = self._ranked(query) if total <= MOST else self._in_order(query, most)
        return Hits(tuple(self._what[row] for row in rows[:most]), total)

    def all(self, text: str) -> tuple[Any, ...]:
        """Everything that holds every word of `text`, however much it is."""
        return self.search(text, len(self._what)).found

    def _ranked(self, query: str) -> list[int]:
        statement = "SELECT bm25(told, 5.0, 3.0, 1.0), rowid FROM told WHERE told MATCH ?"
        found = self._database.execute(statement, (query,)).fetchall()
        # Equal documents may differ in the last digits, by the order in which the index came to be.
        return [row for _, _, row in sorted((round(rank, 9), self._place(row), row) for rank, row in found)]

    def _in_order(self, query: str, most: int) -> list[int]:
        statement = "SELECT rowid FROM told WHERE told MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"
        rows: list[int] = []
        for run in self._runs:
            if len(rows) >= most:
                break
            given = (query, run.start, run.stop - 1, most - len(rows))
            rows += [row for (row,) in self._database.execute(statement, given)]
        return rows

    def _place(self, row: int) -> int:
        return self._places[bisect_right(self._starts, row) - 1]

    @cached_property
    def vocabulary(self) -> dict[str, str]:
        """Each word folded, and how it is most often written."""
        total: Counter[str] = Counter()
        for name, holder in self._holders.items():
            if name not in self._words:
                self._words[name] = _counted(holder.documents)
            total.update(self._words[name])
        found: dict[str, str] = {}
        for word, _ in total.most_common():
            found.setdefault(folded(word), word)
        return found

    def suggest(self, text: str) -> str | None:
        """`text` with each unknown word replaced by the nearest known one; None where that finds nothing."""
        words = text.split()
        better = [word if self.search(word).total else self._nearest(word) for word in words]
        if None in better:
            return None
        suggestion = " ".join(word for word in better if word)
        return suggestion if suggestion != " ".join(words) and self.search(suggestion).total else None

    def _nearest(self, word: str) -> str | None:
        word = unicodedata.normalize("NFKC", word.strip("\"'.,;:!?()"))
        dense = bool(_CJK.search(word))
        plain = folded(word)
        if len(plain) < (2 if dense else 3):
            return None
        # One wrong character of three is little in a word of Latin letters and much in one of Han characters.
        near = 60 if dense else 70
        found = process.extractOne(plain, self.vocabulary.keys(), scorer=fuzz.ratio, score_cutoff=near)
        return self.vocabulary[found[0]] if found else None


def folded(word: str) -> str:
    """Small letters without their marks: what counts as the same word."""
    return "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char))


def words_of(text: str) -> Iterable[str]:
    """The words of a question as they are looked for."""
    return _NO_WORD.sub(" ", text).split()


def _counted(documents: Iterable[Document]) -> Counter[str]:
    """How often each word stands in these documents, as it is written."""
    texts = (unicodedata.normalize("NFKC", f"{one.text} {one.names}") for one in documents)
    return Counter(word for text in texts for word in _words(text))


def _words(text: str) -> Iterable[str]:
    for word in _WORD.findall(text):
        if _RUN.search(word):
            yield from _RUN.findall(word)
        elif len(word) > 2 and not word.isdigit():
            yield word


def _joined(rows: Iterable[range]) -> list[range]:
    """The ranges in their order, neighbours as one."""
    joined: list[range] = []
    for one in filter(len, rows):
        if joined and joined[-1].stop == one.start:
            joined[-1] = range(joined[-1].start, one.stop)
        else:
            joined.append(one)
    return joined


def _prepared(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    stuck = [_joined_numbers(found[0]) for found in _STUCK.finditer(text)]
    return _CJK.sub(r" \1 ", " ".join([text, *stuck]))


def _joined_numbers(text: str) -> str:
    """`10,000人` as `10000 人`: a number whose thousands are set apart as one word of its own."""
    return _THOUSANDS.sub(lambda number: f" {re.sub(r'[^0-9]', '', number[0])} ", text)


def _query(text: str) -> str:
    """An FTS5 query that asks for every word, each quoted; never the words themselves."""
    plain = unicodedata.normalize("NFKC", text)
    alone = _joined_numbers(plain)
    terms = []
    for word in words_of(alone):
        spaced = _CJK.sub(r" \1 ", word).strip().replace('"', " ")
        if any(map(str.isalnum, spaced)):
            terms.append(f'"{spaced}"' if word.isdigit() else f'"{spaced}"*')
    return " AND ".join(terms)
