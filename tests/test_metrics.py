"""What a monitor reads is what Prometheus understands, and holds nothing that somebody typed."""

import re
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.commands.base import Ask, Asker, Place
from bot.errors import Refused
from bot.metrics import METRICS, PROCESS, Sample, exposition
from bot.tally import BUCKETS, Tally

ADA = Asker("U1")


def families(*samples: Sample) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """What Prometheus reads in the text: of each line's name, the values by their labels."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(exposition(samples).decode()):
        for one in family.samples:
            found.setdefault(one.name, {})[tuple(sorted(one.labels.items()))] = one.value
    return found


def clock(*seconds: float) -> Iterator[float]:
    yield from seconds


def test_all_metrics_are_told_also_those_without_a_value() -> None:
    told = {line.split()[2] for line in exposition(()).decode().splitlines() if line.startswith("# TYPE")}
    assert told == {one.name for one in METRICS} | set(PROCESS)


def test_names_say_what_is_counted_and_in_which_unit() -> None:
    for one in METRICS:
        assert re.fullmatch(r"briefing_bot_[a-z]+(_[a-z]+)*", one.name)
        assert one.name.endswith("_total") == (one.kind == "counter"), one.name
        assert one.about.endswith("."), one.name
        if re.search("age|lateness|lag|duration|timestamp", one.name):
            assert one.name.endswith("_seconds"), one.name


def test_answers_are_counted_by_where_and_what_and_how_long_they_took() -> None:
    ticks = clock(0, 0.0003, 1, 1.004, 2, 12.0)
    tally = Tally(lambda: next(ticks))
    for command in ("impact", "search", "impact"):
        with tally.counting(Ask(Place("slack", "C1"), ADA, command), {"impact"}):
            pass
    told = families(
        *(Sample("briefing_bot_asks_total", count, asked) for asked, count in tally.asks.items()),
        *(Sample("briefing_bot_answer_duration_seconds", one, (name,)) for name, one in tally.times.items()),
    )
    slack = ("platform", "slack")
    assert told["briefing_bot_asks_total"] == {
        (("command", "impact"), slack): 2,
        (("command", "search"), slack): 1,
    }
    buckets = {labels[0][1]: value for labels, value in told["briefing_bot_answer_duration_seconds_bucket"].items()}
    assert list(buckets) == [*map(str, BUCKETS), "+Inf"]
    assert [buckets[bound] for bound in ("0.00025", "0.0005", "0.005", "2.5", "+Inf")] == [0, 1, 2, 2, 3]
    assert told["briefing_bot_answer_duration_seconds_count"] == {(slack,): 3}
    assert told["briefing_bot_answer_duration_seconds_sum"][slack,] == pytest.approx(10.0043)


def test_what_somebody_types_is_in_no_label_and_what_is_refused_is_counted_apart() -> None:
    tally = Tally()
    for at in range(100):
        with tally.counting(Ask(Place(f"place-{at}", "C1"), ADA, f"typed-{at}"), ()):
            pass
    with pytest.raises(Refused), tally.counting(Ask(Place("discord", "1"), ADA, "impact"), ()):
        raise Refused("That was much at once.")
    assert tally.asks == {("other", "other"): 100}
    assert tally.refused == {"discord": 1}
    assert list(tally.times) == ["other"]
