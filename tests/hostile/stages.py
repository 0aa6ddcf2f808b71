"""Measure the processor time and the memory that each stage takes for each hostile dump: `python -m tests.hostile.stages [NAME…]`.

"In front" is the processor time that an ordinary dump waits behind it: its split, and one batch of its articles in the later stages.
Each dump has a process of its own, which begins like a worker: with classes and names of places loaded, and an empty copy index. The
seconds are those of a quiet machine (see `tests.cpu`). `NAME` is a part of a name of `hostile_dumps`.
"""

import gc
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from agents.service import GARBAGE_THRESHOLD
from streams.classify.class_set import builtin_classes
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.output import Output
from streams.pipeline import PipelineConfig, classify, deduplicate, split
from streams.records import Incoming
from streams.topics import TopicName
from tests.cpu import QUIET_LOOP_S, loop_s
from tests.hostile.containers import Made
from tests.hostile.dumps import hostile_dumps
from tests.memory import peak_bytes

MIB = 1024 * 1024
MAX_SPLIT_S, MAX_IN_FRONT_S = 3.0, 5.0
NOW = 1_795_867_200
CONFIG = PipelineConfig(classes=builtin_classes(), version="hostile")
WARM_UP = b"Old bridge to close\n3 hours ago\nThe council of Port Clare met in Santiago, Chile, on Monday to talk about the old bridge."


class _Clock:
    """The processor time of the stages, and of the later stages for the slowest batch of articles."""

    def __init__(self) -> None:
        self.total_s: dict[str, float] = {}
        self.slowest_batch_s = 0.0
        self.articles = 0

    @property
    def in_front_s(self) -> float:
        """The processor time between an ordinary dump and its event."""
        return self.total_s["split"] + self.slowest_batch_s

    def run(self, stage: str, work: Callable[[], Output]) -> Output:
        started = time.process_time()
        output = work()
        taken = time.process_time() - started
        self.total_s[stage] = self.total_s.get(stage, 0) + taken
        return output


def run_stages(value: bytes, content_type: str) -> tuple[_Clock, str]:
    """Process a dump, and return the times and what became of it."""
    clock = _Clock()
    indexes: dict[int | None, CopyIndex] = {}
    headers = (("content-type", content_type.encode()),) if content_type else ()
    dump = Incoming(topic="news.dumps", key=None, value=value, headers=headers, timestamp=NOW, partition=0, offset=0)
    output = clock.run("split", lambda: split([dump], CONFIG))
    deaths = list(output.deaths)
    clock.articles = sum(output.counts.articles.values())
    for articles in (*_handed_on(output, TopicName.LARGE), *_handed_on(output, TopicName.ARTICLES)):
        index, before = indexes.setdefault(articles.partition, CopyIndex(CopyConfig())), sum(clock.total_s.values())
        judged = clock.run("deduplicate", lambda articles=articles, index=index: deduplicate([articles], CONFIG, index))  # type: ignore[misc]
        deaths += judged.deaths
        for message in _handed_on(judged, TopicName.JUDGED):
            deaths += clock.run("classify", lambda message=message: classify([message], CONFIG)).deaths  # type: ignore[misc]
        clock.slowest_batch_s = max(clock.slowest_batch_s, sum(clock.total_s.values()) - before)
    return clock, f"{deaths[0].reason}: {deaths[0].detail[:60]}" if deaths else f"{clock.articles} articles"


def _handed_on(output: Output, topic: TopicName) -> list[Incoming]:
    return [
        Incoming(topic=message.topic, key=message.key, value=message.value, timestamp=NOW, partition=message.partition, offset=0)
        for message in output.messages
        if message.topic == CONFIG.topic(topic)
    ]


def _measure(name: str, make: Callable[[], Made]) -> None:
    value, content_type = make()
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # begin VmHWM anew
    before = loop_s()
    clock, outcome = run_stages(value, content_type)
    factor = QUIET_LOOP_S / ((before + loop_s()) / 2)
    stages = "  ".join(f"{stage} {factor * taken:5.2f}" for stage, taken in clock.total_s.items())
    in_front_s = clock.in_front_s * factor
    slow = " OVER" if clock.total_s["split"] * factor > MAX_SPLIT_S or in_front_s > MAX_IN_FRONT_S else ""
    print(
        f"{name:50} {len(value) / MIB:5.1f} MiB  {stages:44} in front {in_front_s:5.2f}  {peak_bytes() // MIB:4} MiB  {outcome}{slow}",
        flush=True,
    )


def main(wanted: list[str]) -> None:
    """Measure the dumps whose names have one of these parts, or all."""
    run_stages(WARM_UP, "text/plain")
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    for name, make in hostile_dumps().items():
        if wanted and not any(part in name for part in wanted):
            continue
        child = os.fork()
        if not child:
            with suppress(BrokenPipeError):
                _measure(name, make)
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
