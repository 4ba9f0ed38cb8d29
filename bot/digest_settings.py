"""The part of config.yaml that tells of digests: what is posted, where, when, and how patiently."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetPydanticSchema,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import core_schema

from bot.config_words import all_or_ids, cron_fields, day, days, days_or_country, duration, time_of_day, time_zone
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
    WithJsonSchema({"type": "string", "pattern": "^(?=.*[1-9])\\d{1,4}[smhd]$"}),
]
Day = Annotated[date, BeforeValidator(day)]
# A union would put its own words into the place of a problem, and so lose the line of a day.
Holidays = Annotated[
    tuple[date, ...] | str,
    GetPydanticSchema(
        lambda _, made: core_schema.no_info_wrap_validator_function(days_or_country, made(tuple[Day, ...]))
    ),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}},
                {"type": "string", "pattern": "^[A-Z]{2,3}(-.+)?$"},
            ]
        }
    ),
]


class Digest(Part):
    """A named selection of snippets, and when it is due."""

    title: Words
    enabled: bool = True
    """Where it is off, nothing is due; turned on again, nothing of the time between is caught up."""
    at: Annotated[str, AfterValidator(time_of_day)] | None = None
    on: Annotated[str, AfterValidator(days)] = "daily"
    cron: Annotated[str, StringConstraints(max_length=100), AfterValidator(cron_fields)] | None = None
    """Instead of `at` and `on`: minute, hour, day of the month, month, day of the week."""
    timezone: Zone | None = None
    holidays: Holidays = ()
    """Days on which it is not sent, or the country whose public holidays these are."""
    briefings: Briefings = ()
    show: Literal["rotate", "new", "headline", "all"] = "new"
    count: Annotated[int, Field(ge=1, le=50)] | None = None
    channels: tuple[str, ...]
    """Empty where it comes only to channels that subscribe to it."""
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


class KeepSettings(Part):
    """How long it is known what became of digests and reports; what is under way or held stays until its end."""

    steps: Length = timedelta(days=90)
    """What was tried, and the texts that were sent."""
    slots: Length = timedelta(days=365)
    """That a slot was due, and what became of it; and what stands on the wall."""
    reports: Length = timedelta(days=90)
    """What readers reported."""


KEEP_AT_LEAST: Mapping[str, timedelta] = {
    "steps": timedelta(days=7),  # who comes back from a week off may still ask why
    "slots": timedelta(days=7),
    "reports": timedelta(days=1),  # of one person so many an hour are taken, and these are counted
}

LOOKED_AGAIN = timedelta(days=2)
"""How far before what is planned slots are looked at again: an update of the zones may have moved one there."""


def check_digests(tree: Tree, root: Map, channels: list[str]) -> None:
    """Put what is wrong between the digests and the rest of config.yaml to the tree's problems."""
    digests = root.get("digests")
    for name, digest in digests.items() if isinstance(digests, Map) else ():
        if not re.fullmatch(r"[a-z0-9-]{1,32}", name):
            slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32]
            message = f'"{name}" cannot name a digest: small letters, digits and hyphens, at most 32'
            tree.add(place(tree, ("digests", name), key=True), message, "id", f'write "{slug}"' if slug else None)
        if isinstance(digest, Map):
            _check_when(tree, name, digest)
            _check_channels(tree, name, digest.get("channels"), channels)
    delivery = root.get("delivery")
    if isinstance(delivery, Map):
        _check_patience(tree, delivery)
    keep = root.get("keep")
    _check_keeping(tree, keep if isinstance(keep, Map) else {}, digests if isinstance(digests, Map) else {})


def _check_when(tree: Tree, name: str, digest: Map) -> None:
    at, by_cron = digest.get("at"), digest.get("cron")
    if at is None and by_cron is None:
        mend = 'add "at: …", a time of day, or "cron: …"'
        tree.add(place(tree, ("digests", name)), '"at" is missing', "missing", mend)
    if at is not None and by_cron is not None:
        mark = place(tree, ("digests", name, "cron"), key=True)
        tree.add(mark, '"at" and "cron" both say when it is due', "duplicate", "keep one of the two")
    elif by_cron is not None and "on" in digest:
        mark = place(tree, ("digests", name, "on"), key=True)
        tree.add(mark, '"on" goes with "at" only', "value", "delete it: a cron names its own days")
    if "count" in digest and (show := digest.get("show")) in ("headline", "all"):
        mark = place(tree, ("digests", name, "count"), key=True)
        tree.add(mark, f'"count" changes nothing where "show" is "{show}"', "value", "delete it", warning=True)


def _check_channels(tree: Tree, name: str, wanted: object, channels: list[str]) -> None:
    known, before = set(channels), set[str]()
    for at, channel in enumerate(wanted if isinstance(wanted, list) else ()):
        if not isinstance(channel, str):
            continue
        if channel not in known:
            mark = place(tree, ("digests", name, "channels", at))
            tree.add(mark, f'unknown channel "{channel}"', "reference", did_you_mean(channel, channels))
        elif channel in before:
            mark = place(tree, ("digests", name, "channels", at))
            tree.add(mark, f'"{channel}" stands here a second time', "duplicate", "keep one of the two")
        before.add(channel)


def _check_patience(tree: Tree, delivery: Map) -> None:
    """A claim outlives the request made under it; a request may be carried out when nobody waits for it any more."""
    try:
        given = DeliverySettings.model_validate(delivery)
    except ValidationError:
        return  # what is wrong with one of them is told already
    for name, wrong, least in (
        ("lease", given.lease < 2 * given.timeout, 'at least twice as long as "timeout"'),
        ("ghost", given.ghost <= given.timeout + given.lease / 2, 'longer than "timeout" and half of "lease" together'),
    ):
        if wrong:
            mark = place(tree, ("delivery", name if name in delivery else "timeout"))
            tree.add(mark, f'"{name}" must be {least}', "value", f'lengthen "{name}", or shorten "timeout"')


def _check_keeping(tree: Tree, keep: Mapping[str, object], digests: Mapping[str, object]) -> None:
    """What is forgotten too early is sent once more, taken once more, or cannot be explained."""
    try:
        given = KeepSettings.model_validate(keep)
    except ValidationError:
        return  # what is wrong with one of them is told already
    for name, least in KEEP_AT_LEAST.items():
        if name in keep and getattr(given, name) < least:
            days = f"{least.days}d"
            tree.add(place(tree, ("keep", name)), f'"{name}" must be at least {days}', "value", f'write "{days}"')
            return
    if given.slots < given.steps:
        mark = place(tree, ("keep", "slots" if "slots" in keep else "steps"))
        tree.add(mark, '"slots" must be at least as long as "steps"', "value", 'lengthen "slots", or shorten "steps"')
    for name, digest in digests.items():
        late = _length(digest.get("max_late")) if isinstance(digest, Map) else None
        if late is not None and given.slots < late + LOOKED_AGAIN:
            mark = place(tree, ("keep", "slots") if "slots" in keep else ("digests", name, "max_late"))
            told = f'"slots" must be {LOOKED_AGAIN.days} days longer than "max_late" of "{name}"'
            tree.add(mark, told, "value", 'lengthen "slots", or shorten "max_late"')


def _length(written: object) -> timedelta | None:
    """A length as it is written; None where it is none, which is told already."""
    try:
        found = duration(written)
    except ValueError:
        return None
    return found if isinstance(found, timedelta) else None
