"""A trial tells whether a process dies of its work, whichever way, and of nothing else."""

import ctypes
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial

import pytest

from agents.pipeline_config import copy_config, pipeline_config
from agents.settings import Settings
from agents.worker import sandbox as sandbox_module
from agents.worker.sandbox import Sandbox, Work
from streams.classify.class_set import builtin_classes
from streams.counts import Counts, StageName
from streams.errors import Reason
from streams.messages.codec import encode_article, encode_batches, encode_judged
from streams.output import Death, Output
from streams.pipeline import PipelineConfig, classify, split
from streams.quarantine import judge_alone
from streams.records import Incoming, Judged
from tests.streams.messages.test_codec import article

pytestmark = pytest.mark.slow

CPU_S = 1


def read_nowhere() -> Output:
    ctypes.string_at(0)
    return Output()


def take_memory(size: int) -> Output:
    return Output(counts=Counts(outlets={"": len(bytearray(size))}))


def take_more_memory_than_a_worker_may() -> Output:
    return take_memory(3 * 1024**3)


def report_memory_that_was_short() -> Output:
    return Output(deaths=[Death(stage=StageName.SPLIT, incoming=message(b""), reason=Reason.BUG, detail="", error=MemoryError())])


def never_end() -> Output:
    while True:
        pass


def be_killed() -> Output:
    os.kill(os.getpid(), signal.SIGKILL)
    return Output()


def raise_an_error() -> Output:
    raise ZeroDivisionError


def be_asked_to_stop() -> Output:
    os.kill(os.getpid(), signal.SIGTERM)
    return Output()


def take_some_memory() -> Output:
    return take_memory(512 * 1024**2)


def print_something() -> Output:
    print("no answer")
    return Output()


def wait() -> Output:
    signal.pause()
    return Output()


ACTS = {
    act.__name__.encode(): act
    for act in (
        *(Output, read_nowhere, take_more_memory_than_a_worker_may, report_memory_that_was_short, never_end, be_killed, raise_an_error),
        *(be_asked_to_stop, take_some_memory, print_something, wait),
    )
}
DEADLY = (read_nowhere, take_more_memory_than_a_worker_may, report_memory_that_was_short, never_end, be_killed)


def act(batch: Sequence[Incoming]) -> Output:
    """Do what the message names; in the sandbox."""
    return ACTS[batch[0].value]()


def message(value: bytes) -> Incoming:
    return Incoming(topic="news.dumps", key=None, value=value, partition=0, offset=7)


def does(what: Callable[[], Output]) -> list[Incoming]:
    return [message(what.__name__.encode())]


def of(work: Work, stage: StageName = StageName.SPLIT, on_progress: Callable[[], None] = lambda: None) -> "closing[Sandbox]":
    return closing(Sandbox(stage, work, cpu_s=CPU_S, on_progress=on_progress))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with of(act) as sandbox:
        yield sandbox


@pytest.mark.parametrize("what", DEADLY)
def test_what_kills_a_process_is_found_and_the_next_trial_has_a_new_one(sandbox: Sandbox, what: Callable[[], Output]) -> None:
    assert not sandbox.survives(does(what))
    assert sandbox.survives(does(Output))


@pytest.mark.parametrize("what", [Output, raise_an_error, be_asked_to_stop, take_some_memory, print_something])
def test_all_else_is_survived(sandbox: Sandbox, what: Callable[[], Output]) -> None:
    assert sandbox.survives(does(what))


def test_a_process_that_survived_is_used_again_and_its_processor_time_is_counted_anew(sandbox: Sandbox) -> None:
    assert sandbox.survives(does(Output))
    first = sandbox._process
    began = time.monotonic()
    for _ in range(50):
        assert sandbox.survives(does(Output))
    assert sandbox._process is first
    assert time.monotonic() - began < 5  # a start takes about a second


def test_process_that_neither_works_nor_ends_proves_nothing_and_is_progress_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_module, "PROGRESS_S", 0.01)
    progress: list[int] = []
    with of(act, on_progress=lambda: progress.append(1)) as sandbox:
        assert sandbox.survives(does(Output))
        monkeypatch.setattr(sandbox_module, "WALL_S", 0.2)
        progress.clear()
        assert sandbox.survives(does(wait))
    assert len(progress) > 5


@pytest.mark.parametrize("command", [("false",), ("no-such-command",)])
def test_a_sandbox_that_does_not_start_condemns_nobody(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sandbox_module, "COMMAND", command)
    with of(act) as sandbox:
        assert [sandbox.survives(does(be_killed)) for _ in range(3)] == [True] * 3
    assert caplog.text.count("no sandbox") == 1


def test_a_sandbox_has_none_of_the_connections_of_its_worker() -> None:
    with socket.create_server(("127.0.0.1", 0)) as port, of(act) as sandbox:
        assert sandbox.survives(does(Output))
        assert sandbox._process is not None
        assert f"socket:[{os.fstat(port.fileno()).st_ino}]" not in links(sandbox._process.pid)


def links(pid: int) -> list[str]:
    return [os.readlink(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")]


CONFIG = pipeline_config(Settings(), builtin_classes())
ARTICLE = encode_article(article("Headline", "Body of some words ."))
JUDGED = encode_judged(Judged(article=article("Headline", "Body of some words ."), duplicate=None))


def die_unless_done(work: Work, config: PipelineConfig, batch: Sequence[Incoming]) -> Output:
    """Run a stage, and die unless it did its work, with the configuration that the worker has and an empty index."""
    counts = work(batch).counts
    if counts.dead_letters or not counts.records or set(counts.records) & {("deduplicate", "replayed")} or config != CONFIG:
        os.abort()
    return Output()


@pytest.mark.parametrize(
    ("stage", "work", "value"),
    [
        pytest.param(StageName.SPLIT, partial(split, config=CONFIG), b"Some page", id="split"),
        pytest.param(
            StageName.DEDUPLICATE,
            partial(judge_alone, config=CONFIG, copy_config=copy_config(Settings())),
            next(encode_batches([ARTICLE])),
            id="deduplicate",
        ),
        pytest.param(StageName.CLASSIFY, partial(classify, config=CONFIG), next(encode_batches([JUDGED])), id="classify"),
    ],
)
def test_each_stage_runs_in_a_sandbox_with_the_configuration_of_the_worker(stage: StageName, work: Work, value: bytes) -> None:
    with of(partial(die_unless_done, work, CONFIG), stage) as sandbox:
        for _ in range(2):
            assert sandbox.survives([message(value)])
        assert sandbox.survives([message(value)], take_apart=True)
        assert not sandbox._is_broken
