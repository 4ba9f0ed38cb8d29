"""What is known of an article before a briefing is made of it, and the one text of it that is kept beside it."""

import re
import unicodedata
from dataclasses import dataclass

from bot.content.dates import read_date
from bot.content.numbering import NO_DATE, numbered, tidy
from bot.errors import Refused


@dataclass(frozen=True, slots=True)
class Article:
    """An article: `text` is what `numbered` counts. What is not known of it is None; `unsure` says so in sentences."""

    text: str
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    author: str | None = None
    published: str | None = None
    language: str | None = None
    unsure: tuple[str, ...] = ()


def from_text(text: str, url: str | None = None) -> Article:
    """An article from a text file: blocks with blank lines between; `# Title` may stand before them.

    Raises Refused where it begins with a date that no calendar has.
    """
    text, title, unsure = tidy(text), None, []
    if begun := re.match(r"\s*#\s+(\S[^\n]*)\n", text):
        title, text = begun[1], text[begun.end() :]
    counted = numbered(text)
    if counted.published:
        _in_the_calendar(counted.published)
    elif not text.lstrip().startswith(NO_DATE):
        unsure.append('Where the text begins with "date 2026-11-02", that is when it was published.')
    if counted.paragraphs[:1] == ("",):
        unsure.append("The date stands alone, so there is no standfirst: the first paragraph is ¶1.")
    else:
        unsure.append("The first paragraph is taken for the standfirst, which is ¶0.")
    if len(counted.paragraphs) == 1 and text.strip().count("\n") > 2:
        unsure.append(
            "All of it is one paragraph. Where it has several, put blank lines between them, and draft again."
        )
    return Article(text, title and one_line(title), url=url, published=counted.published, unsure=tuple(unsure))


def _in_the_calendar(given: str) -> None:
    try:
        read_date(given)
    except ValueError as wrong:
        mend = f'write the day on which it was published, or "{NO_DATE}"'
        raise Refused(f'The text begins with "date {given}", which is not in the calendar; {mend}') from wrong


def one_line(given: str, most: int = 200) -> str:
    """A text that fits in one line of a file and shows what it is: no control, no hidden turn of the writing."""
    shown = (" " if letter.isspace() else letter for letter in given if letter.isspace() or _is_shown(letter))
    words = " ".join("".join(shown).split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _is_shown(letter: str) -> bool:
    """Joiners belong to the writing of several languages; all else that nobody sees is left out."""
    return letter in "\u200c\u200d" or unicodedata.category(letter)[0] not in "CZ"


def slug(given: str | None, most: int = 48) -> str:
    """An id made of these words, cut between two of them; empty where none of them is in Latin letters."""
    plain = unicodedata.normalize("NFKD", given or "").encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", plain))
    made = ""
    for word in words:
        if len(made) + len(word) + 1 > most:
            break
        made = f"{made}-{word}" if made else word
    return made or (words[0][:most] if words else "")
