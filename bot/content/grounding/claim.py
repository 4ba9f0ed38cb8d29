"""One claim beside the paragraphs it cites, and what may be found wrong with it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bot.content.grounding.amounts import Amount, amounts
from bot.content.grounding.article import Article
from bot.content.grounding.lexicon import COMMON, EMPTY
from bot.content.grounding.names import Name, names, nearly
from bot.content.grounding.words import Text, folded, read
from bot.content.model import Figure, Person, Snippet
from bot.content.problems import Severity

Rule = Literal[
    "number", "time", "name", "quote", "hedge", "speaker", "copied", "paragraph", "status", "polarity", "overlap"
]

_LENGTH = 0.0005
"""What each word takes from a sentence's likeness to a claim: of two that share the same, the shorter is nearer."""
_NEARLY_AS_MUCH = 0.6
"""The part of the best clause's share from which another clause is what the claim is about as well."""
_BETTER = 0.22
"""By how much another paragraph must fit better to be named."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in a claim that its paragraphs do not bear out; `key` is where it stands in the snippet."""

    rule: Rule
    key: str
    message: str
    mend: str
    severity: Severity = "error"


@dataclass(frozen=True)
class Claim:
    """A snippet or figure beside the article it cites; `paras` are the paragraphs that it cites and that are there."""

    item: Snippet | Figure
    article: Article
    paras: tuple[int, ...]

    @cached_property
    def text(self) -> Text:
        """What is claimed, in words; of a figure also what it counts."""
        if isinstance(self.item, Figure):
            return read(f"{self.item.label}. {self.item.text or ''}")
        return read(self.item.text)

    @cached_property
    def quotes(self) -> tuple[str, ...]:
        """What it lists as the speaker's own words; a figure lists none."""
        return self.item.quotes if isinstance(self.item, Snippet) else ()

    @cached_property
    def hedge(self) -> str:
        return (self.item.hedge or "") if isinstance(self.item, Snippet) else ""

    @cached_property
    def horizon(self) -> str:
        """When it is to come true, in words."""
        return self.item.horizon.text if isinstance(self.item, Snippet) and self.item.horizon else ""

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """The amounts of its text."""
        return amounts(self.text)

    @cached_property
    def cited(self) -> tuple[Text, ...]:
        return tuple(self.article.paragraphs[para] for para in self.paras)

    @cached_property
    def cited_amounts(self) -> tuple[Amount, ...]:
        return tuple(one for para in self.paras for one in self.article.amounts[para])

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names in its text; the word that opens it too, where it looks like a name that stands there."""
        known = self.article.known | self.article.frame
        return names(self.text, known | {self.text.folded[0]} if self._opens_with_a_name else known)

    @cached_property
    def _opens_with_a_name(self) -> bool:
        """Whether its first word stands nowhere in the article, and is nearly a name of these paragraphs."""
        first = next(iter(self.text.words), None)
        if first is None or first.folded in COMMON or first.stem in self.article.weights:
            return False
        speaker = folded(self.speaker.name) if self.speaker else ()
        return any(nearly(first.folded, one) for one in (*speaker, *(name.words[0] for name in self.cited_names)))

    @cached_property
    def cited_names(self) -> tuple[Name, ...]:
        return tuple(one for para in self.paras for one in self.article.names[para])

    @cached_property
    def words(self) -> frozenset[str]:
        """All folded words of the cited paragraphs."""
        return frozenset(word for paragraph in self.cited for word in paragraph.folded)

    @cached_property
    def stems(self) -> frozenset[str]:
        """All stems of the cited paragraphs."""
        return frozenset(stem for paragraph in self.cited for stem in paragraph.stems)

    @cached_property
    def where(self) -> str:
        """`¶4`, or `¶4 and ¶5`."""
        told = [f"¶{para}" for para in self.paras]
        return " and ".join((", ".join(told[:-1]), told[-1])) if len(told) > 1 else "".join(told)

    def there(self, one: str, many: str) -> str:
        """The paragraphs with the verb that fits: `¶4 gives`, or `¶4 and ¶5 give`."""
        return f"{self.where} {many if len(self.paras) > 1 else one}"

    @cached_property
    def speaker(self) -> Person | None:
        return self.article.by_id.get(self.item.claimed_by)

    @cached_property
    def about(self) -> tuple[str, ...]:
        """The stems of what is claimed, without the speaker's name and what tells that somebody speaks."""
        of_speaker = {stem for way in self.article.keys.ways.get(self.item.claimed_by, ()) for stem in way}
        return tuple(stem for stem in self.text.content if stem not in of_speaker)

    @cached_property
    def nearest(self) -> tuple[int, int, Text] | None:
        """The cited sentence that shares most with the claim: its paragraph, its place there, and itself."""
        found = [
            (self._closeness(sentence), -para, -at, sentence)
            for para in self.paras
            for at, sentence in enumerate(self.article.paragraphs[para].sentences)
        ]
        if not found:
            return None
        _, para, at, sentence = max(found, key=lambda one: one[:3])
        return -para, -at, sentence

    @cached_property
    def share(self) -> float:
        """How much of what is claimed stands in the cited paragraphs together."""
        return self.article.weights.share(self.about, self.stems)

    @cached_property
    def better(self) -> int | None:
        """The other paragraph that fits best, where it fits far better than the cited ones."""
        return self.article.weights.best(self.about, self.share + _BETTER, self.paras)

    def _closeness(self, sentence: Text) -> float:
        return self.shared(sentence) - _LENGTH * len(sentence.words)

    def shared(self, passage: Text) -> float:
        """How much of what is claimed stands in a passage, 0 to 1."""
        return self.article.weights.share(self.about, passage.stems)

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """How much of the claim each clause of the nearest sentence holds; nothing where there is no sentence."""
        if self.nearest is None:
            return ()
        mine = tuple(dict.fromkeys(word.stem for word in self.text.words if word.folded not in EMPTY))
        return tuple(self.article.weights.share(mine, clause.stems) for clause in self.nearest[2].clauses)

    @cached_property
    def clauses(self) -> tuple[Text, ...]:
        """The clauses of the nearest sentence that share most with the claim."""
        if self.nearest is None:
            return ()
        clauses, least = zip(self.nearest[2].clauses, self.shares, strict=True), max(self.shares) * _NEARLY_AS_MUCH
        return tuple(clause for clause, share in clauses if share >= least)

    @cached_property
    def core(self) -> Text:
        """The words of these clauses."""
        return Text(tuple(word for clause in self.clauses for word in clause.words))
