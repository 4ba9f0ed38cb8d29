"""What only follows from another mistake, and so is not told: one problem for each mistake."""

from collections.abc import Iterable
from itertools import islice, pairwise

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.content.mends_keys import meant_key, parts_within, where_of
from bot.content.yaml_tree import MOST_PROBLEMS, Map, Seq, Tree, mark_of

Path = tuple[str | int, ...]


def of_unknown_keys(model: type[BaseModel], details: Iterable[ErrorDetails]) -> set[Path]:
    """The keys that are missing because they stand there under another name, or one level too high."""
    found: set[Path] = set()
    for detail in islice(details, MOST_PROBLEMS):
        *path, given = detail["loc"]
        if detail["type"] == "extra_forbidden" and isinstance(given, str):
            where = where_of(model, path)
            meant = meant_key(model, where, given)
            found.update((*path, name) for name in ([meant] if meant else parts_within(model, where, given)))
    return found


def of_split_items(tree: Tree, details: Iterable[ErrorDetails]) -> set[Path]:
    """An item that has nothing but its id, above one that has no id, is one item; says so, and returns both places."""
    found: set[Path] = set()
    lists = {detail["loc"][0] for detail in details if detail["type"] == "missing" and detail["loc"][-1] == "id"}
    for name in lists:
        items = tree.root.get(str(name)) if tree.root is not None else None
        pairs = pairwise(items) if isinstance(items, Seq) else ()
        for at, (upper, lower) in enumerate(pairs):
            if isinstance(upper, Map) and isinstance(lower, Map) and list(upper) == ["id"] and "id" not in lower:
                mark = mark_of(lower.start)
                first = next(iter(lower), "")
                example = tree.lines[mark.line - 1].replace("- ", "  ", 1).strip()
                message = f'"{first}" begins an item of its own, away from its id in the line above'
                tree.add(mark, message, "missing", 'take the "-" before it away', example=example)
                found |= {(name, at), (name, at + 1)}
    return found
