"""Reload class files that change while a worker runs, between two batches; refuse files with mistakes and keep the classes in force.

Poll every two seconds: file system events do not arrive from network and container mounts, and name a path that the next swap of the
links of a mounted ConfigMap replaces. Cost of a poll: docs/measurements.md, Class file polling.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from aiokafka.errors import KafkaError

from agents.classes import read_class_files
from agents.errors import UserError
from agents.worker.metrics import Metrics, Refusal
from streams.classify.class_set import ClassError, ClassSet, hash_of, parse_classes

log = logging.getLogger(__name__)

POLL_S = 2.0


class ClassWatch:
    """Poll a folder of class files. `classes` are those in force; only `poll` changes them, all at once."""

    def __init__(
        self,
        folder: Path,
        classes: ClassSet,
        prepare: Callable[[ClassSet], Awaitable[None]],
        metrics: Metrics,
        extra: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        """Start with `classes` in force; `prepare` creates the topics of new classes, and raises where it can't.

        `extra`: files that are in force beside those of the folder.
        """
        self.classes = classes
        self._folder = folder
        self._extra = extra
        self._prepare = prepare
        self._metrics = metrics
        self._seen = classes.hash
        self._parsed: ClassSet | None = None
        self._refused = ""
        self._last_logged = ""
        metrics.show_classes(classes.hash)

    async def poll(self) -> None:
        """Load changed files once two polls in a row find the same content: editors write in several steps."""
        files, seen = await asyncio.to_thread(_read, self._folder, self._extra)
        is_settled, self._seen = seen == self._seen, seen
        if seen == self.classes.hash:
            self._settle()
        elif is_settled and seen != self._refused:
            await self._load(files, seen)

    async def _load(self, files: Mapping[str, bytes], seen: str) -> None:
        try:
            # In a thread: many classes take seconds, and batches must go on meanwhile.
            if self._parsed is None or self._parsed.hash != seen:
                self._parsed = await asyncio.to_thread(_parsed, files, seen)
            await self._prepare(self._parsed)
        except ClassError as error:
            self._refused = seen
            self._refuse(
                "files",
                f"{'; '.join(error.mistakes)}. Correct the files: they are read again; `newsmill classes check` lists them too",
            )
        except (UserError, KafkaError, OSError) as error:
            # The files are right: the next poll tries again.
            self._refuse("topics", f"their topics can't be created: {error}. Tried again every {POLL_S:.0f} s")
        else:
            log.info("classes loaded folder=%s hash=%s before=%s", self._folder, seen, self.classes.hash)
            self.classes = self._parsed
            self._settle()

    def _settle(self) -> None:
        self._parsed, self._refused, self._last_logged = None, "", ""
        self._metrics.show_classes(self.classes.hash)

    def _refuse(self, reason: Refusal, why: str) -> None:
        self._metrics.refuse_classes(reason)
        if why != self._last_logged:
            log.error("classes refused, those in force stay folder=%s hash=%s reason=%s: %s", self._folder, self.classes.hash, reason, why)
        self._last_logged = why


def _read(folder: Path, extra: Mapping[str, bytes]) -> tuple[dict[str, bytes], str]:
    """Return the class files and their hash; where they can't be read, none and the error message."""
    try:
        files = {**read_class_files(folder), **extra}
    except ClassError as error:
        return {}, str(error)
    return files, hash_of(files)


def _parsed(files: Mapping[str, bytes], seen: str) -> ClassSet:
    if not files:
        raise ClassError([seen])
    return parse_classes(files)
