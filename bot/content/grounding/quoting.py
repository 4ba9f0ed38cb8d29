"""Rules for the words of the source: quoted ones and hedges stand in the cited paragraphs, others are no copy."""

from collections.abc import Iterator

from bot.content.grounding.claim import Claim, Finding
from bot.content.grounding.lexicon import COMMON, MONTHS
from bot.content.grounding.likeness import NEARLY_COPIED
from bot.content.grounding.words import Text, folded

COPIED = 8
"""Words in a row outside quotation marks that are a copy; see NEARLY_COPIED for what is close to one."""


def quotes(claim: Claim) -> Iterator[Finding]:
    """Quoted words stand there, whether listed or in quotation marks."""
    listed = {folded(one): one for one in claim.quotes}
    for words, quote in listed.items():
        if not _stands(words, claim):
            yield _not_said(quote, "quotes", claim)
    for words in _in_marks(claim.text):
        if words not in listed and not _stands(words, claim):
            yield _not_said(" ".join(words), "text", claim)


def hedge(claim: Claim) -> Iterator[Finding]:
    """The hedge stands there."""
    if claim.hedge and not _stands(folded(claim.hedge), claim):
        said = f"the hedge “{claim.hedge}” does not stand in {claim.where}"
        yield Finding("hedge", "hedge", said, "repeat the hedging words of the source, or leave the hedge out")


def copied(claim: Claim) -> Iterator[Finding]:
    """No sentence of the article stands in a claim."""
    run = claim.article.runs.longest(claim.text, [folded(one) for one in claim.quotes])
    if len(run) >= COPIED or (len(run) >= NEARLY_COPIED and _says_something(run)):
        said = f"{len(run)} words in a row stand in the article: “{' '.join(run)}”"
        yield Finding("copied", "text", said, "say it in other words", "error" if len(run) >= COPIED else "warning")


def _says_something(run: tuple[str, ...]) -> bool:
    """Not so `on 30 November at 6 a.m.`, for which nobody has other words."""
    return sum(word not in COMMON and word not in MONTHS and word.isalpha() and len(word) > 1 for word in run) > 1


def _in_marks(text: Text) -> list[tuple[str, ...]]:
    """The folded words between each two quotation marks."""
    pieces: list[list[str]] = []
    before = False
    for word in text.words:
        if word.quoted:
            if not before or '"' in word.before:
                pieces.append([])
            pieces[-1].append(word.folded)
        before = word.quoted
    return [tuple(piece) for piece in pieces]


def _stands(words: tuple[str, ...], claim: Claim) -> bool:
    return any(paragraph.has(words) for paragraph in claim.cited)


def _not_said(quote: str, key: str, claim: Claim) -> Finding:
    mend = "quote the very words of the source, or paraphrase without quotation marks"
    return Finding("quote", key, f"“{quote}” is not said so in {claim.where}", mend)
