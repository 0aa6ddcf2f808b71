"""Kafka's settings for one node of three: those of a production cluster, with its default time-outs, in little memory."""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.local_kafka.config import LOG_FOLDER, MESSAGE_BYTES, REQUEST_BYTES

REPLICATION = 3
MIN_IN_SYNC = 2
# 50 by default. Each is spread over all nodes, and quickly created and loaded.
INTERNAL_PARTITIONS = 6
JAVA_MEMORY = ("-Xmx256m", "-XX:MaxMetaspaceSize=128m", "-Xss512k")
"""Options that follow the local broker's own and replace them."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one node on 127.0.0.1; `proxied` is the proxy's, which leads to `behind_proxy`."""

    direct: int
    behind_proxy: int
    proxied: int
    controller: int


def node_properties(node: int, ports: Mapping[int, Ports], extra: Mapping[str, object]) -> str:
    """Return the text of server.properties for one node; `ports` are those of all nodes."""
    own = ports[node]
    properties: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": node,
        "controller.quorum.voters": ",".join(f"{id}@127.0.0.1:{other.controller}" for id, other in ports.items()),
        # Clients choose by their bootstrap address: a listener names itself as that through which it was reached.
        "listeners": f"DIRECT://127.0.0.1:{own.direct},PROXIED://127.0.0.1:{own.behind_proxy},CONTROLLER://127.0.0.1:{own.controller}",
        "advertised.listeners": f"DIRECT://127.0.0.1:{own.direct},PROXIED://127.0.0.1:{own.proxied}",
        "listener.security.protocol.map": "DIRECT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "DIRECT",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": LOG_FOLDER,
        "default.replication.factor": REPLICATION,
        "min.insync.replicas": MIN_IN_SYNC,
        **_internal_topics(),
        **_sizes(),
        "auto.create.topics.enable": "false",
        # No time-out of Kafka's own: the first member of a group need not wait for others, and tests may ask for short sessions.
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1000,
        "metric.reporters": "",
        **extra,
    }
    return "".join(f"{name}={value}\n" for name, value in properties.items())


def _internal_topics() -> dict[str, object]:
    return {
        "offsets.topic.replication.factor": REPLICATION,
        "offsets.topic.num.partitions": INTERNAL_PARTITIONS,
        "transaction.state.log.replication.factor": REPLICATION,
        "transaction.state.log.min.isr": MIN_IN_SYNC,
        "transaction.state.log.num.partitions": INTERNAL_PARTITIONS,
        "share.coordinator.state.topic.replication.factor": REPLICATION,
        "share.coordinator.state.topic.min.isr": MIN_IN_SYNC,
        "share.coordinator.state.topic.num.partitions": 1,
    }


def _sizes() -> dict[str, object]:
    return {
        "message.max.bytes": MESSAGE_BYTES,
        "replica.fetch.max.bytes": MESSAGE_BYTES,
        "socket.request.max.bytes": REQUEST_BYTES,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
        "log.cleaner.dedupe.buffer.size": 8 * 1024 * 1024,
    }
