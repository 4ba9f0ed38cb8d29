"""A text without its byte order mark and line endings, and how they are put back where they were."""

import re
from collections.abc import Sequence
from itertools import takewhile

BOM = b"\xef\xbb\xbf"
_AFTER = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")


def plain(text: str) -> str:
    """The text with line feeds only, as an editor holds it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def text_of(data: bytes) -> str:
    """What an editor shows of bytes; raises UnicodeDecodeError where they are no UTF-8."""
    return plain(data.removeprefix(BOM).decode("utf-8"))


def bytes_of(text: str, before: bytes = b"") -> bytes:
    """The text as bytes, as the file was: its mark, and the ending of every line that stayed.

    A line that is new gets the ending that most lines had. `before` is UTF-8.
    """
    mark = BOM if before.startswith(BOM) else b""
    return mark + _ended(plain(text), before.removeprefix(BOM).decode("utf-8")).encode("utf-8")


def _ended(text: str, before: str) -> str:
    if "\r" not in before:
        return text
    old, new = _AFTER.split(before), _AFTER.split(text)
    known = [plain(line) for line in old]
    most = min(len(old), len(new))
    head = _alike(known[:most], new[:most])
    tail = _alike(known[head:][::-1], new[head:][::-1])
    endings = [line[len(line.rstrip("\r\n")) :] for line in old]
    usual = max(("\n", "\r\n", "\r"), key=endings.count)
    middle = [line.replace("\n", usual) for line in new[head : len(new) - tail]]
    made = "".join([*old[:head], *middle, *old[len(old) - tail :]])
    # A lone carriage return before a new line feed would be read as one ending: then all lines get the same.
    return made if plain(made) == text else text.replace("\n", usual)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines are the same from the beginning on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
