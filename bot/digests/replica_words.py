"""What is told of the processes that share a database: who does what, and which serves something else."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.commands.nothing import listed
from bot.digests.leading import GATEWAY, LANE, PLANNER
from bot.platforms.desk.house import ReplicaShown
from bot.store.replica_rows import Lease, Replica

QUIET = timedelta(seconds=12)
"""Who was not heard of for so long missed two beats, and may be gone."""

NAMED = 3
"""Files that are named at most."""


def shown(
    replicas: Sequence[Replica],
    leases: Sequence[Lease],
    now: datetime,
    me: str,
    differing: Callable[[Replica], Sequence[str]],
) -> tuple[ReplicaShown, ...]:
    """Each process, with what it alone does; `differing` names the files that one serves otherwise than this one."""
    held = {one.name: one.owner for one in leases if one.until > now}
    leader = next((one for one in replicas if one.id == held.get(PLANNER)), None)
    found = []
    for one in replicas:
        does = tuple(filter(None, (_task(name) for name, owner in held.items() if owner == one.id)))
        note, silent = _note(one, leader, me, differing), now - one.seen_at
        if silent > QUIET:
            does, note = does or ("silent",), f"was last heard of {silent.seconds} seconds ago"
        found.append(ReplicaShown(one.host, one.version, one.started_at, does, note, here=one.id == me))
    return tuple(found)


def _task(lease: str) -> str:
    kind, _, platform = lease.partition(":")
    told = {PLANNER: "plans digests", LANE: f"sends to {platform}", GATEWAY: f"connected to {platform}"}
    return told.get(kind, "")


def _note(one: Replica, leader: Replica | None, me: str, differing: Callable[[Replica], Sequence[str]]) -> str:
    if leader is None or one.edition == leader.edition:
        return ""
    told = "serves other files than digests are made of, and sends nothing"
    other = leader if one.id == me else one if leader.id == me else None
    names = differing(other) if other else ()
    return f"{told}: {listed(names, NAMED)}" if names else told
