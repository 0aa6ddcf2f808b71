"""What is deployed against the code: compose file, image, scraping, alerts and dashboard name what exists; nothing is open to the world."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from agents.cli.main import COMMANDS
from agents.kafka_config import server_properties
from agents.kafka_jars import KAFKA_VERSION
from agents.metrics import Metrics
from agents.settings import ENVIRONMENT_PREFIX, Settings
from streams.topics import MAX_MESSAGE_BYTES

PROJECT = Path(__file__).parent.parent
PROMETHEUS = PROJECT / "deploy" / "prometheus"
DASHBOARDS = sorted((PROJECT / "deploy" / "grafana" / "dashboards").glob("*.json"))
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
WORKERS = ("worker-1", "worker-2")
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
# Prometheus' own, and those of its Python client that the rules and panels use.
FOREIGN_METRICS = {"up", "process_start_time_seconds", "process_resident_memory_bytes"}
FOREIGN_LABELS = {"job", "instance", "le"}
# The words of the Compose specification that the file uses; its JSON schema is not part of the project.
OF_A_SERVICE = {
    "build",
    "cap_drop",
    "command",
    "depends_on",
    "environment",
    "healthcheck",
    "image",
    "init",
    "logging",
    "mem_limit",
    "ports",
}
OF_A_SERVICE |= {"pull_policy", "read_only", "restart", "security_opt", "stop_grace_period", "tmpfs", "volumes"}
OF_A_HEALTHCHECK = {"test", "interval", "timeout", "retries", "start_period", "start_interval"}
WORDS_OF_PROMQL = re.compile(
    r"\b(?:by|without|on|ignoring|group_left|group_right|and|or|unless|offset|sum|max|min|count|group|topk|rate|increase|changes|absent"
    r"|last_over_time|histogram_quantile|vector|time)\b"
)


def metric_labels() -> dict[str, set[str]]:
    """Each series name of a worker's own metrics, with its labels."""
    labels: dict[str, set[str]] = {}
    for collector in list(Metrics().registry._collector_to_names):
        if isinstance(collector, MetricWrapperBase):
            endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(str(collector._type), ("",))
            labels |= {collector._name + ending: set(collector._labelnames) for ending in endings}
    return labels


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[tuple[str, dict[str, Any]]]:
    return [(path.stem, panel) for path in DASHBOARDS for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]]


def queries() -> list[Any]:
    alerts = [pytest.param(rule["expr"], id=rule["alert"]) for rule in rules()]
    targets = [
        pytest.param(target["expr"], id=f"{name} {panel['title']} {target['refId']}")
        for name, panel in panels()
        for target in panel.get("targets", [])
    ]
    return alerts + targets


def kafka_properties() -> dict[str, str]:
    """The properties that the container's environment becomes: KAFKA_LOG_DIRS is log.dirs."""
    given = SERVICES["kafka"]["environment"]
    prefixed = {name: str(value) for name, value in given.items() if name.startswith("KAFKA_") and name != "KAFKA_HEAP_OPTS"}
    return {name.removeprefix("KAFKA_").lower().replace("_", "."): value for name, value in prefixed.items()}


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
    assert service.get("user", "") != "root"


def test_services_use_the_words_of_the_compose_specification() -> None:
    assert {key for service in SERVICES.values() for key in service} - OF_A_SERVICE == set()
    assert {key for service in SERVICES.values() for key in service.get("healthcheck", {})} - OF_A_HEALTHCHECK == set()


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


def test_the_image_is_built_of_files_that_exist_and_that_docker_is_given() -> None:
    dockerfile = (PROJECT / SERVICES["topics"]["build"]["dockerfile"]).read_text(encoding="utf-8")
    copied = {name for names in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE) for name in names.split()}
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == copied
    assert {name for name in copied if not (PROJECT / name).exists()} == set()
    assert re.search(r"^setuptools==", (PROJECT / "requirements-dev.lock").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_image_installs_by_hash_and_runs_newsmill_as_nobody_in_particular() -> None:
    dockerfile = (PROJECT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    last = dockerfile.rpartition("\nFROM ")[2]
    scripts = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    for command in re.findall(r"pip (?:install|wheel) .*", dockerfile):
        assert "--require-hashes" in command or "--no-deps" in command
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["newsmill"\]$', last, re.MULTILINE)
    assert "newsmill" in scripts


@pytest.mark.parametrize("query", queries())
def test_a_query_names_metrics_and_labels_that_exist(query: str) -> None:
    known = metric_labels()
    bare = re.sub(r'"[^"]*"', '""', query)
    labels = {label for inner in re.findall(r"\{([^}]*)\}", bare) for label in re.findall(r"(\w+)\s*[=!]", inner)}
    labels |= {label for inner in re.findall(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)", bare) for label in re.findall(r"\w+", inner)}
    rest = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(?:by|without|on|ignoring|group_left)\s*\([^)]*\)|\b\d+[smhd]\b", " ", bare)
    metrics = set(re.findall(r"\b[a-z]\w+\b", WORDS_OF_PROMQL.sub(" ", rest)))
    assert metrics
    assert metrics - known.keys() == metrics & FOREIGN_METRICS
    assert labels - FOREIGN_LABELS <= set().union(*(known.get(metric, set()) for metric in metrics))


def test_queries_name_stages_and_fates_that_the_pipeline_counts() -> None:
    """Matchers on a label are compared with the words of the source: a fate that is renamed leaves its panel empty in silence."""
    lines = "\n".join((PROJECT / "streams" / name).read_text(encoding="utf-8") for name in ("pipeline.py", "deduplicate.py")).splitlines()
    source = "".join(line for line in lines if 'counts["records"' in line or "fate: Literal" in line)
    text = " ".join(str(param.values[0]) for param in queries())
    values = {value for found in re.findall(r'(?:stage|fate)=~?"([^"]*)"', text) for value in found.split("|")}
    assert {value for value in values if f'"{value}"' not in source} == set()


def test_each_alert_has_a_severity_and_points_to_its_own_runbook() -> None:
    names = [rule["alert"] for rule in rules()]
    assert sorted(names) == sorted(set(names))
    for rule in rules():
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"


def test_each_alert_is_tested_to_fire_and_to_be_silent() -> None:
    cases = [
        case
        for test in yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text(encoding="utf-8"))["tests"]
        for case in test["alert_rule_test"]
    ]
    names = {rule["alert"] for rule in rules()}
    assert {case["alertname"] for case in cases if case.get("exp_alerts")} == names
    assert {case["alertname"] for case in cases if not case.get("exp_alerts")} == names


@pytest.mark.parametrize("arguments", [("check", "config", "prometheus.yml"), ("test", "rules", "alerts_test.yml")], ids=" ".join)
def test_promtool_accepts_the_configuration_and_the_alerts_do_what_their_tests_say(arguments: tuple[str, ...]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not on the PATH; it comes with Prometheus")
    result = subprocess.run([promtool, *arguments], cwd=PROMETHEUS, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_grafana_finds_datasource_and_dashboards_where_compose_puts_them() -> None:
    provisioning = PROJECT / "deploy" / "grafana" / "provisioning"
    datasource = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text(encoding="utf-8"))["datasources"][0]
    provider = yaml.safe_load((provisioning / "dashboards" / "newsmill.yml").read_text(encoding="utf-8"))["providers"][0]
    mounted = {volume.split(":")[1]: volume.split(":")[0] for volume in SERVICES["grafana"]["volumes"]}
    folder = PROJECT / mounted[provider["options"]["path"]]
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert sorted(folder.glob("*.json")) == DASHBOARDS
    assert home.removeprefix(provider["options"]["path"] + "/") in [path.name for path in DASHBOARDS]
    assert (PROJECT / mounted["/etc/grafana/provisioning"]) == provisioning
    assert {panel["datasource"]["uid"] for _, panel in panels() if "targets" in panel} == {datasource["uid"]}
    assert datasource["url"] == "http://prometheus:9090"


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    for path in DASHBOARDS:
        own = [panel for name, panel in panels() if name == path.stem]
        assert len({panel["id"] for panel in own}) == len(own)
        cells = [
            (place["x"] + x, place["y"] + y)
            for place in (panel["gridPos"] for panel in own)
            for x in range(place["w"])
            for y in range(place["h"])
        ]
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) < 24
