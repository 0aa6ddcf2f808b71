"""A cluster of three nodes, whole and by single nodes."""

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Self

from agents.local_kafka.folder import free_port, new_cluster_id
from tests.cluster import wire
from tests.cluster.config import Ports, node_properties
from tests.cluster.node import Node
from tests.cluster.proxy import Proxy

NODES = (1, 2, 3)
START_LIMIT_S = 90.0
ELECTION_LIMIT_S = 30.0
POLL_S = 0.1


class Cluster:
    """Three Kafka nodes, each broker and controller: 3 replicas, 2 of them in sync at least, and Kafka's own default time-outs.

    Args:
        folder: where the nodes keep their data and logs (node1/broker.log, …); empty or missing.
        properties: settings of Kafka beside those of `config.node_properties`, or instead of them.
    """

    def __init__(self, folder: Path, properties: Mapping[str, object] | None = None) -> None:
        ports = _choose_ports()
        self.nodes = {
            id: Node(id, folder.absolute() / f"node{id}", ports[id], node_properties(id, ports, properties or {})) for id in NODES
        }
        self.proxy = Proxy({own.proxied: own.behind_proxy for own in ports.values()})

    @property
    def bootstrap(self) -> str:
        """The addresses of the nodes themselves."""
        return ",".join(f"127.0.0.1:{node.ports.direct}" for node in self.nodes.values())

    @property
    def answering(self) -> str:
        """The addresses of those nodes that are neither dead nor frozen; all where none is left."""
        running = [node for node in self.nodes.values() if node.answers]
        return ",".join(f"127.0.0.1:{node.ports.direct}" for node in running or self.nodes.values())

    @property
    def proxied(self) -> str:
        """The addresses of the proxy; clients that begin here have all of their connections through it."""
        return ",".join(f"127.0.0.1:{node.ports.proxied}" for node in self.nodes.values())

    def start(self) -> None:
        """Start proxy and nodes on new storage, and return when all three work."""
        self.proxy.start()
        first, *others = self.nodes.values()
        first.format(new_cluster_id())
        for node in others:
            node.format_like(first)
        for node in self.nodes.values():
            node.start()
        self.until_in_sync()

    def stop(self) -> None:
        """End everything; the data are not needed any more, so nothing is waited for."""
        for node in self.nodes.values():
            node.kill()
        self.proxy.stop()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def heal(self) -> None:
        """End all faults: the proxy's, and of nodes that are dead or frozen; return when every replica is in sync again."""
        self.proxy.heal()
        for node in self.nodes.values():
            if node.frozen:
                node.thaw()
            elif node.pid is None:
                node.start()
        self.until_in_sync()

    def until_in_sync(self, limit_s: float = START_LIMIT_S) -> None:
        """Return when each node knows all nodes, and of each partition a leader and all replicas in sync.

        Raises:
            TimeoutError: not within `limit_s`.
        """
        deadline = time.monotonic() + limit_s
        while not self._is_in_sync():
            if time.monotonic() > deadline:
                raise TimeoutError(f"the cluster is not in sync after {limit_s:.0f} s")
            time.sleep(POLL_S)

    def leader(self, topic: str, partition: int = 0) -> Node:
        """Return the node that leads a partition; for up to 9 s after its death (Kafka's default session time-out) the dead one.

        Raises:
            TimeoutError: none for `ELECTION_LIMIT_S`.
        """
        return self._named(lambda port: wire.metadata(port).leader(topic, partition))

    def group_coordinator(self, group: str) -> Node:
        """Return the node that coordinates a consumer group; errors as in `leader`."""
        return self._named(lambda port: wire.coordinator(port, group, wire.GROUP))

    def transaction_coordinator(self, transactional_id: str) -> Node:
        """Return the node that coordinates a transactional id; errors as in `leader`."""
        return self._named(lambda port: wire.coordinator(port, transactional_id, wire.TRANSACTION))

    def _named(self, ask: Callable[[int], int | None]) -> Node:
        """Return the node that another one names."""
        deadline = time.monotonic() + ELECTION_LIMIT_S
        while time.monotonic() < deadline:
            for node in (node for node in self.nodes.values() if node.answers):
                with contextlib.suppress(OSError):
                    named = ask(node.ports.direct)
                    if named is not None:
                        return self.nodes[named]
            time.sleep(POLL_S)
        raise TimeoutError(f"no node knew a leader within {ELECTION_LIMIT_S:.0f} s")

    def _is_in_sync(self) -> bool:
        try:
            return all(wire.metadata(node.ports.direct).is_in_sync(NODES) for node in self.nodes.values())
        except OSError:
            return False


def _choose_ports() -> dict[int, Ports]:
    free: set[int] = set()
    while len(free) < len(NODES) * len(fields(Ports)):
        free.add(free_port())
    return {node: Ports(*(free.pop() for _ in fields(Ports))) for node in NODES}
