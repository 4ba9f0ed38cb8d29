"""Errors of `verify` that an editor judged to be mistaken: they count as doubts until what was compared is another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import ValidationError

from bot.content.grounding.claim import Finding
from bot.content.receipt import Accepted
from bot.content.suggest import did_you_mean
from bot.errors import StartError

Findings = Mapping[str, tuple[Finding, ...]]


def reasons(given: Sequence[str], ids: Sequence[str]) -> dict[str, str]:
    """The reasons that were given as `ID=WHY`, by the claims' ids; StartError for one that cannot be meant."""
    found: dict[str, str] = {}
    for one in given:
        name, _, why = (part.strip() for part in one.partition("="))
        if not why:
            raise StartError(f'--accept {name} gives no reason; write --accept {name}="why it is right"')
        if name not in ids:
            raise StartError(f'There is no claim "{name}" to accept; {did_you_mean(name, ids) or "name its id"}')
        found[name] = why
    return found


def accepted(findings: Findings, given: Mapping[str, str], before: Mapping[str, Accepted]) -> dict[str, Accepted]:
    """What is accepted of these findings: by the reasons given now, else as before, where errors are left to accept.

    Raises StartError for a reason that no claim needs, and for one that is no line of text.
    """
    found: dict[str, Accepted] = {}
    for name, why in given.items():
        rules = _rules_of_errors(findings.get(name, ()))
        if not rules:
            said = "has no error" if name in findings else "was not compared: the text of its source was not given"
            raise StartError(f'"{name}" {said}, so there is nothing to accept')
        try:
            found[name] = Accepted(rules=rules, why=why)
        except ValidationError as error:
            raise StartError(f"The reason to accept {name} cannot be kept: {error.errors()[0]['msg']}") from error
    kept = {name: one for name, one in before.items() if set(one.rules) & set(_rules_of_errors(findings.get(name, ())))}
    return kept | found


def as_doubts(findings: Findings, accepted: Mapping[str, Accepted]) -> dict[str, tuple[Finding, ...]]:
    """The findings with a warning in the place of each error that is accepted, and the reason in that of its mend."""
    return {name: tuple(_doubt(one, accepted.get(name)) for one in found) for name, found in findings.items()}


def _doubt(one: Finding, known: Accepted | None) -> Finding:
    if known is None or one.severity != "error" or one.rule not in known.rules:
        return one
    return replace(one, severity="warning", mend=f"accepted: {known.why}")


def _rules_of_errors(found: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(sorted({one.rule for one in found if one.severity == "error"}))
