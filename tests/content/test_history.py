"""How a claim came to be as it is: what of it an audience may know, and what leaves no trace."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.content.edition import Views
from bot.content.history import History, Step, versions_of
from bot.content.model import Briefing
from tests.content.editions import BERLIN, NOW, edition, read

DAY = timedelta(days=1)
START = NOW - 10 * DAY


def file(text: str | None = "Ten boats sail.", label: str = "TLP:CLEAR", **more: str) -> Briefing:
    """A briefing with one note, and whatever else its snippet says; without a text the note is gone."""
    lines = "".join(f"    {key}: {value}\n" for key, value in more.items())
    snippet = f"  - id: boats\n    section: impact\n    text: {text}\n    claimed_by: editor\n    status: note\n{lines}"
    head = f"format: 1\nbriefing: {{id: story, title: Boats, sharing: {label}}}\nsnippets:"
    return read(f"{head}\n{snippet}" if text else f"{head} []\n")


def lived(states: Sequence[Briefing], upto: datetime = NOW) -> tuple[Step, ...]:
    """What a reader of TLP:CLEAR is told after these states, each a day after the one before."""
    history = History()
    for at, briefing in enumerate(states):
        history = history.with_new(versions_of(briefing, history, START + at * DAY, BERLIN))
    seen = edition((states[-1],), history).seen_by("TLP:CLEAR", upto)
    found = [story.steps for _, story in seen.stories]
    return found[0] if found else ()


def told(*states: Briefing) -> list[str]:
    return [f"{step.change} {(step.at - START).days}: {step.text}" for step in lived(states)]


CORRECTED = {"state": "corrected", "correction": "{at: 2026-03-10, note: Miscounted.}"}
ERASED = {"state": "corrected", "correction": "{at: 2026-03-10, note: Miscounted., erase: true}"}
WITHDRAWN = {"state": "withdrawn", "correction": "{at: 2026-03-10, note: Untrue.}"}
GONE_FOR_GOOD = {"state": "withdrawn", "correction": "{at: 2026-03-10, note: Untrue., erase: true}"}
SECRET = file("Four boats are secret.", "TLP:AMBER")
DRAFT = file("Five boats, we think.", state="draft")
ONE, TWO = file(), file("Nine boats sail.")


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([ONE], ["new 0: Ten boats sail."]),
        ([ONE, ONE, ONE], ["new 0: Ten boats sail."]),
        ([ONE, TWO], ["new 0: Ten boats sail.", "changed 1: Nine boats sail."]),
        ([ONE, file(tags="[boats]")], ["new 0: Ten boats sail."]),
        ([ONE, file("Nine boats sail.", **CORRECTED)], ["new 0: Ten boats sail.", "corrected 1: Nine boats sail."]),
        ([ONE, file(**WITHDRAWN)], ["new 0: Ten boats sail.", "withdrawn 1: Ten boats sail."]),
        (
            [ONE, file(**WITHDRAWN), file("Nine boats sail.", **WITHDRAWN)],
            ["new 0: Ten boats sail.", "withdrawn 1: Ten boats sail."],
        ),
        ([file(**WITHDRAWN)], ["withdrawn 0: Ten boats sail."]),
        (
            [ONE, file(**WITHDRAWN), ONE, file(**WITHDRAWN)],
            [
                "new 0: Ten boats sail.",
                "withdrawn 1: Ten boats sail.",
                "changed 2: Ten boats sail.",
                "withdrawn 3: Ten boats sail.",
            ],
        ),
        # What was never to be seen leaves no trace.
        ([ONE, SECRET, TWO], ["new 0: Ten boats sail.", "changed 2: Nine boats sail."]),
        ([ONE, SECRET, ONE], ["new 0: Ten boats sail."]),
        ([SECRET, ONE], ["new 1: Ten boats sail."]),
        ([DRAFT, ONE], ["new 1: Ten boats sail."]),
        ([ONE, DRAFT, TWO], ["new 0: Ten boats sail.", "changed 2: Nine boats sail."]),
        ([file("Too early.", publish_at="2099-01-01"), ONE], ["new 1: Ten boats sail."]),
        ([file("Too late.", expires="2024"), ONE], ["new 1: Ten boats sail."]),
        ([file("Too late.", expires="2024"), DRAFT, SECRET, ONE], ["new 3: Ten boats sail."]),
        ([ONE, file(None), ONE], ["new 0: Ten boats sail."]),
        ([ONE, file(None), TWO], ["new 0: Ten boats sail.", "changed 2: Nine boats sail."]),
        # What is to be erased is.
        ([ONE, file("Nine boats sail.", **ERASED)], ["new 0: ", "corrected 1: Nine boats sail."]),
        (
            [ONE, file("Nine boats sail.", **CORRECTED), file("Nine boats sail.", **ERASED)],
            ["new 0: ", "corrected 1: Nine boats sail."],
        ),
        ([ONE, file(**GONE_FOR_GOOD)], ["new 0: ", "withdrawn 1: "]),
        ([ONE, file(**WITHDRAWN), file(**GONE_FOR_GOOD)], ["new 0: ", "withdrawn 1: "]),
        ([ONE, TWO, file("Nine boats sail.", **GONE_FOR_GOOD)], ["new 0: ", "changed 1: ", "withdrawn 2: "]),
    ],
)
def test_a_reader_is_told_what_a_reader_could_have_seen(states: list[Briefing], expected: list[str]) -> None:
    assert told(*states) == expected


def test_a_version_is_told_from_the_moment_its_embargo_ends() -> None:
    states = [file("Ten boats sail.", publish_at="2026-03-16T12:00Z")]
    assert lived(states, datetime.fromisoformat("2026-03-16T11:59:59+00:00")) == ()
    (step,) = lived(states)
    assert step.at == datetime.fromisoformat("2026-03-16T12:00+00:00")


def test_an_embargo_that_ended_before_the_next_version_came_was_seen() -> None:
    first, second = START + DAY / 2, START + DAY
    assert first < second
    states = [file("Early words.", publish_at=first.strftime("%Y-%m-%dT%H:%M:%SZ")), ONE]
    assert told(*states) == ["new 0: Early words.", "changed 1: Ten boats sail."]


def test_a_note_of_a_correction_goes_with_its_step() -> None:
    steps = lived([ONE, file("Nine boats sail.", **CORRECTED)])
    assert [step.note for step in steps] == [None, "Miscounted."]


def test_an_audience_above_is_told_of_the_versions_that_it_could_see() -> None:
    history = History()
    for at, briefing in enumerate((ONE, SECRET, TWO)):
        history = history.with_new(versions_of(briefing, history, START + at * DAY, BERLIN))
    ((_, story),) = edition((TWO,), history).seen_by("TLP:AMBER", NOW).stories
    assert [step.text for step in story.steps] == ["Ten boats sail.", "Four boats are secret.", "Nine boats sail."]


def test_the_history_of_a_changed_briefing_reaches_a_view_that_is_taken_over() -> None:
    history = History().with_new(versions_of(ONE, History(), START, BERLIN))
    views = Views(edition((ONE,), history))
    assert [len(story.steps) for _, story in views.at("TLP:CLEAR", NOW).stories] == [1]
    history = history.with_new(versions_of(TWO, history, START + DAY, BERLIN))
    views = Views(edition((TWO,), history), views)
    assert [len(story.steps) for _, story in views.at("TLP:CLEAR", NOW).stories] == [2]


def test_nothing_is_remembered_twice() -> None:
    history = History().with_new(versions_of(ONE, History(), START, BERLIN))
    assert versions_of(ONE, history, START + DAY, BERLIN) == []
    assert history.with_new([]) is history
    gone = versions_of(file(None), history, START + DAY, BERLIN)
    assert [(version.snippet, version.body) for version in gone] == [("boats", "")]
    history = history.with_new(gone)
    assert versions_of(file(None), history, START + 2 * DAY, BERLIN) == []
    assert history.of("story", "boats")[-1].body == ""
    assert history.of("story", "none") == ()
