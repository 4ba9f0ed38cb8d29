"""What a YAML syntax error most likely means to somebody who wrote a sentence, not YAML."""

import re
from collections.abc import Sequence
from typing import Any

import yaml
from yaml._yaml import CParser

from bot.content.problems import Mark

Lines = Sequence[str]

_KEY = re.compile(r"\s*(?:- +)*[\w-]+\s*:(\s|$)")
_OPENED = re.compile(r"\s*(?:- +)*[\w-]+\s*:\s+([\[{])")
QUOTE = "put the whole text in quotes"


Told = tuple[Mark, str, str | None]


def explain(error: yaml.MarkedYAMLError, lines: Lines) -> Told:
    """Turn libyaml's words into a place, a plain sentence and a mend."""
    said = error.problem or ""
    at = _mark(error.problem_mark, lines)
    opened = _mark(error.context_mark, lines) if error.context_mark else at
    for fragment, meaning in _MEANINGS:
        if fragment in said:
            return meaning(at, opened, lines)
    return at, f"cannot be read as YAML: {said}", None


def _never_closed(_at: Mark, opened: Mark, _lines: Lines) -> Told:
    return opened, "the quote that opens here is never closed", "add the closing quote"


def _bad_start(at: Mark, _opened: Mark, lines: Lines) -> Told:
    char = _char(at, lines)
    if char == "\t":
        return at, "a tab stands where blanks are needed", "indent with blanks"
    return at, f'a text cannot begin with "{char}"', QUOTE


def _not_closed(_at: Mark, opened: Mark, lines: Lines) -> Told:
    bracket = _char(opened, lines)
    closing = "}" if bracket == "{" else "]"
    return opened, f'the "{bracket}" that opens here is not closed', f'add "{closing}"'


def _begins_block(_at: Mark, opened: Mark, _lines: Lines) -> Told:
    return opened, "a text cannot begin with > or |", QUOTE


def _begins_alias(_at: Mark, opened: Mark, _lines: Lines) -> Told:
    return opened, "a text cannot begin with * or &", QUOTE


def _no_character(at: Mark, _opened: Mark, _lines: Lines) -> Told:
    return at, "this escape stands for no character", "delete it"


def _escape(at: Mark, _opened: Mark, _lines: Lines) -> Told:
    return at, "in double quotes a backslash begins an escape", r"use single quotes, or write \\"


def _begins_item(at: Mark, _opened: Mark, _lines: Lines) -> Told:
    return at, 'a text cannot begin with "- "', QUOTE


def _begins_key(at: Mark, _opened: Mark, _lines: Lines) -> Told:
    return at, 'a text cannot begin with "? "', QUOTE


def _char(mark: Mark, lines: Lines) -> str:
    return lines[mark.line - 1][mark.column - 1 : mark.column]


def _mark(mark: Any, lines: Lines) -> Mark:
    """A place within the text; libyaml reports the end of the stream as a line of its own."""
    line = min(mark.line, len(lines) - 1)
    column = mark.column if line == mark.line else len(lines[line])
    return Mark(line + 1, column + 1)


def _colon(at: Mark, _opened: Mark, lines: Lines) -> Told:
    """A colon and a blank inside a text, a key indented too deep, or a key above without its colon."""
    line = lines[at.line - 1]
    key = _KEY.match(line)
    if key and key.end() < at.column:
        return at, 'a text that holds ": " must be quoted', QUOTE
    above = at.line - 1
    while above and not lines[above - 1].strip():
        above -= 1
    before = lines[above - 1] if above else ""
    begin = len(line) - len(line.lstrip()) + 1
    here = Mark(at.line, begin, max(1, at.column - begin))
    if _KEY.match(before):
        return (
            here,
            "this key is indented deeper than the key above it",
            "indent both alike, or quote the text above",
        )
    word = before.strip()
    start = len(before) - len(before.lstrip()) + 1
    return Mark(max(1, above), start, max(1, len(word))), "a key without its colon", 'write "key: value"'


def _no_key(at: Mark, _opened: Mark, lines: Lines) -> Told:
    """What follows a quoted text, a quote closed lines later, or indentation that fits nothing above."""
    line = lines[at.line - 1]
    last = _last_scalar(lines)
    if last is not None and last.style in ("'", '"') and last.end_mark.line == at.line - 1:
        if last.start_mark.line < last.end_mark.line:
            opened = Mark(last.start_mark.line + 1, last.start_mark.column + 1)
            return opened, "the quote that opens here is not closed in its line", "add the closing quote"
        mend = "put the whole text in the other kind of quotes"
        if last.style == "'":
            mend = "write an apostrophe twice inside single quotes, or use double quotes"
        return at, "the text goes on after its closing quote", mend
    if bracket := _OPENED.match(line):
        mark = Mark(at.line, bracket.start(1) + 1)
        return mark, f'a text cannot begin with "{bracket[1]}"', QUOTE
    if line.lstrip().startswith(":"):
        return at, "a key is missing before the colon", 'write "key: value"'
    if line.lstrip().startswith("- "):
        return at, "a list item stands where a key is needed", "indent it below the key of its list"
    indent = len(line) - len(line.lstrip())
    message = f"a line indented by {indent} blanks fits no line above it"
    return Mark(at.line, indent + 1), message, "indent it like its neighbours"


def _last_scalar(lines: Lines) -> Any:
    """Read once more up to the error: the good path does not pay for remembering."""
    last = None
    parser = CParser("\n".join(lines))
    try:
        while (event := parser.get_event()) is not None:
            if isinstance(event, yaml.ScalarEvent):
                last = event
    except yaml.YAMLError:
        return last
    finally:
        parser.dispose()
    return last


_MEANINGS = (
    ("unexpected end of stream", _never_closed),
    ("cannot start any token", _bad_start),
    ("mapping values are not allowed", _colon),
    ("did not find expected key", _no_key),
    ("'-' indicator", _no_key),
    ("expected ',' or", _not_closed),
    ("comment or line break", _begins_block),
    ("alphabetic or numeric", _begins_alias),
    ("invalid Unicode", _no_character),
    ("escape", _escape),
    ("sequence entries are not allowed", _begins_item),
    ("node content", _bad_start),
    ("mapping keys are not allowed", _begins_key),
)
"""What libyaml says, and what it most likely means; the first that fits is taken."""
