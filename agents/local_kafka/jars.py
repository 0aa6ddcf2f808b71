"""Fetch Kafka's jars by Maven coordinates with jgo into a cache, and check each against a pinned SHA-256.

The list is jars.txt: the result of resolving `KAFKA` and `LOGGING_BINDING` with jgo, one `group:artifact:version sha256` per line.
Fetching by list needs no POM (0 instead of about 100 requests), gives every machine the same bytes, and detects truncated downloads,
which jgo would keep. After a change of version, write a new list with `python -m agents.local_kafka.jars`.
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
    """Return the cache folder (XDG base directories)."""
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "newsmill"


def locked_jars() -> dict[str, str]:
    """Return `group:artifact:version` -> SHA-256 (64 hex digits) of each jar, in the order of the class path."""
    text = files("agents.local_kafka").joinpath("jars.txt").read_text(encoding="utf-8")
    return dict(line.split() for line in text.splitlines())


def resolve_jars(cache: Path, on_progress: Callable[[str], None]) -> list[Path]:
    """Return the jars of the class path; fetch those missing in `cache`, without network access if none is missing.

    Raises:
        KafkaStartError: a jar can't be fetched or has another SHA-256.
    """
    locked = locked_jars()
    cache.mkdir(parents=True, exist_ok=True)
    checked = _checked_jars(cache, locked)
    if checked is not None:
        return checked
    with _exclusive(cache / "jars.lock"):
        checked = _checked_jars(cache, locked)  # another process may have fetched them while we waited
        if checked is not None:
            return checked
        jars = _fetch_all(cache / "maven", locked, on_progress)
        _remember(cache, locked, jars)
    return jars


def _list_path(cache: Path, locked: Mapping[str, str]) -> Path:
    key = hashlib.sha256(repr(sorted(locked.items())).encode()).hexdigest()[:12]
    return cache / f"kafka-{KAFKA_VERSION}-{key}.json"


def _checked_jars(cache: Path, locked: Mapping[str, str]) -> list[Path] | None:
    """Return the jars that were checked before, or None if one is missing or has another size."""
    try:
        sizes: dict[str, int] = json.loads(_list_path(cache, locked).read_bytes())
        intact = all((cache / name).stat().st_size == size for name, size in sizes.items())
    except (FileNotFoundError, ValueError):
        return None
    return [cache / name for name in sizes] if intact else None


def _remember(cache: Path, locked: Mapping[str, str], jars: list[Path]) -> None:
    """Write the list of checked jars atomically, by renaming."""
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
            pool.shutdown(cancel_futures=True)  # after an error or Ctrl-C, start no more downloads
    return [jars[coordinates] for coordinates in locked]


def _fetcher(repository: Path) -> Callable[[str], Path]:
    """Return a function that maps coordinates to the jar in `repository` and downloads missing ones, with jgo and without `mvn`."""
    # Imported here, since importing jgo takes 0.2 s and a start with a warm cache does not need it.
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext

    # A company's mirror is configured in jgo's settings file; it is asked first.
    remotes = {**GlobalSettings.load().repositories, "central": MAVEN_CENTRAL_URL}
    context = MavenContext(repo_cache=repository, remote_repos=remotes, timeout=TIMEOUT_S)

    def fetch(coordinates: str) -> Path:
        group, artifact, version = coordinates.split(":")
        return Path(context.project(group, artifact).at_version(version).artifact().resolve())

    return fetch


def fetch_checked(fetch: Callable[[str], Path], coordinates: str, digest: str) -> Path:
    """Return the jar with this SHA-256; a different one, such as a truncated download, is fetched again.

    Raises:
        KafkaStartError: it can't be fetched, or has another SHA-256 again.
    """
    problem = ""
    for _ in range(ATTEMPTS):
        try:
            jar = fetch(coordinates)
        except (OSError, RuntimeError) as error:  # OSError from requests, RuntimeError from jgo if no repository has it
            problem = f"{type(error).__name__}: {error}"
            continue
        actual_digest = hashlib.sha256(jar.read_bytes()).hexdigest()
        if actual_digest == digest:
            return jar
        problem = f"its SHA-256 is {actual_digest}, but {digest} is pinned in agents/local_kafka/jars.txt"
        jar.unlink()
    raise KafkaStartError(
        f"A jar of Kafka couldn't be fetched: {coordinates}: {problem}.\n"
        "Check the network; a mirror of Maven Central can be named under [repositories] in ~/.config/jgo.conf. "
        "Or set NEWS_BROKERS to the address of a running Kafka."
    )


@contextmanager
def _exclusive(lock: Path) -> Iterator[None]:
    with lock.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # released when the file is closed or the process ends
        yield


def _write_list() -> None:
    """Print a new list for jars.txt, as resolved by jgo."""
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=cache_folder() / "maven")
    # Resolved separately: jgo would apply managed versions of one root (kafka-clients 3.9 in log4j's) to the other.
    kafka, transitive = context.resolver.resolve([context.create_dependency(KAFKA)])
    binding = context.create_dependency(LOGGING_BINDING)
    for artifact in sorted((dependency.artifact for dependency in [*kafka, *transitive, binding]), key=str):
        digest = hashlib.sha256(Path(artifact.resolve()).read_bytes()).hexdigest()
        print(f"{artifact.groupId}:{artifact.artifactId}:{artifact.version} {digest}")


if __name__ == "__main__":
    _write_list()
