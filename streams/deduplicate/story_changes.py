"""The part of stories in a record on `news.index`: a section with one row for each change of the record.

A row has the story of the article, its state after the article, and the words that later articles are compared with. So a rebuild judges
nothing again. A row of zeros is an article of no story: those judged while stories were off, and copies of such articles.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.changes import HASH_BYTES, Change, ChangeColumns, StoryChange, UnreadableIndexRecord, pack_changes
from streams.deduplicate.story_words import WORD_LIMIT

STORIES = 2  # the tag of the section
# Little-endian; a word is its hash and, behind all hashes, its weight.
_ROW = np.dtype(
    [
        ("story", "V16"),
        ("first_at", "<i8"),
        ("last_at", "<i8"),
        ("source", "<u4"),
        ("size", "<u4"),
        ("sources", "<u4"),
        ("copies", "<u4"),
        ("score", "<u2"),
        ("new_source", "?"),
        ("words", "u1"),
    ]
)
_STRUCT = struct.Struct("<16sqqIIIIH?B")
_NO_ROW = bytes(_STRUCT.size)
_WORDS_AT = _STRUCT.size - 1  # of a row, one byte


@dataclass(frozen=True, slots=True)
class StoryColumns:
    """The section as arrays: one row for each change, and the words of all rows one behind the other."""

    rows: NDArray[np.void]
    hashes: NDArray[np.uint32]
    weights: NDArray[np.uint8]


def pack_with_stories(changes: Sequence[Change], now: int, backfill: bool) -> bytes:
    """Return the value of one record on `news.index`, with a section of stories if any change has one."""
    section = pack_stories([change.story for change in changes])
    return pack_changes(changes, now, backfill, {STORIES: section} if section else None)


def pack_stories(changes: Sequence[StoryChange | None]) -> bytes:
    """Return the section for the changes of one record; empty if none has a story."""
    if not any(changes):
        return b""
    rows = b"".join(_NO_ROW if change is None else _packed(change) for change in changes)
    words = b"".join(change.hashes for change in changes if change) + b"".join(change.weights for change in changes if change)
    return rows + words


def _packed(change: StoryChange) -> bytes:
    counts = (change.source, change.size, change.sources, change.copies)
    verdict = (change.score, change.new_source, len(change.weights))
    return _STRUCT.pack(bytes.fromhex(change.id), change.first_at, change.last_at, *counts, *verdict)


def story_columns(columns: ChangeColumns) -> StoryColumns:
    """Return the stories of a record's changes; rows of zeros where the record has no such section.

    Raises:
        UnreadableIndexRecord: the section is damaged.
    """
    count, data = len(columns.changes), columns.sections.get(STORIES, b"")
    if not data:
        return StoryColumns(np.zeros(count, dtype=_ROW), np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.uint8))
    head = count * _ROW.itemsize
    counts = data[_WORDS_AT : head : _ROW.itemsize] if len(data) >= head else b""
    words = sum(counts)
    if words and max(counts) > WORD_LIMIT:
        raise UnreadableIndexRecord(f"its section of stories has {max(counts)} words in a row, at most {WORD_LIMIT} fit")
    if len(data) != head + words * (HASH_BYTES + 1):
        raise UnreadableIndexRecord(f"its section of stories has {len(data)} bytes, {count} changes and {words} words do not fit that")
    return StoryColumns(
        rows=np.frombuffer(data, dtype=_ROW, count=count),
        hashes=np.frombuffer(data, dtype="<u4", count=words, offset=head),
        weights=np.frombuffer(data, dtype=np.uint8, count=words, offset=head + words * HASH_BYTES),
    )


def unpack_stories(columns: ChangeColumns) -> list[StoryChange | None]:
    """Return the stories of a record's changes one by one; errors as in `story_columns`."""
    section, changes, start = story_columns(columns), list[StoryChange | None](), 0
    for row in section.rows:
        end = start + int(row["words"])
        changes.append(_change(row, section.hashes[start:end].tobytes(), section.weights[start:end].tobytes()) if row["size"] else None)
        start = end
    return changes


def _change(row: np.void, hashes: bytes, weights: bytes) -> StoryChange:
    return StoryChange(
        id=row["story"].tobytes().hex(),
        first_at=int(row["first_at"]),
        last_at=int(row["last_at"]),
        source=int(row["source"]),
        size=int(row["size"]),
        sources=int(row["sources"]),
        copies=int(row["copies"]),
        score=int(row["score"]),
        new_source=bool(row["new_source"]),
        hashes=hashes,
        weights=weights,
    )
