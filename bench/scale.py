"""`make bench-scale`: how the path scales with partitions and workers, and the cost of an article by window, size of a dump, and classes.

The path by the clock, on one machine with the broker beside; costs by processor time. Kept in a file for `make bench-plots`.
"""

import argparse
import asyncio
import json
import statistics
from collections import defaultdict
from dataclasses import replace
from itertools import product

from agents.pipeline_config import pipeline_config
from agents.settings import Settings
from bench import steps
from bench.classes import _generated as generated_class
from bench.copies import Stream
from bench.dumps import COPIES, dumps
from bench.path import FOLDER, NEWSMILL, kafka, running
from streams.classify.class_set import builtin_classes, class_set
from streams.counts import StageName

FIGURES = FOLDER / "scale.json"
_PARTITIONS, _WORKERS = (1, 2, 4, 8), (1, 2, 3)
_REMEMBERED = (1_000, 10_000, 30_000, 100_000)
_ARTICLES_A_DUMP = (1, 4, 16, 64)
_MORE_CLASSES = (0, 20, 50, 100, 200)
_PARTS = tuple(StageName)

# Name of a curve -> value on the x axis -> repetitions.
Curves = dict[str, dict[str, list[float]]]


def _note(curves: Curves, curve: str, by: int, value: float) -> None:
    curves[curve][str(by)].append(value)
    print(f"  {curve}, {by:,}: {value:,.0f}", flush=True)


async def _path(curves: Curves, turns: int, count: int) -> None:
    with kafka() as base:
        async with running(base, NEWSMILL) as run:  # the first load of a new broker is slower: its code is not compiled yet
            await run.load(dumps(0, count))
        for turn, partitions, workers in product(range(turns), _PARTITIONS, _WORKERS):
            if workers > partitions:
                continue  # one worker would have no partition
            async with running(replace(base, partitions=partitions), NEWSMILL, workers) as run:
                load = await run.load(dumps(turn * count, count))
            named = f"{workers} worker" + "s" * (workers > 1)
            _note(curves, f"articles a second by partitions, {named}", partitions, load.articles_per_s)
            _note(curves, f"CPU µs an article by partitions, {named}", partitions, load.cpu_us)


def _window(curves: Curves, turns: int) -> None:
    stream = Stream(COPIES, max(_REMEMBERED))
    for remembered in _REMEMBERED:
        stream.take(remembered - stream.number)
        for _ in range(turns):
            _note(curves, "µs an article by remembered articles, deduplicate", remembered, stream.take(500) * 1e6)


def _size(curves: Curves, turns: int) -> None:
    for articles, turn in product(_ARTICLES_A_DUMP, range(turns)):
        count = 1600 // articles
        found = steps.measure(dumps(turn * count, count, articles=articles))
        for part in _PARTS:
            _note(curves, f"µs an article by articles a dump, {part}", articles, found.us_an_article(part))


def _classes(curves: Curves, turns: int) -> None:
    shipped = builtin_classes().classes
    sent = dumps(0, 300)
    for more in _MORE_CLASSES:
        classes = class_set([*shipped, *(generated_class(shipped, number) for number in range(more))], "")
        config = replace(pipeline_config(Settings(), builtin_classes()), classes=classes)
        for _ in range(turns):
            cost = steps.measure(sent, config=config).us_an_article("classify")
            _note(curves, "µs an article by classes, classify", len(shipped) + more, cost)


def main() -> None:
    """Print a table, and one JSON object as the last line."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--turns", type=int, default=3, help="repetitions of each figure (default: 3)")
    parser.add_argument("--dumps", type=int, default=600, help="dumps in a load, of four articles each (default: 600)")
    arguments = parser.parse_args()
    curves: Curves = defaultdict(lambda: defaultdict(list))
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(_path(curves, arguments.turns, arguments.dumps))
    for measure in (_window, _size, _classes):
        measure(curves, arguments.turns)
    FIGURES.write_text(json.dumps(curves), encoding="utf-8")
    print("\n" + " " * 62 + "median      min to max")
    for curve, points in curves.items():
        for by, values in points.items():
            print(f"{curve + ', ' + by:60} {statistics.median(values):8,.0f}   {min(values):,.0f} to {max(values):,.0f}")
    print(json.dumps({curve: {by: round(statistics.median(values)) for by, values in points.items()} for curve, points in curves.items()}))


if __name__ == "__main__":
    main()
