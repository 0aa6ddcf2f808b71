"""The two questions of Kafka's protocol that a test asks a single node: Metadata and FindCoordinator.

Asked over a connection of their own: clients hide which node answers, and wait for nodes that are dead.
"""

import socket
import struct
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from io import BytesIO

METADATA_VERSION = 4
FIND_COORDINATOR_VERSION = 1
GROUP, TRANSACTION = 0, 1
ALL_TOPICS = -1
ANSWER_LIMIT_S = 2.0


class Api(IntEnum):
    """The API keys of Kafka's protocol that the proxy's users name."""

    PRODUCE = 0
    FETCH = 1
    LIST_OFFSETS = 2
    METADATA = 3
    OFFSET_FETCH = 9
    FIND_COORDINATOR = 10
    JOIN_GROUP = 11
    HEARTBEAT = 12
    SYNC_GROUP = 14
    INIT_PRODUCER_ID = 22
    ADD_PARTITIONS_TO_TXN = 24
    ADD_OFFSETS_TO_TXN = 25
    END_TXN = 26
    TXN_OFFSET_COMMIT = 28


@dataclass(frozen=True, slots=True)
class Replicas:
    """The leader of a partition (-1 for none), and the nodes that have it and that are in sync."""

    leader: int
    nodes: list[int]
    in_sync: list[int]


@dataclass(frozen=True, slots=True)
class Metadata:
    """The cluster as one node knows it; `partitions` by topic and number."""

    brokers: set[int]
    partitions: dict[tuple[str, int], Replicas]

    def leader(self, topic: str, partition: int) -> int | None:
        """Return the node that leads a partition, None while none does."""
        known = self.partitions.get((topic, partition))
        return None if known is None or known.leader < 0 else known.leader

    def is_in_sync(self, nodes: Collection[int]) -> bool:
        """Return whether all these nodes are there, and each partition has a leader and all of its replicas in sync."""
        parts = self.partitions.values()
        return self.brokers == set(nodes) and all(part.leader >= 0 and len(part.in_sync) == len(part.nodes) for part in parts)


class _Reader:
    """The fields of an answer, in their order."""

    def __init__(self, answer: bytes) -> None:
        self._stream = BytesIO(answer)

    def number(self, form: str = "i") -> int:
        field = struct.Struct(f">{form}")
        (value,) = field.unpack(self._stream.read(field.size))
        return int(value)

    def text(self) -> str:
        return self._stream.read(max(0, self.number("h"))).decode()

    def numbers(self) -> list[int]:
        return [self.number() for _ in range(self.number())]


def metadata(port: int) -> Metadata:
    """Return what the node on this port of 127.0.0.1 knows of brokers and topics.

    Raises:
        OSError: it does not answer within `ANSWER_LIMIT_S`.
    """
    answer = _ask(port, Api.METADATA, METADATA_VERSION, struct.pack(">ib", ALL_TOPICS, 0))
    answer.number()  # throttle time
    brokers = set()
    for _ in range(answer.number()):
        brokers.add(answer.number())
        answer.text(), answer.number(), answer.text()  # host, port, rack
    answer.text(), answer.number()  # cluster id, controller
    partitions: dict[tuple[str, int], Replicas] = {}
    for _ in range(answer.number()):
        answer.number("h")
        topic = answer.text()
        answer.number("b")
        for _ in range(answer.number()):
            answer.number("h")
            number = answer.number()
            partitions[topic, number] = Replicas(answer.number(), answer.numbers(), answer.numbers())
    return Metadata(brokers, partitions)


def coordinator(port: int, key: str, kind: int) -> int | None:
    """Return the node that coordinates a group or a transactional id, None while there is none; raises as `metadata`."""
    name = key.encode()
    answer = _ask(port, Api.FIND_COORDINATOR, FIND_COORDINATOR_VERSION, struct.pack(">h", len(name)) + name + struct.pack(">b", kind))
    answer.number()  # throttle time
    error = answer.number("h")
    answer.text()
    node = answer.number()
    return None if error else node


def _ask(port: int, api: Api, version: int, body: bytes) -> _Reader:
    request = struct.pack(">hhih", api, version, 0, -1) + body
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_LIMIT_S) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        with connection.makefile("rb") as stream:
            (size,) = struct.unpack(">i", _exactly(stream.read(4), 4))
            answer = _Reader(_exactly(stream.read(size), size))
    answer.number()  # correlation id
    return answer


def _exactly(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise ConnectionResetError("the node closed the connection")
    return data
