"""Kafka's jars by Maven coordinates, fetched with jgo into our own cache, each checked against a pinned SHA-256.

The list is jars.txt: what jgo resolves from `KAFKA` and `LOGGING_BINDING`, one `group:artifact:version sha256` a line.
Fetching by list needs no POM (0 instead of about 100 requests), gives every machine the same bytes, and lets us notice a
download that was cut off, which jgo by itself keeps for good. After a change of version, write the list anew with
`python -m agents.local_kafka.jars`.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from agents.local_kafka.errors import KafkaStartError

KAFKA_VERSION = "4.3.1"
KAFKA = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}"
# Joins Kafka's slf4j 1.7 to log4j2, in the version of log4j-core that Kafka asks for; Kafka's own POM leaves it out.
LOGGING_BINDING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"
PARALLEL_DOWNLOADS = 8
ATTEMPTS = 2
TIMEOUT_S = 15


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of everything that can be fetched or made again (XDG base directories)."""
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "newsmill"


def locked_jars() -> dict[str, str]:
    """Return `group:artifact:version` -> SHA-256 (64 hex digits) of each jar, in the order of the class path."""
    text = files("agents.local_kafka").joinpath("jars.txt").read_text(encoding="utf-8")
    return dict(line.split() for line in text.splitlines())


def resolve_jars(cache: Path, on_progress: Callable[[str], None]) -> list[Path]:
    """Return the jars of the class path; fetches what `cache` lacks, and touches no network where all are there.

    Raises:
        KafkaStartError: a jar can't be fetched, or isn't the pinned one.
    """
    locked = locked_jars()
    cache.mkdir(parents=True, exist_ok=True)
    known = _known_jars(cache, locked)
    if known is not None:
        return known
    with _only_one(cache / "jars.lock"):
        known = _known_jars(cache, locked)  # another process may have fetched them while we waited
        if known is not None:
            return known
        jars = _fetch_all(cache / "maven", locked, on_progress)
        _remember(cache, locked, jars)
    return jars


def _list_path(cache: Path, locked: Mapping[str, str]) -> Path:
    key = hashlib.sha256(repr(sorted(locked.items())).encode()).hexdigest()[:12]
    return cache / f"kafka-{KAFKA_VERSION}-{key}.json"


def _known_jars(cache: Path, locked: Mapping[str, str]) -> list[Path] | None:
    """Return the jars that were checked before, or None where one is gone or has another size."""
    try:
        sizes: dict[str, int] = json.loads(_list_path(cache, locked).read_bytes())
        intact = all((cache / name).stat().st_size == size for name, size in sizes.items())
    except (FileNotFoundError, ValueError):
        return None
    return [cache / name for name in sizes] if intact else None


def _remember(cache: Path, locked: Mapping[str, str], jars: list[Path]) -> None:
    """Write the list of checked jars; the rename makes it appear whole or not at all."""
    sizes = {str(jar.relative_to(cache)): jar.stat().st_size for jar in jars}
    target = _list_path(cache, locked)
    draft = target.with_suffix(".draft")
    draft.write_text(json.dumps(sizes, indent=1), encoding="utf-8")
    draft.replace(target)


def _fetch_all(repository: Path, locked: Mapping[str, str], on_progress: Callable[[str], None]) -> list[Path]:
    fetch = _fetcher(repository)
    jars: dict[str, Path] = {}
    with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
        running = {pool.submit(fetch_checked, fetch, coordinates, digest): coordinates for coordinates, digest in locked.items()}
        try:
            for done in as_completed(running):
                jars[running[done]] = done.result()
                on_progress(f"Kafka {KAFKA_VERSION}: {len(jars)} of {len(locked)} jars")
        finally:
            pool.shutdown(cancel_futures=True)  # after an error or Ctrl-C: no more than what is under way
    return [jars[coordinates] for coordinates in locked]


def _fetcher(repository: Path) -> Callable[[str], Path]:
    """Return a function from coordinates to the jar in `repository`, fetched where missing; jgo's own pure Python, no `mvn`."""
    # Imported here: jgo takes 0.2 s to import, which a start with a warm cache need not pay.
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext

    # A company's mirror stands in jgo's own settings file; it is asked first.
    remotes = {**GlobalSettings.load().repositories, "central": MAVEN_CENTRAL_URL}
    context = MavenContext(repo_cache=repository, remote_repos=remotes, timeout=TIMEOUT_S)

    def fetch(coordinates: str) -> Path:
        group, artifact, version = coordinates.split(":")
        return Path(context.project(group, artifact).at_version(version).artifact().resolve())

    return fetch


def fetch_checked(fetch: Callable[[str], Path], coordinates: str, digest: str) -> Path:
    """Return the jar with this SHA-256; one that differs, cut off by an earlier end of the program, is fetched again.

    Raises:
        KafkaStartError: none could be fetched, or another one.
    """
    problem = ""
    for _ in range(ATTEMPTS):
        try:
            jar = fetch(coordinates)
        except (OSError, RuntimeError) as error:  # of requests, whose errors are OSErrors; of jgo, where no repository has it
            problem = f"{type(error).__name__}: {error}"
            continue
        found = hashlib.sha256(jar.read_bytes()).hexdigest()
        if found == digest:
            return jar
        problem = f"its SHA-256 is {found}, but {digest} is pinned in agents/local_kafka/jars.txt"
        jar.unlink()
    raise KafkaStartError(
        f"A jar of Kafka couldn't be fetched: {coordinates}: {problem}.\n"
        "Check the network; a mirror of Maven Central can be named under [repositories] in ~/.config/jgo.conf. "
        "Or set NEWS_BROKERS to the address of a Kafka that runs."
    )


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # closing the file gives it up, and so does the end of the process
        yield


def _write_list() -> None:
    """Print the list for jars.txt, as jgo resolves it today."""
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=cache_folder() / "maven")
    # Resolved alone: beside another root, jgo lets the one's managed versions (kafka-clients 3.9 in log4j's) rule the other.
    kafka, transitive = context.resolver.resolve([context.create_dependency(KAFKA)])
    binding = context.create_dependency(LOGGING_BINDING)
    for artifact in sorted((dependency.artifact for dependency in [*kafka, *transitive, binding]), key=str):
        digest = hashlib.sha256(Path(artifact.resolve()).read_bytes()).hexdigest()
        print(f"{artifact.groupId}:{artifact.artifactId}:{artifact.version} {digest}")


if __name__ == "__main__":
    _write_list()
