"""What a stage does with a batch: messages, counts, and one dead letter for each record that can't go on."""

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import orjson
import pytest

from streams import pipeline
from streams.classify.class_set import builtin_classes
from streams.classify.classify import classify
from streams.counts import Counts, RecordFate, StageName
from streams.deduplicate.changes import unpack_changes
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.errors import Reason
from streams.messages import codec
from streams.messages.codec import decode_articles
from streams.messages.dead_letters import HASH_HEADER, LENGTH_HEADER
from streams.pipeline import PipelineConfig
from streams.records import Defect, Headers, Incoming
from tests.stories import headline, story

CONFIG = PipelineConfig(classes=builtin_classes(), version="test")
NOW = 1_754_136_000


def dump(seed: int, **fields: Any) -> Incoming:
    body = f"{headline(seed)}\n{story(seed)}"
    known = {"topic": "news.dumps", "key": None, "value": body.encode(), "headers": (("source-url", f"https://{seed}/".encode()),)}
    return Incoming(**(known | {"timestamp": NOW, "partition": 2, "offset": seed} | fields))


def articles_of(*dumps: Incoming) -> Incoming:
    [message] = pipeline.split(dumps, CONFIG).messages
    return Incoming(topic=message.topic, key=None, value=message.value, timestamp=NOW, partition=message.partition, offset=7)


def header(message: Any, name: str) -> bytes | None:
    return next((value for own, value in message.headers if own == name), None)


def test_articles_of_several_dumps_travel_in_one_message_for_each_partition() -> None:
    output = pipeline.split([dump(1), dump(2), dump(3)], CONFIG)
    assert [(message.topic, message.partition) for message in output.messages] == [("news.articles", 0)]
    assert len(decode_articles(output.messages[0].value)) == 3
    assert output.counts.records[StageName.SPLIT, RecordFate.SPLIT] == 3


def test_articles_of_a_large_dump_wait_in_a_topic_of_their_own_and_pass_on_unchanged() -> None:
    articles = "\n\n".join(f"{headline(seed)}\n3 hours ago\n{story(seed)}" for seed in range(codec.MAX_BATCH_ARTICLES + 1))
    output = pipeline.split([dump(1), dump(2, value=articles.encode()), dump(3)], CONFIG)
    [direct, first, second] = output.messages
    assert [message.topic for message in output.messages] == ["news.articles", "news.articles.large", "news.articles.large"]
    assert [len(decode_articles(message.value)) for message in output.messages] == [2, codec.MAX_BATCH_ARTICLES, 1]
    waiting = [Incoming(topic=each.topic, key=None, value=each.value, partition=each.partition) for each in (first, second)]
    released = pipeline.release(waiting, CONFIG).messages
    assert released == [replace(first, topic="news.articles"), replace(second, topic="news.articles")]
    assert direct.partition == first.partition == 0


def test_time_of_the_message_stands_in_where_a_dump_has_none() -> None:
    [article] = decode_articles(articles_of(dump(1)).value)
    assert article.fetched_at == NOW


def test_every_character_of_a_dump_is_counted_once() -> None:
    output = pipeline.split([dump(1)], CONFIG)
    counted = output.counts.dump_characters.total()
    assert counted == len(dump(1).value.decode())


def test_each_article_counts_for_its_language_and_those_of_a_dump_that_dies_do_not() -> None:
    output = pipeline.split([dump(1), dump(2), dump(3, value=b"")], CONFIG)
    assert output.counts.articles == {"en": 2}


def test_bad_dump_dies_alone() -> None:
    output = pipeline.split([dump(1), dump(2, value=b"", key=b"k"), dump(3)], CONFIG)
    [letter] = [message for message in output.messages if message.topic == "news.dead-letters"]
    assert (letter.key, letter.value) == (b"k", b"")
    assert header(letter, "__connect.errors.topic") == b"news.dumps"
    assert (header(letter, "__connect.errors.partition"), header(letter, "__connect.errors.offset")) == (b"2", b"2")
    assert (header(letter, "source-url"), header(letter, "fetched-at")) == (b"https://2/", b"2025-08-02T12:00:00Z")
    assert output.counts.records == {(StageName.SPLIT, RecordFate.SPLIT): 2, (StageName.SPLIT, RecordFate.DEAD): 1}
    assert output.counts.dead_letters == {(StageName.SPLIT, Reason.EMPTY): 1}


def test_dump_of_too_much_output_dies_whole_and_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "MAX_DUMP_OUTPUT_BYTES", 10_000)
    page = "".join(f"{headline(seed)}\n3 hours ago\n{story(seed)}\n" for seed in range(10, 40)).encode()
    output = pipeline.split([dump(1), dump(2, value=page), dump(3)], CONFIG)
    [articles, letter] = sorted(output.messages, key=lambda message: message.topic)
    assert len(decode_articles(articles.value)) == 2
    assert (header(letter, "__connect.errors.exception.class.name"), letter.value) == (b"limit", page)
    assert output.counts.articles == {"en": 2}


@pytest.mark.parametrize(
    "stage",
    [pipeline.split, partial(pipeline.deduplicate, index=CopyIndex(CopyConfig())), pipeline.classify],
    ids=["split", "deduplicate", "classify"],
)
def test_record_that_could_not_be_read_whole_dies_with_what_the_consumer_says(stage: Any) -> None:
    defect = Defect(reason=Reason.TOO_LARGE, detail="over the limit", value_bytes=17, value_sha256="0f")
    incoming = replace(dump(1), value=b"start", defect=defect, partition=0)
    output = stage([incoming], CONFIG)
    assert [(death.reason, death.detail) for death in output.deaths] == [(Reason.TOO_LARGE, "over the limit")]
    letter = output.messages[0]
    assert (letter.value, header(letter, LENGTH_HEADER), header(letter, HASH_HEADER)) == (b"start", b"17", b"0f")


def test_bug_of_ours_costs_one_article_and_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    real = classify

    def broken(title: str | None, body: str, language: str | None, classes: Any, **folded: Any) -> Any:
        if title == headline(2):
            raise ZeroDivisionError("by nought")
        return real(title, body, language, classes, **folded)

    monkeypatch.setattr(pipeline, "labels_of", broken)
    judged = pipeline.deduplicate([articles_of(dump(1), dump(2), dump(3))], CONFIG, CopyIndex()).messages[-1]
    batch = Incoming(topic=judged.topic, key=None, value=judged.value, partition=0, offset=9)
    output = pipeline.classify([batch], CONFIG)
    assert output.counts.records[StageName.CLASSIFY, RecordFate.EVENT] == 2
    [letter] = [message for message in output.messages if message.topic == "news.dead-letters"]
    assert header(letter, "__connect.errors.exception.class.name") == b"bug"
    assert b"ZeroDivisionError: by nought" in (header(letter, "__connect.errors.exception.message") or b"")
    assert [row["article"]["title"] for row in orjson.loads(letter.value)["batch"]] == [headline(2)]
    [death] = output.deaths
    assert isinstance(death.error, ZeroDivisionError)


def test_replayed_dead_letter_of_classify_is_published_with_its_id_and_verdict() -> None:
    judged = pipeline.deduplicate([articles_of(dump(1))], CONFIG, CopyIndex()).messages[-1]
    again = Incoming(topic=judged.topic, key=None, value=judged.value, headers=(("newsmill-replay", b"0-1"),), partition=0, offset=9)
    assert [message.value for message in pipeline.classify([again], CONFIG).messages] == [
        message.value for message in pipeline.classify([Incoming(topic=judged.topic, key=None, value=judged.value)], CONFIG).messages
    ]


SEEN_BEFORE = Counts(records=Counter({(StageName.DEDUPLICATE, RecordFate.REPLAYED): 1}))


@pytest.mark.parametrize("headers", [(), (("newsmill-replay", b"0-1"),)], ids=["same", "marked-as-a-replay"])
def test_same_dump_again_is_not_published_even_if_its_producer_marks_it_as_a_replay(headers: Headers) -> None:
    index = CopyIndex()
    pipeline.deduplicate([articles_of(dump(1))], CONFIG, index)
    again = pipeline.deduplicate([articles_of(dump(1, headers=(*dump(1).headers, *headers)))], CONFIG, index)
    assert ([message.topic for message in again.messages], again.counts) == (["news.outcomes"], SEEN_BEFORE)


def test_replayed_article_that_the_index_has_seen_keeps_its_verdict() -> None:
    index = CopyIndex()
    pipeline.deduplicate([articles_of(dump(1))], CONFIG, index)
    replayed = replace(articles_of(dump(1)), headers=(("newsmill-replay", b"0-1"),))
    assert pipeline.deduplicate([replayed], CONFIG, index).counts.records[StageName.DEDUPLICATE, RecordFate.ORIGINAL] == 1


@pytest.mark.parametrize("timestamp", [2**63 // 1000, -(2**62)])
def test_articles_of_a_time_that_the_index_can_not_remember_are_dead(timestamp: int) -> None:
    output = pipeline.deduplicate([replace(articles_of(dump(1)), timestamp=timestamp)], CONFIG, CopyIndex())
    assert [(message.topic, death.reason) for message, death in zip(output.messages, output.deaths, strict=True)] == [
        ("news.dead-letters", Reason.BAD_TIME)
    ]


@pytest.mark.parametrize(
    "mark", [b"", b"x1", b"0-1\n", b"0" * 1_000_000, "\u0660-1".encode()], ids=["empty", "no-id", "line", "long", "digits"]
)
def test_replay_mark_that_is_no_id_of_a_dead_letter_is_ignored(mark: bytes) -> None:
    index = CopyIndex()
    pipeline.deduplicate([articles_of(dump(1))], CONFIG, index)
    marked = replace(articles_of(dump(1)), headers=(("newsmill-replay", mark),))
    assert pipeline.deduplicate([marked], CONFIG, index).counts == SEEN_BEFORE


def test_repeats_can_be_counted_and_not_published() -> None:
    muted = PipelineConfig(classes=CONFIG.classes, version="test", repeats=False)
    index = CopyIndex()
    later = dump(1, value=dump(1).value + b"\n")
    output = pipeline.deduplicate([articles_of(dump(1)), articles_of(later)], muted, index)
    assert output.counts.records[StageName.DEDUPLICATE, RecordFate.REPEAT] == 1
    assert output.counts.duplicates["repeat"] == 1
    [judged] = [message for message in output.messages if message.topic == "news.judged"]
    assert len(orjson.loads(judged.value)["batch"]) == 1


def test_dumps_of_the_back_fill_topic_are_articles_of_the_past() -> None:
    topics = {"news.dumps": False, "news.dumps.backfill": True}
    for topic, is_backfill in topics.items():
        [article] = decode_articles(pipeline.split([replace(dump(1), topic=topic)], CONFIG).messages[0].value)
        assert article.backfill is is_backfill


def test_changes_of_the_index_keep_their_intake() -> None:
    backfill = pipeline.split([replace(dump(1), topic="news.dumps.backfill")], CONFIG).messages[0]
    incoming = Incoming(topic=backfill.topic, key=None, value=backfill.value, timestamp=NOW, partition=0, offset=0)
    for message, is_backfill in ((incoming, True), (articles_of(dump(2)), False)):
        output = pipeline.deduplicate([message], CONFIG, CopyIndex())
        [record] = [sent.value for sent in output.messages if sent.topic == "news.index"]
        assert unpack_changes(record).backfill is is_backfill
