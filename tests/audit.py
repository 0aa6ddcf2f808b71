"""`make audit`: the locked dependencies against a database of known vulnerabilities; says so where none can be reached.

pip-audit alone ends with status 0 where a mirror of the registry has no such database: it skips each dependency, and looks at none.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

SERVICES = ("pypi", "osv")
LIMIT_S = 180
KNOWN, UNKNOWN = 1, 2

Ask = Callable[[str, str], dict[str, Any] | None]


def ask(lock: str, service: str) -> dict[str, Any] | None:
    """Return pip-audit's report on a lock file, or None where the service does not answer."""
    options = ["--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--vulnerability-service", service]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pip_audit", "-r", lock, *options], capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
        report: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return report


def audit(lock: str, ask: Ask = ask) -> tuple[list[str], int]:
    """Return what to tell of a lock file, and the exit status, 0 only where each dependency was looked up and none is flawed."""
    missing: list[str] = []
    for service in SERVICES:
        report = ask(lock, service)
        found = report["dependencies"] if report is not None else []
        audited = [one for one in found if "skip_reason" not in one]
        if not audited:
            continue
        missing = [one["name"] for one in found if "skip_reason" in one]
        known = [
            f"{lock}: {one['name']} {one['version']}: {', '.join([flaw['id'], *flaw['aliases']])}; mended in {_mended(flaw)}"
            for one in audited
            for flaw in one["vulns"]
        ]
        lines = [*known, f"{lock}: {len(audited)} dependencies looked up ({service}), {len(known)} known vulnerabilities"]
        lines += [f"{lock}: not in that database: {', '.join(missing)}"] if missing else []
        return lines, KNOWN if known else UNKNOWN if missing else 0
    return [f"{lock}: no database of vulnerabilities can be reached from here ({', '.join(SERVICES)}): NOTHING was looked up"], UNKNOWN


def _mended(flaw: dict[str, Any]) -> str:
    return ", ".join(flaw["fix_versions"]) or "no version yet"


def main(locks: Sequence[str]) -> int:
    """Print what is known of each lock file, and return the worst status: known vulnerabilities before unknown ones."""
    statuses = set()
    for lock in locks:
        lines, status = audit(lock)
        print("\n".join(lines), flush=True)
        statuses.add(status)
    return KNOWN if KNOWN in statuses else max(statuses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
