"""Show how the stages split, deduplicate and classify a pasted or uploaded dump. Nothing is published or stored."""

import asyncio
import io
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import orjson

from agents.inputs.file_formats import read_by_format
from agents.inputs.input_items import InputDump, InputItem, Origin, ReadOptions
from agents.inputs.pages import read_page
from agents.inputs.unpack_limit import UnpackLimit
from agents.web.public_records import truncate_event
from streams.deduplicate.index import CopyConfig
from streams.deduplicate.spans import shared_spans
from streams.dumps.decode import decode_dump
from streams.local import Processor
from streams.messages.dead_letters import DETAIL_HEADER, REASON_HEADER, STAGE_HEADER
from streams.messages.envelope import open_envelope
from streams.pipeline import PipelineConfig
from streams.records import Message
from streams.split import split_page
from streams.split.line_fates import lines_with_fates

# News pages have 10 to 500 KB. Larger ones would delay the worker's batches; `newsmill process --explain` takes all sizes.
MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024  # of an upload, also of what in it is no page: a tenth of a second
MAX_DUMPS = 20
MAX_LINES = 3_000
MAX_LINE_CHARACTERS = 500
MAX_ARTICLES = 200

Configure = Callable[[], PipelineConfig]


class Busy(Exception):
    """Another dump is being processed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpUpload:
    """An uploaded dump. `name`: its file name, which gives the format; None for one page of unknown format."""

    body: bytes
    name: str | None
    url: str | None
    fetched_at: int | None


class DumpView:
    """Process one dump at a time, in a thread beside the event loop."""

    def __init__(self, configure: Configure, copies: CopyConfig) -> None:
        """Create the thread; `configure` is called in it for each dump."""
        self._configure = configure
        self._copies = replace(copies, capacity=10_000)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dump-view")
        self._running: Future[bytes] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a dump is being processed. Ask the thread, not waiting requests: after a page is closed its dump is still processed."""
        return self._running is not None and not self._running.done()

    async def show(self, upload: DumpUpload) -> bytes:
        """Return the result as JSON for the page.

        Raises:
            Busy: another dump is being processed.
            SettingsError: invalid class files.
        """
        if self.is_busy:
            raise Busy
        self._running = self._thread.submit(self._process, upload)
        return await asyncio.wrap_future(self._running)

    def close(self) -> None:
        """Stop the thread without waiting for it."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _process(self, upload: DumpUpload) -> bytes:
        config = self._configure()
        processor = Processor(config, self._copies, now=int(time.time()))
        items = list(islice(_limit_bytes(_items(upload, config.prefix)), MAX_DUMPS + 1))
        originals: dict[str, dict[str, Any]] = {}
        dumps = [
            _dump(item, processor.process(item.incoming), config, originals) for item in items[:MAX_DUMPS] if isinstance(item, InputDump)
        ]
        refused = [{"name": item.name, "why": item.reason} for item in items[:MAX_DUMPS] if not isinstance(item, InputDump)]
        return orjson.dumps({"dumps": dumps, "refused": refused, "more": len(items) > MAX_DUMPS})


def _items(upload: DumpUpload, prefix: str) -> Iterator[InputItem]:
    options = ReadOptions(topic=f"{prefix}.dumps", url=upload.url, fetched_at=upload.fetched_at, max_bytes=MAX_BYTES)
    limit = UnpackLimit(lambda: 0, MAX_UNPACKED_BYTES)
    stream: io.BufferedReader = io.BufferedReader(io.BytesIO(upload.body))
    if upload.name is None:
        return read_page(stream, Origin(name="pasted text"), options)
    return read_by_format(stream, Origin(name=upload.name, unpack_limit=limit), options)


def _limit_bytes(items: Iterator[InputItem]) -> Iterator[InputItem]:
    """Yield items until their values exceed `MAX_BYTES` together: a small archive may contain much."""
    size = 0
    for item in items:
        yield item
        size += len(item.incoming.value) if isinstance(item, InputDump) else 0
        if size > MAX_BYTES:
            return


def _dump(dump: InputDump, messages: Sequence[Message], config: PipelineConfig, originals: dict[str, dict[str, Any]]) -> dict[str, Any]:
    headers_of = [{name: value.decode(errors="replace") for name, value in message.headers} for message in messages]
    dead = [
        {"stage": headers[STAGE_HEADER], "reason": headers[REASON_HEADER], "detail": headers[DETAIL_HEADER]}
        for headers in headers_of
        if REASON_HEADER in headers
    ]
    articles: dict[str, dict[str, Any]] = {}
    for message, headers in zip(messages, headers_of, strict=True):
        if REASON_HEADER not in headers and headers["ce_id"] not in articles:  # the class topics have the same event again
            articles[headers["ce_id"]] = _article(orjson.loads(message.value), originals)
    has_page = not any(letter["stage"] == "split" for letter in dead)
    shown = {"name": dump.name, "dead": dead, "articles": list(articles.values())[:MAX_ARTICLES], "article_count": len(articles)}
    return shown | (_lines(dump, config) if has_page else {})


def _article(event: dict[str, Any], originals: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return an event for the page; a copy also with its original's headline and the spans of text that they share."""
    copy = event["duplicate"]
    if copy is None:
        originals[event["id"]] = event
        return {"event": truncate_event(event)}
    original = originals[copy["of"]]
    shared = shared_spans(event["body"], original["body"])
    matched = {"title": original["title"], "outlet": original["outlet"], "index": original["source"]["index"]}
    return {
        "event": truncate_event(event),
        "matched": matched | {"runs": shared.runs, "shared_runs": shared.shared_runs, "spans": shared.spans},
    }


def _lines(dump: InputDump, config: PipelineConfig) -> dict[str, Any]:
    """Return the page's lines with their fates, and the number of characters by fate."""
    opened = open_envelope(dump.incoming)
    page = decode_dump(opened.body, opened.content_type)
    spans = split_page(page, opened.fetched_at, shapes=config.shapes).spans
    sizes: Counter[str] = Counter()
    for span in spans:
        sizes[span.fate.value] += span.end - span.start
    lines = list(islice(lines_with_fates(page.text, spans), MAX_LINES + 1))
    return {
        "format": page.format,
        "characters": len(page.text),
        "sizes": dict(sizes),
        "lines": [[fate.value, _shortened(line.strip())] for fate, line in lines[:MAX_LINES]],
        "has_more_lines": len(lines) > MAX_LINES,
    }


def _shortened(line: str) -> str:
    return line if len(line) <= MAX_LINE_CHARACTERS else line[: MAX_LINE_CHARACTERS - 1] + "…"
