"""`make bench-copies`: the cost of the copy detector with a window of 1,000,000 articles, and a comparison on the labelled data.

All is timed by the processor time of the one thread, so other programs on the machine count little; a rebuild by the clock too. For a
quick look: `make bench-copies WINDOW=50000`.
"""

import argparse
import gc
import json
import resource
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import psutil

from bench.detectors import compare
from bench.news import NOW, article_of
from streams.deduplicate.changes import Change, pack_changes
from streams.deduplicate.fingerprint import fingerprints
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.judge import judge
from streams.deduplicate.rebuild import Rebuild
from streams.records import Article

_SMALL = 10_000
_BLOCK, _BLOCKS = 500, 12
_MESSAGE = 100
_LENGTH = struct.Struct("<I")


@dataclass(slots=True)
class Stream:
    """A stream of invented articles into its own index; the index records are appended to `log`, if any."""

    copies: float
    window: int
    log: BinaryIO | None = None
    index: CopyIndex = field(default_factory=lambda: CopyIndex(CopyConfig(capacity=10**9)))
    number: int = 0
    found: int = 0
    longest_s: float = 0.0

    def take(self, count: int) -> float:
        """Judge and remember the next `count` articles; return the seconds of processor time for each."""
        spent = 0.0
        for first in range(self.number, self.number + count, _MESSAGE):
            articles = [article_of(number, self.copies, self.window) for number in range(first, min(first + _MESSAGE, self.number + count))]
            begun = time.process_time()
            changes = self._take(articles)
            spent += time.process_time() - begun
            if self.log:
                value = pack_changes(changes, NOW, False)
                self.log.write(_LENGTH.pack(len(value)) + value)
        self.number += count
        return spent / count

    def _take(self, articles: list[Article]) -> list[Change]:
        changes = []
        for article, text in zip(articles, fingerprints(article.body for article in articles), strict=True):
            begun = time.process_time()
            verdict = judge(article, text, self.index, now=NOW)
            if verdict.change:
                self.index.apply(verdict.change, now=NOW, backfill=False)
                changes.append(verdict.change)
            self.longest_s = max(self.longest_s, time.process_time() - begun)
            self.found += verdict.fate == "copy"
        return changes


def _fill(stream: Stream, count: int) -> None:
    """Extend the stream to `count` articles, and print the progress."""
    while stream.number < count:
        stream.take(min(_BLOCK, count - stream.number))
        if stream.number % 50_000 == 0:
            print(f"\r{stream.number:,} articles remembered", end="", file=sys.stderr, flush=True)
    print("\r" + " " * 40 + "\r", end="", file=sys.stderr)


def _values(log: BinaryIO) -> Iterator[bytes]:
    log.seek(0)
    while head := log.read(_LENGTH.size):
        yield log.read(_LENGTH.unpack(head)[0])


def _rebuild(log: BinaryIO) -> tuple[float, float, float, int]:
    """Return the seconds of a rebuild by clock and processor, those of its longest step, and the number of articles remembered then."""
    started, begun, last = time.perf_counter(), time.process_time(), time.process_time()
    longest, rebuild = 0.0, Rebuild(CopyConfig(capacity=10**9))
    for value in _values(log):
        rebuild.add(value)
        longest, last = max(longest, time.process_time() - last), time.process_time()
    for _ in rebuild.finish():
        longest, last = max(longest, time.process_time() - last), time.process_time()
    return time.perf_counter() - started, time.process_time() - begun, longest, len(rebuild.index)


def _measure(window: int, copies: float) -> dict[str, float]:
    """Fill a window, and return the figures of the last line."""
    article_of(1, copies, window)  # build the lexicon first: it is not part of the index's memory
    with tempfile.TemporaryFile() as log:
        small, at_rest = Stream(copies, window), psutil.Process().memory_info().rss
        _fill(small, min(_SMALL, window))
        large = Stream(copies, window, log)
        _fill(large, window)
        gc.collect()
        rss, longest, size = psutil.Process().memory_info().rss - at_rest, large.longest_s, large.index.size_bytes
        log.flush()
        logged, large.log = log.tell(), None
        # Alternating, so that other load slows both down.
        costs = [(small.take(_BLOCK), large.take(_BLOCK)) for _ in range(_BLOCKS)]
        of_small, of_large = (statistics.median(column) for column in zip(*costs, strict=True))
        found = large.found / large.number
        del small, large
        gc.collect()
        clock_s, rebuild_s, step_s, remembered = _rebuild(log)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    rows = {
        "remembered articles": f"{window:,}, of them copies {copies:.0%} (found {found:.1%})",
        "articles a second, one core": f"{1 / of_large:,.0f}",
        "cost of an article": f"{of_large * 1e6:.0f} µs, at {min(_SMALL, window):,} remembered {of_small * 1e6:.0f} µs",
        "longest pause for one article": f"{longest * 1e3:.0f} ms",
        "memory of the window": f"{rss / 1e9:.2f} GB resident, {size / window:.0f} bytes an article in arrays",
        "news.index": f"{logged / window:.0f} bytes an article",
        "rebuild": f"{clock_s:.1f} s by the clock, {rebuild_s:.1f} s of processor time for {remembered:,}; longest {step_s * 1e3:.0f} ms",
        "peak of the whole run": f"{peak / 1e9:.2f} GB",
    }
    for name, value in rows.items():
        print(f"{name:32} {value}")
    return {"articles_per_s": round(1 / of_large), "rss_gb": round(rss / 1e9, 3), "rebuild_s": round(clock_s, 2)} | {
        "cost_growth": round(of_large / of_small, 3)
    }


def main() -> None:
    """Print a table, and one JSON object as the last line."""
    parser = argparse.ArgumentParser(prog="python -m bench.copies", description=__doc__)
    parser.add_argument("--window", type=int, default=1_000_000, help="articles remembered (default: 1,000,000; 2 GB of memory, 8 minutes)")
    parser.add_argument("--copies", type=float, default=0.45, help="share of copies among them (default: 0.45)")
    arguments = parser.parse_args()
    figures = _measure(arguments.window, arguments.copies)
    print()
    compare()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
