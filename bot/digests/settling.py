"""Settles a slot: what each audience is told, and one delivery for each part at each place. All of it is pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.digests import outlines
from bot.digests.compose import Composed
from bot.digests.freezing import Render, freeze
from bot.platforms.base import key_of
from bot.store.rows import Addressed, Draft, Page

NOTHING_NEW = "nothing new"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a digest goes: a channel, with the audience it is told as. `closed` says why nothing can be sent there."""

    platform: str
    channel: str
    audience: str
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a slot, and all that is to be sent for it."""

    state: Literal["frozen", "empty", "skipped"]
    reason: str = ""
    drafts: tuple[Draft, ...] = ()
    addressed: tuple[Addressed, ...] = ()


Told = tuple[str, str]
"""A platform and an audience."""


def settle(
    schedule: str,
    slot: str,
    targets: Sequence[Target],
    composed: Mapping[Told, Composed],
    renders: Mapping[str, Render],
    *,
    post_empty: bool,
) -> Settled:
    """Freeze what was composed for each platform and audience, and address it to its places."""
    if all(one.empty for one in composed.values()) and not post_empty:
        return Settled("empty", NOTHING_NEW)
    wanted = {told: one for told, one in composed.items() if post_empty or not one.empty}
    drafts = {told: _draft(told, one, renders[told[0]]) for told, one in wanted.items()}
    addressed = [one for target in targets for one in _addressed(schedule, slot, target, drafts)]
    return Settled("frozen", "", tuple(drafts.values()), tuple(addressed))


def _draft(told: Told, composed: Composed, render: Render) -> Draft:
    frozen = freeze(composed, render)
    parts = tuple(
        Page(as_text(part.body), "" if part.late_body == part.body else as_text(part.late_body), part.keys)
        for part in frozen
    )
    return Draft(*told, composed.snippets, parts, outlines.written([part.outline for part in frozen]))


def _addressed(schedule: str, slot: str, target: Target, drafts: Mapping[Told, Draft]) -> Iterable[Addressed]:
    draft = drafts.get((target.platform, target.audience))
    parts = len(draft.parts) if draft else 1
    for part in range(parts):
        key = key_of(target.platform, target.channel, schedule, slot, str(part))
        one = Addressed(target.platform, target.channel, target.audience, part, parts, key)
        if target.closed:
            yield _final(one, "failed", target.closed)
        elif draft is None:
            yield _final(one, "skipped", NOTHING_NEW)
        else:
            yield one


def _final(one: Addressed, state: Literal["failed", "skipped"], why: str) -> Addressed:
    return Addressed(one.platform, one.channel, one.audience, one.part, one.parts, one.key, state, why)


def as_text(body: object) -> str:
    """A body as it is kept."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
