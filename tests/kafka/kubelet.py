"""The part of a kubelet that watches a worker: probes and grace period as deploy/kubernetes/base/worker.yaml has them."""

import asyncio
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import yaml

from agents.settings import Settings
from tests.kafka.worker import Worker

MANIFEST = Path(__file__).parents[2] / "deploy" / "kubernetes" / "base" / "worker.yaml"
DEFAULT_TIMEOUT_S = 1  # Kubernetes' own, as the other defaults of `_probed`
POLL_S = 0.2


class Kubelet:
    """Run a worker until cancelled; start it again, without Kubernetes' pauses, whenever it ended or failed its probes."""

    def __init__(self, settings: Settings, spoiled: str) -> None:
        pod = next(yaml.safe_load_all(MANIFEST.read_text(encoding="utf-8")))["spec"]["template"]["spec"]
        [container] = pod["containers"]
        self._startup, self._liveness = container["startupProbe"], container["livenessProbe"]
        self._grace_s = pod["terminationGracePeriodSeconds"]
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.worker = Worker(settings, web_port=self._port, spoiled=spoiled)
        self.restarts: list[str] = []

    async def run(self) -> None:
        try:
            while True:
                self.worker.start()
                cause = await self._watched(self._startup, until_first_success=True) or await self._watched(self._liveness)
                await self._end()
                self.restarts.append(cause)
        finally:
            await self._end()

    async def _watched(self, probe: dict[str, Any], *, until_first_success: bool = False) -> str:
        """Return why to restart the container, or an empty string at the first success."""
        failures = 0
        while failures < probe.get("failureThreshold", 3):
            if await self._has_ended_within(probe["periodSeconds"]):
                return f"it ended with status {self._process.returncode}"
            is_alive = await asyncio.to_thread(self._answers, probe)
            if is_alive and until_first_success:
                return ""
            failures = 0 if is_alive else failures + 1
        return f"{failures} probes of {probe['httpGet']['path']} failed"

    def _answers(self, probe: dict[str, Any]) -> bool:
        url = f"http://127.0.0.1:{self._port}{probe['httpGet']['path']}"
        try:
            with urllib.request.urlopen(url, timeout=probe.get("timeoutSeconds", DEFAULT_TIMEOUT_S)):
                return True
        except (urllib.error.URLError, OSError):
            return False

    async def _end(self) -> None:
        if self._process.poll() is None:
            self.worker.send_signal(signal.SIGTERM)
            if not await self._has_ended_within(self._grace_s):
                self.worker.send_signal(signal.SIGKILL)
                await asyncio.to_thread(self.worker.wait)

    async def _has_ended_within(self, limit_s: float) -> bool:
        deadline = time.monotonic() + limit_s
        while self._process.poll() is None and time.monotonic() < deadline:  # noqa: ASYNC110 - a process sets no event
            await asyncio.sleep(POLL_S)
        return self._process.poll() is not None

    @property
    def _process(self) -> Any:
        assert self.worker.process is not None
        return self.worker.process
