"""Comparing one snippet or figure with the paragraphs it cites, rule by rule."""

from collections.abc import Callable, Iterator, Sequence

from bot.content.grounding import meaning, naming, numbers, quoting, speaking, times
from bot.content.grounding.article import Article
from bot.content.grounding.claim import Claim, Finding
from bot.content.model import EDITOR, Figure, Snippet, Status

RULES: tuple[Callable[[Claim], Iterator[Finding]], ...] = (
    numbers.numbers,
    numbers.swapped,
    numbers.spans,
    times.units,
    times.frequencies,
    times.lone_spans,
    times.dates,
    naming.named,
    naming.pairs,
    naming.sides,
    naming.owners,
    naming.adversaries,
    quoting.quotes,
    quoting.hedge,
    quoting.copied,
    speaking.speaker,
    meaning.certainty,
    meaning.unhedged,
    meaning.status,
    meaning.polarity,
    meaning.paragraph,
    meaning.overlap,
)
"""All rules, in the order in which an editor reads what they find."""


def check(item: Snippet | Figure, article: Article, paras: Sequence[int]) -> tuple[Finding, ...]:
    """All that the cited paragraphs do not bear out, errors first; nothing for what the editors say themselves.

    A paragraph that the article does not have is an error, and the others are looked at as if it were not cited.
    """
    if item.claimed_by == EDITOR or item.status == Status.NOTE:
        return ()
    cited = dict.fromkeys(paras)
    claim = Claim(item, article, tuple(para for para in cited if 0 <= para < len(article.paragraphs)))
    found = list(_absent([para for para in cited if para not in claim.paras], article))
    if claim.paras:
        found += [finding for rule in RULES for finding in rule(claim)]
    elif not cited:
        found.append(Finding("paragraph", "para", "no paragraph of this article is cited", "say where it was read"))
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.severity))


def _absent(paras: Sequence[int], article: Article) -> Iterator[Finding]:
    last = len(article.paragraphs) - 1
    for para in paras:
        said = f"the article has no ¶{para}" + (f"; its last is ¶{last}" if last >= 0 else "")
        yield Finding("paragraph", "para", said, "cite the paragraph that it was read in")
