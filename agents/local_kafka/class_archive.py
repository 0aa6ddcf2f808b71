"""Cache Kafka's loaded classes (Java's AOT cache, JEP 483 and 514): a start takes 0.7 s instead of 1.6 s.

The cache is created once in two steps of 2 s: the first broker that is stopped writes a recording, and the next start creates the cache
from it. (Creating it in the background was tried: brokers of tests don't live long enough.) Java ignores a cache that doesn't match its
version, options or jars; the start is then only slower.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path


class StartArchive:
    """The cache for one version of Java, its options and a set of jars, as used by one broker.

    Invariant: shared files appear atomically, by renaming. Each broker records into its own data folder (`data`), so that one that runs
    for days does not block others; a lock makes sure that only one process creates the cache.
    """

    def __init__(self, folder: Path, data: Path, files: Sequence[Path], options: Sequence[str]) -> None:
        key = _key(files, options)
        folder.mkdir(parents=True, exist_ok=True)
        self._cache = folder / f"kafka-{key}.aot"
        self._cache_draft = folder / f"kafka-{key}.aot.draft"
        self._recording = folder / f"kafka-{key}.recording"
        self._recording_draft = data / "start.recording"
        self._recording_draft.unlink(missing_ok=True)  # left by a broker that crashed
        self._lock_path = folder / f"kafka-{key}.making"

    def options(self, *, record: bool = True) -> list[str]:
        """Return Java's options to use the cache, else to `record` for it, or none if a recording exists already."""
        if self._cache.exists():
            return [f"-XX:AOTCache={self._cache}"]
        if not record or self._recording.exists():
            return []
        return ["-XX:AOTMode=record", f"-XX:AOTConfiguration={self._recording_draft}"]

    def make(self, command: Callable[[Sequence[str]], list[str]]) -> None:
        """Create the cache from a recording unless another process does; `command` turns Java's options into a command."""
        if self._cache.exists() or not self._recording.exists():
            return
        with self._lock_path.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            options = ["-XX:AOTMode=create", f"-XX:AOTConfiguration={self._recording}", f"-XX:AOTCache={self._cache_draft}"]
            # Java inherits the lock, since it keeps writing if we die.
            created = subprocess.run(command(options), stdin=subprocess.DEVNULL, capture_output=True, check=False, pass_fds=[lock.fileno()])  # noqa: S603
            if created.returncode == 0:
                self._cache_draft.replace(self._cache)
            self._cache_draft.unlink(missing_ok=True)
            self._recording.unlink(missing_ok=True)  # used, or unusable

    def keep_recording(self) -> None:
        """Publish the recording of a broker that was shut down cleanly, unless there is a cache already."""
        if self._recording_draft.exists() and not self._cache.exists():
            moved = self._recording.with_suffix(f".{os.getpid()}")
            shutil.move(self._recording_draft, moved)  # a move across file systems is not atomic
            moved.replace(self._recording)
        self._recording_draft.unlink(missing_ok=True)


def _key(files: Sequence[Path], options: Sequence[str]) -> str:
    """Return 12 hex digits over what Java compares: path, size and time of its runtime image and of each jar, and its options."""
    stats = [(file, file.stat()) for file in files]
    lines = [*(f"{file} {stat.st_size} {stat.st_mtime_ns}" for file, stat in stats), *options]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
