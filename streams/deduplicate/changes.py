"""The changes of the copy index, and their compact record on `news.index`: one for each input batch.

A record of version 2: version (1 byte), back-fill (1), append time (8), number of changes (4); then 67 bytes for each change, and last the
samples of all (4 bytes a run), so that numpy reads a record in one go. An original of 300 words is about 450 bytes, a copy 67. All numbers
are little-endian.

Version 3 is the same with sections at its end: tag (2 bytes), length (4), and so many bytes. A later release adds data in a section with a
new tag, and readers skip the tags that they do not know. Records without a section are written as version 2, the only one that 0.1.0 reads.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.times import is_time

VERSION = 2
VERSION_WITH_SECTIONS = 3
_HEAD = struct.Struct("<BBqI")
_CHANGE = struct.Struct("<B16s16s16sIqIH")
_SECTION = struct.Struct("<HI")
_NO_ID = bytes(16)
_RUN_BYTES = 4
NO_SCORE = 0xFFFF
HASH_BYTES = 4  # of a word of a story
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


class UnreadableIndexRecord(ValueError):
    """A record of `news.index` that this version can't read: of a newer version, damaged, or not written by newsmill."""


class StoryChange(NamedTuple):
    """The story of one article, and the state of that story after it.

    Attributes:
        id: of the story, 32 hex: the id of its first article.
        first_at: event time of its first article.
        last_at: latest event time of its originals.
        source: hash of the independent source of an original; 0 if unknown, and for a copy.
        size: originals so far.
        sources: independent sources so far.
        copies: copies so far.
        score: thousandths of the certainty of the join; `NO_SCORE` for the first article, and for a copy.
        new_source: whether this article added a source.
        hashes, weights: of the words of an original: little-endian uint32, and a byte for each.
    """

    id: str
    first_at: int
    last_at: int
    source: int
    size: int
    sources: int
    copies: int
    score: int = NO_SCORE
    new_source: bool = False
    hashes: bytes = b""
    weights: bytes = b""


class Change(NamedTuple):
    """One article to remember.

    Attributes:
        id: of the article, 32 hex; from now on it counts as seen.
        content_id: of the article, 32 hex.
        source: `source_of` its outlet or address; 0 if it has neither.
        event: event time, seconds since the epoch.
        of: None for an original; for a copy the id of its original.
        runs: number of different runs of the whole text.
        sample: the lowest of them (little-endian uint32, sorted); empty for a copy, unless it is a fuller text, by which the original
            is compared from now on.
        story: the story of the article, None where it is unknown; in a record it is in a section (`story_changes`).
    """

    id: str
    content_id: str
    source: int
    event: int
    of: str | None
    runs: int
    sample: bytes
    story: StoryChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedChanges:
    """The changes of one batch in order, with the append time and the intake that they were judged under; `sections` by tag."""

    changes: tuple[Change, ...]
    now: int
    backfill: bool
    sections: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeColumns:
    """`PackedChanges` as arrays: `changes` has the fields original, id, content, of (16 bytes each), source, event, runs, sampled.

    `samples`: all samples, concatenated, `sampled` runs of each change.
    """

    changes: NDArray[np.void]
    samples: NDArray[np.uint32]
    now: int
    backfill: bool
    sections: Mapping[int, bytes] = field(default_factory=dict)


def pack_changes(changes: Sequence[Change], now: int, backfill: bool, sections: Mapping[int, bytes] | None = None) -> bytes:
    """Return the value of one record on `news.index`: of version 2 unless it has sections (tag -> data)."""
    parts = [_HEAD.pack(VERSION_WITH_SECTIONS if sections else VERSION, backfill, now, len(changes))]
    for change in changes:
        of = bytes.fromhex(change.of) if change.of else _NO_ID
        ids = (bytes.fromhex(change.id), bytes.fromhex(change.content_id), of)
        parts.append(_CHANGE.pack(change.of is None, *ids, change.source, change.event, change.runs, len(change.sample) // _RUN_BYTES))
    parts += [change.sample for change in changes]
    parts += [_SECTION.pack(tag, len(data)) + data for tag, data in (sections or {}).items()]
    return b"".join(parts)


def change_columns(value: bytes) -> ChangeColumns:
    """Return the changes of a record as arrays that share the memory of `value`.

    Raises:
        UnreadableIndexRecord: a newer version wrote it, or it is damaged; this version can't rebuild the index from the topic.
    """
    _require_version(value)
    if len(value) < _HEAD.size:
        raise UnreadableIndexRecord(f"index record of {len(value)} bytes is cut short")
    version, backfill, now, count = _HEAD.unpack_from(value)
    if not is_time(now):
        raise UnreadableIndexRecord(
            f"index record of append time {now}, outside the years 1 to 9999: it would evict all that is remembered"
        )
    first_sample = _HEAD.size + count * _COLUMNS.itemsize
    if len(value) < first_sample:
        raise UnreadableIndexRecord(f"index record of {len(value)} bytes is cut short: it has {count} changes")
    changes = np.frombuffer(value, dtype=_COLUMNS, count=count, offset=_HEAD.size)
    runs = int(changes["sampled"].sum(dtype=np.int64))
    end = first_sample + runs * _RUN_BYTES
    if len(value) < end or (version == VERSION and len(value) > end):
        raise UnreadableIndexRecord(f"index record has {len(value)} bytes, its changes take {end}")
    return ChangeColumns(
        changes=changes,
        samples=np.frombuffer(value, dtype="<u4", count=runs, offset=first_sample),
        now=now,
        backfill=bool(backfill),
        sections=_sections(value, end),
    )


def joined(parts: Sequence[NDArray[np.void]]) -> NDArray[np.void]:
    """Return these arrays of one structured type as one; `np.concatenate` compares the fields of their types for each."""
    return np.frombuffer(b"".join([part.tobytes() for part in parts]), dtype=parts[0].dtype)


def _require_version(value: bytes) -> None:
    if not value:
        raise UnreadableIndexRecord("index record is empty")
    if value[0] > VERSION_WITH_SECTIONS:
        raise UnreadableIndexRecord(
            f"index record of version {value[0]}: a newer newsmill wrote it, this one reads versions up to {VERSION_WITH_SECTIONS}; "
            "upgrade this worker"
        )
    if value[0] < VERSION:
        raise UnreadableIndexRecord(f"index record of version {value[0]}: no release of newsmill wrote it")


def _sections(value: bytes, start: int) -> dict[int, bytes]:
    """Return the sections from `start` to the end of a record by tag; those of unknown tags too, which cost nothing to skip."""
    sections = {}
    while start < len(value):
        if len(value) < start + _SECTION.size:
            raise UnreadableIndexRecord(f"index record of {len(value)} bytes is cut short in the head of a section")
        tag, length = _SECTION.unpack_from(value, start)
        start += _SECTION.size + length
        if len(value) < start:
            raise UnreadableIndexRecord(f"index record of {len(value)} bytes is cut short: its section {tag} has {length} bytes")
        sections[tag] = value[start - length : start]
    return sections


def unpack_changes(value: bytes) -> PackedChanges:
    """Return the changes of a record one by one.

    Raises:
        UnreadableIndexRecord: as `change_columns`.
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
    return PackedChanges(changes=tuple(changes), now=columns.now, backfill=columns.backfill, sections=columns.sections)
