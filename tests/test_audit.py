from typing import Any

import pytest

from tests.audit import audit

FLAW = {"id": "CVE-2026-1", "aliases": ["GHSA-x"], "fix_versions": ["1.2"], "description": ""}
SOUND = {"name": "sound", "version": "1.0", "vulns": []}
FLAWED = {"name": "flawed", "version": "1.1", "vulns": [FLAW]}
SKIPPED = {"name": "skipped", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("reports", "status", "told"),
    [
        pytest.param({"pypi": [SOUND]}, 0, "1 dependencies looked up (pypi), 0 known", id="all sound"),
        pytest.param({"pypi": [SOUND, FLAWED]}, 1, "flawed 1.1: CVE-2026-1, GHSA-x; mended in 1.2", id="one flawed"),
        pytest.param({"pypi": [SKIPPED], "osv": [SOUND]}, 0, "(osv)", id="the second answers"),
        pytest.param({"pypi": [SKIPPED]}, 2, "no database of vulnerabilities can be reached", id="a mirror without a database"),
        pytest.param({}, 2, "NOTHING was looked up", id="none answers"),
        pytest.param({"pypi": [SOUND, SKIPPED]}, 2, "not in that database: skipped", id="one not looked up"),
        pytest.param({"pypi": [FLAWED, SKIPPED]}, 1, "not in that database: skipped", id="one flawed, one not looked up"),
    ],
)
def test_status_is_0_only_where_all_were_looked_up_and_none_is_flawed(reports: dict[str, Any], status: int, told: str) -> None:
    lines, found = audit("any.lock", lambda _, service: {"dependencies": reports[service]} if service in reports else None)
    assert found == status
    assert told in "\n".join(lines)
