"""Turn records of public topics into the events that a filter selects."""

from aiokafka.structs import ConsumerRecord

from agents.client.event_filter import EventFilter, may_match
from agents.client.received_event import ReceivedEvent, received_event, received_story
from agents.kafka.foreign_records import ForeignRecords
from streams.messages.envelope import text_headers
from streams.topics import TopicName


class RecordMatcher:
    """Match records with a filter. What newsmill did not write is logged and matches nothing."""

    def __init__(self, prefix: str, event_filter: EventFilter) -> None:
        """Take the prefix of the topics."""
        self._prefix = f"{prefix}."
        self._filter = event_filter
        self._foreign = ForeignRecords()

    def may_match(self, record: "ConsumerRecord[bytes, bytes]") -> bool:
        """Return whether `match` is worth its price, ten times that of this: False for an event that the filter does not select."""
        return may_match(self._filter, record.topic.removeprefix(self._prefix), record.value or b"")

    def match(self, record: "ConsumerRecord[bytes, bytes]") -> ReceivedEvent | None:
        """Return the event of a record, None if the filter does not select it."""
        topic, value = record.topic.removeprefix(self._prefix), record.value or b""
        if topic == TopicName.STORIES:
            received = received_story(record.topic, value, text_headers(tuple(record.headers)))
            if received is not None and not self._filter.matches(received.event):
                return None
        elif not may_match(self._filter, topic, value):
            return None
        else:
            received = received_event(record.topic, value, text_headers(tuple(record.headers)), is_copy=topic == TopicName.DUPLICATES)
        if received is None:
            self._foreign.skip(record)
        return received
