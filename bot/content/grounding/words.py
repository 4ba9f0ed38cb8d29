"""A text as it is compared with another: words in their order, folded, with stems, sentences and quotation marks."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import snowballstemmer

from bot.content.grounding.lexicon import COMMON, listed

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDS = re.compile(r"(?<![.!?…])[.!?…]++[\"')\]]*+\s++(?=[\"'(\[]?[A-Z0-9£$€])")  # never back over what it has read
_SHORT = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|Gen|Col|Lt|Sen|Gov|No|vs|[A-Z])\.$")
_PLAIN = str.maketrans(
    {**dict.fromkeys("’‘‛`´", "'"), **dict.fromkeys("“”„«»", '"'), **dict.fromkeys("–−‐‑", "-"), "—": " - "}
)
_DOTTED = re.compile(r"\b([UE])\.([SKNU])\.(?!\w)")
_PARTS = re.compile(r"[,;:(){}.!?]|\s-|-\s|--")
_TURNS = listed("but although though while whereas")
_SUBJECTS = listed("that he she they it who i we")
_LONGEST_SHORT = 8
"""Characters in which what `_SHORT` knows, and the one before it, have room."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as it stands, folded (no accents, no case, no possessive), its stem, and its place.

    `sentence` counts from 0; `opens` where it begins a sentence or a quotation, so that its capital letter tells
    nothing; `before` is what stands between it and the word before it, `after` the character behind it (`40 %`).
    """

    text: str
    folded: str
    stem: str
    sentence: int
    quoted: bool
    opens: bool
    possessive: bool
    before: str
    after: str

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def content(self) -> bool:
        """Whether it tells something of what is talked about."""
        return self.folded not in COMMON and (len(self.folded) > 1 or self.folded.isdigit())


@dataclass(frozen=True)
class Text:
    """The words of a text, in their order."""

    words: tuple[Word, ...]

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(word.folded for word in self.words)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in self.words)

    @cached_property
    def content(self) -> tuple[str, ...]:
        """The stems of what it is about, each once, in their order."""
        return tuple(dict.fromkeys(word.stem for word in self.words if word.content))

    @cached_property
    def sentences(self) -> tuple["Text", ...]:
        grouped: dict[int, list[Word]] = {}
        for word in self.words:
            grouped.setdefault(word.sentence, []).append(word)
        return tuple(Text(tuple(words)) for words in grouped.values())

    @cached_property
    def clauses(self) -> tuple["Text", ...]:
        """Its pieces between commas, dashes and the words that begin another clause."""
        pieces: list[list[Word]] = []
        for word in self.words:
            begins = bool(pieces and pieces[-1][-1].folded == "and" and word.folded in _SUBJECTS)
            if not pieces or begins or _PARTS.search(word.before) or word.folded in _TURNS:
                pieces.append([])
            pieces[-1].append(word)
        return tuple(Text(tuple(piece)) for piece in pieces)

    def has(self, words: tuple[str, ...]) -> bool:
        """Whether these folded words stand in it one after the other."""
        return bool(words) and f" {' '.join(words)} " in self._line

    @cached_property
    def _line(self) -> str:
        """All folded words, with a blank on either side of each."""
        return f" {' '.join(self.folded)} "


@lru_cache(maxsize=1024)
def read(text: str) -> Text:
    """The words of a text."""
    plain = plainly(text)
    ends = [found.end() for found in _ENDS.finditer(plain) if not _is_short(plain, found.start() + 1)]
    return Text(tuple(_words(plain, ends)))


def _is_short(plain: str, end: int) -> bool:
    """Whether the full stop belongs to `Dr.` and the like."""
    return bool(_SHORT.search(plain[max(0, end - _LONGEST_SHORT) : end]))


def plainly(text: str) -> str:
    """With straight quotation marks and apostrophes, plain hyphens for dashes, single blanks, and US for U.S."""
    return _DOTTED.sub(r"\1\2", " ".join(unicodedata.normalize("NFC", text).translate(_PLAIN).split()))


def fold(text: str) -> str:
    """Without accents and case."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(char for char in bare if not unicodedata.combining(char)).casefold()


def folded(text: str) -> tuple[str, ...]:
    """The folded words of a text."""
    return read(text).folded


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a folded word; numbers are their own."""
    # A stemmer keeps its word in itself, so that two threads must not share one; to make it takes a microsecond.
    return str(snowballstemmer.stemmer("english").stemWord(word))


def _words(plain: str, ends: list[int]) -> Iterator[Word]:
    last, quoted, sentence = 0, False, 0
    for found in _WORD.finditer(plain):
        between = plain[last : found.start()]
        marks = between.count('"')
        quoted ^= marks % 2 == 1
        while sentence < len(ends) and ends[sentence] <= found.start():
            sentence += 1
        opens = last == 0 or (sentence > 0 and ends[sentence - 1] > last) or (marks > 0 and quoted) or ":" in between
        bare, possessive = _bare(found[0])
        yield Word(
            text=found[0],
            folded=bare,
            stem=stem(bare),
            sentence=sentence,
            quoted=quoted,
            opens=opens,
            possessive=possessive,
            before=between,
            after=plain[found.end() : found.end() + 2].strip()[:1],
        )
        last = found.end()


def _bare(word: str) -> tuple[str, bool]:
    """Folded, and whether a possessive ending was taken away; `can't` is one word."""
    bare = fold(word).strip() or word  # a letter may fold to nothing but a blank and an accent
    return bare.removesuffix("'s"), bare.endswith("'s")
