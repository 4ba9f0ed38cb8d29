"""A view holds what the rules allow and nothing else, however it came to be made."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.content.edition import Edition, Views
from bot.content.history import History, versions_of
from bot.content.model import LABELS, Briefing, Snippet
from bot.content.search import MOST, Hits
from bot.content.seen import Seen
from bot.content.view import View
from tests.commands.asking import KNOWN, ask, drawings
from tests.content.editions import BERLIN, DREDGING, NOW, SECTIONS, Raw, edition, made, read, shipped
from tests.exam import oracle_views as oracle
from tests.sizes import SOAK

ZONES = ("Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "UTC")


def as_oracle(view: View) -> oracle.Seen:
    """A view in the oracle's words."""

    def pairs(name: str) -> frozenset[tuple[str, str]]:
        return frozenset((b.head.id, one) for b in view.briefings for one in getattr(b, name))

    def items(name: str) -> frozenset[tuple[str, str]]:
        return frozenset((b.head.id, one.item.id) for b in view.briefings for one in getattr(b, name))

    return oracle.Seen(
        briefings=frozenset(b.head.id for b in view.briefings),
        snippets=items("snippets"),
        withdrawn=items("withdrawn"),
        sources=pairs("sources"),
        people=pairs("people"),
        figures=items("figures"),
        timeline=frozenset((b.head.id, entry.id) for b in view.briefings for entry in b.timeline),
        digest=tuple((b.head.id, name) for b in view.briefings if b.digest for name in b.digest.items),
        see=frozenset(
            (b.head.id, seen.item.id, other) for b in view.briefings for seen in b.snippets for other in seen.item.see
        ),
    )


@pytest.mark.parametrize("seed", range(60))
def test_every_audience_sees_what_the_slow_and_obvious_way_says(seed: int) -> None:
    rng = Random(seed)
    zone = ZoneInfo(ZONES[seed % len(ZONES)])
    raws = [oracle.random_briefing(rng, number) for number in range(rng.randint(0, 4))]
    whole = Edition(made(*raws), SECTIONS, zone)
    views = Views(whole)
    for now in sorted(oracle.random_now(rng, zone) for _ in range(6)):
        for label in LABELS:
            expected = oracle.seen(raws, label, now, zone)
            assert as_oracle(whole.seen_by(label, now)) == expected
            assert as_oracle(views.at(label, now)) == expected


def test_an_audience_above_is_told_apart_by_the_oracle() -> None:
    rng = Random(5)
    raws = [oracle.random_briefing(rng, number) | {} for number in range(4)]
    for raw, label in zip(raws, LABELS[1:], strict=True):
        raw["briefing"]["sharing"] = label
    leaking = edition(made(*raws)).seen_by("TLP:RED", NOW)
    assert as_oracle(leaking) != oracle.seen(raws, "TLP:CLEAR", NOW, BERLIN)


def test_a_briefing_that_is_being_written_leaves_no_trace_until_its_first_claim_may_be_told() -> None:
    unwritten: Raw = {
        "format": 1,
        "briefing": {"id": "secret-plan", "title": "The secret plan", "sharing": "TLP:CLEAR"},
        "sources": [{"id": "gazette", "publisher": "Gazette"}],
        "people": [{"id": "okoye", "name": "Ada Okoye"}],
    }
    claim = {"id": "a", "section": next(iter(SECTIONS)), "text": "The plan holds.", "claimed_by": "okoye"}
    draft = claim | {"source": "gazette", "para": 1, "status": "reported", "state": "draft"}
    embargoed = draft | {"state": "active", "publish_at": "2026-03-18T13:00"}
    others = shipped(DREDGING)
    nothing = asked(edition((others,)).seen_by("TLP:RED", NOW))
    for snippets in ([], [draft], [draft, embargoed | {"id": "b", "publish_at": "2026-03-18T13:31"}]):
        whole = edition((others, *made(unwritten | {"snippets": snippets})))
        assert asked(whole.seen_by("TLP:RED", NOW)) == nothing
    told = edition(made(unwritten | {"snippets": [draft, embargoed | {"id": "b"}]})).seen_by("TLP:CLEAR", NOW)
    assert [one.head.id for one in told.briefings] == ["secret-plan"]


# --- made from an earlier one ---

QUESTIONS = ("snippet", "holds", "person-1", "boats figure", "title 1", "editor says", "zzz", "snippet-3 hold", "post")


def asked(view: View) -> list[str]:
    """Everything a view says, with what is found and in which order."""
    said = [drawn for name in KNOWN for drawn in drawings(ask(view, name))]
    said += [drawn for name in KNOWN for drawn in drawings(ask(view, name, "person-1"))]
    for text in QUESTIONS:
        said += [repr(keys(view.index.search(text))), str(view.index.suggest(text)), *drawings(ask(view, "cite", text))]
    return said


def keys(hits: Hits) -> tuple[tuple[str, ...], int]:
    return tuple(seen.key for seen in hits.found), hits.total


def edited(rng: Random, raws: Sequence[Raw], number: int) -> list[Raw]:
    """Some briefings after a morning's work: one added, one gone, one changed, one moved, or nothing at all."""
    new = list(raws)
    match rng.randrange(6):
        case 0:
            new.insert(rng.randint(0, len(new)), oracle.random_briefing(rng, number))
        case 1 if new:
            new.pop(rng.randrange(len(new)))
        case 2 | 3 if new:
            at = rng.randrange(len(new))
            changed = oracle.random_briefing(rng, 0)
            changed["briefing"]["id"] = new[at]["briefing"]["id"]
            new[at] = changed
        case 4:
            rng.shuffle(new)
    return new


@pytest.mark.parametrize("seed", range(12 if SOAK else 6))
def test_views_made_from_earlier_ones_say_what_fresh_ones_say(seed: int) -> None:
    rng = Random(seed)
    raws = [oracle.random_briefing(rng, number) for number in range(3)]
    known: dict[str, Briefing] = {}
    history = History()
    views = Views(edition(()))
    now = datetime(2026, 2, 1, 0, 0, 30, tzinfo=BERLIN)
    for step in range(12):
        raws = edited(rng, raws, 10 + step)
        now += timedelta(days=rng.randint(0, 9), minutes=rng.randint(1, 600))
        served = [known.setdefault(repr(raw), made(raw)[0]) for raw in raws]
        for briefing in served:
            history = history.with_new(versions_of(briefing, history, now, BERLIN))
        whole = edition(served, history)
        views = Views(whole, views)
        for label in rng.sample(LABELS, 2):
            taken_over, fresh = views.at(label, now), whole.seen_by(label, now)
            assert taken_over.stamp == fresh.stamp
            assert dict(stories(taken_over)) == dict(stories(fresh))
            assert asked(taken_over) == asked(fresh)
        if rng.random() < 0.5:
            views.settle()


def stories(view: View) -> list[tuple[str, object]]:
    return [(seen.key, story) for seen, story in view.stories]


def test_what_is_found_by_the_thousand_stands_in_the_same_order_too() -> None:
    def file(name: str, amount: int) -> Briefing:
        snippets = "".join(
            f"  - {{id: s-{at}, section: impact, text: Wind {at} blows., claimed_by: editor, status: note}}\n"
            for at in range(amount)
        )
        return read(f"format: 1\nbriefing: {{id: {name}, title: {name}}}\nsnippets:\n{snippets}")

    one, two, three = file("one", 500), file("two", 400), file("three", 300)
    views = Views(edition((one, two, three)))
    views.at("TLP:CLEAR", NOW)
    changed = file("two", 401)
    views = Views(edition((three, changed, one)), views)
    found = views.at("TLP:CLEAR", NOW).index.search("wind")
    fresh = edition((three, changed, one)).seen_by("TLP:CLEAR", NOW).index.search("wind")
    assert found.total == 1201
    assert len(found.found) == MOST
    assert keys(found) == keys(fresh)
    assert [seen.key for seen in views.at("TLP:CLEAR", NOW).index.all("wind")][-1] == "one/s-499"


# --- moments ---


def test_a_view_changes_at_the_very_moment_and_not_before_also_where_clocks_change() -> None:
    """In the night when the clocks go forward, 02:30 comes after 03:15: it is a time that no clock shows."""
    text = """\
format: 1
briefing: {id: night, title: The night}
snippets:
  - {id: gap, section: impact, text: Gone at 03.30., claimed_by: editor, status: note, expires: 2024-03-31T02:30}
  - {id: next, section: impact, text: Gone at 03.15., claimed_by: editor, status: note, expires: 2024-03-31T03:15}
"""
    whole = edition((read(text),))
    views = Views(whole)
    for minute, left in ((10, 2), (14, 2), (15, 1), (20, 1), (29, 1), (30, 0), (40, 0)):
        now = datetime.fromisoformat(f"2024-03-31T01:{minute}:00+00:00")
        assert len(views.at("TLP:CLEAR", now).snippets) == left
        assert len(whole.seen_by("TLP:CLEAR", now).snippets) == left


def test_pinned_claims_come_first_then_those_of_the_newest_source_then_the_files_order() -> None:
    text = """\
format: 1
briefing: {id: order, title: Order}
sources:
  - {id: old, publisher: Old Post, published: 2024-01-01}
  - {id: new, publisher: New Post, published: 2024-02}
  - {id: undated, publisher: Post}
snippets:
  - {id: a, section: impact, text: The editors note a., claimed_by: editor, status: note}
  - {id: b, section: impact, text: The editors note b., claimed_by: editor, status: note, source: old, para: 1}
  - {id: c, section: impact, text: The editors note c., claimed_by: editor, status: note, source: new, para: 1}
  - {id: d, section: impact, text: The editors note d., claimed_by: editor, status: note, source: undated, para: 1}
  - {id: e, section: impact, text: The editors note e., claimed_by: editor, status: note, source: new, para: 1}
  - {id: f, section: impact, text: The editors note f., claimed_by: editor, status: note, pinned: true}
"""
    view = edition((read(text),)).seen_by("TLP:CLEAR", NOW)
    found: tuple[Seen[Snippet], ...] = view.by_section["impact"].claims
    assert "".join(seen.item.id for seen in found) == "fcebad"
