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
        if not name or not why:
            raise StartError(f"--accept {name or 'ID'}=WHY gives {'no reason' if name else 'no claim'}; give both")
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
            said = f"has {len(why)} characters; it has at most 400" if len(why) > 400 else "is no text"
            raise StartError(f"The reason to accept {name} {said}") from error
    kept = {name: one for name, one in before.items() if set(one.rules) & set(_rules_of_errors(findings.get(name, ())))}
    return kept | found


def as_doubts(findings: Findings, accepted: Mapping[str, Accepted]) -> dict[str, tuple[Finding, ...]]:
    """The findings with a warning in the place of each error that is accepted, and the reason in that of its mend."""
    return {name: _doubts(found, accepted[name]) if name in accepted else found for name, found in findings.items()}


def _doubts(found: Sequence[Finding], known: Accepted) -> tuple[Finding, ...]:
    """Where a rule gives more errors than were accepted, nobody has seen one of them: they stay errors, all of them."""
    now = _rules_of_errors(found)
    seen = {rule for rule in known.rules if now.count(rule) <= known.rules.count(rule)}
    return tuple(
        replace(one, severity="warning", mend=f"accepted: {known.why}")
        if one.severity == "error" and one.rule in seen
        else one
        for one in found
    )


def _rules_of_errors(found: Sequence[Finding]) -> tuple[str, ...]:
    """The rule of each error."""
    return tuple(sorted(one.rule for one in found if one.severity == "error"))
