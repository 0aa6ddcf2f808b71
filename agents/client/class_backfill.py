"""Fill the topic of a class with past events, each once."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from aiokafka.errors import ProducerFenced

from agents.client.past_events import past_events
from agents.errors import UserError
from agents.kafka.topics import prepare_topics
from agents.kafka.transactional_producer import send_in_transaction, transactional_producer
from agents.settings import Settings
from streams.classify.class_records import NewsClass
from streams.classify.class_set import ClassSet, class_set
from streams.classify.classify import classify
from streams.messages.add_label import with_label
from streams.records import Message
from streams.topics import MAX_MESSAGE_BYTES, TopicName, class_topic

MAX_TRANSACTION_EVENTS = 200

Batch = list[tuple[Message, int]]


@dataclass(slots=True)
class BackfillCounts:
    """Events read; of these, those sent to the topic of the class, and those that were there before."""

    read: int = 0
    sent: int = 0
    present: int = 0


async def backfill(settings: Settings, classes: ClassSet, id: str, since_s: int, on_gap: Callable[[str, int], None]) -> BackfillCounts:
    """Send the events since a time that the class matches to its topic, with its label; those that are there are not sent again.

    An event that workers labelled with the class is on its topic already. A second run continues where the first ended.

    Args:
        settings: where Kafka is.
        classes: has the class.
        id: of the class.
        since_s: the first time of a record on the topic of events, in seconds since the epoch.
        on_gap: as in `past_events`.

    Raises:
        NotReachable, UserError: no broker, a missing topic, no such class, or another back-fill of the class took over.
    """
    news_class = find_class(classes, id)
    await prepare_topics(settings, classes)
    counts = BackfillCounts()
    try:
        # Start the producer first: it fences a back-fill that is still running, whose events would otherwise be missed.
        async with (
            transactional_producer(settings, f"backfill-{news_class.kind}-{id}") as producer,
            aclosing(_batches(settings, news_class, since_s, on_gap, counts)) as batches,
        ):
            async for batch in batches:
                await send_in_transaction(producer, batch)
                counts.sent += len(batch)
    except ProducerFenced as error:
        raise UserError(f"another back-fill of {id} was started and has taken over") from error
    return counts


def find_class(classes: ClassSet, id: str) -> NewsClass:
    """Return the class of an id.

    Raises:
        UserError: there is none.
    """
    found = next((news_class for news_class in classes.classes if news_class.id == id), None)
    if found is None:
        raise UserError(f"no class {id!r}; there are: {', '.join(news_class.id for news_class in classes.classes)}")
    return found


async def _batches(
    settings: Settings, news_class: NewsClass, since_s: int, on_gap: Callable[[str, int], None], counts: BackfillCounts
) -> AsyncGenerator[Batch, None]:
    only = class_set([news_class], "")
    done = {bytes.fromhex(event.id) async for _, event in past_events(settings, class_topic(news_class.kind, news_class.id))}
    batch: Batch = []
    size = 0
    async for record, event in past_events(settings, TopicName.EVENTS, since_s, on_gap):
        counts.read += 1
        if bytes.fromhex(event.id) in done or _has_label(event.event, news_class):
            counts.present += 1
            continue
        done.add(bytes.fromhex(event.id))
        labels = classify(event.event["title"], event.event["body"], event.event["language"], only)
        for label in (*labels.regions, *labels.topics):
            if batch and (len(batch) == MAX_TRANSACTION_EVENTS or size > MAX_MESSAGE_BYTES):
                yield batch
                batch, size = [], 0
            batch.append((with_label(event.value, tuple(record.headers), label, news_class.kind, settings.prefix), record.timestamp))
            size += len(event.value)
    if batch:
        yield batch


def _has_label(event: dict[str, Any], news_class: NewsClass) -> bool:
    return any(label["id"] == news_class.id for label in event[f"{news_class.kind}s"])
