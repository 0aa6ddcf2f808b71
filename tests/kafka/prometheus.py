"""A real Prometheus on loopback, with this project's configuration and alerts, in a folder of its own."""

import json
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from tests.deploy.files import PROMETHEUS

LIMIT_S = 30
EVERY = "1s"
# Nobody listens there: one worker that is down, so that an alert waits to fire.
DOWN = "127.0.0.1:1"


class Prometheus:
    """Scrapes a worker every second; its log is prometheus.log in the folder."""

    def __init__(self, binary: str, folder: Path, worker: str) -> None:
        self._folder = folder
        self._port = _free_port()
        self._command = [binary, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
        self._command.append(f"--web.listen-address=127.0.0.1:{self._port}")
        config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))
        config["global"] = dict.fromkeys(config["global"], EVERY)
        config["rule_files"] = [str(PROMETHEUS / name) for name in config["rule_files"]]
        targets = {"newsmill": [worker, DOWN], "prometheus": [f"127.0.0.1:{self._port}"]}
        for job in config["scrape_configs"]:
            job["static_configs"] = [{"targets": targets[job["job_name"]]}]
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")

    def __enter__(self) -> Self:
        with (self._folder / "prometheus.log").open("wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        self.until(self._is_ready)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(LIMIT_S)

    def get(self, path: str, **parameters: str) -> Any:
        """Return the data of an answer of its API; HTTPError where a query is malformed."""
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/api/v1/{path}?{query}", timeout=10) as response:
            return json.load(response)["data"]

    def values(self, query: str) -> list[float]:
        """Return the value of each series that a query now gives, without those that are no number."""
        found = [float(series["value"][1]) for series in self.get("query", query=query)["result"]]
        return [value for value in found if value == value]

    def gives(self, query: str) -> bool:
        """Return whether a query gives a number within the limit."""
        return self.until(lambda: bool(self.values(query)))

    def until(self, holds: Callable[[], bool]) -> bool:
        """Return whether it holds within the limit; looked at five times a second."""
        deadline = time.monotonic() + LIMIT_S
        while not (done := holds()) and time.monotonic() < deadline:
            assert self._process.poll() is None, (self._folder / "prometheus.log").read_text(encoding="utf-8")
            time.sleep(0.2)
        return done

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/-/ready", timeout=10) as response:
                return bool(response.status == 200)
        except OSError:
            return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
