"""The commands that talk to Kafka, on a real one."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import RecordsToDelete
from confluent_kafka import Producer

from agents.client import replay
from agents.client.event_filter import EventFilter
from agents.client.subscribe import Subscription, receive_events
from agents.kafka.connect import admin, client_options
from agents.kafka.read_topic import read_to_end
from agents.settings import Settings
from streams.counts import StageName
from streams.dumps.decode import MAX_BODY_BYTES
from streams.errors import Reason
from streams.messages.dead_letters import dead_letter
from streams.messages.envelope import id_of, text_headers
from streams.records import Incoming, Message
from streams.topics import TopicName
from tests import archives
from tests.command import Ran, newsmill
from tests.foreign_events import EVENT, FOREIGN_EVENTS, changed

pytestmark = pytest.mark.kafka

LIMIT_S = 60


def environment(settings: Settings) -> dict[str, str]:
    return {"NEWS_BROKERS": settings.brokers, "NEWS_PREFIX": settings.prefix}


def run(settings: Settings, *arguments: str, stdin: bytes = b"") -> Ran:
    return newsmill(*arguments, stdin=stdin, env=environment(settings))


def read(settings: Settings, name: str) -> list[Incoming]:
    """Return the committed messages of a topic."""

    async def collect() -> list[Incoming]:
        return [
            Incoming(topic=name, key=record.key, value=record.value or b"", headers=tuple(record.headers), partition=record.partition)
            async for record in read_to_end(settings, settings.topic(name))
        ]

    return asyncio.run(collect())


def send(settings: Settings, messages: Sequence[Message], *, transaction: str = "") -> None:
    """Send messages as they are; in a transaction, which "commit" or "abort" ends, where one is asked for."""

    async def run_it() -> None:
        own_id = f"{settings.prefix}-test-{os.urandom(4).hex()}" if transaction else None
        producer = AIOKafkaProducer(**client_options(settings), max_request_size=16 * 1024 * 1024, transactional_id=own_id)
        await producer.start()
        if transaction:
            await producer.begin_transaction()
        for message in messages:
            await producer.send_and_wait(
                message.topic, message.value, key=message.key, partition=message.partition, headers=list(message.headers)
            )
        if transaction:
            await (producer.commit_transaction() if transaction == "commit" else producer.abort_transaction())
        await producer.stop()

    asyncio.run(run_it())


def event(settings: Settings, number: int, *, regions: str = "", topics: str = "", about: str = "") -> list[Message]:
    """Return the messages of one event, on all topics that it goes to."""
    id = f"{number:032x}"
    headers = {"ce_id": id, "regions": regions, "topics": topics, "about": about}
    classes = [f"region.{id}" for id in regions.split(",") if id] + [f"topic.{id}" for id in topics.split(",") if id]
    encoded = tuple((name, text.encode()) for name, text in headers.items())
    known = {kind: changed_labels(kind, ids, about) for kind, ids in (("regions", regions), ("topics", topics))}
    value = changed(id=id, **known)
    return [
        Message(topic=settings.topic(name), key=b"k", value=value, headers=encoded, partition=number % 6) for name in ("events", *classes)
    ]


def changed_labels(kind: str, ids: str, about: str) -> list[dict[str, object]]:
    return [EVENT[kind][0] | {"id": id, "about": id in about.split(",")} for id in ids.split(",") if id]


def shown(settings: Settings, *arguments: str) -> list[str]:
    """Return the ids that `subscribe` shows, sorted: order holds within a partition only."""
    ran = run(settings, "subscribe", "--format", "jsonl", *arguments)
    assert ran.status == 0
    return sorted(f"id{int(line['id'], 16)}" for line in ran.lines)


async def delete_before(settings: Settings, partition: TopicPartition, offset: int) -> None:
    async with admin(settings) as client:
        await client.delete_records({partition: RecordsToDelete(before_offset=offset)})


class TestProduce:
    def test_a_page_comes_to_kafka_with_its_key_and_headers(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "page.txt").write_bytes(b"caf\xe9")
        ran = run(settings, "produce", "--url", "https://a.example/1", "--fetched-at", "2025-08-02T12:00:00Z", str(tmp_path))
        (message,) = read(settings, "dumps")
        assert (ran.status, message.key, message.value) == (0, b"https://a.example/1", b"caf\xe9")
        assert text_headers(message.headers) == {
            "content-type": "text/plain",
            "source-url": "https://a.example/1",
            "fetched-at": "2025-08-02T12:00:00Z",
        }
        assert ran.notes.splitlines() == [
            f"newsmill: {tmp_path / 'page.txt'}: dump {id_of(b'https://a.example/1', message.value)}",
            f"newsmill: 1 dump (4 bytes) sent to {settings.prefix}.dumps, 0 refused",
        ]

    def test_pages_of_an_archive_are_sent_and_the_rest_is_told_by_kind(self, settings: Settings, tmp_path: Path) -> None:
        image, page = archives.response(b"x", content_type="image/png"), archives.response(b"<p>x")
        (tmp_path / "crawl.warc.gz").write_bytes(b"".join(archives.packed([image, page, image])))
        ran = run(settings, "produce", str(tmp_path))
        (message,) = read(settings, "dumps")
        assert (ran.status, message.key, message.value) == (0, b"https://a.example/1", b"<p>x")
        assert ran.notes.splitlines()[1:] == [
            f"newsmill: 1 dump (4 bytes) sent to {settings.prefix}.dumps, 0 refused",
            "newsmill: 2 skipped, not pages: image (2)",
        ]

    def test_dumps_of_the_past_go_to_their_own_topic(self, settings: Settings) -> None:
        assert run(settings, "produce", "--backfill", "-", stdin=b'{"body":"x"}\n{"body":"y"}').status == 0
        assert sorted(message.value for message in read(settings, "dumps.backfill")) == [b'{"body":"x"}', b'{"body":"y"}']
        assert read(settings, "dumps") == []

    def test_a_dump_of_the_largest_size_is_sent_and_one_byte_more_is_refused(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "fits.txt").write_bytes(os.urandom(MAX_BODY_BYTES))
        (tmp_path / "toolarge.txt").write_bytes(b"x" * (MAX_BODY_BYTES + 1))
        (tmp_path / "base64.jsonl").write_bytes(json.dumps({"body_base64": "eHh4" * (MAX_BODY_BYTES // 3)}).encode())
        ran = run(settings, "produce", str(tmp_path))
        assert ran.status == 1
        assert "toolarge.txt: refused: too-large: the dump has 10,485,761 bytes; the limit is 10,485,760" in ran.notes
        assert "2 dumps" in ran.notes
        assert "1 refused" in ran.notes
        assert len(read(settings, "dumps")) == 2

    def test_the_rate_is_kept(self, settings: Settings) -> None:
        started = time.monotonic()
        assert run(settings, "produce", "--rate", "10", "-", stdin=b'{"body":"x"}\n' * 6).status == 0
        assert time.monotonic() - started > 0.5

    def test_missing_topics_are_said_with_what_to_do(self, settings: Settings) -> None:
        ran = newsmill("produce", "-", stdin=b"x", env=environment(settings) | {"NEWS_PREFIX": "nowhere"})
        assert ran.status == 1
        assert ran.notes == f"newsmill: no topic nowhere.dumps at {settings.brokers}; create the topics with `newsmill topics apply`\n"


class TestSubscribe:
    def test_events_of_several_classes_come_once_each(self, settings: Settings) -> None:
        send(settings, [*event(settings, 1, regions="chile", topics="mining"), *event(settings, 2, topics="mining"), *event(settings, 3)])
        whole = ("--since", "1h", "--exit-at-end")
        assert shown(settings, *whole, "--region", "chile", "--topic", "mining", "--match", "any") == ["id1", "id2"]
        assert shown(settings, *whole, "--region", "chile", "--topic", "mining") == ["id1"]
        assert shown(settings, *whole) == ["id1", "id2", "id3"]

    def test_what_retention_deleted_is_said(self, settings: Settings) -> None:
        send(settings, [*event(settings, 1), *event(settings, 7)])
        asyncio.run(delete_before(settings, TopicPartition(settings.topic("events"), 1), 1))
        ran = run(settings, "subscribe", "--since", "1h", "--exit-at-end", "--format", "jsonl")
        assert [int(line["id"], 16) for line in ran.lines] == [7]
        assert "not all of it: events before " in ran.notes

    @pytest.mark.parametrize("form", ["pretty", "jsonl", "ninjs"])
    def test_what_newsmill_did_not_write_is_skipped(self, settings: Settings, form: str, caplog: pytest.LogCaptureFixture) -> None:
        headers = (("ce_id", b"f" * 32),)
        foreign = [
            Message(topic=settings.topic("events"), key=b"k", value=value, headers=headers, partition=1)
            for value in FOREIGN_EVENTS.values()
        ]
        send(settings, [*foreign, *event(settings, 1)])
        ran = run(settings, "subscribe", "--from", "beginning", "--format", form, "--max", "1")
        assert ran.status == 0
        assert "skipped records that newsmill did not write" in caplog.text

    def test_an_id_seen_before_is_skipped(self, settings: Settings) -> None:
        send(settings, [*event(settings, 1), *event(settings, 1), *event(settings, 7)])
        assert shown(settings, "--from", "beginning", "--max", "2") == ["id1", "id7"]

    def test_what_was_never_committed_is_not_shown(self, settings: Settings) -> None:
        send(settings, event(settings, 1), transaction="abort")
        send(settings, event(settings, 7), transaction="commit")
        assert shown(settings, "--from", "beginning", "--max", "1") == ["id7"]

    def test_about_leaves_out_what_only_mentions(self, settings: Settings) -> None:
        send(settings, [*event(settings, 1, regions="chile"), *event(settings, 7, regions="chile", about="chile")])
        assert shown(settings, "--from", "beginning", "--region", "chile", "--about", "--max", "1") == ["id7"]

    def test_a_group_resumes_where_it_left_off(self, settings: Settings) -> None:
        group = ("--from", "beginning", "--group", f"{settings.prefix}-archive")
        send(settings, [message for number in range(1, 25, 6) for message in event(settings, number)])
        assert shown(settings, *group, "--max", "3") == ["id1", "id13", "id7"]
        assert shown(settings, *group, "--max", "1") == ["id19"]

    def test_what_was_not_fully_taken_comes_again_for_the_group(self, settings: Settings) -> None:
        send(settings, [*event(settings, 1), *event(settings, 7)])

        async def first() -> str:
            async with aclosing(
                receive_events(settings, Subscription(EventFilter(), start="beginning", group=f"{settings.prefix}-g"))
            ) as heard:
                return f"id{int((await anext(heard)).id, 16)}"

        assert [asyncio.run(first()), asyncio.run(first())] == ["id1", "id1"]

    def test_a_time_begins_there(self, settings: Settings) -> None:
        send(settings, event(settings, 1))
        time.sleep(1.1)
        begin = int(time.time())
        send(settings, event(settings, 7))
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begin))
        assert shown(settings, "--from", at, "--max", "1") == ["id7"]

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_signal_ends_it_well_and_a_group_that_saw_nothing_yet_misses_nothing(
        self, settings: Settings, number: signal.Signals
    ) -> None:
        send(settings, event(settings, 1))
        group = ("--group", f"{settings.prefix}-now", "--from", "now")
        command = [sys.executable, "-m", "agents.cli", "subscribe", *group]
        with subprocess.Popen(command, env=os.environ | environment(settings), stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stderr is not None
            assert b"listening on" in process.stderr.readline()
            process.send_signal(number)
            out, notes = process.communicate(timeout=LIMIT_S)
        assert (process.returncode, out, notes) == (0, b"", b"")
        send(settings, event(settings, 7))
        assert shown(settings, *group, "--max", "1") == ["id7"]

    def test_an_unknown_class_is_said_with_those_that_there_are(self, settings: Settings) -> None:
        ran = run(settings, "subscribe", "--region", "fen")
        assert ran.status == 1
        assert f"there are {settings.prefix}.region.chile, {settings.prefix}.region.miami" in ran.notes


def dead(settings: Settings, incoming: Incoming, reason: Reason = Reason.BUG) -> Message:
    return dead_letter(incoming, incoming.value, stage=StageName.SPLIT, reason=reason, detail="it broke", prefix=settings.prefix)


def dead_dump(settings: Settings, value: bytes = b"page") -> Incoming:
    return Incoming(topic=settings.topic(TopicName.DUMPS), key=b"u", value=value, timestamp=1_754_136_000, partition=5, offset=9)


class TestDeadLetters:
    def test_a_replayed_one_is_back_on_its_topic_once_and_marked(self, settings: Settings) -> None:
        send(settings, [dead(settings, dead_dump(settings))])
        ((id, *row),) = [line.split() for line in run(settings, "dead-letters", "list").out.decode().splitlines()]
        assert row[1:] == ["split", "bug", "u", "it", "broke"]
        assert "1 dead letters sent back" in run(settings, "dead-letters", "replay").notes
        assert "0 dead letters sent back" in run(settings, "dead-letters", "replay").notes
        (message,) = read(settings, "dumps")
        assert (message.key, message.value) == (b"u", b"page")
        assert text_headers(message.headers) == {"fetched-at": "2025-08-02T12:00:00Z", "newsmill-replay": id}
        assert [(mark.key, mark.value) for mark in read(settings, "replays")] == [(id.encode(), b"")]
        assert b"[sent back]" in run(settings, "dead-letters", "list").out

    def test_again_sends_it_again(self, settings: Settings) -> None:
        send(settings, [dead(settings, dead_dump(settings))])
        run(settings, "dead-letters", "replay")
        run(settings, "dead-letters", "replay", "--again")
        assert len(read(settings, "dumps")) == 2

    def test_only_those_of_the_reason_are_sent_back(self, settings: Settings) -> None:
        send(settings, [dead(settings, dead_dump(settings, reason.encode()), reason) for reason in (Reason.BUG, Reason.LIMIT)])
        run(settings, "dead-letters", "replay", "--reason", "limit")
        assert [message.value for message in read(settings, "dumps")] == [b"limit"]

    def test_articles_go_back_to_their_partition(self, settings: Settings) -> None:
        incoming = Incoming(topic=settings.topic(TopicName.ARTICLES), key=None, value=b'{"batch":[]}', partition=4, offset=2)
        send(settings, [dead(settings, incoming)])
        run(settings, "dead-letters", "replay")
        assert [message.partition for message in read(settings, "articles")] == [4]

    def test_what_was_cut_off_is_named_and_the_rest_is_sent_back(self, settings: Settings) -> None:
        cut_off = dead(settings, dead_dump(settings, b"x" * 100_000), Reason.TOO_LARGE)
        send(settings, [cut_off, dead(settings, dead_dump(settings))])
        ran = run(settings, "dead-letters", "replay")
        assert re.search(r"\d-\d: not sent back: only its first 65,536 of 100000 bytes were kept", ran.notes)
        assert "1 dead letters sent back, 1 not" in ran.notes

    def test_without_its_mark_nothing_is_sent_back(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        async def failing(producer: AIOKafkaProducer, messages: Sequence[tuple[Message, int | None]]) -> None:
            message, mark = (message for message, _ in messages)
            assert mark.topic.endswith(".replays")
            async with producer.transaction():
                await producer.send_and_wait(message.topic, key=message.key, value=message.value)
                raise RuntimeError("killed between the two")

        send(settings, [dead(settings, dead_dump(settings))])
        with monkeypatch.context() as patch:
            patch.setattr(replay, "send_in_transaction", failing)
            with pytest.raises(RuntimeError, match="killed"):
                run(settings, "dead-letters", "replay")
        assert read(settings, "dumps") == []
        run(settings, "dead-letters", "replay")
        assert len(read(settings, "dumps")) == 1

    def test_show_gives_the_headers_and_the_value(self, settings: Settings) -> None:
        send(settings, [dead(settings, dead_dump(settings, b"\x89PNG\x00\xff"), Reason.NOT_DECODABLE)])
        id = run(settings, "dead-letters", "list").out.decode().split()[0]
        assert "__connect.errors.exception.class.name: not-decodable\n" in run(settings, "dead-letters", "show", id).out.decode()
        assert "89 50 4e 47 00 ff" in run(settings, "dead-letters", "show", id).out.decode()
        assert run(settings, "dead-letters", "show", id, "--raw").out == b"\x89PNG\x00\xff"

    def test_an_id_that_there_is_not_is_said(self, settings: Settings) -> None:
        for id in ("0-0", "99-0"):
            ran = run(settings, "dead-letters", "show", id)
            assert ran.status == 1
            assert f"no dead letter {id}" in ran.notes


class TestDoctor:
    def test_all_is_well_where_it_is(self, settings: Settings) -> None:
        send(settings, event(settings, 1), transaction="commit")
        ran = run(settings, "doctor")
        assert (ran.status, "no problems found" in ran.out.decode()) == (0, True)

    def test_what_waits_with_no_worker_is_a_problem_and_marks_of_transactions_are_none(self, settings: Settings) -> None:
        articles = Message(topic=settings.topic(TopicName.ARTICLES), key=None, value=b"x", partition=0)
        send(settings, [articles], transaction="abort")
        assert "ok       lag       no messages waiting" in run(settings, "doctor").out.decode()
        send(settings, [articles])
        ran = run(settings, "doctor")
        assert ran.status == 1
        assert re.search(r"problem  lag +\d on t\S+articles", ran.out.decode())

    def test_missing_topics_are_a_problem(self, settings: Settings) -> None:
        ran = newsmill("doctor", env=environment(settings) | {"NEWS_PREFIX": "nowhere"})
        assert ran.status == 1
        assert "nowhere.dumps: missing" in ran.out.decode()
        assert "newsmill topics apply" in ran.out.decode()

    def test_partitions_that_differ_are_a_problem_of_the_setting(self, settings: Settings) -> None:
        ran = newsmill("doctor", env=environment(settings) | {"NEWS_PARTITIONS": "4"})
        assert ran.status == 1
        assert f"{settings.prefix}.index: 6 partitions, 4 declared" in ran.out.decode()
        assert "set NEWS_PARTITIONS to those of the index" in ran.out.decode()
        assert "creates missing ones" not in ran.out.decode()

    def test_a_message_of_the_future_is_a_problem_of_a_clock(self, settings: Settings) -> None:
        producer = Producer({"bootstrap.servers": settings.brokers})
        producer.produce(settings.topic(TopicName.DUMPS), b"x", timestamp=int((time.time() + 3600) * 1000))
        producer.flush()
        ran = run(settings, "doctor")
        assert f"problem  clocks    messages on {settings.topic('dumps')} are more than 60 s ahead" in ran.out.decode()
