"""From text to a small tree that knows where everything stands, by the events of PyYAML's C scanner.

Scalars stay strings; only empty, `~` and `null` are None. Never by CSafeLoader: 25 kB of `[` end it, and the
process, with a segmentation fault. Anchors, aliases, tags, merge keys, second documents and deep nesting are
refused as they are met, so no input is held for long.
"""

from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.events import MappingEndEvent, ScalarEvent, SequenceEndEvent

from bot.content.pasted import MASK, MEND, around, without_secrets
from bot.content.problems import Mark, Problem, Severity, excerpt
from bot.content.read import HIDDEN, name_of
from bot.content.syntax import explain
from bot.content.traps import untangled

DEEPEST = 16
MOST_VALUES = 200_000
MOST_PROBLEMS = 100
"""Errors told of one file, and as many warnings; that there are more is told."""

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))

Value = Any
"""str, None, Map or Seq; pydantic types it."""


class Map(dict[str, Value]):
    """A mapping that knows the event of each key and of each value."""

    __slots__ = ("events", "start")

    def __init__(self, start: Any) -> None:
        super().__init__()
        self.start = start
        self.events: dict[str, tuple[Any, Any]] = {}


class Seq(list[Value]):
    """A sequence that knows the event of each item."""

    __slots__ = ("events", "start")

    def __init__(self, start: Any) -> None:
        super().__init__()
        self.start = start
        self.events: list[Any] = []


class Tree:
    """The tree of one text, with the problems met while it was read; `root` is None where reading stopped."""

    __slots__ = ("errors", "file", "lines", "problems", "root", "warnings")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.problems: list[Problem] = []
        self.errors = self.warnings = 0
        self.root: Map | None = None

    @property
    def full(self) -> bool:
        """Whether so much is wrong that looking further tells nobody anything; warnings stop nothing."""
        return self.errors > MOST_PROBLEMS

    @property
    def sated(self) -> bool:
        """Whether no further warning is told: then nobody need look for one."""
        return self.full or self.warnings > MOST_PROBLEMS

    def problem(
        self,
        mark: Mark,
        message: str,
        rule: str,
        mend: str | None = None,
        *,
        warning: bool = False,
        example: str | None = None,
    ) -> Problem:
        """Make a problem with the line it stands in."""
        line = self.lines[mark.line - 1] if mark.line <= len(self.lines) else ""
        severity: Severity = "warning" if warning else "error"
        near = around(line, mark.column - 1)
        if MASK in without_secrets("\n".join((message, mend or "", example or "")), near):
            message, mend, example = without_secrets(message, near), MEND, None
        return Problem(self.file, mark, message, rule, mend, severity, excerpt(line, mark), example)

    def add(
        self,
        mark: Mark,
        message: str,
        rule: str,
        mend: str | None = None,
        *,
        warning: bool = False,
        example: str | None = None,
    ) -> None:
        self.errors += not warning
        self.warnings += warning
        if (self.warnings if warning else self.errors) <= MOST_PROBLEMS:
            self.problems.append(self.problem(mark, message, rule, mend, warning=warning, example=example))


class _StopReading(Exception):
    """The rest of the text cannot be read."""


def mark_of(event: Any) -> Mark:
    """The place of an event; a scalar is underlined to the end of its first line."""
    start, end = event.start_mark, event.end_mark
    width = end.column - start.column if end.line == start.line and isinstance(event, yaml.ScalarEvent) else 1
    return Mark(start.line + 1, start.column + 1, max(1, width))


def read_tree(text: str, file: str, first: str = "format: 1") -> Tree:
    """Read one text, which begins with the line `first`; never raises, whatever the text is."""
    tree = Tree(file, text)
    try:
        _read(text, tree, first)
    except _StopReading:
        tree.root = None
    except yaml.MarkedYAMLError as error:
        told = explain(error, tree.lines)
        tree.add(told.mark, told.message, "syntax", told.mend, example=told.example)
        tree.root = None
    except yaml.reader.ReaderError as error:
        tree.add(Mark(1, 1), f"the character {name_of(chr(error.character))} is not allowed", "characters")
        tree.root = None
    return tree


def _read(text: str, tree: Tree, first: str) -> None:
    # The C parser is made by hand: yaml.parse() accepts the loader only as a class that also constructs.
    parser = CParser(text)
    try:
        _Builder(tree, parser.get_event).document(first)
    finally:
        parser.dispose()


class _Builder:
    """Builds the tree from events; one for each text."""

    def __init__(self, tree: Tree, next_event: Any) -> None:
        self.tree = tree
        self.next_event = next_event
        self.values = 0
        self.doubled: dict[str, tuple[Any, Any]] | None = None

    def document(self, begin: str) -> None:
        self.next_event()
        started = self.next_event()
        if isinstance(started, yaml.StreamEndEvent):
            self.stop(Mark(1, 1), "the file is empty", "syntax", f'begin with "{begin}"')
        first = self.next_event()
        if not isinstance(first, yaml.MappingStartEvent):
            if not isinstance(first, yaml.ScalarEvent):
                self.value(first, 0)
            what = "a list" if isinstance(first, yaml.SequenceStartEvent) else "a text"
            self.stop(
                mark_of(first),
                f"the file is {what}, not keys with values",
                "syntax",
                'begin with "key: value" lines',
            )
        root = self.mapping(first, 1)
        self.next_event()
        end = self.next_event()
        if not isinstance(end, yaml.StreamEndEvent):
            self.stop(
                mark_of(end),
                "a second document begins here; a file holds one",
                "syntax",
                "delete the line ---",
            )
        self.tree.root = root

    def mapping(self, start: Any, depth: int) -> Map:
        self.allow(start, depth)
        result = Map(start)
        events = result.events
        flow = start.flow_style
        next_event = self.next_event
        while True:
            key_event = next_event()
            kind = type(key_event)
            if kind is MappingEndEvent:
                return untangled(self.tree, result) if flow and None in result.values() else result
            if kind is not ScalarEvent:
                self.value(key_event, depth)
                self.stop(mark_of(key_event), "a key must be a text", "syntax")
            # What most scalars are, plain texts that stand for themselves, is seen without a call.
            key = key_event.value
            if key in _NULLS or not key_event.implicit[0] or key_event.anchor or key_event.tag:
                key = self.scalar(key_event)
            event = next_event()
            if type(event) is not ScalarEvent:
                value = self.value(event, depth)
            else:
                value = event.value
                if value in _NULLS or not event.implicit[0] or event.anchor or event.tag:
                    value = self.scalar(event)
            self.values += 2
            if self.values > MOST_VALUES:
                self.too_many(key_event)
            if key in events or key is None or key == "<<":
                self.strange_key(key, key_event, events)
                continue
            events[key] = (key_event, event)
            result[key] = value

    def sequence(self, start: Any, depth: int) -> Seq:
        self.allow(start, depth)
        result = Seq(start)
        events = result.events
        next_event = self.next_event
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                result.append(self.scalar(event))
            elif kind is SequenceEndEvent:
                return result
            else:
                result.append(self.value(event, depth))
            events.append(event)
            self.values += 1
            if self.values > MOST_VALUES:
                self.too_many(event)

    def value(self, event: Any, depth: int) -> Value:
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(event, depth + 1)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, depth + 1)
        mend = f'delete the "*", or quote it: "*{event.anchor}"' if event.anchor else "quote the text"
        return self.stop(mark_of(event), "a value that begins with * is an alias, which is not allowed", "syntax", mend)

    def scalar(self, event: Any) -> str | None:
        text: str = event.value
        if event.anchor or event.tag:
            self.allow(event, 0)
        if event.implicit[0]:
            return None if text in _NULLS else text
        if event.style == '"' and (hidden := HIDDEN.search(text)):
            message = f"the escape stands for the character {name_of(hidden.group())}, which is not allowed"
            self.tree.add(mark_of(event), message, "characters", "delete it")
        return text

    def allow(self, event: Any, depth: int) -> None:
        if event.anchor:
            mend = f'quote it: "&{event.anchor} …"'
            self.stop(
                mark_of(event),
                "a value that begins with & is an anchor, which is not allowed",
                "syntax",
                mend,
            )
        if event.tag:
            mend = f'quote it: "{event.tag} …"' if event.tag.startswith("!") else "delete it"
            self.stop(mark_of(event), "a value that begins with ! is a tag, which is not allowed", "syntax", mend)
        if depth > DEEPEST:
            self.stop(mark_of(event), f"nested more than {DEEPEST} levels deep", "syntax")

    def too_many(self, event: Any) -> None:
        self.stop(mark_of(event), f"more than {MOST_VALUES:,} values in one file", "syntax", "split the briefing")

    def strange_key(self, key: str | None, event: Any, events: dict[str, tuple[Any, Any]]) -> None:
        if key is None:
            self.tree.add(mark_of(event), "the key before the colon is empty", "syntax", 'write "key: value"')
        elif key == "<<":
            self.tree.add(mark_of(event), "<< merges mappings, which is not allowed", "syntax", "write the keys out")
        else:
            if self.doubled is events:
                return  # the keys of an item whose dash is missing: its id was told
            first = events[key][0].start_mark.line + 1
            mend = "keep one of the two"
            if key == "id":
                self.doubled = events
                mend += ', or begin an item of its own: "- id: …"'
            self.tree.add(
                mark_of(event), f'"{key}" stands here a second time; first in line {first}', "duplicate", mend
            )
        if self.tree.full:
            raise _StopReading

    def stop(self, mark: Mark, message: str, rule: str, mend: str | None = None) -> Any:
        self.tree.add(mark, message, rule, mend)
        raise _StopReading
