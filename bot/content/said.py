"""What pydantic finds, in an editor's words, with what to write instead."""

import re
import unicodedata
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails

from bot.content.mends_characters import called, odd_in, plain
from bot.content.mends_dates import meant_dates, mend_date
from bot.content.mends_lines import in_flow, shown
from bot.content.mends_numbers import mend_number, mend_yes_or_no
from bot.content.mends_words import mend_word
from bot.content.pasted import without_secrets

_ARTICLES = {
    "bool": "yes or no",
    "int": "a whole number",
    "decimal": "a number",
    "string": "a text",
    "tuple": "a list",
    "model": "keys with values",
    "dict": "keys with values",
}


class Said(NamedTuple):
    """A message, the name of its rule, what to do, and the line as it should be."""

    message: str
    rule: str
    mend: str | None = None
    example: str | None = None


def said(name: str, given: Any, detail: ErrorDetails) -> Said:
    """What is wrong with the value `given` of the key `name`."""
    kind = detail["type"]
    if given is None:
        return Said(f'"{name}" is empty', "missing", "write its value, or delete the key")
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
    if wanted:
        what = _what(given) if kind.endswith("_type") else f'"{clip(given)}"'
        return Said(f'"{name}" must be {wanted}, not {what}', "type", *_mend_type(name, wanted, given))
    return Said(f'"{name}": {detail["msg"][:1].lower()}{detail["msg"][1:]}', "value")


def _mend_type(name: str, wanted: str, given: Any) -> tuple[str | None, str | None]:
    if wanted == "a list":
        return _as_list(name, given)
    if isinstance(given, list):
        one = "make a snippet for each: one claim, one speaker" if name == "claimed_by" else "write one value"
        return one, None
    if not isinstance(given, str):
        return None, None
    if wanted == "keys with values":
        return _as_keys(name, given)
    if wanted == "yes or no":
        return mend_yes_or_no(given), None
    return (mend_number(name, given), None) if wanted != "a text" else (None, None)


def _as_list(name: str, given: Any) -> tuple[str, str | None]:
    if isinstance(given, dict):
        first = next(((key, value) for key, value in given.items() if isinstance(value, str)), None)
        return 'begin each item with "- "', shown(f"- {first[0]}: {first[1]}") if first else None
    if not isinstance(given, str):
        return "write a list: [a, b]", None
    typed = plain(given).strip().removeprefix("[").removesuffix("]")
    items = [item.strip() for item in re.split(r"[,;]", typed) if item.strip()]
    example = shown(f"{name}: [{', '.join(map(in_flow, items))}]")
    odd = odd_in(given[:1] + given[-1:])
    return f"type plain brackets: here stands {called(odd)}" if odd else "write a list, in [ ]", example


_WITHIN = {"horizon": "text", "correction": "at: …, note", "defaults": "source", "digest": "headline"}
"""The key that a lone text most likely belongs to."""


def _as_keys(name: str, given: str) -> tuple[str, str | None]:
    if name == "when":
        key = "date" if meant_dates(given) or re.fullmatch(r"\d{4}", given) else "text"
        return 'write "when: {date: …}" or "when: {text: …}"', shown(f"when: {{{key}: {in_flow(given)}}}")
    if name not in _WITHIN:
        return "write its keys below it, indented", None
    key = _WITHIN[name]
    return f'write "{name}: {{{key}: …}}"', shown(f"{name}: {{{key}: {in_flow(given)}}}")


def _not_one_of(name: str, given: Any, expected: str) -> Said:
    if not isinstance(given, str):
        return Said(f'"{name}" must be a text, not {_what(given)}', "type", "write one value")
    return Said(f'"{clip(given)}" is not a known {name}', "value", mend_word(given, re.findall(r"'([^']+)'", expected)))


def _bad_id(name: str, given: str) -> Said:
    most = 32 if name == "section" else 64
    slug = slug_of(given)
    if slug == given and len(given) > most:
        message = f'"{clip(given)}" has {len(given)} characters; {_a(name)} has at most {most}'
        return Said(message, "id", f'shorten it: "{slug[:most].rpartition("-")[0] or slug[:most]}"')
    message = f'"{clip(given)}" cannot be {_a(name)}: small letters, digits and hyphens only'
    slug = slug[:most].strip("-")
    return Said(message, "id", f'write "{slug}"' if slug and slug != given else None)


def slug_of(given: str) -> str:
    """Small letters, digits and hyphens; letters with marks lose them."""
    bare = unicodedata.normalize("NFKD", given.lower().replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]+", "-", "".join(char for char in bare if not unicodedata.combining(char))).strip("-")


def _a(name: str) -> str:
    return "an id" if name == "id" else f'the id of "{name}"' if name != "section" else "a section"


def _length(name: str, given: Any, context: dict[str, Any]) -> Said:
    if "max_length" in context:
        unit = "characters" if isinstance(given, str) else "entries"
        mend = "split it: one claim, one snippet" if name == "text" else "shorten it"
        return Said(f'"{name}" has {len(given)} {unit}; at most {context["max_length"]}', "length", mend)
    return Said(f'"{name}" is empty', "missing", "write its value, or delete the key")


def _wrong_value(name: str, given: Any, error: ValueError) -> Said:
    """A validator of ours raises ValueError(what is wrong), with a mend and an example where it knows them."""
    message, mend, example = (*error.args, None, None)[:3]
    if "is not a date" in message or "calendar" in message:
        mend = mend_date(str(given))
    if message.startswith(("is ", "names ", "holds ")):
        message = f'"{name}" {message}'
    return Said(message, "value", mend, shown(f"{name}: {example}") if example else None)


def _what(given: Any) -> str:
    if isinstance(given, dict):
        return "keys with values"
    return "a list" if isinstance(given, list | tuple) else f'"{clip(given)}"'


def clip(given: Any) -> str:
    """At most 40 characters of it, and none of a secret."""
    text = without_secrets(str(given))
    return text if len(text) <= 40 else text[:39] + "…"
