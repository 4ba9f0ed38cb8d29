"""What a YAML syntax error most likely means to somebody who wrote a sentence, not YAML."""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml._yaml import CParser

from bot.content.columns import blanks, deeper, indent_of, line_above, neighbour, no_colon, stray_item
from bot.content.mends_characters import called, to_type
from bot.content.mends_keys import is_key
from bot.content.mends_lines import (
    GLUED,
    GLUED_DASH,
    HEAD,
    Lines,
    closed,
    odd_structure,
    requoted,
    shown,
    straightened,
)
from bot.content.mends_words import meant_word
from bot.content.model import LABELS, Briefing
from bot.content.problems import Mark, Told

_OPENED = re.compile(r"\s*(?:- +)*[\w-]+\s*:\s+([\[{])")
_BRACKET = re.compile(r"\s*(?:- +)*(?:[\w-]+\s*:\s+)?[\[{]")
_IN_QUOTES = re.compile(r"\"[^\"]*\"|'[^']*'")
QUOTE = "put the whole text in quotes"


def explain(error: yaml.MarkedYAMLError, lines: Lines) -> Told:
    """Turn libyaml's words into a place, a plain sentence and a mend."""
    said = error.problem or ""
    at = _mark(error.problem_mark, lines)
    opened = _mark(error.context_mark, lines) if error.context_mark else at
    if mistyped := _mistyped(at, opened, error, lines):
        return mistyped
    for fragment, meaning in _MEANINGS:
        if fragment in said:
            return meaning(at, opened, lines)
    return Told(at, f"cannot be read as YAML: {said}")


def _mistyped(at: Mark, opened: Mark, error: yaml.MarkedYAMLError, lines: Lines) -> Told | None:
    """A character or a blank that is missing or wrong at the beginning of a line, which libyaml notices later."""
    above = line_above(at.line, lines) if "mapping values" in (error.problem or "") else 0
    keyless = opened.line if "simple key" in (error.context or "") else 0
    for number in filter(None, dict.fromkeys((keyless, at.line, above))):
        line = lines[number - 1]
        if odd := odd_structure(line):
            mark = Mark(number, odd[0] + 1)
            return Told(mark, f"{called(odd[1])} stands here", to_type(odd[1]), straightened(line))
        if glued := GLUED_DASH.match(line):
            mark = Mark(number, glued.end("indent") + 1)
            return Told(mark, 'a blank is missing after the "-"', 'write "- "', f"- {shown(glued['rest'])}")
        glued = GLUED.match(line)
        if glued and not HEAD.match(line) and (number == keyless or is_key(Briefing, glued["key"].strip())):
            mark = Mark(number, glued.end("key") + 1)
            example = shown(f"{glued['head']}: {glued['value']}")
            return Told(mark, f'a blank is missing after "{glued["key"]}:"', "set a blank after the colon", example)
    return None


def _whole(at: Mark, message: str, lines: Lines, mend: str = QUOTE) -> Told:
    """Within [ ] or { } there is no example: in quotes, all of them would be a text."""
    return Told(at, message, mend, None if _in_brackets(at, lines) else requoted(lines, at.line))


def _in_brackets(at: Mark, lines: Lines) -> bool:
    before = lines[at.line - 1][: at.column - 1]
    if not _BRACKET.match(before):
        return False
    bare = _IN_QUOTES.sub("", before)
    return sum(map(bare.count, "[{")) > sum(map(bare.count, "]}"))


def _never_closed(_at: Mark, opened: Mark, lines: Lines) -> Told:
    return _whole(opened, "the quote that opens here is never closed", lines, "add the closing quote")


def _bad_start(at: Mark, _opened: Mark, lines: Lines) -> Told:
    char = _char(at, lines)
    if char in ("", "]", "}", "-") and (bracket := _open_bracket(lines)):
        return _not_closed(at, bracket, lines)
    return _tab(at, at, lines) if char == "\t" else _whole(at, f'a text cannot begin with "{char}"', lines)


def _tab(at: Mark, _opened: Mark, lines: Lines) -> Told:
    line = lines[at.line - 1]
    here = Mark(at.line, line.find("\t") + 1) if "\t" in line else at
    indent = neighbour(at.line, lines)
    mend = f"indent with {blanks(indent)}, like the line above" if indent else "indent with blanks"
    return Told(here, "a tab stands where blanks are needed", mend)


def _not_closed(_at: Mark, opened: Mark, lines: Lines) -> Told:
    line, bracket = lines[opened.line - 1], _char(opened, lines)
    closing = "}" if bracket == "{" else "]"
    guess = closed(line, opened.column - 1)
    if guess and guess[1] in ('"', "'"):
        return Told(opened, f'a quote inside this "{bracket}" is not closed', f"add the closing {guess[1]}", guess[0])
    return Told(opened, f'the "{bracket}" that opens here is not closed', f'add "{closing}"', guess and guess[0])


def _begins_block(_at: Mark, opened: Mark, lines: Lines) -> Told:
    return _whole(opened, f'a text cannot begin with "{_char(opened, lines)}"', lines)


def _begins_alias(_at: Mark, opened: Mark, lines: Lines) -> Told:
    return _whole(opened, f'a text cannot begin with "{_char(opened, lines)}"', lines)


def _begins_tag(_at: Mark, opened: Mark, lines: Lines) -> Told:
    return _whole(opened, 'a text cannot begin with "!"', lines)


def _no_character(at: Mark, _opened: Mark, _lines: Lines) -> Told:
    return Told(at, "this escape stands for no character", "delete it")


def _escape(at: Mark, _opened: Mark, lines: Lines) -> Told:
    return _whole(at, "in double quotes a backslash begins an escape", lines, r"use single quotes, or write \\")


def _begins_item(at: Mark, _opened: Mark, lines: Lines) -> Told:
    return _whole(at, 'a text cannot begin with "- "', lines, f"{QUOTE}, or begin a list in the next line")


def _begins_key(at: Mark, _opened: Mark, lines: Lines) -> Told:
    return _whole(at, 'a text cannot begin with "? "', lines)


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
    key = HEAD.match(line)
    if key and key.end() < at.column:
        label = meant_word(line[key.end() :].split("#")[0].replace(" ", ""), LABELS)
        if label and "TLP" in line:
            return Told(at, "a label holds no blank after its colon", f'write "{label}"')
        return _whole(at, 'a text that holds ": " must be quoted', lines)
    above = line_above(at.line, lines)
    before = lines[above - 1] if above else ""
    begin = indent_of(line) + 1
    here = Mark(at.line, begin, max(1, at.column - begin))
    if HEAD.match(before):
        return deeper(here, above, lines)
    word = before.strip()
    named = Mark(max(1, above), indent_of(before) + 1, max(1, len(word)))
    if item := re.fullmatch(r"- +([\w-]+)", word):
        return Told(named, "an item without its first key", 'write "- id: …"', f"- id: {item[1]}")
    return Told(named, "a key without its colon", 'write "key: value"')


def _no_key(at: Mark, _opened: Mark, lines: Lines) -> Told:
    """What follows a quoted text, a quote closed lines later, or indentation that fits nothing above."""
    line = lines[at.line - 1]
    last = _last_scalar(lines)
    if last is not None and last.style in ("'", '"') and last.end_mark.line == at.line - 1:
        if last.start_mark.line < last.end_mark.line:
            opened = Mark(last.start_mark.line + 1, last.start_mark.column + 1)
            return _whole(opened, "the quote that opens here is not closed in its line", lines, "add the closing quote")
        mend = "put the whole text in the other kind of quotes"
        if last.style == "'":
            mend = "write an apostrophe twice inside single quotes, or use double quotes"
        return _whole(at, "the text goes on after its closing quote", lines, mend)
    if line.lstrip().startswith("- "):
        return stray_item(Mark(at.line, indent_of(line) + 1), lines)
    if bracket := _OPENED.match(line):
        mark = Mark(at.line, bracket.start(1) + 1)
        return _whole(mark, f'a text cannot begin with "{bracket[1]}"', lines)
    if line.lstrip().startswith(":"):
        return Told(at, "a key is missing before the colon", 'write "key: value"')
    indent = indent_of(line)
    message = f"a line indented by {blanks(indent)} fits no line above it"
    mend = f"indent it by {blanks(neighbour(at.line, lines))}, like its neighbours"
    return Told(Mark(at.line, indent + 1), message, mend)


def _last_scalar(lines: Lines) -> Any:
    """What stands last before the error."""
    last = None
    for event in _events(lines):
        if isinstance(event, yaml.ScalarEvent):
            last = event
    return last


def _open_bracket(lines: Lines) -> Mark | None:
    """The innermost bracket that is open where the error is."""
    opened = []
    for event in _events(lines):
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
    return _mark(opened[-1].start_mark, lines) if opened and opened[-1].flow_style else None


def _events(lines: Lines) -> Iterator[Any]:
    """Read once more up to the error: the good path does not pay for remembering."""
    parser = CParser("\n".join(lines))
    try:
        while (event := parser.get_event()) is not None:
            yield event
    except yaml.YAMLError:
        return
    finally:
        parser.dispose()


_MEANINGS = (
    ("unexpected end of stream", _never_closed),
    ("cannot start any token", _bad_start),
    ("mapping values are not allowed", _colon),
    ("could not find expected ':'", no_colon),
    ("tab character", _tab),
    ("did not find expected key", _no_key),
    ("'-' indicator", _no_key),
    ("expected ',' or", _not_closed),
    ("comment or line break", _begins_block),
    ("alphabetic or numeric", _begins_alias),
    ("invalid Unicode", _no_character),
    ("escape", _escape),
    ("sequence entries are not allowed", _begins_item),
    ("tag URI", _begins_tag),
    ("node content", _bad_start),
    ("mapping keys are not allowed", _begins_key),
)
"""What libyaml says, and what it most likely means; the first that fits is taken."""
