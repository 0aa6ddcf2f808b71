"""A dump's own view: how the stages cut, judge and label what somebody pastes or uploads. Nothing of it is published or kept."""

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
from agents.web.shown import bounded
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

# A page of the news has 10 to 500 KB. More would keep the worker's own batches waiting; `newsmill process --explain` takes all sizes.
MAX_BYTES = 2 * 1024 * 1024
MAX_DUMPS = 20
MAX_LINES = 3_000
MAX_LINE_CHARACTERS = 500
MAX_ARTICLES = 200

Configure = Callable[[], PipelineConfig]


class Busy(Exception):
    """Another dump is being looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody gave: its bytes, the name that says of what kind it is (None: one page of whatever sort), address and time."""

    body: bytes
    name: str | None
    url: str | None
    fetched_at: int | None


class DumpView:
    """Looks at one dump at a time, in a thread beside the event loop."""

    def __init__(self, configure: Configure, copies: CopyConfig) -> None:
        """Prepare; `configure` is called for each dump, in the thread."""
        self._configure = configure
        self._copies = replace(copies, capacity=10_000)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dump-view")
        self._running: Future[bytes] | None = None

    async def show(self, given: Given) -> bytes:
        """Return the JSON that the page shows.

        Raises:
            Busy: another one is not done yet.
            SettingsError: the class files can't be read.
        """
        # Not "is somebody waiting": a page that is closed leaves its dump to the thread.
        if self._running is not None and not self._running.done():
            raise Busy
        self._running = self._thread.submit(self._shown, given)
        return await asyncio.wrap_future(self._running)

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _shown(self, given: Given) -> bytes:
        config = self._configure()
        processor = Processor(config, self._copies, now=int(time.time()))
        items = list(islice(_within(_items(given, config.prefix)), MAX_DUMPS + 1))
        originals: dict[str, dict[str, Any]] = {}
        dumps = [
            _dump(item, processor.process(item.incoming), config, originals) for item in items[:MAX_DUMPS] if isinstance(item, InputDump)
        ]
        refused = [{"name": item.name, "why": item.reason} for item in items[:MAX_DUMPS] if not isinstance(item, InputDump)]
        return orjson.dumps({"dumps": dumps, "refused": refused, "more": len(items) > MAX_DUMPS})


def _items(given: Given, prefix: str) -> Iterator[InputItem]:
    reading = ReadOptions(topic=f"{prefix}.dumps", url=given.url, fetched_at=given.fetched_at, max_bytes=MAX_BYTES)
    stream: io.BufferedReader = io.BufferedReader(io.BytesIO(given.body))
    if given.name is None:
        return read_page(stream, Origin(name="pasted text"), reading)
    return read_by_format(stream, Origin(name=given.name), reading)


def _within(items: Iterator[InputItem]) -> Iterator[InputItem]:
    """Yield items until their values have more than `MAX_BYTES` together: a small archive may hold much."""
    size = 0
    for item in items:
        yield item
        size += len(item.incoming.value) if isinstance(item, InputDump) else 0
        if size > MAX_BYTES:
            return


def _dump(found: InputDump, messages: Sequence[Message], config: PipelineConfig, originals: dict[str, dict[str, Any]]) -> dict[str, Any]:
    headers_of = [{name: value.decode(errors="replace") for name, value in message.headers} for message in messages]
    dead = [
        {"stage": headers[STAGE_HEADER], "reason": headers[REASON_HEADER], "detail": headers[DETAIL_HEADER]}
        for headers in headers_of
        if REASON_HEADER in headers
    ]
    articles: dict[str, dict[str, Any]] = {}
    for message, headers in zip(messages, headers_of, strict=True):
        if REASON_HEADER not in headers and headers["ce_id"] not in articles:  # the class topics hold the same event again
            articles[headers["ce_id"]] = _article(orjson.loads(message.value), originals)
    has_page = not any(letter["stage"] == "split" for letter in dead)
    shown = {"name": found.name, "dead": dead, "articles": list(articles.values())[:MAX_ARTICLES], "article_count": len(articles)}
    return shown | (_lines(found, config) if has_page else {})


def _article(event: dict[str, Any], originals: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return an event for the page; a copy with its original's headline, and the stretches of its body that stand there too."""
    copy = event["duplicate"]
    if copy is None:
        originals[event["id"]] = event
        return {"event": bounded(event)}
    original = originals[copy["of"]]
    shared = shared_spans(event["body"], original["body"])
    matched = {"title": original["title"], "outlet": original["outlet"], "index": original["source"]["index"]}
    return {"event": bounded(event), "matched": matched | {"runs": shared.runs, "shared_runs": shared.shared_runs, "spans": shared.spans}}


def _lines(found: InputDump, config: PipelineConfig) -> dict[str, Any]:
    """Return the page's lines with their fates, and how many characters have each."""
    dump = open_envelope(found.incoming)
    page = decode_dump(dump.body, dump.content_type)
    spans = split_page(page, dump.fetched_at, shapes=config.shapes).spans
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
