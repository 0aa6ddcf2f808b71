"""Dead letters: records that can't be processed as messages of `news.dead-letters`, with headers of Kafka Connect, ready for a replay."""

import hashlib
import re
from collections.abc import Mapping

from streams.counts import StageName
from streams.errors import Reason
from streams.messages.envelope import FETCHED_AT_HEADER, REPLAY_HEADER
from streams.records import Headers, Incoming, Message
from streams.times import format_time, is_time
from streams.topics import MAX_MESSAGE_BYTES, TopicName, full_name

ERROR_PREFIX = "__connect.errors."
TOPIC_HEADER = ERROR_PREFIX + "topic"
PARTITION_HEADER = ERROR_PREFIX + "partition"
OFFSET_HEADER = ERROR_PREFIX + "offset"
STAGE_HEADER = ERROR_PREFIX + "stage"
REASON_HEADER = ERROR_PREFIX + "exception.class.name"
DETAIL_HEADER = ERROR_PREFIX + "exception.message"
LENGTH_HEADER = "newsmill-length"
HASH_HEADER = "newsmill-sha256"
KEPT_BYTES = 64 * 1024
KEPT_CHARACTERS = 256
MAX_HEADERS = 32
# Fits into a message beside a key and the maximum of headers, each of `KEPT_BYTES`.
MAX_VALUE_BYTES = MAX_MESSAGE_BYTES - (MAX_HEADERS + 2) * KEPT_BYTES
MAX_DETAIL_CHARACTERS = 500
# A later version may have other reasons.
_REASON = re.compile(r"[a-z-]{1,40}")
_NUMBER = re.compile(r"[0-9]{1,18}")


def dead_letter(incoming: Incoming, value: bytes, *, stage: StageName, reason: Reason, detail: str, prefix: str) -> Message:
    """Return the dead letter of a dump, or of the one article of `incoming` whose record is `value`.

    Of a value that is too large for a dump or a message, the first 64 KiB, the length and the SHA-256 are kept; of the key and of each
    header, the first 64 KiB. `fetched-at` is added for a replay, unless the dump has it.
    """
    headers = {
        TOPIC_HEADER: incoming.topic,
        PARTITION_HEADER: incoming.partition,
        OFFSET_HEADER: incoming.offset,
        STAGE_HEADER: stage,
        REASON_HEADER: reason,
        DETAIL_HEADER: detail[:MAX_DETAIL_CHARACTERS],
    }
    defect = incoming.defect
    if defect is not None and defect.value_bytes is not None:  # a consumer has truncated it already
        headers |= {LENGTH_HEADER: defect.value_bytes, HASH_HEADER: defect.value_sha256}
    elif reason is Reason.TOO_LARGE or len(value) > MAX_VALUE_BYTES:
        headers |= {LENGTH_HEADER: len(value), HASH_HEADER: hashlib.sha256(value).hexdigest()}
        value = value[:KEPT_BYTES]
    if stage is StageName.SPLIT and incoming.timestamp is not None and is_time(incoming.timestamp) and not _has_time(incoming.headers):
        headers[FETCHED_AT_HEADER] = format_time(incoming.timestamp)
    own = tuple((name, str(field).encode(errors="replace")) for name, field in headers.items() if field is not None)
    kept = tuple((name[:KEPT_CHARACTERS], field[:KEPT_BYTES]) for name, field in original_headers(incoming.headers)[:MAX_HEADERS])
    key = None if incoming.key is None else incoming.key[:KEPT_BYTES]
    return Message(topic=full_name(prefix, TopicName.DEAD_LETTERS), key=key, value=value, headers=kept + own)


def is_dead_letter(headers: Mapping[str, str]) -> bool:
    """Return whether a record of the dead letters with these headers is one of newsmill's: anyone may write to a topic."""
    numbers = (headers.get(name, "0") for name in (PARTITION_HEADER, OFFSET_HEADER, LENGTH_HEADER))
    return (
        headers.get(STAGE_HEADER) in set(StageName)
        and bool(headers.get(TOPIC_HEADER))
        and _REASON.fullmatch(headers.get(REASON_HEADER, "")) is not None
        and all(_NUMBER.fullmatch(number) for number in numbers)
    )


def original_headers(headers: Headers) -> Headers:
    """Return the headers of the original record, without those of a dead letter or a replay."""
    added = (ERROR_PREFIX, REPLAY_HEADER, LENGTH_HEADER, HASH_HEADER)
    return tuple((name, value) for name, value in headers if value is not None and not name.startswith(added))


def _has_time(headers: Headers) -> bool:
    return any(name == FETCHED_AT_HEADER and value for name, value in headers)
