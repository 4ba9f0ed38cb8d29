"""How people and bodies are named in English text, and what stands before a name and is none of it."""

import re

from bot.content.grounding.lexicon import listed

_LARGE = r"[^\W\d_a-zß-öø-ÿ]"
_PARTICLES = "de|da|do|dos|del|della|di|du|van|von|zu|der|den|ten|ter|bin|ibn|al|el|la|le|las|los"
_SMALL = rf"(?:(?:{_PARTICLES})\s){{0,3}}"
_SHORT = rf"(?:(?:{_LARGE}\.)+|(?:Dr|Mr|Mrs|Ms|Prof|Gen|Col|Lt|Sgt|Capt|Maj|Adm|Sen|Rep|Gov|Rev|St)\.)"
"""Only these may end in a full stop: another one ends the sentence, and the name with it."""
_WORD = rf"(?:{_SHORT}|(?:(?:al|el|bin)-|[dl]['’])?{_LARGE}[\w'’-]*)"
NAME = rf"{_SMALL}{_WORD}(?:,?\s(?:Jr|Sr)\b\.?,?|\s{_SMALL}{_WORD}){{0,6}}"
"""The pattern of a name as it stands in a text, with titles before it and what a sentence begins with."""

_NOT_A_NAME = listed("""
    a about according after all also although among an and another are as asked at because before both but by
    did does during each earlier even few for from had has have he her here his how however i if in instead is
    it its last later like many meanwhile more most nearly no nobody nor not now of on once one only or other
    others our over she since so some speaking still such that the their then there these they this those though
    through to today two under unless until was we were what when where which while who whose why with without
    yesterday yet you your monday tuesday wednesday thursday friday saturday sunday january february march july
    september october november december
""")
"""What a sentence begins with, and what is written large without being anybody."""
_ONLY_BEFORE = frozenset(("april", "may", "june", "august"))
"""Months that people are called."""

_TITLES = listed("""
    activist adm admiral ambassador analyst attorney author bishop candidate capt captain ceo chairman
    chairwoman chancellor chief col colonel commander commissioner congressman congresswoman correspondent
    deputy diplomat director dr economist engineer expert farmer former gen gov governor historian judge justice
    lady lawmaker lawyer leader lieutenant lord lt maj major manager mayor minister mr mrs ms officer owner
    president president-elect prince princess prof professor prosecutor rep reporter representative researcher
    resident rev scientist secretary sen senator sergeant sgt sheikh sheriff sir speaker spokesman spokesperson
    spokeswoman teacher
""")
"""What somebody is, which stands large before the name where it is a title or a sentence begins with it."""
_BODIES = re.compile(
    r"\b(?:Academy|Agency|Army|Association|Authority|Bank|Board|Bureau|Center|Centre|Commission|Committee|Company|Corp"
    r"|Council|Court|Department|Embassy|Facility|Federation|Foundation|Fund|Government|Group|House|Inc|Institute|League"
    r"|Ltd|Marine|Ministry|Nations|News|Observatory|Office|Organi[sz]ation|Party|Police|Post|Press|Radio|Service|Society"
    r"|Times|Union|University)\b|^(?:[A-Z]\.?){2,6}$"
)
_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))


def person(given: str) -> str | None:
    """The name without what stands before it, titles too; None where nobody is called so."""
    words = given.replace(",", "").split()
    while words and words[0].casefold() in _NOT_A_NAME | _ONLY_BEFORE:
        words.pop(0)
    titles = [at for at, word in enumerate(words[:-1]) if _is_title(word)]
    words = words[titles[-1] + 1 :] if titles else words
    if words and (_is_title(words[-1]) or any(word.casefold() in _NOT_A_NAME for word in words)):
        return None
    name = " ".join(words)
    name = name if not words or words[-1].casefold() in _SUFFIXES or is_body(name) else name.rstrip(".")
    return name if len(name) > 1 and not name.endswith(("'s", "’s", "'", "’")) else None


def is_body(name: str) -> bool:
    """Whether it is called as no person is."""
    return _BODIES.search(name) is not None


def first_and_last(name: str) -> tuple[str, str]:
    """`ada` and `okoye` of Ada van Okoye Jr.; the first is empty where only a family is named."""
    words = [word for word in name.casefold().split() if word not in _SUFFIXES]
    while len(words) > 1 and re.fullmatch(_PARTICLES, words[0]):
        words.pop(0)
    return (words[0] if len(words) > 1 else "", words[-1] if words else "")


def _is_title(word: str) -> bool:
    return word.casefold().rstrip(".") in _TITLES
