"""Numbers, and yes and no, as people write them elsewhere, and what stands for them in a file."""

import re
from decimal import Decimal

from bot.content.mends_characters import plain

_QUALIFIERS = (
    ("more-than", ("more than", "over", "above", "mehr als", "über", ">")),
    ("at-least", ("at least", "minimum", "min.", "mindestens", ">=", "≥")),
    ("less-than", ("less than", "fewer than", "under", "below", "weniger als", "<")),
    ("at-most", ("at most", "up to", "maximum", "max.", "höchstens", "bis zu", "<=", "≤")),
    (
        "about",
        ("about", "around", "approximately", "approx.", "approx", "roughly", "circa", "ca.", "ca", "some", "rund",
         "etwa", "~", "≈"),
    ),
)  # fmt: skip
_WORDS = sorted(((word, name) for name, words in _QUALIFIERS for word in words), key=lambda pair: -len(pair[0]))
_SMALL = {
    word: at
    for at, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: at * 10
    for at, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_LARGE = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_SCALES = {
    **dict.fromkeys(("k", "thousand", "tsd", "tausend"), 3),
    **dict.fromkeys(("m", "mn", "mio", "million", "millions", "millionen"), 6),
    **dict.fromkeys(("bn", "billion", "billions", "mrd", "milliarden"), 9),
}
_DIGITS = re.compile(r"-?\d[\d.,'_ ]*")
_GROUPED = re.compile(r"-?\d{1,3}(?:(?P<gap>[., '_])\d{3})(?:(?P=gap)\d{3})*(?:[.,]\d{1,2})?")
_RANGE = re.compile(r"(?:from |between )?(\d[\d.,'_ ]*?)\s*(?:-|to\b|and\b|bis\b)\s*(\d[\d.,'_ ]*?)\s*[^\W\d]*")

YES = frozenset(
    ("ja", "yep", "oui", "si", "sí", "x", "✓", "✔", "ok", "wahr", "vrai", "correct", "enabled", "tru", "ture")
)
NO = frozenset(("nein", "nope", "non", "none", "never", "falsch", "faux", "disabled", "-", "✗", "flase", "fals"))


def mend_number(name: str, given: str) -> str | None:
    """What to write in place of a number that cannot be read; qualifiers only where figures have them."""
    text = plain(given).strip().lower()[:80]
    if name == "value" and (ends := _RANGE.fullmatch(text)):
        low, high = sorted(filter(None, (_digits(ends[1]), _digits(ends[2]))), key=Decimal) or ("", "")
        return f'write "low: {low}", "high: {high}" and "qualifier: range"' if low else None
    word, qualifier = next(((word, name) for word, name in _WORDS if text.startswith(word)), ("", None))
    text = text[len(word) :].strip()
    if text.endswith("+"):
        qualifier, text = "at-least", text[:-1].strip()
    number, rest = meant_number(text)
    if number is None:
        return None
    figure = name in ("value", "low", "high")
    mend = f'write "{number}"'
    if qualifier and figure:
        mend += f', and "qualifier: {qualifier}"'
    return mend + (', and the rest under "unit"' if rest and figure else "")


def meant_number(text: str) -> tuple[str | None, str]:
    """The number that a text begins with, plainly written, and what follows it."""
    if found := _DIGITS.match(text):
        number, rest = _digits(found.group().strip()), text[found.end() :].strip()
    else:
        number, rest = _in_words(text)
    first = re.match(r"[^\W\d_]+", rest)
    if number is not None and first and first.group() in _SCALES:
        scaled = Decimal(number).scaleb(_SCALES[first.group()])
        number, rest = _plainly(scaled), rest[first.end() :].strip(". ")
    return number, rest


def _digits(given: str) -> str | None:
    """`10,000`, `10.000`, `10 000` are ten thousand; a comma before one or two digits is a decimal point."""
    text = given.strip().rstrip(".,'_ ")
    if grouped := _GROUPED.fullmatch(text):
        whole, point = text, ""
        if cut := re.search(r"[.,](\d{1,2})$", text):
            whole, point = text[: cut.start()], f".{cut[1]}"
        return whole.replace(grouped["gap"], "") + point
    text = text.replace(",", ".", 1).replace(" ", "")
    return text if re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text) else None


def _in_words(text: str) -> tuple[str | None, str]:
    """`ten thousand troops`: the number in words, and what follows."""
    words = text.replace("-", " ").split()
    total = part = used = 0
    for word in words:
        if word in _SMALL:
            part += _SMALL[word]
        elif word in ("a", "dozen") and (used == 0 or words[used - 1] == "a"):
            part = 12 if word == "dozen" else 1
        elif word == "hundred" and part:
            part *= 100
        elif word in _LARGE and part:
            total, part = total + part * _LARGE[word], 0
        elif word != "and" or not used:
            break
        used += 1
    number = str(total + part) if used and words[:used] != ["a"] else None
    return number, " ".join(words[used:])


def _plainly(number: Decimal) -> str:
    return f"{number.normalize():f}"


def mend_yes_or_no(given: str) -> str:
    """`write "true"`, or what a yes and a no are."""
    word = plain(given).strip().lower()
    if word in YES or word in NO:
        return f'write "{"true" if word in YES else "false"}"'
    return 'write "true" or "false"'
