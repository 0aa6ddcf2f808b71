"""A worker's web server: the live page, /metrics, /livez, /readyz (agents/web/site.py has the whole table)."""

import asyncio
import ipaddress
import logging
import socket
from dataclasses import replace
from functools import partial

import orjson
from aiohttp import web
from mode import Service
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from agents.classes import load_classes
from agents.kafka.connect import client_options
from agents.kafka.watch import KafkaWatch
from agents.pipeline_config import copy_config
from agents.web.connections import Connections
from agents.web.dump_view import DumpView
from agents.web.feed import Feed
from agents.web.feeds import feeds_of
from agents.web.figures import figures
from agents.web.letters import Letters
from agents.web.queries import Queries
from agents.web.site import Probes, create_site
from agents.web.topic_reader import TopicReader, announce_periodically
from agents.worker.health import Health
from agents.worker.runner import StageRunner
from streams.pipeline import PipelineConfig

log = logging.getLogger("agents.web_server")

STOP_S = 2.0


class WebServer(Service):
    """Serve one worker on a listening socket; the log has its address."""

    def __init__(self, runner: StageRunner, listening: socket.socket) -> None:
        """Prepare to serve this runner."""
        super().__init__()
        self._stage_runner = runner
        self._listening = listening
        self._kafka = KafkaWatch(client_options(runner.settings))
        self._health = Health(runner, self._kafka)
        self._connections = Connections()
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None

    async def on_start(self) -> None:
        """Accept connections."""
        self.add_future(self._kafka.run())
        host, port = self._listening.getsockname()[:2]
        self._runner = web.AppRunner(self._site(), access_log=None, handler_cancellation=True, shutdown_timeout=STOP_S)
        await self._runner.setup()
        self._server = await self._connections.serve(self._runner, sock=self._listening)
        log.info("web server on http://%s:%s", host, port)
        warn_if_exposed(host)

    async def on_stop(self) -> None:
        """Close the port."""
        if self._server is not None:
            self._server.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def _site(self) -> web.Application:
        runner = self._stage_runner
        probes = Probes(
            metrics=self._metrics,
            metrics_type=CONTENT_TYPE_LATEST,
            stalled=self._health.stalled,
            not_ready=self._health.not_ready,
        )
        feed = Feed([TopicReader(runner.settings, runner.count_skipped).run, announce_periodically(partial(figures, runner, self._health))])
        view = DumpView(self._config, copy_config(runner.settings))
        letters = Letters(runner.settings)
        return create_site(
            probes,
            feed,
            view,
            self._connections,
            web_host=runner.settings.web_host,
            classes=lambda: classes_json(runner.config),
            readers={**feeds_of(runner.settings), **Queries(runner.settings).routes(), **letters.routes()},
            replay=letters.replay,
        )

    def _metrics(self) -> bytes:
        try:
            self._health.refresh()
        except Exception:
            log.exception("the gauges could not be refreshed")
        return generate_latest(self._stage_runner.metrics.registry)

    def _config(self) -> PipelineConfig:
        """Return the config of the stages with the user's current class files, which may change while a worker runs."""
        runner = self._stage_runner
        return replace(runner.config, classes=load_classes(runner.settings)) if runner.settings.classes else runner.config


def warn_if_exposed(host: str) -> None:
    """Log a warning where the web server listens on an address beyond this machine."""
    if not ipaddress.ip_address(host).is_loopback:
        log.warning("NEWS_WEB_HOST=%s: no TLS and no login; let only probes, Prometheus and a proxy with both reach this port", host)


def classes_json(config: PipelineConfig) -> bytes:
    """Return the initial JSON of the page: the version, and each class with its kind and name."""
    classes = [{"id": news_class.id, "kind": news_class.kind, "name": news_class.name} for news_class in config.classes.classes]
    return orjson.dumps({"version": config.version, "prefix": config.prefix, "classes": classes})
