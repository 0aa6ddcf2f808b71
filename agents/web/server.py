"""A worker's web server: /metrics, /livez, /readyz. Nothing else of the process is reachable."""

import logging
import socket

from aiohttp import web
from mode import Service
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from agents.health import Health
from agents.shell import Shell

log = logging.getLogger("agents.web_server")


class WebServer(Service):
    """Serves one worker on a socket that listens already; the log names its address."""

    def __init__(self, shell: Shell, listening: socket.socket) -> None:
        """Prepare to serve this shell."""
        super().__init__()
        self._shell = shell
        self._listening = listening
        self._health = Health(shell)
        self._runner: web.AppRunner | None = None

    async def on_start(self) -> None:
        """Answer what waits at the socket."""
        app = web.Application()
        app.add_routes([web.get("/metrics", self._metrics), web.get("/livez", self._livez), web.get("/readyz", self._readyz)])
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.SockSite(self._runner, self._listening).start()
        log.info("web server on http://%s:%s", *self._runner.addresses[0][:2])

    async def on_stop(self) -> None:
        """Close the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _metrics(self, _: web.Request) -> web.Response:
        self._health.refresh()
        return web.Response(body=generate_latest(self._shell.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _livez(self, _: web.Request) -> web.Response:
        stalled = self._health.stalled()
        return web.Response(text="\n".join(stalled) or "alive", status=503 if stalled else 200)

    async def _readyz(self, _: web.Request) -> web.Response:
        reason = await self._health.not_ready()
        return web.Response(text=reason or "ready", status=503 if reason else 200)
