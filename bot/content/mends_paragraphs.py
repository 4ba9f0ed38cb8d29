"""Paragraphs as people name them elsewhere, and the numbers and spans that they stand for."""

import re
from collections.abc import Iterable

from bot.content.mends_characters import plain

FORMS = "write a number, a list of numbers, or a span such as 3-5"

MOST = 200
"""Paragraphs of one claim."""

_FIRST = frozenset(("standfirst", "lede", "lead", "intro", "teaser", "vorspann"))
_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_SIGNS = re.compile(
    r"(?:paragraphs?|paras?|pars?|absätze|absatz|abs|nos?|nr|pp?|[¶§#])\.?\s*(?=[¶§\d-])", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s*(?:[,;/&+]|\band\b|\bund\b)\s*")
_SPAN = re.compile(r"(\d{1,4})\s*(?:-+|\.{2,3}|\bto\b|\bbis\b|\bthrough\b)\s*(\d{1,4})")


def meant_paragraphs(given: Iterable[object]) -> list[str] | None:
    """The numbers and spans that are meant, or None; each of them is one that a briefing may hold."""
    found: list[str] = []
    for one in given:
        if not isinstance(one, str) or len(one) > 100:
            return None
        for part in _BETWEEN.split(_in_digits(one).strip(" .,;()[]")):
            meant = _one(part.strip(" ."))
            if meant is None:
                return None
            found.append(meant)
    return found if found and sum(map(_size, found)) <= MOST else None


def mend_paragraphs(given: object) -> str:
    """What to write in place of paragraphs that cannot be read."""
    found = meant_paragraphs(given[: MOST + 1] if isinstance(given, list) else [given])
    if found is None:
        return FORMS
    return f"write {found[0]}" if len(found) == 1 else f"write [{', '.join(found)}]"


def _in_digits(one: str) -> str:
    text = plain(one).lower().strip()
    if text in _FIRST:
        return "0"
    for number, word in enumerate(_NUMBERS):
        text = re.sub(rf"\b{word}\b", str(number), text)
    return _SIGNS.sub("", text)


def _size(part: str) -> int:
    first, _, last = part.partition("-")
    return int(last or first) - int(first) + 1


def _one(part: str) -> str | None:
    if re.fullmatch(r"-?\d{1,4}", part):
        return str(int(part.lstrip("-")))
    if not (span := _SPAN.fullmatch(part)):
        return None
    ends = sorted((int(span[1]), int(span[2])))
    return f"{ends[0]}-{ends[1]}"
