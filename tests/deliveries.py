"""Many dumps of invented stories with copies among them, and what must be true of what came out of them."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from itertools import count, islice
from typing import Any

import orjson

from streams.classify.class_set import ClassSet, builtin_classes
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.local import Processor
from streams.messages.envelope import ENVELOPE_TYPE
from streams.pipeline import PipelineConfig, classify, deduplicate
from streams.records import Headers, Incoming
from tests.samples import CLASS_TOPICS
from tests.stories import headline, story

FETCHED = "2025-08-02T12:00:00Z"
PLACES = ("in Caracas, Venezuela", "at the Codelco copper mine in Chile", "in Miami, Florida", "in Oslo", "in Nairobi")


def dumps(number: int, seed: int = 1) -> list[tuple[bytes, Headers]]:
    """Return the first of `endless`."""
    return list(islice(endless(seed), number))


def endless(seed: int = 1) -> Iterator[tuple[bytes, Headers]]:
    """Yield pages in shape A, three articles each: a story of their own, one more, and one that an earlier page may have had."""
    chance = random.Random(seed)
    for number in count():
        yield _dump(number, [2 * number, 2 * number + 1, chance.randrange(2 * number + 1)])


def _dump(number: int, stories: list[int]) -> tuple[bytes, Headers]:
    main, *related = ((headline(one), f"{_opened(PLACES[one % len(PLACES)])}, {story(one, 8)}") for one in stories)
    lines = [*main, "Hashtags", "", "Try Our AI Features", "Explore what Daily8 AI can do for you:"]
    lines += ["Comments", "No comments yet...", "Related Articles"]
    for at, (title, body) in enumerate(related):
        lines += ["", "", f"Outlet {at}", "10 hours ago", f"- Outlet {at}", title, body]
    envelope = {"url": f"https://pages.example/{number}", "fetched_at": FETCHED, "content_type": "text/plain", "body": "\n".join(lines)}
    return json.dumps(envelope).encode(), (("content-type", ENVELOPE_TYPE.encode()),)


def _opened(text: str) -> str:
    return text[0].upper() + text[1:]


def expected(sent: Iterable[tuple[bytes, Headers]], prefix: str) -> dict[str, dict[str, Any]]:
    """Return by id what the same steps make of the dumps without a broker, all but the verdicts and stories: those follow arrival."""
    processor = Processor(config(prefix), CopyConfig(stories=True), now=0)
    out = {}
    for value, headers in sent:
        for message in processor.process(Incoming(topic=f"{prefix}.dumps", key=None, value=value, headers=headers)):
            event = orjson.loads(message.value)
            out[event["id"]] = without_verdict(event)
    return out


def config(prefix: str, classes: ClassSet | None = None) -> PipelineConfig:
    return PipelineConfig(classes=classes or builtin_classes(), version=version("newsmill"), prefix=prefix)


def without_verdict(event: Mapping[str, Any]) -> dict[str, Any]:
    return {name: field for name, field in event.items() if name not in ("duplicate", "story")}


def problems(topics: Mapping[str, list[Incoming]], wanted: Mapping[str, dict[str, Any]]) -> list[str]:
    """Return what is wrong with what came out, in the words of docs/contract.md (Measurements): lost, twice, contradicting.

    Args:
        topics: the committed messages by topic name without prefix: events, duplicates, dead-letters, the class topics.
        wanted: `expected` of the same dumps.
    """
    events = [orjson.loads(message.value) for message in topics["events"]]
    copies = [orjson.loads(message.value) for message in topics["duplicates"]]
    counts = Counter(event["id"] for event in (*events, *copies))
    originals = {event["id"] for event in events}
    found = [f"lost: {id}" for id in wanted.keys() - counts.keys()]
    found += [f"twice: {id}" for id, count in counts.items() if count > 1]
    found += [f"unknown: {id}" for id in counts.keys() - wanted.keys()]
    found += [f"differs: {event['id']}" for event in (*events, *copies) if without_verdict(event) != wanted.get(event["id"])]
    found += [f"original nowhere: {copy['id']}" for copy in copies if copy["duplicate"]["of"] not in originals]
    for topic, label in CLASS_TOPICS.items():
        on_class = Counter(orjson.loads(message.value)["id"] for message in topics[topic])
        labelled = Counter(event["id"] for event in events if label in {one["id"] for one in (*event["regions"], *event["topics"])})
        found += [f"class topic {topic}: {id}" for id in (on_class - labelled) + (labelled - on_class)]
    return found


def public_messages(articles: Iterable[Incoming], prefix: str) -> dict[tuple[str, str], tuple[bytes | None, bytes, Headers]]:
    """Return by topic and id the key, value and headers of each public message that the log of `news.articles` gives.

    The log is judged message by message in its order, partition by partition, and classified, as `newsmill process` would.
    """
    own = config(prefix)
    indexes: dict[int | None, CopyIndex] = {}
    found = {}
    for message in articles:
        judged = deduplicate([message], own, indexes.setdefault(message.partition, CopyIndex(CopyConfig(stories=True)))).messages
        batches = [Incoming(topic=one.topic, key=None, value=one.value) for one in judged if one.topic == f"{prefix}.judged"]
        for out in classify(batches, own).messages:
            found[out.topic, str(orjson.loads(out.value)["id"])] = (out.key, out.value, out.headers)
    return found


def verdicts(articles: Iterable[Incoming], prefix: str) -> dict[str, Any]:
    """Return by id the verdict that the log of `news.articles` gives, judged message by message by one who never stopped."""
    indexes: dict[int | None, CopyIndex] = {}
    found: dict[str, Any] = {}
    own = config(prefix)
    for message in articles:
        index = indexes.setdefault(message.partition, CopyIndex(CopyConfig(stories=True)))
        for out in deduplicate([message], own, index).messages:
            if out.topic == f"{prefix}.judged":
                found |= {judged["article"]["id"]: judged["duplicate"] for judged in orjson.loads(out.value)["batch"]}
    return found
