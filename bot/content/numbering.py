"""Counting the paragraphs of an article, so that `para: 4` means the same to everybody who reads it.

The rule is called `body`. Blocks are separated by blank lines. The first block is the standfirst, paragraph 0; each
later block is one paragraph, in order. Subheadings and credits are not counted. The first block may begin with
`date 2024-11-11`, which is no part of the text; a first block of that alone says that there is no standfirst.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

NO_DATE = "date unknown"
"""What a text begins with where nobody knows its date, and it has no standfirst."""

LONGEST_HEADING = 12
"""Words of a subheading at most."""

_DATE = re.compile(r"date (\d{4}-\d{2}-\d{2}|unknown)(?: |$)")
_BREAK = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MARKED = re.compile(r"#{1,6}\s")
_CLOSED = re.compile(r"""[.!?…。！？।؟۔]["'”’»›“‘«‹」』)\]]*$""")
_CREDIT = re.compile(
    r"(?:additional )?(?:(?:edit|report|writ|translat|compil|adapt)(?:ed|ing|ten)|photos?|photographs?|graphics?) by\b",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(
    r"(?:a|additional|adapt(?:ed|ing)|and|at|by|compil(?:ed|ing)|contributed|de|der|edit(?:ed|ing)|el|for|from|graphics"
    r"|in|la|of|photographs|photos|report(?:ed|ing)|the|to|translat(?:ed|ing)|van|von|with|writ(?:ing|ten))\.?"
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A block that is not counted; `before` is the number that the next paragraph has, or would have."""

    text: str
    kind: Literal["subheading", "credit"]
    before: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """An article as it is counted: the paragraph at index 4 is ¶4. `published` is a date as it was written."""

    paragraphs: tuple[str, ...]
    published: str | None = None
    skipped: tuple[Skipped, ...] = ()


def numbered(text: str) -> Numbered:
    """Count the paragraphs of an article; line ends, runs of spaces and characters that nobody sees are put right."""
    paragraphs: list[str] = []
    skipped: list[Skipped] = []
    published = None
    for position, (block, marked) in enumerate(_blocks(text)):
        if position == 0 and (dated := _DATE.match(block)):
            published = None if dated[1] == "unknown" else dated[1]
            paragraphs.append(block[dated.end() :])
        elif kind := _kind(block, marked, first=position == 0):
            skipped.append(Skipped(block, kind, len(paragraphs)))
        else:
            paragraphs.append(block)
    return Numbered(tuple(paragraphs), published, tuple(skipped))


def tidy(text: str) -> str:
    """The same text with line feeds alone between its lines, and nothing in it that nobody sees."""
    return _UNSEEN.sub("", _BREAK.sub("\n", unicodedata.normalize("NFC", text)))


def is_subheading(block: str) -> bool:
    """Whether a block looks like a subheading: a few words, and nothing that closes a sentence."""
    return len(block.split()) <= LONGEST_HEADING and not is_closed(block)


def is_closed(block: str) -> bool:
    """Whether a block ends as a sentence does."""
    return _CLOSED.search(block) is not None


def is_credit(block: str) -> bool:
    """Whether a block names who edited or wrote: such words, and then nothing but names."""
    begun = _CREDIT.match(block.lstrip("(["))
    if begun is None:
        return False
    words = re.findall(r"[^\W\d_][\w'’.-]*", block.lstrip("([")[begun.end() :])
    return all(word[0].isupper() or _BETWEEN_NAMES.fullmatch(word) for word in words)


def _kind(block: str, marked: bool, *, first: bool) -> Literal["subheading", "credit"] | None:
    if is_credit(block):
        return "credit"
    if marked or (not first and is_subheading(block)):
        return "subheading"
    return None


def _blocks(text: str) -> Iterator[tuple[str, bool]]:
    """Each block in one line, and whether it is marked as a heading (`## Words`, as text from web pages has it)."""
    lines: list[str] = []
    for line in [*tidy(text).split("\n"), ""]:
        words = " ".join(line.split())
        heading = _MARKED.match(words)
        if lines and (heading or not words):
            yield " ".join(lines), False
            lines = []
        if heading:
            yield words[heading.end() :], True
        elif words:
            lines.append(words)
