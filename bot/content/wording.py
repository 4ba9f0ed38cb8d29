"""Whether a text can be read alone: warnings for what leans on a neighbour, and for what YAML cut off."""

import re

from bot.content.model import EDITOR
from bot.content.problems import Mark
from bot.content.yaml_tree import Map, Seq, Tree, mark_of

_OPENS = re.compile(r"(?:He|She|They|It|His|Her|Their|Its|This|That|These|Those|The former|The latter)\b(?! who\b)")
_LEANS = re.compile(
    r"\b(?P<same>the same)\b"
    r"|\b(?P<those>those)(?=[.,;:!?]|$"
    r"|\s+(?:are|were|is|was|will|would|can|could|may|might|must|should|have|had|has|do|did)\b)"
    r"|(?:,\s*|\s)(?P<too>too)(?=[.!?,;]|$)",
    re.IGNORECASE,
)
_TITLES = frozenset(("the", "von", "van", "der", "den", "del", "and", "for", "professor", "unnamed"))
_CUT = re.compile(
    r"""^(?P<before>\s*(?:-\ )?(?:text|title|summary|caveat|note|about|headline|lead|closing|role|label|based_on|name
        |publisher|affiliation|hedge)\s*:\s+[^\s"'>|{\[\#][^\n]*?[^\s])(?P<gap>\s+)\#(?P<after>[^\n]*)$""",
    re.MULTILINE | re.VERBOSE,
)


def check_wording(tree: Tree, text: str) -> None:
    """Add a warning for each text that cannot stand alone, names no speaker, or lost its end to a comment."""
    _cut_off(tree, text)
    if tree.root is None:
        return
    names = {person["id"]: _names(person) for person in _maps(tree.root, "people") if isinstance(person.get("id"), str)}
    for snippet in _maps(tree.root, "snippets"):
        said = snippet.get("text")
        if tree.full:
            return
        if not isinstance(said, str) or not said.strip():
            continue
        if _OPENS.match(said) or _LEANS.search(said):
            _leans(tree, snippet, said)
        speaker = snippet.get("claimed_by")
        if speaker != EDITOR and isinstance(speaker, str) and speaker in names:
            lower = said.lower()
            if not any(name in lower for name in names[speaker]):
                mark = mark_of(snippet.events["text"][1])
                message = f'the text does not name who says it ("{speaker}")'
                mend = "name the speaker, so that the claim can be read alone"
                tree.add(Mark(mark.line, mark.column), message, "alone", mend, warning=True)


def _leans(tree: Tree, snippet: Map, said: str) -> None:
    event = snippet.events["text"][1]
    found = _OPENS.match(said) or _LEANS.search(said)
    if found is None:
        return
    word = found.group().strip(" ,")
    mend = "name who or what is meant, so that the claim can be read alone"
    start = mark_of(event)
    line = tree.lines[start.line - 1]
    at = line.find(word, start.column - 1)
    mark = Mark(start.line, at + 1, len(word)) if at >= 0 else Mark(start.line, start.column)
    tree.add(mark, f'"{word}" leans on another text', "alone", mend, warning=True)


def _cut_off(tree: Tree, text: str) -> None:
    """A `#` after a blank begins a comment; two blanks before it, or a blank after it, show that one was meant."""
    if " #" not in text:
        return
    for found in _CUT.finditer(text):
        if len(found["gap"]) > 1 and found["after"][:1] in ("", " "):
            continue
        if len(found["gap"]) == 1 and found["after"][:1] == " " and found["before"].rstrip().endswith((".", '"')):
            continue
        line = text.count("\n", 0, found.start("after")) + 1
        column = found.start("after") - (text.rfind("\n", 0, found.start("after")) + 1)
        mend = "put the whole text in quotes, or set two blanks before a comment"
        tree.add(Mark(line, column), "the text ends here: what follows # is a comment", "trap", mend, warning=True)


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
