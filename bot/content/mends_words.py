"""A word of a closed list, where an editor wrote another that means it, or the same one otherwise."""

import re
from collections.abc import Mapping, Sequence

from bot.content.mends_characters import called, odd_in, plain
from bot.content.suggest import closest, one_of

_MEANS = {
    "moderate": "medium middle mid average normal mittel",
    "high": "strong hoch sure",
    "low": "weak niedrig little",
    "likely": "probable probably expected",
    "unlikely": "improbable improbably doubtful",
    "very-likely": "highly-likely highly-probable",
    "very-unlikely": "highly-unlikely highly-improbable",
    "almost-certain": "certain certainly nearly-certain virtually-certain definite",
    "almost-no-chance": "remote impossible no-chance",
    "roughly-even-chance": "even even-chance even-odds 50-50 50/50 fifty-fifty",
    "reported": "fact said claimed confirmed stated told asserted announced insisted admitted",
    "assessed": "assessment estimate estimated judged judgement judgment analysis opinion",
    "forecast": "prediction predicted prognosis expected future",
    "background": "context history",
    "unconfirmed": "unverified rumour rumor alleged",
    "disputed": "contested denied controversial",
    "note": "comment remark editorial",
    "more-than": "over above greater-than exceeding upwards-of >",
    "less-than": "under below fewer-than <",
    "at-least": "min minimum from >=",
    "at-most": "max maximum up-to <=",
    "about": "approximately approx around roughly circa ca estimated ~",
    "range": "between span from-to",
    "exact": "exactly equal precise precisely =",
    "active": "published live public open current",
    "draft": "hidden wip unpublished pending",
    "corrected": "fixed updated amended changed",
    "withdrawn": "retracted removed deleted",
    "superseded": "replaced outdated",
    "person": "individual human man woman expert",
    "group": "people team collective analysts",
    "outlet": "newspaper media medium publisher broadcaster agency",
    "organization": "agency company institution government ngo",
    "article": "news story paper",
    "webpage": "website web page site",
    "report": "study pdf document",
    "broadcast": "tv radio video podcast",
    "post": "blog tweet thread",
    "dataset": "data table",
    "publication": "published release",
    "TLP:CLEAR": "tlp:white white public",
    "editor": "author us",
}
_OTHERWISE: dict[str, list[str]] = {}
for _word, _written in _MEANS.items():
    for _one in _written.split():
        _OTHERWISE.setdefault(_one, []).append(_word)


def mend_word(given: str, options: Sequence[str]) -> str:
    """`did you mean "moderate"?`, or all that may stand there."""
    word = meant_word(given, options)
    if not word:
        return one_of(options)
    odd = odd_in(given)
    return f'retype "{word}": it holds {called(odd)}' if odd else f'did you mean "{word}"?'


def meant_word(given: str, options: Sequence[str]) -> str | None:
    """The option that is meant: the same word otherwise written, one of like meaning, or the nearest."""
    word = re.sub(r"[\s_]+", "-", plain(given).strip().strip(".,;:!\"'").lower())
    tight = word.replace(":-", ":")
    for option in options:
        if option.lower() in (word, tight, f"tlp:{word}"):
            return option
    if re.fullmatch(r"[a-f]-?[1-6]", word) and word[0].upper() in options:
        return word[0].upper()
    like = {said: one for said, ones in _OTHERWISE.items() for one in ones if one in options}
    meant = like.get(tight) or like.get(closest(tight, like, near=85.0) or "")
    return meant or closest(word, options) or closest(given, options)


def mend_reference(given: str, options: Sequence[str]) -> str | None:
    """The id that is meant by one that is not there."""
    odd = odd_in(given)
    if odd and (near := closest(plain(given), options)):
        return f'retype "{near}": it holds {called(odd)}'
    parts = re.split(r"[\s,;]+", given.strip())
    if len(parts) > 1 and all(part in options for part in parts):
        return f"set commas between them: [{', '.join(parts)}]"
    near = meant_word(given, options)
    if near is None and len(given) > 3:
        longer = [one for one in options if one in given.split("-") or given in one.split("-")]
        near = longer[0] if len(longer) == 1 else None
    return f'did you mean "{near}"?' if near else None


Names = tuple[frozenset[str], ...]
"""The words of each name of somebody: whatever their order and case, it is the same name."""


def names_of(name: object, aka: object) -> Names:
    """All the names of somebody, as far as they are names at all."""
    every = (name, *(aka if isinstance(aka, list) else ()))
    return tuple(words for one in every if isinstance(one, str) and (words := _words(one)))


def mend_name(given: str, people: Mapping[str, Names], *, part: bool = False) -> str | None:
    """The id of the only one who is called so; with `part`, of the only one in whose name it is a part."""
    words = _words(given)
    if part:
        found = [name for name, names in people.items() if words and any(words <= one for one in names)]
    else:
        found = [name for name, names in people.items() if words in names]
    if len(found) != 1:
        return None
    return f'did you mean "{found[0]}"?' if part else f'write "{found[0]}"'


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.casefold()))
