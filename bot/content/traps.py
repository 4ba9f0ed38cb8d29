"""What a comma or a missing blank inside { } makes of a text, and the text that was meant."""

import re
from typing import TYPE_CHECKING

from bot.content.mends_keys import is_key
from bot.content.mends_lines import in_flow, in_quotes, shown
from bot.content.model import Briefing
from bot.content.problems import Mark

if TYPE_CHECKING:  # the tree calls this module while it is built
    from bot.content.yaml_tree import Map, Tree

_GLUED = re.compile(r"([a-z][a-z_]*):(?!//)(\S.*)")
_CURLY = "“”„‘’«»"


def untangled(tree: "Tree", flow: "Map") -> "Map":
    """Tell once of each text that fell into pieces, and put it together, so that nothing else is told of it."""
    told: str | None = ""
    before: str | None = None
    pieces = _in_pieces(flow)
    for key, (named, valued) in list(flow.events.items()):
        if flow[key] is not None or valued.start_mark.index != valued.end_mark.index:
            before, told = key, ""
        elif glued := _GLUED.fullmatch(key):
            _glued(tree, flow, key, glued)
            before = glued[1]
        elif not re.fullmatch(r"[a-z][a-z_]*", key) or (pieces and not is_key(Briefing, key)):
            if (before is None or told != before) and not tree.full:
                example = _joined(tree, flow, before, named) if before is not None else None
                mark = Mark(named.start_mark.line + 1, named.start_mark.column + 1, len(key))
                mend = "inside { } a comma ends the value: quote the whole text"
                tree.add(mark, f'"{key}" became a key of its own', "trap", mend, example=example)
                told = before
            del flow[key], flow.events[key]
    return flow


def _in_pieces(flow: "Map") -> bool:
    """Whether a sentence stands here: then a single word may be a piece of it as well."""
    return any(" " in key for key in flow) or any(isinstance(value, str) and " " in value for value in flow.values())


def _glued(tree: "Tree", flow: "Map", key: str, glued: re.Match[str]) -> None:
    events = flow.events.pop(key)
    start = events[0].start_mark
    line = tree.lines[start.line]
    end = start.column + len(key)
    example = (
        f"{line[: start.column]}{glued[1]}: {in_flow(glued[2])}{line[end:]}"
        if line[start.column : end] == key
        else None
    )
    mark = Mark(start.line + 1, start.column + 1, len(key))
    message = f'a blank is missing after "{glued[1]}:"'
    tree.add(mark, message, "trap", "set a blank after the colon", example=shown(example) if example else None)
    del flow[key]
    if glued[1] not in flow:
        flow[glued[1]], flow.events[glued[1]] = glued[2], events


def _joined(tree: "Tree", flow: "Map", before: str, named: object) -> str | None:
    """The line with all of the text in quotes: from where its first piece begins to the last piece."""
    value = flow[before]
    first, last = flow.events[before][1], getattr(named, "start_mark", None)
    if not isinstance(value, str) or last is None or first.start_mark.line != last.line or first.style:
        return None
    line = tree.lines[last.line]
    pieces = re.match(r"[^}\]]*", line[last.column :])
    end = last.column + len(pieces.group().rstrip()) if pieces else last.column
    text = line[first.start_mark.column : end].strip(_CURLY + " ")
    return shown(f"{line[: first.start_mark.column]}{in_quotes(text)}{line[end:]}")
