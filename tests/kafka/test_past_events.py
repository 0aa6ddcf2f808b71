"""`newsmill classes diff --from-kafka` and `classes backfill` on a real Kafka."""

import asyncio
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.admin.records_to_delete import RecordsToDelete

from agents.kafka.connect import admin
from agents.settings import Settings
from streams.messages.envelope import text_headers
from streams.records import Message
from streams.topics import PUBLIC_PARTITIONS
from tests.agents.cli.test_classes import FEN
from tests.command import newsmill
from tests.foreign_events import changed
from tests.kafka.test_cli import environment, read, send

pytestmark = pytest.mark.kafka


def event(settings: Settings, number: int, body: str) -> Message:
    id = f"{number:032x}"
    headers = (("ce_id", id.encode()), ("regions", b"chile"), ("topics", b""), ("about", b""))
    value = changed(id=id, title=None, body=body)
    return Message(topic=settings.topic("events"), key=id.encode(), value=value, headers=headers, partition=number % PUBLIC_PARTITIONS)


def delete_first_records(settings: Settings) -> None:
    """Delete the first record of each partition of the events, as retention does."""

    async def delete() -> None:
        async with admin(settings) as client:
            partitions = [TopicPartition(settings.topic("events"), number) for number in range(PUBLIC_PARTITIONS)]
            await client.delete_records({partition: RecordsToDelete(before_offset=1) for partition in partitions})

    asyncio.run(delete())


def test_past_events_are_compared_and_sent_to_the_topic_of_a_new_class_once_each(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "classes"
    folder.mkdir()
    (folder / "fen.toml").write_text(FEN, encoding="utf-8")
    bodies = [("Fenland has a ferry." if number % 2 else "The moor has none.") for number in range(18)]
    send(settings, [event(settings, number, body) for number, body in enumerate(bodies)])
    env = environment(settings) | {"NEWS_CLASSES": str(folder)}

    diff = newsmill("classes", "diff", "built-in", str(folder), "--from-kafka", env=environment(settings))
    assert {line["id"]: line["changes"][0]["id"] for line in diff.lines} == {f"{number:032x}": "fen" for number in range(1, 18, 2)}

    delete_first_records(settings)
    for expected in ("6 of 12 events", "0 of 12 events"):
        ran = newsmill("classes", "backfill", "fen", "--since", "1h", env=env)
        assert ran.status == 0
        assert expected in ran.notes
        assert f"{settings.topic('events')} is complete since " in ran.notes
    sent = read(settings, "region.fen")
    assert sorted(int((message.key or b"").decode(), 16) for message in sent) == [7, 9, 11, 13, 15, 17]
    assert {text_headers(message.headers)["regions"] for message in sent} == {"chile,fen"}
