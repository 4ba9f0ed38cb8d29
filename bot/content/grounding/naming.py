"""Rules for the names of a claim: each stands in the cited paragraphs, of the same side and the same owner."""

from collections.abc import Iterator

from bot.content.grounding.article import beside
from bot.content.grounding.claim import Claim, Finding
from bot.content.grounding.lexicon import COMMON, in_order, listed
from bot.content.grounding.names import Name, alike, names, runs
from bot.content.grounding.words import Text, folded, read, stem
from bot.content.problems import Severity

_KNOWN_TO_ALL = 5
"""Paragraphs of an article from which a name in them is known to whoever reads the story."""
_SIDES = in_order("north south east west")
_JOINING, _WHERE = listed("and or but a an"), listed("in into at to from for near off outside")


def named(claim: Claim) -> Iterator[Finding]:
    """Each name stands there, or is the speaker's, or is known to whoever reads the story."""
    free = _free(claim)
    for one in claim.names:
        if _stands(one, claim, free):
            continue
        placed = _in_its_place(one, claim)
        if severity := _how_sure(one, placed, claim):
            other = placed or (_taken_for(one, claim) if severity == "error" else None)
            said = f"“{one.text}” does not stand in {claim.where}" + (f"; “{other.text}” does" if other else "")
            yield Finding(
                "name", "text", said, "use the name that stands there, or add it to the person's aka", severity
            )


def pairs(claim: Claim) -> Iterator[Finding]:
    """`Far North` is no name where only `Far East` and `North` stand; `South Maren` must stand where it is cited."""
    article, speaker = claim.article, claim.speaker
    own = set(folded(" ".join((speaker.name, *speaker.aka)))) if speaker else set()
    for one, two in runs(claim.names, claim.text):
        pair = (one.words[-1], two.words[0])
        if one.country or two.country or own & set(pair) or (article.peoples.issuperset(pair) and not one.side):
            continue
        known = article.side_by_side(pair)
        if not known or (one.side and _stands_alone(pair, claim)):
            where = f"in {claim.where}" if known else "in the article"
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
            other = any(one.removesuffix("ern") in _SIDES for one in claim.words)
            mend = "look which side the source names"
            yield Finding("name", "text", said, mend, "error" if other else "warning")


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
    if _spells(one, claim) or _is_shortened(one, claim):
        return True
    people = claim.article.surnames
    of_the_free = any(_alike(one.words[0], word, people) for word in free)
    return of_the_free or all(any(_alike(word, there, people) for there in claim.words) for word in one.words)


def _alike(one: str, other: str, people: frozenset[str]) -> bool:
    """As `alike`, but the name of a person is written as it is."""
    return one == other or (other not in people and one not in people and alike(one, other))


def _spells(one: Name, claim: Claim) -> bool:
    """`SEC` for the Securities and Exchange Commission, `GDP` for gross domestic product, and the other way round."""
    if one.text.isupper():
        return any(_begin_with(one.words[0], paragraph) for paragraph in claim.cited)
    short = [name for name in claim.cited_names if name.text.isupper() and len(name.text) > 2]
    return any(one.at in at for name in short for at in _spelled(name.words[0], claim.text))


def _begin_with(letters: str, text: Text) -> bool:
    return len(letters) > 1 and bool(_spelled(letters, text))


def _spelled(letters: str, text: Text) -> list[range]:
    """Where words that begin with these letters stand one after the other, small words between them passed over."""
    found = []
    for start, first in enumerate(text.folded):
        if first[0] != letters[0]:
            continue
        at, left = start, letters
        while left and at < len(text.folded) and (text.folded[at][0] == left[0] or text.folded[at] in COMMON):
            left = left[1:] if text.folded[at][0] == left[0] else left
            at += 1
        if not left:
            found.append(range(start, at))
    return found


def _is_shortened(one: Name, claim: Claim) -> bool:
    """`Indiana` for `Ind.`"""
    return any(
        word.after == "." and word.capital and len(word.folded) > 2 and one.words[0].startswith(word.folded)
        for paragraph in claim.cited
        for word in paragraph.words
    )


def _same(one: Name, other: Name) -> bool:
    return one.key == other.key or (not one.country and not other.country and alike(one.words[0], other.words[0]))


def _how_sure(one: Name, placed: Name | None, claim: Claim) -> Severity | None:
    """An error where the article has no such name or another one in its place; else a doubt, or nothing.

    A paragraph may speak of somebody of whom the article speaks elsewhere, and of a country by its towns.
    """
    plainly = all(stem(word) in claim.article.weights for word in one.words)  # Parliament, for a parliament
    if not (plainly or claim.article.naming(one) or claim.article.frame.issuperset(one.words)):
        return "warning" if one.country and not _taken_for(one, claim) else "error"
    if _is_in_the_frame(one, claim) or _is_all_over(one, claim):
        return "warning" if placed or _has_a_rival(one, claim) else None
    return "error" if placed else "warning"


def _is_in_the_frame(one: Name, claim: Claim) -> bool:
    """Whether it stands in the standfirst or a title."""
    return 0 in claim.article.naming(one) or claim.article.frame.issuperset(one.words)


def _is_all_over(one: Name, claim: Claim) -> bool:
    return len(claim.article.naming(one)) >= _KNOWN_TO_ALL


def _has_a_rival(one: Name, claim: Claim) -> bool:
    """Whether the paragraphs speak of another of the main actors, and the article has no one in its titles."""
    if _is_in_the_frame(one, claim) or one.key in claim.article.surnames:
        return False
    by = set(folded(claim.speaker.name)) if claim.speaker else set()
    used = [name for name in claim.names if not by & set(name.words)]
    return any(
        _is_all_over(other, claim) and other.key not in claim.article.surnames
        for other in claim.cited_names
        if not any(_same(other, name) for name in used)
    )


def _in_its_place(one: Name, claim: Claim) -> Name | None:
    """Another name that stands beside a word beside which this one stands in the claim: `in Skarn` for `in Elm`."""
    mine = _beside(one, claim.text)
    for para in claim.paras:
        for other in claim.article.names[para]:
            used = any(_same(other, name) for name in claim.names)
            if not used and mine & _beside(other, claim.article.paragraphs[para]):
                return other
    return None


def _beside(one: Name, text: Text) -> set[tuple[str, str]]:
    """What tells the place of a name: the word before it without `the`, any that tells where, or the one after it."""
    words = text.words
    ahead = [word for word in words[max(0, one.at - 2) : one.at] if word.folded != "the"][-1:]
    found = {("before", "in" if word.folded in _WHERE else word.stem) for word in ahead if word.folded not in _JOINING}
    return found | {("after", word.stem) for word in words[one.end : one.end + 1] if word.content and not word.capital}


def _taken_for(one: Name, claim: Claim) -> Name | None:
    """A name of the same kind that stands there and not in the claim: it may have been taken for this one."""
    for other in claim.cited_names:
        unused = not any(_same(other, used) for used in claim.names)
        if other.country == one.country and unused and other.key not in claim.article.surnames:
            return other
    return None


def _stands_alone(pair: tuple[str, str], claim: Claim) -> bool:
    """Whether the second word stands in the cited paragraphs without the first: `Great Elm` for `Little Elm`."""
    near = [both for paragraph in (*claim.cited, *claim.article.paragraphs[:1]) for both in beside(paragraph)]
    if any(alike(pair[0], one) and alike(pair[1], two) for one, two in near):
        return False
    return any(alike(pair[1], name.words[0]) for name in claim.cited_names)


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
