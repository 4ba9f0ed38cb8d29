"""What an edit changed, from one good version of a briefing to the next."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.content.memory import Version
from bot.content.model import Briefing


@dataclass(frozen=True, slots=True)
class Changes:
    """Snippet ids by what happened to them; a kind that is added here is told wherever changes are.

    `unchecked` are among the changed: they were checked against their text as they were before.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    def __str__(self) -> str:
        """`+1, 2 changed, 1 withdrawn, 1 no longer checked`, or `no claim changed`."""
        parts = [f"+{len(self.new)}"] if self.new else []
        for name in ("changed", "withdrawn", "gone"):
            if ids := getattr(self, name):
                parts.append(f"{len(ids)} {name}")
        if self.unchecked:
            parts.append(f"{len(self.unchecked)} no longer checked")
        return ", ".join(parts) or "no claim changed"


def changes(old: Briefing | None, new: Briefing) -> Changes:
    """Compare two versions of one briefing, snippet by snippet."""
    before = {snippet.id: snippet for snippet in old.snippets} if old else {}
    after = {snippet.id: snippet for snippet in new.snippets}
    edited = [name for name, snippet in after.items() if name in before and before[name] != snippet]
    withdrawn = [name for name in edited if after[name].state == "withdrawn" != before[name].state]
    return Changes(
        new=tuple(name for name in after if name not in before),
        changed=tuple(name for name in edited if name not in withdrawn),
        withdrawn=tuple(withdrawn),
        gone=tuple(name for name in before if name not in after),
    )


def changed_since(versions: Mapping[str, Sequence[Version]], since: datetime) -> Changes:
    """What became of the snippets of one briefing since then: as they were at that moment, and as they are now.

    Another label alone changes no snippet. Processes that see one edit each add a version of it, which changes nothing.
    """
    found: dict[str, list[str]] = {}
    for name, group in versions.items():
        if group[-1].seen_at > since and (kind := _became(group, since)):
            found.setdefault(kind, []).append(name)
    return Changes(**{kind: tuple(names) for kind, names in found.items()})


def _became(group: Sequence[Version], since: datetime) -> str:
    last, before = group[-1], next(_until(group, since), None)
    if before is None or not before.body:
        return "new" if last.body else ""
    if last.digest == before.digest or last.body == before.body:
        return ""
    if not last.body:
        return "gone"
    return "withdrawn" if _state(last) == "withdrawn" != _state(before) else "changed"


def _until(group: Sequence[Version], since: datetime) -> Iterator[Version]:
    """The versions up to then, the newest first."""
    return (version for version in reversed(group) if version.seen_at <= since)


def _state(version: Version) -> str:
    return str(json.loads(version.body).get("state", "active"))
