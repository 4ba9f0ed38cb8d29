"""What is wrong in a file, where, and how to mend it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.content.pasted import dotted

Severity = Literal["error", "warning"]

WIDEST = 100
"""Columns of an excerpt at most; a longer line is cut around the caret."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text: line and column count from 1, `width` is how many characters are meant."""

    line: int
    column: int
    width: int = 1


START = Mark(1, 1)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The line a problem stands in, safe to print, and where its caret goes.

    `indent` and `width` are columns of a terminal, in which East Asian wide characters take two.
    """

    text: str
    indent: int
    width: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in `file`, what is meant, and a mend where one can be guessed.

    `rule` is a stable name for machines (SARIF, filters). `excerpt` is None where the content must not be shown.
    `example` is the line as it should be. It holds words of the file, as the excerpt does: both are for the command
    line and the desk, never for a chat.
    """

    file: str
    mark: Mark
    message: str
    rule: str
    mend: str | None = None
    severity: Severity = "error"
    excerpt: Excerpt | None = None
    example: str | None = None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.mark.line}:{self.mark.column}"


class Told(NamedTuple):
    """Where something is wrong, what, what to do, and the line as it should be: a problem before it has a file."""

    mark: Mark
    message: str
    mend: str | None = None
    example: str | None = None


def in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Sort by file and place, errors before warnings, and drop repetitions."""
    once = dict.fromkeys(problems)
    return tuple(sorted(once, key=lambda p: (p.file, p.mark.line, p.mark.column, p.severity, p.message)))


def errors(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Only the errors: what keeps a file from being served."""
    return tuple(problem for problem in problems if problem.severity == "error")


def excerpt(line: str, mark: Mark) -> Excerpt:
    """Cut `line` around `mark`, with controls and direction marks made visible and secrets made invisible."""
    begin = mark.column - 1
    line = dotted(line, begin)
    left = max(0, begin - WIDEST * 2 // 3) if len(line) > WIDEST else 0
    shown = line[left : left + WIDEST]
    head = "…" if left else ""
    tail = "…" if left + WIDEST < len(line) else ""
    before = head + _visible(shown[: begin - left])
    meant = _visible(shown[begin - left : begin - left + mark.width]) or " "
    after = _visible(shown[begin - left + mark.width :]) + tail
    return Excerpt((before + meant + after).rstrip(), columns(before), max(1, columns(meant)))


def columns(text: str) -> int:
    """How many terminal columns `text` takes."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    joined = sum(unicodedata.category(char) in ("Mn", "Me", "Cf") for char in text)
    return len(text) + wide - joined


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char == "\t":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char
