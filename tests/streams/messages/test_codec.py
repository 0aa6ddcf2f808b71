"""Batches hold what was put in, within their limits."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import MAX_BODY_BYTES
from streams.errors import InvalidRecord, Reason
from streams.messages.codec import (
    MAX_BATCH_ARTICLES,
    MAX_BATCH_BYTES,
    MAX_DUMP_OUTPUT_BYTES,
    decode_articles,
    decode_judged,
    encode_article,
    encode_batches,
    encode_dump,
    encode_judged,
)
from streams.records import Article, Copy, Judged

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


def article(title: str | None = None, body: str = "b") -> Article:
    known = {"url": None, "start": 0, "end": 9, "fetched_at": None, "language": "en", "outlet": None, "agency": None, "dateline": None}
    more = {"author": None, "published_at": None, "published_precision": None, "confidence": 0.5}
    return Article(id="a" * 32, content_id="b" * 32, dump_id="c" * 32, index=0, title=title, body=body, **known, **more)  # type: ignore[arg-type]


@given(TEXT, st.one_of(st.none(), TEXT))
def test_judged_article_comes_back_as_it_was(body: str, title: str | None) -> None:
    for duplicate in (None, Copy(of="d" * 32, kind="near", similarity=0.5, fuller=True)):
        judged = Judged(article=article(title, body), duplicate=duplicate)
        [value] = encode_batches([encode_judged(judged)])
        assert decode_judged(value) == [judged]


def test_an_address_of_its_own_is_carried_on_and_not_written_where_there_is_none() -> None:
    own = replace(article(), article_url="https://a.example/1")
    assert decode_articles(next(encode_batches([encode_article(own)]))) == [own]
    assert "article_url" not in orjson.loads(encode_article(article()))


def test_replay_is_marked_on_every_article_of_the_message() -> None:
    [value] = encode_batches([encode_article(article()), encode_article(article())])
    assert [one.replay for one in decode_articles(value, "3-14")] == ["3-14", "3-14"]


@given(st.lists(st.integers(1, MAX_BATCH_BYTES // 2), max_size=12))
def test_batches_keep_order_and_limits_and_lose_nothing(sizes: list[int]) -> None:
    elements = [b'"' + b"x" * size + b'"' for size in sizes]
    batches = list(encode_batches(elements))
    assert b",".join(batch[len(b'{"batch":[') : -2] for batch in batches) == b",".join(elements)
    assert all(len(batch) <= MAX_BATCH_BYTES + 100 for batch in batches)


def test_a_dump_whose_articles_are_too_large_together_is_refused() -> None:
    quarter = article(body="x" * (MAX_DUMP_OUTPUT_BYTES // 4 - 1000))
    assert len(encode_dump([quarter] * 4)) == 4
    with pytest.raises(InvalidRecord, match="limit: the articles of the dump have over 40 MiB together"):
        encode_dump([quarter] * 4 + [article(body="x" * 4000)])


def test_the_largest_dump_in_a_charset_of_one_byte_is_within_the_limit_of_its_output() -> None:
    characters = MAX_BODY_BYTES // 10
    assert len(encode_dump([article(body="ก" * characters)] * 10)) == 10


def test_batch_closes_at_its_number_of_articles() -> None:
    sizes = [len(orjson.loads(batch)["batch"]) for batch in encode_batches([b"1"] * (2 * MAX_BATCH_ARTICLES + 1))]
    assert sizes == [MAX_BATCH_ARTICLES, MAX_BATCH_ARTICLES, 1]


def test_one_article_larger_than_a_batch_stands_alone() -> None:
    large = b'"' + b"x" * (2 * MAX_BATCH_BYTES) + b'"'
    assert [len(batch) > MAX_BATCH_BYTES for batch in encode_batches([b"1", large, b"2"])] == [False, True, False]


@pytest.mark.parametrize("value", [b"", b"{}", b"[]", b'{"batch":[1]}', b'{"batch":[{"id":"x"}]}', b'{"batch":5}', b"\xff"])
def test_what_is_no_batch_is_said_to_be_none(value: bytes) -> None:
    for decode in (decode_articles, decode_judged):
        with pytest.raises(InvalidRecord) as caught:
            decode(value)
        assert caught.value.reason is Reason.BAD_ENVELOPE


@pytest.mark.parametrize(
    "field",
    [
        {"id": "x" * 32},
        {"id": "a" * 31},
        {"content_id": 5},
        {"content_id": "b" * 33},
        {"body": None},
        {"title": ["a"]},
        {"fetched_at": 2**50},
        {"published_precision": 1},
        {"published_precision": "aeon"},
        {"published_at": "never"},
        {"dump_id": "../x"},
        {"id": "a" * 32 + "\n"},
        {"index": -1},
        {"index": 2**63 - 1},
        {"start": -1},
        {"end": 2**40},
        {"confidence": 1e308},
        {"confidence": -0.1},
        {"body": ""},
        {"body": "x" * 1_000_001},
        {"title": ""},
        {"title": "x" * 10_001},
        {"outlet": "x" * 1_000_000},
        {"url": "x" * 2_049},
        {"article_url": ""},
        {"article_url": "https://a.example/\n"},
        {"article_url": 7},
        {"url": "https://a.example/\r\nx: y"},
        {"traceparent": "x" * 8_193},
        {"traceparent": "00-x\r\ny"},
        {"language": "x" * 100_000},
        {"language": "EN"},
        {"replay": "x" * 100_000},
        {"replay": "0-1\n"},
    ],
    ids=lambda field: str(field)[:40],
)
def test_an_article_with_a_field_that_can_not_be_is_said_to_be_none(field: dict[str, object]) -> None:
    fields = {**orjson.loads(encode_article(article())), **field}
    for decode, element in ((decode_articles, fields), (decode_judged, {"article": fields, "duplicate": None})):
        with pytest.raises(InvalidRecord) as caught:
            decode(orjson.dumps({"batch": [element]}))
        assert caught.value.reason is Reason.BAD_ENVELOPE


def test_a_copy_of_something_that_has_no_id_is_said_to_be_none() -> None:
    copy = {"of": "the first", "kind": "near", "similarity": 1, "fuller": False}
    with pytest.raises(InvalidRecord, match="id, kind or similarity of a copy"):
        decode_judged(orjson.dumps({"batch": [{"article": article(), "duplicate": copy}]}))


@pytest.mark.parametrize("field", [{"of": "d" * 31}, {"kind": "<b>"}, {"similarity": 1e300}, {"similarity": -1}, {"fuller": None}], ids=str)
def test_a_link_to_an_original_with_a_value_that_can_not_be_is_said_to_be_none(field: dict[str, object]) -> None:
    copy = {"of": "d" * 32, "kind": "near", "similarity": 1, "fuller": False} | field
    with pytest.raises(InvalidRecord) as caught:
        decode_judged(orjson.dumps({"batch": [{"article": article(), "duplicate": copy}]}))
    assert caught.value.reason is Reason.BAD_ENVELOPE


@pytest.mark.parametrize("element", [None, {}, orjson.Fragment(encode_article(article()))], ids=["null", "empty", "article"])
def test_batch_of_more_articles_than_a_worker_writes_is_refused_before_it_is_read(element: object) -> None:
    for decode in (decode_articles, decode_judged):
        with pytest.raises(InvalidRecord) as caught:
            decode(orjson.dumps({"batch": [element] * 201}))
        assert caught.value.reason is Reason.LIMIT
