"""Count the records of a topic that newsmill did not write: anyone may write to a topic without ACLs, and readers skip them."""

import logging

from aiokafka.structs import ConsumerRecord

log = logging.getLogger(__name__)


class ForeignRecords:
    """The number of skipped records; the first, the tenth, the hundredth … have a line in the log."""

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0
        self._next_logged = 1

    def skip(self, record: "ConsumerRecord[bytes, bytes]") -> None:
        """Count a skipped record."""
        self.count += 1
        if self.count == self._next_logged:
            self._next_logged *= 10
            log.warning(
                "skipped records that newsmill did not write count=%d, the last topic=%s partition=%d offset=%d",
                *(self.count, record.topic, record.partition, record.offset),
            )
