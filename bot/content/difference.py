"""Two texts, line by line: which lines are gone, and which are new."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Literal

AROUND = 3
"""Lines that are shown before and after one that differs."""
MOST = 4000
"""Lines, from the first that differs to the last, that are compared one by one."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of one text or of both; `gap` stands for lines that are the same. Numbers count from 1, 0 is none."""

    kind: Literal["same", "gone", "new", "gap"]
    text: str = ""
    old: int = 0
    new: int = 0


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
        for at in range(a, b):
            yield DiffLine("gone", gone[at], old=head + at + 1)
        for at in range(c, d):
            yield DiffLine("new", come[at], new=head + at + 1)
    for at in range(tail, 0, -1):
        yield DiffLine("same", old[-at], len(old) - at + 1, len(new) - at + 1)


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
