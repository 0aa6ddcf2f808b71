"""Class files that are changed while a worker runs: taken between two batches, or refused with the reason and the old ones kept.

By looking every two seconds, not by the file system's notices: those don't come from network and container mounts, and name a path that
the next swap of a mounted ConfigMap's links replaces. Cost of a look: docs/measurements.md, Class file polling.
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

LOOK_S = 2.0


class ClassWatch:
    """Looks at a folder of class files. `classes` are those in force; they change within `look` only, and as one."""

    def __init__(
        self,
        folder: Path,
        classes: ClassSet,
        prepare: Callable[[ClassSet], Awaitable[None]],
        metrics: Metrics,
        extra: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        """Begin with `classes` in force; `prepare` creates what new ones need, and raises where it can't.

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
        self._told = ""
        metrics.show_classes(classes.hash)

    async def look(self) -> None:
        """Take what is in the folder, where it was changed and the look before has found the same: editors write in several steps."""
        files, seen = await asyncio.to_thread(_found_in, self._folder, self._extra)
        is_settled, self._seen = seen == self._seen, seen
        if seen == self.classes.hash:
            self._settle()
        elif is_settled and seen != self._refused:
            await self._take(files, seen)

    async def _take(self, files: Mapping[str, bytes], seen: str) -> None:
        try:
            # In a thread: many classes take seconds, and other partitions' batches must go on.
            if self._parsed is None or self._parsed.hash != seen:
                self._parsed = await asyncio.to_thread(_parsed, files, seen)
            await self._prepare(self._parsed)
        except ClassError as error:
            self._refused = seen
            self._refuse(
                "files", f"{'; '.join(error.mistakes)}. Mend that, and it is read again by itself; `newsmill classes check` tells the same"
            )
        except (UserError, KafkaError, OSError) as error:
            # Not the files' fault: the next look tries again.
            self._refuse("topics", f"their topics can't be had: {error}. Tried again every {LOOK_S:.0f} s")
        else:
            log.info("classes taken folder=%s hash=%s before=%s", self._folder, seen, self.classes.hash)
            self.classes = self._parsed
            self._settle()

    def _settle(self) -> None:
        self._parsed, self._refused, self._told = None, "", ""
        self._metrics.show_classes(self.classes.hash)

    def _refuse(self, reason: Refusal, why: str) -> None:
        self._metrics.refuse_classes(reason)
        if why != self._told:
            log.error("classes refused, those before stay folder=%s hash=%s reason=%s: %s", self._folder, self.classes.hash, reason, why)
        self._told = why


def _found_in(folder: Path, extra: Mapping[str, bytes]) -> tuple[dict[str, bytes], str]:
    """Return the class files and their hash; where they can't be read none, and why."""
    try:
        files = {**read_class_files(folder), **extra}
    except ClassError as error:
        return {}, str(error)
    return files, hash_of(files)


def _parsed(files: Mapping[str, bytes], seen: str) -> ClassSet:
    if not files:
        raise ClassError([seen])
    return parse_classes(files)
