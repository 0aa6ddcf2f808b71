"""What the copy index remembers, and the compact record of it on `news.index`: one for each input batch.

A record: version (1 byte), back-fill (1), append time (8), number of changes (4), then the changes: 67 bytes each and the sample
(4 bytes a run). An original of 300 words is about 450 bytes, a copy 67. All numbers are little-endian.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

VERSION = 1
_HEAD = struct.Struct("<BBqI")
_CHANGE = struct.Struct("<B16s16s16sIqIH")
_NO_ID = bytes(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One article to remember.

    Attributes:
        id: of the article, 32 hex; from now on it counts as seen.
        content_id: of the article, 32 hex.
        source: `source_of` its outlet or address; 0 where it has neither.
        event: event time, seconds since the epoch.
        of: None for an original; for a copy the id of its original.
        runs: how many different runs the whole text has.
        sample: the lowest of them (little-endian uint32, sorted); empty for a copy, unless it is the fuller text, which from now
            on stands for the original in comparisons.
    """

    id: str
    content_id: str
    source: int
    event: int
    of: str | None
    runs: int
    sample: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedChanges:
    """The changes of one batch in order, with the append time and the intake that they were judged under."""

    changes: tuple[Change, ...]
    now: int
    backfill: bool


def pack_changes(changes: Sequence[Change], now: int, backfill: bool) -> bytes:
    """Return the value of one record on `news.index`."""
    parts = [_HEAD.pack(VERSION, backfill, now, len(changes))]
    for change in changes:
        of = bytes.fromhex(change.of) if change.of else _NO_ID
        ids = (bytes.fromhex(change.id), bytes.fromhex(change.content_id), of)
        parts.append(_CHANGE.pack(change.of is None, *ids, change.source, change.event, change.runs, len(change.sample)))
        parts.append(change.sample)
    return b"".join(parts)


def unpack_changes(value: bytes) -> PackedChanges:
    """Return what `pack_changes` was given.

    Raises:
        ValueError: another version wrote it, or it is cut short; the index can't be rebuilt from this topic by this program.
    """
    if value[:1] != bytes((VERSION,)):
        raise ValueError(f"index record of version {value[:1].hex() or 'none'}, this program reads version {VERSION:02x} only")
    try:
        _, backfill, now, count = _HEAD.unpack_from(value)
        at, changes = _HEAD.size, []
        for _ in range(count):
            change, at = _unpack_change(value, at)
            changes.append(change)
    except struct.error as error:
        raise ValueError(f"index record of {len(value)} bytes is cut short") from error
    if at != len(value):
        raise ValueError(f"index record has {len(value)} bytes, its changes take {at}")
    return PackedChanges(changes=tuple(changes), now=now, backfill=bool(backfill))


def _unpack_change(value: bytes, at: int) -> tuple[Change, int]:
    original, own_id, content, of, source, event, runs, length = _CHANGE.unpack_from(value, at)
    end = at + _CHANGE.size + length
    change = Change(
        id=own_id.hex(),
        content_id=content.hex(),
        source=source,
        event=event,
        of=None if original else of.hex(),
        runs=runs,
        sample=value[at + _CHANGE.size : end],
    )
    return change, end
