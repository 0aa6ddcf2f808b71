"""The counts of a batch, typed: a misspelt name is an error of mypy, and does not end a worker after its commit."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from streams.errors import Reason
from streams.records import Fate, Kind


class StageName(StrEnum):
    """The stages in the order of the path, as agents, metrics, dashboards and dead letters name them."""

    SPLIT = "split"
    DEDUPLICATE = "deduplicate"
    CLASSIFY = "classify"


class RecordFate(StrEnum):
    """The fate of a record at a stage, the label of `news_records_total`: a dump at split, an article at the others."""

    SPLIT = "split"
    NO_ARTICLES = "no-articles"
    ORIGINAL = "original"
    COPY = "copy"
    REPLAYED = "replayed"
    REPEAT = "repeat"
    EVENT = "event"
    DUPLICATE = "duplicate"
    DEAD = "dead"


@dataclass(slots=True)
class Counts:
    """The counts of a batch, one field for each metric (docs/operations.md, Metrics).

    Attributes:
        records: by stage and fate.
        dead_letters: by stage and reason.
        articles: cut from dumps, by language ("unknown" where there is none).
        dump_characters: by fate.
        confidences: articles cut from dumps by their confidence, which has two decimals.
        duplicates: by kind.
        events: by class id and whether they are about it.
        countries: events by country that they refer to (ISO 3166-1).
        outlets: the latest `fetched_at` of each outlet, seconds since the epoch.
    """

    records: Counter[tuple[StageName, RecordFate]] = field(default_factory=Counter)
    dead_letters: Counter[tuple[StageName, Reason]] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    dump_characters: Counter[Fate] = field(default_factory=Counter)
    confidences: Counter[float] = field(default_factory=Counter)
    duplicates: Counter[Kind] = field(default_factory=Counter)
    events: Counter[tuple[str, bool]] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    outlets: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Counts") -> None:
        """Add the counts of another batch to these."""
        self.records.update(other.records)
        self.dead_letters.update(other.dead_letters)
        self.articles.update(other.articles)
        self.dump_characters.update(other.dump_characters)
        self.confidences.update(other.confidences)
        self.duplicates.update(other.duplicates)
        self.events.update(other.events)
        self.countries.update(other.countries)
        for outlet, fetched_at in other.outlets.items():
            self.see_outlet(outlet, fetched_at)

    def see_outlet(self, outlet: str, fetched_at: int) -> None:
        """Remember the latest time at which an outlet was seen."""
        self.outlets[outlet] = max(fetched_at, self.outlets.get(outlet, 0))

    def die(self, stage: StageName, reason: Reason) -> None:
        """Count a record of a stage as a dead letter."""
        self.records[stage, RecordFate.DEAD] += 1
        self.dead_letters[stage, reason] += 1
