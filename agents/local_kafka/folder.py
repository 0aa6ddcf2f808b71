"""Manage the data folder of one local broker: its lock, its ports, and Kafka's configuration files."""

import base64
import fcntl
import os
import random
import socket
import time
import uuid
from pathlib import Path
from typing import IO

from agents.local_kafka import config
from agents.local_kafka.errors import KafkaStartError

# Below the ephemeral ports (from 32768 on Linux, 49152 on macOS): an outgoing connection could take one of those between our check and
# Kafka's bind.
PORT_RANGE = range(20_000, 30_000)
ORPHAN_LIMIT_S = 15.0
"""How long to wait for a broker whose parent died; the watchdog ends it within 10 s."""


def lock_folder(data: Path) -> IO[str]:
    """Lock this folder and return the open lock file; the lock lasts until every process that inherited it has closed it.

    Raises:
        KafkaStartError: another broker has the lock.
    """
    data.mkdir(parents=True, exist_ok=True)
    stream = (data / "lock").open("a+")
    deadline = time.monotonic() + ORPHAN_LIMIT_S
    while not _try_lock(stream):
        stream.seek(0)
        holder = stream.read().strip()
        if _is_alive(holder) or time.monotonic() > deadline:
            stream.close()
            message = f"{data} is in use by another local Kafka, started by process {holder}."
            raise KafkaStartError(f"{message} Stop that one, or use another data folder.")
        time.sleep(0.1)
    stream.truncate(0)
    stream.write(f"{os.getpid()}\n")
    stream.flush()
    return stream


def _try_lock(stream: IO[str]) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def choose_ports(data: Path, fixed: int) -> tuple[int, int]:
    """Return the client's and the controller's port: `fixed`, else those of the last start, else free ones; write them to a file.

    Raises:
        KafkaStartError: `fixed` isn't free.
    """
    if fixed and not is_free(fixed):
        message = f"Port {fixed} of 127.0.0.1 is in use by another program."
        raise KafkaStartError(
            f"{message} Choose another port, or 0 for a free one; if a Kafka is running there, set NEWS_BROKERS=127.0.0.1:{fixed}."
        )
    last_client, last_controller = remembered_ports(data)
    client = fixed or (last_client if is_free(last_client) else free_port())
    controller = last_controller if last_controller != client and is_free(last_controller) else free_port(client)
    (data / "ports").write_text(f"{client} {controller}\n", encoding="ascii")
    return client, controller


def remembered_ports(data: Path) -> tuple[int, int]:
    """Return the client's and the controller's port of the last start, or zeros."""
    try:
        client, controller = (data / "ports").read_text(encoding="ascii").split()
        return int(client), int(controller)
    except (FileNotFoundError, ValueError):
        return 0, 0


def is_free(port: int) -> bool:
    """Return whether a server could listen on this port of 127.0.0.1 now; False for 0."""
    if not 0 < port < 65_536:
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Java does, so that connections in TIME_WAIT don't matter
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
    return True


def free_port(taken: int = 0) -> int:
    """Return a port of 127.0.0.1 that is free now and isn't `taken`; random, so that two simultaneous starts rarely collide."""
    candidates = random.sample(PORT_RANGE, len(PORT_RANGE))
    return next(port for port in candidates if port != taken and is_free(port))


def write_config(data: Path, ports: tuple[int, int]) -> None:
    """Write Kafka's configuration files."""
    (data / config.SERVER_PROPERTIES).write_text(config.server_properties(*ports), encoding="ascii")
    (data / config.LOG_CONFIG).write_text(config.log_config(), encoding="ascii")


def is_formatted(data: Path) -> bool:
    """Return whether the folder contains a formatted cluster."""
    return (data / config.LOG_FOLDER / "meta.properties").exists()


def new_cluster_id() -> str:
    """Return an id in Kafka's form: a UUID in 22 characters of URL-safe base64, not starting with a dash, which begins an option."""
    return "N" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]
