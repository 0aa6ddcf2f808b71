"""A trial tells whether a process dies of its work, whichever way, and of nothing else."""

import ctypes
import os
import signal
import socket
from collections.abc import Callable

import pytest

from agents.worker import sandbox
from agents.worker.sandbox import runs_without_crashing
from streams.counts import Counts, StageName
from streams.errors import Reason
from streams.pipeline import Death, Output
from streams.records import Incoming

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


def read_nowhere() -> Output:
    ctypes.string_at(0)
    return Output()


def take_more_memory_than_a_worker_may() -> Output:
    return Output(counts=Counts(outlets={"": len(bytearray(3 * 1024**3))}))


def tell_of_memory_that_was_short() -> Output:
    incoming = Incoming(topic="news.dumps", key=None, value=b"")
    return Output(deaths=[Death(stage=StageName.SPLIT, incoming=incoming, reason=Reason.BUG, detail="", error=MemoryError())])


def work_for_ever() -> Output:
    while True:
        pass


def be_killed() -> Output:
    os.kill(os.getpid(), signal.SIGKILL)
    return Output()


@pytest.mark.parametrize(
    "work", [read_nowhere, take_more_memory_than_a_worker_may, tell_of_memory_that_was_short, work_for_ever, be_killed]
)
def test_what_kills_a_process_is_found(work: Callable[[], Output], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "CPU_S", 1)
    assert not runs_without_crashing(work)


def make_a_mistake() -> Output:
    raise ZeroDivisionError


def be_told_to_stop() -> Output:
    os.kill(os.getpid(), signal.SIGTERM)
    return Output()


def take_some_memory() -> Output:
    return Output(counts=Counts(outlets={"": len(bytearray(512 * 1024**2))}))


@pytest.mark.parametrize("work", [Output, make_a_mistake, be_told_to_stop, take_some_memory])
def test_all_else_is_survived(work: Callable[[], Output]) -> None:
    assert runs_without_crashing(work)


def test_trial_holds_none_of_the_connections_of_its_worker() -> None:
    with socket.create_server(("127.0.0.1", 0)) as port:

        def use_the_port() -> Output:
            try:
                os.fstat(port.fileno())
            except OSError:
                return Output()
            os.abort()

        assert runs_without_crashing(use_the_port)


def test_process_that_neither_works_nor_ends_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_S", 0.05)

    def wait() -> Output:
        signal.pause()
        return Output()

    assert runs_without_crashing(wait)
