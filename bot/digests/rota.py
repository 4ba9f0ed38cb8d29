"""The schedules there are: each digest of config.yaml, and each subscription of a channel. All of it is pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.digest_settings import Digest
from bot.settings import Channel, Config
from bot.store.rows import Subscription

DISABLED = "its digest was disabled"
NOWHERE = "config.yaml names no channel for it"
PAUSED = "its subscription was paused"
TWICE = "config.yaml has the digest come to this channel by itself"
STRANGE = "its channel follows none of the digest's briefings"

MARK = "@"
"""Stands in the name of a subscription's schedule, `morning@7`, and in no name of config.yaml's."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One schedule: the digest as it goes by it, and the channels it goes to, by their places.

    `of` is the digest's name in config.yaml. `rests` says why nothing is due, and is empty where all is.
    """

    name: str
    of: str
    digest: Digest
    channels: Mapping[str, Channel]
    rests: str = ""
    subscription: Subscription | None = None


Rota = Mapping[str, Scheduled]
"""Every schedule, by its name."""


def rota(config: Config, subscriptions: Iterable[Subscription]) -> Rota:
    """The schedules of this moment; one whose digest config.yaml has no more is none of them."""
    own = {name: _own(name, digest, config) for name, digest in config.digests.items()}
    by_place = {one.at: one for one in config.channels.values()}
    known = ((one, by_place.get(one.place) or unnamed(one.place)) for one in subscriptions if one.digest in own)
    ordered = (_ordered(one, config.digests[one.digest], own[one.digest], channel) for one, channel in known)
    return own | {one.name: one for one in ordered}


def unnamed(place: str) -> Channel:
    """A channel that config.yaml does not name: it may see what everybody may. Its place is taken as it is."""
    return Channel.model_construct(at=place)


def _own(name: str, digest: Digest, config: Config) -> Scheduled:
    found = (config.channels.get(channel) for channel in digest.channels)
    rests = DISABLED if not digest.enabled else "" if digest.channels else NOWHERE
    resting = digest.model_copy(update={"enabled": not rests})
    return Scheduled(name, name, resting, {one.at: one for one in found if one}, rests)


def _ordered(one: Subscription, digest: Digest, own: Scheduled, channel: Channel) -> Scheduled:
    """The digest at the times of a subscription, of the briefings that its channel follows."""
    followed = follows(digest, channel)
    rests = _rests(one, digest, own, followed)
    changes: dict[str, object] = {"timezone": one.zone, "enabled": not rests, "briefings": followed or ()}
    if one.at:
        changes |= {"at": one.at, "cron": None, "on": one.on or digest.on}
    return Scheduled(one.schedule, own.of, digest.model_copy(update=changes), {one.place: channel}, rests, one)


def _rests(one: Subscription, digest: Digest, own: Scheduled, followed: tuple[str, ...] | None) -> str:
    if not digest.enabled:
        return DISABLED
    if one.state == "paused":
        return PAUSED
    if one.place in own.channels:
        return TWICE
    return STRANGE if followed is None else ""


def follows(digest: Digest, channel: Channel) -> tuple[str, ...] | None:
    """Those of a digest's briefings that a channel follows, empty for all; None where it follows none of them."""
    if not channel.briefings or not digest.briefings:
        return digest.briefings or channel.briefings
    return tuple(name for name in digest.briefings if name in channel.briefings) or None


def gone(schedule: str, config: Config) -> str:
    """Why there is no schedule of that name any more."""
    digest, marked, _ = schedule.partition(MARK)
    if marked and digest in config.digests:
        return "the channel unsubscribed"
    return "its digest was taken out of config.yaml"
