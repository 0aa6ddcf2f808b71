"""Records of web archives, whole and damaged."""

import gzip
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.inputs.warc import BrokenSpan, WarcRecord, read_records
from tests.archives import packed as each_packed
from tests.archives import page, pages, record, response, stream

MAX_BYTES = 1024 * 1024
RECORDS = pages(6)
MEMBERS = each_packed(RECORDS)
BLOCKS = [one.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n\r\n") for one in RECORDS]


def read(archive: bytes, packed: bool = False, max_bytes: int = MAX_BYTES) -> list[WarcRecord | BrokenSpan]:
    return list(read_records(stream(archive), packed, max_bytes))


def blocks(items: list[WarcRecord | BrokenSpan]) -> list[bytes]:
    return [item.block for item in items if isinstance(item, WarcRecord)]


def reasons(items: list[WarcRecord | BrokenSpan]) -> list[str]:
    return [item.reason for item in items if isinstance(item, BrokenSpan)]


@pytest.mark.parametrize(
    ("archive", "packed"),
    [
        pytest.param(b"".join(RECORDS), False, id="plain"),
        pytest.param(b"".join(MEMBERS), True, id="each-record-compressed"),
        pytest.param(gzip.compress(b"".join(RECORDS)), True, id="compressed-as-one"),
        pytest.param(b"".join(each_packed([b"".join(RECORDS)[i : i + 100] for i in range(0, 5000, 100)])), True, id="in-blocks"),
        pytest.param(b"".join(RECORDS), True, id="unpacked-on-the-way-here"),
        pytest.param(b"".join(MEMBERS), False, id="compressed-and-named-plain"),
        pytest.param(b"\r\n".join(RECORDS).replace(b"\r\n\r\n\r\nWARC", b"\r\nWARC"), False, id="too-few-line-ends"),
        pytest.param(b"\r\n\r\n".join(RECORDS), False, id="too-many-line-ends"),
        pytest.param(b"".join(RECORDS)[:-4], False, id="without-the-last-line-ends"),
    ],
)
def test_every_record_is_read_from_every_compression_form(archive: bytes, packed: bool) -> None:
    items = read(archive, packed)
    assert reasons(items) == []
    assert blocks(items) == BLOCKS


def test_field_names_are_case_insensitive() -> None:
    (item,) = read(record("response", b"x").replace(b"WARC-Target-URI: ", b"warc-target-uri:"))
    assert isinstance(item, WarcRecord)
    assert item.fields["warc-target-uri"] == "https://a.example/1"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        pytest.param(b"garbage between the records\n", "not a record", id="garbage"),
        pytest.param(b"WARC/1.0\r\n\r\n", "WARC-Type or Content-Length", id="no-header"),
        pytest.param(record("response", b"x" * 50, Content_Length="20"), "Content-Length is wrong", id="length-too-short"),
        pytest.param(record("response", b"x" * 50, Content_Length="700"), "Content-Length is wrong", id="length-too-long"),
        pytest.param(record("response", b"x" * 50, Content_Length="50000"), "ends within a record", id="length-beyond-the-end"),
        pytest.param(record("response", b"x" * 50, Content_Length="-5"), "WARC-Type or Content-Length", id="length-negative"),
        pytest.param(record("response", b"x" * 50, Content_Length="9" * 18), "over 1 MiB", id="length-immense"),
        pytest.param(
            record("response", b"x" * 50, Content_Length="9" * 5000), "WARC-Type or Content-Length", id="length-no-number-of-python"
        ),
        pytest.param(record("response", b"x" * 50)[:-30], "Content-Length is wrong", id="cut-off"),
        pytest.param(b"WARC/1.0\r\nWARC-Type: response\r\n" + b"x" * 70_000, "header does not end", id="endless-header"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_broken_span_is_reported_once_and_the_records_around_it_are_read(broken: bytes, reason: str, packed: bool) -> None:
    archive = [*RECORDS[:2], broken, *RECORDS[2:]]
    items = read(b"".join(each_packed(archive) if packed else archive), packed)
    assert blocks(items) == BLOCKS
    assert [item for item in reasons(items) if reason not in item] == []
    assert isinstance(items[2], BrokenSpan)
    assert items[2].offset == sum(map(len, MEMBERS[:2] if packed else RECORDS[:2])) or packed


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        pytest.param(b"\x00" * 100, "not gzip data", id="zeros"),
        pytest.param(MEMBERS[2][:60], "damaged gzip member", id="cut-off"),
        pytest.param(MEMBERS[2][:-8] + b"12345678", "incorrect data check", id="wrong-sum"),
        pytest.param(MEMBERS[2][:100] + b"\xff" * 20 + MEMBERS[2][120:], "damaged gzip member", id="other-bytes"),
    ],
)
def test_member_after_a_damaged_one_is_found(member: bytes, reason: str) -> None:
    items = read(b"".join([*MEMBERS[:2], member, *MEMBERS[3:]]), True)
    assert blocks(items) == [*BLOCKS[:2], *BLOCKS[3:]]
    (broken,) = (item for item in items if isinstance(item, BrokenSpan))
    assert reason in broken.reason
    assert broken.offset == sum(map(len, MEMBERS[:2]))


def test_truncated_archive_gives_its_complete_records() -> None:
    items = read(b"".join(MEMBERS)[:-20], True)
    assert blocks(items) == BLOCKS[:-1]
    assert reasons(items) == ["the file ends within a gzip member"]


def test_archive_compressed_as_a_whole_gives_the_records_before_the_damage() -> None:
    archive = gzip.compress(b"".join(pages(300, 400)))
    items = read(archive[:-50_000] + b"\xff" * 100 + archive[-49_900:], True)
    assert len(blocks(items)) > 200
    assert isinstance(items[-1], BrokenSpan)


def test_record_above_the_limit_is_skipped_and_the_next_is_read() -> None:
    items = read(response(page(1, 2000)) + RECORDS[0], max_bytes=8000)
    assert blocks(items) == BLOCKS[:1]
    assert len(reasons(items)) == 1


def test_a_wrong_length_that_ends_at_an_empty_line_swallows_no_record() -> None:
    block = b"x" * 50
    length = len(block) + len(b"\r\n\r\n" + RECORDS[0]) - len(page(0) + b"\r\n\r\n" + b"\r\n\r\n")
    broken = record("response", block, Content_Length=str(length))
    assert (broken + RECORDS[0])[broken.index(block) + length :].startswith(b"\r\n\r\n<html>")
    assert blocks(read(broken + RECORDS[0] + RECORDS[1])) == BLOCKS[:2]


def test_complete_member_is_read_when_lookahead_meets_a_damaged_one() -> None:
    too_long = each_packed([record("response", b"x", Content_Length="50000")])
    assert blocks(read(b"".join([*too_long, MEMBERS[0], bytes(100), MEMBERS[1]]), True)) == BLOCKS[:2]


def test_text_about_web_archives_within_a_page_begins_no_record() -> None:
    about = response(b"<p>Each record begins with\r\n\r\nWARC/1.0\r\nand its header</p>")
    assert len(blocks(read(about + RECORDS[0]))) == 2


@st.composite
def damaged(draw: st.DrawFn, parts: list[bytes]) -> tuple[bytes, list[int]]:
    """An archive with one part damaged, and which of its parts are not."""
    part, chance = draw(st.integers(0, len(parts) - 1)), random.Random(draw(st.integers(0, 2**32)))
    one = parts[part]
    place = draw(st.integers(0, len(one) - 1))
    end = draw(st.integers(place + 1, len(one)))
    new = draw(st.sampled_from([b"", b"\x00", b"\xff\xfe", b"\r\n\r\n", b"9", b"WARC/1.0\r\n", b"\x1f\x8b\x08", chance.randbytes(300)]))
    archive = [*parts[:part], one[:place] + new + one[draw(st.sampled_from([place, place + 1, end])) :], *parts[part + 1 :]]
    return b"".join(archive), [number for number in range(len(parts)) if number != part]


@given(damaged(RECORDS))
def test_one_damage_anywhere_costs_no_other_record(drawn: tuple[bytes, list[int]]) -> None:
    archive, whole = drawn
    came = blocks(read(archive))
    assert [number for number in whole if BLOCKS[number] not in came] == []
    assert len(came) <= len(RECORDS)


@given(damaged(MEMBERS))
def test_one_damage_anywhere_costs_no_other_compressed_record(drawn: tuple[bytes, list[int]]) -> None:
    archive, whole = drawn
    came = blocks(read(archive, True))
    assert [number for number in whole if BLOCKS[number] not in came] == []
    assert len(came) <= len(RECORDS)


@given(
    st.lists(st.one_of(st.sampled_from([*RECORDS, *MEMBERS, b"WARC/1.0\r\n", b"\x1f\x8b\x08", b"\r\n"]), st.binary(max_size=40))),
    st.booleans(),
)
def test_reading_ends_for_any_bytes(parts: list[bytes], packed: bool) -> None:
    read(b"".join(parts), packed, 2000)


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(b"WARC/1." * 30_000, id="beginnings"),
        pytest.param(b"WARC/1.0\n" * 30_000, id="first-lines"),
        pytest.param(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 1000000\r\n\r\n" * 10_000, id="headers"),
    ],
)
def test_unterminated_records_are_one_broken_span(archive: bytes) -> None:
    assert len(read(archive)) == 1


def test_nested_members_are_decompressed_about_twice_not_each_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    input_bytes = 0

    class Inflate:
        """Count the input bytes of zlib's decompressor."""

        def __init__(self, window: int) -> None:
            self._inflate = inflate(window)

        def __getattr__(self, name: str) -> object:
            return getattr(self._inflate, name)

        def decompress(self, data: bytes, most: int) -> bytes:
            nonlocal input_bytes
            input_bytes += len(data)
            return self._inflate.decompress(data, most)

    inflate = zlib.decompressobj
    monkeypatch.setattr(zlib, "decompressobj", Inflate)
    # The beginnings of members of stored blocks, which fit into each other: each member reaches to the end of the file and is broken there.
    archive = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\0\xfa\xff\x05\0" * 200_000
    assert len(read(archive, True)) == 1
    assert input_bytes < 3 * len(archive)
