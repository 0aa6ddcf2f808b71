"""Spans of batches: linked to their dumps' traces, sent where the environment says, and free where nobody asks."""

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, HTTPServer

import orjson
import pytest
from aiokafka import TopicPartition
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agents.settings import SettingsError
from agents.worker import tracing
from streams.counts import StageName
from streams.records import Incoming
from tests.streams.messages.test_cloudevents import TRACEPARENT, original_and_copy

OTHER = TRACEPARENT.replace("4bf9", "5bf9")


def dump(traceparent: str, value: bytes = b"x") -> Incoming:
    return Incoming(topic="news.dumps", key=None, value=value, headers=(("traceparent", traceparent.encode()),))


def span_of(*batch: Incoming, stage: StageName = StageName.SPLIT) -> ReadableSpan:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with tracing.spans_of(provider, "news")(stage, [TopicPartition(batch[0].topic, 3)], batch):
        assert exporter.get_finished_spans() == ()
    (span,) = exporter.get_finished_spans()
    return span


def linked(span: ReadableSpan) -> list[str]:
    return [f"00-{link.context.trace_id:032x}-{link.context.span_id:016x}-01" for link in span.links]


def test_a_batch_is_one_span_that_names_stage_topic_partition_and_count() -> None:
    span = span_of(dump(TRACEPARENT), dump(OTHER))
    assert span.name == "split news.dumps"
    assert span.attributes is not None
    assert span.attributes["messaging.destination.partition.id"] == "3"
    assert span.attributes["messaging.batch.message_count"] == 2
    assert span.attributes["messaging.consumer.group.name"] == "news"


def test_it_is_linked_to_the_trace_of_each_dump_once() -> None:
    assert linked(span_of(dump(TRACEPARENT), dump(OTHER), dump(TRACEPARENT))) == [TRACEPARENT, OTHER]


@pytest.mark.parametrize("topic", ["dumps", "articles", "judged"])
def test_every_stage_knows_the_traces_of_the_dumps_behind_its_batch(topic: str) -> None:
    assert linked(span_of(*original_and_copy().messages(topic))) == [TRACEPARENT]


@pytest.mark.parametrize("text", ["", "none", "00-zz-zz-01", f"00-{'0' * 32}-{'0' * 16}-01"])
def test_what_is_no_trace_context_is_no_link(text: str) -> None:
    assert linked(span_of(dump(text))) == []


def test_a_text_that_speaks_of_trace_contexts_is_no_link() -> None:
    record = orjson.dumps({"body": f'"traceparent":"{TRACEPARENT}"', "traceparent": None})
    assert tracing.traceparents([Incoming(topic="news.articles", key=None, value=record)]) == []


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({}, id="nobody-asks"),
        pytest.param({"OTEL_TRACES_EXPORTER": "none"}, id="none"),
        pytest.param({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}, id="disabled"),
    ],
)
def test_where_nobody_asks_a_batch_has_no_span(environ: dict[str, str]) -> None:
    assert isinstance(tracing.batch_spans(environ, "news")(StageName.SPLIT, [TopicPartition("news.dumps", 0)], []), nullcontext)


@pytest.mark.slow
def test_where_nobody_asks_nothing_of_opentelemetry_is_imported() -> None:
    program = (
        "import sys, agents.service; from agents.worker.tracing import batch_spans\n"
        "batch_spans({}, 'news')('split', [('news.dumps', 0)], [])\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_spans_without_the_package_are_a_mistake_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(SettingsError, match=r"pip install 'newsmill\[otel\]'"):
        tracing.batch_spans({"OTEL_TRACES_EXPORTER": "otlp"}, "news")


def test_an_unknown_exporter_is_a_mistake_that_says_which_there_are() -> None:
    with pytest.raises(SettingsError, match="'zipkin': no such exporter is installed; there are console, otlp_proto_http"):
        tracing.batch_spans({"OTEL_TRACES_EXPORTER": "zipkin"}, "news")


@pytest.fixture
def collector() -> Iterator[tuple[str, "queue.Queue[tuple[str, bytes]]"]]:
    """The address of an OTLP collector, and what it was sent."""
    received: queue.Queue[tuple[str, bytes]] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.put((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_spans_come_to_the_collector_that_the_environment_names(
    collector: tuple[str, "queue.Queue[tuple[str, bytes]]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, received = collector
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_BSP_SCHEDULE_DELAY": "10", "OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with tracing.batch_spans(environ, "news")(StageName.SPLIT, [TopicPartition("news.dumps", 0)], [dump(TRACEPARENT)]):
        pass
    path, body = received.get(timeout=60)
    assert path == "/v1/traces"
    assert b"split news.dumps" in body
    assert bytes.fromhex(TRACEPARENT.split("-")[1]) in body
