"""`make bench-places`: articles of 3 KB per second on one core whose places are found, beside a look-up by population.

A text has 12 names of larger cities and countries among invented words. Times are processor time, both in turns; memory is the growth
of the resident set while the gazetteer is loaded.
"""

import json
import re
import statistics
import time
from collections.abc import Callable
from random import Random

import psutil

from bench.news import body_of
from streams.places.names import names
from streams.places.places import places_of

_CHARS, _ARTICLES, _REPETITIONS, _NAMES, _WORDS = 3000, 300, 5, 12, 400
_MIN_POPULATION = 300_000
_CAPITALISED = re.compile(r"[A-Z]\w+(?: [A-Z]\w+)*")
_MB = 1 << 20


def main() -> None:
    before = psutil.Process().memory_info().rss
    known = names()
    gazetteer = known.gazetteer
    mb = (psutil.Process().memory_info().rss - before) / _MB
    large = [gazetteer.name(place) for place in range(len(gazetteer.ids)) if gazetteer.populations[place] >= _MIN_POPULATION]
    texts = [_text(number, large) for number in range(_ARTICLES)]
    largest = {name: name for name in reversed(large)}
    look_up: Callable[[str], object] = lambda text: [largest.get(word) for word in _CAPITALISED.findall(text)]  # noqa: E731
    runs: dict[str, Callable[[str], object]] = {"places": lambda text: places_of(None, text, "en"), "population alone": look_up}
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(_REPETITIONS):
        for name, run in runs.items():
            start = time.process_time()
            for text in texts:
                run(text)
            rates[name].append(len(texts) / (time.process_time() - start))
    for name, values in rates.items():
        rate = statistics.median(values)
        print(f"{name:20} {rate:10,.0f} articles/s {1e6 / rate:8.0f} µs an article")
    print(f"{'gazetteer':20} {mb:10.0f} MB")
    print(json.dumps({"articles_per_s": round(statistics.median(rates["places"])), "mb": round(mb, 1)}))


def _text(number: int, large: list[str]) -> str:
    chance, words = Random(number), list[str]()
    for part in range(8):
        words += body_of(8 * number + part, 0, 1).split(" ")
    for slot in chance.sample(range(_WORDS), _NAMES):
        words[slot] = f"in {chance.choice(large)}"
    return " ".join(words)[:_CHARS]


if __name__ == "__main__":
    main()
