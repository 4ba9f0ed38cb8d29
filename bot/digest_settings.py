"""The part of config.yaml that tells of digests: what is posted, where, when, and how patiently."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, GetPydanticSchema, StringConstraints, ValidationError
from pydantic_core import core_schema

from bot.config_words import (
    DAYS,
    CatchUp,
    Corrections,
    Show,
    WhenEmpty,
    all_or_ids,
    cron_fields,
    day,
    days,
    days_or_country,
    duration,
    time_of_day,
    time_zone,
)
from bot.content.model import Id, Part, Words
from bot.content.shape import place
from bot.content.suggest import did_you_mean
from bot.content.values import ID, Switch, told_as
from bot.content.yaml_tree import Map, Tree

Zone = Annotated[str, AfterValidator(time_zone), told_as("a time zone", type="string")]
Briefings = Annotated[
    tuple[Id, ...],
    BeforeValidator(all_or_ids),
    told_as(
        "a list of ids, or all",
        type=["string", "array"],
        pattern="^all$",
        allOf=[{"items": {"type": ["string", "integer"], "pattern": f"^{ID}$"}}],
    ),
]
Length = Annotated[
    timedelta,
    BeforeValidator(duration),
    told_as("a length of time", type="string", pattern=r"^(?=.*[1-9])\d{1,4}[smhd]$"),
]
Day = Annotated[date, BeforeValidator(day)]
# A union would put its own words into the place of a problem, and so lose the line of a day.
Holidays = Annotated[
    tuple[date, ...] | str,
    GetPydanticSchema(
        lambda _, made: core_schema.no_info_wrap_validator_function(days_or_country, made(tuple[Day, ...]))
    ),
    told_as(
        "a country, or a list of days",
        type=["string", "array"],
        pattern="^[A-Z]{2,3}(-.+)?$",
        allOf=[{"items": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}}],
    ),
]


class Digest(Part, title="A digest"):
    """A named selection of snippets, and when it is due."""

    title: Words
    """Its title."""
    enabled: Switch = True
    """`no` lets it rest: nothing is due, and nothing of that time is caught up later."""
    at: (
        Annotated[str, AfterValidator(time_of_day), told_as("a time of day", type="string", pattern=r"^\d{1,2}:\d{2}$")]
        | None
    ) = None
    """When it is due, as `"08:00"`; this or `cron`, and not both."""
    on: Annotated[str, AfterValidator(days), told_as("days of the week", type="string", pattern=DAYS)] = "daily"
    """The days, with `at`: `mon-fri`, `"sat,sun"` or `daily`."""
    cron: (
        Annotated[
            str,
            StringConstraints(max_length=100),
            AfterValidator(cron_fields),
            told_as("five fields", type="string", maxLength=100),
        ]
        | None
    ) = None
    """In place of `at` and `on`: minute, hour, day of the month, month, day of the week, as `"0 8 * * 1-5"`."""
    timezone: Zone | None = None
    """The zone of its times, if it is not that of the file."""
    holidays: Holidays = ()
    """When it is not sent: days, `[2026-12-24, 2026-12-31]`, or a country whose public holidays these are, `DE-BE`."""
    briefings: Briefings = ()
    """The briefings it tells of; all, if nothing is said."""
    show: Show = "new"
    """What it tells."""
    count: Annotated[int, Field(ge=1, le=50)] | None = None
    """How many snippets; nothing to `headline` and `all`."""
    channels: tuple[str, ...]
    """Names of channels, each once; `[]` where it comes only to those that subscribe."""
    when_empty: WhenEmpty = "skip"
    """What becomes of a slot with nothing to tell."""
    catch_up: CatchUp = "latest"
    """What is sent after a pause."""
    max_late: Length = timedelta(hours=6)
    """How late it may still be sent: `30m`, `6h`, `2d`, more than nothing."""
    corrections: Corrections = "edit"
    """What becomes of it when a snippet in it is corrected."""


class DeliverySettings(Part):
    """How patiently digests are delivered; only tests and very slow networks need other lengths."""

    lease: Length = timedelta(seconds=60)
    """How long a delivery that was claimed may take to begin; at least twice as long as `timeout`."""
    ghost: Length = timedelta(seconds=60)
    """How long a request may still be carried out that nobody answered; longer than `timeout` and half of `lease`."""
    timeout: Length = timedelta(seconds=15)
    """How long a platform may take to answer."""


class KeepSettings(Part):
    """How long it is known what became of digests and reports; what is under way or held stays until its end."""

    steps: Length = timedelta(days=90)
    """What was tried, and the texts that were sent; at least `7d`."""
    slots: Length = timedelta(days=365)
    """That a slot was due and what became of it; at least as long as `steps`, 2 days longer than every `max_late`."""
    reports: Length = timedelta(days=90)
    """What readers reported, and what admins were told; at least `1d`."""


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
