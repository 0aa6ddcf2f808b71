"""Run a stage on the messages of a batch: what it gives out, and how a unit that fails becomes a dead letter while the rest goes on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from streams.counts import Counts, StageName
from streams.errors import InvalidRecord, Reason
from streams.messages.dead_letters import dead_letter
from streams.records import Incoming, Message

Unit = TypeVar("Unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """A record that ended as a dead letter, for the log; `error` where it is a fault of our own code."""

    stage: StageName
    incoming: Incoming
    reason: Reason
    detail: str
    error: Exception | None


@dataclass(slots=True)
class Output:
    """The result of a stage for a batch: messages in order, records that died, and counts."""

    messages: list[Message] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


def merged(outputs: Iterable[Output]) -> Output:
    """Return the outputs of the parts of a batch as one, in their order."""
    whole = Output()
    for output in outputs:
        whole.messages += output.messages
        whole.deaths += output.deaths
        whole.counts.add(output.counts)
    return whole


def run_stage(
    stage: StageName,
    batch: Sequence[Incoming],
    prefix: str,
    output: Output,
    *,
    read: Callable[[Incoming], Iterable[Unit]],
    step: Callable[[Incoming, Unit], None],
    write: Callable[[Unit], bytes],
) -> None:
    """Run `step` on each unit of each message; a unit that fails becomes one dead letter, and the rest goes on.

    Catch failures here only, those of our own code ("bug") too: one bad article must not stop the others.
    """

    def die(incoming: Incoming, value: bytes, error: Exception) -> None:
        known = isinstance(error, InvalidRecord)
        reason, detail = (error.reason, error.detail) if isinstance(error, InvalidRecord) else (Reason.BUG, _where(error))
        output.messages.append(dead_letter(incoming, value, stage=stage, reason=reason, detail=detail, prefix=prefix))
        output.deaths.append(Death(stage=stage, incoming=incoming, reason=reason, detail=detail, error=None if known else error))
        output.counts.die(stage, reason)

    for incoming in batch:
        try:
            if incoming.defect is not None:
                raise InvalidRecord(incoming.defect.reason, incoming.defect.detail)
            units = list(read(incoming))
        except Exception as error:
            die(incoming, incoming.value, error)
            continue
        for unit in units:
            try:
                step(incoming, unit)
            except Exception as error:
                die(incoming, write(unit), error)


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    location = "" if trace is None else f" at {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}"
    return f"{type(error).__name__}: {error}{location}"
