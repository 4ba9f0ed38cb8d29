"""From a tree to a model: what pydantic finds, said in an editor's words and put at its place."""

import re
from collections.abc import Iterable
from enum import Enum
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content.problems import Mark
from bot.content.suggest import closest, did_you_mean, one_of
from bot.content.yaml_tree import Map, Seq, Tree, mark_of

Model = TypeVar("Model", bound=BaseModel)

_ARTICLES = {
    "bool": "yes or no",
    "int": "a whole number",
    "decimal": "a number",
    "string": "a text",
    "tuple": "a list",
    "model": "keys with values",
    "dict": "keys with values",
}


def shape(tree: Tree, model: type[Model], context: Any = None) -> Model | None:
    """Validate the tree as `model`; all that is wrong goes to the tree's problems, and then None comes back."""
    if tree.root is None:
        return None
    try:
        return model.model_validate(tree.root, context=context)
    except ValidationError as error:
        known = {(problem.mark.line, problem.mark.column) for problem in tree.problems}
        for detail in error.errors(include_url=False):
            if tree.full:
                break
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
    path = tuple(step for step in detail["loc"])
    kind, given = detail["type"], detail["input"]
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "the file")
    if kind == "extra_forbidden":
        mark = place(tree, path, key=True)
        if (mark.line, mark.column) not in known:
            mend = did_you_mean(name, _keys(model, path[:-1]))
            tree.add(mark, f'unknown key "{_clip(name)}"', "unknown-key", mend)
        return
    if kind == "missing":
        tree.add(place(tree, path[:-1]), f'"{name}" is missing', "missing", f'add "{name}: …"')
        return
    message, rule, mend = _said(kind, name, given, detail)
    mark = place(tree, path)
    if rule == "id" and (mark.line, mark.column) in known:
        return  # a reference that leads nowhere says more than that it could lead nowhere
    tree.add(mark, message, rule, mend)


def _mend_type(name: str, wanted: str, given: Any) -> str | None:
    if not isinstance(given, str):
        return None
    if wanted == "a list":
        return f'write "{name}: [{given}]"'
    if wanted == "a number" and (digits := re.sub(r"[\s,'_]", "", given)).isdigit():
        return f'write "{digits}"'
    if name == "when":
        return 'write "when: {date: …}" or "when: {text: …}"'
    return None


def _said(kind: str, name: str, given: Any, detail: ErrorDetails) -> tuple[str, str, str | None]:
    if given is None:
        return f'"{name}" is empty', "missing", "write its value, or delete the key"
    context = detail.get("ctx", {})
    if kind in ("literal_error", "enum"):
        return _not_one_of(name, given, str(context["expected"]))
    if kind == "string_pattern_mismatch":
        return _bad_id(name, str(given))
    if kind in ("string_too_long", "string_too_short", "too_long", "too_short"):
        return _length(name, given, context)
    if kind == "value_error":
        return _wrong_value(name, given, context["error"])
    wanted = _ARTICLES.get(kind.split("_")[0])
    if wanted and kind.endswith("_type"):
        return f'"{name}" must be {wanted}, not {_what(given)}', "type", _mend_type(name, wanted, given)
    if wanted:
        return f'"{name}" must be {wanted}, not "{_clip(given)}"', "type", _mend_type(name, wanted, given)
    return f'"{name}": {detail["msg"][:1].lower()}{detail["msg"][1:]}', "value", None


def _not_one_of(name: str, given: Any, expected: str) -> tuple[str, str, str | None]:
    if not isinstance(given, str):
        return f'"{name}" must be a text, not {_what(given)}', "type", None
    options = re.findall(r"'([^']+)'", expected)
    plain = given.strip().lower().replace(" ", "-").replace("_", "-")
    exact = next((option for option in options if option.lower() in (plain, f"tlp:{plain}")), None)
    near = exact or closest(given, options)
    mend = f'did you mean "{near}"?' if near else one_of(options)
    return f'"{_clip(given)}" is not a known {name}', "value", mend


def _bad_id(name: str, given: str) -> tuple[str, str, str | None]:
    slug = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")[:64]
    message = f'"{_clip(given)}" cannot be {_a(name)}: small letters, digits and hyphens only'
    return message, "id", f'write "{slug}"' if slug and slug != given else None


def _a(name: str) -> str:
    return "an id" if name == "id" else f'the id of "{name}"' if name != "section" else "a section"


def _length(name: str, given: Any, context: dict[str, Any]) -> tuple[str, str, str | None]:
    if "max_length" in context:
        unit = "characters" if isinstance(given, str) else "entries"
        mend = "split it: one claim, one snippet" if name == "text" else "shorten it"
        return f'"{name}" has {len(given)} {unit}; at most {context["max_length"]}', "length", mend
    return f'"{name}" is empty', "missing", "write its value, or delete the key"


def _wrong_value(name: str, given: Any, error: ValueError) -> tuple[str, str, str | None]:
    """A validator of ours raises ValueError(what is wrong) or ValueError(what is wrong, mend)."""
    said, mend = str(error.args[0]), error.args[1] if len(error.args) > 1 else None
    if "is not a date" in said or "calendar" in said:
        mend = _better_date(str(given)) or "a date is 2024, 2024-11, 2024-11-11 or 2024-11-11T08:00"
    if said.startswith(("is ", "names ", "holds ")):
        said = f'"{name}" {said}'
    return said, "value", mend


def _better_date(given: str) -> str | None:
    found = re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", given) or re.fullmatch(
        r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})", given
    )
    if not found:
        return None
    year, month, day = (found[3], found[2], found[1]) if len(found[3]) == 4 else (found[1], found[2], found[3])
    return f'write "{year}-{int(month):02}-{int(day):02}", year first'


def _what(given: Any) -> str:
    if isinstance(given, dict):
        return "keys with values"
    return "a list" if isinstance(given, list | tuple) else f'"{_clip(given)}"'


def _clip(given: Any) -> str:
    text = str(given)
    return text if len(text) <= 40 else text[:39] + "…"


def _keys(model: type[BaseModel], path: Iterable[str | int]) -> list[str]:
    """The keys that may stand at `path`."""
    here: type[BaseModel] | None = model
    for step in path:
        if here is None:
            return []
        if isinstance(step, str) and (field := _field(here, step)) is not None:
            here = _model_in(field)
    return [info.alias or name for name, info in here.model_fields.items()] if here else []


def _field(model: type[BaseModel], key: str) -> Any:
    for name, info in model.model_fields.items():
        if (info.alias or name) == key:
            return info.annotation
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is Literal or (isinstance(annotation, type) and issubclass(annotation, Enum)):
        return None
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
