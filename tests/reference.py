"""Makes docs/reference.md: every key of a briefing and of config.yaml, as the model has it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.content.model import Briefing
from bot.content.schema import json_schema
from bot.settings import Config

Schema = Mapping[str, Any]
Words = tuple[tuple[str, str], ...]
"""A closed list: each word with its meaning."""

KINDS = {
    "a text": "quote it where it holds `: `, ` #` or begins with a sign that YAML knows",
    "an id": "small letters, digits and hyphens, at most 64, beginning with a letter or a digit",
    "a date": "`2026`, `2026-11`, `2026-11-02` or `2026-11-02T08:00`; without a zone, in that of `config.yaml`",
    "a paragraph, a span, or a list of them": "`4`, `3-5`, or `[0, 3-5]`; 0 is the standfirst, 1 the first paragraph",
    "a number": "`10000` or `3.5`, without commas between thousands",
    "a whole number": "`3`",
    "true or false": "`yes` and `no` will do",
    "a web address": "it begins with `http://` or `https://`, and names no user",
    "a language": "a code such as `en`, `ko` or `pt-BR`",
    "a name": "that of a section: small letters, digits and hyphens, at most 32",
    "the number 1": "there is no other version yet",
    "one of these words": "exactly so; what each means stands [below](#words)",
    "one word": "exactly so; there is no other yet",
    "keys and values": "the keys have a table of their own",
    "a list": "`[one, two]`, or each on a line of its own after `- `",
    "names": "you choose them: small letters, digits and hyphens, at most 32",
    "a time zone": "as `Europe/Berlin` or `Asia/Seoul`",
    "a time of day": 'in quotation marks: `"08:00"`',
    "days of the week": "`mon` to `sun`, a span such as `mon-fri`, several with commas, or `daily`",
    "five fields": 'minute, hour, day of the month, month, day of the week: `"0 8 * * 1-5"`',
    "a length of time": "`15s`, `30m`, `6h` or `2d`",
    "a country, or a list of days": "`DE`, a part such as `DE-BE`, or `[2026-12-24, 2026-12-31]`",
    "a list of ids, or all": "`[one, two]` or `all`",
    "a place": "`desk:newsroom`, `discord:123456789012345678` or `slack:C0123456789`",
    "an id of Discord": "15 to 20 digits, in quotation marks",
    "an id of Slack": "`U` or `W`, and capital letters and digits",
    "an address": "as `127.0.0.1` or `0.0.0.0`",
}
"""How each kind of value is written; a kind that is not here is a KeyError."""

MORE = {
    "`sharing`, `audience`": "[Sharing labels](write-a-briefing.md#sharing-labels) tells what they do.",
    "`correction`": "[Corrections](write-a-briefing.md#corrections) shows how.",
    "`digests`": "[Schedule a digest](schedule-a-digest.md) shows how.",
    "`delivery`": "[How digests are delivered](delivery.md) tells what it is for.",
    "`desk`": "[The desk](desk.md) tells of passwords and proxies.",
    "`discord`": "[Connect Discord](connect-discord.md) names every click.",
    "`slack`": "[Connect Slack](connect-slack.md) names every click.",
}
"""What stands under a heading besides."""

OPENING = """\
# Every key

This page is made from the model that checks your files, and so is what an
[editor](write-a-briefing.md#in-your-editor) tells as you type. [Write a briefing](write-a-briefing.md) and
[Configure](configure.md) say what to do with it. **Bold** keys are required, and all others may be left out. A key
that is not listed is an error, so that a typing mistake cannot go unnoticed.

- [Kinds of values](#kinds-of-values) · [A briefing](#a-briefing) · [`config.yaml`](#configyaml) · [Words](#words)
"""


@dataclass(frozen=True)
class Part:
    """A block of a file: the heading it has here, and what may stand in it."""

    heading: str
    schema: Schema


def reference() -> str:
    """The whole page."""
    files = {"A briefing": _parts(json_schema(Briefing), ""), "`config.yaml`": _parts(json_schema(Config), ".")}
    lists = _lists([part for parts in files.values() for part in parts])
    told = [OPENING, _kinds(files)]
    for name, (first, *parts) in files.items():
        told.append(f"## {name}\n\n{first.schema['description']}\n\n{_table(first, lists)}")
        told += [f"### {one.heading}\n\n{_about(one)}\n\n{_table(one, lists)}" for one in parts]
    told.append("## Words\n\nWhere only a few words may stand, these are they.\n")
    told += [f"### {heading}\n{_more(heading)}\n{_words(words)}" for words, heading in lists.items()]
    return "\n".join(told)


def _parts(top: Schema, dotted: str) -> list[Part]:
    """Every block of a file, each once; `dotted` stands between the names of one in another."""
    found: dict[str, Part] = {"": Part("", top)}
    for name, schema in _blocks(top, "", dotted):
        found.setdefault(name, Part(f"`{name}`", schema))
    return list(found.values())


def _blocks(schema: Schema, path: str, dotted: str) -> Iterator[tuple[str, Schema]]:
    for name, one in schema["properties"].items():
        inside = next((one[key] for key in ("items", "additionalProperties") if isinstance(one.get(key), dict)), one)
        if "properties" in inside:
            here = f"{path}{name}"
            yield here, inside
            yield from _blocks(inside, f"{here}{dotted}" if dotted else "", dotted)


def _lists(parts: list[Part]) -> dict[Words, str]:
    """The closed lists with their headings: the keys that take them, and whose, where others have that name."""
    named: dict[Words, list[tuple[str, str]]] = {}
    for part in parts:
        for name, one in part.schema["properties"].items():
            if "enumDescriptions" in one:
                named.setdefault(_list(one), []).append((name, part.heading))
    keys = [name for words in named.values() for name in {name for name, _ in words}]
    found = {}
    for words, places in named.items():
        names = dict.fromkeys(name for name, _ in places)
        whose = f" of {places[0][1]}" if any(keys.count(name) > 1 for name in names) else ""
        found[words] = ", ".join(f"`{name}`" for name in names) + whose
    return found


def _list(one: Schema) -> Words:
    """Without what says that the key may be left empty."""
    return tuple(pair for pair in zip(one["enum"], one["enumDescriptions"], strict=True) if pair[0] is not None)


def _kinds(files: Mapping[str, list[Part]]) -> str:
    used = {_kind(one) for parts in files.values() for part in parts for one in part.schema["properties"].values()}
    used |= {_kind({"title": kind.partition("; in it ")[2]}) for kind in used if "; in it " in kind}
    bare = {_bare(kind) for kind in used}
    missing = bare - KINDS.keys()
    if missing:
        raise KeyError(f"tests/reference.py does not say how this is written: {missing}")
    rows = [f"| {kind} | {told} |" for kind, told in KINDS.items() if kind in bare]
    return "\n".join(["## Kinds of values\n", "| kind | how it is written |", "|---|---|", *rows, ""])


def _kind(schema: Schema) -> str:
    title: str = schema["title"]
    return title[:1].lower() + title[1:]


def _bare(kind: str) -> str:
    """A kind without its limits, and without what is in it."""
    if kind in KINDS:
        return kind
    return kind.partition("; in it ")[0].partition(",")[0]


def _table(part: Part, lists: Mapping[Words, str]) -> str:
    rows = ["| key | value | meaning |", "|---|---|---|"]
    for name, one in part.schema["properties"].items():
        key = f"**`{name}`**" if name in part.schema.get("required", ()) else f"`{name}`"
        rows.append(f"| {key} | {_value(one, lists)} | {one['description']} |")
    return "\n".join([*rows, ""])


def _value(one: Schema, lists: Mapping[Words, str]) -> str:
    kind = _kind(one)
    if "enumDescriptions" in one:
        kind = f"[{kind}](#{_anchor(lists[_list(one)])})"
    if "default" in one and one.get("enum") != [1, "1"]:
        shown = str(one["default"]).lower() if isinstance(one["default"], bool) else one["default"]
        kind += f"; `{shown}` if nothing is said"
    return kind


def _about(part: Part) -> str:
    return " ".join(filter(None, [part.schema["description"], MORE.get(part.heading, "")]))


def _more(heading: str) -> str:
    return f"\n{MORE[heading]}\n" if heading in MORE else ""


def _words(words: Words) -> str:
    return "\n".join(["| word | meaning |", "|---|---|", *(f"| `{word}` | {told} |" for word, told in words), ""])


def _anchor(heading: str) -> str:
    return heading.replace("`", "").replace(",", "").replace(" ", "-").lower()
