"""What one audience may see of some briefings at one moment, worked out the slow and obvious way.

The reading of the rules, for yaml-shaped briefings (dicts, lists, text, numbers; dates as text):

1. Labels rise CLEAR < GREEN < AMBER < AMBER+STRICT < RED. A briefing above the ceiling is not there at all,
   with everything in it; one at the ceiling is seen.
2. A snippet is hidden while it is a draft, before its `publish_at`, and once its `expires` has passed. At the
   very moment of `publish_at` it is seen; at the very moment of `expires` it is gone.
3. A date without a time is its start for `publish_at` and its end for `expires` (2024-11 ends with November),
   in the configured zone. A date-time that names no zone is read in that zone as well.
4. A withdrawn snippet is no visible claim: neither its place in a section nor a `see`, digest item or
   timeline entry that leads to it remains. It is no secret (unless rule 2 hides it), so it is in `withdrawn`,
   and its source and speaker stay, for `/cite` and `/changes`. With `withdrawn_counts=False` they do not.
5. A source is used by the snippets and figures that name it in `source` or `cite`; the default source by
   all that name neither, but not by a note without a paragraph. A person is used by the snippets that they
   are `claimed_by` or that list them in `people`, and by figures. `superseded_by` is no use.
6. A source or person is hidden when something uses it and all of that is hidden. What nothing uses is seen.
7. A figure is seen with its briefing (rule 2 applied to it too, should it carry such keys).
8. A timeline entry is seen unless it names a snippet that is not seen. A digest item goes with its snippet.
9. `editor` is built in and never listed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from random import Random
from typing import Any

Raw = dict[str, Any]
Id = tuple[str, str]
"""A briefing's id and the id of something in it."""

LABELS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
SECTIONS = ("deployment", "exposure", "control", "impact", "caveats")


@dataclass(frozen=True)
class Seen:
    """What remains; ids of briefings, and pairs for all that lies within them."""

    briefings: frozenset[str]
    snippets: frozenset[Id]
    withdrawn: frozenset[Id]
    sources: frozenset[Id]
    people: frozenset[Id]
    figures: frozenset[Id]
    timeline: frozenset[Id]
    digest: tuple[Id, ...]
    see: frozenset[tuple[str, str, str]]


def seen(briefings: Sequence[Raw], ceiling: str, now: datetime, zone: tzinfo, *, withdrawn_counts: bool = True) -> Seen:
    """Returns what a place with this ceiling may see at `now` (which knows its zone)."""
    allowed = [raw for raw in briefings if LABELS.index(raw["briefing"]["sharing"]) <= LABELS.index(ceiling)]
    each = [_seen_of(raw, now, zone, withdrawn_counts=withdrawn_counts) for raw in allowed]
    parts = [one for one in each if one.snippets or one.withdrawn or one.figures or one.timeline]
    return Seen(
        briefings=frozenset().union(*(part.briefings for part in parts)),
        snippets=frozenset().union(*(part.snippets for part in parts)),
        withdrawn=frozenset().union(*(part.withdrawn for part in parts)),
        sources=frozenset().union(*(part.sources for part in parts)),
        people=frozenset().union(*(part.people for part in parts)),
        figures=frozenset().union(*(part.figures for part in parts)),
        timeline=frozenset().union(*(part.timeline for part in parts)),
        digest=tuple(item for part in parts for item in part.digest),
        see=frozenset().union(*(part.see for part in parts)),
    )


def _seen_of(raw: Raw, now: datetime, zone: tzinfo, *, withdrawn_counts: bool) -> Seen:
    story: str = raw["briefing"]["id"]
    snippets: list[Raw] = raw.get("snippets", [])
    figures: list[Raw] = raw.get("figures", [])
    default: str | None = raw.get("defaults", {}).get("source")

    open_now = [item for item in snippets if not _hidden(item, now, zone)]
    claims = {item["id"] for item in open_now if item.get("state") != "withdrawn"}
    withdrawn = {item["id"] for item in open_now} - claims
    open_figures = [item for item in figures if not _hidden(item, now, zone)]
    using = [item for item in open_now if withdrawn_counts or item["id"] in claims] + open_figures

    def kept(things: Iterable[Raw], all_uses: set[str], open_uses: set[str]) -> frozenset[Id]:
        names = (thing["id"] for thing in things)
        return frozenset((story, name) for name in names if name in open_uses or name not in all_uses)

    everything = snippets + figures
    return Seen(
        briefings=frozenset({story}),
        snippets=frozenset((story, name) for name in claims),
        withdrawn=frozenset((story, name) for name in withdrawn),
        sources=kept(raw.get("sources", []), _sources_of(everything, default), _sources_of(using, default)),
        people=kept(raw.get("people", []), _people_of(everything), _people_of(using)),
        figures=frozenset((story, item["id"]) for item in open_figures),
        timeline=frozenset(
            (story, item["id"])
            for item in raw.get("timeline", [])
            if "snippet" not in item or item["snippet"] in claims
        ),
        digest=tuple((story, name) for name in raw.get("digest", {}).get("items", []) if name in claims),
        see=frozenset(
            (story, item["id"], other)
            for item in snippets
            if item["id"] in claims
            for other in item.get("see", [])
            if other in claims
        ),
    )


def _hidden(item: Raw, now: datetime, zone: tzinfo) -> bool:
    if item.get("state") == "draft":
        return True
    if "publish_at" in item and now < span(item["publish_at"], zone)[0]:
        return True
    return "expires" in item and now >= span(item["expires"], zone)[1]


def span(text: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Returns the first moment of a date and the first one after it; a date-time is its own moment twice."""
    if "T" in text:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        return moment, moment
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
        raise ValueError(f"no date: {text}")
    year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
    start = datetime(year, month or 1, day or 1, tzinfo=zone)
    if day:
        end = start + timedelta(days=1)  # the same time of the next day, also where a clock changes
    elif month:
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    else:
        end = datetime(year + 1, 1, 1, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def _sources_of(items: Iterable[Raw], default: str | None) -> set[str]:
    found: set[str] = set()
    for item in items:
        if "cite" in item:
            found |= {part["source"] for part in item["cite"]}
        elif "source" in item:
            found.add(item["source"])
        elif default is not None and "para" in item:
            found.add(default)
    return found


def _people_of(items: Iterable[Raw]) -> set[str]:
    return {name for item in items for name in (item["claimed_by"], *item.get("people", []))}


def random_now(rng: Random, zone: tzinfo) -> datetime:
    """Returns a moment near the dates of `random_briefing`, never exactly at one of them."""
    days, minutes = rng.randrange(-40, 41), rng.randrange(24 * 60)
    return datetime(2026, 3, 15, 0, 0, 30, tzinfo=zone) + timedelta(days=days, minutes=minutes)


def random_briefing(rng: Random, number: int = 0) -> Raw:
    """Returns a small valid briefing that holds no list or dict twice (a dumper would make anchors of them).

    Only the briefing's own id depends on `number`: the ids within repeat from one to the next, as they may.
    """
    stem = f"story-{number}"
    sources = [f"source-{n}" for n in range(rng.randint(1, 3))]
    people = [f"person-{n}" for n in range(rng.randint(1, 4))]
    names = [f"snippet-{n}" for n in range(rng.randint(1, 8))]
    default = rng.choice([None, *sources])
    raw: Raw = {
        "format": 1,
        "briefing": {"id": stem, "title": f"Title {number}", "language": "en", "sharing": rng.choice(LABELS)},
        "sources": [_source(name, rng) for name in sources],
        "people": [{"id": name, "name": name.capitalize(), "kind": "person"} for name in people],
        "snippets": [_snippet(name, rng, names, sources, people, default) for name in names],
        "figures": [_figure(n, rng, sources, people, default) for n in range(rng.randint(0, 2))],
        "timeline": [_entry(n, rng, names) for n in range(rng.randint(0, 4))],
    }
    if default:
        raw["defaults"] = {"source": default}
    if rng.random() < 0.7:
        items = rng.sample(names, rng.randint(0, len(names)))
        raw["digest"] = {"headline": f"Headline {number}", "items": items}
    return raw


def _source(name: str, rng: Random) -> Raw:
    day = f"2026-02-{rng.randint(1, 28):02}"
    link = f"https://example.org/{name}"
    post = {
        "id": name,
        "kind": "article",
        "publisher": f"The {name} post",
        "title": f"Of {name}",
        "url": link,
    }
    return post | {"published": day, "paragraphs": 9}


def _snippet(
    name: str, rng: Random, names: list[str], sources: list[str], people: list[str], default: str | None
) -> Raw:
    speaker = rng.choice([*people, "editor"])
    text = f"{speaker.capitalize()} says that {name} holds."
    item: Raw = {"id": name, "section": rng.choice(SECTIONS), "text": text, "claimed_by": speaker}
    item["status"] = "note" if speaker == "editor" else rng.choice(["reported", "assessed", "forecast"])
    if item["status"] != "note" or default or rng.random() < 0.5:
        item |= _read_in(rng, sources, default)
    if rng.random() < 0.3:
        item["state"] = rng.choice(["active", "draft", "corrected", "withdrawn"])
    if item.get("state") in {"corrected", "withdrawn"}:
        item["correction"] = {"at": "2026-03-01", "note": f"The editors mended {name}."}
    if rng.random() < 0.25:
        item["publish_at"] = _date(rng)
    if rng.random() < 0.25:
        item["expires"] = _date(rng)
    if rng.random() < 0.3:
        item["people"] = rng.sample(people, rng.randint(1, len(people)))
    others = [other for other in names if other != name]
    if others and rng.random() < 0.3:
        item["see"] = rng.sample(others, 1)
    if rng.random() < 0.2:
        item["pinned"] = True
    return item


def _figure(n: int, rng: Random, sources: list[str], people: list[str], default: str | None) -> Raw:
    item: Raw = {"id": f"figure-{n}", "label": f"Figure {n}", "unit": "boats", "status": "reported"}
    item |= {"claimed_by": rng.choice(people)} | _read_in(rng, sources, default)
    if rng.random() < 0.5:
        return item | {"low": 3, "high": 9, "qualifier": "range"}
    return item | {"value": rng.randint(1, 99), "qualifier": rng.choice(["exact", "about", "at-least"])}


def _entry(n: int, rng: Random, names: list[str]) -> Raw:
    item: Raw = {"id": f"entry-{n}", "when": {"date": f"2026-03-{n + 1:02}"}, "text": f"Entry {n} happens."}
    return item | ({"snippet": rng.choice(names)} if rng.random() < 0.7 else {})


def _read_in(rng: Random, sources: list[str], default: str | None) -> Raw:
    if rng.random() < 0.2:
        chosen = rng.sample(sources, rng.randint(1, len(sources)))
        return {"cite": [{"source": name, "para": rng.randint(0, 9)} for name in chosen]}
    if default and rng.random() < 0.5:
        return {"para": rng.randint(0, 9)}
    return {"source": rng.choice(sources), "para": rng.randint(0, 9)}


def _date(rng: Random) -> str:
    day = date(2026, 3, 15) + timedelta(days=rng.randrange(-40, 41))
    shape = rng.choice(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%dT12:34", "%Y-%m-%dT12:34:00"])
    zone = rng.choice(["", "Z", "+09:00", "-05:30"]) if "T" in shape else ""
    return day.strftime(shape) + zone
