"""`make bench-html`: the text of real single-story pages by newsmill and by trafilatura: F1 of 4-word shingles, and pages per second.

The pages are the labelled ones beside the project: `single` (many publishers) and `html` (article-extraction-benchmark). Both read each
page in turn, in one process; times are processor time, so other programs count little. newsmill's has the fields too (title, author, time),
trafilatura's has the text alone.
"""

import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import trafilatura

from streams.dumps.decode import decode_dump
from streams.split import split_page

_DATA = Path(__file__).parent.parent.parent / "shared" / "data"
_FETCHED_AT = 1795867200  # later than all pages
_SHINGLE_WORDS, _REPETITIONS = 4, 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sample:
    """A page with its true text; a lead that stands apart may be in it or not (`texts`)."""

    body: bytes
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Mean precision and recall over the pages, and pages per second."""

    precision: float
    recall: float
    pages_per_s: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def main() -> None:
    if not _DATA.exists():
        print("the labelled data is not beside the project (../shared): nothing measured")
        return
    print(f"{'':24} {'pages':>6} {'precision':>10} {'recall':>8} {'F1':>8} {'pages/s':>9}")
    last = {}
    for name, samples in (("html", list(_html())), ("single", list(_single()))):
        ours, theirs = _measure(samples, (_newsmill, _trafilatura))
        for label, result in (("newsmill", ours), ("trafilatura", theirs)):
            values = f"{result.precision:10.3f} {result.recall:8.3f} {result.f1:8.3f} {result.pages_per_s:9.1f}"
            print(f"{name + ' ' + label:24} {len(samples):6} {values}")
        last = {
            "f1": round(ours.f1, 4),
            "f1_trafilatura": round(theirs.f1, 4),
            "pages_per_s": round(ours.pages_per_s, 1),
            "pages_per_s_trafilatura": round(theirs.pages_per_s, 1),
        }
    print(json.dumps(last))


def _single() -> Iterator[Sample]:
    folder = _DATA / "real" / "single"
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        texts = (truth["body"], f"{truth['summary']}\n{truth['body']}")
        yield Sample(gzip.decompress((folder / "html" / truth["file"]).read_bytes()), texts)


def _html() -> Iterator[Sample]:
    folder = _DATA / "html"
    for name, truth in json.loads((folder / "ground-truth.json").read_text(encoding="utf-8")).items():
        yield Sample(gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()), (truth["articleBody"],))


def _newsmill(body: bytes) -> str:
    return max((cut.body for cut in split_page(decode_dump(body, "text/html"), _FETCHED_AT).cuts), key=len, default="")


def _trafilatura(body: bytes) -> str:
    return trafilatura.extract(body, include_comments=False) or ""


def _measure(samples: Sequence[Sample], extractors: Sequence[Callable[[bytes], str]]) -> list[Result]:
    seconds = dict.fromkeys(extractors, 0.0)
    shares: dict[Callable[[bytes], str], list[tuple[float, float]]] = {extract: [] for extract in extractors}
    for extract in extractors:
        extract(samples[0].body)  # lazy imports and word lists
    for sample in samples:
        for extract in extractors:
            start = time.process_time()
            for _ in range(_REPETITIONS):
                text = extract(sample.body)
            seconds[extract] += time.process_time() - start
            shares[extract].append(max((_shares(text, truth) for truth in sample.texts), key=sum))
    count = len(samples)
    return [
        Result(
            sum(precision for precision, _ in shares[extract]) / count,
            sum(recall for _, recall in shares[extract]) / count,
            count * _REPETITIONS / seconds[extract],
        )
        for extract in extractors
    ]


def _shares(found: str, truth: str) -> tuple[float, float]:
    """Return precision and recall of the shingles of a text."""
    own, true = _shingles(found), _shingles(truth)
    both = sum((own & true).values())
    return both / max(1, sum(own.values())), both / max(1, sum(true.values()))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return Counter(tuple(words[max(0, at) : at + _SHINGLE_WORDS]) for at in range(1 - _SHINGLE_WORDS, len(words)))


if __name__ == "__main__":
    main()
