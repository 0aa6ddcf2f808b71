"""Web archives and zip files for tests, of invented pages: their bytes, record by record."""

import gzip
import io
from collections.abc import Iterable, Mapping

WARC_DATE = "2025-08-02T12:00:00Z"
TEXT = "text/plain; charset=utf-8"


def record(kind: str, block: bytes, url: str | None = "https://a.example/1", content_type: str = "", **fields: str) -> bytes:
    """Return a record as it stands in an archive; further fields by name, "_" for "-"."""
    given = {"WARC-Type": kind, "WARC-Date": WARC_DATE, "WARC-Target-URI": url, "Content-Type": content_type}
    given |= {name.replace("_", "-"): value for name, value in fields.items()} | {
        "Content-Length": fields.get("Content_Length", str(len(block)))
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
    return b"WARC/1.0\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def http(
    body: bytes, content_type: str | None = "text/html; charset=utf-8", status: int = 200, headers: Mapping[str, str] | None = None
) -> bytes:
    """Return a response as it came from the server."""
    given = {"Content-Type": content_type, **(headers or {})}
    return f"HTTP/1.1 {status} Said\r\n".encode() + b"".join(f"{n}: {v}\r\n".encode() for n, v in given.items() if v) + b"\r\n" + body


def response(body: bytes, url: str = "https://a.example/1", content_type: str | None = "text/html", status: int = 200) -> bytes:
    """Return the record of a response."""
    return record("response", http(body, content_type, status), url, "application/http; msgtype=response")


def page(number: int, words: int = 30) -> bytes:
    """Return a page that differs from those of other numbers, and hardly compresses."""
    told = " ".join(f"{(number * 7919 + word * 104_729) % 1_000_003:x}" for word in range(words))
    return f"<html><body><h1>Ferry {number} of Quellmar</h1><p>{told}</p></body></html>".encode()


def pages(count: int, words: int = 30) -> list[bytes]:
    """Return the records of so many pages, at https://a.example/0 and so on."""
    return [response(page(number, words), f"https://a.example/{number}") for number in range(count)]


def packed(records: Iterable[bytes]) -> list[bytes]:
    """Return each as a gzip member of its own."""
    return [gzip.compress(one, mtime=0) for one in records]


def stream(data: bytes) -> io.BufferedReader:
    """Return the bytes as a file opened for reading."""
    return io.BufferedReader(io.BytesIO(data))


def headers_of(headers: Iterable[tuple[str, bytes]]) -> Mapping[str, str]:
    """Return the headers as text."""
    return {name: value.decode() for name, value in headers}
