"""Read the past events of a topic."""

from collections.abc import AsyncIterator, Callable

from aiokafka.structs import ConsumerRecord

from agents.client.received_event import ReceivedEvent, received_event
from agents.kafka.foreign_records import ForeignRecords
from agents.kafka.read_topic import read_to_end
from agents.settings import Settings
from streams.messages.envelope import text_headers
from streams.topics import TopicName


async def past_events(
    settings: Settings, name: str, since_s: int | None = None, on_gap: Callable[[str, int], None] = lambda *_: None
) -> AsyncIterator[tuple[ConsumerRecord, ReceivedEvent]]:
    """Yield the events of a topic up to its end at the call; skip records that newsmill did not write.

    Args:
        settings: where Kafka is.
        name: of the topic, without the prefix.
        since_s: the first time of a record, in seconds since the epoch; None for the beginning.
        on_gap: called with the topic's full name and the time (seconds) before which events are deleted, if some after `since_s` are.
    """
    foreign = ForeignRecords()
    topic = settings.topic(name)
    since_ms = None if since_s is None else since_s * 1000
    async for record in read_to_end(settings, topic, since_ms, lambda complete_since_ms: on_gap(topic, complete_since_ms // 1000)):
        headers = text_headers(tuple(record.headers))
        event = received_event(topic, record.value or b"", headers, is_copy=name == TopicName.DUPLICATES)
        if event is None:
            foreign.skip(record)
        else:
            yield record, event
