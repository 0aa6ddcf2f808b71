"""docker-compose.yml: nothing is open to the world, all is limited and watched, and what it names exists."""

import re

import pytest
import yaml

from agents.cli.main import COMMANDS
from agents.local_kafka.config import server_properties
from agents.local_kafka.jars import KAFKA_VERSION
from agents.settings import ENVIRONMENT_PREFIX, Settings
from streams.topics import MAX_MESSAGE_BYTES
from tests.deploy.files import COMPOSE, PROJECT, PROMETHEUS, SERVICES, WORKERS
from tests.deploy.schemas import compose_faults

LASTING = ("kafka", *WORKERS, "prometheus", "grafana")


# Where a container's Kafka has to differ from the local one: its listeners, its folder, its identity.
OF_ITS_OWN = {
    "process.roles",
    "node.id",
    "controller.quorum.voters",
    "listeners",
    "advertised.listeners",
    "listener.security.protocol.map",
    "inter.broker.listener.name",
    "controller.listener.names",
    "log.dirs",
}
# What makes it work at all; the local Kafka's tuning for a quick start is not needed.
NEEDED = {
    "message.max.bytes",
    "replica.fetch.max.bytes",
    "socket.request.max.bytes",
    "auto.create.topics.enable",
    "offsets.topic.replication.factor",
    "transaction.state.log.replication.factor",
    "transaction.state.log.min.isr",
}


def kafka_properties() -> dict[str, str]:
    """The properties that the container's environment becomes: KAFKA_LOG_DIRS is log.dirs."""
    given = SERVICES["kafka"]["environment"]
    prefixed = {name: str(value) for name, value in given.items() if name.startswith("KAFKA_") and name != "KAFKA_HEAP_OPTS"}
    return {name.removeprefix("KAFKA_").lower().replace("_", "."): value for name, value in prefixed.items()}


@pytest.mark.slow
def test_the_file_is_as_the_compose_specification_says() -> None:
    assert compose_faults(COMPOSE) == []
    assert compose_faults(COMPOSE | {"services": {"kafka": {"imagine": "apache/kafka"}}}) != []


def test_every_published_port_is_on_loopback_and_used_once() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    outside = [port.rpartition(":")[0] for port in published]
    assert sorted(outside) == sorted(set(outside))
    assert set(outside) == {f"127.0.0.1:{port}" for port in (9092, 6066, 6067, 9090, 3000)}


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_pinned_limited_and_without_privileges(name: str) -> None:
    service = SERVICES[name]
    image, _, tag = service["image"].partition(":")
    assert re.fullmatch(r"[a-z]+(/[a-z]+)?", image), "a short name of Docker Hub"
    assert tag == "local" or re.fullmatch(r"v?\d+\.\d+\.\d+", tag)
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] > 0
    assert service.get("user", "") != "root"


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"kafka"}))
def test_each_service_but_kafka_writes_to_its_volumes_only(name: str) -> None:
    """Kafka's image writes its configuration into its own folder at each start."""
    assert SERVICES[name]["read_only"] is True


@pytest.mark.parametrize("name", LASTING)
def test_each_lasting_service_is_watched_and_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_each_named_volume_is_declared_and_used_and_each_mounted_folder_exists() -> None:
    sources = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {source for source in sources if not source.startswith(".")} == set(COMPOSE["volumes"])
    assert [source for source in sources if source.startswith(".") and not (PROJECT / source).is_dir()] == []


def test_dependencies_are_services_that_can_meet_the_condition() -> None:
    for service in SERVICES.values():
        for name, dependency in service.get("depends_on", {}).items():
            if dependency["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[name]
            else:
                assert (dependency["condition"], SERVICES[name]["restart"]) == ("service_completed_successfully", "no")


@pytest.mark.parametrize("name", ["topics", *WORKERS])
def test_our_own_services_run_commands_and_settings_that_exist(name: str) -> None:
    service = SERVICES[name]
    assert service["command"][0] in COMMANDS
    environment = {variable: str(value) for variable, value in service["environment"].items()}
    assert all(variable.startswith(ENVIRONMENT_PREFIX) for variable in environment)
    settings = Settings.from_env(environment)
    assert f"INTERNAL://{settings.brokers}" in SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"].split(",")
    assert [other for other in SERVICES if SERVICES[other]["image"] == service["image"] and "build" in SERVICES[other]] == ["topics"]


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_is_scraped_published_and_probed_where_it_listens(name: str) -> None:
    service = SERVICES[name]
    settings = Settings.from_env({variable: str(value) for variable, value in service["environment"].items()})
    jobs = {job["job_name"]: job for job in yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]}
    assert settings.web_host == "0.0.0.0"
    assert f"{name}:{settings.web_port}" in jobs["newsmill"]["static_configs"][0]["targets"]
    assert service["ports"][0].endswith(f":{settings.web_port}")
    assert f"http://127.0.0.1:{settings.web_port}/livez" in service["healthcheck"]["test"][-1]
    # Read-only but for the one folder that its data may be in.
    assert (service["read_only"], settings.data) == (True, service["tmpfs"][0].split(":")[0])


def test_a_stop_leaves_time_for_what_runs() -> None:
    for name in WORKERS:
        assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > Settings().transaction_timeout


def test_kafka_is_the_version_of_the_local_one_and_set_as_it_is() -> None:
    local = dict(line.split("=", 1) for line in server_properties(9092, 9093).splitlines())
    properties = kafka_properties()
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
    assert NEEDED - properties.keys() == set()
    assert {name: value for name, value in properties.items() if name not in OF_ITS_OWN and local.get(name) != value} == {}
    assert int(properties["message.max.bytes"]) > MAX_MESSAGE_BYTES
