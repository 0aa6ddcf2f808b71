"""Check what a command needs before it starts: a broker that answers, and the topics."""

from collections.abc import Iterable
from typing import NoReturn

from agents.errors import UserError
from agents.kafka.connect import admin
from agents.kafka.topics import partitions_of
from agents.settings import Settings


async def require_topics(settings: Settings, names: Iterable[str]) -> dict[str, int]:
    """Return the number of partitions of each of these topics, by full name.

    Raises:
        NotReachable: no broker answers within 10 seconds.
        UserError: a topic is missing.
    """
    async with admin(settings) as client:
        existing = await partitions_of(client, settings)
    return {name: existing[name] if name in existing else _missing(name, existing, settings) for name in names}


def _missing(name: str, existing: Iterable[str], settings: Settings) -> NoReturn:
    kind = name.rpartition(".")[0] + "."
    others = sorted(other for other in existing if other.startswith(kind) and kind != settings.topic(""))
    advice = f"there are {', '.join(others)}" if others else "create the topics with `newsmill topics apply`"
    raise UserError(f"no topic {name} at {settings.bootstrap}; {advice}")
