"""The longest wait of a fault is that of the dumps that were sent during it, until the last of their events."""

import json

from streams.messages.envelope import ENVELOPE_TYPE
from streams.records import Incoming
from tests.chaos.waits import longest_wait_s, waits
from tests.contract import text_dump

ENVELOPED = (("content-type", ENVELOPE_TYPE.encode()),)
DUMPS = [
    (json.dumps({"url": "https://pages.example/0", "body": "text"}).encode(), ENVELOPED),
    text_dump("text", "https://pages.example/1"),
    text_dump("text", "https://pages.example/2"),
]


def _event(number: int, timestamp: int, topic: str = "events") -> Incoming:
    value = json.dumps({"source": {"url": f"https://pages.example/{number}"}}).encode()
    return Incoming(topic=f"chaos.{topic}", key=None, value=value, timestamp=timestamp)


def test_a_dump_waits_until_its_last_event_or_copy() -> None:
    topics = {"events": [_event(0, 101), _event(1, 103)], "duplicates": [_event(0, 106, "duplicates")]}
    assert waits(DUMPS, {0: 100.5, 1: 102.0}, topics) == [(100.5, 6.5), (102.0, 2.0)]


def test_a_dump_that_gave_nothing_has_no_wait() -> None:
    assert waits(DUMPS, {2: 100.0}, {"events": [_event(0, 101)], "duplicates": []}) == []


def test_only_dumps_sent_just_before_or_during_a_fault_count_for_it() -> None:
    row = {"began_at": 100.0, "ended_at": 110.0}
    assert longest_wait_s(row, [(97.0, 30.0), (98.5, 4.0), (109.0, 7.0), (111.0, 20.0)]) == 7.0
    assert longest_wait_s(row, [(97.0, 30.0)]) is None
