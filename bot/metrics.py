"""The metrics that a monitor reads: the list of all of them, and their text for Prometheus."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.tally import BUCKETS, Times

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric as Family


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. Of its labels each has few values, which this program or config.yaml names, and nobody types."""

    name: str
    kind: Literal["gauge", "counter", "histogram"]
    about: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """What a metric was at one moment, for one set of labels."""

    name: str
    value: float | Times
    labels: tuple[str, ...] = ()


METRICS: Sequence[Metric] = (
    Metric("briefing_bot_build_info", "gauge", "1, for the version that runs.", ("version",)),
    Metric("briefing_bot_ready", "gauge", "1 where all of it works, as /readyz says."),
    Metric(
        "briefing_bot_platform_up",
        "gauge",
        "1 where a platform that is to be there is connected, or another replica is.",
        ("platform",),
    ),
    Metric("briefing_bot_connections_total", "counter", "Connections to a platform that came up.", ("platform",)),
    Metric("briefing_bot_briefings", "gauge", "Briefings that are served."),
    Metric("briefing_bot_claims", "gauge", "Claims in them."),
    Metric("briefing_bot_broken_files", "gauge", "Briefings with errors: the last good version of each is served."),
    Metric("briefing_bot_config_errors", "gauge", "Errors in config.yaml: its last good version is used."),
    Metric("briefing_bot_last_load_timestamp_seconds", "gauge", "When an edition was taken in last."),
    Metric("briefing_bot_asks_total", "counter", "Questions that were answered.", ("platform", "command")),
    Metric("briefing_bot_refused_asks_total", "counter", "Questions that were refused.", ("platform",)),
    Metric("briefing_bot_answer_duration_seconds", "histogram", "How long an answer took to make.", ("platform",)),
    Metric("briefing_bot_store_up", "gauge", "1 where the database takes and gives."),
    Metric(
        "briefing_bot_deliveries",
        "gauge",
        "Deliveries under way or held, and those that ended within a day, of all replicas.",
        ("state",),
    ),
    Metric("briefing_bot_oldest_delivery_age_seconds", "gauge", "How long the oldest post under way has been due."),
    Metric("briefing_bot_last_post_lateness_seconds", "gauge", "How late the last scheduled post arrived."),
    Metric("briefing_bot_attempts_total", "counter", "What became of tries to deliver.", ("platform", "outcome")),
    Metric("briefing_bot_pauses_total", "counter", "Tries at which a platform asked for a pause.", ("platform",)),
    Metric("briefing_bot_lease_held", "gauge", "1 where this process does what one alone may do.", ("lease",)),
    Metric("briefing_bot_replicas", "gauge", "Processes that share the database, this one among them."),
    Metric("briefing_bot_event_loop_lag_seconds", "gauge", "By how much the loop was late at most within a minute."),
)

PROCESS: Sequence[str] = (
    "process_cpu_seconds_total",
    "process_max_fds",
    "process_open_fds",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "process_virtual_memory_bytes",
)
"""What the library adds about the process, on Linux."""


def exposition(samples: Iterable[Sample]) -> bytes:
    """The text of all metrics; one that is not known at the moment has no sample.

    It imports the library and reads files of the system, which is not for the event loop.
    """
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

    registry = CollectorRegistry()
    registry.register(_Collected(tuple(samples)))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Collected:
    """What was known at one moment, as the library collects it."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._samples = samples

    def describe(self) -> Iterator["Family"]:
        """Nothing is asked for beforehand: no two of ours have one name."""
        return iter(())

    def collect(self) -> Iterator["Family"]:
        for metric in METRICS:
            yield _family(metric, [one for one in self._samples if one.name == metric.name])


def _family(metric: Metric, samples: Sequence[Sample]) -> "Family":
    from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

    if metric.kind == "histogram":
        times = HistogramMetricFamily(metric.name, metric.about, labels=metric.labels)
        for one in samples:
            assert isinstance(one.value, Times)
            times.add_metric(one.labels, list(_cumulated(one.value)), one.value.total)
        return times
    kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    family = kind(metric.name, metric.about, labels=metric.labels)
    for one in samples:
        assert not isinstance(one.value, Times)
        family.add_metric(one.labels, one.value)
    return family


def _cumulated(times: Times) -> Iterator[tuple[str, float]]:
    count = 0
    for bound, more in zip((*map(str, BUCKETS), "+Inf"), times.counts, strict=True):
        count += more
        yield bound, count
