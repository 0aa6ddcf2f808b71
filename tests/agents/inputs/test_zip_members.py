"""Zip files as inputs."""

import gzip
import io
import os
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.inputs.input_items import MAX_INPUT_BYTES, Found, Item, PassedOver, Reading, Refused
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


def read(folder: Path, archive: bytes, max_bytes: int = MAX_INPUT_BYTES) -> list[Item]:
    path = folder / "dumps.zip"
    path.write_bytes(archive)
    os.utime(path, (0, 0))
    items = list(read_inputs([str(path)], Reading(topic="news.dumps", max_bytes=max_bytes)))
    assert sum(item.read_bytes for item in items) == len(archive)
    assert min(item.read_bytes for item in items) >= 0
    return items


def names(folder: Path, items: list[Item]) -> list[str]:
    return [item.name.removeprefix(f"{folder}/dumps.zip/") for item in items if isinstance(item, Found)]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_are_read_by_their_kinds_in_the_order_of_the_archive(tmp_path: Path, method: int) -> None:
    assert names(tmp_path, read(tmp_path, zipped(MEMBERS, method))) == NAMES


def test_a_member_has_its_own_time_which_is_taken_as_utc(tmp_path: Path) -> None:
    (item,) = read(tmp_path, zipped({"page.txt": b"x"}))
    assert isinstance(item, Found)
    assert item.incoming.headers == (("content-type", b"text/plain"), ("fetched-at", b"2025-08-02T12:00:00Z"))


@pytest.mark.parametrize("time", [pytest.param(b"\x00\x00\x21\x00", id="none"), pytest.param(b"\xff\xff\xff\xff", id="impossible")])
def test_a_member_without_a_time_has_that_of_the_archive(tmp_path: Path, time: bytes) -> None:
    stamp = b"\x00\x60\x02\x5b"
    archive = zipped({"page.txt": b"x"})
    assert archive.count(stamp) == 2
    (item,) = read(tmp_path, archive.replace(stamp, time))
    assert isinstance(item, Found)
    assert ("fetched-at", b"1970-01-01T00:00:00Z") in item.incoming.headers


def test_hidden_files_and_those_that_a_mac_adds_are_left_out(tmp_path: Path) -> None:
    members = {".hidden.txt": b"x", "__MACOSX/page.txt": b"x", "a/.git/x.txt": b"x", "a/page.txt": b"y"}
    assert names(tmp_path, read(tmp_path, zipped(members))) == ["a/page.txt"]


def test_names_that_lead_elsewhere_are_only_names(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    items = read(tmp_path / "in", zipped({"../out.txt": b"x", "/tmp/out.txt": b"y", "a/../../b.txt": b"z"}))
    assert names(tmp_path / "in", items) == ["../out.txt", "/tmp/out.txt", "a/../../b.txt"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["dumps.zip", "in"]


def test_other_files_are_passed_over_by_their_kind(tmp_path: Path) -> None:
    items = read(tmp_path, zipped({"page.html": b"x", "page_files/a.png": b"x", "page_files/b.PNG": b"x", "README": b"x"}))
    assert [item.why for item in items if isinstance(item, PassedOver)] == [".png file", ".png file", "nameless file"]


def flagged_encrypted(archive: bytes) -> bytes:
    return archive.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


@pytest.mark.parametrize(
    ("archive", "why"),
    [
        pytest.param(flagged_encrypted(zipped({"a.txt": b"x"})), "encrypted", id="encrypted"),
        pytest.param(zipped({"a.txt": b"plain text"}, zipfile.ZIP_STORED).replace(b"plain", b"plane"), "Bad CRC-32", id="sum"),
        pytest.param(
            zipped({"a.txt": b"x"}).replace(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00\x62\x00"), "not supported", id="method"
        ),
        pytest.param(zipped({"a.zip": zipped({"b.txt": b"x"})}), "a zip file in a zip file", id="zip-in-zip"),
        pytest.param(zipped({"a.txt": b"x"}).replace(b"PK\x03\x04", b"PK\x03\x05"), "can't be unpacked", id="header"),
        pytest.param(zipped({"a.txt": b"x"})[:40], "no zip file that can be read", id="cut-off"),
    ],
)
def test_what_cannot_be_unpacked_is_refused_with_the_reason(tmp_path: Path, archive: bytes, why: str) -> None:
    (item,) = read(tmp_path, archive)
    assert isinstance(item, Refused)
    assert why in item.why


def test_a_member_that_cannot_be_unpacked_does_not_keep_the_next_from_being_read(tmp_path: Path) -> None:
    archive = zipped({"a.txt": b"plain text", "b.txt": b"x"}, zipfile.ZIP_STORED).replace(b"plain", b"plane")
    assert names(tmp_path, read(tmp_path, archive)) == ["b.txt"]


def test_a_page_over_the_limit_is_refused_without_being_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zipped({"a.txt": b"x" * 1000, "b.txt": b"y"})
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda *_: pytest.fail("unpacked"))
    items = read(tmp_path, archive.replace(b"b.txt", b"b.png"), max_bytes=100)
    assert [type(item) for item in items] == [Refused, PassedOver]


def test_members_that_share_their_bytes_are_not_unpacked(tmp_path: Path) -> None:
    archive = zipped({"a.txt": b"x" * 100, "b.txt": b"x" * 100}, zipfile.ZIP_STORED)
    second = archive.index(b"PK\x03\x04", 4)
    directory = archive.index(b"PK\x01\x02", archive.index(b"PK\x01\x02") + 4)
    place = directory + 42
    assert int.from_bytes(archive[place : place + 4], "little") == second
    items = read(tmp_path, archive[:place] + bytes(4) + archive[place + 4 :])
    assert [item.why for item in items if isinstance(item, Refused)] == ["shares its bytes with another member"] * 2


def test_a_damaged_record_in_a_member_costs_no_other(tmp_path: Path) -> None:
    items = read(tmp_path, zipped({"crawl.warc": response(b"x") + b"garbage" + response(b"y")}))
    assert names(tmp_path, items) == ["crawl.warc:1", "crawl.warc:3"]


@given(place=st.integers(0, 2000), bits=st.integers(1, 255), cut=st.booleans(), seed=st.integers(0, 99))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reading_ends_whatever_is_damaged(tmp_path: Path, place: int, bits: int, cut: bool, seed: int) -> None:
    archive = bytearray(zipped(MEMBERS, random.Random(seed).choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])))
    place = -1 - place % len(archive) if seed % 2 else place % len(archive)
    archive[place] ^= bits
    if cut:
        del archive[random.Random(place).randrange(len(archive)) :]
    read(tmp_path, bytes(archive))
