"""Full text over one view: SQLite FTS5 in memory, always asked with a query built here.

The one SQL outside `store/`. unicode61 does not cut Chinese, Japanese and Korean into words, so blanks are set
around each such character on both sides; numbers are found however their thousands are set apart.
"""

import re
import sqlite3
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from rapidfuzz import fuzz, process

MOST = 1000
"""Hits that are ranked; bm25 takes about a microsecond a hit, so more are given as they were read."""

_CJK = re.compile(
    "([\u1100-\u11ff\u2e80-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003fffd])"
)
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,\u00a0\u202f' ]\d{3})+(?![\d.,]?\d)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched of one thing: its text counts most, then names, then what stands beside it."""

    what: Any
    text: str
    names: str
    beside: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, best first, at most MOST of `total`."""

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

    def _take_over(self, older: "Index") -> None:
        with older._lock:  # noqa: SLF001 - an index of the same kind
            older._database.backup(self._database)  # noqa: SLF001
        self._next = older._next  # noqa: SLF001
        for name, rows in older._rows.items():  # noqa: SLF001
            if self._holders.get(name) is older._holders[name]:  # noqa: SLF001
                self._rows[name] = rows
                self._what.update((row, older._what[row]) for row in rows)  # noqa: SLF001
            else:
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

    def search(self, text: str) -> Hits:
        """Documents that hold every word of `text`, words also as beginnings."""
        query = _query(text)
        if not query:
            return Hits((), 0)
        with self._lock:
            total = self._database.execute("SELECT count(*) FROM told WHERE told MATCH ?", (query,)).fetchone()[0]
            order = "bm25(told, 5.0, 3.0, 1.0), rowid" if total <= MOST else "rowid"
            statement = f"SELECT rowid FROM told WHERE told MATCH ? ORDER BY {order} LIMIT ?"  # noqa: S608 - both orders are ours
            found = self._database.execute(statement, (query, MOST)).fetchall()
        return Hits(tuple(self._what[row[0]] for row in found), total)

    @cached_property
    def vocabulary(self) -> dict[str, str]:
        """Each word folded, and how it is most often written."""
        written: dict[str, Counter[str]] = {}
        for document in (one for holder in self._holders.values() for one in holder.documents):
            for word in _WORD.findall(f"{document.text} {document.names}"):
                if len(word) > 2 and not word.isdigit():
                    written.setdefault(folded(word), Counter())[word] += 1
        return {word: forms.most_common(1)[0][0] for word, forms in written.items()}

    def suggest(self, text: str) -> str | None:
        """`text` with each unknown word replaced by the nearest known one; None where that finds nothing."""
        words = text.split()
        better = [word if self.search(word).total else self._nearest(word) for word in words]
        if None in better:
            return None
        suggestion = " ".join(word for word in better if word)
        return suggestion if suggestion != " ".join(words) and self.search(suggestion).total else None

    def _nearest(self, word: str) -> str | None:
        plain = folded(word.strip("\"'.,;:!?()"))
        if len(plain) < 3:
            return None
        found = process.extractOne(plain, self.vocabulary.keys(), scorer=fuzz.ratio, score_cutoff=70)
        return self.vocabulary[found[0]] if found else None


def folded(word: str) -> str:
    """Small letters without their marks: what counts as the same word."""
    return "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char))


def words_of(text: str) -> Iterable[str]:
    """The words of a question as they are looked for."""
    return text.replace("\x00", " ").split()


def _prepared(text: str) -> str:
    joined = [re.sub(r"\D", "", number) for number in _THOUSANDS.findall(text)]
    return _CJK.sub(r" \1 ", text) + (" " + " ".join(joined) if joined else "")


def _query(text: str) -> str:
    """An FTS5 query that asks for every word, each quoted; never the words themselves."""
    alone = _THOUSANDS.sub(lambda number: re.sub(r"\D", "", number[0]), text)
    terms = []
    for word in words_of(alone):
        spaced = _CJK.sub(r" \1 ", word).strip().replace('"', " ")
        if _WORD.search(spaced):
            terms.append(f'"{spaced}"*')
    return " AND ".join(terms)
