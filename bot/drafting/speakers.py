"""Who speaks in which paragraph of an English article, as far as words such as "said" and "according to" show it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SAYS = (
    "said|says|told|tells|adds|added|explains|explained|warns?|warned|argues?|argued|agrees?|agreed|believes?|believed"
    "|thinks?|expects?|expected|predicts?|predicted|notes|noted|writes?|wrote|claims?|claimed|insists?|insisted|stressed"
    "|acknowledged|admitted|admits?|suggests?|suggested|stated|announced|estimates?|estimated|recalls|recalled|denied"
    "|denies|concedes|conceded|fears?|feared|hopes?|hoped|doubts?|doubted|confirmed|confirms|cautions?|cautioned|reports|reported"
)
_TURNED = "says|said|adds|added|explains|explained|warns|warned|argues|argued|notes|noted|writes|wrote|recalls|recalled"
"""Words that may stand before the name: "…, said Ada Okoye"."""

_PARTICLE = "de|da|dos|del|di|van|von|der|den|bin|ibn|al|el|la|le"
_NAME = rf"[^\W\d_a-zß-öø-ÿ][\w'’.-]*(?:\s(?:(?:{_PARTICLE})\s)*[^\W\d_a-zß-öø-ÿ][\w'’.-]*){{0,3}}"
_MANY = (
    "analysts|experts|officials|researchers|scientists|economists|diplomats|observers|critics|residents|witnesses"
    "|sources|lawyers|activists|farmers|doctors|officers|prosecutors|police|intelligence"
)
_GROUP = rf"(?:[^\W\d_a-zß-öø-ÿ][\w'’-]*\s){{0,2}}(?:[a-z]+\s)?\b(?:{_MANY})"
_APART = r"(?:,\s(?=[a-z0-9])[^.!?;\"“”„«»]{1,200}?,|\s\([^()]{1,40}\))?"
"""What stands between a name and its verb: ", the harbour master," or "(54)"."""

_FOUND = re.compile(
    rf"[Aa]ccording\sto\s(?:the\s)?(?:[a-z]+\s){{0,2}}(?P<after_to>{_NAME}|{_GROUP})"
    rf"|[,\"]\s(?:{_TURNED})\s(?P<after>{_NAME})"
    rf"|(?P<he>\b(?:[Hh]e|[Ss]he|[Tt]hey))\s(?:also\s)?(?:{_SAYS})\b"
    rf"|(?P<group>\b{_GROUP})\s(?:also\s)?(?:{_SAYS})\b"
    rf"|(?P<before>\b{_NAME}){_APART}\s(?:also\s)?(?:{_SAYS})\b"
)
_NOT_A_NAME = frozenset(
    # What a sentence begins with, and what is written large without being anybody.
    [
        *["a", "according", "after", "also", "although", "an", "and", "another", "as", "at", "both", "but", "by"],
        *["during", "each", "even", "few", "for", "from", "he", "her", "his", "however", "i", "if", "in", "instead"],
        *["it", "its", "last", "later", "like", "many", "meanwhile", "most", "no", "nobody", "nor", "not", "now"],
        *["on", "one", "only", "or", "other", "others", "our", "she", "since", "so", "some", "still", "such", "that"],
        *["the", "their", "then", "there", "these", "they", "this", "those", "though", "to", "today", "two", "we"],
        *["what", "when", "where", "which", "while", "who", "why", "with", "yet", "you", "your"],
        *["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        *["january", "february", "march", "april", "may", "june", "july", "august"],
        *["september", "october", "november", "december"],
    ]
)
_NEVER_SPEAKS = re.compile(
    r"\b(?:in|at|from|on|with|after|before|for|by|to|of|since|under|near|across|into|over)$", re.IGNORECASE
)
"""Before a name, these say that it is a place or an object: "In Russia, however, …, says Dan Pinkston"."""

_TITLES = frozenset(["dr", "dr.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "prof", "prof.", "professor", "sir"])
FAR = 5000
"""Characters of a paragraph in which speakers are looked for; no paragraph that people write is longer."""

_OPENS = ('"', "“", "„", "«", "'", "‘")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who seems to say something; `para` is the paragraph that names them first, and most fully."""

    name: str
    para: int
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """Who seems to speak in one paragraph. Where it does not name them, `para` is another one that does."""

    speaker: Speaker
    para: int
    named_here: bool


def voices(paragraphs: Sequence[str]) -> dict[int, tuple[Voice, ...]]:
    """The speakers of each paragraph in which somebody seems to speak.

    "He said" is whoever spoke last, and so is a paragraph that goes on with a quote.
    """
    cast: dict[str, Speaker] = {}
    found: dict[int, tuple[Voice, ...]] = {}
    last: Voice | None = None
    for number, text in enumerate(paragraphs):
        here: dict[str, Voice] = {}
        for name, is_group in _named(text):
            voice = _spoken(name, is_group, number, cast, last)
            if voice is not None:
                here.setdefault(voice.speaker.name, voice)
                last = last if is_group else voice
        if not here and last is not None and text.startswith(_OPENS) and number - 1 in found:
            here[last.speaker.name] = Voice(last.speaker, last.para, named_here=False)
        if here:
            found[number] = tuple(here.values())
    return found


def cast_of(found: dict[int, tuple[Voice, ...]]) -> tuple[Speaker, ...]:
    """Each speaker once, in the order in which they are introduced."""
    return tuple(dict.fromkeys(voice.speaker for spoken in found.values() for voice in spoken))


def _spoken(
    name: str | None, is_group: bool, number: int, cast: dict[str, Speaker], last: Voice | None
) -> Voice | None:
    if name is None:
        return last and Voice(last.speaker, last.para, named_here=False)
    key = name.split()[-1].casefold() if not is_group else name.casefold()
    speaker = cast.setdefault(key, Speaker(name, number, is_group))
    return Voice(speaker, number, named_here=True)


def _named(text: str) -> Iterator[tuple[str | None, bool]]:
    """Each name outside quotation marks that has a verb of saying, and None for "he said"."""
    own, start = _without_quotes(text[:FAR]), 0
    while match := _FOUND.search(own, start):
        start = match.end()
        if match["he"]:
            yield None, False
            continue
        kind = next(kind for kind in ("after_to", "after", "group", "before") if match[kind])
        given = match[kind]
        if re.search(rf"\b(?:{_MANY})$", given, re.IGNORECASE):
            yield _group(given), True
        elif (name := _person(given)) and not (kind == "before" and _is_object(name, own[: match.end(kind)])):
            yield name, False
        else:
            start = match.end(kind)  # the verb may belong to a later name


def _without_quotes(text: str) -> str:
    """What the article itself says: in a quote, others speak of others."""
    return re.sub(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)|„[^“”]*(?:[“”]|$)", '"', text)


def _is_object(name: str, until: str) -> bool:
    return bool(_NEVER_SPEAKS.search(until.rpartition(name)[0].rstrip()))


def _person(given: str) -> str | None:
    words = given.split()
    while words and (words[0].casefold() in _NOT_A_NAME or words[0].casefold() in _TITLES):
        words.pop(0)
    name = " ".join(words).rstrip(".,")
    whole = len(name) > 1 and not name.endswith(("'s", "’s", "'", "’"))
    return name if whole and not any(word.casefold() in _NOT_A_NAME for word in words) else None


def _group(given: str) -> str:
    words = given.split()
    while len(words) > 1 and words[0].casefold() in _NOT_A_NAME:
        words.pop(0)
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])
