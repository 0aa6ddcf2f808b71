"""How long dumps waited until their last event: what a fault costs the users, beside the recovery of the workers that it hit."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from streams.messages.envelope import open_envelope
from streams.records import Headers, Incoming

BEFORE_S = 2.0
"""A dump that was sent so long before a fault may still be on its way when that begins."""


def waits(
    dumps: Sequence[tuple[bytes, Headers]], sent: Mapping[int, float], topics: Mapping[str, Iterable[Incoming]]
) -> list[tuple[float, float]]:
    """Return for each dump when it was sent, and the seconds until its last event or copy was written.

    Timestamps of messages are whole seconds: a wait is rounded up, by less than a second. `sent`: by number, seconds since the epoch.
    """
    last: dict[str, int] = {}
    for message in (message for name in ("events", "duplicates") for message in topics[name]):
        url = str(orjson.loads(message.value)["source"]["url"])
        last[url] = max(last.get(url, 0), message.timestamp or 0)
    urls = ((_url(*dumps[number]), at) for number, at in sorted(sent.items()))
    return [(at, last[url] + 1 - at) for url, at in urls if url in last]


def _url(value: bytes, headers: Headers) -> str:
    return str(open_envelope(Incoming(topic="", key=None, value=value, headers=headers)).url)


def longest_wait_s(row: Mapping[str, Any], found: Iterable[tuple[float, float]]) -> float | None:
    """Return the longest of the waits of the dumps that were sent just before or during a fault, None where there was none."""
    during = [wait_s for at, wait_s in found if row["began_at"] - BEFORE_S <= at <= row["ended_at"]]
    return round(max(during), 1) if during else None
