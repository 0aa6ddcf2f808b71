"""The whole path over TLS with a login: a broker that takes nothing else from clients."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agents.local_kafka import config
from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from tests.contract import page, text_dump, values
from tests.kafka.conftest import settings_of_their_own
from tests.kafka.test_worker import get
from tests.kafka.worker import Worker, WorkerMill

pytestmark = [pytest.mark.kafka, pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")]

PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings for a second listener of a local broker: TLS by a certificate of its own, user and password."""
    tmp_path = tmp_path_factory.mktemp("secure")
    certificate = self_signed(tmp_path)
    port = free_port()
    known = config.server_properties

    def with_secure_listener(client_port: int, controller_port: int) -> str:
        text = known(client_port, controller_port)
        text = text.replace("\nlisteners=", f"\nlisteners=SECURE://127.0.0.1:{port},")
        text = text.replace("\nadvertised.listeners=", f"\nadvertised.listeners=SECURE://127.0.0.1:{port},")
        text = text.replace("security.protocol.map=", "security.protocol.map=SECURE:SASL_SSL,")
        login = f'{PLAIN} required username="mill" password="grind" user_mill="grind";'
        more = {
            "listener.name.secure.sasl.enabled.mechanisms": "PLAIN",
            "listener.name.secure.plain.sasl.jaas.config": login,
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(certificate),
        }
        return text + "".join(f"{name}={value}\n" for name, value in more.items())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "server_properties", with_secure_listener)
        kafka = LocalKafka(tmp_path / "kafka")
        kafka.start()
        patch.undo()
    yield Settings(
        brokers=f"localhost:{port}",
        security="SASL_SSL",
        sasl_mechanism="PLAIN",
        sasl_username="mill",
        sasl_password="grind",
        tls_ca=str(tmp_path / "certificate.pem"),
    )
    kafka.stop()


def test_dump_becomes_an_event_over_tls_with_a_login(secure: Settings, tmp_path: Path) -> None:
    settings = settings_of_their_own(secure, tmp_path)
    with Worker(replace(settings, log_level="DEBUG")) as worker:
        mill = WorkerMill(worker)
        mill.produce(*text_dump(page(31), "https://secure.example/"))
        mill.settle()
        assert [event["source"]["url"] for event in values(mill.messages("events"))] == ["https://secure.example/"]
        mill.close()
        assert "DEBUG" in worker.log()
        assert "grind" not in worker.log() + get(worker, "/metrics")[1] + get(worker, "/readyz")[1]


def test_wrong_password_is_one_clear_line(secure: Settings, tmp_path: Path) -> None:
    worker = Worker(replace(secure, sasl_password="grit", data=str(tmp_path)))
    worker.start()
    assert worker.wait() == 1
    assert f"no Kafka answers at {secure.brokers} (SASL_SSL)" in worker.log()
    assert "Traceback" not in worker.log()


def self_signed(folder: Path) -> Path:
    """Return a PEM file with the key and the certificate; certificate.pem beside it has the certificate alone."""
    key, certificate, both = (folder / name for name in ("key.pem", "certificate.pem", "both.pem"))
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
    subprocess.run([*command.split(), "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    both.write_text(key.read_text() + certificate.read_text())
    return both


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
