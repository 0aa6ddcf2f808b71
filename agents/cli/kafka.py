"""`newsmill kafka`."""

import signal
import threading
from pathlib import Path

import click

from agents.errors import UserError
from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings


@click.command("kafka")
@click.option("--port", type=click.IntRange(0, 65535), default=9092, show_default=True, help="Port for clients; 0 for a free one.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of its data and log.  [default: NEWS_DATA/kafka]")
@click.pass_obj
def command(settings: Settings, port: int, data: Path | None) -> None:
    """Run a real single-node Kafka on loopback until Ctrl-C. Its data stays in the folder.

    The first start downloads Kafka from the package registries; later ones need no network.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    kafka = LocalKafka(data or settings.data_folder / "kafka", port, on_progress=lambda text: click.echo(text, err=True))
    with kafka:
        click.echo(kafka.bootstrap)
        click.echo(f"Kafka is ready; its log is {kafka.log_path}. Ctrl-C stops it.", err=True)
        while not stop.wait(1.0):
            if kafka.pid is None:
                raise UserError(f"Kafka ended by itself; see {kafka.log_path}")
