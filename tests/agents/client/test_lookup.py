"""What each topic says about a dump or an article, and which of it a query finds."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from agents.cli.lookup import show_dump
from agents.client import lookup as module
from agents.client.lookup import Query, Step, lookup, steps_of
from agents.settings import Settings
from streams.counts import StageName
from streams.errors import Reason
from streams.messages.codec import encode_article, encode_batches
from streams.messages.dead_letters import dead_letter
from streams.messages.envelope import id_of
from streams.records import Incoming
from streams.topics import TopicName
from tests.foreign_events import COPY, EVENT, FOREIGN_EVENTS
from tests.streams.invented_texts import article

URL = "https://a.example/1"
DUMP_ID = id_of(URL.encode(), b"page")
ARTICLE = replace(
    article(1, "The council voted.", title="Quellmar gets a ferry", fetched_at=1_754_136_000), id="a" * 32, url=URL, dump_id=DUMP_ID
)


def record(name: str, value: bytes, headers: tuple[tuple[str, bytes], ...] = (), at_ms: int = 1_754_136_000_000) -> Any:
    return SimpleNamespace(topic=f"news.{name}", partition=2, offset=7, key=URL.encode(), value=value, headers=headers, timestamp=at_ms)


def letter(incoming: Incoming, value: bytes, stage: StageName) -> Any:
    made = dead_letter(incoming, value, stage=stage, reason=Reason.BUG, detail="it broke", prefix="news")
    return record("dead-letters", made.value, made.headers)


def outcome(fate: str, **fields: Any) -> Any:
    return record("outcomes", orjson.dumps({"batch": [{"fate": fate, "dump_id": DUMP_ID, "url": URL} | fields]}))


DUMP = Incoming(topic="news.dumps", key=None, value=b"page", headers=(("source-url", URL.encode()),), partition=0, offset=1)
NO_ARTICLES = {"format": "text", "characters": {"chrome": 75, "link": 25}}


@pytest.mark.parametrize(
    ("name", "found", "end", "detail"),
    [
        pytest.param("dumps", record("dumps", b"page", DUMP.headers), "received", "4 bytes", id="received"),
        pytest.param("dead-letters", letter(DUMP, b"page", StageName.SPLIT), "dead", "bug at split: it broke", id="dead-dump"),
        pytest.param("outcomes", outcome("no-articles", **NO_ARTICLES), "no-articles", "100 characters: chrome 75 %", id="empty"),
        pytest.param("outcomes", outcome("replayed", id="a" * 32), "replayed", "published before", id="replayed"),
        pytest.param("outcomes", outcome("repeat", of="e" * 32), "repeat", "the first is " + "e" * 32, id="repeat"),
        pytest.param(
            "dead-letters",
            letter(DUMP, next(encode_batches([encode_article(ARTICLE)])), StageName.DEDUPLICATE),
            "dead",
            "bug at deduplicate",
            id="dead-article",
        ),
    ],
)
def test_record_says_what_became_of_the_dump(name: str, found: Any, end: str, detail: str) -> None:
    [step] = steps_of(TopicName(name), found)
    assert (step.end, step.dump_id, step.url) == (end, DUMP_ID, URL)
    assert (step.topic, step.partition, step.offset) == (f"news.{name}", 2, 7)
    assert detail in step.detail


def test_event_and_copy_are_ends_of_an_article() -> None:
    [event] = steps_of(TopicName.EVENTS, record("events", orjson.dumps(EVENT)))
    [copy] = steps_of(TopicName.DUPLICATES, record("duplicates", orjson.dumps(COPY)))
    assert (event.end, event.id, event.title) == ("event", EVENT["id"], EVENT["title"])
    assert copy.end == "copy"
    assert COPY["duplicate"]["of"] in copy.detail


@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in FOREIGN_EVENTS.items()])
def test_what_newsmill_did_not_write_is_no_step(value: bytes) -> None:
    for name in (TopicName.EVENTS, TopicName.OUTCOMES, TopicName.DEAD_LETTERS):
        assert list(steps_of(name, record(name, value))) == []


STEP = Step(
    end="event",
    at_ms=0,
    topic="t",
    partition=0,
    offset=0,
    dump_id=DUMP_ID,
    id="a" * 32,
    url=URL,
    article_url="https://B.example/Ño/#top",
    title="Quellmár gets a ferry",
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(DUMP_ID, True, id="dump"),
        pytest.param("a" * 32, True, id="article"),
        pytest.param("c" * 32, False, id="another-id"),
        pytest.param("https://a.example/1/", True, id="page-with-a-slash"),
        pytest.param("https://b.EXAMPLE/Ño", True, id="own-address"),
        pytest.param("https://b.example/ño", False, id="case-of-a-path-counts"),
        pytest.param("FERRY quellmar", True, id="words"),
        pytest.param("ferry river", False, id="a-word-is-missing"),
    ],
)
def test_query_finds_addresses_ids_and_words_of_a_title(text: str, found: bool) -> None:
    assert Query(text).matches(STEP) is found


def test_event_that_cannot_match_is_not_read_whole() -> None:
    value = orjson.dumps(EVENT | {"url": "https://b.example/x", "title": "Quellmár gets a ferry"})
    matching = (EVENT["id"], EVENT["source"]["dump_id"], "https://B.example/x/", "ferry quellmar")
    assert [Query(text).may_match(value) for text in (*matching, "c" * 32, "https://b.example/not/there", "river")] == 4 * [True] + 3 * [
        False
    ]


async def test_lookup_puts_the_dump_before_its_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    log = {
        "news.dumps": [record("dumps", b"page", DUMP.headers, 1000), record("dumps", b"other", DUMP.headers[:0], 1500)],
        "news.outcomes": [outcome("replayed", id="a" * 32, title="Quellmar gets a ferry")],
    }

    async def read_to_end(_: Settings, topic: str, *__: Any) -> Any:
        for each in log.get(topic, []):
            yield each

    monkeypatch.setattr(module, "read_to_end", read_to_end)
    read: list[str] = []
    steps = await lookup(Settings(), Query("quellmar"), 0, read.append, lambda _: None)
    assert [(step.end, step.dump_id) for step in steps] == [("received", DUMP_ID), ("replayed", DUMP_ID)]
    assert await lookup(Settings(), Query("nowhere"), 0, read.append, lambda _: None) == []


def test_dump_without_a_result_says_how_long_it_waits() -> None:
    received = Step(end="received", at_ms=1_000_000, topic="news.dumps", partition=0, offset=1, dump_id=DUMP_ID, url=URL)
    assert "no result yet, 60 s after it came" in show_dump([received], now_s=1060)
    assert "no result" not in show_dump([received, STEP], now_s=1060)
