"""What newsmill promises (docs/contract.md), as scenarios that hold in memory and on a real Kafka alike."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import orjson
import pytest

from streams.messages.envelope import ENVELOPE_TYPE
from streams.records import Headers, Incoming
from tests.samples import CLASS_TOPICS, Sample, samples, truth_of
from tests.stories import headline, story

FETCHED = "2025-08-02T12:00:00Z"


Sampled = Callable[[str], list[Incoming]]


class Mill(Protocol):
    """A running pipeline; `messages` are those since the test began, in the order of each partition."""

    def produce(self, value: bytes, headers: Headers = (), key: bytes | None = None, *, topic: str = "dumps") -> None: ...
    def settle(self) -> None: ...
    def restart(self) -> None: ...
    def messages(self, topic: str) -> list[Incoming]: ...


def text_dump(body: str, url: str, **headers: str) -> tuple[bytes, Headers]:
    named = {"content-type": "text/plain; charset=utf-8", "source-url": url, "fetched-at": FETCHED} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return body.encode(), tuple((name, value.encode()) for name, value in named.items())


def page(seed: int, **changes: str) -> str:
    return f"{changes.get('title', headline(seed))}\n{changes.get('body', story(seed))}\n"


def values(messages: Iterable[Incoming]) -> list[dict[str, Any]]:
    return [orjson.loads(message.value) for message in messages]


def header(message: Incoming, name: str) -> str | None:
    return next((value.decode() for own, value in message.headers if own == name), None)


BAD_DUMPS = [
    pytest.param(b"", {}, "empty", id="empty"),
    pytest.param(b" \n\t\n ", {}, "empty", id="white space"),
    pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, {}, "not-decodable", id="binary"),
    pytest.param(b"a" * (10 * 1024 * 1024 + 1), {}, "too-large", id="over 10 MiB"),
    pytest.param(b"{", {"content-type": ENVELOPE_TYPE}, "bad-envelope", id="broken JSON"),
    pytest.param(b"[1]", {"content-type": ENVELOPE_TYPE}, "bad-envelope", id="no object"),
    pytest.param(b'{"body":"x","body_base64":"eA=="}', {"content-type": ENVELOPE_TYPE}, "bad-envelope", id="two bodies"),
    pytest.param(b'{"body_base64":"%%%"}', {"content-type": ENVELOPE_TYPE}, "bad-envelope", id="no base64"),
    pytest.param(b'{"body":"Some words","fetched_at":"yesterday"}', {"content-type": ENVELOPE_TYPE}, "bad-time", id="bad time in envelope"),
    pytest.param(b"Some words.", {"fetched-at": "2025-13-45T99:00:00Z"}, "bad-time", id="bad time in header"),
    pytest.param(b"word " * 1_000_000, {}, "too-long", id="one line of 5 MB"),
]


class Contract:
    """Inherited by a test module with the fixtures `mill` and `sampled` (what came out of all samples, by topic)."""

    def test_page_in_shape_a_gives_its_articles_each_with_its_own_fields_and_classes(self, sampled: Sampled) -> None:
        name = "17-a-rats-retire.txt"
        url = f"https://samples.example/{name}"
        events = values([*sampled("events"), *sampled("duplicates")])
        found = {event["source"]["index"]: event for event in events if event["source"]["url"] == url}
        assert len(found) == 4
        for index, truth in enumerate(truth_of(name)):
            assert (found[index]["title"], found[index]["outlet"]) == (truth["title"], truth["outlet"])
            assert found[index]["published_at"] == truth["published_at"]
            assert truth["begins"] in found[index]["body"]
            assert truth["ends"] in found[index]["body"]

    def test_event_goes_to_the_topic_of_each_of_its_classes_byte_for_byte(self, sampled: Sampled) -> None:
        events = {message.key: message for message in sampled("events")}
        for topic, label in CLASS_TOPICS.items():
            on_class = {message.key: message.value for message in sampled(topic)}
            labelled = {key: message.value for key, message in events.items() if label in _labels(orjson.loads(message.value))}
            assert on_class == labelled
            assert on_class

    def test_every_article_ends_in_exactly_one_place(self, sampled: Sampled) -> None:
        originals = {event["id"] for event in values(sampled("events"))}
        copies = values(sampled("duplicates"))
        ids = [event["id"] for event in values([*sampled("events"), *sampled("duplicates")])]
        assert len(ids) == len(set(ids))
        assert {copy["duplicate"]["of"] for copy in copies} <= originals
        assert len(sampled("dead-letters")) == sum(sample.is_broken for sample in samples())

    def test_headers_say_what_an_event_is_without_opening_it(self, mill: Mill) -> None:
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        value, headers = text_dump(page(1), "https://one.example/")
        mill.produce(value, (*headers, ("traceparent", trace.encode())))
        mill.settle()
        [message] = mill.messages("events")
        [event] = values([message])
        assert message.key == event["id"].encode()
        assert {name: header(message, name) for name in ("ce_id", "ce_source", "ce_type", "ce_time", "ce_specversion", "content-type")} == {
            "ce_id": event["id"],
            "ce_source": "/newsmill",
            "ce_type": "newsmill.event.v1",
            "ce_time": FETCHED,
            "ce_specversion": "1.0",
            "content-type": "application/json",
        }
        assert (header(message, "regions"), header(message, "traceparent")) == ("", trace)

    def test_same_dump_again_is_not_published_again_even_after_a_restart(self, mill: Mill) -> None:
        dump = text_dump(page(2), "https://two.example/")
        mill.produce(*dump)
        mill.settle()
        mill.restart()
        mill.produce(*dump)
        mill.settle()
        assert (len(mill.messages("events")), len(mill.messages("duplicates"))) == (1, 0)

    def test_exact_copy_after_a_restart_is_linked_to_its_original(self, mill: Mill) -> None:
        mill.produce(*text_dump(page(3), "https://first.example/"))
        mill.settle()
        mill.restart()
        mill.produce(*text_dump(page(3), "https://second.example/"))
        mill.settle()
        [original] = values(mill.messages("events"))
        [message] = mill.messages("duplicates")
        [copy] = values([message])
        assert copy["duplicate"] == {"of": original["id"], "kind": "exact", "similarity": 1.0, "fuller": False}
        assert message.key == original["id"].encode()
        assert header(message, "ce_type") == "newsmill.duplicate.v1"
        assert copy["content_id"] == original["content_id"]

    def test_edited_copy_with_another_headline_is_linked_to_the_first_original(self, mill: Mill) -> None:
        body = story(4)
        edited = body.replace("the", "this", 6) + " More follows on this later today, our editors in the city say."
        for url, text in (("a", page(4)), ("b", page(4, title=headline(44), body=edited)), ("c", page(4, title=headline(45)))):
            mill.produce(*text_dump(text, f"https://{url}.example/"))
            mill.settle()
        [original] = values(mill.messages("events"))
        copies = values(mill.messages("duplicates"))
        assert {copy["duplicate"]["of"] for copy in copies} == {original["id"]}
        assert {copy["source"]["url"] for copy in copies} == {"https://b.example/", "https://c.example/"}

    def test_copy_of_a_fuller_version_is_linked_to_the_first_original_after_a_restart(self, mill: Mill) -> None:
        whole = story(46, 30).split(". ")
        parts = [". ".join(whole[:count]) + "." for count in (15, 7, 30)]
        parts.append(parts[-1].replace("the", "this", 5))
        for number, body in enumerate(parts):
            mill.produce(*text_dump(page(46 + number, body=body), f"https://version{number}.example/"))
            mill.settle()
            if number == 2:
                mill.restart()
        [original] = values(mill.messages("events"))
        copies = {copy["source"]["url"]: copy["duplicate"] for copy in values(mill.messages("duplicates"))}
        assert original["source"]["url"] == "https://version0.example/"
        assert {url: (copy["of"], copy["kind"], copy["fuller"]) for url, copy in copies.items()} == {
            "https://version1.example/": (original["id"], "excerpt", False),
            "https://version2.example/": (original["id"], "excerpt", True),
            "https://version3.example/": (original["id"], "near", False),
        }

    def test_equal_text_from_the_same_address_is_a_repeat(self, mill: Mill) -> None:
        mill.produce(*text_dump(page(5), "https://five.example/"))
        mill.produce(*text_dump(page(5) + "\n", "https://five.example/"))
        mill.settle()
        [copy] = values(mill.messages("duplicates"))
        assert copy["duplicate"]["kind"] == "repeat"

    def test_ids_are_hashes_of_address_and_bytes_and_not_of_time_or_path(self, mill: Mill) -> None:
        body = page(6)
        envelope = {"url": "https://six.example/", "fetched_at": "2025-08-02T13:00:00+01:00", "content_type": "text/plain", "body": body}
        mill.produce(json.dumps(envelope).encode(), (("content-type", ENVELOPE_TYPE.encode()),))
        mill.produce(*text_dump(body, "https://six.example/", fetched_at="2025-08-02T15:00:00Z"))
        encoded = envelope | {"body": None, "body_base64": base64.b64encode(body.encode()).decode()}
        mill.produce(json.dumps(encoded).encode(), (("content-type", ENVELOPE_TYPE.encode()),))
        mill.settle()
        found = values([*mill.messages("events"), *mill.messages("duplicates")])
        dump_id = hashlib.sha256(b"https://six.example/\0" + body.encode()).hexdigest()[:32]
        assert [(event["source"]["dump_id"], event["id"]) for event in found] == [
            (dump_id, hashlib.sha256(dump_id.encode() + b"\0" + b"0").hexdigest()[:32])
        ]

    def test_back_filled_dump_takes_the_same_path(self, mill: Mill) -> None:
        mill.produce(*text_dump(page(7), "https://seven.example/", fetched_at="2020-01-01T00:00:00Z"), topic="dumps.backfill")
        mill.settle()
        [event] = values(mill.messages("events"))
        assert event["source"]["fetched_at"] == "2020-01-01T00:00:00Z"

    def test_page_of_headlines_publishes_nothing_and_is_no_dead_letter(self, mill: Mill) -> None:
        mill.produce(*Sample("15-front-page-of-headlines.txt").dump())
        mill.settle()
        assert not [*mill.messages("events"), *mill.messages("duplicates"), *mill.messages("dead-letters")]

    @pytest.mark.parametrize(("value", "headers", "reason"), BAD_DUMPS)
    def test_bad_dump_is_a_dead_letter_with_its_reason_and_the_next_one_goes_on(
        self, mill: Mill, value: bytes, headers: dict[str, str], reason: str
    ) -> None:
        mill.produce(value, tuple((name, text.encode()) for name, text in headers.items()), b"https://bad.example/")
        seed = 100 + len(reason) + len(value) % 89
        mill.produce(*text_dump(page(seed), f"https://good.example/{seed}/{reason}"))
        mill.settle()
        [letter] = mill.messages("dead-letters")
        assert header(letter, "__connect.errors.exception.class.name") == reason
        assert header(letter, "__connect.errors.stage") == "split"
        assert header(letter, "__connect.errors.exception.message")
        assert letter.key == b"https://bad.example/"
        assert letter.value == (value[: 64 * 1024] if reason == "too-large" else value)
        assert len(mill.messages("events")) + len(mill.messages("duplicates")) == 1

    def test_text_with_nul_bytes_or_in_another_charset_is_still_an_article(self, mill: Mill) -> None:
        mill.produce(*text_dump(page(8).replace(" after ", " af\0ter ", 1), "https://eight.example/"))
        accents = page(9).replace("people", "pähple")
        mill.produce(accents.encode("windows-1252"), (("source-url", b"https://nine.example/"),))
        mill.settle()
        bodies = {event["source"]["url"]: event["body"] for event in values(mill.messages("events"))}
        assert "\0" not in bodies["https://eight.example/"]
        assert "pähple" in bodies["https://nine.example/"]

    def test_message_that_is_no_batch_is_a_dead_letter_of_its_stage(self, mill: Mill) -> None:
        mill.produce(b"no batch", topic="articles")
        mill.produce(b'{"batch":[{"strange":1}]}', topic="judged")
        mill.settle()
        stages = {(header(letter, "__connect.errors.stage"), letter.value) for letter in mill.messages("dead-letters")}
        assert stages == {("deduplicate", b"no batch"), ("classify", b'{"batch":[{"strange":1}]}')}


def _labels(event: dict[str, Any]) -> set[str]:
    return {label["id"] for label in (*event["regions"], *event["topics"])}
