"""The local broker as its users meet it: clients, restarts, crashes, a second one, a start that fails."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from agents.local_kafka import jars
from agents.local_kafka.broker import KafkaStartError, LocalKafka

pytestmark = pytest.mark.kafka

LARGEST = 16 * 1024 * 1024


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


async def create(broker: LocalKafka, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        answer = await admin.create_topics([NewTopic(topic, 1, 1)])
        assert [error for _, error, *_ in answer.topic_errors] == [0]
    finally:
        await admin.close()


async def send(broker: LocalKafka, topic: str, *values: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, max_request_size=LARGEST) as producer:
        for value in values:
            await producer.send_and_wait(topic, value)


async def read(broker: LocalKafka, topic: str) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest", isolation_level="read_committed", fetch_max_bytes=LARGEST
    )
    partition = TopicPartition(topic, 0)
    async with consumer:
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        values: list[bytes] = []
        while await consumer.position(partition) < end:
            batches = await consumer.getmany(timeout_ms=200)
            values += [message.value or b"" for messages in batches.values() for message in messages]
        return values


def cluster_id(broker: LocalKafka) -> str:
    text = (broker.data / "log" / "meta.properties").read_text()
    return next(line for line in text.splitlines() if line.startswith("cluster.id="))


async def test_transactions_are_read_when_committed_and_only_then(broker: LocalKafka) -> None:
    await create(broker, "transactions")
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, transactional_id="one", retry_backoff_ms=10) as producer:
        for number in range(3):
            await producer.begin_transaction()
            await producer.send_and_wait("transactions", b"%d" % number)
            await producer.send_offsets_to_transaction({TopicPartition("transactions", 0): number + 1}, "group")
            await (producer.abort_transaction() if number == 1 else producer.commit_transaction())
    assert await read(broker, "transactions") == [b"0", b"2"]


async def test_the_largest_message_passes(broker: LocalKafka) -> None:
    await create(broker, "large")
    value = os.urandom(LARGEST - 1024)
    await send(broker, "large", value)
    assert await read(broker, "large") == [value]


async def test_a_topic_that_nobody_declared_does_not_come_into_being(broker: LocalKafka) -> None:
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, request_timeout_ms=1000) as producer:
        with pytest.raises(KafkaError):
            await producer.send_and_wait("undeclared", b"value")
        assert "undeclared" not in (await producer.client.fetch_all_metadata()).topics()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's table of sockets")
def test_nothing_listens_but_two_ports_of_loopback(broker: LocalKafka) -> None:
    own = {os.readlink(link) for link in Path(f"/proc/{broker.pid}/fd").iterdir() if link.is_symlink()}
    listening = []
    for table in ("tcp", "tcp6"):
        rows = [line.split() for line in Path(f"/proc/{broker.pid}/net/{table}").read_text().splitlines()[1:]]
        listening += [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own]
    assert sorted(address.split(":")[0] for address in listening) == ["0100007F", "0100007F"]
    assert int(broker.bootstrap.split(":")[1]) in {int(address.split(":")[1], 16) for address in listening}


def test_ctrl_c_in_the_terminal_does_not_reach_it(broker: LocalKafka) -> None:
    assert broker.pid is not None
    assert os.getpgid(broker.pid) != os.getpgid(0)


def test_a_second_one_on_the_same_folder_is_refused_and_the_first_goes_on(broker: LocalKafka) -> None:
    with pytest.raises(KafkaStartError, match=f"in use by another local Kafka, started by process {os.getpid()}"):
        LocalKafka(broker.data).start()
    with pytest.raises(KafkaStartError, match=f"already running as process {broker.pid}"):
        broker.start()
    assert broker.pid is not None


def test_two_in_two_folders_run_at_once(broker: LocalKafka, tmp_path: Path) -> None:
    with LocalKafka(tmp_path) as other:
        assert other.bootstrap != broker.bootstrap
        assert cluster_id(other) != cluster_id(broker)


@pytest.mark.parametrize("end", [LocalKafka.stop, LocalKafka.kill])
async def test_cluster_messages_and_port_outlive_its_end(tmp_path: Path, end: Callable[[LocalKafka], None]) -> None:
    with LocalKafka(tmp_path) as broker:
        before = (broker.bootstrap, cluster_id(broker))
        await create(broker, "kept")
        await send(broker, "kept", b"one", b"two")
        end(broker)
        assert broker.pid is None
        broker.start()
        assert (broker.bootstrap, cluster_id(broker)) == before
        assert await read(broker, "kept") == [b"one", b"two"]


async def test_the_data_move_to_another_port_where_theirs_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with a folder's name that Java's properties can't hold, and with nothing on the PATH: no system Java, no mvn."""
    monkeypatch.setenv("PATH", "/nonexistent")
    data = tmp_path / "Año, 2 x"
    with LocalKafka(data) as broker:
        await create(broker, "moved")
        await send(broker, "moved", b"value")
        broker.stop()
        client, controller = (int(port) for port in (data / "ports").read_text().split())
        with socket.create_server(("127.0.0.1", client)), socket.create_server(("127.0.0.1", controller)):
            broker.start()
            assert str(client) not in broker.bootstrap
            assert await read(broker, "moved") == [b"value"]


def test_a_warm_start_needs_no_network(tmp_path: Path, broker: LocalKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    assert broker.pid is not None, "the jars are there"
    monkeypatch.setattr(jars, "_fetcher", lambda _: pytest.fail("asks a registry"))
    began = time.monotonic()
    fetched = jars.resolve_jars(jars.cache_folder(), lambda _: None)
    assert len(fetched) == len(jars.locked_jars())
    assert time.monotonic() - began < 0.5


def test_a_start_that_fails_shows_the_reason_and_the_log(tmp_path: Path) -> None:
    broker = LocalKafka(tmp_path)
    with broker:
        pass
    meta = tmp_path / "log" / "meta.properties"
    meta.write_text(meta.read_text().replace("node.id=1", "node.id=2"))
    with pytest.raises(KafkaStartError) as caught:
        broker.start()
    assert all(part in str(caught.value) for part in ("ended at its start", "Stored node id 2", str(broker.log_path), "NEWS_BROKERS"))
    assert broker.pid is None
    meta.write_text(meta.read_text().replace("node.id=2", "node.id=1"))
    with broker:
        assert broker.pid is not None


PARENT = """
import sys, time, pathlib
from agents.local_kafka.broker import LocalKafka
broker = LocalKafka(pathlib.Path(sys.argv[1]))
broker.start()
print(broker.pid, flush=True)
time.sleep(600)
"""


def test_it_ends_when_its_parent_is_killed_and_frees_the_folder(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    with LocalKafka(tmp_path) as successor:
        assert successor.pid not in {None, pid}
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
        assert state[:1] in {"", "Z"}, "gone, though perhaps not collected as yet by the system's first process"
