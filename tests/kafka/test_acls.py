"""The ACL lines of docs/security.md on a Kafka with an authorizer: each role works with exactly these, and has no other rights."""

import argparse
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from agents.local_kafka import config
from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from tests.command import Ran, newsmill
from tests.contract import page
from tests.kafka.test_secure import PLAIN, free_port
from tests.kafka.worker import Worker

pytestmark = pytest.mark.kafka

SECURITY = Path(__file__).parents[2] / "docs" / "security.md"
ROLES = ("producer", "worker", "subscriber", "operator")
RESOURCES = {"topic": ResourceType.TOPIC, "group": ResourceType.GROUP, "transactional_id": ResourceType.TRANSACTIONAL_ID}
As = Callable[[str], Settings]


def documented_acls() -> list[AclBinding]:
    """Return the ACLs that the lines of the document add, as kafka-acls.sh reads them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--allow-principal", required=True)
    parser.add_argument("--operation", action="append", required=True)
    parser.add_argument("--resource-pattern-type", default="literal")
    for resource in RESOURCES:
        parser.add_argument("--" + resource.replace("_", "-"))
    bindings = []
    for line in re.findall(r"^acls (--.*)$", SECURITY.read_text(encoding="utf-8"), re.MULTILINE):
        options = parser.parse_args(shlex.split(line))
        [(resource, name)] = [(kind, getattr(options, kind)) for kind in RESOURCES if getattr(options, kind)]
        pattern = ResourcePatternType[options.resource_pattern_type.upper()]
        for operation in options.operation:
            kafka_name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).upper()
            allowed = (options.allow_principal, "*", AclOperation[kafka_name], AclPermissionType.ALLOW)
            bindings.append(AclBinding(RESOURCES[resource], name, pattern, *allowed))
    return bindings


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a broker that knows the roles by password, and lets each do what the document says."""
    port, known = free_port(), config.server_properties

    def with_authorizer(client_port: int, controller_port: int) -> str:
        text = known(client_port, controller_port)
        text = text.replace("\nlisteners=", f"\nlisteners=ROLES://127.0.0.1:{port},")
        text = text.replace("\nadvertised.listeners=", f"\nadvertised.listeners=ROLES://127.0.0.1:{port},")
        text = text.replace("security.protocol.map=", "security.protocol.map=ROLES:SASL_PLAINTEXT,")
        users = " ".join(f'user_{role}="{role}"' for role in ROLES)
        more = {
            "listener.name.roles.sasl.enabled.mechanisms": "PLAIN",
            "listener.name.roles.plain.sasl.jaas.config": f'{PLAIN} required username="x" password="x" {users};',
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",  # the broker itself, and the listener of this fixture
            "transaction.max.timeout.ms": 60_000,
        }
        return text + "".join(f"{name}={value}\n" for name, value in more.items())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "server_properties", with_authorizer)
        kafka = LocalKafka(tmp_path_factory.mktemp("acls") / "kafka")
        kafka.start()
        patch.undo()
    try:
        client = AdminClient({"bootstrap.servers": kafka.bootstrap})
        for done in client.create_acls(documented_acls()).values():
            done.result(30)
        yield f"127.0.0.1:{port}"
    finally:
        kafka.stop()


@pytest.fixture(scope="module")
def role(broker: str, tmp_path_factory: pytest.TempPathFactory) -> As:
    """Return the settings of a role; the operator has created the topics."""
    folder = tmp_path_factory.mktemp("roles")
    known = Settings(brokers=broker, security="SASL_PLAINTEXT", sasl_mechanism="PLAIN", data=str(folder), session_timeout=3)

    def settings(name: str) -> Settings:
        return replace(known, sasl_username=name, sasl_password=name)

    assert run(settings("operator"), "topics", "apply").status == 0
    return settings


def run(settings: Settings, *arguments: str, stdin: bytes = b"") -> Ran:
    return newsmill(*arguments, stdin=stdin, env=settings.to_env())


def test_roles_work_with_exactly_these_acls(role: As) -> None:
    with Worker(replace(role("worker"), extra_classes="energy")) as worker:  # a class whose topic the worker creates
        worker.address()
        sent = run(role("producer"), "produce", "--raw", "--url", "https://acls.example/", "-", stdin=page(31).encode())
        assert sent.status == 0, sent.notes
        assert run(role("producer"), "produce", "--raw", "--backfill", "-", stdin=b"\0").status == 0
        for group in ((), ("--group", "subscriber-archive")):
            received = run(role("subscriber"), "subscribe", "--from", "beginning", "--max", "1", "--format", "jsonl", *group)
            assert [event["source"]["url"] for event in received.lines] == ["https://acls.example/"], received.notes
        worker.until_logged("dead letter stage=split")
        assert "uthorization" not in worker.log()
    operator = role("operator")
    assert run(operator, "topics", "check").status == 0
    assert "Authorization" not in run(operator, "doctor").notes
    assert b"news.dumps.backfill" not in run(operator, "dead-letters", "list").out
    assert "1 dead letters sent back" in run(operator, "dead-letters", "replay").notes


@pytest.mark.parametrize("user", ["producer", "subscriber"])
@pytest.mark.parametrize(
    "topic", ["articles", "judged", "index", "outcomes", "replays", "dead-letters", "events", "duplicates", "region.chile"]
)
def test_neither_producer_nor_subscriber_writes_to_other_topics(role: As, user: str, topic: str) -> None:
    assert refusal(role(user), f"news.{topic}") in (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.UNKNOWN_TOPIC_OR_PART)


def test_a_subscriber_writes_no_dumps(role: As) -> None:
    assert refusal(role("subscriber"), "news.dumps") == KafkaError.TOPIC_AUTHORIZATION_FAILED


@pytest.mark.parametrize("user", ["producer", "subscriber"])
@pytest.mark.parametrize("transactional_id", ["mine", "news-news.dumps-0", "news-dead-letters-replay"])
def test_neither_producer_nor_subscriber_opens_a_transaction(role: As, user: str, transactional_id: str) -> None:
    producer = Producer(login(role(user)) | {"transactional.id": transactional_id})
    with pytest.raises(KafkaException) as caught:
        producer.init_transactions(30)
    assert caught.value.args[0].code() == KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED


@pytest.mark.parametrize("topic", ["articles", "dead-letters"])
def test_a_subscriber_reads_no_internal_topic(role: As, topic: str) -> None:
    listed = AdminClient(login(role("subscriber"))).list_topics(timeout=30).topics
    assert f"news.{topic}" not in listed
    assert "news.events" in listed


def login(settings: Settings) -> dict[str, str]:
    return {
        "bootstrap.servers": settings.brokers,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "PLAIN",
        "sasl.username": settings.sasl_username,
        "sasl.password": settings.sasl_password,
    }


def refusal(settings: Settings, topic: str) -> int | None:
    """Return the code of the error by which Kafka refuses a record; None if it takes it."""
    errors: list[KafkaError | None] = []
    producer = Producer(login(settings) | {"message.timeout.ms": "20000"})
    producer.produce(topic, b"x", on_delivery=lambda error, _: errors.append(error))
    producer.flush(30)
    [error] = errors
    return None if error is None else error.code()
