"""The live page's stream of a real worker: what other workers publish too, while somebody watches, and not what was aborted."""

import json
import re
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from agents.settings import Settings
from streams.pipeline import INPUT_TOPICS
from tests.contract import page, text_dump
from tests.kafka.worker import WorkerMill

pytestmark = pytest.mark.kafka


@contextmanager
def watching(mill: WorkerMill) -> Iterator["Stream"]:
    with urllib.request.urlopen(f"{mill.worker.address()}/events", timeout=30) as response:
        yield Stream(response)


class Stream:
    """The messages of a stream, one after the other."""

    def __init__(self, response: Any) -> None:
        self._response = response

    def until(self, name: str, holds: str) -> dict[str, Any]:
        """Return the next message of this name whose data has these words."""
        kind = ""
        while line := self._response.readline().decode():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ").strip()
            if kind == name and line.startswith("data: ") and holds in line:
                told: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return told
        raise AssertionError(f"the stream ended without {name} {holds}")


def test_stream_tells_of_what_came_before_and_of_what_comes_events_copies_and_dead_letters(mill: WorkerMill) -> None:
    mill.produce(*text_dump(page(951), "https://before.example/"))
    mill.settle()
    with watching(mill) as stream:
        assert stream.until("article", "https://before.example/")["event"]["duplicate"] is None
        mill.produce(*text_dump(page(951), "https://copy.example/"))
        assert stream.until("article", "https://copy.example/")["event"]["duplicate"]["kind"] in ("exact", "repeat")
        mill.produce(b"\x89PNG\r\n\x1a\n" + bytes(50), (("source-url", b"https://dead.example/"),))
        letter = stream.until("dead", "https://dead.example/")
        assert (letter["stage"], letter["reason"]) == ("split", "not-decodable")
        figures = stream.until("figures", "records")
        assert figures["owned"] == figures["partitions"] == len(INPUT_TOPICS) * Settings().partitions
        assert figures["records"]["split"]["dead"] >= 1


def test_page_is_served_and_a_dump_of_ones_own_publishes_nothing(mill: WorkerMill) -> None:
    address = mill.worker.address()
    with urllib.request.urlopen(address, timeout=10) as response:
        html = response.read().decode()
    for name in re.findall(r'(?:src|href)="(/page/[^"]+)"', html):
        with urllib.request.urlopen(f"{address}{name}", timeout=10) as response:
            assert response.status == 200
    before = [mill.messages(topic) for topic in ("events", "duplicates", "dead-letters")]
    body = text_dump(page(952), "https://own.example/")[0]
    asked = urllib.request.Request(f"{address}/dump", data=body, headers={"Content-Type": "application/octet-stream"})
    with urllib.request.urlopen(asked, timeout=30) as response:
        [dump] = json.load(response)["dumps"]
    assert len(dump["articles"]) == 1
    mill.settle()
    assert [mill.messages(topic) for topic in ("events", "duplicates", "dead-letters")] == before


def test_reader_that_stands_still_does_not_hold_the_worker_up(mill: WorkerMill) -> None:
    host, port = mill.worker.address().removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as deaf:
        deaf.sendall(f"GET /events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        for number in range(953, 963):
            mill.produce(*text_dump(page(number), f"https://deaf.example/{number}"))
        mill.settle()
        assert len(mill.messages("events")) == 10
