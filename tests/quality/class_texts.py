"""Score the labels of tests/quality/strangers/classes.jsonl and classes-2.jsonl: `python -m tests.quality.class_texts [--verbose]`.

Each text goes through the whole pipeline as a dump of its own. Rows: all classes and each class, mentioned and about.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from agents.pipeline_config import copy_config, pipeline_config
from agents.settings import Settings
from streams.classify.class_set import builtin_classes
from streams.local import Processor
from streams.records import Incoming

STRANGERS = Path(__file__).parent / "strangers"
SETS = ("classes.jsonl", "classes-2.jsonl")
CLASSES = ("venezuela", "chile", "miami", "mining")
NOW = 1_764_331_200


class Judgement(NamedTuple):
    """A class of a text: mentioned or about ("" or " about"), whether it was expected and whether it was found."""

    id: str
    news_class: str
    kind: str
    is_expected: bool
    is_found: bool


def judgements(name: str) -> list[Judgement]:
    """Return the judgement of each class of each text of a set, without those in which two readers could differ."""
    settings = Settings()
    processor = Processor(pipeline_config(settings, builtin_classes()), copy_config(settings), now=NOW)
    return [judgement for row in _rows(STRANGERS / name) for judgement in _judge(row, processor)]


def _judge(row: dict[str, Any], processor: Processor) -> Iterator[Judgement]:
    dump = Incoming(
        topic="news.dumps",
        key=None,
        value=f"{row['title']}\n{row['body']}".encode(),
        headers=(("content-type", b"text/plain; charset=utf-8"), ("source-url", f"https://labels.example/{row['id']}".encode())),
        timestamp=NOW,
    )
    events = [json.loads(message.value) for message in processor.process(dump) if message.topic.endswith((".events", ".duplicates"))]
    labels = [label for event in events for label in event["regions"] + event["topics"]]
    found, about = {label["id"] for label in labels}, {label["id"] for label in labels if label["about"]}
    for name in CLASSES:
        if name in row["uncertain"]:
            continue
        yield Judgement(row["id"], name, "", name in row["regions"] + row["topics"], name in found)
        if name not in row["uncertain_about"]:
            yield Judgement(row["id"], name, " about", name in row["about"], name in about)


def figures(found: Collection[Judgement]) -> dict[str, dict[str, float]]:
    """Return precision, recall and F1 by row: "all", "all about", "mining", …"""
    counts: defaultdict[str, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for one in found:
        for name in ("all", one.news_class):
            counts[name + one.kind][one.is_expected, one.is_found] += 1
    return {name: _figures(count) for name, count in sorted(counts.items())}


def _figures(count: Counter[tuple[bool, bool]]) -> dict[str, float]:
    right, wrong, missed = count[True, True], count[False, True], count[True, False]
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    return {"precision": precision, "recall": recall, "f1": 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 1.0}


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def main() -> None:
    for name in SETS:
        print(name)
        found = judgements(name)
        for row_name, row in figures(found).items():
            print(f"{row_name:18}", "  ".join(f"{figure}={value:.3f}" for figure, value in row.items()))
        for one in found if "--verbose" in sys.argv else ():
            if one.is_expected != one.is_found:
                print(f"{'missed' if one.is_expected else 'wrong':8}{one.news_class + one.kind:18}{one.id}")


if __name__ == "__main__":
    main()
