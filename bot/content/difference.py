"""Two texts, line by line: which lines are gone, which are new, and which words of these."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Literal

AROUND = 3
"""Lines that are shown before and after one that differs."""
MOST = 4000
"""Lines, from the first that differs to the last, that are compared one by one."""
WIDEST = 2000
"""Characters of a line that is compared word by word."""
ALIKE = 0.5
"""From here on, in parts of one, two lines are versions of one line, and not two lines that took each other's place."""

Words = tuple[tuple[str, bool], ...]
"""A line in pieces, and whether each differs from the line in whose place it stands."""

_WORD = re.compile(r"\s*\S+|\s+$")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of one text or of both; `gap` stands for lines that are the same. Numbers count from 1, 0 is none.

    `words` are its text in pieces where it is a version of a line of the other text, else empty.
    """

    kind: Literal["same", "gone", "new", "gap"]
    text: str = ""
    old: int = 0
    new: int = 0
    words: Words = ()


def difference(before: str, after: str) -> tuple[DiffLine, ...] | None:
    """The lines that differ, with those around them; empty where none does, None where too many do to be compared."""
    old, new = before.split("\n"), after.split("\n")
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    if max(len(old), len(new)) - head - tail > MOST:
        return None
    return tuple(_folded(tuple(_aligned(old, new, head, tail)))) if before != after else ()


def _aligned(old: Sequence[str], new: Sequence[str], head: int, tail: int) -> Iterator[DiffLine]:
    """Both texts as one list; what is the same at their beginnings and ends is not compared again."""
    for at in range(head):
        yield DiffLine("same", old[at], at + 1, at + 1)
    gone, come = old[head : len(old) - tail], new[head : len(new) - tail]
    for kind, a, b, c, d in SequenceMatcher(None, gone, come).get_opcodes():
        if kind == "equal":
            for step in range(b - a):
                yield DiffLine("same", gone[a + step], head + a + step + 1, head + c + step + 1)
            continue
        pairs = [_by_words(*pair) for pair in zip(gone[a:b], come[c:d], strict=False)]
        for at in range(a, b):
            yield DiffLine("gone", gone[at], old=head + at + 1, words=pairs[at - a][0] if at - a < len(pairs) else ())
        for at in range(c, d):
            yield DiffLine("new", come[at], new=head + at + 1, words=pairs[at - c][1] if at - c < len(pairs) else ())
    for at in range(tail, 0, -1):
        yield DiffLine("same", old[-at], len(old) - at + 1, len(new) - at + 1)


def _by_words(gone: str, come: str) -> tuple[Words, Words]:
    """Both lines in pieces; nothing where they have little in common, or would take long."""
    if max(len(gone), len(come)) > WIDEST:
        return (), ()
    old, new = _WORD.findall(gone), _WORD.findall(come)
    found = SequenceMatcher(None, old, new, autojunk=False)
    if found.ratio() < ALIKE:
        return (), ()
    codes = found.get_opcodes()
    return (
        tuple(("".join(old[a:b]), kind != "equal") for kind, a, b, _, _ in codes if a < b),
        tuple(("".join(new[c:d]), kind != "equal") for kind, _, _, c, d in codes if c < d),
    )


def _folded(lines: Sequence[DiffLine]) -> Iterator[DiffLine]:
    """Put a gap in the place of what is far from everything that differs."""
    near: set[int] = set()
    for at, line in enumerate(lines):
        if line.kind != "same":
            near.update(range(at - AROUND, at + AROUND + 1))
    for at, line in enumerate(lines):
        if at in near:
            yield line
        elif at - 1 in near or at == 0:
            yield DiffLine("gap")


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
