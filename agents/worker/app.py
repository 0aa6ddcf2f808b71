"""The Faust app of a worker: its settings, its transport, and the agents that it runs."""

from collections.abc import Callable, Iterable

import faust
from yarl import URL

from agents.kafka.compat.faust_worker import NoTables, StoppingAgent
from agents.kafka.connect import METADATA_MAX_AGE_MS, faust_credentials
from agents.kafka.consumer import BoundedTransport, Inflight
from agents.settings import Settings
from agents.worker.runner import StageRunner
from streams.classify.class_set import ClassSet

# What a consumer takes of one partition at a time; a larger message comes alone.
FETCH_BYTES = 1024 * 1024
MIN_JOIN_TIMEOUT_S = 20


def create_runner(settings: Settings, classes: ClassSet, declare: Iterable[Callable[[StageRunner], None]]) -> StageRunner:
    """Return the runner of a new app; each of `declare` adds the agents of one stage to it. `runner.app` is not started.

    Faust commits nothing and declares nothing: the transaction is the only committer, and topics come from `newsmill topics apply`.
    """
    # Faust makes the last folder of this path only, though it keeps nothing in it.
    faust_folder = settings.data_folder / "faust"
    faust_folder.mkdir(parents=True, exist_ok=True)
    app = faust.App(
        settings.prefix,
        broker=[URL(f"kafka://{address.strip()}") for address in settings.bootstrap.split(",")],
        broker_credentials=faust_credentials(settings),
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=settings.session_timeout / 5,
        # JoinGroup waits for the other members, and for those that died as long as their session lasts.
        broker_request_timeout=max(2 * settings.session_timeout, MIN_JOIN_TIMEOUT_S),
        consumer_metadata_max_age_ms=METADATA_MAX_AGE_MS,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=FETCH_BYTES,
        datadir=faust_folder,
        key_serializer="raw",
        value_serializer="raw",
        store="memory://",
        stream_wait_empty=False,
        # No partition has a standby. With 1, its default, Faust assigns six partitions to four workers as 2, 2, 2 and 0.
        table_standby_replicas=0,
        Agent=StoppingAgent,
        TableManager=NoTables,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
    )
    transport = _bounded(app, settings)
    runner = StageRunner(app, settings, classes, transport.inflight)
    transport.on_skipped = runner.count_skipped
    transport.on_reset = runner.on_position_reset
    transport.on_error = runner.on_consumer_error
    for declare_stage in declare:
        declare_stage(runner)

    @app.on_partitions_revoked.connect(weak=False)
    async def on_partitions_revoked(*_: object, **__: object) -> None:
        await runner.on_partitions_revoked()

    @app.on_rebalance_complete.connect(weak=False)
    async def on_rebalance_complete(*_: object, **__: object) -> None:
        await runner.on_rebalance_complete()

    return runner


def _bounded(app: faust.App, settings: Settings) -> BoundedTransport:
    """Return the transport of the app, which limits what it holds."""
    transport = BoundedTransport(app.conf.broker_consumer, app)
    transport.inflight = Inflight(settings.inflight_bytes, settings.prefix)
    app.transport = app.producer_transport = transport
    return transport
