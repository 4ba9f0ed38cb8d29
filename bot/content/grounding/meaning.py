"""Rules for what can be guessed of a claim's meaning: how sure, of what time, yes or no, and a better paragraph."""

from collections.abc import Iterator

from bot.content.grounding.certainty import (
    CHANCES,
    EQUALS,
    OPINION,
    PLANNED,
    TO_COME,
    Cue,
    cues,
    denied,
    hedges,
    is_opinion,
    looks_ahead,
    opposite,
    says_no,
)
from bot.content.grounding.claim import Claim, Finding
from bot.content.grounding.lexicon import (
    ALLEGED,
    AS_GOOD_AS_POSSIBLE,
    CERTAIN,
    HEDGES,
    LIKELY,
    POSSIBLE,
    REPORTS_A_PLAN,
    SEEMING,
    UNLIKELY,
    listed,
)
from bot.content.grounding.words import read
from bot.content.model import Figure, Snippet, Status

_LITTLE = 0.12
"""The share of a claim in its paragraphs below which nearly nothing of it stands there."""
_AS_SURE = "say how sure the source is in words of the same strength"
_DOUBTS = frozenset((POSSIBLE, LIKELY, UNLIKELY, ALLEGED, SEEMING))
_TELLS_A_DOUBT = (Status.UNCONFIRMED, Status.DISPUTED)
_CHANCES = frozenset(kind for kind, _, _ in CHANCES)
_CHANCE = listed("chance chances odds probability likelihood risk likely")
_SURE_OF = listed("is are rules")
"""What begins words for what somebody may tell without a word for it, who has no doubt: `is sure`, `rules out`."""
_ALSO_OTHERWISE = listed("prove proves proved guarantee guarantees guaranteed known clearly")
"""Words that are of certainty only where the source has a doubt."""
_POLLS = listed("poll polls survey surveys respondents")
_LOOK = "look whether it says the contrary of the source"


def certainty(claim: Claim) -> Iterator[Finding]:
    """A claim is as sure as its source."""
    if not isinstance(claim.item, Snippet):
        return
    there = {kind for paragraph in claim.cited for kind, _ in hedges(paragraph)}
    doubted = bool(there & (_DOUBTS | _CHANCES))
    if AS_GOOD_AS_POSSIBLE & claim.words:
        there.add(POSSIBLE)
    there |= _chances(claim)
    for kind, phrase in hedges(claim.text, quoted=False):
        if kind not in there and (doubted or phrase[0] not in _SURE_OF):
            said = f"{claim.there('has', 'have')} no equal of “{' '.join(phrase)}”"
            sure = kind == CERTAIN and (doubted or phrase[0] not in _ALSO_OTHERWISE)
            yield Finding("hedge", "text", said, _AS_SURE, "error" if sure else "warning")
    likelihood = claim.item.likelihood
    if likelihood and not EQUALS[likelihood] & there:
        said = f"{claim.there('has', 'have')} no equal of “{likelihood.value}”"
        yield Finding("hedge", "likelihood", said, "set a likelihood only where the speaker used an equal of it")


def _chances(claim: Claim) -> set[str]:
    """How likely the percentages are that the paragraphs give as a chance."""
    if not claim.words & _CHANCE:
        return set()
    shares = [one.value for one in claim.cited_amounts if one.value is not None and 0 < one.value < 1]
    return {kind for kind, low, high in CHANCES for share in shares if low <= share <= high}


def unhedged(claim: Claim) -> Iterator[Finding]:
    """A doubt of the source reaches a reader: every answer shows status and likelihood, only /cite the hedge."""
    shown = claim.item.status in _TELLS_A_DOUBT or (isinstance(claim.item, Snippet) and claim.item.likelihood)
    if isinstance(claim.item, Figure) or shown or hedges(claim.text) or is_opinion(claim.text):
        return
    doubts = (" ".join(cue.phrase) for cue in _concerning(claim) if cue.kind in _DOUBTS)
    if dropped := next(doubts, ""):
        said = f"{claim.there('says', 'say')} “{dropped}”, and the claim does not"
        yield Finding("hedge", "text", said, _AS_SURE, "warning")


def status(claim: Claim) -> Iterator[Finding]:
    """What is to come, an opinion or a doubt is not reported as a fact."""
    item = claim.item
    if item.status not in (Status.REPORTED, Status.BACKGROUND):
        return
    by_its_keys = _by_its_keys(claim)
    if reason := by_its_keys or _by_its_source(claim):
        said = f"{reason}, so it is not “{item.status.value}”"
        sure = by_its_keys and not by_its_keys.startswith("the hedge")
        mend = "set forecast, assessed or unconfirmed, as the source has it"
        yield Finding("status", "status", said, mend, "error" if sure else "warning")


def polarity(claim: Claim) -> Iterator[Finding]:
    """A claim does not say the contrary of its source."""
    if claim.nearest is None:
        return
    sentence = claim.nearest[2]
    if found := opposite(claim.text, claim.core):
        said = f"the claim says “{found[0]}” where {claim.there('says', 'say')} “{found[1]}”"
        yield Finding("polarity", "text", said, _LOOK, "warning")
    elif denied(sentence) & claim.text.stems and not says_no(claim.text):
        said = f"{claim.there('says', 'say')} no where the claim does not"
        yield Finding("polarity", "text", said, _LOOK, "warning")
    elif denied(claim.text) & claim.core.stems and not says_no(sentence):
        said = f"the claim says no where {claim.there('does', 'do')} not"
        yield Finding("polarity", "text", said, _LOOK, "warning")


def paragraph(claim: Claim) -> Iterator[Finding]:
    """No other paragraph fits far better."""
    if claim.better is not None:
        said = f"¶{claim.better} fits this better than {claim.where}"
        yield Finding("paragraph", "para", said, f"look at ¶{claim.better}", "warning")


def overlap(claim: Claim) -> Iterator[Finding]:
    """Something of a claim stands in its paragraphs, or else in another one."""
    if claim.about and claim.share < _LITTLE and claim.better is None:
        said = f"hardly a word of this stands in {claim.where}"
        yield Finding("overlap", "text", said, "look at the paragraph again", "warning")


def _by_its_keys(claim: Claim) -> str:
    """Why a claim is no report, by what its own keys say."""
    item = claim.item
    if not isinstance(item, Snippet):
        return ""
    if item.horizon:
        return "the claim has a horizon"
    if item.likelihood:
        return "the claim has a likelihood"
    doubts = {kind for kind, _ in hedges(read(claim.hedge))} - {CERTAIN, ALLEGED}
    if doubts or looks_ahead(read(claim.hedge)):
        return f"the hedge is “{claim.hedge}”"
    return ""


def _by_its_source(claim: Claim) -> str:
    """Why a claim is no report, by the words of what it was read in."""
    if claim.nearest is None or isinstance(claim.item, Figure) or _POLLS & set(claim.text.folded):
        return ""  # what the people who were asked think is counted
    kinds = {cue.kind for cue in _concerning(claim)}
    ours = {cue.kind for cue in cues(claim.text) if not (cue.quoted and cue.kind == OPINION)}
    a_plan = PLANNED in ours or REPORTS_A_PLAN & set(claim.text.folded)
    if not a_plan and (TO_COME in kinds or (PLANNED in kinds and TO_COME not in ours)):
        return f"{claim.there('speaks', 'speak')} of what is to come"
    doubted = hedges(claim.text) or hedges(read(claim.hedge))  # a claim may report a doubt, if it has one
    if kinds & set(HEDGES) - {CERTAIN} and not doubted:
        return f"{claim.there('is', 'are')} not sure of it"
    if OPINION in kinds or (OPINION in ours and any(is_opinion(paragraph) for paragraph in claim.cited)):
        return f"{claim.there('gives', 'give')} an opinion"
    return ""


def _concerning(claim: Claim) -> Iterator[Cue]:
    """What the source says of how sure it is, and of what time, where it says so of what is claimed.

    Not where it is said of something else in the same sentence, nor where the claim quotes the word.
    """
    about, ahead = frozenset(claim.about), looks_ahead(claim.text)
    shown = {word.folded for word in claim.text.words if word.quoted}
    for cue in (cue for clause in claim.clauses for cue in cues(clause)):
        same = ahead and cue.kind in (TO_COME, PLANNED)
        if (same or not cue.of or cue.of & about) and not shown.issuperset(cue.phrase):
            yield cue
