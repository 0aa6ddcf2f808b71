"""Measure the steps alone, in this process and on one core: each stage with its parts, and all of them together, text and HTML.

Stages get their input as from a worker: whole batches, encoded and decoded. Times are processor time, so other programs count little.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from agents.pipeline_config import pipeline_config
from agents.settings import Settings
from agents.worker.intake import by_size
from streams.classify.class_set import builtin_classes
from streams.classify.classify import classify as labels_of
from streams.deduplicate.fingerprint import fingerprints
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.normalize import content_id
from streams.dumps.decode import decode_dump
from streams.messages.codec import decode_articles, decode_judged, encode_article
from streams.messages.envelope import open_envelope
from streams.output import Output
from streams.pipeline import PipelineConfig, classify, deduplicate, split
from streams.records import Incoming, Message
from streams.split import split_page
from streams.split.fields.language import language_of
from streams.topics import TopicName

Input = TypeVar("Input")
Made = TypeVar("Made")
Batches = Sequence[Sequence[Incoming]]


@dataclass(frozen=True, slots=True)
class Steps:
    """Seconds of processor time of each stage and part by name, and the number of dumps and articles."""

    dumps: int
    articles: int
    seconds: dict[str, float]

    def us_an_article(self, name: str) -> float:
        """Return microseconds per article."""
        return self.seconds[name] / self.articles * 1e6


def measure(dumps: Sequence[Incoming], *, parts: bool = False, config: PipelineConfig | None = None) -> Steps:
    """Measure the steps on these dumps; the parts of the stages only on request."""
    config = config or pipeline_config(Settings(), builtin_classes())
    seconds: dict[str, float] = {}
    cut = _timed(seconds, "split", by_size(dumps), lambda batch: split(batch, config))
    articles = _incoming(cut, config.topic(TopicName.ARTICLES))
    judged = _incoming(_timed(seconds, "deduplicate", articles, _judge(config, stories=True)), config.topic(TopicName.JUDGED))
    _timed(seconds, "classify", judged, lambda batch: classify(batch, config))
    seconds["all steps"] = sum(seconds.values())
    found = [article for batch in articles for incoming in batch for article in decode_articles(incoming.value)]
    if parts:
        _measure_parts(seconds, dumps, articles, judged, config)
    return Steps(len(dumps), len(found), seconds)


def _judge(config: PipelineConfig, *, stories: bool) -> Callable[[Sequence[Incoming]], Output]:
    """Return deduplicate with empty indexes."""
    indexes: dict[int | None, CopyIndex] = {}
    return lambda batch: deduplicate(batch, config, indexes.setdefault(batch[0].partition, CopyIndex(CopyConfig(stories=stories))))


def _measure_parts(
    seconds: dict[str, float], dumps: Sequence[Incoming], articles: Batches, judged: Batches, config: PipelineConfig
) -> None:
    opened = [open_envelope(incoming) for incoming in dumps]
    pages = _timed(seconds, "split: decode", opened, lambda dump: decode_dump(dump.body, dump.content_type))
    _timed(seconds, "split: cut", pages, lambda page: split_page(page, 0))
    values = [incoming.value for batch in articles for incoming in batch]
    decoded = [article for found in _timed(seconds, "deduplicate: decode", values, decode_articles) for article in found]
    _timed(seconds, "split: of that the language", decoded, lambda article: language_of(article.body))
    _timed(seconds, "split: content id", decoded, lambda article: content_id(article.title, article.body))
    _timed(seconds, "split: encode", decoded, encode_article)
    _timed(seconds, "deduplicate: fingerprints", [decoded], lambda found: fingerprints(article.body for article in found))
    _timed(seconds, "deduplicate: without stories", articles, _judge(config, stories=False))
    _timed(seconds, "classify: decode", [incoming.value for batch in judged for incoming in batch], decode_judged)
    _timed(
        seconds,
        "classify: labels",
        decoded,
        lambda article: labels_of(article.title, article.body, article.language, config.classes, places=()),
    )


def _timed(seconds: dict[str, float], name: str, inputs: Iterable[Input], step: Callable[[Input], Made]) -> list[Made]:
    begun = time.process_time()
    made = [step(one) for one in inputs]
    seconds[name] = time.process_time() - begun
    return made


def _incoming(outputs: Iterable[Output], topic: str) -> list[list[Incoming]]:
    """Return the inputs of the next stage from these outputs: batches of one partition."""
    sent: list[Message] = [message for output in outputs for message in output.messages if message.topic == topic]
    by_partition = attrgetter("partition")
    return [
        batch
        for partition, messages in groupby(sorted(sent, key=by_partition), key=by_partition)
        for batch in by_size(
            Incoming(topic=topic, key=None, value=message.value, timestamp=1_754_136_000, partition=partition) for message in messages
        )
    ]
