"""From a tree to a model: what pydantic finds, said in an editor's words and put at its place."""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content.follows import of_split_items, of_unknown_keys
from bot.content.mends_keys import belongs_elsewhere, mend_key, where_of
from bot.content.problems import Mark
from bot.content.said import clip, said
from bot.content.yaml_tree import Map, Seq, Tree, mark_of

Model = TypeVar("Model", bound=BaseModel)


def shape(tree: Tree, model: type[Model], context: Any = None) -> Model | None:
    """Validate the tree as `model`; all that is wrong goes to the tree's problems, and then None comes back."""
    if tree.root is None:
        return None
    try:
        return model.model_validate(tree.root, context=context)
    except ValidationError as error:
        known = {(problem.mark.line, problem.mark.column) for problem in tree.problems}
        details = error.errors(include_url=False)
        silent = of_unknown_keys(model, details) | of_split_items(tree, details)
        for detail in details:
            if tree.full:
                break
            absent = detail["type"] == "missing" or detail["input"] is None
            if not (absent and (detail["loc"] in silent or detail["loc"][:-1] in silent)):
                _add(tree, model, detail, known)
        return None


def place(tree: Tree, path: Iterable[str | int], *, key: bool = False) -> Mark:
    """Where the value at `path` stands (or its key); the nearest thing above it, if it is not there."""
    node: Any = tree.root
    event = tree.root.start if tree.root is not None else None
    for step in path:
        if isinstance(node, Map) and step in node.events:
            events = node.events[str(step)]
            event = events[0] if key or not _shown(events[1]) else events[1]
            node = node.get(str(step))
        elif isinstance(node, Seq) and isinstance(step, int) and step < len(node.events):
            event = node.events[step]
            node = node[step]
        else:
            break
    return mark_of(event) if event is not None else Mark(1, 1)


def _shown(event: Any) -> bool:
    """An empty value has no place of its own; its key stands for it."""
    return bool(event.start_mark.index != event.end_mark.index)


def _add(tree: Tree, model: type[BaseModel], detail: ErrorDetails, known: set[tuple[int, int]]) -> None:
    path = detail["loc"]
    kind, given = detail["type"], detail["input"]
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "the file")
    if kind == "extra_forbidden":
        mark = place(tree, path, key=True)
        if (mark.line, mark.column) not in known:
            where = where_of(model, path[:-1])
            misplaced = belongs_elsewhere(model, where, name)
            message = f'the key "{clip(name)}" does not belong here' if misplaced else f'unknown key "{clip(name)}"'
            tree.add(mark, message, "unknown-key", mend_key(model, where, name))
        return
    if kind == "missing":
        mend = f'add "{name}: {"1" if name == "format" else "…"}"'
        tree.add(place(tree, path[:-1]), f'"{name}" is missing', "missing", mend)
        return
    found = said(name, given, detail)
    mark = place(tree, path)
    if found.rule == "id" and (mark.line, mark.column) in known:
        return  # a reference that leads nowhere says more than that it could lead nowhere
    tree.add(mark, found.message, found.rule, found.mend, example=found.example)
