"""Alerts: each has a severity, a runbook and tests, and asks for what the workers count."""

import shutil
import subprocess

import pytest
import yaml

from tests.deploy.files import PROMETHEUS, rules

PROMTOOL_S = 300  # a second on a quiet machine, and minutes on a busy one


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


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("check", "config", "prometheus.yml"), ("test", "rules", "alerts_test.yml")], ids=" ".join)
def test_promtool_accepts_the_configuration_and_the_alerts_do_what_their_tests_say(arguments: tuple[str, ...]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not on the PATH; it comes with Prometheus")
    result = subprocess.run([promtool, *arguments], cwd=PROMETHEUS, capture_output=True, text=True, timeout=PROMTOOL_S, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
