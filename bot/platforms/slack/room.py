"""What Slack tells of a channel, as far as it matters to who may read and write there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SHARED = ("is_ext_shared", "is_pending_ext_shared", "is_shared", "is_org_shared")


@dataclass(frozen=True, slots=True)
class Room:
    """A channel. `shared`: people of another workspace read along, or soon may. `writers` may write in any case."""

    name: str
    archived: bool
    member: bool
    restricted: bool
    shared: bool
    writers: frozenset[str] = frozenset()


def read_room(channel: Mapping[str, Any]) -> Room:
    """A conversation object: docs.slack.dev/reference/objects/conversation-object."""
    direct = bool(channel.get("is_im"))
    properties = channel.get("properties")
    posting = properties.get("posting_restricted_to") if isinstance(properties, Mapping) else None
    users = posting.get("user") if isinstance(posting, Mapping) else None
    return Room(
        name=str(channel.get("name") or channel.get("id") or ""),
        archived=bool(channel.get("is_archived") or channel.get("is_frozen")),
        member=direct or bool(channel.get("is_member")),
        restricted=bool(channel.get("is_read_only") or channel.get("is_thread_only") or posting),
        shared=any(channel.get(flag) for flag in _SHARED),
        writers=frozenset(str(user) for user in users or ()),
    )
