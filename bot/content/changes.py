"""What an edit changed, from one good version of a briefing to the next."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.content.memory import Version
from bot.content.model import Briefing, Snippet

Body = Mapping[str, Any]
"""What a snippet says, without what is as it usually is."""

DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Changes:
    """Snippet ids by what happened to them, as readers see it; a kind that is added here is told wherever changes are.

    `unchecked` are among the changed and corrected: they were checked against their text as they were before.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    def __str__(self) -> str:
        """`+1, 2 changed, 1 withdrawn, 1 no longer checked`, or `no claim changed`."""
        parts = [f"+{len(self.new)}"] if self.new else []
        for name in ("changed", "corrected", "withdrawn", "gone"):
            if ids := getattr(self, name):
                parts.append(f"{len(ids)} {name}")
        if self.unchecked:
            parts.append(f"{len(self.unchecked)} no longer checked")
        return ", ".join(parts) or "no claim changed"


def changes(old: Briefing | None, new: Briefing) -> Changes:
    """Compare two versions of one briefing, snippet by snippet; what is a draft is not there."""
    before, after = _bodies(old.snippets) if old else {}, _bodies(new.snippets)
    found: dict[str, list[str]] = {}
    for name in {**after, **before}:
        found.setdefault(_kind(before.get(name), after.get(name)), []).append(name)
    return _changes(found)


def changed_since(versions: Mapping[str, Sequence[Version]], since: datetime) -> Changes:
    """What became of the snippets of one briefing since then: as they were at that moment, and as they are now.

    Another label alone changes no snippet. Processes that see one edit each add a version of it, which changes nothing.
    """
    found: dict[str, list[str]] = {}
    for name, group in versions.items():
        if group[-1].seen_at > since:
            before = next(_until(group, since), None)
            found.setdefault(_kind(_body(before), _body(group[-1])), []).append(name)
    return _changes(found)


def _changes(found: Mapping[str, Sequence[str]]) -> Changes:
    return Changes(**{kind: tuple(names) for kind, names in found.items() if kind})


def _kind(before: Body | None, now: Body | None) -> str:
    """What happened to a claim that readers could see as it was before, and can see as it is now."""
    if before == now:
        return ""
    if before is None or now is None:
        return "new" if before is None else "gone"
    state = now.get("state")
    if state == "withdrawn" != before.get("state"):
        return "withdrawn"
    again = state == before.get("state") and now.get("correction") == before.get("correction")
    return "corrected" if state == "corrected" and not again else "changed"


def _bodies(snippets: Sequence[Snippet]) -> Mapping[str, Body]:
    return {one.id: one.model_dump(exclude_defaults=True) for one in snippets if one.state != DRAFT}


def _body(version: Version | None) -> Body | None:
    body: Body = json.loads(version.body) if version and version.body else {}
    return body if body and body.get("state") != DRAFT else None


def _until(group: Sequence[Version], since: datetime) -> Iterator[Version]:
    """The versions up to then, the newest first."""
    return (version for version in reversed(group) if version.seen_at <= since)
