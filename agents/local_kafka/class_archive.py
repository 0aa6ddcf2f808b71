"""A cache of Kafka's loaded classes (Java's AOT cache, JEP 483 and 514): 0.7 s to an answer instead of 1.6 s.

Made in two steps, each of 2 s, once: the first broker that is stopped leaves a recording as it ends, and the next start makes the
cache of it. (In the background, at the lowest priority, was tried: brokers of tests live too short for it.) Java itself ignores a
cache that doesn't fit its version, its options or the jars; the worst case is a start without.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path


class StartArchive:
    """The cache for one Java, its options and one set of jars, as one broker uses it.

    Invariant: what others read appears by renaming, whole. Each broker records into its own data folder (`data`), so that one which
    runs for days keeps nobody from it; a lock sees to it that one at a time makes the cache.
    """

    def __init__(self, folder: Path, data: Path, files: Sequence[Path], options: Sequence[str]) -> None:
        key = _key(files, options)
        folder.mkdir(parents=True, exist_ok=True)
        self._cache = folder / f"kafka-{key}.aot"
        self._cache_draft = folder / f"kafka-{key}.aot.draft"
        self._recording = folder / f"kafka-{key}.recording"
        self._recording_draft = data / "start.recording"
        self._recording_draft.unlink(missing_ok=True)  # of a broker that crashed
        self._lock_path = folder / f"kafka-{key}.making"

    def options(self, *, record: bool = True) -> list[str]:
        """Return Java's options: use the cache, or `record` for one, or nothing where a recording is there."""
        if self._cache.exists():
            return [f"-XX:AOTCache={self._cache}"]
        if not record or self._recording.exists():
            return []
        return ["-XX:AOTMode=record", f"-XX:AOTConfiguration={self._recording_draft}"]

    def make(self, command: Callable[[Sequence[str]], list[str]]) -> None:
        """Make the cache where a recording waits for it and nobody else is at it; `command` turns Java's options into a command."""
        if self._cache.exists() or not self._recording.exists():
            return
        with self._lock_path.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            options = ["-XX:AOTMode=create", f"-XX:AOTConfiguration={self._recording}", f"-XX:AOTCache={self._cache_draft}"]
            # Held by Java too: where we die, it writes on.
            made = subprocess.run(command(options), stdin=subprocess.DEVNULL, capture_output=True, check=False, pass_fds=[lock.fileno()])  # noqa: S603
            if made.returncode == 0:
                self._cache_draft.replace(self._cache)
            self._cache_draft.unlink(missing_ok=True)
            self._recording.unlink(missing_ok=True)  # used; or bad, and would be again

    def keep_recording(self) -> None:
        """Take over what the broker recorded, now that it has ended in good order; the first recording is kept."""
        if self._recording_draft.exists() and not self._cache.exists():
            arrived = self._recording.with_suffix(f".{os.getpid()}")
            shutil.move(self._recording_draft, arrived)  # it may come from another file system, where a rename is none
            arrived.replace(self._recording)
        self._recording_draft.unlink(missing_ok=True)


def _key(files: Sequence[Path], options: Sequence[str]) -> str:
    """Return 12 hex digits of what Java compares: path, size and time of its runtime image and of each jar, and its options."""
    stats = [(file, file.stat()) for file in files]
    lines = [*(f"{file} {stat.st_size} {stat.st_mtime_ns}" for file, stat in stats), *options]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
