"""Problems as text for people, and as JSON, SARIF and GitHub annotations for machines."""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from unicodedata import category
from urllib.parse import quote

from bot.content.counting import how_many
from bot.content.problems import Problem


def as_text(problems: Sequence[Problem]) -> str:
    """Each problem with its line, a caret under what is meant, a mend, and the line as it should be."""
    return "\n".join(map(_told, problems))


def _told(problem: Problem) -> str:
    lines = [one_line(f"{problem.place}: {problem.severity}: {problem.message}")]
    if problem.excerpt:
        number = str(problem.mark.line).rjust(5)
        margin = " " * len(number)
        lines.append(f"{number} | {problem.excerpt.text}")
        lines.append(f"{margin} | {' ' * problem.excerpt.indent}{'^' * problem.excerpt.width}")
    if problem.mend:
        lines.append(one_line(f"      = {problem.mend}"))
    if problem.example:
        lines.append(one_line(f"      = write  {problem.example}"))
    return "\n".join(lines)


def one_line(text: str) -> str:
    """Safe to print: a name or a value from a file may hold what breaks a line or moves a cursor."""
    if text.isascii() and text.isprintable():
        return text
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "".join("\N{REPLACEMENT CHARACTER}" if category(char) in hidden else char for char in text)


def as_json(problems: Sequence[Problem]) -> str:
    """A list of objects; lines and columns count from 1."""
    return json.dumps([_fields(problem) for problem in problems], ensure_ascii=False, indent=2)


def _fields(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "severity": problem.severity,
        "rule": problem.rule,
        "message": problem.message,
        "mend": problem.mend,
        "example": problem.example,
    }


def as_sarif(problems: Sequence[Problem]) -> str:
    """SARIF 2.1.0 (OASIS), as code hosts read it."""
    rules = sorted({problem.rule for problem in problems})
    driver = {"name": "briefing-bot", "rules": [{"id": rule} for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [*map(_result, problems)],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(problem: Problem) -> dict[str, Any]:
    mark = problem.mark
    region = {"startLine": mark.line, "startColumn": mark.column, "endColumn": mark.column + mark.width}
    place = {"artifactLocation": {"uri": _uri(problem.file)}, "region": region}
    return {
        "ruleId": problem.rule,
        "level": problem.severity,
        "message": {"text": _sentence(problem)},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    """Relative where the file is named so, from where the command runs."""
    return Path(file).as_uri() if Path(file).is_absolute() else quote(os.fsencode(file))


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands that GitHub shows beside the line."""
    return "\n".join(map(_annotation, problems))


def _annotation(problem: Problem) -> str:
    fields = f"file={_property(problem.file)},line={problem.mark.line},col={problem.mark.column}"
    return f"::{problem.severity} {fields}::{_escaped(_sentence(problem))}"


def _sentence(problem: Problem) -> str:
    return f"{problem.message} ({problem.mend})" if problem.mend else problem.message


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Sequence[Problem]], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}


def counted(problems: Iterable[Problem]) -> str:
    """`1 error, 2 warnings`, or `no problem`."""
    found = list(problems)
    parts = []
    for severity in ("error", "warning"):
        if amount := sum(problem.severity == severity for problem in found):
            parts.append(how_many(amount, severity))
    return ", ".join(parts) or "no problem"
