"""Zip files as inputs."""

import gzip
import io
import os
import random
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.inputs.input_items import MAX_INPUT_BYTES, InputDump, InputItem, ReadOptions, RefusedInput, SkippedInput
from agents.inputs.inputs import read_inputs
from tests.archives import packed, pages, response

MEMBERS = {
    "page.txt": b"A ferry for Quellmar",
    "b/page.html": b"<p>x",
    "a/dumps.jsonl": b'{"body":"x"}\n{"body":"y"}\n',
    "crawl.warc": b"".join(pages(2)),
    "crawl.wet.gz": b"".join(packed(pages(1))),
    "page.txt.gz": gzip.compress(b"x"),
}
NAMES = ["page.txt", "b/page.html", "a/dumps.jsonl:1", "a/dumps.jsonl:2", "crawl.warc:1", "crawl.warc:2", "crawl.wet.gz:1", "page.txt.gz"]


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 8, 2, 12, 0, 0)), body, method)
    return out.getvalue()


def read(folder: Path, archive: bytes, max_bytes: int = MAX_INPUT_BYTES) -> list[InputItem]:
    path = folder / "dumps.zip"
    path.write_bytes(archive)
    os.utime(path, (0, 0))
    items = list(read_inputs([str(path)], ReadOptions(topic="news.dumps", max_bytes=max_bytes)))
    assert sum(item.read_bytes for item in items) == len(archive)
    assert min(item.read_bytes for item in items) >= 0
    return items


def names(folder: Path, items: list[InputItem]) -> list[str]:
    return [item.name.removeprefix(f"{folder}/dumps.zip/") for item in items if isinstance(item, InputDump)]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_are_read_by_format_in_the_order_of_the_archive(tmp_path: Path, method: int) -> None:
    assert names(tmp_path, read(tmp_path, zipped(MEMBERS, method))) == NAMES


def test_member_has_its_own_time_in_utc(tmp_path: Path) -> None:
    (item,) = read(tmp_path, zipped({"page.txt": b"x"}))
    assert isinstance(item, InputDump)
    assert item.incoming.headers == (("content-type", b"text/plain"), ("fetched-at", b"2025-08-02T12:00:00Z"))


@pytest.mark.parametrize("time", [pytest.param(b"\x00\x00\x21\x00", id="none"), pytest.param(b"\xff\xff\xff\xff", id="impossible")])
def test_a_member_without_a_time_has_that_of_the_archive(tmp_path: Path, time: bytes) -> None:
    stamp = b"\x00\x60\x02\x5b"
    archive = zipped({"page.txt": b"x"})
    assert archive.count(stamp) == 2
    (item,) = read(tmp_path, archive.replace(stamp, time))
    assert isinstance(item, InputDump)
    assert ("fetched-at", b"1970-01-01T00:00:00Z") in item.incoming.headers


def test_hidden_files_and_those_of_macos_are_left_out(tmp_path: Path) -> None:
    members = {".hidden.txt": b"x", "__MACOSX/page.txt": b"x", "a/.git/x.txt": b"x", "a/page.txt": b"y"}
    assert names(tmp_path, read(tmp_path, zipped(members))) == ["a/page.txt"]


def test_path_traversal_in_a_name_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    items = read(tmp_path / "in", zipped({"../out.txt": b"x", "/tmp/out.txt": b"y", "a/../../b.txt": b"z"}))
    assert names(tmp_path / "in", items) == ["../out.txt", "/tmp/out.txt", "a/../../b.txt"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["dumps.zip", "in"]


def test_other_files_are_skipped_by_their_suffix(tmp_path: Path) -> None:
    items = read(tmp_path, zipped({"page.html": b"x", "page_files/a.png": b"x", "page_files/b.PNG": b"x", "README": b"x"}))
    assert [item.reason for item in items if isinstance(item, SkippedInput)] == [".png file", ".png file", "nameless file"]


def flagged_encrypted(archive: bytes) -> bytes:
    return archive.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        pytest.param(flagged_encrypted(zipped({"a.txt": b"x"})), "encrypted", id="encrypted"),
        pytest.param(zipped({"a.txt": b"plain text"}, zipfile.ZIP_STORED).replace(b"plain", b"plane"), "Bad CRC-32", id="sum"),
        pytest.param(
            zipped({"a.txt": b"x"}).replace(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00\x62\x00"), "not supported", id="method"
        ),
        pytest.param(zipped({"a.zip": zipped({"b.txt": b"x"})}), "a zip file in a zip file", id="zip-in-zip"),
        pytest.param(zipped({"a.txt": b"x"}).replace(b"PK\x03\x04", b"PK\x03\x05"), "can't be unpacked", id="header"),
        pytest.param(zipped({"a.txt": b"x"})[:40], "not a readable zip file", id="cut-off"),
    ],
)
def test_unreadable_archive_or_member_is_refused_with_the_reason(tmp_path: Path, archive: bytes, reason: str) -> None:
    (item,) = read(tmp_path, archive)
    assert isinstance(item, RefusedInput)
    assert reason in item.reason


def test_member_after_an_unreadable_one_is_read(tmp_path: Path) -> None:
    archive = zipped({"a.txt": b"plain text", "b.txt": b"x"}, zipfile.ZIP_STORED).replace(b"plain", b"plane")
    assert names(tmp_path, read(tmp_path, archive)) == ["b.txt"]


def test_page_above_the_limit_is_refused_without_decompression(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zipped({"a.txt": b"x" * 1000, "b.txt": b"y"})
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda *_: pytest.fail("unpacked"))
    items = read(tmp_path, archive.replace(b"b.txt", b"b.png"), max_bytes=100)
    assert [type(item) for item in items] == [RefusedInput, SkippedInput]


def test_overlapping_members_are_not_decompressed(tmp_path: Path) -> None:
    archive = zipped({"a.txt": b"x" * 100, "b.txt": b"x" * 100}, zipfile.ZIP_STORED)
    second = archive.index(b"PK\x03\x04", 4)
    directory = archive.index(b"PK\x01\x02", archive.index(b"PK\x01\x02") + 4)
    offset = directory + 42
    assert int.from_bytes(archive[offset : offset + 4], "little") == second
    items = read(tmp_path, archive[:offset] + bytes(4) + archive[offset + 4 :])
    assert [item.reason for item in items if isinstance(item, RefusedInput)] == ["overlaps another member"] * 2


def test_damaged_record_in_a_member_costs_no_other(tmp_path: Path) -> None:
    items = read(tmp_path, zipped({"crawl.warc": response(b"x") + b"garbage" + response(b"y")}))
    assert names(tmp_path, items) == ["crawl.warc:1", "crawl.warc:3"]


@given(offset=st.integers(0, 2000), bits=st.integers(1, 255), cut=st.booleans(), seed=st.integers(0, 99))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reading_ends_for_any_damage(tmp_path: Path, offset: int, bits: int, cut: bool, seed: int) -> None:
    archive = bytearray(zipped(MEMBERS, random.Random(seed).choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])))
    offset = -1 - offset % len(archive) if seed % 2 else offset % len(archive)
    archive[offset] ^= bits
    if cut:
        del archive[random.Random(offset).randrange(len(archive)) :]
    read(tmp_path, bytes(archive))


MIB = 1024 * 1024


def bomb(method: int, mebibytes: int, declared: int | None = None, name: str = "a.txt") -> bytes:
    """Return a zip file with one member of zero bytes, whose headers declare another size where `declared` is not None."""
    out = io.BytesIO()
    member = zipfile.ZipInfo(name)
    member.compress_type = method
    with zipfile.ZipFile(out, "w") as archive, archive.open(member, "w") as data:
        for _ in range(mebibytes):
            data.write(bytes(MIB))
    packed = bytearray(out.getvalue())
    if declared is not None:
        central = packed.rfind(b"PK\x01\x02")
        packed[22:26] = packed[central + 24 : central + 28] = declared.to_bytes(4, "little")
    return bytes(packed)


def read_in_memory(folder: Path, archive: bytes, **options: Any) -> tuple[list[InputItem], int]:
    path = folder / "dumps.zip"
    path.write_bytes(archive)
    tracemalloc.start()
    try:
        items = list(read_inputs([str(path)], ReadOptions(topic="news.dumps", **options)))
        return items, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.html"])
def test_a_member_that_unpacks_to_more_than_it_declares_is_refused_in_little_memory(tmp_path: Path, method: int, name: str) -> None:
    items, peak = read_in_memory(tmp_path, bomb(method, 24, declared=100, name=name), max_bytes=MIB)
    (refused,) = items
    assert isinstance(refused, RefusedInput)
    assert refused.name.endswith(f"dumps.zip/{name}")
    assert "more than the 100 bytes that its header declares" in refused.reason
    assert peak < 16 * MIB


@pytest.mark.slow
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_lines_that_unpack_past_the_limit_are_refused_with_file_sizes_and_limit(tmp_path: Path, method: int) -> None:
    archive = bomb(method, 24, name="a.jsonl")
    items, peak = read_in_memory(tmp_path, archive, max_bytes=MIB, free_unpacked_bytes=10 * MIB)
    refused = items[-1]
    assert isinstance(refused, RefusedInput)
    assert refused.name.endswith("dumps.zip/a.jsonl")
    assert "the limit is 100 times the packed bytes and 10 MiB; the rest is not read" in refused.reason
    assert peak < 16 * MIB


def test_one_archive_in_another_counts_each_layer(tmp_path: Path) -> None:
    inner = gzip.compress(bytes(24 * MIB))
    members = {"a.jsonl.gz": gzip.compress(inner), "page.txt": b"A ferry for Quellmar"}
    nested = zipped({"b.warc.gz": inner, **members})
    items, peak = read_in_memory(tmp_path, nested, max_bytes=MIB, free_unpacked_bytes=10 * MIB)
    assert [item.name.removeprefix(f"{tmp_path}/dumps.zip/") for item in items] == ["b.warc.gz"]  # nothing behind the limit is read
    assert isinstance(items[0], RefusedInput)
    assert "unpacks to over" in items[0].reason
    assert peak < 16 * MIB


def test_small_members_count_together(tmp_path: Path) -> None:
    archive = zipped({f"{number}.txt": bytes(MIB) for number in range(20)})
    items, _ = read_in_memory(tmp_path, archive, free_unpacked_bytes=5 * MIB)
    assert len([item for item in items if isinstance(item, InputDump)]) < 20
    assert isinstance(items[-1], RefusedInput)
    assert "unpacks to over" in items[-1].reason


@pytest.mark.slow
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("size", [0, 1, 65_536, 300_000])
def test_data_of_any_size_are_unpacked_whole(tmp_path: Path, method: int, size: int) -> None:
    body = random.Random(size).randbytes(size).hex().encode()
    items = read(tmp_path, zipped({"page.txt": body, "next.txt": b"next"}, method))
    assert [item.incoming.value for item in items if isinstance(item, InputDump)] == [body, b"next"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("offset", [22, 14], ids=["size", "checksum"])
def test_data_with_another_size_or_checksum_are_refused(tmp_path: Path, method: int, offset: int) -> None:
    archive = bytearray(zipped({"page.txt": b"A ferry for Quellmar"}, method))
    central = archive.rfind(b"PK\x01\x02")
    for at in (offset, central + offset + 2):
        archive[at] += 1
    (item,) = read(tmp_path, bytes(archive))
    assert isinstance(item, RefusedInput)
    assert "damaged" in item.reason


def test_an_lzma_dictionary_of_gigabytes_is_refused(tmp_path: Path) -> None:
    archive = bytearray(zipped({"page.txt": b"A ferry for Quellmar"}, zipfile.ZIP_LZMA))
    properties = archive.index(b"\x05\x00\x5d")
    archive[properties + 3 : properties + 7] = (3 << 30).to_bytes(4, "little")
    (item,) = read(tmp_path, bytes(archive))
    assert isinstance(item, RefusedInput)
    assert "an LZMA dictionary of 3,221,225,472 bytes; the limit is 67,108,864" in item.reason
