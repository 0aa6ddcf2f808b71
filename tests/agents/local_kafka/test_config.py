"""Parts of the local broker that need no running broker: settings, ports, lock, jars, errors."""

import hashlib
import os
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.local_kafka import config, folder, jars, process
from agents.local_kafka.errors import KafkaStartError, last_lines


def properties(client: int = 24_001, controller: int = 24_002) -> dict[str, str]:
    return dict(line.split("=", 1) for line in config.server_properties(client, controller).splitlines())


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", folder.free_port())) as server:
        yield server.getsockname()[1]


def test_every_address_is_loopback() -> None:
    addresses = re.findall(r"(?:://|@)([^:,]+):", config.server_properties(24_001, 24_002))
    assert set(addresses) == {"127.0.0.1"}
    assert len(addresses) == 4


def test_internal_topics_need_only_one_node() -> None:
    needed = {value for name, value in properties().items() if name.endswith(("replication.factor", "min.isr"))}
    assert needed == {"1"}


def test_topics_are_not_created_automatically() -> None:
    assert properties()["auto.create.topics.enable"] == "false"


@pytest.mark.parametrize("name", ["message.max.bytes", "replica.fetch.max.bytes", "socket.request.max.bytes"])
def test_a_message_of_16_mib_fits_with_room(name: str) -> None:
    assert int(properties()[name]) >= 16 * 1024 * 1024 + 1024


def test_settings_name_no_absolute_path() -> None:
    """The folder may have a comma or an accent in its name; Kafka is started in it with relative paths."""
    assert "=/" not in config.server_properties(24_001, 24_002) + config.log_config()


def test_every_jar_is_pinned_by_version_and_hash() -> None:
    locked = jars.locked_jars()
    assert all(re.fullmatch(r"[^:\s]+:[^:\s]+:[^:\s]+", name) for name in locked)
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in locked.values())
    assert {jars.KAFKA, jars.LOGGING_BINDING} <= set(locked)


def test_logging_binding_has_the_version_of_the_log_library() -> None:
    version = jars.LOGGING_BINDING.rsplit(":", 1)[1]
    assert f"org.apache.logging.log4j:log4j-core:{version}" in jars.locked_jars()


def test_ports_are_reused(tmp_path: Path) -> None:
    first = folder.choose_ports(tmp_path, 0)
    assert len(set(first)) == 2
    assert folder.choose_ports(tmp_path, 0) == first


def test_port_in_use_is_replaced_and_the_other_kept(tmp_path: Path, taken_port: int) -> None:
    free = folder.free_port()
    (tmp_path / "ports").write_text(f"{taken_port} {free}\n")
    client, controller = folder.choose_ports(tmp_path, 0)
    assert client not in {taken_port, free}
    assert controller == free
    assert folder.remembered_ports(tmp_path) == (client, controller)


@pytest.mark.parametrize(
    "text",
    [pytest.param("", id="empty"), pytest.param("one two", id="words"), pytest.param("1", id="one"), pytest.param("0 99999", id="range")],
)
def test_invalid_ports_file_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / "ports").write_text(text)
    assert all(port in folder.PORT_RANGE for port in folder.choose_ports(tmp_path, 0))


def test_fixed_port_in_use_is_an_error_with_advice(tmp_path: Path, taken_port: int) -> None:
    with pytest.raises(KafkaStartError, match=rf"Port {taken_port} .* NEWS_BROKERS=127\.0\.0\.1:{taken_port}"):
        folder.choose_ports(tmp_path, taken_port)


def test_fixed_port_of_the_last_controller_is_given_to_the_clients(tmp_path: Path) -> None:
    _, controller = folder.choose_ports(tmp_path, 0)
    client, other = folder.choose_ports(tmp_path, controller)
    assert client == controller != other


def test_folder_is_locked_by_one_broker_and_free_after_its_release(tmp_path: Path) -> None:
    held = folder.lock_folder(tmp_path)
    with pytest.raises(KafkaStartError, match=rf"{tmp_path.name} is in use .* process {os.getpid()}\."):
        folder.lock_folder(tmp_path)
    held.close()
    folder.lock_folder(tmp_path).close()


def test_cluster_ids_have_kafkas_form_and_differ() -> None:
    ids = {folder.new_cluster_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{21}", one) for one in ids)


class Shelf:
    """A fake repository that returns the given contents, one per download, and records the calls."""

    def __init__(self, folder: Path, *contents: bytes | Exception) -> None:
        self.folder = folder
        self.contents = list(contents)
        self.calls: list[str] = []

    def fetch(self, coordinates: str) -> Path:
        self.calls.append(coordinates)
        jar = self.folder / f"{coordinates.replace(':', '-')}.jar"
        if jar.exists():
            return jar
        content = self.contents.pop(0)
        if isinstance(content, Exception):
            raise content
        jar.parent.mkdir(parents=True, exist_ok=True)
        jar.write_bytes(content)
        return jar


WHOLE = b"a whole jar"
DIGEST = hashlib.sha256(WHOLE).hexdigest()


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(WHOLE[:5], id="cut-off"),
        pytest.param(ConnectionError("reset"), id="connection"),
        pytest.param(RuntimeError("404"), id="absent"),
    ],
)
def test_failed_download_is_retried(tmp_path: Path, first: bytes | Exception) -> None:
    jar = jars.fetch_checked(Shelf(tmp_path, first, WHOLE).fetch, "g:a:1", DIGEST)
    assert jar.read_bytes() == WHOLE


@pytest.mark.parametrize(
    ("content", "reason"),
    [pytest.param(b"other", "SHA-256", id="other-bytes"), pytest.param(ConnectionError("no route"), "no route", id="no-network")],
)
def test_unavailable_jar_is_named_with_advice(tmp_path: Path, content: bytes | Exception, reason: str) -> None:
    with pytest.raises(KafkaStartError) as caught:
        jars.fetch_checked(Shelf(tmp_path, content, content).fetch, "g:a:1", DIGEST)
    assert all(word in str(caught.value) for word in ("g:a:1", reason, "network", "NEWS_BROKERS"))
    assert not list(tmp_path.iterdir())


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf(tmp_path / "maven", *[WHOLE] * 2)
    monkeypatch.setattr(jars, "locked_jars", lambda: {"g:a:1": DIGEST, "g:b:1": DIGEST})
    monkeypatch.setattr(jars, "_fetcher", lambda _repository: shelf.fetch)
    return shelf


def test_jars_are_fetched_once_in_the_order_of_the_list(tmp_path: Path, shelf: Shelf) -> None:
    messages: list[str] = []
    fetched = jars.resolve_jars(tmp_path, messages.append)
    assert [jar.name for jar in fetched] == ["g-a-1.jar", "g-b-1.jar"]
    assert messages[-1].endswith("2 of 2 jars")
    assert jars.resolve_jars(tmp_path, messages.append) == fetched
    assert sorted(shelf.calls) == ["g:a:1", "g:b:1"]


@pytest.mark.parametrize("harm", [Path.unlink, lambda jar: jar.write_bytes(b"cut")], ids=["gone", "cut-off"])
def test_damaged_jar_is_fetched_again(tmp_path: Path, shelf: Shelf, harm: Callable[[Path], object]) -> None:
    fetched = jars.resolve_jars(tmp_path, lambda _: None)
    harm(fetched[1])
    shelf.contents.append(WHOLE)
    assert [jar.read_bytes() for jar in jars.resolve_jars(tmp_path, lambda _: None)] == [WHOLE, WHOLE]


def test_the_cache_follows_the_xdg_variable() -> None:
    assert jars.cache_folder({"XDG_CACHE_HOME": "/somewhere"}) == Path("/somewhere/newsmill")
    assert jars.cache_folder({}) == Path.home() / ".cache" / "newsmill"


@pytest.mark.parametrize(
    ("answer", "alive"),
    [
        pytest.param(struct.pack(">iiii", 60, 1, 0, 1) + b"rest", True, id="one-broker"),
        pytest.param(struct.pack(">iiii", 20, 1, 0, 0), False, id="fenced-as-yet"),
        pytest.param(b"HTTP/1.1", False, id="too-short"),
        pytest.param(b"", False, id="closed"),
    ],
)
def test_broker_is_alive_when_it_lists_itself(answer: bytes, alive: bool) -> None:
    with socket.create_server(("127.0.0.1", folder.free_port())) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        assert process.answers(server.getsockname()[1]) is alive
        thread.join()


def test_closed_port_is_not_alive() -> None:
    assert not process.answers(folder.free_port())


def test_last_lines_are_those_at_the_end(tmp_path: Path) -> None:
    log = tmp_path / "broker.log"
    assert last_lines(log) == ""
    log.write_text("".join(f"line {number}\n" for number in range(10_000)))
    assert last_lines(log, 2) == "    line 9998\n    line 9999"
