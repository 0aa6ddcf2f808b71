"""What a real worker process does beside the contract: its port, its probes, its metrics, aborted batches, and its end."""

import asyncio
import json
import re
import signal
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaProducer

from agents.kafka.connect import client_options
from agents.settings import Settings
from streams.messages.codec import encode_article, encode_batches
from streams.messages.envelope import ENVELOPE_TYPE
from streams.pipeline import INPUT_TOPICS
from streams.topics import TopicName
from tests.contract import header, page, text_dump, values
from tests.kafka.conftest import settings_of_their_own
from tests.kafka.worker import LIMIT_S, Loop, Worker, WorkerMill
from tests.stories import headline, story
from tests.streams.messages.test_codec import article

pytestmark = pytest.mark.kafka

ALL_PARTITIONS = len(INPUT_TOPICS) * Settings().partitions


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


def get(worker: Worker, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"{worker.address()}{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_only_the_declared_port_listens_and_two_workers_run_side_by_side(settings: Settings) -> None:
    with Worker(settings) as one, Worker(settings) as two:
        addresses = {one.address(), two.address()}
        assert len(addresses) == 2
        for worker in (one, two):
            assert worker.process is not None
            process = psutil.Process(worker.process.pid)
            listening = [
                connection.laddr
                for own in (process, *process.children(recursive=True))
                for connection in own.net_connections("inet")
                if connection.status == psutil.CONN_LISTEN
            ]
            assert [f"http://{host}:{port}" for host, port in listening] == [worker.address()]
            assert worker.address().startswith("http://127.0.0.1:")


def until_one_is_idle(one: Worker, two: Worker) -> bool:
    """Return whether it is the first, once exactly one of them has no partition."""
    deadline = time.monotonic() + LIMIT_S
    while True:
        idle = [worker.assigned() == ["none"] for worker in (one, two)]
        if two.assigned() and idle.count(True) == 1:
            return idle[0]
        assert time.monotonic() < deadline, (one.log(), two.log())
        time.sleep(0.1)


def test_a_worker_for_which_no_partition_is_left_is_ready_and_takes_over_when_another_ends(brokers: str, tmp_path: Path) -> None:
    settings = settings_of_their_own(Settings(brokers=brokers, partitions=1), tmp_path)
    only_one_topic = ("--only", "classify")
    with Worker(settings, arguments=only_one_topic) as one:
        one.until_logged("assigned partitions=.*-0")
        with Worker(settings, arguments=only_one_topic) as two:
            idle = one if until_one_is_idle(one, two) else two
            busy = two if idle is one else one
            assert get(idle, "/readyz")[0] == get(idle, "/livez")[0] == 200
            busy.end(signal.SIGTERM)
            idle.until_logged(r"assigned partitions=none(.*\n)+.*assigned partitions=.*-0")


def test_taken_port_is_one_clear_line_and_no_traceback(settings: Settings) -> None:
    with Worker(settings) as one:
        port = int(one.address().rsplit(":", 1)[1])
        other = Worker(settings, web_port=port)
        other.start()
        assert other.wait() == 1
        assert f"NEWS_WEB_PORT={port}: can't listen there" in other.log()
        assert "Traceback" not in other.log()


def test_worker_without_topics_says_which_and_what_to_do(brokers: str, settings: Settings) -> None:
    worker = Worker(Settings(brokers=brokers, prefix="nowhere", data=settings.data, web_port=0))
    worker.start()
    assert worker.wait() == 1
    assert "nowhere.dumps: missing" in worker.log()
    assert "newsmill topics apply" in worker.log()


def test_probes_and_metrics_tell_what_was_done(mill: WorkerMill) -> None:
    before = records(mill)
    mill.produce(*text_dump(page(901), "https://probe.example/"))
    mill.produce(b"", ())
    mill.settle()
    assert get(mill.worker, "/livez") == (200, "alive")
    assert get(mill.worker, "/readyz") == (200, "ready")
    after = records(mill)
    grown = {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)}
    assert grown == {
        ("split", "split"): 1,
        ("split", "dead"): 1,
        ("deduplicate", "original"): 1,
        ("classify", "event"): 1,
    }
    _, text = get(mill.worker, "/metrics")
    lags = re.findall(r"news_lag_messages\{[^}]*\} (\S+)", text)
    assert len(lags) == ALL_PARTITIONS
    assert set(lags) == {"0.0"}
    assert re.search(r'news_index_entries\{partition="0"\} [1-9]', text)


@pytest.mark.parametrize(
    "path", ["/router/", "/table/", "/stats/", "/graph/", "/metrics/../../etc/passwd", "/%2e%2e/settings.py", "/livez/x"]
)
def test_paths_that_are_not_declared_are_not_there(mill: WorkerMill, path: str) -> None:
    assert get(mill.worker, path)[0] == 404


def records(mill: WorkerMill) -> dict[tuple[str, str], float]:
    _, text = get(mill.worker, "/metrics")
    found = re.findall(r'news_records_total\{fate="([^"]+)",stage="([^"]+)"\} (\S+)', text)
    return {(stage, fate): float(count) for fate, stage, count in found}


def test_batch_of_an_aborted_transaction_is_never_seen_by_the_next_stage(mill: WorkerMill, loop: Loop) -> None:
    settings = mill.worker.settings
    [batch] = encode_batches([encode_article(article("A headline that was taken back", "It never was. " * 20))])

    async def abort() -> None:
        producer = AIOKafkaProducer(**client_options(settings), transactional_id=f"{settings.prefix}-test")
        await producer.start()
        await producer.begin_transaction()
        await producer.send_and_wait(settings.topic(TopicName.ARTICLES), batch, partition=0)
        await asyncio.sleep(0.5)  # long enough for a reader of uncommitted messages
        await producer.abort_transaction()
        await producer.stop()

    loop.run(abort())
    mill.produce(*text_dump(page(902), "https://after.example/"))
    mill.settle()
    assert [event["source"]["url"] for event in values(mill.messages("events"))] == ["https://after.example/"]


def test_stopped_worker_ends_with_status_0_and_gives_its_partitions_up_at_once(settings: Settings) -> None:
    with Worker(settings) as one:
        one.address()
        with Worker(settings) as two:
            two.address()
            assert one.end(signal.SIGTERM) == 0
            assert "Traceback" not in one.log()
            two.until_logged(rf"assigned partitions=.*{re.escape(settings.prefix)}\.judged-5", partitions=ALL_PARTITIONS)
            one.start()


def test_worker_of_one_stage_owns_that_stage_only(settings: Settings) -> None:
    with Worker(settings, arguments=("--only", "classify")) as worker:
        worker.until_logged(r"assigned partitions=", partitions=6)
        assert json.dumps(worker.assigned()) == json.dumps([f"{settings.prefix}.judged-{number}" for number in range(6)])


def test_flood_that_the_budget_does_not_hold_is_worked_off(settings: Settings) -> None:
    with Worker(replace(settings, inflight_bytes=1024 * 1024)) as worker:
        mill = WorkerMill(worker)
        for number in range(150):
            body = "\n".join(f"{story(1000 * number + part, 9)}" for part in range(20))
            mill.produce(*text_dump(f"{headline(number)}\n{body}", f"https://flood.example/{number}"))
        mill.settle()
        assert len(mill.messages("events")) == 150
        assert "Traceback" not in worker.log()
        mill.close()


def test_message_that_unpacks_past_every_limit_is_a_dead_letter(mill: WorkerMill, loop: Loop) -> None:
    settings = mill.worker.settings

    async def send() -> None:
        producer = AIOKafkaProducer(**client_options(settings), compression_type="gzip", max_request_size=64 << 20)
        await producer.start()
        broken = [("content-type", ENVELOPE_TYPE.encode())]
        await producer.send_and_wait(settings.topic(TopicName.DUMPS), b"{" * (18 << 20), key=b"k" * 100_000, headers=broken, partition=0)
        await producer.send_and_wait(settings.topic(TopicName.DUMPS), b"page", headers=[("source-url", b"u" * (17 << 20))], partition=0)
        await producer.stop()

    loop.run(send())
    mill.settle()
    reasons = {header(letter, "__connect.errors.exception.class.name") for letter in mill.messages("dead-letters")}
    assert reasons == {"too-large"}


def test_fenced_producer_of_a_current_member_is_initialised_again_and_publishes_once(settings: Settings, loop: Loop) -> None:
    worker = Worker(settings)
    with worker:
        mill = WorkerMill(worker)
        worker.address()

        async def fence() -> None:
            producer = AIOKafkaProducer(**client_options(settings), transactional_id=f"{settings.prefix}-{settings.topic('dumps')}-0")
            await producer.start()
            await producer.stop()

        loop.run(fence())
        mill.produce(*text_dump(page(903), "https://fenced.example/"))
        mill.settle()
        assert [event["source"]["url"] for event in values(mill.messages("events"))] == ["https://fenced.example/"]
        assert "initialising its producer again topic=" in worker.log()
        assert worker.log().count("assigned partitions=") == 1
        mill.close()
