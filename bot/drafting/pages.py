"""Reading an article from a web page: its text as paragraphs are counted, and what the page says of it."""

import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError
from yarl import URL

from bot.content.model import Link
from bot.content.numbering import NO_DATE, is_closed
from bot.drafting.article import Article, one_line
from bot.drafting.decoding import decoded, said_by_page
from bot.errors import Refused, StartError

FEW = 60
"""Words of text below which a page is said to be cut."""

SENTENCE = 60
"""Bytes of a sentence at least, without which there is no article: letters of some scripts say more, and have more."""

_LETTERS = "The page does not say how its letters are written: look whether they are right."
_NOTHING = (
    "No text of an article was found on the page, which may stand behind a paywall, or be drawn by a script; "
    "save it as a text file, and draft from that"
)
_LINK: TypeAdapter[str] = TypeAdapter(Link)
_DATES = {"extensive_search": False, "original_date": True}
_LEADS = re.compile(
    r"\b(?:lead|lede|standfirst|dek|deck|intro|teaser|subtitle|subhead|vorspann|chapo)\b", re.IGNORECASE
)
_BLOCKS = "./p | ./div | ./ul | ./ol | ./section | ./article"
_MISSING = (
    'Web pages are read with trafilatura, which is not installed: run `pip install -e ".[draft]"` in the bot\'s '
    "folder, or save the article as a text file, with a blank line between paragraphs, and draft from that"
)


def is_page(body: bytes) -> bool:
    """Whether these bytes are a web page and no plain text."""
    return (
        re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|\?xml|!--|[a-z]+[\s>])", body[:1000], re.IGNORECASE)
        is not None
    )


def read_page(body: bytes, url: str | None = None, charset: str | None = None) -> Article:
    """The article on a web page that was found at this address; raises Refused where there is none on it.

    `charset` is how the server says that its letters are written.
    """
    try:
        import trafilatura
    except ImportError as missing:
        raise StartError(_MISSING) from missing
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what is missing is told in our own words
    read = decoded(body, charset or said_by_page(body))
    page = body if read is None else read.encode()
    tree = trafilatura.load_html(page)
    found: Any = trafilatura.bare_extraction(
        page, url=url, with_metadata=True, include_comments=False, include_tables=False, date_extraction_params=_DATES
    )
    blocks = _blocks(found.body, one_line(found.title or "")) if tree is not None and found is not None else []
    if tree is None or found is None or not any(map(_is_sentence, blocks)):
        raise Refused(_NOTHING)
    published = found.date if re.fullmatch(r"\d{4}-\d{2}-\d{2}", found.date or "") else None
    standfirst, said = _standfirst(tree, found.description or "", blocks)
    others = blocks[1:] if blocks[0] == standfirst else blocks
    text = "\n\n".join([_first(published, standfirst), *others])
    named = _meta(tree, "og:site_name") or found.sitename
    return Article(
        text,
        title=one_line(found.title or "") or None,
        publisher=one_line(named or "") or None,
        url=_url(url, found.url),
        author=one_line((found.author or "").replace(";", ",")) or None,
        published=published,
        language=_language(tree),
        unsure=(said, *([_LETTERS] if read is None else []), *_doubts(tree, blocks, published)),
    )


def _is_sentence(block: str) -> bool:
    return len(block.encode()) >= SENTENCE and is_closed(block)


def _first(published: str | None, standfirst: str) -> str:
    if not standfirst:
        return f"date {published}" if published else NO_DATE
    return f"date {published} {standfirst}" if published else standfirst


def _blocks(body: Any, title: str) -> list[str]:
    """Each paragraph in one line, and each heading as `## Words`; the title is none of them."""
    found: list[str] = []
    for element in body:
        found += _of(element)
        found.append(_words(element.tail or ""))
    blocks = [block for block in found if block]
    while blocks and blocks[0].startswith("## ") and (len(blocks) == 1 or blocks[0][3:] == title):
        blocks.pop(0)
    return blocks


def _of(element: Any) -> Iterator[str]:
    if element.tag == "head":
        words = _words(" ".join(element.itertext()))
        yield f"## {words}" if words else ""
    elif element.tag == "quote" and element.find("p") is not None:
        for part in element:
            yield from _of(part)
    elif element.tag == "list":
        yield " ".join(_words(" ".join(item.itertext())) for item in element)
    else:
        yield _words("".join(" " if part is None else part for part in _parts(element)))


def _parts(element: Any) -> Iterator[str | None]:
    """The text of an element, with a None for each line break."""
    yield element.text
    for child in element:
        yield from _parts(child)
        yield child.tail


def _words(text: str) -> str:
    return " ".join(text.split())


def _standfirst(tree: Any, description: str, blocks: Sequence[str]) -> tuple[str, str]:
    """The standfirst, or nothing, and a sentence on how it was found.

    Extraction often drops it, or does not tell it from the first paragraph. It is one where the page's description is
    word for word on the page, or where the page calls it so; a description that is nowhere on the page is none.
    """
    described, kept = _words(description), frozenset(block.removeprefix("## ") for block in blocks)
    if described and blocks[0] == described:
        return blocks[0], "The first paragraph is the page's description too: it is taken for the standfirst, ¶0."
    for element in tree.iter("p", "div", "h2", "h3", "span"):
        words = _words(element.text_content()) if not element.xpath(_BLOCKS) else ""
        if not words:
            continue
        new = words not in kept and len(words.split()) >= 4 and len(words) <= 600
        if _called_so(element) and (new or words == blocks[0]):
            return words, "The page marks a paragraph as its standfirst: it is ¶0."
        if words == described and new:
            return words, "A paragraph that is the page's description too is taken for the standfirst, ¶0."
        if words == blocks[0]:
            break
    return (
        "",
        "No standfirst was found: the first paragraph is ¶1. If it is one, delete the blank line above it in the text.",
    )


def _called_so(element: Any) -> bool:
    near = [element, *([element.getparent()] if element.getparent() is not None else [])]
    return any(_LEADS.search(f"{one.get('class') or ''} {one.get('itemprop') or ''}".replace("_", "-")) for one in near)


def _meta(tree: Any, name: str) -> str | None:
    found = tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name)
    return str(found[0]) if found else None


def _language(tree: Any) -> str | None:
    given = [*tree.xpath("//html/@lang"), _meta(tree, "og:locale") or ""]
    for one in given:
        named = str(one).strip().replace("_", "-")
        if re.fullmatch(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*", named) and len(named) <= 20:
            return named
    return None


def _url(fetched: str | None, named: str | None) -> str | None:
    """The address that the page gives itself, if it is one of the host it was fetched from; else where it was found."""
    links = [link for link in (_link(named), _link(fetched)) if link]
    if fetched and links and URL(links[0]).host != URL(fetched).host:
        links.pop(0)
    return links[0] if links else None


def _link(given: str | None) -> str | None:
    try:
        return _LINK.validate_python(str(URL(given).with_fragment(None))) if given else None
    except (ValidationError, ValueError):
        return None


def _doubts(tree: Any, blocks: Sequence[str], published: str | None) -> Iterator[str]:
    words = sum(len(block.split()) for block in blocks)
    if words < FEW:
        yield f"The page holds only {words} words of text: it may be cut, or stand behind a paywall."
    if not published:
        yield "The page does not say when it was published."
    if len(tree.xpath("//article")) > 1 or "LiveBlogPosting" in _scripts(tree):
        yield "The page holds several articles, or one that goes on: look whether the text is the one you mean."
    language = _language(tree)
    if language and not language.lower().startswith("en"):
        yield "Speakers are found in English texts only: write those of this one yourself."


def _scripts(tree: Any) -> str:
    return "\n".join(map(str, tree.xpath("//script[@type='application/ld+json']/text()")))
