"""What the copy index remembers, and the compact record of it on `news.index`: one for each input batch.

A record: version (1 byte), back-fill (1), append time (8), number of changes (4); then 67 bytes for each change, and last the samples
of all (4 bytes a run), so that numpy reads a record in one go. An original of 300 words is about 450 bytes, a copy 67. All numbers
are little-endian.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

VERSION = 2
_HEAD = struct.Struct("<BBqI")
_CHANGE = struct.Struct("<B16s16s16sIqIH")
_NO_ID = bytes(16)
_COLUMNS = np.dtype(
    [
        ("original", "?"),
        ("id", "V16"),
        ("content", "V16"),
        ("of", "V16"),
        ("source", "<u4"),
        ("event", "<i8"),
        ("runs", "<u4"),
        ("sampled", "<u2"),
    ]
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeColumns:
    """The same as arrays: `changes` has the fields original, id, content, of (16 bytes each), source, event, runs, sampled.

    `samples`: all samples one after the other, `sampled` runs of each change.
    """

    changes: NDArray[np.void]
    samples: NDArray[np.uint32]
    now: int
    backfill: bool


def pack_changes(changes: Sequence[Change], now: int, backfill: bool) -> bytes:
    """Return the value of one record on `news.index`."""
    parts = [_HEAD.pack(VERSION, backfill, now, len(changes))]
    for change in changes:
        of = bytes.fromhex(change.of) if change.of else _NO_ID
        ids = (bytes.fromhex(change.id), bytes.fromhex(change.content_id), of)
        parts.append(_CHANGE.pack(change.of is None, *ids, change.source, change.event, change.runs, len(change.sample) // 4))
    return b"".join((*parts, *(change.sample for change in changes)))


def change_columns(value: bytes) -> ChangeColumns:
    """Return what `pack_changes` was given, as arrays that share the memory of `value`.

    Raises:
        ValueError: another version wrote it, or it is cut short; the index can't be rebuilt from this topic by this program.
    """
    if value[:1] != bytes((VERSION,)):
        raise ValueError(f"index record of version {value[:1].hex() or 'none'}, this program reads version {VERSION:02x} only")
    if len(value) < _HEAD.size:
        raise ValueError(f"index record of {len(value)} bytes is cut short")
    _, backfill, now, count = _HEAD.unpack_from(value)
    end = _HEAD.size + count * _COLUMNS.itemsize
    if len(value) < end:
        raise ValueError(f"index record of {len(value)} bytes is cut short: it has {count} changes")
    changes = np.frombuffer(value, dtype=_COLUMNS, count=count, offset=_HEAD.size)
    taken = end + 4 * int(changes["sampled"].sum())
    if taken != len(value):
        raise ValueError(f"index record has {len(value)} bytes, its changes take {taken}")
    return ChangeColumns(changes=changes, samples=np.frombuffer(value, dtype="<u4", offset=end), now=now, backfill=bool(backfill))


def unpack_changes(value: bytes) -> PackedChanges:
    """Return what `pack_changes` was given.

    Raises:
        ValueError: as `change_columns`.
    """
    columns = change_columns(value)
    ends = np.cumsum(columns.changes["sampled"], dtype=np.int64).tolist()
    changes = []
    for change, end in zip(columns.changes, ends, strict=True):
        start = end - int(change["sampled"])
        changes.append(
            Change(
                id=change["id"].tobytes().hex(),
                content_id=change["content"].tobytes().hex(),
                source=int(change["source"]),
                event=int(change["event"]),
                of=None if change["original"] else change["of"].tobytes().hex(),
                runs=int(change["runs"]),
                sample=columns.samples[start:end].tobytes(),
            )
        )
    return PackedChanges(changes=tuple(changes), now=columns.now, backfill=columns.backfill)
