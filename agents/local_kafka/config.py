"""Generate the local broker's properties, log settings and Java options. Texts only; no process is started here."""

from collections.abc import Sequence
from pathlib import Path

MESSAGE_BYTES = 17 * 1024 * 1024
"""Largest record batch: 16 MiB, which the topics declare, plus 1 MiB for headers and framing."""
REQUEST_BYTES = 200 * 1024 * 1024
"""Largest request: aiokafka sends one batch for each partition of a topic in one request, so several of the largest."""

# Paths are relative to the data folder: Java reads properties as Latin-1 and splits log.dirs at commas, so that a folder called
# "Año, 2" would break the broker.
SERVER_PROPERTIES = "server.properties"
LOG_CONFIG = "log4j2.properties"
LOG_FOLDER = "log"
BROKER_LOG = "broker.log"
JAVA_LOG = "jvm.log"

JAVA_OPTIONS = (
    "-Xms64m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # C1 only: C2 costs start time and memory, and one node on loopback is not bound by it
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",  # a broker that hangs is worse than one that has ended
    # Kafka 4.3 and its compression libraries use both; without these Java warns of it at every start.
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
    "-Djava.net.preferIPv4Stack=true",
    "-Djava.awt.headless=true",
    f"-Dlog4j2.configurationFile={LOG_CONFIG}",
)
"""The options are tuned for a quick start and little memory."""


def server_properties(client_port: int, controller_port: int) -> str:
    """Return Kafka's settings for one node, broker and controller in one process, on loopback only."""
    settings: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"CLIENT://127.0.0.1:{client_port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"CLIENT://127.0.0.1:{client_port}",
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "CLIENT",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": LOG_FOLDER,
        **_internal_topics(),
        **_sizes(),
        "auto.create.topics.enable": "false",  # topics are declared in streams/topics.py; a typing error must not make one
        # Without these a group waits 3 s for more members, and a test can't see a dead worker in less than 6 s.
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1000,
        # After a kill -9 the broker's own earlier registration keeps it out until that session is over: 10.7 s of 9, 2.7 s of 2.
        "broker.session.timeout.ms": 2000,
        "broker.heartbeat.interval.ms": 500,
        # How often Kafka looks for transactions past their time-out, which block consumers that read committed; 10 s by default.
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1000,
        "metric.reporters": "",  # the default one is for JMX, which nobody can reach here
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _internal_topics() -> dict[str, object]:
    """Return settings of internal topics: one replica each, and 8 partitions instead of 50, which take long to create and load."""
    return {
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 8,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 8,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
    }


def _sizes() -> dict[str, object]:
    """Return limits for the messages that docs/contract.md (Limits) promises, and threads and buffers for one machine."""
    return {
        "message.max.bytes": MESSAGE_BYTES,
        "replica.fetch.max.bytes": MESSAGE_BYTES,
        "socket.request.max.bytes": REQUEST_BYTES,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
        "log.cleaner.dedupe.buffer.size": 8 * 1024 * 1024,  # taken from the heap at start; the default is 128 MiB
    }


def log_config() -> str:
    """Return log4j2's settings: everything from INFO up into `BROKER_LOG`, kept for three files of 10 MB."""
    return f"""\
status=error
appender.file.type=RollingFile
appender.file.name=file
appender.file.fileName={BROKER_LOG}
appender.file.filePattern={BROKER_LOG}.%i
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d{{ISO8601}} %p %m (%c{{1}})%n
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=10MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max=2
rootLogger.level=info
rootLogger.appenderRef.file.ref=file
"""


def java_command(java: Path, jars: Sequence[Path], archive_options: Sequence[str], main: Sequence[str]) -> list[str]:
    """Return the command that runs `main` (class and arguments)."""
    return [str(java), *JAVA_OPTIONS, *archive_options, "-cp", ":".join(str(jar) for jar in jars), *main]
