"""Values on public topics that newsmill did not write, as any producer may send them where no ACLs close the topics."""

from pathlib import Path
from typing import Any

import orjson

EXAMPLES = Path(__file__).parent / "examples"


def example(path: str) -> dict[str, Any]:
    """Return the value of an example message, such as "events/of-no-class"."""
    value: dict[str, Any] = orjson.loads((EXAMPLES / f"{path}.json").read_bytes())["value"]
    return value


EVENT = example("events/of-two-classes-with-every-field")
COPY = example("duplicates/excerpt-that-is-fuller")


def changed(**fields: Any) -> bytes:
    """Return an event with other fields."""
    return orjson.dumps(EVENT | fields)


def with_label(**fields: Any) -> bytes:
    """Return an event whose first region has other fields."""
    return changed(regions=[EVENT["regions"][0] | fields])


def with_evidence(**fields: Any) -> bytes:
    """Return an event whose first piece of evidence has other fields."""
    return with_label(evidence=[EVENT["regions"][0]["evidence"][0] | fields])


def nested(depth: int) -> bytes:
    """Return an event with an unknown field that nests lists so deep."""
    return changed()[:-1] + b',"newer":' + b"[" * depth + b"]" * depth + b"}"


FOREIGN_EVENTS: dict[str, bytes] = {
    "nothing": b"",
    "no-json": b"\xff{",
    "array": b"[]",
    "null": b"null",
    "number": b"7",
    "empty-object": b"{}",
    "deep": b"[" * 5_000,
    "deeper-than-json-goes": nested(2_000),
    "only-id-and-body": b'{"id":"x","body":"y"}',
    "id-is-none": changed(id="x"),
    "id-with-a-line-end": changed(id=EVENT["id"] + "\n"),
    "id-a-number": changed(id=7),
    "lone-surrogate": changed(title="@").replace(b'"@"', b'"\\ud800"'),
    "title-a-number": changed(title=7),
    "empty-title": changed(title=""),
    "body-null": changed(body=None),
    "source-a-list": changed(source=[]),
    "source-without-fields": changed(source={"url": "x"}),
    "source-url-a-number": changed(source=EVENT["source"] | {"url": 5}),
    "index-below-0": changed(source=EVENT["source"] | {"index": -1}),
    "index-a-flag": changed(source=EVENT["source"] | {"index": True}),
    "time-no-time": changed(source=EVENT["source"] | {"fetched_at": "yesterday"}),
    "regions-a-number": changed(regions=5),
    "regions-of-numbers": changed(regions=[1]),
    "label-without-evidence": changed(regions=[{"id": "c"}]),
    "label-name-a-list": with_label(name=["x"]),
    "score-text": with_label(score="1"),
    "score-above-1": with_label(score=1e308),
    "score-infinite": with_label(score=0.125).replace(b"0.125", b"1e400"),
    "evidence-of-texts": with_label(evidence=["x"]),
    "evidence-of-another-field": with_evidence(field="x"),
    "evidence-before-the-text": with_evidence(start=-(2**63)),
    "unknown-precision": changed(published_precision="aeon"),
    "confidence-text": changed(confidence="0.9"),
    "duplicate-a-number": changed(duplicate=7),
    "copy-on-events": orjson.dumps(COPY),
    "pipeline-null": changed(pipeline=None),
}
