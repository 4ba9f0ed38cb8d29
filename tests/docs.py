"""What the docs say, as checkers: each takes texts and returns where they part from the bot."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Block:
    """A fenced block: the words behind its fence, and what it holds."""

    words: tuple[str, ...]
    text: str


FENCED = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> list[Block]:
    return [Block(tuple(words.split()), body) for words, body in FENCED.findall(text)]


def prose(text: str) -> str:
    return FENCED.sub("", text)


def rows_under(text: str, heading: str) -> set[str]:
    """The first cells, without bold and code, of the table under a heading."""
    return set(_cells(_under(text, heading))) - {"key", "option", "variable"}


def bold_under(text: str, heading: str) -> set[str]:
    """Those of them that are bold: what is required."""
    return set(re.findall(r"^\| \*\*`([^`]+)`\*\*", _under(text, heading), re.MULTILINE))


def _under(text: str, heading: str) -> str:
    found = re.search(rf"^(#+) {re.escape(heading)}$(.*?)(?=^#{{1,6}} |\Z)", prose(text), re.MULTILINE | re.DOTALL)
    return found[2] if found else ""


def _cells(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith("|-"):
            yield line.split("|")[1].strip().strip("*`")


def apart(what: str, said: Iterable[str], real: Iterable[str]) -> list[str]:
    """Names that only one of the two knows."""
    said, real = set(said), set(real)
    undocumented = [f"{what}: {name} is not documented" for name in sorted(real - said)]
    return undocumented + [f"{what}: {name} does not exist" for name in sorted(said - real)]


def headings(text: str, level: int = 2) -> list[str]:
    return re.findall(rf"^{'#' * level} (.+)$", prose(text), re.MULTILINE)


def coded_headings(text: str) -> set[str]:
    """Headings that are nothing but code: the verbs, the commands."""
    return {name[1:-1] for name in headings(text) if re.fullmatch(r"`[^`]+`", name)}


def unknown_calls(text: str, program: str, known: Mapping[str, Iterable[str]]) -> list[str]:
    """Every `program word …` in code whose word, or an option after it, does not exist."""
    code = [line for block in blocks(text) if "sh" in block.words for line in block.text.splitlines()]
    code += re.findall(r"`([^`\n]+)`", prose(text))
    found = []
    for line in code:
        called = re.match(rf"(?:\S*/)?{program} ([a-z][\w-]*)(.*)", line)
        if not called:
            continue
        if called[1] not in known:
            found.append(f"`{line}`: there is no {program} {called[1]}")
            continue
        options = re.findall(r"(?<!\S)--[a-z-]+", called[2])
        found += [f"`{line}`: there is no {one}" for one in options if one not in known[called[1]]]
    return found


def dead_links(root: Path, path: Path) -> list[str]:
    """Relative links and pictures that lead nowhere, and anchors that are no heading."""
    text = prose(path.read_text(encoding="utf-8"))
    found = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.is_relative_to(root.resolve()) or not target.exists():
            found.append(f"{path.name}: {link} leads nowhere")
        elif anchor and anchor not in anchors(target):
            found.append(f"{path.name}: {link} has no such heading")
    return found


def anchors(path: Path) -> set[str]:
    """The anchors Git hosts make of headings."""
    titles = re.findall(r"^#+ (.+)$", prose(path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def pictures_without_words(text: str) -> list[str]:
    """Pictures whose alternative text would tell a blind reader nothing."""
    return [name for alt, name in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", prose(text)) if len(alt.split()) < 5]


def shouted(text: str) -> list[str]:
    """Exclamation marks in what people read."""
    plain = re.sub(r"`[^`]*`|!\[|\]\([^)]*\)", "", prose(text))
    return [line for line in plain.splitlines() if "!" in line]
