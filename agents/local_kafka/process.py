"""Probe the broker, and make it end with its parent process."""

import socket
import struct
import subprocess

# Reads standard input to its end. A line means a regular end; end of file without one means that this process died.
# Not PR_SET_PDEATHSIG: it is Linux only, unsafe after a fork with threads, and tied to the thread, not the process.
WATCH = """
read -r goodbye && exit 0
kill -TERM "$1" 2>/dev/null
for second in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" 2>/dev/null || exit 0; sleep 1; done
kill -KILL "$1" 2>/dev/null
"""


def start_watch(pid: int) -> subprocess.Popen[bytes]:
    """Start a watchdog that ends process `pid` when this process dies; `end_watch` stops it."""
    return subprocess.Popen(  # noqa: S603 - our own command
        ["/bin/sh", "-c", WATCH, "newsmill-kafka-watch", str(pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in the terminal must not reach it
    )


def end_watch(watch: subprocess.Popen[bytes]) -> None:
    """Stop the watchdog without ending its process."""
    watch.communicate(b"goodbye\n")


def answers(port: int) -> bool:
    """Return whether the broker on this port of 127.0.0.1 lists itself as alive: then topics can be created and written.

    An open port is not enough. Send a Metadata request version 4 (Kafka's protocol guide; no topics, none to be created), whose response
    begins with size, correlation id, throttle time and the number of live brokers.
    """
    body = struct.pack(">hhih", 3, 4, 1, -1) + struct.pack(">ib", 0, 0)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(struct.pack(">i", len(body)) + body)
            with connection.makefile("rb") as stream:
                answer = stream.read(16)
    except OSError:
        return False
    return len(answer) == 16 and struct.unpack(">iiii", answer)[3] >= 1
