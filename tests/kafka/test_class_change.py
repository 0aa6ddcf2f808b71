"""Class files changed under running workers: what is labelled with which classes, topics before events, refusals, and who has what."""

import re
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.settings import Settings
from streams.records import Headers
from tests.agents.cli.test_classes import FEN, MOOR
from tests.contract import page, text_dump, values
from tests.kafka.conftest import settings_of_their_own
from tests.kafka.worker import Worker, WorkerMill
from tests.stories import story

pytestmark = pytest.mark.kafka

LEAD = "The council of Fenland took it up on Monday; Moorland, its neighbour across the water, will follow."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "classes"
    path.mkdir()
    (path / "fen.toml").write_text(FEN, encoding="utf-8")
    return path


@pytest.fixture
def worker(brokers: str, tmp_path: Path, folder: Path) -> Iterator[Worker]:
    with Worker(settings_of_their_own(Settings(brokers=brokers, classes=str(folder)), tmp_path)) as worker:
        worker.address()
        yield worker


def save(folder: Path, name: str, text: str) -> None:
    """Save as editors do: a new file beside the old one, then put in its place."""
    (folder / "unsaved").write_text(text, encoding="utf-8")
    (folder / "unsaved").replace(folder / f"{name}.toml")


def dump(number: int) -> tuple[bytes, Headers]:
    return text_dump(page(number, body=f"{LEAD}\n{story(number)}"), f"https://ferry.example/{number:02}")


def events_of(worker: Worker, *numbers: int) -> list[dict[str, Any]]:
    """Send a dump for each number, and return their events in order of number; checks that they are whole and on their topics."""
    mill = WorkerMill(worker)
    for number in numbers:
        mill.produce(*dump(number))
    mill.settle()
    events = sorted(values(mill.messages("events")), key=lambda event: event["source"]["url"])
    for id in {region["id"] for event in events for region in event["regions"]}:
        on_topic = sorted(values(mill.messages(f"region.{id}")), key=lambda event: event["source"]["url"])
        assert on_topic == [event for event in events if id in regions(event)]
    mill.close()
    return events


def regions(event: dict[str, Any]) -> list[str]:
    return [region["id"] for region in event["regions"]]


def hashes(events: list[dict[str, Any]]) -> set[str]:
    return {event["pipeline"]["classes"] for event in events}


def shown(worker: Worker) -> dict[str, str]:
    with urllib.request.urlopen(f"{worker.address()}/metrics", timeout=10) as response:
        lines = response.read().decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if line.startswith("news_classes_"))


def test_changed_classes_hold_for_what_comes_later_and_new_ones_have_their_topic_first(worker: Worker, folder: Path) -> None:
    earlier = events_of(worker, 1, 2)
    save(folder, "moor", MOOR)
    worker.until_logged("classes loaded")
    # Kafka creates no topic by itself here, and a transaction that waits for one ends the worker.
    later = events_of(worker, 3, 4)
    assert [regions(event) for event in earlier] == [["fen"]] * 2
    assert [regions(event) for event in later] == [["fen", "moor"]] * 2
    assert len(hashes(earlier)) == len(hashes(later)) == 1
    assert hashes(earlier) != hashes(later)
    assert shown(worker)[f'news_classes_info{{hash="{hashes(later).pop()}"}}'] == "1.0"
    assert "Traceback" not in worker.log()


def test_broken_file_leaves_the_old_classes_until_it_is_mended(worker: Worker, folder: Path) -> None:
    earlier = events_of(worker, 1)
    save(folder, "moor", MOOR.replace("0.95", "95"))
    worker.until_logged(r"classes refused.*moor\.toml:10: weight must be")
    assert shown(worker)['news_classes_refused{reason="files"}'] == "1.0"
    meanwhile = events_of(worker, 2)
    assert hashes(meanwhile) == hashes(earlier)
    assert regions(meanwhile[0]) == ["fen"]
    save(folder, "moor", MOOR)
    worker.until_logged("classes loaded")
    assert regions(events_of(worker, 3)[0]) == ["fen", "moor"]
    assert shown(worker)['news_classes_refused{reason="files"}'] == "0.0"


def test_workers_with_different_classes_show_it(worker: Worker, folder: Path, tmp_path: Path) -> None:
    (other := tmp_path / "other").mkdir()
    save(other, "fen", FEN + "# the same, with a remark\n")
    with Worker(replace(worker.settings, classes=str(other))) as two:
        two.until_logged("assigned partitions=", partitions=1)
        found = [re.findall(r'news_classes_info{hash="(\w+)"}', " ".join(shown(each))) for each in (worker, two)]
        assert [len(each) for each in found] == [1, 1]
        assert found[0] != found[1]
        save(other, "fen", FEN)
        two.until_logged("classes loaded")
        assert re.findall(r'news_classes_info{hash="(\w+)"}', " ".join(shown(two))) == found[0]


def test_worker_that_dies_while_classes_change_publishes_each_article_once(worker: Worker, folder: Path) -> None:
    mill = WorkerMill(worker)
    for number in range(60):
        mill.produce(*dump(number))
        if number in (20, 40):
            save(folder, "moor", MOOR + f"# {number}\n")
            worker.restart()
    mill.settle()
    events = values(mill.messages("events")) + values(mill.messages("duplicates"))
    assert len({event["id"] for event in events}) == len(events) == 60
    mill.close()
