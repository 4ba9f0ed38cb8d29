"""Names in a text: people, places, organizations, with countries under one name whatever they are called by."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from bot.content.grounding.countries import COUNTRIES, LONGEST
from bot.content.grounding.lexicon import COMMON, DAYS, MONTHS, SHORT_MONTHS, listed
from bot.content.grounding.words import Text, Word

_SIDES = listed("north south east west northern southern eastern western new old great little upper lower far")
_ENDINGS = listed("n an ian ese nese ish i ans ians er ers s is es")
"""What makes people of a place, or many of one."""
_TITLES = listed("""
    mr mrs ms dr prof professor president minister general colonel captain sir dame lord judge senator mayor chancellor
    governor king queen prince princess bishop sergeant lieutenant admiral ambassador commissioner inspector
""")
_NOT_NAMES = listed("""
    unnamed two three four five six seven eight nine ten both only even every officials analysts measurements under
    nearly almost around roughly more less most many according since before after unlike despite i today yesterday
    tomorrow nobody everybody somebody anybody everyone nothing
""")
"""Words that often open a sentence before a name."""
_SHORTEST_ROOT = 4
_LONG_ENOUGH, _NEARLY = 5, 0.62
"""Letters of a name that may be taken for another, and how like each other the two are, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name: `key` is a country, or its folded words; `at` and `end` are its words in the text."""

    key: str
    words: tuple[str, ...]
    text: str
    at: int
    end: int
    country: bool

    @property
    def side(self) -> bool:
        """Whether it tells one of two alike: North, Little."""
        return self.words[0] in _SIDES


def names(text: Text, known: Collection[str] = ()) -> tuple[Name, ...]:
    """The names of a text: countries, and words with a capital letter where none is due.

    A word that opens a sentence counts where `known` has it, or where another name follows it.
    """
    return tuple(_names(text, frozenset(known)))


def alike(one: str, other: str) -> bool:
    """Whether two words are a place and its people (`Maren`, `Marenese`), or one word in two numbers."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return any(
        long.startswith(root) and long[len(root) :] in _ENDINGS
        for root in (short, short[:-1])
        if len(root) >= _SHORTEST_ROOT
    )


def nearly(one: str, other: str) -> bool:
    """Whether a name may have been taken for another, as `Castellani` for `Castellano`."""
    if min(len(one), len(other)) < _LONG_ENOUGH or one[0] != other[0]:
        return False
    return SequenceMatcher(None, other, one).ratio() >= _NEARLY


def same_start(word: str) -> str:
    """What two words that are alike have in common at least."""
    return word[:_SHORTEST_ROOT]


def runs(found: tuple[Name, ...], text: Text) -> tuple[tuple[Name, Name], ...]:
    """Names that stand side by side and so make one: `Far` and `East`, but not `Russia's` and `Kursk`."""
    return tuple((one, two) for one, two in pairwise(found) if one.end == two.at and not _parted(text.words, one, two))


def _parted(words: tuple[Word, ...], one: Name, two: Name) -> bool:
    return words[one.end - 1].possessive or words[two.at].before.strip() not in ("", "-")


def _names(text: Text, known: frozenset[str]) -> Iterator[Name]:
    words, at = text.words, 0
    while at < len(words):
        if country := _country(words, at):
            yield country
            at = country.end
            continue
        if _is_name(words, at, known):
            word = words[at]
            yield Name(word.folded, (word.folded,), word.text, at, at + 1, False)
        at += 1


def _country(words: tuple[Word, ...], at: int) -> Name | None:
    if not words[at].capital:
        return None
    for size in range(min(LONGEST, len(words) - at), 0, -1):
        some = words[at : at + size]
        if not all(word.capital for word in some):
            continue
        folded = tuple(word.folded for word in some)
        for ending in ((folded[-1],), (folded[-1].removesuffix("s"),)):
            if key := COUNTRIES.get((*folded[:-1], *ending)):
                if size == 1 and folded[0] == "us" and some[0].text != "US":
                    continue
                return Name(key, folded, " ".join(word.text for word in some), at, at + size, True)
    return None


def _is_name(words: tuple[Word, ...], at: int, known: frozenset[str]) -> bool:
    word = words[at]
    if not word.capital or word.folded in DAYS | MONTHS or word.folded in _TITLES or len(word.folded) == 1:
        return False
    if word.after == "." and word.folded in SHORT_MONTHS:
        return False
    if not word.opens:
        return word.folded not in COMMON or word.folded in known
    if word.folded in known and word.folded not in COMMON and word.folded not in _NOT_NAMES:
        return True
    if at + 1 < len(words) and word.folded not in _SIDES and _country(words, at + 1):
        return False
    if word.folded in COMMON or word.folded in _NOT_NAMES or at + 1 >= len(words):
        return False
    if word.possessive:
        return True  # Silistra's station
    after = words[at + 1]
    return after.capital and after.folded not in COMMON and not after.before.strip()
