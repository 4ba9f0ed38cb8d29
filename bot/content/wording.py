"""Whether a text can be read alone: warnings for what leans on a neighbour, and for what YAML cut off."""

import re

from bot.content.mends_lines import requoted
from bot.content.model import EDITOR
from bot.content.problems import Mark
from bot.content.yaml_tree import Map, Seq, Tree, mark_of

_OPENS = re.compile(r"(?:He|She|They|It|His|Her|Their|Its|This|That|These|Those|The former|The latter)\b(?! who\b)")
_SOMEBODY = frozenset(("He", "She", "They", "His", "Her", "Their"))
"""Most often the speaker, whom the text then need not be asked for a second time."""
_LEANS = re.compile(
    r"\b(?P<same>the same)\b"
    r"|\b(?P<those>those)(?=[.,;:!?]|$"
    r"|\s+(?:are|were|is|was|will|would|can|could|may|might|must|should|have|had|has|do|did)\b)"
    r"|(?:,\s*|\s)(?P<too>too)(?=[.!?,;]|$)",
    re.IGNORECASE,
)
_LEANING = ("the same", "those", "too")
"""What is in every text that _LEANS finds: most texts need no second look."""
_TITLES = frozenset(("the", "von", "van", "der", "den", "del", "and", "for", "professor", "unnamed"))
_CUT = re.compile(
    r"""(?P<before>\s*(?:-\ )?(?:text|title|summary|caveat|note|about|headline|lead|closing|role|label|based_on|name
        |publisher|affiliation|hedge)\s*:\s+[^\s"'>|{\[\#][^\n]*?[^\s])(?P<gap>[ \t]+)\#(?P<after>[^\n]*)$""",
    re.VERBOSE,
)


def check_wording(tree: Tree, text: str) -> None:
    """Add a warning for each text that cannot stand alone, names no speaker, or lost its end to a comment."""
    if " #" in text:
        _cut_off(tree)
    if tree.root is None:
        return
    people = {one["id"]: one for one in _maps(tree.root, "people") if isinstance(one.get("id"), str)}
    names = {name: _names(one) for name, one in people.items()}
    for snippet in _maps(tree.root, "snippets"):
        said = snippet.get("text")
        if tree.sated:
            return
        if not isinstance(said, str) or not said.strip():
            continue
        lower = said.lower()
        if found := _OPENS.match(said) or (any(word in lower for word in _LEANING) and _LEANS.search(said)):
            _leans(tree, snippet, found.group().strip(" ,"))
        speaker = snippet.get("claimed_by")
        called = names.get(speaker) if isinstance(speaker, str) and speaker != EDITOR else None
        if called and not (found and found.group() in _SOMEBODY) and not any(name in lower for name in called):
            mark = mark_of(snippet.events["text"][1])
            message = f'the text does not name who says it ("{speaker}")'
            mend = f"name {people[speaker].get('name') or 'the speaker'}, so that the claim can be read alone"
            tree.add(Mark(mark.line, mark.column), message, "alone", mend, warning=True)


def _leans(tree: Tree, snippet: Map, word: str) -> None:
    mend = "name who or what is meant, so that the claim can be read alone"
    if word in _SOMEBODY and isinstance(speaker := snippet.get("claimed_by"), str):
        mend = f'name who is meant ("{speaker}" speaks here), so that the claim can be read alone'
    start = mark_of(snippet.events["text"][1])
    line = tree.lines[start.line - 1]
    at = line.find(word, start.column - 1)
    mark = Mark(start.line, at + 1, len(word)) if at >= 0 else Mark(start.line, start.column)
    tree.add(mark, f'"{word}" leans on another text', "alone", mend, warning=True)


def _cut_off(tree: Tree) -> None:
    """A `#` after a blank begins a comment; two blanks before it, or a blank after it, show that one was meant.

    It goes by lines, each with the one above: over a whole text the pattern would look at blank lines for hours.
    """
    above = ""
    for number, line in enumerate(tree.lines, 1):
        found = _comment(above, line) if " #" in line else None
        above = line if line.strip() else above
        if found is None:
            continue
        if tree.sated:
            return
        if len(found["gap"]) > 1 and found["after"][:1] in ("", " "):
            continue
        if len(found["gap"]) == 1 and found["after"][:1] == " " and found["before"].rstrip().endswith((".", '"')):
            continue
        column = found.start("after") - (found.string.rfind("\n") + 1)
        mend = "put the whole text in quotes, or set two blanks before a comment"
        message = "the text ends here: what follows # is a comment"
        example = requoted(tree.lines, number, comments=False)
        tree.add(Mark(number, column), message, "trap", mend, warning=True, example=example)


def _comment(above: str, line: str) -> re.Match[str] | None:
    """A comment behind a text, whose key may stand alone in the line above."""
    return _CUT.match(line) or (_CUT.match(f"{above}\n{line}") if above.rstrip().endswith(":") else None)


def _names(person: Map) -> tuple[str, ...]:
    """What counts as naming somebody: any word of the name or of an alias, but no title."""
    aka = person.get("aka")
    given = [person.get("name"), *(aka if isinstance(aka, Seq) else ())]
    words = [word for name in given if isinstance(name, str) for word in re.split(r"[\s,.()]+", name.lower())]
    strong = tuple(word for word in words if word and word not in _TITLES and (len(word) > 1 or not word.isascii()))
    return strong or tuple(words)


def _maps(root: Map, name: str) -> list[Map]:
    items = root.get(name)
    return [item for item in items if isinstance(item, Map)] if isinstance(items, Seq) else []
