"""`make bench`: the steps alone, the whole path on a local Kafka, and the same steps on other engines, in one run.

Every figure is the median of its repetitions, with their minimum and maximum. The engines take turns, so that a busy neighbour slows
all of them down; a ratio is of neighbours in turn. CPU is processor time of the engine's own processes; the broker, this program as
producer and reader, and the engine share the machine.
"""

import argparse
import asyncio
import json
import platform
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import psutil

from agents.settings import Settings
from bench import latency, memory, path, steps
from bench.dumps import ARTICLES, dumps, html_pages
from bench.path import ECHO, NEWSMILL, QUIX, QUIX_AT_LEAST_ONCE, Engine, Load, kafka, running

_LATENCY_S = 6.0
_LOADS = (0.1, 0.5, 0.9)
_ENGINES = ((NEWSMILL, 1), (NEWSMILL, 2), (QUIX, 1), (QUIX_AT_LEAST_ONCE, 1), (ECHO, 1))


@dataclass(slots=True)
class Figures:
    """Measured values by name, one for each repetition."""

    values: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, value: float) -> None:
        """Add the value of a repetition and print it."""
        self.values[name].append(value)
        print(f"  {name}: {value:,.1f}", flush=True)

    def median(self, name: str) -> float:
        """Return the median of a figure."""
        return statistics.median(self.values[name])

    def table(self) -> str:
        """Return all figures as a table."""
        width = max(map(len, self.values))
        rows = (
            f"{name:{width}} {self.median(name):10,.1f}   {min(found):,.1f} to {max(found):,.1f}" for name, found in self.values.items()
        )
        return "\n".join([f"{'':{width}} {'median':>10}   min to max", *rows])


def _steps(figures: Figures, sizes: argparse.Namespace, turn: int) -> None:
    text = steps.measure(dumps(turn * sizes.dumps, sizes.dumps), parts=True)
    html = steps.measure(html_pages(turn * sizes.pages, sizes.pages))
    figures.add("steps, text: articles a second", text.articles / text.seconds["all steps"])
    figures.add("split, text: dumps a second", text.dumps / text.seconds["split"])
    figures.add("split, HTML: pages a second", html.dumps / html.seconds["split"])
    for name in text.seconds:
        figures.add(f"{name}, text: µs an article", text.us_an_article(name))
    for name in html.seconds:
        figures.add(f"{name}, HTML: µs an article", html.us_an_article(name))


async def _loads(figures: Figures, base: Settings, sizes: argparse.Namespace, turn: int) -> None:
    sent = dumps(turn * sizes.dumps, sizes.dumps)
    for engine, workers in _ENGINES:
        async with running(base, engine, workers) as run:
            _note(figures, _name(engine, workers), await run.load(sent))


def _name(engine: Engine, workers: int) -> str:
    return engine.name if workers == 1 else f"{engine.name}, {workers} workers"


def _note(figures: Figures, name: str, load: Load) -> None:
    figures.add(f"{name}: articles a second", load.articles_per_s)
    figures.add(f"{name}: wall µs an article", load.wall_us)
    figures.add(f"{name}: CPU µs an article", load.cpu_us)
    figures.add(f"{name}: MB at most", load.peak_mb)


async def _latencies(figures: Figures, base: Settings, sizes: argparse.Namespace, turn: int) -> None:
    highest = figures.median(f"{NEWSMILL.name}: articles a second") / ARTICLES
    async with running(base, NEWSMILL) as run:
        first = 1_000_000 * (turn + 1)
        for share in _LOADS:
            count = max(sizes.dumps // 25, int(share * highest * _LATENCY_S))
            found = await latency.measure(run, share * highest, count, first)
            first += count
            for rank in ("p50", "p90", "p99"):
                figures.add(f"latency at {share:.0%} load: ms {rank}", getattr(found, rank))


async def _memory(figures: Figures, base: Settings, sizes: argparse.Namespace, turn: int) -> None:
    rest, load = await memory.measure(base, dumps(turn * sizes.dumps, sizes.dumps))
    figures.add("memory at rest: MB", rest)
    figures.add(f"memory at load, {memory.REMEMBERED:,} remembered: MB", load)


def last_line(figures: Figures) -> dict[str, float]:
    """Return the fields that programs read (docs/contract.md, Measurements), and a few more."""
    ours, quix = NEWSMILL.name, QUIX.name
    overheads = _differences(figures.values[f"{ours}: CPU µs an article"], figures.values["all steps, text: µs an article"])
    return {
        "steps_articles_per_s": round(figures.median("steps, text: articles a second")),
        "path_articles_per_s": round(figures.median(f"{ours}: articles a second")),
        "overhead_us_per_article": round(statistics.median(overheads)),
        "path_over_quix": _ratio(figures, ours, quix),
        "split_dumps_per_s": round(figures.median("split, text: dumps a second")),
        "html_pages_per_s": round(figures.median("split, HTML: pages a second")),
        "latency_ms_p50": round(figures.median("latency at 50% load: ms p50")),
        "latency_ms_p99": round(figures.median("latency at 50% load: ms p99")),
        "rss_mb_rest": round(figures.median("memory at rest: MB")),
        "rss_mb_load": round(figures.median(f"memory at load, {memory.REMEMBERED:,} remembered: MB")),
        "path_over_quix_at_least_once": _ratio(figures, ours, QUIX_AT_LEAST_ONCE.name),
        "two_workers_articles_per_s": round(figures.median(f"{_name(NEWSMILL, 2)}: articles a second")),
        "path_cpu_us_per_article": round(figures.median(f"{ours}: CPU µs an article")),
        "quix_cpu_us_per_article": round(figures.median(f"{quix}: CPU µs an article")),
    }


def _differences(left: Iterable[float], right: Iterable[float]) -> list[float]:
    return [one - other for one, other in zip(left, right, strict=True)]


def _ratio(figures: Figures, ours: str, other: str) -> float:
    rates = zip(figures.values[f"{ours}: articles a second"], figures.values[f"{other}: articles a second"], strict=True)
    return round(statistics.median(mine / theirs for mine, theirs in rates), 2)


async def _on_kafka(figures: Figures, sizes: argparse.Namespace) -> None:
    with kafka() as base:
        async with running(base, NEWSMILL) as run:  # the first load of a new broker is slower: its code is not compiled yet
            await run.load(dumps(0, sizes.dumps))
        for load in (dumps, html_pages):  # models and tables are loaded at the first text
            steps.measure(load(0, 4))
        for turn in range(sizes.turns):
            await asyncio.to_thread(_steps, figures, sizes, turn)
            await _loads(figures, base, sizes, turn)
        for turn in range(sizes.turns):
            await _latencies(figures, base, sizes, turn)
            await _memory(figures, base, sizes, turn)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table, and one JSON object as the last line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--turns", type=int, default=3, help="repetitions of each figure (default: 3)")
    parser.add_argument("--dumps", type=int, default=800, help="dumps in a load, of four articles each (default: 800)")
    parser.add_argument("--pages", type=int, default=300, help="pages of HTML (default: 300)")
    sizes, figures = parser.parse_args(arguments), Figures()
    path.FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(_on_kafka(figures, sizes))
    print(f"\n{platform.machine()}, {psutil.cpu_count()} processors, Python {platform.python_version()}, {sizes.turns} repetitions")
    print(figures.table())
    print(json.dumps(last_line(figures)))


if __name__ == "__main__":
    main()
