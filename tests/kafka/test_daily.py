"""Questions of every day on a real Kafka: each story once, and what became of a dump."""

import json
from contextlib import closing
from dataclasses import replace

import orjson
import pytest

from agents.settings import Settings
from streams.records import Message
from streams.topics import PUBLIC_PARTITIONS
from tests.foreign_events import changed, example
from tests.kafka.test_cli import run, send, shown
from tests.kafka.worker import Worker, WorkerMill
from tests.stories import story

pytestmark = pytest.mark.kafka


def event(settings: Settings, number: int, letter: str, sources: int, language: str = "en") -> Message:
    id = f"{number:032x}"
    known = {"id": 32 * letter, "first": False, "size": sources, "sources": sources, "score": 0.9}
    value = changed(id=id, story=known, language=language)
    headers = (("ce_id", id.encode()),)
    return Message(topic=settings.topic("events"), key=id.encode(), value=value, headers=headers, partition=number % PUBLIC_PARTITIONS)


def test_each_story_comes_once_to_a_group_whoever_of_it_reads_and_whatever_restarts(settings: Settings) -> None:
    group = ("--from", "beginning", "--first", "--language", "en", "--group", f"{settings.prefix}-alarm", "--exit-at-end")
    send(settings, [event(settings, 1, "a", 1, language="es"), event(settings, 2, "a", 2), event(settings, 8, "b", 1)])
    assert shown(settings, *group) == ["id2", "id8"]
    send(settings, [event(settings, 3, "a", 3), event(settings, 4, "b", 2), event(settings, 5, "c", 1)])
    assert shown(settings, *group) == ["id5"]
    assert shown(settings, *group) == []


def test_story_is_shown_when_enough_sources_have_it_and_once(settings: Settings) -> None:
    send(settings, [event(settings, 6 * number, "a", number) for number in (1, 2, 3, 4)])
    assert shown(settings, "--min-sources", "3", "--exit-at-end") == ["id18"]
    assert shown(settings, "--story", 32 * "a", "--exit-at-end") == ["id12", "id18", "id24", "id6"]


def test_states_of_stories_are_shown_and_filtered(settings: Settings) -> None:
    state = example("stories/of-seven-events")
    other = state | {"id": 32 * "b", "newest": state["newest"] | {"id": 32 * "c", "regions": []}}
    send(settings, [Message(topic=settings.topic("stories"), key=each["id"].encode(), value=orjson.dumps(each)) for each in (state, other)])
    ran = run(settings, "subscribe", "--stories", "--region", "chile", "--exit-at-end", "--format", "jsonl")
    assert [line["id"] for line in ran.lines] == [state["id"]]


def page(url: str, body: str, content_type: str = "text/plain") -> bytes:
    known = {"url": url, "fetched_at": "2025-08-02T12:00:00Z", "content_type": content_type, "body": body}
    return json.dumps(known).encode() + b"\n"


def test_lookup_finds_the_end_of_every_dump(settings: Settings) -> None:
    text = f"Quellmar gets a ferry\n{story(1, 6)}"
    dumps = {
        "event": page("https://a.example/1", text),
        "copy": page("https://b.example/2", f"{text} Nobody was hurt, police said."),
        "repeat": page("https://a.example/1", f"{text}\n"),
        "replayed": page("https://a.example/1", text),
        "no-articles": page("https://c.example/3", "Home\nSports\nContact"),
        "dead": page("https://d.example/4", ""),
    }
    with Worker(replace(settings, repeats="off")) as worker, closing(WorkerMill(worker)) as mill:
        for value in dumps.values():  # one after the other: of two at once either may be the original
            assert run(settings, "produce", "-", stdin=value).status == 0
            mill.settle()
    ends = {}
    for end, address in (("copy", "https://b.example/2"), ("no-articles", "https://c.example/3"), ("dead", "https://d.example/4")):
        ran = run(settings, "lookup", address, "--format", "jsonl")
        ends[end] = [line["end"] for line in ran.lines]
    assert ends == {end: ["received", end] for end in ends}
    first = run(settings, "lookup", "https://a.example/1", "--format", "jsonl").lines
    assert sorted(line["end"] for line in first) == ["event", "received", "received", "received", "repeat", "replayed"]
    by_words = run(settings, "lookup", "ferry", "quellmar", "--format", "jsonl").lines
    assert {line["end"] for line in by_words} == {"received", "event", "copy", "repeat", "replayed"}
    shown_to_people = run(settings, "lookup", "https://d.example/4").out.decode()
    assert "empty at split" in shown_to_people
    assert run(settings, "lookup", "no such words").status == 1
