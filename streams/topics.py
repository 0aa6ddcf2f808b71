"""Every topic once: its name, partitions, retention and meaning; and the partition that an article goes to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

DAY_MS = 86_400_000
# 10 MiB of body in base64 with its envelope, and a long article with every character escaped, fit in 16 MiB.
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
PUBLIC_PARTITIONS = 6

# Texts of one group are mistaken for each other when short, so the copies among them must meet in one partition.
# The order is part of the stored state: add at the end only.
LANGUAGE_GROUPS: tuple[frozenset[str], ...] = (
    frozenset({"en"}),
    frozenset({"es", "pt", "gl", "ca"}),
    frozenset({"fr"}),
    frozenset({"de", "nl", "da", "no", "nb", "nn", "sv"}),
    frozenset({"it", "ro"}),
)
OTHER_GROUP = len(LANGUAGE_GROUPS)
UNKNOWN_GROUP = OTHER_GROUP + 1


class TopicName(StrEnum):
    """The topics of every project, without the prefix; `class_topic` names those of its classes."""

    DUMPS = "dumps"
    BACKFILL = "dumps.backfill"
    LARGE = "articles.large"
    ARTICLES = "articles"
    JUDGED = "judged"
    INDEX = "index"
    EVENTS = "events"
    DUPLICATES = "duplicates"
    STORIES = "stories"
    DEAD_LETTERS = "dead-letters"
    REPLAYS = "replays"
    OUTCOMES = "outcomes"


def class_topic(kind: str, id: str) -> str:
    """Return the name of the topic of a class, without the prefix: `region.chile`. `kind` is "region" or "topic"."""
    return f"{kind}.{id}"


def full_name(prefix: str, name: str) -> str:
    """Return the name of a topic as Kafka has it: `news.dumps` for "dumps"."""
    return f"{prefix}.{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as it is to exist. `name` is without the prefix; `retention_ms` of -1 keeps for ever."""

    name: str
    key: str
    meaning: str
    partitions: int
    retention_ms: int = 7 * DAY_MS
    timestamps: Literal["CreateTime", "LogAppendTime"] = "CreateTime"
    compacted: bool = False
    public: bool = False

    def config(self) -> dict[str, str]:
        """Return the topic's settings as Kafka names them."""
        return {
            "cleanup.policy": "compact,delete" if self.compacted else "delete",
            "retention.ms": str(self.retention_ms),
            "retention.bytes": "-1",  # a broker's own limit would cut the index within its window, and the public topics within their days
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            "message.timestamp.type": self.timestamps,
        }


def declared(*, regions: Iterable[str], topics: Iterable[str], partitions: int, window_s: int) -> tuple[Topic, ...]:
    """Return every topic of a project with these classes.

    Args:
        regions: ids of the region classes.
        topics: ids of the topic classes.
        partitions: of the topics in front of and between the stages.
        window_s: seconds that the copy index remembers; `news.index`, `news.articles` and `news.stories` are kept a day longer.
    """
    kept_ms = window_s * 1000 + DAY_MS
    return (
        Topic(name=TopicName.DUMPS, key="source address", meaning="raw dumps, live", partitions=partitions),
        Topic(name=TopicName.BACKFILL, key="source address", meaning="raw dumps of the past", partitions=partitions),
        Topic(
            name=TopicName.LARGE,
            key="none",
            meaning="batches of articles of large dumps, until `news.articles` takes them",
            partitions=partitions,
        ),
        Topic(
            name=TopicName.ARTICLES,
            key="none",
            meaning="batches of articles; a partition holds whole language groups",
            partitions=partitions,
            retention_ms=kept_ms,
            timestamps="LogAppendTime",
        ),
        Topic(name=TopicName.JUDGED, key="none", meaning="batches of articles with their verdicts", partitions=partitions),
        Topic(
            name=TopicName.INDEX,
            key="none",
            meaning="changes of the copy index; the same partition as the articles",
            partitions=partitions,
            retention_ms=kept_ms,
            timestamps="LogAppendTime",
        ),
        _public(TopicName.EVENTS, "event id", "every unique article, classified"),
        *(_public(class_topic("region", id), "event id", f"events that refer to the region {id}") for id in sorted(regions)),
        *(_public(class_topic("topic", id), "event id", f"events on the topic {id}") for id in sorted(topics)),
        _public(TopicName.DUPLICATES, "id of the original", "copies, linked to their originals, classified too"),
        replace(_public(TopicName.STORIES, "story id", "the latest state of each story"), retention_ms=kept_ms, compacted=True),
        _public(TopicName.DEAD_LETTERS, "the original key", "what can't be processed, with the reason in its headers"),
        Topic(
            name=TopicName.OUTCOMES,
            key="none",
            meaning="what became of dumps and articles that publish nothing",
            partitions=PUBLIC_PARTITIONS,
        ),
        Topic(name=TopicName.REPLAYS, key="dead letter id", meaning="which dead letters were sent back", partitions=1),
    )


def _public(name: str, key: str, meaning: str) -> Topic:
    return Topic(name=name, key=key, meaning=meaning, partitions=PUBLIC_PARTITIONS, public=True)


def partition_of(language: str | None, partitions: int) -> tuple[int, ...]:
    """Return the partitions of `news.articles` that an article of this language is judged in, the first being its home.

    One today; a sequence, so that a group that outgrows a partition can be spread over several and probed in each.

    Args:
        language: ISO 639-1, or None where it is unknown.
        partitions: of `news.articles`.
    """
    if language is None:
        return (UNKNOWN_GROUP % partitions,)
    group = next((number for number, group in enumerate(LANGUAGE_GROUPS) if language in group), OTHER_GROUP)
    return (group % partitions,)
