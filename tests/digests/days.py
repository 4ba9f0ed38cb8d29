"""Days in the life of a newsroom: briefings as they stood at one moment after another, and who saw what of them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.content.edition import Edition
from bot.content.history import History, versions_of
from bot.content.model import Briefing
from bot.content.view import View
from bot.digest_settings import Digest
from bot.digests.choosing import Told
from bot.digests.compose import Composed, compose
from tests.content.editions import BERLIN, SHIPPED, edition, read

MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
"""08:00 in Berlin."""
SUNDAY = MONDAY - timedelta(days=1)
TUESDAY = MONDAY + timedelta(days=1)
NEVER = Told()
SINCE_MONDAY = Told(MONDAY + timedelta(seconds=1), "2026-11-16T08:00")
shows = st.sampled_from(("headline", "all", "rotate", "new"))
ORIGINAL = SHIPPED.read_text(encoding="utf-8")


def digest(**settings: Any) -> Digest:
    """A digest as config.yaml sets one."""
    return Digest.model_validate({"title": "Morning briefing", "at": "08:00", "channels": ["newsroom"], **settings})


def composed(view: View, told: Told = NEVER, now: datetime = TUESDAY, **settings: Any) -> Composed:
    """What the digest `morning` tells at Tuesday's slot."""
    typed = {name: settings.pop(name) for name in ("typed", "offers") if name in settings}
    return compose("morning", digest(**settings), view, "2026-11-17T08:00", TUESDAY, BERLIN, told, now, **typed)


def lived(*states: tuple[datetime, Sequence[Briefing]]) -> Edition:
    """The last of these states, with the history of all of them."""
    history = History()
    for at, briefings in states:
        for one in briefings:
            history = history.with_new(versions_of(one, history, at, BERLIN))
    return edition(states[-1][1], history)


def marked(text: str, snippet: str, state: str, correction: str = "") -> str:
    """The text of a briefing in which a snippet has that state; a correction is written as YAML: `at: …, note: …`."""
    line = f"  - id: {snippet}\n    section: "
    assert text.count(line) == 1
    added = f"    correction: {{{correction}}}\n" if correction else ""
    return text.replace(line, f"  - id: {snippet}\n    state: {state}\n{added}    section: ")


def worded(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def without(text: str, *snippets: str) -> str:
    """The text of a briefing before these snippets were written; nothing else may name them."""
    for snippet in snippets:
        text, found = re.subn(rf"  - id: {snippet}\n    section: (?:.*\n)+?(?=  - id: |\n)", "", text)
        assert found == 1
    return text


def a_morning_later() -> Edition:
    """Read on Sunday; by Tuesday two claims are new, one is corrected, one withdrawn, one erased, one was restored."""
    sunday = without(ORIGINAL, "moscow-ties", "see-backwardness")
    sunday = worded(sunday, "Kursk region at more than 10,000.", "Kursk region at about 10,000.")
    sunday = marked(sunday, "rewards", "withdrawn", "at: 2026-11-15, note: It was doubted.")
    tuesday = marked(
        ORIGINAL, "troop-count", "corrected", 'at: 2026-11-16T17:12, note: "more than 10,000, not about 10,000"'
    )
    tuesday = marked(tuesday, "airlift-motive", "withdrawn", "at: 2026-11-16, note: Pinkston was misheard.")
    tuesday = marked(tuesday, "foreign-media", "withdrawn", "at: 2026-11-16, note: Not in the article., erase: true")
    tuesday = worded(tuesday, "pretext for arrests, DW writes.", "pretext for arrest, DW writes.")
    return lived(
        (SUNDAY, [read(sunday)]),
        (MONDAY + timedelta(hours=10), [read(tuesday)]),
    )
