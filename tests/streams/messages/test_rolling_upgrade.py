"""Internal records of an older and of a newer version: read, carried on unchanged, and never published."""

import json
from dataclasses import MISSING, fields, replace
from pathlib import Path
from types import NoneType
from typing import Any

import orjson
import pytest

from streams.counts import StageName
from streams.errors import InvalidRecord, Reason
from streams.messages.codec import MAX_EXTRA_BYTES, decode_articles, decode_judged, encode_article, encode_batches, encode_judged
from streams.messages.route import route
from streams.quarantine import one_by_one
from streams.records import Article, Classified, Copy, Incoming, Judged, Story
from tests.streams.messages.test_codec import article

EXAMPLES = Path(__file__).parents[2] / "examples" / "internal"
Fields = dict[str, Any]

# What 0.1.0 reads: these fields, no others, of these JSON types. Frozen: never change it.
Types = dict[str, frozenset[Any]]
TEXT, TEXT_OR_NULL = frozenset({str}), frozenset({str, NoneType})
NUMBER, NUMBER_OR_NULL = frozenset({int}), frozenset({int, NoneType})
SHARE, FLAG = frozenset({float, int}), frozenset({bool})
ARTICLE_0_1_0: Types = {
    "id": TEXT,
    "content_id": TEXT,
    "url": TEXT_OR_NULL,
    "dump_id": TEXT,
    "index": NUMBER,
    "start": NUMBER_OR_NULL,
    "end": NUMBER_OR_NULL,
    "fetched_at": NUMBER_OR_NULL,
    "title": TEXT_OR_NULL,
    "body": TEXT,
    "language": TEXT_OR_NULL,
    "outlet": TEXT_OR_NULL,
    "agency": TEXT_OR_NULL,
    "dateline": TEXT_OR_NULL,
    "author": TEXT_OR_NULL,
    "published_at": TEXT_OR_NULL,
    "published_precision": TEXT_OR_NULL,
    "confidence": SHARE,
}
ARTICLE_DEFAULTS_0_1_0: Types = {"backfill": FLAG, "traceparent": TEXT_OR_NULL, "replay": TEXT_OR_NULL}
COPY_0_1_0: Types = {"of": TEXT, "kind": TEXT, "similarity": SHARE}
COPY_DEFAULTS_0_1_0: Types = {"fuller": FLAG}
# The first form of a story; a field that is added later needs a default.
STORY_FIELDS = {"id", "first", "size", "sources", "copies", "score", "new_source", "first_at", "last_at"}


def batch(name: str) -> Fields:
    found: Fields = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def decoded_articles(*elements: object) -> list[Article]:
    return decode_articles(orjson.dumps({"batch": elements}))


def decoded_judged(*elements: object) -> list[Judged]:
    return decode_judged(orjson.dumps({"batch": elements}))


def encoded(judged: Judged) -> Fields:
    found: Fields = orjson.loads(encode_judged(judged))
    return found


def fits_0_1_0(record: Fields, required: Types, defaults: Types) -> bool:
    types = required | defaults
    return required.keys() <= record.keys() <= types.keys() and all(type(field) in types[name] for name, field in record.items())


@pytest.mark.parametrize("name", ["articles/0.1.0", "articles/newer"])
def test_articles_of_other_versions_go_on_as_they_came(name: str) -> None:
    elements = batch(name)["batch"]
    assert [orjson.loads(encode_article(one)) for one in decoded_articles(*elements)] == elements


@pytest.mark.parametrize("name", ["judged/0.1.0", "judged/newer"])
def test_judged_articles_of_other_versions_go_on_as_they_came(name: str) -> None:
    elements = batch(name)["batch"]
    assert list(map(encoded, decoded_judged(*elements))) == elements


STORY = Story(id="e" * 32, first=False, size=7, sources=3, copies=2, score=0.93, new_source=True, first_at=1754136000, last_at=1754136900)


@pytest.mark.parametrize("story", [None, STORY, replace(STORY, score=None, extra={"closed": True})])
def test_the_story_of_a_judged_article_comes_back_as_it_was(story: Story | None) -> None:
    [judged] = decoded_judged(batch("judged/0.1.0")["batch"][0])
    assert judged.story is None
    judged = replace(judged, story=story)
    assert decoded_judged(encoded(judged)) == [judged]
    assert ("story" in encoded(judged)) == (story is not None)


def test_a_null_story_is_one_that_is_unknown() -> None:
    [element, _] = batch("judged/0.1.0")["batch"]
    assert decoded_judged({**element, "story": None}) == decoded_judged(element)


@pytest.mark.parametrize(
    "fields",
    [{"id": "e"}, {"size": 0}, {"sources": 8}, {"sources": 0}, {"copies": -1}, {"score": 1.5}, {"first_at": 2**62}, {"last_at": -(2**62)}],
)
def test_a_story_with_a_value_that_no_worker_writes_is_refused(fields: Fields) -> None:
    [judged] = decoded_judged(batch("judged/0.1.0")["batch"][0])
    with pytest.raises(InvalidRecord, match="of a story is outside its limits"):
        decoded_judged(encoded(replace(judged, story=replace(STORY, **fields))))


def test_an_article_keeps_its_unknown_fields_when_it_is_judged() -> None:
    elements = batch("articles/newer")["batch"]
    assert [encoded(Judged(article=one, duplicate=None))["article"] for one in decoded_articles(*elements)] == elements


@pytest.mark.parametrize(("stage", "name"), [(StageName.DEDUPLICATE, "articles/newer"), (StageName.CLASSIFY, "judged/newer")])
def test_unknown_fields_stay_when_the_articles_of_a_crashing_message_are_separated(stage: StageName, name: str) -> None:
    incoming = Incoming(topic="t", key=None, value=orjson.dumps(batch(name)))
    parts = [element for message in one_by_one(stage, incoming) for element in orjson.loads(message.value)["batch"]]
    assert parts == batch(name)["batch"]


def test_what_this_version_writes_is_what_0_1_0_reads() -> None:
    for judged in decode_judged(orjson.dumps(batch("judged/0.1.0"))):
        written = encoded(judged)
        assert list(written) == ["article", "duplicate"]
        assert fits_0_1_0(written["article"], ARTICLE_0_1_0, ARTICLE_DEFAULTS_0_1_0)
        assert written["duplicate"] is None or fits_0_1_0(written["duplicate"], COPY_0_1_0, COPY_DEFAULTS_0_1_0)
        assert orjson.loads(encode_article(judged.article)) == written["article"]


def test_fields_without_a_default_are_those_of_0_1_0() -> None:
    for record, frozen in ((Article, ARTICLE_0_1_0), (Copy, COPY_0_1_0), (Judged, {"article", "duplicate"}), (Story, STORY_FIELDS)):
        assert {one.name for one in fields(record) if one.default is MISSING and one.default_factory is MISSING} == set(frozen)


def test_missing_fields_take_their_defaults() -> None:
    [_, original] = batch("judged/0.1.0")["batch"]
    copy = {"of": "d" * 32, "kind": "near", "similarity": 0.5}
    plain = {name: field for name, field in original["article"].items() if name in ARTICLE_0_1_0}
    [judged] = decoded_judged({"article": plain, "duplicate": copy})
    assert (judged.article.backfill, judged.article.traceparent, judged.article.replay) == (False, None, None)
    assert judged.duplicate == Copy(of="d" * 32, kind="near", similarity=0.5, fuller=False)


@pytest.mark.parametrize("name", sorted(ARTICLE_0_1_0))
def test_an_article_without_a_required_field_is_refused_by_name(name: str) -> None:
    [_, original] = batch("articles/0.1.0")["batch"]
    with pytest.raises(InvalidRecord, match=f"missing.*'{name}'") as caught:
        decoded_articles({key: field for key, field in original.items() if key != name})
    assert caught.value.reason is Reason.BAD_ENVELOPE


@pytest.mark.parametrize("name", sorted(ARTICLE_0_1_0 | ARTICLE_DEFAULTS_0_1_0))
def test_an_article_with_a_field_of_a_wrong_type_is_refused_even_beside_unknown_ones(name: str) -> None:
    [_, newer] = batch("articles/newer")["batch"]
    with pytest.raises(InvalidRecord, match=f"{name} of Article is of type list") as caught:
        decoded_articles({**newer, name: []})
    assert caught.value.reason is Reason.BAD_ENVELOPE


@pytest.mark.parametrize("name", sorted(COPY_0_1_0 | COPY_DEFAULTS_0_1_0))
def test_a_copy_with_a_field_of_a_wrong_type_is_refused(name: str) -> None:
    [newer, _] = batch("judged/newer")["batch"]
    with pytest.raises(InvalidRecord, match=f"{name} of Copy is of type list"):
        decoded_judged({**newer, "duplicate": {**newer["duplicate"], name: []}})


@pytest.mark.parametrize("name", ["article", "duplicate"])
def test_a_judged_article_without_one_of_its_two_parts_is_refused(name: str) -> None:
    [newer, _] = batch("judged/newer")["batch"]
    with pytest.raises(InvalidRecord, match="not an object with 'article' and 'duplicate'"):
        decoded_judged({key: field for key, field in newer.items() if key != name})


def test_unknown_fields_are_not_published() -> None:
    for old, new in zip(*(decoded_judged(*batch(f"judged/{name}")["batch"]) for name in ("0.1.0", "newer")), strict=True):
        assert old != new or not new.extra
        [before, after] = (
            route(Classified(judged=one, regions=(), topics=(), classes="0" * 12), prefix="news", version="1") for one in (old, new)
        )
        assert after == before


def test_a_replay_keeps_unknown_fields() -> None:
    plain, replayed = (decode_articles(orjson.dumps(batch("articles/newer")), id) for id in (None, "3-14"))
    assert replayed == [replace(one, replay="3-14") for one in plain]
    assert all(one.extra for one in replayed)


@pytest.mark.parametrize("level", ["article", "duplicate", "judged"])
def test_unknown_fields_above_the_limit_are_refused(level: str) -> None:
    for size, is_refused in ((MAX_EXTRA_BYTES - 100, False), (MAX_EXTRA_BYTES, True)):
        [element, _] = batch("judged/0.1.0")["batch"]
        (element if level == "judged" else element[level])["added"] = "x" * size
        if is_refused:
            with pytest.raises(InvalidRecord, match="65,536 is the most") as caught:
                decoded_judged(element)
            assert caught.value.reason is Reason.LIMIT
        else:
            assert list(map(encoded, decoded_judged(element))) == [element]


def nested(depth: int) -> bytes:
    return b'{"batch":[' + encode_article(article())[:-1] + b',"added":' + b"[" * depth + b"]" * depth + b"}]}"


@pytest.mark.parametrize("depth", [1, 240, 252])
def test_nested_unknown_fields_are_written_again(depth: int) -> None:
    [one] = decode_articles(nested(depth))
    [again] = decode_judged(next(encode_batches([encode_judged(Judged(article=one, duplicate=None))])))
    assert again.article == one
    assert one.extra


@pytest.mark.parametrize("depth", [253, 254, 255, 400])
def test_unknown_fields_nested_too_deeply_to_be_written_again_are_refused(depth: int) -> None:
    with pytest.raises(InvalidRecord, match="can't be encoded") as caught:
        decode_articles(nested(depth))
    assert caught.value.reason is Reason.LIMIT
