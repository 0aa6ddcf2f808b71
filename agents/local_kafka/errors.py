"""The error of the local broker, with the end of its logs."""

from pathlib import Path

from agents.errors import UserError


class KafkaStartError(UserError):
    """The local Kafka can't be started; the message ends with advice."""


def last_lines(log: Path, count: int = 15) -> str:
    """Return the last `count` lines of `log` (of its last 16 KiB), indented; empty if the file is missing."""
    try:
        with log.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - 16_384))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(f"    {line}" for line in lines[-count:])
