"""From text to a briefing or to everything that is wrong with it."""

import gc
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.content.model import Briefing, Section
from bot.content.problems import START, Mark, Problem, in_order
from bot.content.read import decode, read_file
from bot.content.receipt import Receipt, receipt_beside
from bot.content.receipt import name_of as receipt_name
from bot.content.references import check_references
from bot.content.shape import place, shape
from bot.content.wording import check_wording
from bot.content.yaml_tree import Map, Seq, Tree, read_tree

Sections = Mapping[str, Section]


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file as it stands: its briefing unless it has errors, and its problems.

    `lines` gives the line of each snippet, `head` is where the briefing's id stands, `receipt` is what is known of the
    last check against its texts. `named` is the briefing's id as it is written, also in a text with errors, or None.
    """

    file: str
    text: str
    briefing: Briefing | None
    problems: tuple[Problem, ...]
    lines: Mapping[str, int]
    head: Mark = START
    receipt: Receipt | None = None
    named: str | None = None


def parse(text: str, file: str, sections: Sections | None) -> Parsed:
    """Parse one text; `sections` None leaves the sections unchecked. Never raises, whatever the text is."""
    with in_bulk():
        return _parse(text, file, sections)


def _parse(text: str, file: str, sections: Sections | None) -> Parsed:
    """The tree is gone when it returns, so that the collector never walks it."""
    tree = read_tree(text, file)
    check_references(tree, sections)
    check_wording(tree, text)
    briefing = shape(tree, Briefing)
    problems = in_order(tree.problems) if tree.problems else ()
    problems += tuple(_more(tree, problems))
    good = not any(problem.severity == "error" for problem in problems)
    if not good:
        return Parsed(file, text, None, problems, {}, named=_named(tree, text))
    return Parsed(
        file, text, briefing, problems, _lines(tree), place(tree, ("briefing", "id")), named=_named(tree, text)
    )


def parse_bytes(data: bytes, file: str, sections: Sections | None) -> Parsed:
    """Parse bytes as they would lie in a file."""
    text = decode(data, file)
    return Parsed(file, "", None, (text,), {}) if isinstance(text, Problem) else parse(text, file, sections)


def parse_file(path: Path, folder: Path, sections: Sections | None) -> Parsed:
    """Parse one file of the briefings folder; its name in problems is its path within that folder."""
    name = path.relative_to(folder).as_posix()
    text = read_file(path, folder, name)
    if isinstance(text, Problem):
        return Parsed(name, "", None, (text,), {})
    return with_receipt(parse(text, name, sections), path, folder)


def with_receipt(parsed: Parsed, path: Path, folder: Path) -> Parsed:
    """With the receipt that lies beside the file, if there is one; one that cannot be read is told, and not used."""
    name = receipt_name(parsed.file)
    found = receipt_beside(path.with_name(receipt_name(path.name)), folder, name)
    if isinstance(found, Problem):
        told = replace(found, file=parsed.file, message=f"{name} {found.message}")
        return replace(parsed, problems=in_order((*parsed.problems, told)))
    return replace(parsed, receipt=found)


@contextmanager
def in_bulk() -> Iterator[None]:
    """Hold the cyclic collector while trees are built: half the time of a large load would be its."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _more(tree: Tree, problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """That there is more to be told than is told."""
    if tree.full:
        yield Problem(tree.file, problems[-1].mark, "more is wrong; these are the first problems", "more")
    elif tree.sated:
        said = "there are more warnings; these are the first"
        yield Problem(tree.file, problems[-1].mark, said, "more", severity="warning")


_HEAD = re.compile(r"^briefing:.*\n?(?:[ \t]+.*\n)*?.*?\bid:[ \t]*[\"']?(?P<id>[a-z0-9][a-z0-9-]*)", re.MULTILINE)
"""Where the id stands in a text that cannot be read as YAML, as after a merge that went wrong."""
HEAD = 4000
"""Characters of such a text in which it is looked for."""


def _named(tree: Tree, text: str) -> str | None:
    if tree.root is None:
        found = _HEAD.search(text[:HEAD])
        return found["id"] if found else None
    head = tree.root.get("briefing")
    name = head.get("id") if isinstance(head, Map) else None
    return name if isinstance(name, str) else None


def _lines(tree: Tree) -> dict[str, int]:
    snippets = tree.root.get("snippets") if tree.root is not None else None
    if not isinstance(snippets, Seq):
        return {}
    return {item["id"]: item.start.start_mark.line + 1 for item in snippets if isinstance(item, Map)}
