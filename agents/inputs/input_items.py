"""What comes out of the inputs: dumps, what can't be one, what an archive holds beside them."""

from dataclasses import dataclass

from streams.records import Headers, Incoming
from streams.times import format_time

# No dump within its limit of 10 MiB needs more, even with each byte written as \u0000; and memory has to end somewhere.
MAX_INPUT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A dump: where it was found ("page.txt", "dumps.jsonl:12"), its message, and how many bytes of the file were read for it."""

    name: str
    incoming: Incoming
    read_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What can't be taken as a dump, and why; `why` is for a person."""

    name: str
    why: str
    read_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """What an archive rightly holds and is no page: images, requests. `why` is what they are counted by: "image", "HTTP status 301"."""

    name: str
    why: str
    read_bytes: int = 0


Item = Found | Refused | PassedOver


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read: `raw` takes each file, and standard input, as one dump; `url` and `fetched_at` stand in where a dump has none.

    `max_bytes`: what a page, a line or a record may have, out of its compression.
    """

    topic: str
    raw: bool = False
    url: str | None = None
    fetched_at: int | None = None
    max_bytes: int = MAX_INPUT_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A file or a member of an archive: its name for people, and when it was saved (seconds since the epoch), None where nobody knows."""

    name: str
    saved_at: int | None = None


def fallback_headers(origin: Origin, reading: Reading) -> Headers:
    """Return the headers that count where a dump does not say it itself: --url, and --fetched-at, else the time the file was saved."""
    fetched_at = origin.saved_at if reading.fetched_at is None else reading.fetched_at
    url: Headers = () if reading.url is None else (("source-url", reading.url.encode()),)
    return url if fetched_at is None else (*url, ("fetched-at", format_time(fetched_at).encode()))


def over_limit(what: str, reading: Reading) -> str:
    """Return what to tell a person of something that is larger than anything may be that holds a dump."""
    return f"{what} of over {reading.max_bytes >> 20} MiB; a dump may have 10 MiB"
