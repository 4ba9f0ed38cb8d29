"""Who speaks in which paragraph of an English article, as far as words such as "said" and "according to" show it.

Nobody is guessed where it may be two: a speaker who is missing is seen at once, and a wrong one is not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.drafting.names import NAME, first_and_last, is_body, person

_SAYS = (
    "said|says|told|tells|adds|added|explains|explained|warns?|warned|argues?|argued|agrees?|agreed|believes?|believed"
    "|thinks?|expects?|expected|predicts?|predicted|notes|noted|writes?|wrote|claims?|claimed|insists?|insisted|stressed"
    "|acknowledged|admitted|admits?|suggests?|suggested|stated|announced|estimates?|estimated|recalls|recalled|denied"
    "|denies|concedes|conceded|fears?|feared|hopes?|hoped|doubts?|doubted|confirmed|confirms|cautions?|cautioned|reports|reported"
)
_TURNED = "says|said|adds|added|explains|explained|warns|warned|argues|argued|notes|noted|writes|wrote|recalls|recalled"
"""Words that may stand before the name: "…, said Ada Okoye"."""

_MANY = (
    "analysts|experts|officials|researchers|scientists|economists|diplomats|observers|critics|residents|witnesses"
    "|sources|lawyers|activists|farmers|doctors|officers|prosecutors|police|intelligence"
)
_GROUP = rf"(?:[^\W\d_a-zß-öø-ÿ][\w'’-]*\s){{0,2}}(?:[a-z]+\s)?\b(?:{_MANY})"
_NOUNS = (
    r"(?:(?:the|its|his|her|their|a|an)\s)?"
    r"(?:(?!(?:at|by|for|from|he|in|it|of|on|she|that|they|to|with)\s)[a-z-]+,?\s){0,4}?"
)
"""What somebody is, before the name: "said its project manager, Ada Okoye"."""
_ENDS = (
    r"(?=\s*(?:[,.;:!?()\"–—]|$)|\s(?:after|and|at|as|before|but|by|during|from|in|last|late|of|on|this|to|when|while|who"
    r"|whose|with)\b)"
)
"""What may stand behind a name that is not the beginning of another: "according to Russian media" names nobody."""
_APART = r"(?:,\s(?=[a-z0-9])[^.!?;\"“”„«»]{1,200}?,|\s\([^()]{1,40}\))?"
"""What stands between a name and its verb: ", the harbour master," or "(54)"."""
_THEN = r"\s(?:(?:also|later|then)\s)?"

_FOUND = re.compile(
    rf"[Aa]ccording\sto\s{_NOUNS}(?P<after_to>{_GROUP}|{NAME}){_ENDS}"
    rf"|[,\"’]\s(?:{_TURNED})\s{_NOUNS}(?P<after>{_GROUP}|{NAME}){_ENDS}"
    rf"|\b(?P<he>[Hh]e|[Ss]he){_THEN}(?:{_SAYS})\b"
    rf"|(?<=[a-z]),\s(?P<beside>{NAME}),{_THEN}(?:{_SAYS})\b"
    rf"|(?P<group>\b{_GROUP}){_APART}{_THEN}(?:{_SAYS})\b"
    rf"|(?P<before>\b{NAME}){_APART}{_THEN}(?:{_SAYS})\b"
)
_MET = re.compile(rf"(?P<begins>^|[.!?\"]\s)?\b(?P<name>{NAME})")
_THING = re.compile(rf"\b(?:[Ii]n|[Nn]ear|[Aa]cross|[Ii]nto|[Aa]t)\s(?P<place>{NAME})|\b(?P<body>{NAME}),\swhich\b")
_FURTHER_ON = re.compile(r"(?!\W*(?:He|She)\b).*?[.!?]\s", re.DOTALL)
"""A sentence that is about somebody else than who spoke before: a taxi driver, a neighbour."""

_NEVER_SPEAKS = re.compile(
    r"\b(?:in|at|from|on|with|after|before|for|by|to|of|since|under|near|across|into|over)$", re.IGNORECASE
)
"""Before a name, these say that it is a place or an object: "In Russia, however, …, says Dan Pinkston"."""

FAR = 5000
"""Characters of a paragraph in which speakers are looked for; no paragraph that people write is longer."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who seems to say something; `para` is the first paragraph that gives the name as it is here."""

    name: str
    para: int
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """Who seems to speak in one paragraph. Where it does not name them, `para` is another one that does."""

    speaker: Speaker
    para: int
    named_here: bool


@dataclass(slots=True)
class _Named:
    """Who is named in an article: by the last name and then by the first, groups, and what is no person by its use."""

    families: dict[str, dict[str, Speaker]]
    firsts: frozenset[str]
    things: frozenset[str]
    groups: dict[str, Speaker] = field(default_factory=dict)

    def who(self, name: str, number: int) -> Speaker | None:
        """Whom this name means in a paragraph; None where it may be two."""
        first, last = first_and_last(name)
        family = self.families.setdefault(last, {})
        if first or not (family or last in self.firsts):
            return family.setdefault(first, Speaker(name, number))
        return next(iter(family.values())) if len(family) == 1 else None

    def group(self, name: str, number: int) -> Speaker:
        return self.groups.setdefault(name.casefold(), Speaker(name, number, is_group=True))

    def is_person(self, speaker: Speaker) -> bool:
        """Whether this may be "he": a full name that is nowhere used as that of a place or a body."""
        thing = speaker.is_group or is_body(speaker.name) or speaker.name in self.things
        return not thing and first_and_last(speaker.name)[0] != ""


def voices(paragraphs: Sequence[str]) -> dict[int, tuple[Voice, ...]]:
    """The speakers of each paragraph in which somebody seems to speak.

    "He said" is the one whom the paragraph is about, or else who spoke last in the one before; so is a paragraph that
    is nothing but a quote.
    """
    texts = [_without_quotes(text[:FAR]) for text in paragraphs]
    named = _named(texts)
    found: dict[int, tuple[Voice, ...]] = {}
    last: Voice | None = None
    for number, text in enumerate(texts):
        heard = _heard(text, number, named, last)
        last = heard[-1] if heard else None
        first: dict[Speaker, Voice] = {}
        for voice in heard:
            if voice:
                first.setdefault(voice.speaker, voice)
        if first:
            found[number] = tuple(first.values())
    return found


def cast_of(found: dict[int, tuple[Voice, ...]]) -> tuple[Speaker, ...]:
    """Each speaker once, in the order in which they are introduced."""
    return tuple(dict.fromkeys(voice.speaker for spoken in found.values() for voice in spoken))


def _named(texts: Sequence[str]) -> _Named:
    """Every full name, with the first paragraph in which it stands."""
    families: dict[str, dict[str, Speaker]] = {}
    for number, text in enumerate(texts):
        for _, _, name in _met(text):
            first, last = first_and_last(name)
            if first:
                families.setdefault(last, {}).setdefault(first, Speaker(name, number))
    firsts = frozenset(first for family in families.values() for first in family)
    things = (person(found["place"] or found["body"]) for text in texts for found in _THING.finditer(text))
    return _Named(families, firsts, frozenset(thing for thing in things if thing))


def _heard(text: str, number: int, named: _Named, last: Voice | None) -> list[Voice | None]:
    """Who speaks in a paragraph, one after another, after the `last` one of the paragraph before; None is somebody.

    "He" is the only person whom sentences before it are about; or else the last one, where nobody came between.
    """
    if '"' in text and not re.search(r"\w", text):
        return [replace(last, named_here=False) if last and not last.speaker.is_group else None]
    heard: list[Voice | None] = []
    about: dict[Speaker, Voice] = {}
    before = replace(last, named_here=False) if last and named.is_person(last.speaker) else None
    for at, kind, name in sorted([*_met(text), *_spoken(text)], key=lambda one: one[0]):
        if kind == "he":
            before = None if _FURTHER_ON.match(text, 0, at) else before
            heard.append(next(iter(about.values())) if len(about) == 1 else None if about else before)
            continue
        voice = _voice(kind, name, number, named)
        if voice and named.is_person(voice.speaker):
            about.setdefault(voice.speaker, voice)
        if kind in ("group", "spoken"):
            heard.append(voice)
        if name not in named.things:
            before = None
    return heard


def _voice(kind: str, name: str, number: int, named: _Named) -> Voice | None:
    """The voice of whom a sentence is about, or who speaks in it; None for somebody who is only named."""
    speaker = named.group(name, number) if kind == "group" else None
    if kind in ("begins", "spoken"):
        speaker = named.who(name, number)
    return Voice(speaker, number, named_here=True) if speaker else None


def _met(text: str) -> Iterator[tuple[int, str, str]]:
    """Each name, where it stands, and whether a sentence begins with it."""
    for found in _MET.finditer(text):
        if name := person(found["name"]):
            yield found.start("name"), "met" if found["begins"] is None else "begins", name


def _spoken(text: str) -> Iterator[tuple[int, str, str]]:
    """Each name that has a verb of saying, and each "he said"."""
    start = 0
    while match := _FOUND.search(text, start):
        start = match.end()
        kind = str(match.lastgroup)
        given = match[kind]
        if kind == "he":
            yield match.start(), "he", given
        elif re.search(rf"\b(?:{_MANY})$", given, re.IGNORECASE):
            yield match.start(), "group", _group(given)
        elif (name := person(given)) and _may_speak(kind, name, text[: match.end(kind)]):
            yield match.start(), "spoken", name
        else:
            start = match.end(kind)  # the verb may belong to a later name


def _may_speak(kind: str, name: str, until: str) -> bool:
    if kind == "beside":
        return first_and_last(name)[0] != ""
    return kind != "before" or not _NEVER_SPEAKS.search(until.rpartition(name)[0].rstrip())


def _without_quotes(text: str) -> str:
    """What the article itself says: in a quote, others speak of others."""
    curly = r"“[^”]*(?:”|$)|«[^»]*(?:»|$)|„[^“”]*(?:[“”]|$)|(?<!\w)‘[^‘’]*[,.!?]’(?!\w)"
    return re.sub(rf"{curly}|\"[^\"]*(?:\"|$)", '"', text)


def _group(given: str) -> str:
    words = given.split()
    while len(words) > 1 and person(words[0]) is None:
        words.pop(0)
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])
