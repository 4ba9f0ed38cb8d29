"""Who speaks in each sentence of an article, as far as its wording shows."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

from bot.content.grounding.lexicon import COMMON, SPEECH, listed
from bot.content.grounding.words import Text, Word, folded, stem
from bot.content.model import Person

SPEAKING = frozenset(map(stem, SPEECH))
"""The stems of words of speech."""

_PRONOUNS = listed("he she they it i we")
_HIS = listed("his her")
_VIEWS = listed("view opinion words estimate estimation account judgement judgment")
_IT = frozenset(("it",))
_NEAR_ITS_BEGINNING = 3
"""Words before `it` in a sentence at most, where `it` is named in one before."""
_SHE = listed("he she")
_BODIES = listed("""
    company firm group party bank ministry union court agency authority government council institute commission
    department team university board office association
""")
"""What may be called so after its name: `the company warned`."""
_BEING = listed("is are was were be been being")
_LOOSE = listed("unnamed officials analysts the of at in and a two three several")
_AFTER_A_NAME = listed("who which of at from for")
_THEM = listed("me us him her them")
_WHERE = listed("in at of from for on")
_REACH_OF_ONE, _REACH_OF_MANY, _REACH_BACK = 5, 4, 3
"""Words between a word of speech and the name after it, or before it, that may still be its subject."""
_WORDS_OF_A_NAME = 8
"""Words of a long name that are looked at, since half of them are enough in any choice."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who a sentence is attributed to: ids of people, none where the outlet itself narrates.

    `carried` where the speaker was named in another paragraph; `quoted` where most of it stands in quotation marks.
    """

    people: frozenset[str] = frozenset()
    carried: bool = False
    quoted: bool = False


@dataclass(frozen=True)
class Keys:
    """For each person's id, the groups of stems of which one must stand in a sentence that names them."""

    ways: Mapping[str, tuple[tuple[str, ...], ...]]

    @cached_property
    def by_stem(self) -> Mapping[str, frozenset[str]]:
        """Who may be named by what ends in a stem, so that a sentence is not compared with all people."""
        found: dict[str, set[str]] = {}
        for one, its in self.ways.items():
            for way in its:
                found.setdefault(way[-1], set()).add(one)
        return {last: frozenset(ones) for last, ones in found.items()}


def keys(people: Sequence[Person]) -> Keys:
    """How each person may be named: by the last word of a name, by an alias, by the words of a group."""
    return Keys({person.id: tuple(dict.fromkeys(_ways(person))) for person in people})


def named(sentence: Text, known: Keys) -> frozenset[str]:
    """Who is named in a sentence; where two are of one family, a first name says which is meant."""
    stems, maybe = sentence.stems, frozenset[str]().union(*(known.by_stem.get(one, ()) for one in sentence.stems))
    ways = {one: here for one in maybe if (here := [way for way in known.ways[one] if stems.issuperset(way)])}
    longest: dict[str, int] = {}
    for way in (way for its in ways.values() for way in its):
        longest[way[-1]] = max(longest.get(way[-1], 0), len(way))
    return frozenset(one for one, its in ways.items() if max(map(len, its)) >= longest[its[0][-1]])


def voices(paragraphs: Sequence[Text], known: Keys, people: Sequence[Person]) -> tuple[tuple[Voice, ...], ...]:
    """The voice of each sentence of each paragraph, the running quotations too."""
    ones = frozenset(person.id for person in people if person.kind == "person")
    outlets = frozenset(person.id for person in people if person.kind == "outlet")
    last: frozenset[str] = frozenset()
    found = []
    for paragraph in paragraphs:
        here = _heard(paragraph, known, ones, outlets, last)
        last = next((voice.people for voice in reversed(here) if voice.people), last)
        named_here = named(paragraph, known) & ones
        if len(named_here) == 1 and not any(voice.people for voice in here):
            last = named_here
        found.append(here)
    return tuple(found)


def _heard(
    paragraph: Text, known: Keys, ones: frozenset[str], outlets: frozenset[str], last: frozenset[str]
) -> tuple[Voice, ...]:
    """The voices of one paragraph; `last` spoke before it, and may go on in it."""
    sentences = paragraph.sentences
    said = [frozenset() if _she_said(one) else _speakers(one, known, ones) - outlets for one in sentences]
    following = _following(said)
    before = one_before = met = met_any = frozenset[str]()
    here: list[Voice] = []
    for at, sentence in enumerate(sentences):
        met = (named(sentence, known) & ones) or met
        met_any = (named(sentence, known) - outlets) or met_any
        quoted = sum(word.quoted for word in sentence.words) * 2 > len(sentence.words)
        if said[at]:
            here.append(Voice(said[at], quoted=quoted))
        elif quoted or _pronoun_speaks(sentence) or _body_speaks(sentence):
            she = _pronoun_speaks(sentence, _SHE)
            who = one_before or met or met_any if she else before or following[at] or met
            who, far = who or last, not who
            it = _pronoun_speaks(sentence, _IT) or _body_speaks(sentence)
            if not quoted and it and not _pronoun_speaks(sentence, _PRONOUNS - _IT):
                who = (who - ones) or (met_any - ones)  # it finds: no person
            here.append(Voice(who, carried=far and bool(who), quoted=quoted))
        else:
            here.append(Voice())
        last = here[-1].people or last
        before, one_before = said[at] or before, (said[at] & ones) or one_before
    return tuple(here)


def _following(said: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """For each sentence, who speaks next after it."""
    found: list[frozenset[str]] = []
    after: frozenset[str] = frozenset()
    for one in reversed(said):
        found.append(after)
        after = one or after
    return found[::-1]


def _speakers(sentence: Text, known: Keys, ones: Collection[str]) -> frozenset[str]:
    """Who is named beside a word of speech, outside quotations: `X, who …, says`, `says X`, `according to X`."""
    plain = Text(tuple(word for word in sentence.words if not word.quoted))
    verbs = [at for at, word in enumerate(plain.words) if word.stem in SPEAKING and not _passive(plain.words, at)]
    if not verbs:
        return frozenset()
    far: dict[str, int] = {}
    for one in named(plain, known):
        way = max((way for way in known.ways[one] if plain.stems.issuperset(way)), key=len)
        steps = [
            step
            for place, word in enumerate(plain.words)
            if word.stem == way[-1] and not word.possessive and (one in ones or not _owned(plain.words, place))
            for step in _steps(plain.words, verbs, place, one in ones)
        ]
        if steps:
            far[one] = min(steps, key=lambda step: (step > 0, abs(step)))
    # X, who teaches law, believes the company …: who stands before the word of speech speaks.
    before = {one: -steps for one, steps in far.items() if steps < 0}
    near = before or far
    # Petrosian of the institute said: not the institute.
    near = {one: steps for one, steps in near.items() if one in ones} or near
    return frozenset(one for one, steps in near.items() if steps <= min(near.values()) + 1)


def _passive(words: Sequence[Word], verb: int) -> bool:
    """`is expected to` says nothing of who expects, nor `due to report` of who reports; who called her, rang."""
    if words[verb].folded == "called" and verb + 1 < len(words) and words[verb + 1].folded in _THEM:
        return True
    return verb > 0 and (words[verb - 1].folded in _BEING or words[verb - 1].folded == "to")


def _owned(words: Sequence[Word], place: int) -> bool:
    """`the leader of the council` is not the council."""
    return any(word.folded == "of" for word in words[max(0, place - 3) : place])


def _steps(words: Sequence[Word], verbs: Sequence[int], place: int, is_one: bool) -> Iterator[int]:
    """Steps from a name to the words of speech whose subject it may be: those close before it, and the next after."""
    reach = _REACH_OF_ONE if is_one else _REACH_OF_MANY
    after = bisect_left(verbs, place)
    for verb in verbs[bisect_left(verbs, place - reach) : after]:
        addressed = words[verb].folded in ("told", "tell", "tells") and place - verb <= 2
        she_said = verb and words[verb - 1].folded in _PRONOUNS  # she said the hospital …
        if not addressed and not she_said:
            yield place - verb
    if after == len(verbs):
        return
    verb, beside = verbs[after], words[place + 1 : place + 2]
    who = beside and (any(mark in beside[0].before for mark in ",()") or beside[0].folded in _AFTER_A_NAME)
    if verb - place <= _REACH_BACK or who:  # X, who …, says
        yield place - verb


def _pronoun_speaks(sentence: Text, pronouns: Collection[str] = _PRONOUNS) -> bool:
    """`she said`, `said he`, `her models show`, outside quotations."""
    plain = [word for word in sentence.words if not word.quoted]
    if any(word.folded in _HIS for word in plain[:2]):
        return True
    if any(one.folded in _HIS and two.folded in _VIEWS for one, two in pairwise(plain)):
        return True
    return any(
        (one.folded in pronouns and two.stem in SPEAKING) or (two.folded in pronouns and one.stem in SPEAKING)
        for at, (one, two) in enumerate(pairwise(plain))
        if at < _NEAR_ITS_BEGINNING or "it" not in (one.folded, two.folded)
    )


def _body_speaks(sentence: Text) -> bool:
    """`The company warned`, outside quotations."""
    plain = [word for word in sentence.words if not word.quoted]
    return any(
        the.folded == "the" and body.folded in _BODIES and verb.stem in SPEAKING
        for the, body, verb in zip(plain, plain[1:], plain[2:], strict=False)
    )


def _she_said(sentence: Text) -> bool:
    """Whether the first word of speech is hers: `She argued that the company had promised`, `one of them said`."""
    plain = [word for word in sentence.words if not word.quoted]
    first = next((before for before, word in pairwise(plain) if word.stem in SPEAKING), None)
    return first is not None and first.folded in _SHE | _THEM


def _ways(person: Person) -> Iterator[tuple[str, ...]]:
    for name in (person.name, *person.aka):
        words = [word for word in folded(name) if word not in COMMON]
        if person.kind == "person" and words:
            yield (stem(words[-1]),)
            if len(words) > 1:
                yield stem(words[0]), stem(words[-1])
            continue
        strong = [stem(word) for word in words if word not in _LOOSE] or [stem(word) for word in words]
        if strong:
            # Half of a long name is enough: "the ministry in Qalun" for "the health ministry in Qalun".
            half = 2 if len(strong) == 2 else (min(len(strong), _WORDS_OF_A_NAME) + 1) // 2
            yield from combinations(strong[:_WORDS_OF_A_NAME], half)
        if person.kind == "group" and words:
            yield (stem(_head(name, words)),)


def _head(name: str, words: Sequence[str]) -> str:
    """`staff` of `Hospital staff in Sarn`: the word before what tells where."""
    every = folded(name)
    cut = next((at for at, word in enumerate(every) if at and word in _WHERE), len(every))
    return every[cut - 1] if every[cut - 1] in words else words[-1]
