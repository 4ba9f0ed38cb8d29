"""Briefings as data for other programs: ids, dates and words of the file, with speakers and sources beside each claim.

The shape is described in docs/export.md; what is added to it keeps the number of its format, and what changes does not.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel

from bot.content.dates import PartialDate
from bot.content.history import Step
from bot.content.model import Figure, Snippet
from bot.content.seen import Item, Seen, SeenBriefing, basis
from bot.content.view import View

FORMAT = 1

Data = dict[str, Any]


def data(view: View, briefings: Sequence[SeenBriefing], now: datetime) -> Data:
    """These briefings of a view."""
    return {
        "format": FORMAT,
        "exported_at": now.isoformat(timespec="seconds"),
        "audience": view.audience,
        "timezone": str(view.zone),
        "sections": [{"id": name, **_plain(section, view.zone)} for name, section in view.sections.items()],
        "briefings": [_briefing(view, one) for one in briefings],
    }


def _briefing(view: View, briefing: SeenBriefing) -> Data:
    zone = view.zone
    found = basis(briefing.snippets)
    source = found.publication.partition("/")[2] if found.publication else None
    return {
        **_plain(briefing.head, zone),
        "as_of": _iso(found.newest, zone) if found.newest else None,
        "rests_on": {
            "claims": found.claims,
            "speaker": found.speaker.id if found.speaker else None,
            "source": source,
        },
        "sources": [_plain(one, zone) for one in briefing.sources.values()],
        "people": [_plain(one, zone) for one in briefing.people.values()],
        "snippets": [_snippet(view, seen) for seen in _in_order(view, briefing)],
        "withdrawn": [_withdrawn(view, seen) for seen in briefing.withdrawn],
        "figures": [_figure(seen, zone) for seen in briefing.figures],
        "timeline": [_plain(one, zone) for one in briefing.timeline],
        "digest": _plain(briefing.digest, zone) if briefing.digest else None,
    }


def _in_order(view: View, briefing: SeenBriefing) -> list[Seen[Snippet]]:
    """As answers tell them: section by section, pinned first, newest source first."""
    known = [seen for name in view.sections for seen in view.by_section[name].claims if seen.briefing is briefing.head]
    return known + [seen for seen in briefing.snippets if seen.item.section not in view.sections]


def _snippet(view: View, seen: Seen[Snippet]) -> Data:
    told = _claim(seen, view.zone)
    del told["publish_at"]  # it is there: when that was decided is the editors' own
    return {**told, "versions": _versions(view, seen)}


def _withdrawn(view: View, seen: Seen[Snippet]) -> Data:
    told = _snippet(view, seen)
    if seen.item.correction and seen.item.correction.erase:
        left = ("id", "section", "claimed_by", "speaker", "read_in", "state", "correction", "versions")
        return {key: value if key in left else None for key, value in told.items()}
    return told


def _figure(seen: Seen[Figure], zone: tzinfo) -> Data:
    told = _claim(seen, zone)
    if seen.item.derived:  # the number is never told, only its words
        told |= {"value": None, "low": None, "high": None}
    return told


def _claim(seen: Seen[Item], zone: tzinfo) -> Data:
    told = _plain(seen.item, zone)
    for key in ("source", "para", "cite"):
        del told[key]
    speaker = seen.speaker
    return {
        **told,
        "speaker": {"id": speaker.id, "name": speaker.name, "kind": speaker.kind, "role": speaker.role},
        "read_in": [
            {
                "source": read.source.id,
                "publisher": read.source.publisher,
                "published": _plain(read.source.published, zone),
                "title": read.source.title,
                "url": read.source.url,
                "state": read.source.state,
                "paragraphs": list(read.paragraphs),
            }
            for read in seen.read_in
        ],
    }


def _versions(view: View, seen: Seen[Snippet]) -> list[Data]:
    story = view.story(seen)
    return [_version(step) for step in story.steps] if story else []


def _version(step: Step) -> Data:
    return {"at": step.at.isoformat(), "change": step.change, "text": step.text or None, "note": step.note}


def _plain(value: Any, zone: tzinfo) -> Any:
    """A value of the model as JSON has it: dates as in ISO 8601, numbers as text, so that no digit is lost."""
    match value:
        case BaseModel():
            fields = {info.alias or name: getattr(value, name) for name, info in type(value).model_fields.items()}
            return {name: _plain(one, zone) for name, one in fields.items()}
        case PartialDate():
            return _iso(value, zone)
        case Enum():
            return value.value
        case Decimal():
            return f"{value:f}"
        case tuple():
            return [_plain(one, zone) for one in value]
    return value


def _iso(date: PartialDate, zone: tzinfo) -> str:
    if date.time:
        return (date.time if date.time.tzinfo else date.time.replace(tzinfo=zone)).isoformat()
    return "-".join([f"{date.year:04}", *(f"{part:02}" for part in (date.month, date.day) if part is not None)])
