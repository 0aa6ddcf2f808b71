"""The metrics of a worker (docs/contract.md, Metrics), in a registry of its own."""

from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from importlib import metadata
from typing import Literal, get_args

from aiokafka import TopicPartition
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

from streams.counts import Counts
from streams.errors import Reason
from streams.pipeline import STAGES

BUSIEST_OUTLETS = 200
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
CONFIDENCES = (0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1)
BYTES = tuple(4.0**power for power in range(4, 14))

Refusal = Literal["files", "topics"]
REFUSALS: tuple[Refusal, ...] = get_args(Refusal)


class Metrics:
    """The metrics of a worker. A record is counted once at each stage, when its transaction is committed."""

    def __init__(self) -> None:
        """Register all metrics."""
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._counters = {
            name: Counter(f"news_{name}", meaning, labels, registry=self.registry)
            for name, meaning, labels in (
                ("records", "Records by their fate at a stage: dumps at split, articles at the others", ("stage", "fate")),
                ("articles", "Articles cut from dumps, by language", ("language",)),
                ("events", "Events by class, and whether they are about it", ("class", "about")),
                ("event_countries", "Events by country that they refer to", ("country",)),
                ("duplicates", "Copies by kind", ("kind",)),
                ("dead_letters", "Dead letters by stage and reason", ("stage", "reason")),
                ("dump_characters", "Characters of dumps by their fate", ("fate",)),
                ("records_lost", "Offsets that Kafka deleted before they were processed", ("topic", "partition")),
                ("offsets_reset", "Committed offsets that were beyond the end of the log or missing", ("topic", "partition", "cause")),
            )
        }
        self.records_skipped = Counter(
            "news_records_skipped",
            "Records of a topic that a consumer of this worker cannot read",
            ("topic", "reason"),
            registry=self.registry,
        )
        self._show_from_the_start()
        self.stage_seconds = self._histogram(
            "stage_seconds", "Seconds that a batch took in a stage, its transaction included", SECONDS, "stage"
        )
        self.stage_bytes = self._histogram("stage_bytes", "Bytes of input of a batch", BYTES, "stage")
        self.split_confidence = self._histogram("split_confidence", "Articles by the confidence of their boundaries (0 to 1)", CONFIDENCES)
        self.lag_messages = self._gauge(
            "lag_messages", "Consumer lag of an owned partition in messages, transaction markers included", "topic", "partition"
        )
        self.lag_seconds = self._gauge(
            "lag_seconds", "Consumer lag of an owned partition in seconds; 0 where no message waits", "topic", "partition"
        )
        self.index_entries = self._gauge("index_entries", "Articles that the copy index of a partition remembers", "partition")
        self.inflight_bytes = self._gauge("inflight_bytes", "Bytes of input that the agents hold")
        self.brake_on = self._gauge(
            "brake_on", "1 while the brake pauses a topic of this worker, because too many of its last records failed by a defect"
        )
        self.ready = self._gauge("ready", "1 while this worker is ready, as /readyz answers")
        self.kafka_reachable = self._gauge("kafka_reachable", "1 while a broker of Kafka answers this worker")
        self._last_seen = self._gauge(
            "outlet_last_seen_seconds", "Unix time of the latest article of an outlet, for the 200 busiest", "outlet"
        )
        self.rebalances = Counter("news_rebalances", "Rebalances after which this worker took its partitions over", registry=self.registry)
        self._gauge("build_info", "1; the label is the version of newsmill", "version").labels(metadata.version("newsmill")).set(1)
        self._classes = self._gauge("classes_info", "1; the label is the hash of the classes in force", "hash")
        self._refused = self._gauge("classes_refused", "1 where changed classes were refused: their files, or their topics", "reason")
        self._busy: Tally[str] = Tally()
        self._shown: set[str] = set()
        self._seen: dict[str, int] = {}

    def _show_from_the_start(self) -> None:
        """Show each fate and reason at 0: the first of a kind would be no increase otherwise."""
        for stage in STAGES:
            for fate in stage.fates:
                self._counters["records"].labels(stage.name, fate)
            for reason in Reason:
                self._counters["dead_letters"].labels(stage.name, reason)

    def count(self, counts: Counts) -> None:
        """Add the counts of a committed batch."""
        self._add("records", counts.records.items())
        self._add("dead_letters", counts.dead_letters.items())
        self._add("articles", (((language,), number) for language, number in counts.articles.items()))
        self._add("dump_characters", (((fate,), number) for fate, number in counts.dump_characters.items()))
        self._add("duplicates", (((kind,), number) for kind, number in counts.duplicates.items()))
        self._add("events", (((id, str(about).lower()), number) for (id, about), number in counts.events.items()))
        self._add("event_countries", (((country,), number) for country, number in counts.countries.items()))
        for confidence, number in counts.confidences.items():
            for _ in range(number):
                self.split_confidence.observe(confidence)
        self._busy.update(counts.outlets.keys())
        for outlet, time in counts.outlets.items():
            self._seen[outlet] = max(time, self._seen.get(outlet, 0))

    def count_lost(self, partition: TopicPartition, offsets: int) -> None:
        """Count offsets that Kafka deleted before they were processed."""
        self._add("records_lost", [((partition.topic, str(partition.partition)), offsets)])

    def count_reset(self, partition: TopicPartition, cause: str, resets: int = 1) -> None:
        """Count committed offsets that were not used, because of `cause`."""
        self._add("offsets_reset", [((partition.topic, str(partition.partition), cause), resets)])

    def _add(self, name: str, numbers: Iterable[tuple[tuple[str, ...], int]]) -> None:
        counter = self._counters[name]
        for labels, number in numbers:
            counter.labels(*labels).inc(number)

    def show_classes(self, hash: str) -> None:
        """Show the hash of the classes in force, and that none are refused."""
        self._classes.clear()
        self._classes.labels(hash).set(1)
        for reason in REFUSALS:
            self._refused.labels(reason).set(0)

    def refuse_classes(self, reason: Refusal) -> None:
        """Show that changed classes are refused for this reason, and no other."""
        for known in REFUSALS:
            self._refused.labels(known).set(known == reason)

    def show_outlets(self) -> None:
        """Set the gauges of the busiest outlets; called at each scrape."""
        busiest = {outlet for outlet, _ in self._busy.most_common(BUSIEST_OUTLETS)}
        for outlet in self._shown - busiest:
            self._last_seen.remove(outlet)
        for outlet in busiest:
            self._last_seen.labels(outlet).set(self._seen[outlet])
        self._shown = busiest
        if len(self._busy) > 100 * BUSIEST_OUTLETS:
            self._keep(busiest)

    def _keep(self, outlets: Iterable[str]) -> None:
        self._busy = Tally({outlet: self._busy[outlet] for outlet in outlets})
        self._seen = {outlet: self._seen[outlet] for outlet in outlets}

    def _histogram(self, name: str, meaning: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(f"news_{name}", meaning, labels, buckets=buckets, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"news_{name}", meaning, labels, registry=self.registry)
