"""Why a digest did, or did not, arrive: each stage in words that say what to do."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.digest_settings import Digest
from bot.digests.why import Case, explain
from bot.digests.words import last_said
from bot.store.rows import AttemptRow, DeliveryRow, Occurrence

DUE = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
DIGEST = Digest(title="Morning", at="08:00", on="mon-fri", timezone="Europe/Berlin", channels=("newsroom",))


def occurrence(state: str = "frozen", reason: str = "", planned: datetime = DUE) -> Occurrence:
    return Occurrence(1, "morning", "2026-11-17T08:00", DUE, planned, "", state, reason, DUE)  # type: ignore[arg-type]


def row(state: str, why: str = "", witness: str = "", **words: Any) -> DeliveryRow:
    usual: dict[str, Any] = {
        "id": 1, "key": "k", "schedule": "morning", "slot": "2026-11-17T08:00", "due_at": DUE, "asked_by": "",
        "platform": "slack", "channel": "C1", "part": 0, "parts": 1, "state": state, "why": why, "attempts": 1,
        "not_before": DUE + timedelta(seconds=12), "changed_at": DUE, "external_id": "1.1", "witness": witness,
    }  # fmt: skip
    return DeliveryRow(**usual | words)


def step(seconds: float, state: str, why: str = "") -> AttemptRow:
    return AttemptRow(DUE + timedelta(seconds=seconds), state, why)  # type: ignore[arg-type]


def told(**words: Any) -> str:
    usual: dict[str, Any] = {
        "name": "morning", "digest": DIGEST, "zone": "UTC", "occurrence": None, "deliveries": (),
        "now": DUE + timedelta(hours=1), "named": lambda _: "newsroom", "link": lambda _: "https://chat.example/1",
    }  # fmt: skip
    return "\n".join(explain(Case(**usual | words)))


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ({"digest": None}, 'There is no digest "morning".'),
        ({"digest": None, "occurrence": occurrence("skipped", "nothing new")}, "taken out of config.yaml"),
        ({"digest": DIGEST.model_copy(update={"enabled": False})}, "disabled in config.yaml"),
        ({}, "Nothing was due since the bot came to know it."),
        ({}, "Not due again before Wednesday, 18 November, 08:00."),
        ({"occurrence": occurrence("skipped", "a day off: Christmas Day")}, "not sent: a day off: Christmas Day"),
        ({"occurrence": occurrence("empty", "nothing new")}, "not sent: nothing new"),
        ({"occurrence": occurrence("planned")}, "being prepared"),
        ({"occurrence": occurrence(planned=DUE + timedelta(hours=2))}, "due 08:00:00, come to 10:00:00"),
    ],
)
def test_before_anything_is_sent(words: dict[str, Any], wanted: str) -> None:
    assert wanted in told(**words)


@pytest.mark.parametrize(
    ("delivery", "steps", "wanted"),
    [
        (
            row("sent", witness="answer"),
            [step(0.2, "sending"), step(1, "retry", "Slack asks for a pause"), step(13, "sending"), step(13, "sent")],
            "→ newsroom: claimed 08:00:00 · tried again 08:00:01: Slack asks for a pause · claimed 08:00:13 · "
            "sent 08:00:13 · the platform said so · https://chat.example/1",
        ),
        (row("sent", witness="history"), [step(60, "sent")], "it was found there"),
        (
            row("held", "the bot may not read there"),
            [step(0, "sending"), step(1, "unknown", "no answer"), step(61, "held", "the bot may not read there")],
            "in doubt 08:00:01: no answer · held 08:01:01: the bot may not read there · held: an operator decides",
        ),
        (row("failed", "the place is suspended: archived"), [], "not sent · the place is suspended: archived"),
        (row("expired", "withdrawn before sending"), [], "not sent any more · withdrawn before sending"),
        (row("pending"), [], "waits for its turn"),
        (
            row("retry", "Slack asks for a pause"),
            [step(0, "sending"), step(0.1, "retry", "Slack asks for a pause")],
            "tried again 08:00:00: Slack asks for a pause · not before 08:00:12",
        ),
        (row("skipped", "nothing new"), [], "skipped · nothing new"),
        (row("sent", part=1, parts=3), [step(5, "sent")], "→ newsroom: part 2 of 3 · sent 08:00:05"),
    ],
)
def test_what_became_of_it_at_a_channel(delivery: DeliveryRow, steps: list[AttemptRow], wanted: str) -> None:
    assert wanted in told(occurrence=occurrence(), deliveries=[(delivery, steps)])


def test_corrections_are_stages_of_their_own() -> None:
    edit = row("sent", witness="answer", kind="edit", revision=1, part=1, parts=2)
    lines = told(occurrence=occurrence(), deliveries=[(row("sent"), []), (edit, [step(3600, "sent")])])
    assert "→ newsroom: correction 1, an edit · part 2 of 2 · sent 09:00:00 · the platform said so" in lines
    assert "for one channel" in lines


def test_a_retracted_slot_says_by_whom() -> None:
    lines = told(occurrence=occurrence("retracted", "retracted by Ann on slack"), deliveries=[])
    assert "· retracted by Ann on slack 08:00:00" in lines


def test_who_lives_in_another_zone_is_told_all_times_in_it() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    lines = told(occurrence=occurrence(), deliveries=[(row("sent"), [step(1, "sent")])], here=tokyo)
    assert "morning: 08:00, " in lines, "the rhythm is the digest's own, and names its zone"
    assert "Tuesday, 17 November, 16:00: due 16:00:00 · frozen 16:00:00" in lines
    assert "sent 16:00:01" in lines
    assert "Not due again before Wednesday, 18 November, 16:00." in lines
    last = last_said(occurrence(), [row("sent")], ZoneInfo("Europe/Berlin"), tokyo)
    assert last.startswith("Tuesday, 17 November, 16:00: sent")


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([row("sent"), row("sent", kind="edit", revision=1)], "sent to one channel, corrected in one channel"),
        (
            [row("sent"), row("sent", kind="edit", revision=1), row("failed", kind="edit", revision=2)],
            "sent to one channel, corrected in one channel, a correction failed in one channel",
        ),
        ([row("sent"), row("expired", kind="edit", revision=1)], "sent to one channel"),
        ([row("sent"), row("sent", kind="delete", revision=1)], "sent to one channel, deleted in one channel"),
        ([row("sent"), row("retry", kind="edit", revision=1)], "a correction under way in one channel"),
    ],
)
def test_corrections_are_counted_beside_what_was_sent(rows: list[DeliveryRow], wanted: str) -> None:
    said = last_said(occurrence(), rows, ZoneInfo("UTC"))
    assert said.startswith("Tuesday, 17 November, 08:00: sent to one channel")
    assert wanted in said


def test_a_retracted_slot_counts_what_was_deleted() -> None:
    rows = [row("sent"), row("sent", kind="delete", revision=1)]
    said = last_said(occurrence("retracted", "retracted by Ann on slack"), rows, ZoneInfo("UTC"))
    assert said == "Tuesday, 17 November, 08:00: retracted by Ann on slack, deleted in one channel"
