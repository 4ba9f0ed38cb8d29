"""What must fit together within one briefing: ids, references, and where a claim was read.

It works on the tree, not on the model, so that these problems appear together with those of types.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any

from bot.content.agreement import check_figure, check_snippet, reversed_ends
from bot.content.mends_keys import meant_key, stands_otherwise
from bot.content.mends_words import Names, mend_name, mend_reference, names_of
from bot.content.model import EDITOR, Briefing
from bot.content.problems import Mark
from bot.content.yaml_tree import MOST_PROBLEMS, Map, Seq, Tree, mark_of

LISTS = ("sources", "people", "snippets", "figures", "timeline")


def check_references(tree: Tree, sections: Mapping[str, Any] | None) -> None:
    """Add every reference that leads nowhere, every id used twice, every claim without its place."""
    if tree.root is not None:
        _Check(tree, tree.root, sections).all()


class _Check:
    """The ids of one file, while its references are looked at."""

    def __init__(self, tree: Tree, root: Map, sections: Mapping[str, Any] | None) -> None:
        self.tree = tree
        self.root = root
        self.sections = sections
        self.first: dict[str, Map] = {}
        self.unread = _unread(root)
        self.ids: dict[str, dict[str, Map]] = {name: self.collect(name) for name in LISTS}
        defaults = root.get("defaults")
        self.default = defaults.get("source") if isinstance(defaults, Map) else None
        self.lasts = {name: _whole(source.get("paragraphs")) for name, source in self.ids["sources"].items()}

    def collect(self, name: str) -> dict[str, Map]:
        found: dict[str, Map] = {}
        for item in _maps(self.root, name):
            given = item.get("id")
            if not isinstance(given, str):
                continue
            if name == "people" and given == EDITOR:
                self.tree.add(_at(item, "id"), '"editor" is the built-in person', "id", "choose another id")
            if given in self.first:
                line = _at(self.first[given], "id").line
                message = f'the id "{given}" is used twice; first in line {line}'
                self.tree.add(_at(item, "id"), message, "duplicate", "give one of them another id")
            self.first.setdefault(given, item)
            found.setdefault(given, item)
        return found

    def all(self) -> None:
        self.refer(self.root.get("defaults"), "source", "sources")
        for source in _maps(self.root, "sources"):
            self.source(source)
        for snippet in _maps(self.root, "snippets"):
            if self.tree.full:
                return
            self.claim(snippet)
            self.snippet(snippet)
        for figure in _maps(self.root, "figures"):
            self.claim(figure)
            self.figure(figure)
            check_figure(self.tree, figure)
        for entry in _maps(self.root, "timeline"):
            self.refer(entry, "snippet", "snippets")
            self.moment(entry)
        self.refer_all(self.root.get("digest"), "items", "snippets")

    def source(self, source: Map) -> None:
        self.refer(source, "superseded_by", "sources")
        if "id" in source and source.get("superseded_by") == source["id"]:
            self.tree.add(_at(source, "superseded_by"), "a source cannot supersede itself", "reference")
        for key in ("title", "url"):
            if source.get(key) is None:
                mark = _at(source, key) if key in source.events else _at(source, "id")
                self.tree.add(mark, f'the source has no {key}; readers see "{_missing(key)}"', "source", warning=True)

    def claim(self, item: Map) -> None:
        """What snippets and figures share."""
        self.speaker(item)
        if "source" in item.events:
            self.refer(item, "source", "sources")
        if item.get("caveat_by") is not None and item.get("caveat") is None and not _otherwise(item, "caveat"):
            self.tree.add(_at(item, "caveat_by"), "caveat_by without a caveat", "reference", 'add "caveat: …"')
        cites = item.get("cite")
        if isinstance(cites, Seq):
            self.cites(item, cites)
        elif item.get("status") != "note" or item.get("claimed_by") != EDITOR:
            self.read_somewhere(item)
        self.paragraphs(item, item.get("source") or self.default)

    def speaker(self, item: Map) -> None:
        speaker = item.get("claimed_by")
        if not isinstance(speaker, str) or speaker == EDITOR:
            return
        person = self.ids["people"].get(speaker)
        if person is None and "people" in self.unread:
            return
        if person is None:
            mend = self.by_name(speaker, [*self.ids["people"], EDITOR])
            mend = mend or 'add "- id: …" and "name: …" under "people", or write the id of one who is there'
            self.tree.add(_at(item, "claimed_by"), f'unknown person "{speaker}"', "reference", mend)
        elif str(person.get("speaks")).lower() in ("false", "no", "off"):
            message = f'"{speaker}" is marked "speaks: false" and makes a claim here'
            self.tree.add(_at(item, "claimed_by"), message, "reference", f"see line {_at(person, 'id').line}")

    def by_name(self, given: str, options: list[str]) -> str | None:
        """Somebody wrote a person's name, or a part of it, where one of these ids is wanted."""
        return mend_name(given, self.names) or mend_reference(given, options) or mend_name(given, self.names, part=True)

    @cached_property
    def names(self) -> dict[str, Names]:
        return {name: names_of(one.get("name"), one.get("aka")) for name, one in self.ids["people"].items()}

    def by_title(self, given: str) -> str | None:
        """Somebody wrote a section's title where its name is wanted."""
        for name, section in (self.sections or {}).items():
            if str(getattr(section, "title", "")).casefold() == given.casefold():
                return f'write "{name}"'
        return None

    def cites(self, item: Map, cites: Seq) -> None:
        for key in ("source", "para"):
            if key in item.events:
                message = f'"{key}" stands beside "cite", which takes its place'
                self.tree.add(_at(item, key, name=True), message, "reference", "keep one of the two")
        if not cites:
            self.tree.add(_at(item, "cite"), '"cite" is empty', "missing", 'add "- {source: …, para: …}"')
        for cite in cites:
            if isinstance(cite, Map):
                self.refer(cite, "source", "sources")
                self.paragraphs(cite, cite.get("source"))

    def read_somewhere(self, item: Map) -> None:
        if item.get("para") is None and not _otherwise(item, "para") and list(item) != ["id"]:
            mark = _at(item, "id")
            mend = 'add "para: …"'
            if item.get("claimed_by") == EDITOR:
                mend += ', or "status: note"'
            self.tree.add(mark, '"para" is missing: where was it read?', "missing", mend)
        if item.get("source") is None and self.default is None and "defaults" not in self.unread:
            mend = 'add "source: …", or "defaults: {source: …}" at the top'
            self.tree.add(_at(item, "id"), '"source" is missing: where was it read?', "missing", mend)

    def paragraphs(self, item: Map, source: Any) -> None:
        last = self.lasts.get(source) if isinstance(source, str) else None
        given = item.get("para")
        if last is None or given is None:
            return
        for at, one in enumerate(given if isinstance(given, Seq) else (given,)):
            for number in _numbers(one):
                if number > last:
                    mark = mark_of(given.events[at]) if isinstance(given, Seq) else _at(item, "para")
                    message = f'paragraph {number} is not there: "{source}" has {last}'
                    self.tree.add(mark, message, "reference", f"write one from 0 to {last}")

    def snippet(self, item: Map) -> None:
        section = item.get("section")
        if self.sections is not None and isinstance(section, str) and section not in self.sections:
            mend = self.by_title(section) or mend_reference(section, list(self.sections))
            mend = mend or f"sections are {', '.join(self.sections)}"
            self.tree.add(_at(item, "section"), f'unknown section "{section}"', "reference", mend)
        self.refer_all(item, "people", "people")
        self.refer_all(item, "see", "snippets")
        state = item.get("state")
        if state in ("corrected", "withdrawn") and item.get("correction") is None:
            mend = 'add "correction: {at: …, note: …}"'
            self.tree.add(_at(item, "state"), f'"{state}" without a word on why', "missing", mend, warning=True)
        check_snippet(self.tree, item, self.first)

    def figure(self, item: Map) -> None:
        low, high, value = item.get("low"), item.get("high"), item.get("value")
        if value is not None and (low is not None or high is not None):
            self.tree.add(
                _at(item, "value", name=True),
                '"value" stands beside "low" or "high"',
                "figure",
                "keep one of the two",
            )
        elif (low is None) != (high is None):
            there, missing = ("low", "high") if high is None else ("high", "low")
            self.tree.add(
                _at(item, there, name=True),
                f'a range needs "{missing}" as well',
                "figure",
                f'add "{missing}: …"',
            )
        elif low is not None and high is not None and reversed_ends(low, high):
            mend = f'swap the two: "low: {high}" and "high: {low}"'
            self.tree.add(_at(item, "low"), '"low" is above "high"', "figure", mend)
        elif item.get("qualifier") == "range" and low is None:
            self.tree.add(
                _at(item, "qualifier"),
                'a range needs "low" and "high"',
                "figure",
                'add "low: …" and "high: …"',
            )
        elif low is not None and item.get("qualifier") not in (None, "range"):
            self.tree.add(_at(item, "qualifier"), '"low" and "high" make a range', "figure", 'write "qualifier: range"')
        elif value is None and low is None and item.get("text") is None:
            self.tree.add(_at(item, "id"), "a figure needs a value, a range or a text", "figure", 'add "value: …"')
        if str(item.get("derived")).lower() in ("true", "yes", "on") and item.get("text") is None:
            message = 'a derived number is never printed, so "text" is needed'
            self.tree.add(_at(item, "derived"), message, "figure", 'add "text: …" with the speaker\'s words')

    def moment(self, entry: Map) -> None:
        when = entry.get("when")
        if not isinstance(when, Map):
            return
        given = [key for key in ("date", "from", "until", "text") if when.get(key) is not None]
        if not given:
            self.tree.add(_at(entry, "when"), '"when" is empty', "missing", 'add "date: …" or "text: …"')
        if "date" in given and ("from" in given or "until" in given):
            self.tree.add(
                _at(when, "date", name=True),
                '"date" stands beside "from" or "until"',
                "value",
                "keep one of the two",
            )

    def refer(self, item: Any, key: str, kind: str) -> None:
        given = item.get(key) if isinstance(item, Map) else None
        if isinstance(given, str) and given not in self.ids[kind]:
            self.lost(_at(item, key), given, kind, item.get("id"))

    def refer_all(self, item: Any, key: str, kind: str) -> None:
        given = item.get(key) if isinstance(item, Map) else None
        if isinstance(given, Seq):
            for at, one in enumerate(given):
                if isinstance(one, str) and one not in self.ids[kind]:
                    self.lost(mark_of(given.events[at]), one, kind)
            if len(given) > 1:
                self.repeated(given)

    def repeated(self, given: Seq) -> None:
        seen = set()
        for at, one in enumerate(given):
            if isinstance(one, str) and one in seen:
                message = f'"{one}" stands here a second time'
                self.tree.add(mark_of(given.events[at]), message, "duplicate", "keep one of the two", warning=True)
            seen.add(str(one))

    def lost(self, mark: Mark, given: str, kind: str, own: Any = None) -> None:
        if kind not in self.unread and not self.tree.full:
            one = {"sources": "source", "people": "person", "snippets": "snippet"}[kind]
            options = [name for name in self.ids[kind] if name != own]
            mend = self.by_name(given, options) if kind == "people" else mend_reference(given, options)
            self.tree.add(mark, f'unknown {one} "{given}"', "reference", mend)


def _maps(root: Map, name: str) -> Iterator[Map]:
    items = root.get(name)
    if isinstance(items, Seq):
        yield from (item for item in items if isinstance(item, Map))


def _unread(root: Map) -> set[str]:
    """The blocks that nobody can read because they stand there otherwise: what leads into them is not lost."""
    found = {name for name in LISTS if isinstance(root.get(name), Map | str)}
    unknown = (key for key in root if key not in Briefing.model_fields)
    found.update(filter(None, (meant_key(Briefing, (), key) for key in islice(unknown, MOST_PROBLEMS))))
    head, defaults = root.get("briefing"), root.get("defaults")
    astray = isinstance(head, Map) and "defaults" in head
    return found | {"defaults"} if astray or (isinstance(defaults, Map) and "source" not in defaults) else found


def _otherwise(item: Map, wanted: str) -> bool:
    return stands_otherwise(Briefing, ("snippets",), item, wanted)


def _at(item: Map, key: str, *, name: bool = False) -> Mark:
    """Where a key's value stands, or its name; the start of the mapping if the key is not there."""
    if key not in item.events:
        return mark_of(item.start)
    named, valued = item.events[key]
    empty = valued.start_mark.index == valued.end_mark.index
    return mark_of(named if name or empty else valued)


def _whole(given: Any) -> int | None:
    return int(given) if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 6 else None


def _numbers(given: Any) -> list[int]:
    """The ends of a span, or the one number it is."""
    parts = str(given).replace("–", "-").split("-")
    return [number for part in parts if (number := _whole(part.strip())) is not None]


def _missing(key: str) -> str:
    return "link missing" if key == "url" else "title missing"
