"""Pages read from web archives: which records are pages, and their URL, time and type."""

import gzip
import tracemalloc
import zlib
from collections import Counter
from collections.abc import Callable

import brotli
import pytest

from agents.inputs.file_formats import read_by_format
from agents.inputs.http_payload import MAX_CHUNKS, MAX_HEADER_BYTES, decode_body, parse_response
from agents.inputs.input_items import InputDump, InputItem, Origin, ReadOptions, RefusedInput, SkippedInput
from agents.inputs.unpack_limit import UnpackLimit
from agents.inputs.warc_dumps import MAX_TYPE_CHARACTERS, read_archive
from tests.archives import TEXT, headers_of, http, page, record, response, stream

HTTP = "application/http; msgtype=response"
PAGE = page(1)


def read(*records: bytes, options: ReadOptions | None = None, saved_at: int | None = None) -> list[InputItem]:
    return list(
        read_archive(
            stream(b"".join(records)), Origin(name="crawl.warc", saved_at=saved_at), options or ReadOptions(topic="news.dumps"), False
        )
    )


def found(*records: bytes, options: ReadOptions | None = None, saved_at: int | None = None) -> InputDump:
    (item,) = read(*records, options=options, saved_at=saved_at)
    assert isinstance(item, InputDump), item
    return item


def test_response_is_a_dump_with_its_url_time_and_type() -> None:
    item = found(response(PAGE, "https://a.example/é", "text/html; charset=iso-8859-1"))
    assert (item.name, item.incoming.value, item.incoming.key) == ("crawl.warc:1", PAGE, "https://a.example/é".encode())
    assert headers_of(item.incoming.headers) == {
        "content-type": "text/html; charset=iso-8859-1",
        "source-url": "https://a.example/é",
        "fetched-at": "2025-08-02T12:00:00Z",
    }


def test_url_and_time_of_a_record_override_the_options() -> None:
    defaults = ReadOptions(topic="news.dumps", url="https://other.example/", fetched_at=0)
    headers = headers_of(found(response(PAGE), options=defaults, saved_at=5).incoming.headers)
    assert (headers["source-url"], headers["fetched-at"]) == ("https://a.example/1", "2025-08-02T12:00:00Z")


def test_options_are_the_defaults_for_a_record_without_url_and_time() -> None:
    bare = record("resource", PAGE, url=None, content_type="text/html", WARC_Date="2025")
    defaults = ReadOptions(topic="news.dumps", url="https://other.example/", fetched_at=0)
    item = found(bare, options=defaults, saved_at=5)
    assert item.incoming.key == b"https://other.example/"
    assert headers_of(item.incoming.headers)["fetched-at"] == "1970-01-01T00:00:00Z"
    assert headers_of(found(bare, saved_at=5).incoming.headers)["fetched-at"] == "1970-01-01T00:00:05Z"


def test_brackets_around_a_url_are_removed() -> None:
    assert found(response(PAGE, "<https://a.example/1>")).incoming.key == b"https://a.example/1"


def test_a_text_of_a_wet_file_is_utf_8() -> None:
    item = found(record("conversion", "Fähre\n".encode(), content_type="text/plain"))
    assert item.incoming.value == "Fähre\n".encode()
    assert headers_of(item.incoming.headers)["content-type"] == TEXT


def test_response_without_a_content_type_may_be_a_page() -> None:
    assert "content-type" not in headers_of(found(response(PAGE, content_type=None)).incoming.headers)
    told = record("response", http(PAGE, None), content_type=HTTP, WARC_Identified_Payload_Type="text/html")
    assert headers_of(found(told).incoming.headers)["content-type"] == "text/html"


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        pytest.param(record("warcinfo", b"software: x", url=None), "warcinfo record", id="warcinfo"),
        pytest.param(record("request", b"GET / HTTP/1.1\r\n\r\n"), "request record", id="request"),
        pytest.param(record("revisit", http(b"")), "revisit record", id="revisit"),
        pytest.param(record("response", b"x", "dns:a.example", "text/dns"), "dns: record", id="dns"),
        pytest.param(record("resource", b"x", "metadata://wget/log", "text/plain"), "metadata: record", id="log"),
        pytest.param(record("response", b"GET nothing"), "response that is not HTTP", id="no-http"),
        pytest.param(response(PAGE, status=404), "HTTP status 404", id="not-found"),
        pytest.param(response(b"\x89PNG", content_type="image/png"), "image", id="image"),
        pytest.param(response(b"%PDF", content_type="Application/PDF; x=y"), "application/pdf", id="pdf"),
        pytest.param(record("resource", b"{}", content_type="application/json"), "application/json", id="resource"),
        pytest.param(response(b""), "empty page", id="empty"),
    ],
)
def test_record_that_is_no_page_is_skipped_by_its_type(one: bytes, reason: str) -> None:
    assert read(one, response(PAGE))[0] == SkippedInput(name="crawl.warc:1", reason=reason)
    assert isinstance(read(one, response(PAGE))[1], InputDump)


def test_thousand_image_types_are_one_reason() -> None:
    items = read(*(response(b"x", content_type=f"image/x-{number}") for number in range(1000)))
    assert Counter(item.reason for item in items if isinstance(item, SkippedInput)) == {"image": 1000}


def test_broken_span_is_refused_with_its_offset_and_counted_as_a_record() -> None:
    first, broken, last = read(response(PAGE), b"garbage", response(PAGE))
    assert broken == RefusedInput(name="crawl.warc:2", reason=f"not a record of a web archive, at byte {len(response(PAGE)):,}")
    assert (first.name, last.name) == ("crawl.warc:1", "crawl.warc:3")


def test_page_that_decompresses_above_the_limit_is_refused() -> None:
    bomb = record("response", http(gzip.compress(b"x" * 100_000), headers={"Content-Encoding": "gzip"}), content_type=HTTP)
    (item,) = read(bomb, options=ReadOptions(topic="news.dumps", max_bytes=50_000))
    assert isinstance(item, RefusedInput)


def chunked(body: bytes, size: int = 50) -> bytes:
    parts = (body[place : place + size] for place in range(0, len(body), size))
    return b"".join(b"%x;name=value\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def deflated(body: bytes) -> bytes:
    compress = zlib.compressobj(wbits=-15)
    return compress.compress(body) + compress.flush()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(PAGE, {}, id="as-it-is"),
        pytest.param(chunked(PAGE), {"Transfer-Encoding": "chunked"}, id="chunked"),
        pytest.param(gzip.compress(PAGE), {"Content-Encoding": "gzip"}, id="gzip"),
        pytest.param(zlib.compress(PAGE), {"Content-Encoding": "deflate"}, id="deflate"),
        pytest.param(deflated(PAGE), {"Content-Encoding": "deflate"}, id="bare-deflate"),
        pytest.param(brotli.compress(PAGE), {"Content-Encoding": "br"}, id="brotli"),
        pytest.param(chunked(gzip.compress(PAGE)), {"Content-Encoding": "GZip", "Transfer-Encoding": "Chunked"}, id="both"),
        pytest.param(chunked(gzip.compress(PAGE)), {"Transfer-Encoding": "gzip, chunked"}, id="both-on-the-way"),
        pytest.param(gzip.compress(brotli.compress(PAGE)), {"Content-Encoding": "br, gzip"}, id="in-the-order-of-the-header"),
        pytest.param(PAGE, {"Transfer-Encoding": "chunked"}, id="no-longer-chunked"),
        pytest.param(PAGE, {"Content-Encoding": "gzip"}, id="no-longer-gzip"),
        pytest.param(PAGE, {"Content-Encoding": "br"}, id="no-longer-brotli"),
        pytest.param(chunked(PAGE).removesuffix(b"0\r\n\r\n"), {"Transfer-Encoding": "chunked"}, id="without-the-last-chunk"),
        pytest.param(gzip.compress(PAGE)[:-8], {"Content-Encoding": "gzip"}, id="without-the-sum"),
        pytest.param(chunked(PAGE).replace(b"\r\n", b"\n"), {"Transfer-Encoding": "chunked"}, id="chunks-with-bare-newlines"),
    ],
)
def test_body_is_decoded_from_its_encodings(body: bytes, headers: dict[str, str]) -> None:
    assert found(record("response", http(body, headers=headers), content_type=HTTP)).incoming.value == PAGE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip," * 9 + "gzip"])
def test_no_encoding_decompresses_above_the_limit(coding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}.get(coding, gzip.compress)
    parsed = parse_response(http(pack(b"x" * 10_000_000), headers={"Content-Encoding": coding}))
    assert parsed
    assert decode_body(parsed, 1000) is None


def test_content_type_is_truncated() -> None:
    long = "text/html; note=" + "x" * 1000
    item = found(record("response", http(PAGE, long), content_type=HTTP))
    assert headers_of(item.incoming.headers)["content-type"] == long[:MAX_TYPE_CHARACTERS]


def test_record_of_exactly_the_limit_is_read() -> None:
    block = b"x" * 5000
    text = record("conversion", block, content_type="text/plain")
    assert [type(item) for item in read(text, options=ReadOptions(topic="news.dumps", max_bytes=5000))] == [InputDump]
    assert [type(item) for item in read(text, options=ReadOptions(topic="news.dumps", max_bytes=4999))] == [RefusedInput]


@pytest.mark.parametrize(("layers", "decoded"), [(4, True), (5, False)])
def test_more_encodings_than_servers_use_are_refused(layers: int, decoded: bool) -> None:
    parsed = parse_response(http(PAGE, headers={"Content-Encoding": ",".join(["gzip"] * layers)}))
    assert parsed
    assert (decode_body(parsed, 10_000) == PAGE) is decoded


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("br", lambda body: brotli.compress(body, quality=1))])
def test_data_above_the_limit_is_not_decompressed(coding: str, pack: Callable[[bytes], bytes]) -> None:
    parsed = parse_response(http(pack(b"x" * 40_000_000), headers={"Content-Encoding": coding}))
    assert parsed
    tracemalloc.start()
    try:
        assert decode_body(parsed, 1000) is None
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_a_body_of_one_byte_chunks_is_decoded_in_memory_of_its_size() -> None:
    chunks = b"1\r\nx\r\n" * 200_000 + b"0\r\n\r\n"
    parsed = parse_response(http(chunks, headers={"Transfer-Encoding": "chunked"}))
    assert parsed is not None
    tracemalloc.start()
    try:
        assert decode_body(parsed, 10_000_000) == b"x" * 200_000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_a_body_of_more_chunks_than_servers_send_is_refused() -> None:
    parsed = parse_response(http(b"1\r\nx\r\n" * (MAX_CHUNKS + 1), headers={"Transfer-Encoding": "chunked"}))
    assert parsed is not None
    assert decode_body(parsed, 10_000_000) is None


def test_a_response_whose_header_does_not_end_is_not_split_into_lines() -> None:
    assert parse_response(b"HTTP/1.1 200 OK\r\n" + b"x\n" * MAX_HEADER_BYTES) is None
    assert parse_response(b"HTTP/1.1 200 OK\r\nA: " + b"x" * 1000) is not None


def test_bodies_that_unpack_past_the_limit_of_their_archive_end_it() -> None:
    packed_body = gzip.compress(bytes(1_000_000))
    record_ = record("response", http(packed_body, headers={"Content-Encoding": "gzip"}))
    origin = Origin(name="crawl.warc", unpack_limit=UnpackLimit(lambda: 10_000, 4_000_000))
    items = list(read_by_format(stream(record_ * 9), origin, ReadOptions(topic="news.dumps")))
    assert [type(item) for item in items] == [InputDump] * 5 + [RefusedInput]
    assert "unpacks to over 5,000,000 bytes from 10,000" in getattr(items[-1], "reason", "")


def test_a_compressed_archive_of_five_times_its_size_is_within_the_limit() -> None:
    limit = UnpackLimit(lambda: 1 << 30)
    limit.add(5 << 30)
    assert not limit.is_exceeded
