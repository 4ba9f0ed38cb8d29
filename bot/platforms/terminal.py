"""A message as plain text for a terminal: all it says, wrapped, and no control that came with a text."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.message import Block, Cite, Claim, Entry, Facts, Heading, Message, Paragraph, Picture, Quiet
from bot.platforms.literal import clean, web_link
from bot.platforms.pages import Page, Weight, apart, cut, shown, whole

WIDTH = 88

_CODES = {"bold": "1", "dim": "2", "italic": "3", "struck": "9"}


def render(message: Message, page: int | None = None, width: int = WIDTH, *, colour: bool = False) -> str:
    """`message` as text, one page of it or all; `colour` allows bold and dim, nothing else is ever sent."""
    found = whole(message) if page is None else cut(message, page, lambda _: _FREE, _FREE)
    return "\n".join(_Writer(width, colour).written(found)) + "\n"


_FREE: Weight = (0,)
"""A terminal has no budget, so only the number of claims cuts a page."""


@dataclass(frozen=True, slots=True)
class _Writer:
    width: int
    colour: bool

    def written(self, page: Page) -> Iterator[str]:
        message, numbers = page.message, page.numbers
        yield from self.lines(" · ".join(filter(None, (message.title, message.about))), style="bold")
        for notice in message.notices:
            yield from self.lines(notice, style="dim")
        yield ""
        before: Block | None = None
        for block in page.blocks:
            drawn = [*self.drawn(block, numbers)]
            if drawn and before is not None and apart(before, block):
                yield ""
            yield from drawn
            before = block if drawn else before
        if before is not None:
            yield ""
        yield from self.tail(page)

    def tail(self, page: Page) -> Iterator[str]:
        """Under the last block: the part shown, closing lines, references, footer, what to try."""
        message = page.message
        for line in filter(None, (shown(page), *message.closing)):
            yield from self.lines(line)
        for number, reference in enumerate(page.references, 1):
            link = web_link(reference.url)
            parts = (reference.label, reference.note, link.url if link else None)
            yield from self.lines(" · ".join(filter(None, parts)), f"[{number}] ", style="dim")
        footer = [*message.footer]
        if message.label not in ("", "TLP:CLEAR", *footer):
            footer.append(message.label)
        yield from self.lines(" · ".join(filter(None, footer)), style="dim")
        asks = [f"/{action.command} {action.text}".rstrip() for action in message.actions]
        yield from self.lines(" · ".join(dict.fromkeys(asks)), "Try: ", style="dim")

    def drawn(self, block: Block, numbers: dict[str, int]) -> Iterator[str]:
        match block:
            case Claim():
                text = f"[withdrawn] {block.text}" if block.struck else block.text
                lead = f"{block.lead} · " if block.lead else ""
                yield from self.lines(lead + text, "• ", style="struck" if block.struck else "", lead=lead)
                caveat = (block.caveat,) if block.caveat else ()
                yield from self.quiet(_joined(block.attribution, block.cites, numbers), *caveat, *block.extra)
            case Entry():
                text = " · ".join(filter(None, (block.lead, block.text)))
                yield from self.lines(text, "• ", lead=block.lead)
                link = web_link(block.url)
                yield from self.quiet(_joined(block.quiet[:1], block.cites, numbers), *block.quiet[1:])
                yield from self.quiet(link.url if link else "")
            case Heading():
                yield from self.lines(block.text, style="bold")
            case Paragraph():
                yield from self.lines("".join(span.text for span in block.spans))
            case Facts():
                for label, value in block.pairs:
                    yield from self.lines(f"{label}: {value}", lead=f"{label}:")
            case Quiet():
                yield from self.lines(block.text, style="dim")
            case Picture():
                return

    def quiet(self, *texts: str) -> Iterator[str]:
        for text in texts:
            yield from self.lines(text, "  ", style="dim")

    def lines(self, text: str, start: str = "", *, style: str = "", lead: str = "") -> Iterator[str]:
        """`text` wrapped behind `start`, later lines indented as far; `lead` is its bold beginning."""
        text = clean(text)
        if not text:
            return
        room = max(self.width - columns(start), 10)
        rest = len(clean(lead))
        for at, line in enumerate(wrap(text, room)):
            indent = start if not at else " " * columns(start)
            strong, plain = line[:rest], line[rest:]
            rest = max(rest - len(line) - 1, 0)
            yield indent + self.styled(strong, "bold") + self.styled(plain, style)

    def styled(self, text: str, style: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and style and text else text


def _joined(texts: Iterable[str], cites: tuple[Cite, ...], numbers: dict[str, int]) -> str:
    parts = [*texts, *(f"[{numbers[c.reference.key]}] {c.paragraphs}".rstrip() for c in cites)]
    return " · ".join(filter(None, parts))


def columns(text: str) -> int:
    """How many columns a terminal needs for `text`: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(map(_column, text))


def _column(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, width: int) -> Iterator[str]:
    """`text` in lines of at most `width` columns, broken at spaces, and within a word that is longer."""
    line, used = "", 0
    for word in text.split(" "):
        size = columns(word)
        if line and used + 1 + size <= width:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line:
            yield line
        *full, word = _broken(word, width) if size > width else [word]
        yield from full
        line, used = word, columns(word)
    yield line


def _broken(word: str, width: int) -> Iterator[str]:
    """A long word, or a sentence in a script without spaces, in stretches of at most `width` columns."""
    stretch, used = "", 0
    for char in word:
        size = _column(char)
        if used + size > width:
            yield stretch
            stretch, used = "", 0
        stretch, used = stretch + char, used + size
    yield stretch
