"""Dumps read from files, folders and standard input."""

import gzip
import io
import os
import random
import socket
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.inputs.input_items import MAX_INPUT_BYTES, InputDump, InputItem, ReadOptions, RefusedInput, SkippedInput
from agents.inputs.inputs import BUFFER_BYTES, input_bytes, read_inputs
from streams.messages.envelope import ENVELOPE_TYPE
from tests import archives

ENVELOPES = (("content-type", ENVELOPE_TYPE.encode()),)


def read(
    *paths: object,
    stdin: bytes = b"",
    raw: bool = False,
    url: str | None = None,
    fetched_at: int | None = None,
    max_bytes: int = MAX_INPUT_BYTES,
) -> list[InputItem]:
    options = ReadOptions(topic="news.dumps", raw=raw, url=url, fetched_at=fetched_at, max_bytes=max_bytes)
    return list(read_inputs([str(path) for path in paths], options, io.BytesIO(stdin)))


def found(*paths: object, stdin: bytes = b"", raw: bool = False, url: str | None = None, fetched_at: int | None = None) -> list[InputDump]:
    items = read(*paths, stdin=stdin, raw=raw, url=url, fetched_at=fetched_at)
    assert not [item for item in items if isinstance(item, RefusedInput)]
    return [item for item in items if isinstance(item, InputDump)]


def saved(path: Path, body: bytes, at: int = 1_754_136_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (at, at))
    return path


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        pytest.param("page.txt", b"text/plain", id="text"),
        pytest.param("page.html", b"text/html", id="html"),
        pytest.param("PAGE.HTM", b"text/html", id="capitals"),
    ],
)
def test_page_dump_has_its_bytes_its_media_type_and_the_modification_time(tmp_path: Path, name: str, content_type: bytes) -> None:
    (page,) = found(saved(tmp_path / name, b"caf\xe9\r\n"))
    assert page.incoming.value == b"caf\xe9\r\n"
    assert page.incoming.headers == (("content-type", content_type), ("fetched-at", b"2025-08-02T12:00:00Z"))
    assert (page.incoming.topic, page.incoming.key, page.incoming.timestamp) == ("news.dumps", None, None)


def test_url_and_fetched_at_options_override_those_of_the_file(tmp_path: Path) -> None:
    (page,) = found(saved(tmp_path / "page.txt", b"x"), url="https://a.example/é", fetched_at=0)
    assert page.incoming.key == "https://a.example/é".encode()
    assert ("source-url", "https://a.example/é".encode()) in page.incoming.headers
    assert ("fetched-at", b"1970-01-01T00:00:00Z") in page.incoming.headers


def test_each_line_is_an_envelope_keyed_by_its_url() -> None:
    lines = [b'{"url":"https://a.example/1","body":"x"}', b'{"body":"y"}']
    assert [(item.incoming.key, item.incoming.value) for item in found("-", stdin=b"\n".join(lines))] == [
        (b"https://a.example/1", lines[0]),
        (None, lines[1]),
    ]
    assert [item.incoming.headers for item in found("-", stdin=lines[0])] == [ENVELOPES]


def test_url_of_an_envelope_overrides_the_option() -> None:
    dumps = found("-", stdin=b'{"url": "https://a.example/1"}\n{"body": "x"}\n', url="https://b.example/")
    assert [dump.incoming.key for dump in dumps] == [b"https://a.example/1", b"https://b.example/"]


def test_line_with_invalid_json_is_a_dump_too() -> None:
    (item,) = found("-", stdin=b"no json\n")
    assert (item.name, item.incoming.value, item.incoming.key) == ("standard input:1", b"no json", None)


def test_empty_lines_are_skipped_but_counted_in_line_numbers() -> None:
    assert [item.name for item in found("-", stdin=b'\n\n{"body":"x"}\r\n\n{"body":"y"}')] == ["standard input:3", "standard input:5"]


def test_byte_order_mark_is_removed_from_the_first_envelope() -> None:
    assert found("-", stdin=b'\xef\xbb\xbf{"body":"x"}')[0].incoming.value == b'{"body":"x"}'


def test_lines_end_at_a_newline_only() -> None:
    line = orjson.dumps({"body": "one\u2028two\u0085three\x0bfour"})
    assert [item.incoming.value for item in found("-", stdin=line + b"\n")] == [line]


@pytest.mark.slow
@given(st.lists(st.binary(min_size=1).filter(lambda line: b"\n" not in line and line.strip() == line and not line.startswith(b"\xef"))))
def test_no_line_is_lost_for_any_content(lines: list[bytes]) -> None:
    assert [item.incoming.value for item in found("-", stdin=b"\n".join(lines))] == lines


def test_raw_reads_standard_input_as_one_dump_without_a_content_type() -> None:
    (item,) = found("-", stdin=b'{"a":1}\n\n{"b":2}\n', raw=True)
    assert item.incoming.value == b'{"a":1}\n\n{"b":2}\n'
    assert item.incoming.headers == ()


def test_raw_reads_a_file_of_any_name_as_one_dump(tmp_path: Path) -> None:
    first, second = found(saved(tmp_path / "page.dat", b"x"), saved(tmp_path / "lines.jsonl", b"y\nz\n"), raw=True)
    assert [first.incoming.value, second.incoming.value] == [b"x", b"y\nz\n"]


def test_envelopes_of_a_file_default_to_its_modification_time(tmp_path: Path) -> None:
    (item,) = found(saved(tmp_path / "dumps.jsonl", b'{"body":"x"}\n'))
    assert item.incoming.headers == (*ENVELOPES, ("fetched-at", b"2025-08-02T12:00:00Z"))
    assert item.name.endswith("dumps.jsonl:1")


def test_folder_is_read_recursively_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/10.txt", "c.jsonl", ".hidden.txt", ".git/x.txt"):
        saved(tmp_path / name, b'{"body":"x"}')
    assert [str(Path(item.name).relative_to(tmp_path)) for item in found(tmp_path)] == ["a/10.txt", "a/2.txt", "b.txt", "c.jsonl:1"]


@pytest.mark.parametrize("target", ["outside/secret.txt", "outside", "folder", "nowhere"])
def test_a_link_inside_a_folder_is_skipped_and_named(tmp_path: Path, target: str) -> None:
    saved(tmp_path / "outside/secret.txt", b"password")
    saved(tmp_path / "folder/page.txt", b"x")
    (tmp_path / "folder/link.txt").symlink_to(tmp_path / target)
    skipped, page = read(tmp_path / "folder")
    assert skipped == SkippedInput(name=str(tmp_path / "folder/link.txt"), reason="symbolic link in a folder")
    assert isinstance(page, InputDump)
    assert input_bytes([str(tmp_path / "folder")]) == 1


@pytest.mark.parametrize("target", ["page.txt", "."])
def test_a_link_that_the_user_names_is_read(tmp_path: Path, target: str) -> None:
    saved(tmp_path / "folder/page.txt", b"x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "folder" / target)
    assert [item.incoming.value for item in found(tmp_path / "link.txt")] == [b"x"]


def _make_socket(path: str) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.close()


@pytest.mark.parametrize(("make", "kind"), [(os.mkfifo, "a named pipe"), (_make_socket, "a socket")])
def test_what_is_no_regular_file_is_refused_without_opening_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[str], None], kind: str
) -> None:
    monkeypatch.chdir(saved(tmp_path / "folder/b.txt", b"x").parent)  # the path of a socket has 100 characters at most
    make("a.txt")
    refused, page = read(".")
    assert refused == RefusedInput(name="a.txt", reason=f"{kind}, not a regular file; standard input is read as -")
    assert isinstance(page, InputDump)
    assert read("a.txt") == [refused]


def test_a_device_is_refused() -> None:
    (refused,) = read("/dev/zero")
    assert isinstance(refused, RefusedInput)
    assert "a device, not a regular file" in refused.reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("notes.pdf", "unknown file format", id="unknown-kind"),
        pytest.param("noextension", "unknown file format", id="no-extension"),
        pytest.param("page.txt.xz", "unknown file format", id="another-compression"),
        pytest.param("crawl.warc", "not a record of a web archive", id="no-web-archive"),
        pytest.param("crawl.warc.gz", "not gzip data", id="no-gzip"),
        pytest.param("page.txt.gz", "invalid gzip data", id="no-gzipped-page"),
        pytest.param("pages.zip", "not a readable zip file", id="no-zip"),
    ],
)
def test_unreadable_file_is_refused_and_the_next_is_read(tmp_path: Path, name: str, reason: str) -> None:
    saved(tmp_path / name, b"x")
    saved(tmp_path / "z.txt", b"y")
    refused, page = read(tmp_path)
    assert isinstance(refused, RefusedInput)
    assert reason in refused.reason
    assert isinstance(page, InputDump)


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (refused,) = read(tmp_path / "gone.txt")
    assert isinstance(refused, RefusedInput)
    assert "No such file" in refused.reason


def test_missing_path_is_refused_among_others_and_raises_alone(tmp_path: Path) -> None:
    saved(tmp_path / "page.txt", b"x")
    missing = str(tmp_path / "missing")
    items = list(read_inputs([missing, str(tmp_path / "page.txt")], ReadOptions(topic="news.dumps")))
    assert [type(item) for item in items] == [RefusedInput, InputDump]
    with pytest.raises(UserError, match="missing: no such file"):
        read_inputs([missing], ReadOptions(topic="news.dumps"))


def test_line_above_the_limit_is_refused_and_the_next_is_read() -> None:
    items = read("-", stdin=b"x" * 61 + b'\n{"body":"y"}\n' + b"z" * 21, max_bytes=20)
    assert [(item.name, isinstance(item, RefusedInput)) for item in items] == [
        ("standard input:1", True),
        ("standard input:2", False),
        ("standard input:3", True),
    ]


def test_line_that_ends_just_above_the_limit_does_not_swallow_the_next() -> None:
    items = read("-", stdin=b"x" * 20 + b"\n" + b"y" * 20 + b"\nz\n", max_bytes=20)
    assert [(item.name, isinstance(item, RefusedInput)) for item in items] == [
        ("standard input:1", True),
        ("standard input:2", True),
        ("standard input:3", False),
    ]


def test_raw_dump_above_the_limit_is_refused() -> None:
    assert [isinstance(item, RefusedInput) for item in read("-", stdin=b"x" * 21, raw=True, max_bytes=20)] == [True]
    assert [isinstance(item, RefusedInput) for item in read("-", stdin=b"x" * 20, raw=True, max_bytes=20)] == [False]


def test_dumps_are_yielded_while_standard_input_is_still_open() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as stdin, os.fdopen(writer, "wb", buffering=0) as out:
        items = read_inputs(["-"], ReadOptions(topic="news.dumps"), stdin)
        out.write(b'{"body":"x"}\n')
        assert isinstance(next(items), InputDump)


def test_the_bytes_to_read_are_known_for_files_only(tmp_path: Path) -> None:
    saved(tmp_path / "a/page.txt", b"12345")
    saved(tmp_path / "b.jsonl", b"123")
    assert input_bytes([str(tmp_path)]) == 8
    assert input_bytes([str(tmp_path), "-"]) is None
    assert sum(item.read_bytes for item in found(tmp_path)) == 8


@pytest.mark.parametrize("name", ["page.txt.gz", "page.html.gz", "dumps.jsonl.gz", "PAGE.HTM.GZ"])
def test_gzipped_files_give_the_same_items_as_plain_ones(tmp_path: Path, name: str) -> None:
    plain = saved(tmp_path / name[:-3], b'{"body":"x"}\n')
    packed = saved(tmp_path / name, gzip.compress(b'{"body":"x"}\n'))
    (one,), (other,) = found(plain), found(packed)
    assert (one.incoming, one.name.replace(name[:-3], name)) == (other.incoming, other.name)


def test_lines_before_damaged_gzip_data_are_dumps(tmp_path: Path) -> None:
    line = b'{"body":"%s"}\n' % random.Random(1).randbytes(200).hex().encode()
    packed = gzip.compress(line * 3 + random.Random(2).randbytes(50_000).hex().encode())
    items = read(saved(tmp_path / "dumps.jsonl.gz", packed[:-20_000]))
    assert [type(item) for item in items] == [InputDump, InputDump, InputDump, RefusedInput]
    assert "invalid gzip data" in getattr(items[-1], "reason", "")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        pytest.param("crawl.warc", b"".join(archives.pages(20, 400)), id="web-archive"),
        pytest.param("crawl.warc.gz", b"".join(archives.packed(archives.pages(20, 400))), id="compressed"),
        pytest.param("crawl.warc.gz", b"".join(archives.packed(archives.pages(9))) + b"garbage" * 99, id="with-garbage-at-the-end"),
        pytest.param("crawl.warc.gz", b"".join(archives.packed(archives.pages(20)))[50:-50], id="broken-at-both-ends"),
        pytest.param("crawl.warc", b"\r\n" * 50_000, id="no-record"),
        pytest.param("crawl.warc", archives.response(b"x", content_type="image/png") * 500, id="images"),
        pytest.param("dumps.jsonl", b'{"body":"x"}\n' * 3 + b"\n" * 99_999, id="empty-lines"),
        pytest.param("dumps.jsonl", b"\n" * 99_999, id="only-empty-lines"),
        pytest.param("dumps.jsonl.gz", gzip.compress(b'{"body":"x"}\n' * 10_000), id="compressed-lines"),
        pytest.param("page.txt.gz", gzip.compress(b"x") + b"garbage", id="garbage-behind-a-page"),
    ],
)
def test_the_bytes_read_add_up_to_the_size_on_disk(tmp_path: Path, name: str, body: bytes) -> None:
    path = saved(tmp_path / name, body)
    items = read(path)
    assert sum(item.read_bytes for item in items) == len(body) == input_bytes([str(path)])
    assert min(item.read_bytes for item in items) >= 0


def test_read_bytes_of_a_large_archive_are_reported_progressively(tmp_path: Path) -> None:
    items = read(saved(tmp_path / "crawl.warc", b"".join(archives.pages(500, 400))))
    assert max(item.read_bytes for item in items) <= 2 * BUFFER_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("as_one", [False, True], ids=["each-record-compressed", "compressed-as-one"])
def test_memory_does_not_grow_with_the_size_of_the_archive(tmp_path: Path, as_one: bool) -> None:
    records = archives.pages(1, 20_000) * 100
    path = saved(tmp_path / "crawl.warc.gz", gzip.compress(b"".join(records), 1) if as_one else archives.packed(records[:1])[0] * 100)
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_inputs([str(path)], ReadOptions(topic="news.dumps")))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 100
    assert peak < 8 * 1024 * 1024 < sum(map(len, records))
