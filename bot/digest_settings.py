"""The part of config.yaml that tells of digests: what is posted, where, when, and how patiently."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from bot.config_words import all_or_ids, days, duration, time_of_day, time_zone
from bot.content.model import Id, Part, Words
from bot.content.shape import place
from bot.content.suggest import did_you_mean
from bot.content.yaml_tree import Map, Tree

Zone = Annotated[str, AfterValidator(time_zone)]
Briefings = Annotated[
    tuple[Id, ...],
    BeforeValidator(all_or_ids),
    WithJsonSchema({"anyOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}]}),
]
Length = Annotated[
    timedelta,
    BeforeValidator(duration),
    WithJsonSchema({"type": "string", "pattern": "^\\d{1,4}[smhd]$"}),
]


class Digest(Part):
    """A named selection of snippets, and when it is due."""

    title: Words
    enabled: bool = True
    """Where it is off, nothing is due; turned on again, nothing of the time between is caught up."""
    at: Annotated[str, AfterValidator(time_of_day)]
    on: Annotated[str, AfterValidator(days)] = "daily"
    timezone: Zone | None = None
    briefings: Briefings = ()
    show: Literal["rotate", "new", "headline", "all"] = "new"
    count: Annotated[int, Field(ge=1, le=50)] | None = None
    channels: tuple[str, ...]
    when_empty: Literal["skip", "post"] = "skip"
    catch_up: Literal["latest", "all", "none"] = "latest"
    max_late: Length = timedelta(hours=6)
    corrections: Literal["edit", "reply", "off"] = "edit"


class DeliverySettings(Part):
    """How patiently digests are delivered; only tests and very slow networks need other lengths."""

    lease: Length = timedelta(seconds=60)
    """How long a delivery that was claimed may take to begin."""
    ghost: Length = timedelta(seconds=60)
    """How long after it was sent a request may still be carried out by a platform that did not answer."""
    timeout: Length = timedelta(seconds=15)
    """How long a platform may take to answer."""


def check_digests(tree: Tree, root: Map, channels: list[str]) -> None:
    """Put what is wrong between the digests and the rest of config.yaml to the tree's problems."""
    digests = root.get("digests")
    for name, digest in digests.items() if isinstance(digests, Map) else ():
        wanted = digest.get("channels") if isinstance(digest, Map) else None
        for at, channel in enumerate(wanted if isinstance(wanted, list) else ()):
            if isinstance(channel, str) and channel not in channels:
                mark = place(tree, ("digests", name, "channels", at))
                tree.add(mark, f'unknown channel "{channel}"', "reference", did_you_mean(channel, channels))
