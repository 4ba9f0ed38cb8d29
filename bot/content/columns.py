"""What stands in a wrong column, or has no key: an indented key, an item, a line that has left its text."""

import re

from bot.content.counting import how_many
from bot.content.mends_keys import is_key
from bot.content.mends_lines import HEAD, KEY, Lines, requoted, shown
from bot.content.model import Briefing
from bot.content.problems import Mark, Told

_BLOCK = re.compile(r"\s*(?:- +)*[\w-]+\s*:\s+[>|][-+\d]*\s*(?:#.*)?$")


def deeper(here: Mark, above: int, lines: Lines) -> Told:
    """Either of two lines stands in a wrong column, or the lower one goes on with a text that holds a colon."""
    line, before = lines[here.line - 1], lines[above - 1]
    if not KEY.match(line):
        mend = "quote the whole text, which begins in the line above"
        return Told(here, 'a text that holds ": " must be quoted', mend, requoted(lines, above))
    earlier = _key_above(above, lines)
    if earlier and column_of(lines[earlier - 1]) == column_of(line) > column_of(before):
        mend = f"indent it by {blanks(column_of(line))}, like the keys around it"
        return Told(Mark(above, indent_of(before) + 1), "this key stands further left than its neighbours", mend)
    mend = f"indent it by {blanks(column_of(before))}, like the key above, or quote the text above"
    return Told(here, "this key is indented deeper than the key above it", mend)


def no_colon(_at: Mark, opened: Mark, lines: Lines) -> Told:
    """A line without a key: a text that goes on too far left, or a key whose colon is missing."""
    above = line_above(opened.line, lines)
    begun = above
    while begun and not _BLOCK.match(lines[begun - 1]) and not HEAD.match(lines[begun - 1]):
        begun = line_above(begun, lines)
    if begun and _BLOCK.match(lines[begun - 1]):
        indent = indent_of(lines[begun])
        mend = f"indent it by {blanks(indent)}, like the other lines of the text"
        return Told(opened, "this line has left its text: it stands too far left", mend)
    text = lines[opened.line - 1].strip()
    key, _, value = text.removeprefix("- ").partition(" ")
    if value and is_key(Briefing, key):
        here, example = Mark(opened.line, opened.column, len(key)), shown(f"{key}: {value.strip()}")
        return Told(here, "a key without its colon", f'set a colon after "{key}"', example)
    here = Mark(opened.line, opened.column, max(1, len(text)))
    if re.fullmatch(r"[\w-]+", text):
        return Told(here, "a key without its colon", 'write "key: value"')
    mend = 'indent it deeper than the key of its text, or write "key: value"'
    return Told(here, "this line has no key, and stands too far left to go on with a text", mend)


def stray_item(here: Mark, lines: Lines) -> Told:
    """A list item in a column of its own, or a key that is no item."""
    line = lines[here.line - 1]
    key = line.lstrip().removeprefix("- ").split(":")[0].strip()
    for number in range(here.line - 1, 0, -1):
        above = lines[number - 1]
        if above.lstrip().startswith("- ") and indent_of(above) != indent_of(line):
            if above.lstrip().removeprefix("- ").split(":")[0].strip() != key:
                continue
            mend = f"indent it by {blanks(indent_of(above))}, like the other items"
            return Told(here, "a list item stands where a key is needed", mend)
        if above[:1] not in ("", " ", "#", "-"):
            break
    if HEAD.match(line):
        example = shown(line.lstrip().removeprefix("- "))
        return Told(here, "a list item stands where a key is needed", 'take the "- " away', example)
    return Told(here, "a list item stands where a key is needed", "indent it below the key of its list")


def line_above(line: int, lines: Lines) -> int:
    """The line above that is not empty; 0 where there is none."""
    above = line - 1
    while above and not lines[above - 1].strip():
        above -= 1
    return above


def indent_of(line: str) -> int:
    return len(line) - len(line.lstrip())


def column_of(line: str) -> int:
    """Where the key of a line begins, behind the dash of an item."""
    return len(line) - len(re.sub(r"^\s*(?:- +)*", "", line))


def blanks(number: int) -> str:
    return how_many(number, "blank")


def _key_above(line: int, lines: Lines) -> int:
    above = line_above(line, lines)
    while above and not HEAD.match(lines[above - 1]):
        above = line_above(above, lines)
    return above


def neighbour(line: int, lines: Lines) -> int:
    """The column of the key above."""
    above = _key_above(line, lines)
    return column_of(lines[above - 1]) if above else 0
