"""What is fuzzed, and what must hold for any input: a target takes bytes and raises AssertionError, or whatever the code let out."""

import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

from aiokafka import TopicPartition
from aiokafka.record.memory_records import MemoryRecords

from agents.kafka.decode.partition import Budget, DecodeOptions, PartitionDecoder
from streams.classify.class_set import ClassError, builtin_classes, parse_classes
from streams.counts import RecordFate, StageName
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.dumps.decode import Page, decode_dump
from streams.messages.codec import decode_articles
from streams.messages.envelope import ENVELOPE_TYPE, id_of, open_envelope
from streams.output import Output
from streams.pipeline import STAGES, PipelineConfig, classify, deduplicate, split
from streams.places.places import places_of
from streams.records import Article, Headers, Incoming, Message, Span
from streams.split import split_page
from tests.fuzz.stories import check_index_records, check_stories
from tests.record_batches import raw_batch

NOW = 1_754_136_000
CONTENT_TYPES = (
    "text/plain",
    "text/html",
    ENVELOPE_TYPE,
    "",
    "text/html; charset=iso-8859-1",
    "text/plain; charset=shift_jis",
    "text/plain; charset=utf-16",
    "application/rss+xml",
    "application/json",
    "message/rfc822",
    "text/markdown",
)
TIMES = (b"", b"2025-08-02T12:00:00Z", b"0001-01-01T00:00:00Z", b"9999-12-31T23:59:59Z", b"yesterday")


def check(data: bytes) -> None:
    """Take one input to the target that its first byte names."""
    if data:
        TARGETS[data[0] % len(TARGETS)](data[1:])


def check_dump(data: bytes) -> None:
    """A raw message through all stages: two bytes that choose headers, then its value."""
    if len(data) < 2:
        return
    incoming = Incoming(topic="news.dumps", key=None, value=data[2:], headers=_headers(data[0]), timestamp=(None, NOW, 2**40)[data[1] % 3])
    config = _config(shapes=data[1] < 128)
    output = split([incoming], config)
    assert output.messages == split([incoming], config).messages, "the same input gives another output"
    raise_bug(output)
    assert (
        len(output.deaths)
        + output.counts.records[StageName.SPLIT, RecordFate.SPLIT]
        + output.counts.records[StageName.SPLIT, RecordFate.NO_ARTICLES]
        == 1
    )
    if not output.deaths:
        check_articles(output, incoming, config)
    assert passed_on(output, config) == passed_on(output, config), "the same articles give other events"


def check_articles(output: Output, incoming: Incoming, config: PipelineConfig) -> None:
    dump = open_envelope(incoming)
    page = decode_dump(dump.body, dump.content_type)
    cuts = split_page(page, dump.fetched_at, config.shapes)
    check_ledger(page, cuts.spans)
    assert output.counts.dump_characters.total() == len(page.text)
    messages = [message for message in output.messages if message.topic == "news.articles"]
    articles = sorted((article for message in messages for article in decode_articles(message.value)), key=lambda one: one.index)
    assert [article.index for article in articles] == list(range(len(cuts.cuts)))
    for article, cut in zip(articles, cuts.cuts, strict=True):
        if cut.identity is None:
            assert article.id == id_of(dump.dump_id.encode(), str(article.index).encode())
    for article in articles:
        check_article(article, len(page.text))
    places = [(article.start, article.end) for article in articles if article.start is not None and article.end is not None]
    for (_, end), (start, _) in pairwise(places):
        assert end <= start, f"articles overlap: {places}"


def check_ledger(page: Page, spans: tuple[Span, ...]) -> None:
    """Each character of the page has exactly one fate: the spans lie end to end, and neighbours differ."""
    bounds = [0, *(span.end for span in spans)]
    assert [span.start for span in spans] == bounds[:-1]
    assert bounds[-1] == len(page.text)
    assert all(span.start < span.end for span in spans)
    assert all(one.fate is not other.fate for one, other in pairwise(spans))


def check_article(article: Article, length: int) -> None:
    assert article.article_url is None or article.article_url.lower().startswith(("http://", "https://"))
    texts = (article.title, article.body, article.outlet, article.agency, article.dateline, article.author, article.language)
    for text in texts:
        assert text != "", "what is unknown is null"
        assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in (text or "").replace("\n", "")), (
            f"control character: {text!r}"
        )
    for text in texts[:1] + texts[2:]:
        assert "\n" not in (text or "")
    assert all(paragraph.strip() for paragraph in article.body.split("\n")), f"an empty paragraph: {article.body!r}"
    assert article.start is None or (article.end is not None and 0 <= article.start < article.end <= length)
    assert 0 <= article.confidence <= 1


def passed_on(output: Output, config: PipelineConfig) -> list[Message]:
    """Return what the later stages make of the articles of `output`: each of them has one fate, and none fails."""
    public: list[Message] = []
    for message in output.messages:
        if message.topic == "news.articles":
            judged = deduplicate([_received(message)], config, CopyIndex(CopyConfig()))
            raise_bug(judged)
            fates = [judged.counts.records[StageName.DEDUPLICATE, fate] for fate in STAGES[1].fates if fate is not RecordFate.DEAD]
            assert sum(fates) == len(decode_articles(message.value))
            for handed in judged.messages:
                if handed.topic == "news.judged":
                    classified = classify([_received(handed)], config)
                    raise_bug(classified)
                    public += classified.messages
    return public


def check_article_records(data: bytes) -> None:
    """Any value on news.articles: each of its articles is judged or dead, for a reason that is not our own fault."""
    output = deduplicate([Incoming(topic="news.articles", key=None, value=data, timestamp=NOW)], _config(True), CopyIndex(CopyConfig()))
    raise_bug(output)
    for message in output.messages:
        if message.topic == "news.judged":
            raise_bug(classify([_received(message)], _config(True)))


def check_judged_records(data: bytes) -> None:
    raise_bug(classify([Incoming(topic="news.judged", key=None, value=data, timestamp=NOW)], _config(True)))


def check_class_file(data: bytes) -> None:
    """Any class file gives a class set or every mistake with file and line."""
    mistakes: tuple[str, ...] = ()
    try:
        parse_classes({"fuzzed.toml": data})
    except ClassError as error:
        mistakes = error.mistakes
    assert all(mistake.startswith(("fuzzed.toml:", "no class file")) for mistake in mistakes), mistakes


def check_places(data: bytes) -> None:
    """Any text: each place has evidence that is in its field, no span is of two places, and all countries are codes."""
    title, _, body = data.decode("utf-8", "replace").partition("\n")
    named = places_of(title or None, body, None, "LIMA")
    spans = [(span.field, span.start, span.end) for place in named.places for span in place.evidence]
    assert len(spans) == len(set(spans)), f"a span of two places: {spans}"
    for place in named.places:
        assert place.evidence, f"no evidence: {place}"
        for span in place.evidence:
            text = {"title": title, "body": body, "dateline": "LIMA"}[span.field]
            assert text[span.start : span.end] == span.text, f"evidence elsewhere: {span}"
    assert all(len(code) == 2 and code.isupper() for code in named.countries)


def check_record_batch(data: bytes) -> None:
    """Any bytes as a fetch response, and as the payload of a batch: nothing is raised, the position moves, valid records are aiokafka's."""
    if len(data) < 2:
        return
    decoded_records(data[2:], 0)
    count = data[1]
    batch = raw_batch(data[2:], count, attributes=data[0] % 8)
    records, position = decoded_records(batch, 0)
    offsets = [record.offset for record in records]
    assert offsets == sorted(set(offsets)), f"offsets are not ascending: {offsets}"
    assert all(0 <= offset < position for offset in offsets)
    assert position == max(1, count), "the position is not behind the batch"
    try:
        expected = list(MemoryRecords(batch).next_batch())
    except Exception:
        return
    if [record.offset for record in expected] == list(range(count)):
        assert [(record.key, record.value) for record in records] == [(record.key, record.value) for record in expected]


def decoded_records(data: bytes, offset: int) -> tuple[list[Any], int]:
    options = DecodeOptions(read_committed=True, keep_defective=True, on_skipped=lambda _: None)
    decoder = PartitionDecoder(TopicPartition("news.dumps", 0), data, offset=offset, aborted=[], options=options)
    records: list[Any] = []
    while not decoder.is_done:
        records += decoder.take(None, Budget(1024 * 1024, 32 * 1024 * 1024))
    return records, decoder.next_fetch_offset


TARGETS: tuple[Callable[[bytes], None], ...] = (
    check_dump,
    check_article_records,
    check_judged_records,
    check_class_file,
    check_record_batch,
    check_places,
    check_stories,
    check_index_records,
)


def raise_bug(output: Output) -> None:
    """Raise what our own code is to blame for."""
    for death in output.deaths:
        if death.error is not None:
            raise death.error


def _received(message: Message) -> Incoming:
    return Incoming(topic=message.topic, key=None, value=message.value, timestamp=NOW, partition=message.partition)


def _headers(choice: int) -> Headers:
    content_type, fetched_at = CONTENT_TYPES[choice % len(CONTENT_TYPES)], TIMES[choice // len(CONTENT_TYPES) % len(TIMES)]
    headers = (("content-type", content_type.encode()), ("fetched-at", fetched_at), ("source-url", b"https://a.example/1"))
    return tuple((name, value) for name, value in headers if value)


@cache
def _config(shapes: bool) -> PipelineConfig:
    return PipelineConfig(classes=builtin_classes(), version="fuzz", partitions=2, shapes=shapes)
