"""Which records of a batch kill their worker: those that a process dies of twice when it holds nothing else."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from agents.pipeline_config import pipeline_config
from agents.settings import Settings
from agents.worker import quarantine
from agents.worker.quarantine import CrashMarkers, isolate_crashing_records, note
from agents.worker.sandbox import Work
from streams.classify.class_set import builtin_classes
from streams.counts import RecordFate, StageName
from streams.errors import Reason
from streams.messages.codec import encode_article, encode_batches
from streams.output import Output
from streams.records import Incoming, Message
from tests.contract import header
from tests.streams.messages.test_codec import article

EXAMPLES = Path(__file__).parents[2] / "examples"
MESSAGES = [Incoming(topic="news.dumps", key=None, value=str(number).encode(), partition=0, offset=number) for number in range(40)]


class Killed(Exception):
    """What stands for the death of a process."""


def stage(*killers: bytes, at_most: int = 1000) -> Work:
    def work(batch: Sequence[Incoming]) -> Output:
        if len(batch) > at_most or any(killer in incoming.value.split(b" ") for killer in killers for incoming in batch):
            raise Killed
        return Output(messages=[Message(topic="news.articles", key=None, value=incoming.value) for incoming in batch])

    return work


class Trials:
    """A sandbox that dies with `Killed`, and remembers the sizes of what it was asked for."""

    def __init__(self, work: Work) -> None:
        self.work, self.asked = work, 0

    def __call__(self, batch: Sequence[Incoming], *, take_apart: bool = False) -> bool:
        self.asked += 1
        try:
            if not take_apart:
                self.work(batch)
        except Killed:
            return False
        return True


def isolated(work: Work, messages: Sequence[Incoming] = MESSAGES, name: StageName = StageName.SPLIT) -> Output:
    return isolate_crashing_records(name, messages, work, prefix="news", survives=Trials(work))


def out(output: Output, topic: str = "news.articles") -> list[bytes]:
    return [message.value for message in output.messages if message.topic == topic]


@pytest.mark.parametrize("killers", [(), (b"0",), (b"17",), (b"39",), (b"3", b"4", b"30")], ids=str)
def test_killers_die_and_the_others_go_on_in_order(killers: tuple[bytes, ...]) -> None:
    output = isolated(stage(*killers))
    assert out(output) == [message.value for message in MESSAGES if message.value not in killers]
    assert out(output, "news.dead-letters") == list(killers)
    assert {header(letter, "__connect.errors.exception.class.name") for letter in _letters(output)} == ({"crash"} if killers else set())
    assert (
        output.counts.records[StageName.SPLIT, RecordFate.DEAD] == output.counts.dead_letters[StageName.SPLIT, Reason.CRASH] == len(killers)
    )


def _letters(output: Output) -> list[Incoming]:
    return [Incoming(topic=one.topic, key=one.key, value=one.value, headers=one.headers) for one in output.messages if "dead" in one.topic]


def test_what_kills_only_together_is_taken_apart_and_nothing_dies() -> None:
    output = isolated(stage(at_most=7))
    assert out(output) == [message.value for message in MESSAGES]


def test_one_death_alone_condemns_nobody() -> None:
    deaths = iter([False])

    def survives(batch: Sequence[Incoming], *, take_apart: bool = False) -> bool:
        """The first trial of message 17 dies, as if killed from outside."""
        return batch[0].value != b"17" or next(deaths, True)

    output = isolate_crashing_records(StageName.SPLIT, MESSAGES, stage(), prefix="news", survives=survives)
    assert out(output) == [message.value for message in MESSAGES]


def test_each_record_is_tried_alone_and_a_killer_twice() -> None:
    trials = Trials(stage(b"17"))
    isolate_crashing_records(StageName.SPLIT, MESSAGES, trials.work, prefix="news", survives=trials)
    assert trials.asked == len(MESSAGES) + 1


def test_article_of_a_message_dies_alone() -> None:
    articles = [replace(article(f"Headline {number}", f"Body{number} ."), id=f"{number:032x}") for number in range(5)]
    [value] = encode_batches(map(encode_article, articles))
    incoming = Incoming(topic="news.articles", key=None, value=value, partition=0, offset=7)

    def work(batch: Sequence[Incoming]) -> Output:
        if any(b"Headline 3" in incoming.value for incoming in batch):
            raise Killed
        return Output(messages=[Message(topic="news.judged", key=None, value=incoming.value) for incoming in batch])

    output = isolated(work, [incoming], StageName.DEDUPLICATE)
    assert _titles(out(output, "news.judged")) == [f"Headline {number}" for number in (0, 1, 2, 4)]
    assert _titles(out(output, "news.dead-letters")) == ["Headline 3"]


def _titles(values: list[bytes]) -> list[str]:
    return [one["title"] for value in values for one in orjson.loads(value)["batch"]]


def test_message_that_kills_when_it_is_taken_apart_dies_as_a_whole() -> None:
    asked: list[bool] = []

    def survives(_: Sequence[Incoming], *, take_apart: bool = False) -> bool:
        asked.append(take_apart)
        return False

    incoming = Incoming(topic="news.judged", key=None, value=b"whatever kills a parser", partition=0, offset=7)
    output = isolate_crashing_records(StageName.CLASSIFY, [incoming], stage(), prefix="news", survives=survives)
    assert out(output, "news.dead-letters") == [incoming.value]
    assert asked == [False, True, False]


@pytest.mark.parametrize(("stall_timeout", "cpu_s"), [(60, 15), (600, 15), (8, 2), (1, 1)])
def test_what_a_trial_survives_stays_well_below_the_stall_limit(stall_timeout: int, cpu_s: int, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[int] = []

    class FakeSandbox:
        def __init__(self, *_: object, cpu_s: int, on_progress: object) -> None:
            limits.append(cpu_s)

        def survives(self, *_: object, **__: object) -> bool:
            return True

        def close(self) -> None:
            limits.append(0)

    monkeypatch.setattr(quarantine, "Sandbox", FakeSandbox)
    settings = Settings(stall_timeout=stall_timeout)
    config = pipeline_config(settings, builtin_classes())
    output = quarantine.run_after_trial(
        MESSAGES, stage=StageName.SPLIT, work=stage(), config=config, settings=settings, on_progress=lambda: None
    )
    assert out(output) == [message.value for message in MESSAGES]
    assert limits == [cpu_s, 0]


NOTES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((EXAMPLES / "internal" / "crash-notes").glob("*.json"))]
PARTITION = TopicPartition("news.dumps", 0)


@pytest.mark.parametrize("example", [*NOTES, {"note": "begun to ", "tried_below": None}, {"note": "begun to x", "tried_below": None}])
def test_crash_notes_of_any_version_are_read_or_ignored(example: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    crash_markers = CrashMarkers()
    crash_markers.load({PARTITION: OffsetAndMetadata(10, example["note"])}, {PARTITION: 100})
    end = example["tried_below"]
    assert [crash_markers.is_suspected(PARTITION, offset) for offset in (10, 16, 17)] == [end is not None, end is not None, False]
    assert ("unknown crash note" in caplog.text) == (end is None)
    assert crash_markers.is_marked(PARTITION, 10)


def test_a_note_that_this_version_writes_is_read_by_0_1_0() -> None:
    assert int(note(17).removeprefix("begun to ")) == 17


def test_a_committed_offset_without_a_note_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    crash_markers = CrashMarkers()
    crash_markers.load({PARTITION: OffsetAndMetadata(10, "")}, {PARTITION: 100})
    assert not crash_markers.is_suspected(PARTITION, 10)
    assert caplog.text == ""
