"""A line as its editor most likely meant it: in the right quotes, closed, with its blanks.

What is made here holds words of the file, so it is an example for the command line and the desk, never for a chat.
"""

import re
from collections.abc import Sequence

import yaml
from yaml._yaml import CParser

from bot.content.mends_characters import ODD, odd_in, plain

Lines = Sequence[str]

LONGEST = 700
"""Characters of an example at most: no text is longer, and an example that is cut loses words to who pastes it."""

WIDE = 2000
"""Characters of a line that is looked at: more is no text, and a million blanks hold a pattern for hours."""

HEAD = re.compile(r"\s*(?:- +)*[\w-]+\s*:(?=\s|$)")
"""A key and its colon at the beginning of a line."""
KEY = re.compile(r"\s*(?:- +)*[a-z][a-z_]*\s*:(\s|$)")
"""A key as they are written, which a sentence seldom begins like."""
GLUED = re.compile(r"(?P<head>\s*(?:- +)?(?P<key>[a-z][a-z_]*)):(?P<value>(?!//)\S.*)$")
"""A key whose colon has no blank behind it."""
GLUED_DASH = re.compile(r"(?P<indent>\s*)-(?P<rest>[A-Za-z_]+\s*:(?:\s.*|$))")
_VALUE = re.compile(r"(?P<head>\s*(?:- +)*(?:[\w-]+\s*:\s+)?)(?P<value>\S.*?)(?P<comment>\s{2,}#.*|\s+# .*)?\s*$")
_QUOTES = "\"'“”„‘’«»"
_CLOSERS = {"[": "]", "{": "}"}
_OPENING = re.compile(r"(?<=[\[{,:])\s*([\"'])")


def shown(line: str) -> str:
    """Without its indentation, and cut in the middle where it is longer than any line that can be right."""
    text = line.strip(" ")
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - 31].rstrip()} … {text[-28:].lstrip()}"


def in_quotes(text: str) -> str:
    """In double quotes; in single ones where the text holds double quotes or a backslash."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def in_flow(text: str) -> str:
    """As a value inside [ ] or { }: quoted where something in it would end it."""
    return in_quotes(text) if re.search(r"[,\[\]{}#&*!|>'\"%@`\\?]|:\s|:$|^[-:]", text) else text


def requoted(lines: Lines, number: int, *, comments: bool = True) -> str | None:
    """The line with its whole value in quotes, whatever quotes it begins with now; None where that reads no better."""
    found = _VALUE.match(lines[number - 1]) if len(lines[number - 1]) <= WIDE else None
    if not found:
        return None
    value, comment = found["value"], found["comment"] or ""
    if not comments or (comment and value[:1] in _QUOTES and value[-1:] not in _QUOTES):
        value, comment = value + comment.rstrip(), ""
    value = " ".join((value, *_continued(lines, number)))
    line = f"{found['head']}{in_quotes(_bare(value))}{comment}"
    return shown(line) if reads(line) else None


def _continued(lines: Lines, number: int) -> list[str]:
    """The lines below that belong to the same text: indented deeper, and no keys or items."""
    line = lines[number - 1]
    indent = len(line) - len(line.lstrip())
    more: list[str] = []
    for below in lines[number : number + 20]:
        deep = len(below) - len(below.lstrip())
        if (
            not below.strip()
            or len(below) > WIDE
            or deep <= indent
            or KEY.match(below)
            or below.lstrip().startswith(("- ", "#"))
        ):
            break
        more.append(below.strip())
    return more


def _bare(value: str) -> str:
    """The text within its own quotes; with them where they hold only a part of it."""
    mark = value[:1]
    if mark not in "\"'":
        return value
    inner = value[1:]
    first = inner.find(mark)
    if first < 0:
        return inner.rstrip(_QUOTES) if inner[-1:] in _QUOTES and inner[-1:] != mark else inner
    if value.endswith(mark) and (mark == "'" or first == len(inner) - 1 or inner[first - 1 : first].isspace()):
        return inner[:-1].replace("''", "'") if mark == "'" else inner[:-1]
    return value


def closed(line: str, at: int) -> tuple[str, str] | None:
    """A line whose bracket at `at` (from 0) is closed, and what had to be added; None where no guess can be read."""
    if len(line) > WIDE:
        return None
    body = re.sub(r"\s+#.*$", "", line[at:]).rstrip()
    closing = _CLOSERS.get(body[:1], "")
    guesses = []
    if body[-1:] in ")]}>" and body[-1:] != closing:
        guesses.append((body[:-1] + closing, closing))
    guesses.append((body + closing, closing))
    if opening := list(_OPENING.finditer(body)):
        quote, start = opening[-1][1], opening[-1].end()
        rest = body[start:].rstrip("]}) ")
        tail = body[start + len(rest) :].strip() or closing
        guesses.append((body[:start] + rest.rstrip(_QUOTES) + quote + tail, quote))
    for guess, added in guesses:
        if closing and reads(f"x: {guess}"):
            return shown(line[:at] + guess), added
    return None


def reads(text: str) -> bool:
    """Whether YAML can read it."""
    parser = CParser(text)
    try:
        while parser.get_event() is not None:
            pass
    except yaml.YAMLError:
        return False
    finally:
        parser.dispose()
    return True


def odd_structure(line: str) -> tuple[int, str] | None:
    """Where (from 0) a character stands among indentation, dash, key and colon that only looks right."""
    if line.isascii():
        return None
    bare = line.lstrip("".join(ODD) + " \t")
    lead = line[: len(line) - len(bare)]
    found = re.match(r"(?:- +)?[^\s:：﹕]*[:：﹕]\s*", bare)
    head = lead + (found.group() if found and HEAD.match(plain(found.group()).strip()) else "")
    odd = odd_in(head)
    return (head.index(odd), odd) if odd else None


def straightened(line: str) -> str:
    """The line with plain characters in its structure, and its text as it is."""
    found = re.match(r"[^:：﹕]*[:：﹕]\s*", line)
    head = found.group() if found else line
    typed = plain(head)
    glued = found is not None and not typed.endswith(" ") and line[len(head) :].strip()
    return shown(re.sub(r"^(\s*)-(?=\w)", r"\1- ", typed) + (" " if glued else "") + line[len(head) :])
