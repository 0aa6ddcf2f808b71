"""Items read from the inputs: dumps, refused inputs, and records of an archive that are no pages."""

from dataclasses import dataclass, field

from agents.inputs.unpack_limit import FREE_UNPACKED_BYTES, UnpackLimit
from streams.messages.envelope import FETCHED_AT_HEADER, SOURCE_URL_HEADER
from streams.records import Headers, Incoming
from streams.times import format_time

# Bounds memory: a dump within its limit of 10 MiB fits, even with each byte escaped as \u0000.
MAX_INPUT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class InputDump:
    """A dump as the message to send. `name`: its source ("page.txt", "dumps.jsonl:12"); `read_bytes`: bytes of the file read for it."""

    name: str
    incoming: Incoming
    read_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedInput:
    """An input that can't be read as a dump; `reason` is a message for the user."""

    name: str
    reason: str
    read_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedInput:
    """An archive's record that is no page, such as an image or a request. `reason` groups them in counts: "image", "HTTP status 301"."""

    name: str
    reason: str
    read_bytes: int = 0


InputItem = InputDump | RefusedInput | SkippedInput


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How to read inputs.

    `raw`: read each file, and standard input, as one dump. `url`, `fetched_at`: defaults for dumps that have none. `max_bytes`: the size
    limit of a page, a line or a record, uncompressed. `free_unpacked_bytes`: see `UnpackLimit`.
    """

    topic: str
    raw: bool = False
    url: str | None = None
    fetched_at: int | None = None
    max_bytes: int = MAX_INPUT_BYTES
    free_unpacked_bytes: int = FREE_UNPACKED_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A file or a member of an archive: its name for messages, and its modification time (seconds since the epoch) or None.

    `unpack_limit`: of the whole file.
    """

    name: str
    saved_at: int | None = None
    unpack_limit: UnpackLimit = field(default_factory=lambda: UnpackLimit(lambda: 0), compare=False)


def fallback_headers(origin: Origin, options: ReadOptions) -> Headers:
    """Return the default headers for dumps without their own: --url, and --fetched-at or else the file's modification time."""
    fetched_at = origin.saved_at if options.fetched_at is None else options.fetched_at
    url: Headers = () if options.url is None else ((SOURCE_URL_HEADER, options.url.encode()),)
    return url if fetched_at is None else (*url, (FETCHED_AT_HEADER, format_time(fetched_at).encode()))


def over_limit_message(subject: str, options: ReadOptions) -> str:
    """Return the error message for an input above the size limit."""
    return f"{subject} of over {options.max_bytes >> 20} MiB; the limit of a dump is 10 MiB"
