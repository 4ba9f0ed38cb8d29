"""Rules for the names of a claim: each stands in the cited paragraphs, of the same side and the same owner."""

from collections.abc import Iterator

from bot.content.grounding.article import beside
from bot.content.grounding.claim import Claim, Finding
from bot.content.grounding.lexicon import in_order
from bot.content.grounding.names import Name, alike, names, runs
from bot.content.grounding.words import Text, folded, read

_KNOWN_TO_ALL = 5
"""Paragraphs of an article from which a name in them is known to whoever reads the story."""
_SIDES = in_order("north south east west")


def named(claim: Claim) -> Iterator[Finding]:
    """Each name stands there, or is the speaker's, or is known to whoever reads the story."""
    free = _free(claim)
    for one in claim.names:
        if _stands(one, claim, free):
            continue
        other = _taken_for(one, claim)
        if other or not _is_known_to_all(one, claim):
            said = f"“{one.text}” does not stand in {claim.where}" + (f"; “{other.text}” does" if other else "")
            yield Finding("name", "text", said, "use the name that stands there, or add it to the person's aka")


def pairs(claim: Claim) -> Iterator[Finding]:
    """`Far North` is no name where only `Far East` and `North` stand; `South Maren` must stand where it is cited."""
    article, speaker = claim.article, claim.speaker
    own = set(folded(" ".join((speaker.name, *speaker.aka)))) if speaker else set()
    for one, two in runs(claim.names, claim.text):
        pair = (one.words[-1], two.words[0])
        if one.country or two.country or own & set(pair) or (article.peoples.issuperset(pair) and not one.side):
            continue
        if not (_is_beside(pair, claim) if one.side else article.side_by_side(pair)):
            where = f"in {claim.where}" if one.side else "in the article"
            said = f"“{one.text} {two.text}” does not stand {where}"
            yield Finding("name", "text", said, "write the name as it stands there")


def sides(claim: Claim) -> Iterator[Finding]:
    """`The west of Ostrin` does not stand where its eastern suburbs do."""
    for word in claim.text.words:
        side = word.folded.removesuffix("ern")
        if word.capital or side not in _SIDES:
            continue
        if not any(alike(side, one.removesuffix("ern")) for one in claim.words):
            said = f"“{word.text}” does not stand in {claim.where}"
            yield Finding("name", "text", said, "look which side the source names")


def owners(claim: Claim) -> Iterator[Finding]:
    """`Russia's incursion` does not stand where `Ukraine's incursion` does."""
    words = claim.text.words
    for one in claim.names:
        noun = words[one.end] if one.end < len(words) else None
        if noun is None or not one.country or not noun.content or noun.capital:
            continue
        owned_by = _owners_of(noun.stem, claim)
        if owned_by and one.key not in {owner.key for owner in owned_by}:
            theirs, ours = f"“{owned_by[0].text} {noun.text}”", f"“{one.text} {noun.text}”"
            said = f"{claim.there('has', 'have')} {theirs}, not {ours}"
            yield Finding("name", "text", said, "say whose it is as the source does")


def adversaries(claim: Claim) -> Iterator[Finding]:
    """`Against Russia` does not stand where `against Ukraine` does."""
    ours = _against(claim.names, claim.text)
    theirs = [
        one for para in claim.paras for one in _against(claim.article.names[para], claim.article.paragraphs[para])
    ]
    if ours and theirs and ours[0].key not in {one.key for one in theirs}:
        said = f"{claim.there('has', 'have')} “against {theirs[0].text}”, not “against {ours[0].text}”"
        yield Finding("name", "text", said, "say who is against whom as the source does")


def _free(claim: Claim) -> frozenset[str]:
    """Words that a claim may always use: the speaker's, the outlet's, and those of people named there."""
    here = {one for para in claim.paras for one in claim.article.named[para]}
    people = [claim.speaker] if claim.speaker else []
    people += claim.article.outlets
    people += [one for id_ in here if (one := claim.article.by_id[id_]).kind == "person"]
    found = read(" ".join(" ".join((one.name, *one.aka, one.role or "", one.affiliation or "")) for one in people))
    return frozenset(found.folded) | {one.key for one in names(found, found.folded)}


def _stands(one: Name, claim: Claim, free: frozenset[str]) -> bool:
    """Whether a name stands there, as a name or as plain words, or is free."""
    if one.key in free or any(_same(one, other) for other in claim.cited_names):
        return True
    if one.country:
        return False
    if one.words[0] in _initials(claim) or _is_shortened(one, claim):
        return True
    people = claim.article.surnames
    of_the_free = any(_alike(one.words[0], word, people) for word in free)
    return of_the_free or all(any(_alike(word, there, people) for there in claim.words) for word in one.words)


def _alike(one: str, other: str, people: frozenset[str]) -> bool:
    """As `alike`, but the name of a person is written as it is."""
    return one == other or (other not in people and one not in people and alike(one, other))


def _initials(claim: Claim) -> frozenset[str]:
    """The first letters of names of several words: `sec` of `Securities and Exchange Commission`."""
    found: set[str] = set()
    for para in claim.paras:
        letters, end = "", -9
        for name in claim.article.names[para]:
            letters = letters + name.words[0][0] if name.at - end <= 2 else name.words[0][0]
            end = name.end
            found.add(letters)
    return frozenset(one for one in found if len(one) > 2)


def _is_shortened(one: Name, claim: Claim) -> bool:
    """`Indiana` for `Ind.`"""
    return any(
        word.after == "." and word.capital and len(word.folded) > 2 and one.words[0].startswith(word.folded)
        for paragraph in claim.cited
        for word in paragraph.words
    )


def _same(one: Name, other: Name) -> bool:
    return one.key == other.key or (not one.country and not other.country and alike(one.words[0], other.words[0]))


def _is_known_to_all(one: Name, claim: Claim) -> bool:
    """Whether it stands in the standfirst or a title, or all over the article."""
    found = claim.article.naming(one)
    return 0 in found or claim.article.frame.issuperset(one.words) or len(found) >= _KNOWN_TO_ALL


def _taken_for(one: Name, claim: Claim) -> Name | None:
    """A name of the same kind that stands there and not in the claim: it may have been taken for this one."""
    for other in claim.cited_names:
        unused = not any(_same(other, used) for used in claim.names)
        if other.country == one.country and unused and other.key not in claim.article.surnames:
            return other
    return None


def _is_beside(pair: tuple[str, str], claim: Claim) -> bool:
    """Whether two words stand beside each other in the cited paragraphs or the standfirst."""
    near = [both for paragraph in (*claim.cited, *claim.article.paragraphs[:1]) for both in beside(paragraph)]
    return any(alike(pair[0], one) and alike(pair[1], two) for one, two in near)


def _owners_of(noun: str, claim: Claim) -> list[Name]:
    """The countries that have this there: `Ukraine's incursion`, `the incursion of Ukraine`."""
    found = []
    for para in claim.paras:
        words = claim.article.paragraphs[para].words
        for name in claim.article.names[para]:
            after = name.end < len(words) and words[name.end].stem == noun
            of = name.at >= 2 and words[name.at - 1].folded == "of" and words[name.at - 2].stem == noun
            if name.country and (after or of):
                found.append(name)
    return found


def _against(among: tuple[Name, ...], text: Text) -> list[Name]:
    return [one for one in among if one.country and one.at and text.words[one.at - 1].folded == "against"]
