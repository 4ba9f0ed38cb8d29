"""Units of time and measure, and what each is counted in."""

from collections.abc import Mapping
from fractions import Fraction

from bot.content.grounding.words import Word

TIME: Mapping[str, tuple[str, int]] = {
    "minute": ("second", 60), "hour": ("second", 3600), "day": ("day", 1), "week": ("day", 7),
    "fortnight": ("day", 14), "month": ("month", 1), "year": ("month", 12), "decade": ("month", 120),
    "century": ("month", 1200), "generation": ("generation", 1), "winter": ("winter", 1), "summer": ("summer", 1),
    "season": ("season", 1), "night": ("night", 1),
}  # fmt: skip
"""Units of time: what each is counted in, and how much of it it is. A generation is none of years."""

SPANS = frozenset(kind for kind, _ in TIME.values())
"""What time is counted in."""

RATES: Mapping[str, str] = {
    "daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annual": "year", "annually": "year",
    "hourly": "hour", "fortnightly": "fortnight", "nightly": "night",
}  # fmt: skip

SIGNS: Mapping[str, str] = {"£": "£", "$": "$", "€": "€"}
_MEASURES: Mapping[str, tuple[str, Fraction]] = {
    "percent": ("share", Fraction(1, 100)), "pound": ("£", Fraction(1)), "dollar": ("$", Fraction(1)),
    "euro": ("€", Fraction(1)), "metre": ("metre", Fraction(1)), "meter": ("metre", Fraction(1)),
    "centimetre": ("metre", Fraction(1, 100)), "centimeter": ("metre", Fraction(1, 100)),
    "cm": ("metre", Fraction(1, 100)), "km": ("metre", Fraction(1000)), "kilometre": ("metre", Fraction(1000)),
    "kilometer": ("metre", Fraction(1000)), "mile": ("mile", Fraction(1)), "tonne": ("kilo", Fraction(1000)),
    "kilo": ("kilo", Fraction(1)), "kg": ("kilo", Fraction(1)), "kilogram": ("kilo", Fraction(1)),
    "gram": ("kilo", Fraction(1, 1000)), "litre": ("litre", Fraction(1)), "liter": ("litre", Fraction(1)),
    "degree": ("degree", Fraction(1)),
}  # fmt: skip
_PLURALS = {"centuries": "century"}


def unit_of(word: Word) -> str:
    """The unit of time that a word names, or nothing; `The Daily Ledger` names none."""
    if word.capital and not word.opens:
        return ""
    if word.folded in RATES:
        return RATES[word.folded]
    single = _PLURALS.get(word.folded, word.folded.removesuffix("s"))
    return single if single in TIME else ""


def measure(word: Word) -> tuple[str, Fraction] | None:
    """What a word such as `kilos` measures, and how much of it one is."""
    return _MEASURES.get(word.folded) or _MEASURES.get(word.folded.removesuffix("s"))
