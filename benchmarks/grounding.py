"""The whole exam on grounding: how much of what is wrong is found, by article and kind, and what is found wrongly."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.exam.grounding_exam import (
    FOUND_AT_LEAST,
    RIGHT,
    WRONG_ERRORS_AT_MOST,
    Count,
    mark,
    papers,
    questions,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One kind in one article, or in a group of them; only there it has a bound."""

    article: str
    kind: str
    count: Count

    @property
    def errors(self) -> float:
        return self.count.errors / self.count.asked

    @property
    def found(self) -> float:
        return self.count.found / self.count.asked

    @property
    def bound(self) -> str:
        least = FOUND_AT_LEAST.get(self.article, {}).get(self.kind)
        if self.article in FOUND_AT_LEAST and self.kind in RIGHT:
            return f"errors at most {WRONG_ERRORS_AT_MOST:.1%}"
        return f"found at least {least:.0%}" if least else ""

    @property
    def missed(self) -> bool:
        if not self.bound:
            return False
        return (
            self.errors > WRONG_ERRORS_AT_MOST
            if self.kind in RIGHT
            else self.found < FOUND_AT_LEAST[self.article][self.kind]
        )

    def __str__(self) -> str:
        verdict = ("MISSED" if self.missed else "held") if self.bound else ""
        told = f"{self.errors:>7.1%} errors {self.found:>7.1%} errors or warnings"
        meant = "" if self.kind in RIGHT else f"{self.count.meant / self.count.asked:.1%} as meant"
        row = f"  {self.article:<10} {self.kind:<22} {self.count.asked:>6,} claims {told} {meant:>15}"
        return f"{row}   {self.bound:<22} {verdict}".rstrip()


def measure() -> Iterator[Row]:
    """All rows; those of the real article too, where TEXTS names the folder that holds it."""
    texts = Path(os.environ["TEXTS"]) if os.environ.get("TEXTS") else None
    counts = mark(question for paper in papers(texts) for question in questions(paper))
    for article in sorted({name for name, _ in counts}, key=lambda name: (name in FOUND_AT_LEAST, name)):
        yield from (Row(name, kind, count) for (name, kind), count in counts.items() if name == article)
