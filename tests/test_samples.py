"""Every sample dump through the whole pipeline, in memory, against what is true of it (tests/samples.json)."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
import pytest

from streams.classify.class_set import builtin_classes
from streams.deduplicate.index import CopyConfig
from streams.local import Processor
from streams.pipeline import PipelineConfig
from streams.records import Incoming
from tests.samples import Sample, samples, truth_of

NOW = 1754136000  # 2025-08-02T12:00:00Z, when the samples were fetched

# Where we don't give what tests/samples.json says: (dump#index, field) -> (what we give, why). A row that is no longer true fails.
KNOWN: dict[tuple[str, str], tuple[object, str]] = {}


@dataclass
class Produced:
    """What came out of all samples: the events of each dump by index, its dead letters, and which article an id is."""

    events: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    dead: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


@cache
def produced() -> Produced:
    processor = Processor(PipelineConfig(classes=builtin_classes(), version="0"), CopyConfig(), now=NOW)
    result = Produced()
    for sample in samples():
        value, headers = sample.dump()
        messages = processor.process(Incoming(topic="news.dumps", key=None, value=value, headers=headers))
        events = [orjson.loads(message.value) for message in messages if message.topic in ("news.events", "news.duplicates")]
        result.events[sample.name] = {event["source"]["index"]: event for event in events}
        result.dead[sample.name] = sum(message.topic == "news.dead-letters" for message in messages)
        result.names |= {event["id"]: f"{sample.name}#{event['source']['index']}" for event in events}
    return result


def given(event: dict[str, Any], truth: dict[str, Any]) -> dict[str, object]:
    """What we give for the fields that `truth` speaks of."""
    copy = event["duplicate"] or {}
    labels = event["regions"] + event["topics"]
    fields: dict[str, object] = {name: event[name] for name in ("title", "outlet", "language", "agency", "published_at")}
    fields |= {name: [label["id"] for label in event[name]] for name in ("regions", "topics")}
    fields |= {"about": sorted(label["id"] for label in labels if label["about"])}
    fields |= {"copy_of": produced().names.get(copy.get("of", "")), "kind": copy.get("kind"), "fuller": copy.get("fuller")}
    fields |= {"published_precision": event["published_precision"]}
    fields |= {"begins": truth["begins"] in event["body"], "ends": event["body"].rstrip().endswith(truth["ends"])}
    return fields


def wanted(truth: dict[str, Any]) -> dict[str, object]:
    fields = {name: truth[name] for name in ("title", "outlet", "language", "agency", "published_at", "copy_of")}
    fields |= {name: sorted(truth[name]) for name in ("regions", "topics", "about")}
    fields |= {"begins": True, "ends": True}
    if not truth.get("kind_unsure"):
        fields["kind"] = truth["kind"]
    if "fuller" in truth:
        fields["fuller"] = truth["fuller"]
    if truth["published_precision"] or not truth["published_at"]:  # what an HTML page declares has the precision that it is written with
        fields["published_precision"] = truth["published_precision"]
    return fields


@pytest.mark.parametrize("sample", [pytest.param(sample, id=sample.name) for sample in samples()])
def test_a_sample_gives_what_is_true_of_it(sample: Sample) -> None:
    events, truths = produced().events[sample.name], truth_of(sample.name)
    assert sorted(events) == list(range(len(truths)))
    assert produced().dead[sample.name] == sample.is_broken
    for index, truth in enumerate(truths):
        we_give = given(events[index], truth)
        expected = {name: KNOWN.get((f"{sample.name}#{index}", name), (value, ""))[0] for name, value in wanted(truth).items()}
        assert {name: we_give[name] for name in expected} == expected, f"{sample.name}#{index}"


def test_a_known_disagreement_is_still_one() -> None:
    for (name, of), (we_give, _) in KNOWN.items():
        dump, _, index = name.rpartition("#")
        assert wanted(truth_of(dump)[int(index)])[of] != we_give, f"{name} agrees now: take the row out of KNOWN"


def test_all_samples_have_an_article_or_say_why_not() -> None:
    silent = {sample.name for sample in samples() if not produced().events[sample.name]}
    assert silent == {"15-front-page-of-headlines.txt", "31-broken.txt"}
