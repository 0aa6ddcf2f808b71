"""deploy/kubernetes: accepted by the schemas of Kubernetes, KEDA and the Prometheus operator, and in step with code and compose file."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.cli.main import COMMANDS
from agents.settings import Settings
from deploy.grafana.stage import INPUT
from tests.deploy.files import PROJECT, PROMETHEUS, SERVICES
from tests.deploy.schemas import kubernetes_faults

FOLDER = PROJECT / "deploy" / "kubernetes"
Object = dict[str, Any]


def objects_of(text: str) -> list[Object]:
    return [document for document in yaml.safe_load_all(text) if isinstance(document, dict) and "kustomize" not in document["apiVersion"]]


OBJECTS = [found for path in sorted(FOLDER.rglob("*.yaml")) for found in objects_of(path.read_text(encoding="utf-8"))]
BY_KIND = {found["kind"]: found for found in OBJECTS}
PODS = {kind: BY_KIND[kind]["spec"]["template"]["spec"] for kind in ("Deployment", "Job")}


def settings() -> Settings:
    lines = (FOLDER / "base" / "settings.env").read_text(encoding="utf-8").splitlines()
    return Settings.from_env(dict(line.split("=", 1) for line in lines if line and not line.startswith("#")))


def built(tmp_path: Path, *components: str) -> list[Object]:
    """Return what kustomize makes of the folder with these components."""
    kustomize = shutil.which("kustomize")
    command = [kustomize, "build"] if kustomize else ["kubectl", "kustomize"]
    if not kustomize and not shutil.which("kubectl"):
        pytest.skip("neither kustomize nor kubectl is installed")
    folder = tmp_path / "kubernetes"
    shutil.copytree(FOLDER, folder)
    top = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(top | {"components": list(components)}), encoding="utf-8")
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return objects_of(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("found", OBJECTS, ids=lambda found: f"{found['kind']} {found['metadata']['name']}")
def test_an_object_is_as_its_schema_says(found: Object) -> None:
    assert kubernetes_faults(found) == []


@pytest.mark.slow
def test_a_field_that_does_not_exist_is_found() -> None:
    wrong = BY_KIND["PodDisruptionBudget"] | {"spec": {"maxUnavailible": 1}}
    assert "'maxUnavailible' was unexpected" in str(kubernetes_faults(wrong))
    assert "'pods' was unexpected" in str(kubernetes_faults(BY_KIND["PodMonitor"] | {"spec": {"selector": {}, "pods": []}}))


@pytest.mark.slow
@pytest.mark.parametrize("components", [(), ("keda",), ("keda", "monitoring"), ("keda", "monitoring", "sasl")], ids="+".join)
def test_what_kustomize_makes_is_accepted_and_names_what_is_there(tmp_path: Path, components: tuple[str, ...]) -> None:
    made = built(tmp_path, *components)
    assert [fault for found in made for fault in kubernetes_faults(found)] == []
    named = {(found["kind"], found["metadata"]["name"]) for found in made}
    [worker] = [found for found in made if found["kind"] == "Deployment"]
    assert {
        ("ConfigMap", entry["configMapRef"]["name"]) for entry in worker["spec"]["template"]["spec"]["containers"][0]["envFrom"]
    } <= named
    assert ("replicas" in worker["spec"]) == ("keda" not in components)
    assert {found["metadata"].get("namespace", found["metadata"]["name"]) for found in made} == {"newsmill"}


def test_with_sasl_a_worker_is_given_settings_that_it_takes_and_keda_the_same_secret(tmp_path: Path) -> None:
    made = {found["kind"]: found for found in built(tmp_path, "keda", "sasl")}
    container = made["Deployment"]["spec"]["template"]["spec"]["containers"][0]
    secret = {entry["name"]: entry["valueFrom"]["secretKeyRef"]["key"] for entry in container["env"]}
    given = Settings.from_env(made["ConfigMap"]["data"] | secret)
    assert (given.security, given.sasl_username, given.sasl_password) == ("SASL_SSL", "username", "password")
    assert given.tls_ca.startswith(container["volumeMounts"][-1]["mountPath"])
    for trigger in made["ScaledObject"]["spec"]["triggers"]:
        assert trigger["authenticationRef"]["name"] == made["TriggerAuthentication"]["metadata"]["name"]
        assert trigger["metadata"]["sasl"] == given.sasl_mechanism.lower().replace("-sha-", "_sha")


@pytest.mark.parametrize("kind", PODS)
def test_a_pod_runs_a_command_that_exists_as_nobody_in_particular(kind: str) -> None:
    pod, container = PODS[kind], PODS[kind]["containers"][0]
    user = re.search(r"^USER (\d+):(\d+)$", (PROJECT / "deploy" / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert user
    assert container["args"][0] in COMMANDS
    assert (pod["securityContext"]["runAsUser"], pod["securityContext"]["runAsGroup"]) == (int(user[1]), int(user[2]))
    assert (pod["enableServiceLinks"], pod["automountServiceAccountToken"]) == (False, False)
    hardened = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert container["securityContext"] == hardened
    assert {"cpu", "memory"} == set(container["resources"]["requests"])
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


def test_a_worker_is_probed_where_it_listens_and_has_the_room_that_compose_gives_it() -> None:
    pod, container = PODS["Deployment"], PODS["Deployment"]["containers"][0]
    served = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "agents" / "web").glob("*.py"))
    probes = {name: container[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert [probe["path"] for probe in probes.values()] == ["/livez", "/livez", "/readyz"]
    assert [probe["path"] for probe in probes.values() if f'"{probe["path"]}"' not in served] == []
    [port] = container["ports"]
    assert {probe["port"] for probe in probes.values()} == {port["name"]}
    assert (settings().web_host, settings().web_port) == ("0.0.0.0", port["containerPort"])
    assert settings().data in [mount["mountPath"] for mount in container["volumeMounts"]]
    assert container["resources"]["limits"]["memory"] == SERVICES["worker-1"]["mem_limit"].replace("m", "Mi")
    assert pod["terminationGracePeriodSeconds"] > Settings().transaction_timeout


def test_what_selects_workers_selects_them_all() -> None:
    labels = BY_KIND["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for kind in ("Deployment", "PodDisruptionBudget", "PodMonitor"):
        assert BY_KIND[kind]["spec"]["selector"]["matchLabels"] == labels
    assert BY_KIND["Service"]["spec"]["selector"] == labels
    assert BY_KIND["ScaledObject"]["spec"]["scaleTargetRef"]["name"] == BY_KIND["Deployment"]["metadata"]["name"]


def test_only_prometheus_reaches_a_worker_and_nothing_else_any_pod_of_ours() -> None:
    policy = BY_KIND["NetworkPolicy"]["spec"]
    assert policy["policyTypes"] == ["Ingress"]
    for kind in ("Deployment", "Job"):
        labels = BY_KIND[kind]["spec"]["template"]["metadata"]["labels"]
        assert policy["podSelector"]["matchLabels"].items() <= labels.items()
    [rule] = policy["ingress"]
    [source] = rule["from"]
    assert source["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "prometheus"}
    assert source["namespaceSelector"]["matchLabels"], "an empty selector takes every namespace"
    assert [port["port"] for port in rule["ports"]] == [port["name"] for port in PODS["Deployment"]["containers"][0]["ports"]]
    base = yaml.safe_load((FOLDER / "base" / "kustomization.yaml").read_text(encoding="utf-8"))
    assert sorted(path.name for path in (FOLDER / "base").glob("*.yaml") if path.name != "kustomization.yaml") == sorted(base["resources"])


def test_scaling_looks_at_the_live_queue_of_each_stage_and_ends_at_the_partitions() -> None:
    scaling, own = BY_KIND["ScaledObject"]["spec"], settings()
    assert [trigger["metadata"]["topic"] for trigger in scaling["triggers"]] == [own.topic(name) for name in INPUT.values()]
    assert {trigger["metadata"]["consumerGroup"] for trigger in scaling["triggers"]} == {own.prefix}
    assert {trigger["metadata"]["offsetResetPolicy"] for trigger in scaling["triggers"]} == {"earliest"}
    assert scaling["maxReplicaCount"] == own.partitions
    assert scaling["minReplicaCount"] == BY_KIND["Deployment"]["spec"]["replicas"]


def test_the_operator_gets_the_same_alerts_and_names_that_alerts_and_dashboards_ask_for() -> None:
    alerts = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text(encoding="utf-8"))
    assert BY_KIND["PrometheusRule"]["spec"] == alerts, "run `make alerts`"
    monitor = BY_KIND["PodMonitor"]["spec"]
    assert BY_KIND["Deployment"]["spec"]["template"]["metadata"]["labels"][monitor["jobLabel"]] == "newsmill"
    assert monitor["podMetricsEndpoints"][0]["port"] == PODS["Deployment"]["containers"][0]["ports"][0]["name"]
