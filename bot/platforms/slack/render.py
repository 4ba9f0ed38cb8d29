"""A message as Slack's JSON: rich text of literal words, quiet context lines, and buttons."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from bot.message import (
    Block,
    Cite,
    Claim,
    Entry,
    Facts,
    Heading,
    Message,
    Paragraph,
    Picture,
    Quiet,
    Reference,
)
from bot.platforms.base import Frozen, Measure
from bot.platforms.buttons import buttons
from bot.platforms.literal import ZERO_WIDTH, clean, clip, fit, units, web_link
from bot.platforms.pages import Page, Weight, cut, shown
from bot.platforms.slack import limits
from bot.platforms.slack.picker import picker

CLOSING_ROOM = 1200
"""Characters of JSON for all closing lines, and as many for the notices; ordinary ones take a fifth."""

FOOTER_ROOM = 600
BUTTON_ROOM = 2500
"""Characters of JSON for the buttons; five ordinary ones take half of it."""

FRAME_ROOM = 500
"""Characters of JSON for the line that says which part is shown, and for the frame around the references."""

FRAME_TEXT = 1000
"""Characters of text for the same line and for the labels of the buttons."""

Number = Callable[[Reference], int]
Part = dict[str, Any]


def render(message: Message, page: int = 0) -> Frozen:
    """Page `page` of `message`, as it is sent to chat.postMessage.

    Acks, response URLs and chat.update take `text` and `blocks` of it, and do not know all of the rest.
    """
    head = _head(message)
    closing = _lines(message.closing)
    foot = list(_context(fit(_footer(message), FOOTER_ROOM, str, _json)))
    select = picker(message)
    picking = [{"type": "actions", "elements": [select]}] if select else []
    fixed = [*head, *_context("\n".join(closing)), *foot, *picking]
    budget = (
        limits.TEXT - _characters(fixed) - FRAME_TEXT,
        limits.JSON - _json(fixed) - BUTTON_ROOM - FRAME_ROOM,
        limits.BLOCKS - len(fixed) - 3,
    )
    found = cut(message, page, _weigh, budget)
    numbers = found.numbers
    blocks = list(head)
    for block in found.blocks:
        blocks += draw(block, lambda reference: numbers[reference.key])
    part = shown(found)
    blocks += _context("\n".join([part, *closing] if part else closing))
    elements = [e for reference in found.references for e in _reference(reference, numbers[reference.key])]
    blocks += _rich(*elements)
    blocks += foot
    text = fit("\n".join(_words(block) for block in blocks), limits.FALLBACK, _fallback)
    blocks += [*_actions(found), *picking]
    body: dict[str, Any] = {
        "text": text or "…",
        "blocks": blocks,
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    measures = (
        Measure(len(blocks), limits.BLOCKS, "blocks"),
        Measure(_characters(blocks), limits.TEXT, "characters of text"),
        Measure(_json(blocks), limits.JSON, "characters of JSON"),
    )
    return Frozen(body, measures, (), found.number, found.more, found.first, found.last)


def draw(block: Block, number: Number) -> list[Part]:
    """One block of a message as Slack's blocks; none where it has no words, and none for a picture."""
    match block:
        case Claim():
            return _claim(block, number)
        case Entry():
            return _entry(block, number)
        case Heading():
            return list(_rich(_text(clean(block.text), bold=True)))
        case Paragraph():
            return list(_rich(*_spans(block)))
        case Facts():
            return list(_rich(*_facts(block)))
        case Quiet():
            return list(_context(clean(block.text)))
        case Picture():
            return []


def _weigh(part: Block | Reference) -> Weight:
    if isinstance(part, Reference):
        elements = _reference(part, 100)
        return sum(units(element["text"]) for element in elements), _json(elements), 0
    blocks = draw(part, lambda _: 100)
    return _characters(blocks), _json(blocks), len(blocks)


def _claim(claim: Claim, number: Number) -> list[Part]:
    body = _text(clean(claim.text), strike=claim.struck)
    elements = [_text(clean(claim.lead), bold=True), _text(" · "), body] if claim.lead else [_text("• "), body]
    lines = [_joined(claim.attribution, claim.cites, number), clean(claim.caveat or "")]
    return [*_rich(*elements), *_context("\n".join(filter(None, (*lines, *map(clean, claim.extra)))))]


def _entry(entry: Entry, number: Number) -> list[Part]:
    elements = [_text("• "), *_link(entry.lead, entry.url, bold=True)]
    if entry.text:
        elements.append(_text(f" · {clean(entry.text)}" if entry.lead else clean(entry.text)))
    lines = [_joined(entry.quiet[:1], entry.cites, number), *map(clean, entry.quiet[1:])]
    return [*_rich(*elements), *_context("\n".join(filter(None, lines)))]


def _joined(texts: tuple[str, ...], cites: tuple[Cite, ...], number: Number) -> str:
    parts = [clean(text) for text in texts]
    parts += [f"[{number(cite.reference)}] {clean(cite.paragraphs)}".rstrip() for cite in cites]
    return " · ".join(filter(None, parts))


def _reference(reference: Reference, number: int) -> list[Part]:
    """A line of the list of references, which begins with a line break for all but the first."""
    start = _text(f"[{number}] ") if number == 1 else _text(f"\n[{number}] ")
    note = [_text(f" · {clean(reference.note)}", italic=True)] if reference.note else []
    return [start, *_link(reference.label, reference.url), *note]


def _link(label: str, url: str | None, **style: bool) -> list[Part]:
    """`label` as a link with its host behind it, or as text where the address is not http(s)."""
    found = web_link(url)
    text = _text(clean(label), **style)
    if found is None or not text["text"]:
        return [text]
    return [{**text, "type": "link", "url": found.url}, _text(f" ({found.host})")]


def _text(text: str, **style: bool) -> Part:
    """A text element of clean words: Slack interprets nothing in it, and makes no link of an address."""
    worn = {name: True for name, on in style.items() if on}
    return {"type": "text", "text": clip(text, limits.PLAIN), **({"style": worn} if worn else {})}


def _spaced(text: str) -> str:
    """A clean stretch of running text that keeps the space between it and its neighbours."""
    found = clean(text)
    if not found:
        return " " if text else ""
    return f"{' ' * text[:1].isspace()}{found}{' ' * text[-1:].isspace()}"


def _spans(paragraph: Paragraph) -> list[Part]:
    return [_text(_spaced(span.text), **{span.style: span.style != "plain"}) for span in paragraph.spans]


def _facts(facts: Facts) -> Iterator[Part]:
    for at, (label, value) in enumerate(facts.pairs):
        if at:
            yield _text("\n")
        yield _text(f"{clean(label)}: ", bold=True)
        yield _text(clean(value))


def _rich(*elements: Part) -> Iterator[Part]:
    """A rich_text block of the elements that have words; Slack refuses an empty one."""
    kept = [element for element in elements if element["text"]]
    if any(element["text"].strip() for element in kept):
        yield {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": kept}]}


def _plain(text: str) -> Part:
    return {"type": "plain_text", "text": text, "emoji": False}


def _context(text: str) -> Iterator[Part]:
    if text:
        yield {"type": "context", "elements": [_plain(clip(text, limits.PLAIN))]}


def _head(message: Message) -> list[Part]:
    title = clip(clean(message.title), limits.HEADER)
    about = clip(clean(message.about or ""), limits.HEADER)
    header = [{"type": "header", "text": _plain(title)}] if title else []
    return [*header, *_context("\n".join(filter(None, (about, *_lines(message.notices)))))]


def _lines(texts: tuple[str, ...]) -> list[str]:
    """Quiet lines, the last one shortened where all together pass their room."""
    lines: list[str] = []
    room = CLOSING_ROOM
    for text in texts:
        if line := fit(clean(text), room, str, _json):
            lines.append(line)
            room -= _json(line)
    return lines


def _footer(message: Message) -> str:
    parts = [clean(part) for part in message.footer]
    if message.label not in ("", "TLP:CLEAR", *parts):
        parts.append(clean(message.label))
    return " · ".join(filter(None, parts))


def _actions(page: Page) -> Iterator[Part]:
    """The buttons that fit their room, Back and Next before all others."""
    made: list[Part] = []
    room = BUTTON_ROOM
    for label, written in buttons(page)[: limits.BUTTONS]:
        text = _plain(clip(clean(label), limits.BUTTON) or "…")
        button = {"type": "button", "text": text, "action_id": written, "value": written}
        room -= _json(button) + 2
        if room > 0:
            made.append(button)
    if made:
        yield {"type": "actions", "elements": made}


def _fallback(text: str) -> str:
    """What notifications and screen readers get: escaped, and with no address that is a link."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("://", f":{ZERO_WIDTH}//")


def _words(block: Part) -> str:
    """The text of one block, as it is read."""
    if block["type"] == "header":
        return str(block["text"]["text"])
    if block["type"] == "actions":
        return "".join(element.get("text", element.get("placeholder"))["text"] for element in block["elements"])
    elements = block["elements"][0]["elements"] if block["type"] == "rich_text" else block["elements"]
    return "".join(element["text"] for element in elements)


def _characters(blocks: list[Part]) -> int:
    return sum(units(_words(block)) for block in blocks)


def _json(part: object) -> int:
    return len(json.dumps(part))
