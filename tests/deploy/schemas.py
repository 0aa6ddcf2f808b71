"""JSON schemas of what is deployed, from packages: no copies of them are kept here.

Those of Kubernetes are in the package kubernetes-validate, which is 22 MB (108 unpacked), too much for each `make setup`; those of Compose,
KEDA and the Prometheus operator in the Go modules of those who define them, 8 MB. A test is skipped where it can't have its schema; those
that ask are marked slow, since the first time they may load it.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

COMPOSE = "github.com/compose-spec/compose-go/v2@v2.16.2"
KUBERNETES = "1.37"
KEDA = "github.com/kedacore/keda/v2@v2.21.0"
PROMETHEUS_OPERATOR = "github.com/prometheus-operator/prometheus-operator@v0.85.0"

CUSTOM = (
    (KEDA, "config/crd/bases/keda.sh_scaledobjects.yaml"),
    (KEDA, "config/crd/bases/keda.sh_triggerauthentications.yaml"),
    (PROMETHEUS_OPERATOR, "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml"),
    (PROMETHEUS_OPERATOR, "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml"),
)

Schema = dict[str, Any]


def compose_faults(document: Mapping[str, Any]) -> list[str]:
    schema = json.loads((_module(COMPOSE) / "schema" / "compose-spec.json").read_text(encoding="utf-8"))
    return _faults(schema, document)


def kubernetes_faults(document: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with an object of Kubernetes; a field that its schema does not have is wrong too."""
    kind = (document["apiVersion"], document["kind"])
    group = kind[0].partition("/")[0]
    if "." in group and not group.endswith(".k8s.io"):
        return _faults(_custom()[kind], document) if kind in _custom() else [f"no schema of {kind}"]
    validate: Any = pytest.importorskip("kubernetes_validate", reason="not installed: .venv/bin/python -m pip install kubernetes-validate")
    try:
        validate.validate(document, KUBERNETES, strict=True)
    except (validate.ValidationError, validate.SchemaNotFoundError) as error:
        return [f"{kind}: {error.message}"]
    return []


def _faults(schema: Schema, document: Mapping[str, Any]) -> list[str]:
    return [f"{error.json_path}: {error.message}"[:300] for error in validator_for(schema)(schema).iter_errors(document)]


@cache
def _custom() -> dict[tuple[str, str], Schema]:
    """Return the schema of each custom resource by its apiVersion and kind."""
    found = {}
    for module, path in CUSTOM:
        spec = yaml.safe_load((_module(module) / path).read_text(encoding="utf-8"))["spec"]
        for version in spec["versions"]:
            schema = version["schema"]["openAPIV3Schema"]
            schema["properties"]["metadata"] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
            found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = _closed(schema)
    return found


def _closed(schema: Any) -> Any:
    """Return a schema that takes no field which it doesn't name, but where it says so itself."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(part) for key, part in schema.items()}
    is_open = "additionalProperties" in schema or schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object" and not is_open:
        closed["additionalProperties"] = False
    return closed


@cache
def _module(version: str) -> Path:
    """Return the folder of a Go module; the test is skipped where Go or its modules can't be had."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("the schemas are in Go modules, and go is not installed")
    done = subprocess.run([go, "mod", "download", "-json", version], cwd="/", capture_output=True, text=True, timeout=120, check=False)
    answer = json.loads(done.stdout or "{}")
    if "Dir" not in answer:
        pytest.skip(f"{version} can't be downloaded: {answer.get('Error', done.stderr)}"[:300])
    return Path(answer["Dir"])
