"""The one error of the local broker: what failed, where, and what to do."""

from pathlib import Path

from agents.errors import UserError


class KafkaStartError(UserError):
    """The local Kafka can't be started; the message is for a person and ends with what to do."""


def last_lines(log: Path, count: int = 15) -> str:
    """Return the last `count` lines of `log` (its last 16 KiB at most), indented; empty where there is no such file."""
    try:
        with log.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - 16_384))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(f"    {line}" for line in lines[-count:])
