"""`make bench-stories`: the cost of stories in deduplicate, and memory and rebuild of an index with a million remembered articles.

The articles are those of `bench.news`, 45 % of them copies. Two indexes take them in turns, a message at a time, one without stories;
times are processor time. The remembered articles of the rebuild have random words and samples; their making is not counted.
"""

import argparse
import json
import time
from collections.abc import Iterator

import numpy as np
import psutil

from agents.pipeline_config import pipeline_config
from agents.settings import Settings
from bench.memory import COPIES, remembered_change
from bench.news import NOW, article_of
from streams.classify.class_set import builtin_classes
from streams.deduplicate.changes import HASH_BYTES, Change, StoryChange
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.rebuild import rebuilt
from streams.deduplicate.story_changes import pack_with_stories
from streams.deduplicate.story_words import WORD_LIMIT
from streams.messages.codec import encode_article, encode_batches
from streams.pipeline import deduplicate
from streams.records import Incoming

_AT_ONCE, _VOCABULARY, _SOURCES, _STORY_SIZE = 20, 200_000, 1000, 2
_MB, _MICROSECONDS = 1 << 20, 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=6000)
    parser.add_argument("--remembered", type=int, default=1_000_000)
    sizes = parser.parse_args()
    without, with_stories = _microseconds(sizes.articles)
    mb, seconds = _rebuild(sizes.remembered)
    figures = {
        "us_an_article_without": round(without),
        "us_an_article": round(with_stories),
        "articles_per_s_of_a_group": round(_MICROSECONDS / with_stories),
        "remembered": sizes.remembered,
        "mb": round(mb),
        "rebuild_s": round(seconds, 1),
    }
    print(json.dumps(figures))


def _microseconds(articles: int) -> tuple[float, float]:
    """Return microseconds of deduplicate per article without and with stories, of the second half of the articles."""
    config = pipeline_config(Settings(), builtin_classes())
    indexes = {stories: CopyIndex(CopyConfig(stories=stories)) for stories in (False, True)}
    seconds = dict.fromkeys(indexes, 0.0)
    for first in range(0, articles, _AT_ONCE):
        elements = [encode_article(article_of(number, COPIES, articles)) for number in range(first, first + _AT_ONCE)]
        batch = [Incoming(topic="articles", key=None, value=value, timestamp=NOW, partition=0) for value in encode_batches(elements)]
        for stories, index in indexes.items():
            begun = time.process_time()
            deduplicate(batch, config, index)
            seconds[stories] += (time.process_time() - begun) * (first >= articles // 2)
    without, with_stories = (took / (articles - articles // 2) * _MICROSECONDS for took in seconds.values())
    return without, with_stories


def _rebuild(remembered: int) -> tuple[float, float]:
    """Return the growth of memory in MB by an index of so many articles, and the seconds of its rebuild."""
    making = 0.0

    def records() -> Iterator[bytes]:
        nonlocal making
        chance, originals = np.random.default_rng(1), list[str]()
        for first in range(0, remembered, _AT_ONCE):
            begun = time.process_time()
            changes = [_change(number, originals, chance) for number in range(first, min(first + _AT_ONCE, remembered))]
            value = pack_with_stories(changes, NOW, backfill=False)
            making += time.process_time() - begun
            yield value

    memory = psutil.Process().memory_info().rss
    begun = time.process_time()
    index = rebuilt(CopyConfig(capacity=remembered, stories=True), records())
    seconds = time.process_time() - begun - making
    assert len(index) == remembered
    return (psutil.Process().memory_info().rss - memory) / _MB, seconds


def _change(number: int, originals: list[str], chance: np.random.Generator) -> Change:
    change = remembered_change(number, originals, chance, NOW)
    is_copy = change.of is not None
    hashes = b"" if is_copy else np.unique(chance.integers(1, _VOCABULARY, WORD_LIMIT)).astype("<u4").tobytes()
    story = StoryChange(
        id=change.of or originals[-1 - (len(originals) > 1) * (number % _STORY_SIZE)],
        first_at=NOW,
        last_at=NOW,
        source=0 if is_copy else number % _SOURCES + 1,
        size=1 + number % _STORY_SIZE,
        sources=1,
        copies=int(is_copy),
        hashes=hashes,
        weights=bytes(len(hashes) // HASH_BYTES),
    )
    return change._replace(story=story)


if __name__ == "__main__":
    main()
