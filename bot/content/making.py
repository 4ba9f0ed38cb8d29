"""Making the next edition: what stands on the shelf, its history and its views, all before anything is swapped."""

import hashlib
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.content.changes import changes
from bot.content.counting import how_many
from bot.content.edition import Edition, Views
from bot.content.history import History, versions_of
from bot.content.memory import Kept, Remembered, Version
from bot.content.model import Section
from bot.content.parse import Parsed
from bot.content.problems import errors
from bot.content.readers import kept_of
from bot.content.receipt import Checked
from bot.content.rules import CONFIG
from bot.content.standing import Standing, settle
from bot.content.state import FileState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """All that a swap brings; `taken` is what is served anew, `versions` are those of its snippets.

    `files` are the standings as they are told.
    """

    standings: Mapping[str, Standing]
    taken: tuple[Parsed, ...]
    versions: tuple[Version, ...]
    views: Views
    files: tuple[FileState, ...]


def make(
    before: Mapping[str, Standing],
    fresh: Iterable[Parsed],
    gone: Collection[str],
    sections: Mapping[str, Section],
    zone: tzinfo,
    views: Views,
    at: datetime,
) -> Made:
    """The shelf after these files were read and those are gone, with a view for every audience there was so far."""
    standings = settle(before, fresh, gone, at)
    served = {name: standing.served for name, standing in standings.items() if standing.served}
    taken = [one for name, one in served.items() if name not in before or before[name].served is not one]
    history = views.edition.history
    versions = [version for one in taken if one.briefing for version in versions_of(one.briefing, history, at, zone)]
    briefings = tuple(one.briefing for one in served.values() if one.briefing)
    edition = Edition(briefings, sections, zone, history.with_new(versions))
    files = tuple(standing.state for standing in standings.values())
    return Made(standings, tuple(taken), tuple(versions), _views(edition, views, at), files)


def _views(edition: Edition, before: Views, at: datetime) -> Views:
    old = before.edition
    same = len(old.briefings) == len(edition.briefings) and all(map(_is, old.briefings, edition.briefings))
    same_rules = (old.sections, old.zone) == (edition.sections, edition.zone)
    if same and same_rules:
        return before
    # Embargoes and expiries are read in the zone: under another one, nothing that was seen before holds.
    return _ready(Views(edition, before if old.zone == edition.zone else None), before, at)


def _ready(views: Views, before: Views, at: datetime) -> Views:
    """The views, made for all who asked before."""
    for audience in before.audiences():
        views.at(audience, at)
    views.settle()
    return views


def _is(one: object, other: object) -> bool:
    return one is other


@dataclass(frozen=True, slots=True)
class Rebased:
    """What is to be written down so that others find what is served here, and the views over that history."""

    views: Views
    kept: tuple[Kept, ...]
    versions: tuple[Version, ...]
    gone: tuple[str, ...]


def rebased(
    standings: Mapping[str, Standing], views: Views, remembered: Remembered, config: str | None, at: datetime
) -> Rebased:
    """The same shelf over a history that another process wrote."""
    served = {name: standing.served for name, standing in standings.items() if standing.served}
    edition, history = views.edition, History().with_new(remembered.versions)
    briefings = [one.briefing for one in served.values() if one.briefing]
    versions = [version for one in briefings for version in versions_of(one, history, at, edition.zone)]
    texts = {name: one.text for name, one in served.items()} | ({CONFIG: config} if config is not None else {})
    here = [kept_of(name, text, at) for name, text in texts.items()]
    there = {one.file: one.sha256 for one in remembered.kept}
    return Rebased(
        _ready(Views(replace(edition, history=history.with_new(versions))), views, at),
        tuple(one for one in here if there.get(one.file) != one.sha256),
        tuple(versions),
        tuple(there.keys() - standings.keys() - {CONFIG}),
    )


def prints(standings: Mapping[str, Standing]) -> Mapping[str, str]:
    """A print of each text that is served, by its file's name."""
    texts = {name: standing.served.text for name, standing in standings.items() if standing.served}
    return {name: print_of(text) for name, text in texts.items()}


def print_of(text: str) -> str:
    """The same for the same text; 16 hex digits."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def tell(before: Mapping[str, Standing], after: Mapping[str, Standing]) -> None:
    """One log line for each file that changed."""
    for name, standing in after.items():
        old = before.get(name)
        if old is not standing:
            _tell(name, old, standing)
    for name in before.keys() - after.keys():
        log.info("%s is gone and no longer served", name)


def _tell(name: str, old: Standing | None, standing: Standing) -> None:
    was, served = old.served if old else None, standing.served
    wrong = errors(standing.state.problems)
    if served and served.briefing and served is not was:
        claims = len(served.briefing.snippets)
        found = changes(was.briefing if was else None, served.briefing)
        unchecked = tuple(
            one for one in (*found.changed, *found.corrected) if standing.state.checked.get(one) == Checked.CHANGED
        )
        log.info("%s loaded: %s, %s", name, how_many(claims, "claim"), replace(found, unchecked=unchecked))
    if not wrong or (old and old.state.problems == standing.state.problems):
        return
    still = (
        f"still serving the version of {standing.loaded_at:%Y-%m-%d %H:%M:%S %Z}"
        if served
        else "there is no earlier version"
    )
    log.warning("%s not loaded: %s: %s; %s", name, wrong[0].place, wrong[0].message, still)
