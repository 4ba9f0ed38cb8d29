"""Numbers as a reader writes them, and counts as words."""

from decimal import Decimal

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

_POINT = frozenset(("de", "nl", "es", "it", "pt", "da", "id", "tr", "el", "ro", "hr", "sl", "vi"))
_COMMA = frozenset(("es-419", "es-mx", "es-us"))
_BLANK = frozenset(("fr", "ru", "uk", "pl", "cs", "sk", "sv", "nb", "no", "fi", "hu", "bg", "et", "lv", "lt"))


def number(value: Decimal, locale: str) -> str:
    """`10,000`, `10.000` or `10 000`, after the reader's language (CLDR's grouping and decimal marks)."""
    plain = f"{value.normalize():,f}"
    tag = locale.lower().replace("_", "-")
    language = tag.split("-")[0]
    if tag in _COMMA:
        return plain
    if tag == "de-ch":
        return plain.replace(",", "’")
    if language in _POINT:
        return plain.translate({ord(","): ".", ord("."): ","})
    if language in _BLANK:
        return plain.translate({ord(","): "\N{NARROW NO-BREAK SPACE}", ord("."): ","})
    return plain


def count(amount: int, one: str, many: str | None = None) -> str:
    """`no claims`, `one claim`, `four claims`, `36 claims`."""
    word = _WORDS[amount] if amount < len(_WORDS) else f"{amount:,}"
    return f"{word} {one if amount == 1 else many or one + 's'}"


def capital(text: str) -> str:
    """With a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]
