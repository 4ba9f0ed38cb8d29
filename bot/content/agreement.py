"""Whether what one claim says in several keys agrees: words and quotes, hedge and likelihood, embargo and expiry."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from itertools import islice, pairwise
from typing import Any

from bot.content.dates import PartialDate, read_date
from bot.content.mends_keys import stands_otherwise
from bot.content.mends_lines import in_flow, shown
from bot.content.model import Briefing, Likelihood
from bot.content.problems import Mark
from bot.content.suggest import closest
from bot.content.yaml_tree import Map, Seq, Tree, mark_of

_QUOTED = re.compile(r'"([^"]+)"|“([^”“]+)”|„([^“”„]+)[“”]')
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d\d0")
_EQUALS = {likelihood.value: likelihood for likelihood in Likelihood}


def check_snippet(tree: Tree, item: Map, first: Mapping[str, Map]) -> None:
    """Add a warning for each pair of keys of a snippet that do not agree; `first` is who had an id first.

    Most snippets have none of these keys, and each is looked at: what is looked at more closely is far below.
    """
    text, quotes = item.get("text"), item.get("quotes")
    if isinstance(text, str):
        if isinstance(quotes, Seq):
            _quotes(tree, text, quotes)
        elif quotes is None and ('"' in text or "“" in text or "„" in text):
            _unlisted(tree, item, text)
    if "likelihood" in item and "hedge" in item:
        _hedge(tree, item)
    if "expires" in item and "publish_at" in item:
        _never_shown(tree, item)
    if "see" in item:
        _itself(tree, item, first)


def check_figure(tree: Tree, item: Map) -> None:
    """Add a warning for a number that looks like thousands, and is read as units."""
    for key in ("value", "low", "high"):
        given = item.get(key)
        if isinstance(given, str) and _THOUSANDS.fullmatch(given):
            mend = f'write "{given.replace(".", "")}" if thousands are meant, else "{Decimal(given).normalize():f}"'
            message = f'"{given}" is read as {Decimal(given).normalize():f}'
            tree.add(mark_of(item.events[key][1]), message, "figure", mend, warning=True)


def reversed_ends(low: Any, high: Any) -> bool:
    """Whether a range begins above its end."""
    try:
        return Decimal(str(low)) > Decimal(str(high))
    except InvalidOperation:
        return False


def _quotes(tree: Tree, text: str, quotes: Seq) -> None:
    flat = " ".join(text.split())
    for at, quote in enumerate(quotes):
        if tree.sated:
            return
        if isinstance(quote, str) and quote not in flat:
            meant = _as_quoted(quote, flat)
            message = f'the quoted words "{quote}" are not in the text'
            mend = "write them as the text does" if meant else None
            example = in_flow(meant) if meant else None
            tree.add(mark_of(quotes.events[at]), message, "quote", mend, warning=True, example=example)
    for at, (one, other) in enumerate(islice(pairwise(quotes), 20)):
        if isinstance(one, str) and isinstance(other, str) and f"{one}, {other}" in flat:
            whole = next((quote for quote in _quoted(flat) if f"{one}, {other}" in quote), None)
            if whole is not None:
                mend = "inside [ ] a comma ends an item: quote the whole"
                message = "words that are quoted as one in the text are two items here"
                example = shown(f"quotes: [{in_flow(whole)}]")
                tree.add(mark_of(quotes.events[at]), message, "quote", mend, warning=True, example=example)


def _itself(tree: Tree, item: Map, first: Mapping[str, Map]) -> None:
    see, own = item["see"], item.get("id")
    if isinstance(see, Seq) and isinstance(own, str) and own in see and first.get(own) is item:
        tree.add(mark_of(see.events[see.index(own)]), f'"{own}" names itself', "reference", "delete it", warning=True)


def _as_quoted(quote: str, text: str) -> str | None:
    """The same words in other letters, or the words in quotation marks that are most like them."""
    found = re.search(re.escape(quote), text, re.IGNORECASE)
    return found.group() if found else closest(quote, _quoted(text))


def _quoted(text: str) -> list[str]:
    """What stands in quotation marks."""
    return ["".join(found.groups("")).strip() for found in _QUOTED.finditer(text)]


def _unlisted(tree: Tree, item: Map, text: str) -> None:
    # A single word may be a name, or one that the editor keeps at a distance.
    found = [quote for quote in _quoted(" ".join(text.split())) if " " in quote]
    if found and not stands_otherwise(Briefing, ("snippets",), item, "quotes"):
        mark = mark_of(item.events["text"][1])
        example = shown(f"quotes: [{', '.join(map(in_flow, found))}]")
        mend = 'list them under "quotes"'
        message = "the text holds quoted words that are not listed"
        tree.add(Mark(mark.line, mark.column), message, "quote", mend, warning=True, example=example)


def _hedge(tree: Tree, item: Map) -> None:
    hedge, likelihood = item["hedge"], item["likelihood"]
    meant = _EQUALS.get("-".join(hedge.lower().split())) if isinstance(hedge, str) else None
    if meant and likelihood in _EQUALS and likelihood != meant:
        mark = mark_of(item.events["likelihood"][1])
        mend = f'write "likelihood: {meant}", or mend the hedge'
        tree.add(mark, f'"{likelihood}" is not what the hedge says', "value", mend, warning=True)


def _never_shown(tree: Tree, item: Map) -> None:
    begin, end = _day(item["publish_at"]), _day(item["expires"])
    if begin and end and _order(end) < _order(begin):
        mend = f'write a date after "{item["publish_at"]}"'
        mark = mark_of(item.events["expires"][1])
        tree.add(mark, '"expires" is before "publish_at", so this is never shown', "value", mend, warning=True)


def _order(date: PartialDate) -> tuple[int, int, int]:
    """Days alone: how a month and a day within it follow each other is not asked, nor are hours of one day."""
    return date.year, date.month or 0, date.day or 0


def _day(given: Any) -> PartialDate | None:
    try:
        return read_date(given) if isinstance(given, str) else None
    except ValueError:
        return None
