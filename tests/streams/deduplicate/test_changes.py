"""Records of `news.index`: packed and read back, refused when damaged, and read across versions."""

import json
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deduplicate.changes import (
    VERSION,
    VERSION_WITH_SECTIONS,
    Change,
    UnreadableIndexRecord,
    change_columns,
    pack_changes,
    unpack_changes,
)
from streams.deduplicate.fingerprint import SAMPLE_SIZE
from streams.deduplicate.index import CopyConfig
from streams.deduplicate.rebuild import rebuilt
from streams.times import FIRST_TIME, LAST_TIME
from tests.streams.invented_texts import NOW

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "internal" / "index").glob("*.json"))

HEX = st.binary(min_size=16, max_size=16).map(bytes.hex)
CHANGES = st.builds(
    Change,
    id=HEX,
    content_id=HEX,
    source=st.integers(0, 2**32 - 1),
    event=st.integers(-(2**62), 2**62),
    of=st.none() | HEX,
    runs=st.integers(0, 2**32 - 1),
    sample=st.lists(st.integers(1, 2**32 - 1), max_size=SAMPLE_SIZE).map(lambda runs: np.array(sorted(runs), dtype="<u4").tobytes()),
    story=st.none(),
)


SECTIONS = st.dictionaries(st.integers(0, 2**16 - 1), st.binary(max_size=20), max_size=3)


@pytest.mark.slow
@given(st.lists(CHANGES, max_size=5), st.integers(FIRST_TIME, LAST_TIME), st.booleans(), SECTIONS)
def test_packed_changes_come_back_as_they_were(changes: list[Change], now: int, backfill: bool, sections: dict[int, bytes]) -> None:
    packed = unpack_changes(pack_changes(changes, now, backfill, sections))
    assert (list(packed.changes), packed.now, packed.backfill, packed.sections) == (changes, now, backfill, sections)


@given(st.lists(CHANGES, max_size=3), SECTIONS)
def test_a_record_is_of_version_2_unless_it_has_sections(changes: list[Change], sections: dict[int, bytes]) -> None:
    assert pack_changes(changes, NOW, False, sections)[0] == (VERSION_WITH_SECTIONS if sections else VERSION)


@given(st.lists(CHANGES, min_size=1, max_size=3), st.data())
def test_a_record_cut_anywhere_is_refused(changes: list[Change], data: st.DataObject) -> None:
    value = pack_changes(changes, NOW, False)
    end = data.draw(st.integers(0, len(value) - 1))
    with pytest.raises(UnreadableIndexRecord, match="index record"):
        unpack_changes(value[:end])


@pytest.mark.parametrize("removed", [1, 5, 6, 11])
def test_a_record_cut_within_its_last_section_is_refused(removed: int) -> None:
    value = pack_changes([], NOW, False, {7: b"first", 8: b"second"})
    with pytest.raises(UnreadableIndexRecord, match="is cut short"):
        change_columns(value[:-removed])


@pytest.mark.parametrize("version", [VERSION_WITH_SECTIONS + 1, 255])
def test_a_record_of_a_newer_version_is_refused_with_the_advice_to_upgrade(version: int) -> None:
    with pytest.raises(UnreadableIndexRecord, match=rf"version {version}: a newer newsmill wrote it.* upgrade this worker"):
        unpack_changes(bytes((version,)) + b"rest")


@pytest.mark.parametrize(
    ("value", "error"), [(b"", "is empty"), (b"\x01rest", "of version 1: no release"), (b"{}"[:0] + b"\0", "version 0")]
)
def test_a_record_that_no_release_wrote_is_refused(value: bytes, error: str) -> None:
    with pytest.raises(UnreadableIndexRecord, match=error):
        unpack_changes(value)


@pytest.mark.parametrize("now", [-1_000_000_000_000, 2**62, -(2**63)])
def test_a_record_of_an_impossible_append_time_is_refused(now: int) -> None:
    with pytest.raises(UnreadableIndexRecord, match="outside the years 1 to 9999"):
        rebuilt(CopyConfig(), [pack_changes([], now=now, backfill=False)])


@pytest.mark.slow
@given(st.lists(CHANGES, max_size=5), st.data())
def test_a_damaged_record_is_refused_or_read_and_raises_nothing_else(changes: list[Change], data: st.DataObject) -> None:
    record = bytearray(pack_changes(changes, now=NOW, backfill=False))
    start = data.draw(st.integers(0, len(record) - 1))
    damage = data.draw(st.sampled_from([b"\0", b"\x7f" + b"\xff" * 7, b"\xff" * 8, b"\x80"]))
    record[start : start + len(damage)] = damage[: len(record) - start]
    sound = pack_changes(changes, now=NOW, backfill=False)
    with suppress(UnreadableIndexRecord):
        rebuilt(CopyConfig(capacity=1_000), [sound, bytes(record), sound])


def test_a_record_of_version_2_with_bytes_behind_its_changes_is_refused() -> None:
    with pytest.raises(UnreadableIndexRecord, match="its changes take"):
        unpack_changes(pack_changes([], NOW, False) + b"x")


def read(path: Path) -> tuple[bytes, dict[str, Any]]:
    example: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return bytes.fromhex(example["hex"]), example


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_records_of_other_versions_are_read(path: Path) -> None:
    value, example = read(path)
    packed = unpack_changes(value)
    assert list(packed.changes) == [Change(**{**fields, "sample": bytes.fromhex(fields["sample"])}) for fields in example["changes"]]
    assert (packed.now, packed.backfill) == (example["now"], example["backfill"])
    assert {str(tag): data.hex() for tag, data in packed.sections.items()} == example.get("sections", {})


def test_a_rebuild_reads_records_of_both_versions_alike() -> None:
    values = [read(path)[0] for path in EXAMPLES]
    assert [value[0] for value in values] == [VERSION, VERSION_WITH_SECTIONS]
    old, new = (rebuilt(CopyConfig(), [value]) for value in values)
    assert len(old) == 2
    assert np.array_equal(old.entries, new.entries)


def test_bytes_without_sections_are_those_of_0_1_0() -> None:
    value, _ = read(EXAMPLES[0])
    packed = unpack_changes(value)
    assert pack_changes(packed.changes, packed.now, packed.backfill) == value
    version, backfill, now, count = struct.unpack_from("<BBqI", value)  # as 0.1.0 reads it
    assert (version, backfill, now, count) == (2, 1, packed.now, 2)
    assert len(value) == 14 + 67 * count + sum(len(change.sample) for change in packed.changes)
