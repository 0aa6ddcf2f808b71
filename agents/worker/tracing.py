"""A span for each batch of a stage, linked to the traces that its dumps came with; sent as OpenTelemetry's own OTEL_* variables say.

Off, and nothing of OpenTelemetry imported, unless one of `SWITCHES` is set: a batch then costs a call that does nothing.
"""

import importlib.metadata
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from aiokafka import TopicPartition

from agents.settings import SettingsError
from streams.counts import StageName
from streams.messages.envelope import TRACEPARENT_HEADER, text_headers
from streams.records import Incoming

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Link

SWITCHES = ("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
EXPORTERS = "opentelemetry_traces_exporter"
# As the codec writes it. A text that says so itself has its quotes escaped there.
_CARRIED = re.compile(rb'"%s":"([^"\\]+)"' % TRACEPARENT_HEADER.encode())
# What OpenTelemetry keeps of a span's links by itself.
MAX_LINKS = 128

BatchSpan = Callable[[StageName, Sequence[TopicPartition], Sequence[Incoming]], AbstractContextManager[None]]


def batch_spans(environ: Mapping[str, str], group: str) -> BatchSpan:
    """Return what gives the span of a batch (stage, its partition, its messages), to be held while it is done and committed.

    Raises:
        SettingsError: spans are asked for, and what makes them is not installed.
    """
    asked = [environ[name] for name in SWITCHES if environ.get(name)]
    if not asked or environ.get("OTEL_TRACES_EXPORTER") == "none" or environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return lambda *_: nullcontext()
    return spans_of(_provider(environ.get("OTEL_TRACES_EXPORTER") or "otlp"), group)


def spans_of(provider: "TracerProvider", group: str) -> BatchSpan:
    """Return the same for a provider; names and attributes are those of OpenTelemetry's conventions for messaging."""
    from opentelemetry.trace import SpanKind

    tracer = provider.get_tracer("newsmill", importlib.metadata.version("newsmill"))

    @contextmanager
    def span(stage: StageName, partitions: Sequence[TopicPartition], batch: Sequence[Incoming]) -> Iterator[None]:
        topic = partitions[0].topic
        attributes: dict[str, str | int] = {
            "messaging.system": "kafka",
            "messaging.operation.name": stage,
            "messaging.operation.type": "process",
            "messaging.destination.name": topic,
            "messaging.destination.partition.id": ",".join(str(partition.partition) for partition in partitions),
            "messaging.consumer.group.name": group,
            "messaging.batch.message_count": len(batch),
        }
        with tracer.start_as_current_span(f"{stage} {topic}", kind=SpanKind.CONSUMER, attributes=attributes, links=_links(batch)):
            yield

    return span


def traceparents(batch: Sequence[Incoming]) -> list[str]:
    """Return each trace context of a batch once, in order: of the messages' headers, and of the articles in them."""
    found: dict[str, None] = {}
    for incoming in batch:
        own = text_headers(incoming.headers).get(TRACEPARENT_HEADER)
        found |= dict.fromkeys([own] if own else [])
        found |= dict.fromkeys(carried.decode() for carried in _CARRIED.findall(incoming.value))
    return list(found)


def _links(batch: Sequence[Incoming]) -> "list[Link]":
    from opentelemetry.trace import Link, get_current_span
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    propagator = TraceContextTextMapPropagator()
    contexts = (propagator.extract({TRACEPARENT_HEADER: text}) for text in traceparents(batch)[:MAX_LINKS])
    spans = (get_current_span(context).get_span_context() for context in contexts)
    return [Link(span) for span in spans if span.is_valid]


def _provider(exporter: str) -> "TracerProvider":
    """Return a provider with the exporter of that name; what is sampled, and whereto it goes, both read from the environment themselves."""
    try:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SettingsError(f"{SWITCHES[0]} or an endpoint asks for spans: pip install 'newsmill[otel]' first, or unset it") from error
    (found,) = importlib.metadata.entry_points(group=EXPORTERS, name={"otlp": "otlp_proto_http"}.get(exporter, exporter)) or (None,)
    if found is None:
        known = ", ".join(sorted(importlib.metadata.entry_points(group=EXPORTERS).names))
        raise SettingsError(f"OTEL_TRACES_EXPORTER={exporter!r}: no such exporter is installed; there are {known}, and none")
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(found.load()()))
    return provider
