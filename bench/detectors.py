"""Compare copy detectors on the labelled data: the same articles, in the same order, in one process and one run.

The others sign a text by MinHash (128 permutations) over its runs of three words, look up what shares a band (LSH, 32 bands of 4), and take
the remembered text that is most alike; the first text of a story is remembered. Each has a row for several thresholds of
likeness, since none is given: precision and recall are a trade.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.news import NOW
from streams.classify.class_set import builtin_classes
from streams.deduplicate.fingerprint import fingerprints
from streams.deduplicate.index import CopyIndex
from streams.deduplicate.judge import judge
from streams.deduplicate.normalize import normalize
from streams.messages.codec import decode_articles
from streams.pipeline import PipelineConfig, split
from streams.records import Article, Incoming
from streams.topics import TopicName

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "copies"
_PERMUTATIONS, _BANDS, _BAND_ROWS, _SEED = 128, 32, 4, 1
_THRESHOLDS = (0.2, 0.35, 0.5)
_ROUNDS = 3

# A detector maps articles in order of arrival to the URL of the original of each, None for an original.
Detector = Callable[[Sequence[Article]], list[str | None]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """The articles of the labelled data in order of arrival, and by address the one that each copies."""

    articles: list[Article]
    copy_of: dict[str, str | None]


def compare() -> None:
    """Print recall, precision and articles a second of each detector, or why there is nothing to print."""
    if not DATA.exists():
        print(f"detectors side by side: skipped, the labelled data is not beside the project ({'/'.join(DATA.parts[-3:])})")
        return
    labelled = _labelled()
    print(f"{'on ' + str(len(labelled.articles)) + ' labelled articles':32} recall  precision  false  articles/s, signing included")
    _print_row("newsmill", labelled, _newsmill)
    for name, factory in (("datasketch", _datasketch), ("rensa", _rensa)):
        if find_spec(name) is None:
            print(f"{name}: skipped, it is not installed: make bench-copies installs it")
            continue
        for threshold in _THRESHOLDS:
            _print_row(f"{name} MinHash-LSH, from {threshold}", labelled, factory(threshold))


def _labelled() -> Labelled:
    config = PipelineConfig(classes=builtin_classes(), version="bench")
    articles = []
    for line in (DATA / "dumps.jsonl").read_text(encoding="utf-8").splitlines():
        dump = json.loads(line)
        headers = {"source-url": dump["url"], "content-type": dump["content_type"], "fetched-at": dump["fetched_at"]}
        encoded = tuple((name, value.encode()) for name, value in headers.items())
        incoming = Incoming(topic=config.topic(TopicName.DUMPS), key=None, value=dump["body"].encode(), headers=encoded)
        articles += [article for message in split([incoming], config).messages for article in decode_articles(message.value, None)]
    truth = [json.loads(line) for line in (DATA / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    return Labelled(articles=articles, copy_of={row["url"]: row["copy_of"] for row in truth})


def _print_row(name: str, labelled: Labelled, detector: Detector) -> None:
    spent, verdicts = [], list[str | None]()
    for _ in range(_ROUNDS):
        begun = time.process_time()
        verdicts = detector(labelled.articles)
        spent.append(time.process_time() - begun)
    roots = {url: original or url for url, original in labelled.copy_of.items()}
    right = wrong = 0
    for article, original in zip(labelled.articles, verdicts, strict=True):
        if original is not None and article.url is not None:
            is_right = labelled.copy_of[article.url] is not None and original != article.url and roots[original] == roots[article.url]
            right, wrong = right + is_right, wrong + (not is_right)
    copies = sum(original is not None for original in labelled.copy_of.values())
    precision = right / (right + wrong) if right + wrong else 1.0
    speed = len(labelled.articles) / min(spent)
    print(f"{name:32} {right / copies:6.3f}  {precision:9.3f}  {wrong:5}  {speed:10,.0f}")


def _newsmill(articles: Sequence[Article]) -> list[str | None]:
    index, verdicts = CopyIndex(), list[str | None]()
    urls = {article.id: article.url for article in articles}
    for article, text in zip(articles, fingerprints(article.body for article in articles), strict=True):
        verdict = judge(article, text, index, now=NOW)
        if verdict.change:
            index.apply(verdict.change, now=NOW, backfill=False)
        verdicts.append(urls[verdict.duplicate.of] if verdict.duplicate else None)
    return verdicts


def _runs(article: Article) -> list[str]:
    words = normalize(article.body).split()
    return list({" ".join(words[at : at + 3]) for at in range(len(words) - 2)})


def _datasketch(threshold: float) -> Detector:
    datasketch = import_module("datasketch")

    def signed(article: Article) -> Any:
        signature = datasketch.MinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        signature.update_batch([run.encode() for run in _runs(article)])
        return signature

    return lambda articles: _by_signature(
        articles, signed, datasketch.MinHashLSH(params=(_BANDS, _BAND_ROWS), num_perm=_PERMUTATIONS), threshold
    )


def _rensa(threshold: float) -> Detector:
    rensa = import_module("rensa")

    def signed(article: Article) -> Any:
        signature = rensa.RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        signature.update(_runs(article))
        return signature

    def lsh() -> Any:
        return rensa.RMinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS, num_bands=_BANDS)

    return lambda articles: _by_signature(articles, signed, lsh(), threshold)


def _by_signature(articles: Sequence[Article], signed: Callable[[Article], Any], lsh: Any, threshold: float) -> list[str | None]:
    signatures, verdicts = list[Any](), list[str | None]()
    urls = list[str | None]()
    for article in articles:
        signature = signed(article)
        alike = max(((signature.jaccard(signatures[at]), -at) for at in lsh.query(signature)), default=(0.0, 0))
        if alike[0] >= threshold:
            verdicts.append(urls[-alike[1]])
            continue
        lsh.insert(len(signatures), signature)
        signatures.append(signature)
        urls.append(article.url)
        verdicts.append(None)
    return verdicts
