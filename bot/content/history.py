"""How snippets came to be as they are: versions, and what of them one audience may know."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Literal

from bot.content.memory import Version
from bot.content.model import Briefing, Snippet, rank

Change = Literal["new", "changed", "corrected", "withdrawn"]

TOLD = (
    "text",
    "claimed_by",
    "status",
    "section",
    "likelihood",
    "hedge",
    "caveat",
    "source",
    "para",
    "cite",
    "as_of",
)
"""What a reader notices of a snippet; other fields change without being news."""


@dataclass(frozen=True, slots=True)
class Step:
    """One version of a snippet that this audience could have seen, and what it was to the one before."""

    at: datetime
    change: Change
    text: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """The steps of one snippet, oldest first; `unsaid`, where it is again as it was before it was erased."""

    snippet: str
    steps: tuple[Step, ...]
    unsaid: bool = False


@dataclass(frozen=True)
class History:
    """The versions of all snippets, oldest first, by briefing and snippet."""

    versions: Mapping[str, Mapping[str, tuple[Version, ...]]] = field(default_factory=dict)

    def of(self, briefing: str, snippet: str) -> tuple[Version, ...]:
        return self.versions.get(briefing, {}).get(snippet, ())

    def went_back(self, briefing: str, snippet: str) -> bool:
        """Whether a snippet is again exactly as it was before something else took its place.

        Processes that see an edit at the same time each add a version of it.
        """
        digests = [digest for digest, _ in groupby(version.digest for version in self.of(briefing, snippet))]
        return len(digests) > 1 and digests[-1] in digests[:-1]

    def with_new(self, versions: Iterable[Version]) -> "History":
        """The history with these versions, oldest first, after the others."""
        added: dict[str, dict[str, tuple[Version, ...]]] = {}
        for version in versions:
            group = added.setdefault(version.briefing, dict(self.versions.get(version.briefing, {})))
            group[version.snippet] = (*group.get(version.snippet, ()), version)
        return History({**self.versions, **added}) if added else self


def stories(
    shown: Iterable[str], versions: Mapping[str, Sequence[Version]], ceiling: int, now: datetime
) -> dict[str, Story]:
    """The stories of the snippets an audience sees now, of the versions it could have seen.

    A version under a label above the ceiling, a draft, or one that came too late or was replaced too soon to be seen
    leaves no trace, and `erase` removes the texts before it.
    """
    told = {name: _steps(versions.get(name, ()), ceiling, now) for name in shown}
    return {name: Story(name, steps, _is_unsaid(versions[name])) for name, steps in told.items() if steps}


def versions_of(briefing: Briefing, history: History, now: datetime, zone: tzinfo) -> list[Version]:
    """The versions to add so that the history ends with this briefing as it is."""
    label, name = briefing.briefing.sharing, briefing.briefing.id
    known = history.versions.get(name, {})
    fresh = []
    for snippet in briefing.snippets:
        body = _body(snippet, zone)
        digest = hashlib.sha256(f"{label}\n{body}".encode()).hexdigest()
        if snippet.id not in known or known[snippet.id][-1].digest != digest:
            fresh.append(Version(name, snippet.id, now, digest, label, body))
    here = {snippet.id for snippet in briefing.snippets}
    gone = [versions[-1] for versions in known.values() if versions[-1].snippet not in here and versions[-1].body]
    return fresh + [Version(name, last.snippet, now, "", last.label, "") for last in gone]


def _is_unsaid(versions: Sequence[Version]) -> bool:
    """Whether the last version is one that was erased; who means to say it again can tell it in other words."""
    if not any('"erase": true' in version.body for version in versions[:-1]):
        return False
    bodies = [json.loads(version.body) if version.body else {} for version in versions]
    erasing = [at for at, body in enumerate(bodies) if (body.get("correction") or {}).get("erase")]
    if not erasing or erasing[-1] == len(versions) - 1:
        return False
    last = bodies[erasing[-1]]
    stays = None if last.get("state") == "withdrawn" else last.get("text", "")
    erased = {versions[at].digest for at in range(erasing[-1]) if bodies[at].get("text", "") != stays}
    return versions[-1].digest in erased


def _body(snippet: Snippet, zone: tzinfo) -> str:
    told = snippet.model_dump(mode="json", exclude_defaults=True)
    if snippet.publish_at:
        told["publish_at"] = snippet.publish_at.starts(zone).isoformat()
    if snippet.expires:
        told["expires"] = snippet.expires.ends(zone).isoformat()
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _steps(versions: Sequence[Version], ceiling: int, now: datetime) -> tuple[Step, ...]:
    steps: list[Step] = []
    before: dict[str, object] = {}
    for at, version in enumerate(versions):
        if not version.body or rank(version.label) > ceiling:
            continue
        body = json.loads(version.body)
        until = versions[at + 1].seen_at if at + 1 < len(versions) else None
        shown_at = _shown_at(version, body)
        if body.get("state") == "draft" or shown_at > now or not _was_shown(shown_at, until, body):
            continue
        correction = body.get("correction") or {}
        text = body.get("text", "")
        if correction.get("erase"):
            text = "" if body.get("state") == "withdrawn" else text
            steps = [step if step.text == text else replace(step, text="") for step in steps]
        change = _change(before, body)
        if change is not None:
            steps.append(Step(shown_at, change, text, correction.get("note")))
        before = body
    return tuple(steps)


def _change(before: Mapping[str, object], body: Mapping[str, object]) -> Change | None:
    state = body.get("state", "active")
    if not before:
        return "withdrawn" if state == "withdrawn" else "new"
    earlier = before.get("state", "active")
    same = all(before.get(key) == body.get(key) for key in TOLD)
    if state == "withdrawn":
        return "withdrawn" if earlier != state else None
    if state == earlier and same:
        return None
    if state == "corrected":
        return "corrected"
    return "changed" if earlier == "withdrawn" or not same else None


def _shown_at(version: Version, body: Mapping[str, object]) -> datetime:
    """When a version could first be seen: when it came, or when its embargo ended."""
    embargo = body.get("publish_at")
    if not isinstance(embargo, str):
        return version.seen_at
    return max(version.seen_at, datetime.fromisoformat(embargo))


def _was_shown(shown_at: datetime, until: datetime | None, body: Mapping[str, object]) -> bool:
    """Whether there was an instant to see a version in, before the next one came or it expired."""
    expires = body.get("expires")
    ends = [until] if until is not None else []
    if isinstance(expires, str):
        ends.append(datetime.fromisoformat(expires))
    return all(shown_at < end for end in ends)
