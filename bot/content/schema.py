"""The JSON Schema of a file as editors' programs show it: each key with its kind, its meaning and its words.

What these programs make of a schema was tried with yaml-language-server 1.25: a reference loses the words beside it,
and `anyOf` shows every meaning twice. So everything stands where it is used, and one schema names several types.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
"""What every such program reads; nothing here needs a newer one."""


class _Plain(GenerateJsonSchema):
    """Titles are kinds of values here, and not the keys once more; a length of time is written as in a file."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def encode_default(self, dft: Any) -> Any:
        return _length(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def _length(time: timedelta) -> str:
    """`15s`, `6h`, `90d`: in the longest unit that leaves no rest, from two of it on."""
    seconds = int(time.total_seconds())
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0 and seconds >= 2 * size)
    return f"{seconds // size}{unit}"


_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def json_schema(model: type[BaseModel]) -> Schema:
    """The schema of a file; every key in it has a `title`, its kind in plain words, and a `description`."""
    made = model.model_json_schema(schema_generator=_Plain)
    found = _tidy(made, made.pop("$defs", {}))
    return {"$schema": DRAFT, **found, "title": model.__name__}


def _tidy(schema: Mapping[str, Any], parts: Mapping[str, Schema]) -> Schema:
    """A schema without references and without `anyOf`, its keys in the order of a page: what it is, then its rules."""
    found = dict(schema)
    if "$ref" in found:
        found = {**parts[found.pop("$ref").rpartition("/")[2]], **found}
        if found.get("title", "").isalnum():
            found.pop("title")  # the name of a class
    if "anyOf" in found and {"type": "null"} in found["anyOf"]:
        (inner,) = [one for one in found.pop("anyOf") if one != {"type": "null"}]
        found = _or_nothing(_tidy(inner, parts)) | found
    for key in ("properties", "patternProperties"):
        if key in found:
            found[key] = {name: _told(_tidy(one, parts)) for name, one in found[key].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), dict):
            found[key] = _told(_tidy(found[key], parts))
    if not found.get("default") or isinstance(found["default"], dict):
        found.pop("default", None)
    if "`" in (told := found.get("description", "")):
        found["markdownDescription"] = told
    return {key: found[key] for key in sorted(found, key=_rank)}


def _or_nothing(schema: Schema) -> Schema:
    """The same, or left empty."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    found = schema | {"type": [*kinds, "null"]}
    if "enum" in found:
        found |= {"enum": [*found["enum"], None], "enumDescriptions": [*found["enumDescriptions"], NOTHING]}
    return found


NOTHING = "as if the key were not there"

_ORDER = (
    "$schema",
    "title",
    "description",
    "markdownDescription",
    "type",
    "enum",
    "enumDescriptions",
    "default",
    "required",
    "properties",
)


def _rank(key: str) -> int:
    return _ORDER.index(key) if key in _ORDER else len(_ORDER)


def _told(schema: Schema) -> Schema:
    title = schema.get("title") or kind(schema)
    return {"title": title[:1].upper() + title[1:], **{key: schema[key] for key in schema if key != "title"}}


def kind(schema: Mapping[str, Any]) -> str:
    """What kind of value it is, in plain words."""
    kinds = schema.get("type", ())
    kinds = [one for one in (kinds if isinstance(kinds, list) else [kinds]) if one != "null"]
    if "enum" in schema:
        return "one of these words" if len(schema["enum"]) > 1 else "one word"
    match kinds:
        case ["object"] if "properties" in schema:
            return "keys and values"
        case ["object"]:
            return "names, each with keys and values"
        case ["array"]:
            inside = schema["items"]["title"]
            return (
                "a list, each with keys and values"
                if "properties" in schema["items"]
                else f"a list; in it {inside[:1].lower()}{inside[1:]}"
            )
        case ["integer"] if "minimum" in schema and "maximum" in schema:
            return f"a whole number, {schema['minimum']} to {schema['maximum']}"
    return "a text"
