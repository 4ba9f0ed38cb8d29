"""Rules for the speaker of a claim: who speaks in the cited paragraphs, and whether the claim is theirs there."""

from collections.abc import Collection, Iterator

from bot.content.grounding.amounts import amounts, lone_units
from bot.content.grounding.claim import Claim, Finding
from bot.content.grounding.lexicon import COMMON, listed
from bot.content.grounding.voices import SPEAKING, Voice, named
from bot.content.grounding.words import Text, folded
from bot.content.model import Person
from bot.content.problems import Severity

_ENOUGH = 0.3
"""The share of a claim in its nearest sentence from which that sentence is taken for what it was read in."""
_FAR_LESS = 0.4
"""The part of that share below which the speaker's own sentences are of something else."""
_TAG = 6
"""Words of a clause such as `she said on Monday` at most, which belongs to what stands before it too."""
_GO_ON = listed("he she his her they their it")
_ANSWERING = listed("""
    accept accepts accepted deny denies denied dismiss dismisses dismissed reject rejects
    rejected no nothing not evidence
""")
_WRITTEN = listed("report study paper statement letter note survey ruling filing document")
_TELLS_MORE = (("which",), ("who",), ("whose",), ("where",))
"""What a clause begins with in which the outlet tells who or what was named."""
_NAME_IT = "name who says it there"


def speaker(claim: Claim) -> Iterator[Finding]:
    """The speaker is named there, and what the claim is about is theirs; an outlet speaks where nobody else does."""
    person = claim.speaker
    if person is None:
        return
    if person.kind == "outlet":
        yield from _outlet(claim, person)
    elif person.id not in _heard(claim):
        mend = "name who says it there, or cite the paragraph that names the speaker as well"
        yield _wrong(f"{person.name} does not speak in {claim.where}", mend)
    elif (voice := _voice(claim)) and not _is_borne_out(claim):
        yield from _another(claim, person, voice)


def _another(claim: Claim, person: Person, voice: Voice) -> Iterator[Finding]:
    """Somebody else, or nobody, whose words the claim repeats."""
    if (others := _borne_out_by(claim)) and not (_is_named_beside(claim) or _answers(claim)):
        said = f"{claim.there('gives', 'give')} what is counted or quoted here to {_told(claim, others)}"
        yield _wrong(said, severity="warning")
    elif not voice.people and not voice.quoted and _speaks_elsewhere(claim):
        said = f"{claim.there('names', 'name')} nobody for this; {person.name} speaks of something else there"
        yield _wrong(said, "name the outlet, unless the speaker says this as well", "warning")
    elif voice.people and person.id not in voice.people and not _answers(claim):
        said = f"{claim.there('gives', 'give')} this to {_told(claim, voice.people)}"
        sure = voice.quoted and not voice.carried and not _speaks(claim)
        yield _wrong(said, severity="error" if sure else "warning")


def _outlet(claim: Claim, outlet: Person) -> Iterator[Finding]:
    """An outlet speaks in its own publication, or is named; what others say there is not its own."""
    own = set(folded(" ".join((outlet.name, *outlet.aka)))) - COMMON
    its = claim.article.outlet
    if own and its and not own & its and not own <= claim.words:
        yield _wrong(f"{outlet.name} did not publish this", "name the outlet that published it")
    voice = _voice(claim)
    if voice and voice.people and outlet.id not in voice.people and voice.quoted and _is_near(claim):
        yield _wrong(f"{claim.there('gives', 'give')} this to {_told(claim, voice.people)}")


def _wrong(said: str, mend: str = _NAME_IT, severity: Severity = "error") -> Finding:
    return Finding("speaker", "claimed_by", said, mend, severity)


def _told(claim: Claim, ids: Collection[str]) -> str:
    return ", ".join(one.name for one in claim.article.people if one.id in ids)


def _heard(claim: Claim) -> frozenset[str]:
    """Who is named in the cited paragraphs, or whose quotation runs into them."""
    article = claim.article
    here = {one for para in claim.paras for one in article.named[para]}
    carried = {one for para in claim.paras for voice in article.voices[para] if voice.carried for one in voice.people}
    return frozenset(here | carried)


def _voice(claim: Claim) -> Voice | None:
    """Whose words the nearest sentence is, as far as that clause of it goes that the claim is about."""
    if claim.nearest is None:
        return None
    para, at, sentence = claim.nearest
    voice = claim.article.voices[para][at]
    outlet = claim.speaker is not None and claim.speaker.kind == "outlet"
    if not outlet and claim.item.claimed_by in named(sentence, claim.article.keys):
        return None  # whatever else is said of whom: the speaker stands there
    if not voice.people or voice.quoted or voice.carried:
        return voice
    speaking = [number for number, clause in enumerate(sentence.clauses) if clause.stems & SPEAKING]
    tagged = any(len(sentence.clauses[number].words) <= _TAG for number in speaking)
    mine = claim.shares.index(max(claim.shares))
    if speaking and mine < speaking[0] and not tagged:
        return Voice()
    if outlet and speaking and mine > speaking[-1] and sentence.clauses[mine].folded[:1] in _TELLS_MORE:
        return Voice()
    return voice


def _is_borne_out(claim: Claim) -> bool:
    """Whether a number or a quotation of the claim stands in a sentence of the speaker's."""
    return any(claim.item.claimed_by in voice.people for voice in _holding(claim))


def _borne_out_by(claim: Claim) -> frozenset[str]:
    """Who says all the sentences that hold the numbers and quotations of the claim; nobody, where one is narrated."""
    found = [voice.people for voice in _holding(claim)]
    return frozenset[str]().union(*found) if all(found) else frozenset()


def _is_named_beside(claim: Claim) -> bool:
    """Whether the speaker is named in a sentence that holds a number or a quotation of the claim."""
    return any(claim.item.claimed_by in named(sentence, claim.article.keys) for sentence, _ in _holders(claim))


def _holding(claim: Claim) -> list[Voice]:
    return [voice for _, voice in _holders(claim)]


def _holders(claim: Claim) -> list[tuple[Text, Voice]]:
    """The cited sentences that hold a number, a lone span of time or quoted words of the claim, with their voices."""
    mine = {one.value for one in claim.amounts if one.value is not None and one.bare != 1}
    lone = {unit for unit, _ in lone_units(claim.text)}
    quotes = [folded(one) for one in claim.quotes]
    return [
        (sentence, voice)
        for para in claim.paras
        for sentence, voice in zip(claim.article.paragraphs[para].sentences, claim.article.voices[para], strict=True)
        if mine & {one.value for one in amounts(sentence)}
        or lone & {unit for unit, _ in lone_units(sentence)}
        or any(sentence.has(one) for one in quotes)
    ]


def _speaks_elsewhere(claim: Claim) -> bool:
    """Whether the speaker speaks in another sentence of the paragraph, which shares far less with the claim."""
    if claim.nearest is None or len(claim.paras) > 1:
        return False
    para, at, sentence = claim.nearest
    if sentence.folded[0] in _GO_ON or (sentence.folded[0] == "the" and set(sentence.folded[1:2]) & _WRITTEN):
        return False
    voices = claim.article.voices[para]
    own = [
        claim.shared(one)
        for number, one in enumerate(claim.article.paragraphs[para].sentences)
        if number != at and claim.item.claimed_by in voices[number].people
    ]
    here = claim.shared(sentence)
    return bool(own) and here >= _ENOUGH and max(own) < here * _FAR_LESS


def _speaks(claim: Claim) -> bool:
    """Whether the speaker says something in the same paragraphs."""
    return any(claim.item.claimed_by in voice.people for para in claim.paras for voice in claim.article.voices[para])


def _answers(claim: Claim) -> bool:
    """Whether the claim accepts or denies what somebody else says there, and its speaker speaks as well."""
    return bool(_ANSWERING & set(claim.text.folded)) and _speaks(claim)


def _is_near(claim: Claim) -> bool:
    return claim.nearest is not None and claim.shared(claim.nearest[2]) > _ENOUGH
