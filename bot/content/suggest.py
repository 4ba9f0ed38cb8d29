"""Did you mean: the nearest of some words."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def closest(word: str, options: Iterable[str], *, near: float = 70.0) -> str | None:
    """The option most like `word`, or None when nothing is near (0 to 100)."""
    found = process.extractOne(word, list(options), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=near)
    return found[0] if found else None


def did_you_mean(word: str, options: Iterable[str]) -> str | None:
    """`did you mean "confidence"?`, or None."""
    found = closest(word, options)
    return f'did you mean "{found}"?' if found else None


def one_of(options: Iterable[str]) -> str:
    """`one of active, corrected, withdrawn`."""
    return f"one of {', '.join(options)}"
