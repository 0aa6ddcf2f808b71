"""Compose a worker from the agents of its stages, Faust's app and the web server, and run it until a signal or a failure ends it."""

import asyncio
import faulthandler
import gc
import logging
import signal
import socket
from collections.abc import Collection

import mode
import uvloop

from agents import classify, deduplicate, split
from agents.kafka.compat.compression import compress_fast
from agents.kafka.compat.faust_worker import SignalReportingWorker
from agents.log import show_library_errors
from agents.settings import Settings, SettingsError
from agents.web.server import WebServer
from agents.worker.app import create_runner
from agents.worker.exit import describe, exit_within
from streams.classify.class_set import ClassSet
from streams.counts import StageName
from streams.split.warm_up import warm_up

log = logging.getLogger(__name__)

STOP_LIMIT_S = 20
# So many objects more than before start a collection (CPython: 700 to 2,000). Records are freed without one; a tenth of the steps' time.
GARBAGE_THRESHOLD = 10_000
AGENTS = {StageName.SPLIT: split.declare, StageName.DEDUPLICATE: deduplicate.declare, StageName.CLASSIFY: classify.declare}


def run_worker(settings: Settings, stages: Collection[StageName], classes: ClassSet) -> None:
    """Run a worker until SIGTERM or SIGINT, starting with `classes`; exit by SystemExit, with status 1 after a failure.

    Raises:
        SettingsError: the port of the web server is taken.
    """
    listening = _listen(settings)
    uvloop.install()
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    runner = create_runner(settings, classes, [AGENTS[stage] for stage in stages])
    show_library_errors()
    log.info("worker stages=%s %s", ",".join(stages), settings.describe())
    warm_up()
    collect_seldom()
    compress_fast()

    @runner.app.on_before_shutdown.connect(weak=False)
    async def stop(*_: object, **__: object) -> None:
        await runner.stop()

    server = WebServer(runner, listening)
    worker = SignalReportingWorker(
        *(runner.app, server), on_signal=_limit_stop, loop=loop, quiet=True, override_logging=False, redirect_stdouts=False, loglevel="WARN"
    )
    worker.spinner = None
    run_to_end(worker)


def collect_seldom() -> None:
    """Let the garbage collector run seldom, and never over what is loaded by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)


def run_to_end(worker: mode.Worker) -> None:
    """Run a worker until it ends; the last line of the log names the cause of a crash. A crash in C code logs the stack of each thread."""
    faulthandler.enable()
    try:
        worker.execute_from_commandline()
    finally:
        if worker.crash_reason is not None:
            log.error("worker failed: %s", describe(worker.crash_reason))
            # After it libraries would log what dies with them: futures that nobody awaits, calls to a closed loop.
            logging.disable()


def _limit_stop(number: signal.Signals) -> None:
    """Force the process to exit after a deadline. Uncommitted work is redone by the next owner."""
    exit_within(STOP_LIMIT_S)
    log.info("stopping: %s", number.name)


def _listen(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.web_host, settings.web_port))
    except OSError as error:
        setting = f"NEWS_WEB_HOST={settings.web_host} NEWS_WEB_PORT={settings.web_port}"
        raise SettingsError(f"{setting}: can't listen there ({error.strerror}); name another port, or 0 for a free one") from error
