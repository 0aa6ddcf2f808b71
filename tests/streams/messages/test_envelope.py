"""The dump in a message: precedence of envelope, headers and message, ids, and refusals by reason."""

import base64
import hashlib
from typing import Any

import orjson
import pytest

from streams.errors import InvalidRecord, Reason
from streams.messages.envelope import ENVELOPE_TYPE, MAX_ADDRESS_CHARACTERS, REPLAY_HEADER, id_of, open_envelope
from streams.records import Dump, Headers, Incoming

SENT_AT = 1_754_136_000
TRACEPARENT = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ENVELOPE_HEADER = ("content-type", ENVELOPE_TYPE.encode())


def opened(value: bytes = b"page", *headers: tuple[str, bytes], **options: Any) -> Dump:
    return open_envelope(Incoming(topic="news.dumps", key=None, value=value, headers=headers, timestamp=SENT_AT), **options)


def enveloped(*headers: tuple[str, bytes], **fields: object) -> Dump:
    return opened(orjson.dumps({"body": "page"} | fields), ENVELOPE_HEADER, *headers)


def refusal(value: bytes, *headers: tuple[str, bytes]) -> Reason:
    with pytest.raises(InvalidRecord) as caught:
        opened(value, *headers)
    return caught.value.reason


HEADERS: Headers = (
    ("source-url", b"https://header.example/"),
    ("fetched-at", b"2025-08-01T00:00:00Z"),
    ("traceparent", TRACEPARENT),
    (REPLAY_HEADER, b"2-17"),
)


def test_a_page_takes_its_fields_from_the_headers() -> None:
    assert opened(b"page", ("content-type", b"text/html"), *HEADERS) == Dump(
        body=b"page",
        dump_id=id_of(b"https://header.example/", b"page"),
        content_type="text/html",
        url="https://header.example/",
        fetched_at=1_754_006_400,
        backfill=False,
        traceparent=TRACEPARENT.decode(),
    )


def test_fields_of_an_envelope_precede_the_headers() -> None:
    dump = enveloped(*HEADERS, url="https://envelope.example/", fetched_at="2025-08-02T12:00:00Z", content_type="text/plain")
    assert (dump.url, dump.fetched_at, dump.content_type) == ("https://envelope.example/", SENT_AT, "text/plain")
    assert dump.traceparent == TRACEPARENT.decode()


def test_headers_fill_in_for_missing_fields_of_an_envelope_but_not_for_its_content_type() -> None:
    dump = enveloped(*HEADERS, url=None)
    assert (dump.url, dump.fetched_at, dump.content_type) == ("https://header.example/", 1_754_006_400, None)


def test_the_time_of_the_message_is_the_last_resort() -> None:
    assert opened().fetched_at == enveloped().fetched_at == SENT_AT


@pytest.mark.parametrize("content_type", ["{}; charset=utf-8", " {} ", "{}"], ids=["parameter", "blanks", "plain"])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_an_envelope_is_recognised_by_its_type_in_any_case_and_with_parameters(content_type: str, case: Any) -> None:
    value = orjson.dumps({"body": "inner"})
    assert opened(value, ("content-type", case(content_type.format(ENVELOPE_TYPE)).encode())).body == b"inner"


def test_any_other_type_is_a_page() -> None:
    assert opened(b'{"body": "inner"}', ("content-type", b"application/json")).body == b'{"body": "inner"}'


def test_the_last_header_of_a_name_counts() -> None:
    assert opened(b"page", ("source-url", b"a"), ("source-url", b"b")).url == "b"


def test_an_envelope_holds_the_body_as_text_or_as_base64() -> None:
    raw = bytes(range(256))
    assert opened(orjson.dumps({"body_base64": base64.b64encode(raw).decode()}), ENVELOPE_HEADER).body == raw
    assert enveloped(body="pagé").body == "pagé".encode()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="no body"),
        pytest.param({"body": "a", "body_base64": "YQ=="}, id="two bodies"),
        pytest.param({"body_base64": "YQ==\n"}, id="base64 with a line feed"),
        pytest.param({"body_base64": "Y!Q=="}, id="base64 with a foreign character"),
        pytest.param({"body": 5}, id="body of another type"),
        pytest.param({"body": "a", "url": ["b"]}, id="address of another type"),
        pytest.param(["body"], id="an array"),
    ],
)
def test_a_bad_envelope_is_refused(fields: object) -> None:
    assert refusal(orjson.dumps(fields), ENVELOPE_HEADER) is Reason.BAD_ENVELOPE


def test_an_envelope_that_is_no_json_is_refused() -> None:
    assert refusal(b"{", ENVELOPE_HEADER) is Reason.BAD_ENVELOPE


def test_a_bad_time_is_refused() -> None:
    assert refusal(b"page", ("fetched-at", b"yesterday")) is Reason.BAD_TIME


def test_unknown_fields_of_an_envelope_are_ignored() -> None:
    assert enveloped(later=["x"]).body == b"page"


def test_an_address_may_have_the_maximum_length() -> None:
    assert opened(b"page", ("source-url", b"u" * MAX_ADDRESS_CHARACTERS)).url == "u" * MAX_ADDRESS_CHARACTERS


def test_a_longer_address_is_refused_with_its_length_and_the_limit() -> None:
    with pytest.raises(InvalidRecord) as caught:
        enveloped(url="u" * 2049)
    assert (caught.value.reason, caught.value.detail) == (Reason.LIMIT, "the address has 2,049 characters; the limit is 2,048")


@pytest.mark.parametrize("control", ["\x00", "\n", "\x1b", "\x7f", "\x85"])
def test_an_address_with_a_control_character_is_refused(control: str) -> None:
    for url in (control, f"https://a.example/{control}x"):
        with pytest.raises(InvalidRecord) as caught:
            opened(b"page", ("source-url", url.encode()))
        assert caught.value.reason is Reason.BAD_ENVELOPE
        assert repr(control) in caught.value.detail


@pytest.mark.parametrize("url", ["https://a.example/é?q=новости&x=%00", "not an address", "https://a.example/\ufffd"])
def test_an_address_is_kept_as_given(url: str) -> None:
    assert opened(b"page", ("source-url", url.encode())).url == url


@pytest.mark.parametrize(
    "traceparent",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"00-trace", id="other text"),
        pytest.param(b"\x01" * 8192, id="control characters"),
        pytest.param(TRACEPARENT + b"-more", id="longer"),
        pytest.param(TRACEPARENT + b"\n", id="line end"),
        pytest.param(TRACEPARENT.upper(), id="capitals"),
        pytest.param(b"ff" + TRACEPARENT[2:], id="version ff"),
        pytest.param(b"00-" + b"0" * 32 + TRACEPARENT[35:], id="no trace"),
        pytest.param(TRACEPARENT[:36] + b"0" * 16 + TRACEPARENT[52:], id="no parent"),
    ],
)
def test_a_traceparent_of_another_form_is_dropped_and_its_dump_is_not(traceparent: bytes) -> None:
    dump = opened(b"page", ("traceparent", traceparent))
    assert (dump.traceparent, dump.body) == (None, b"page")


def test_the_intake_is_on_the_dump() -> None:
    assert [opened(backfill=backfill).backfill for backfill in (False, True)] == [False, True]


def test_ids_depend_on_address_and_body_and_on_where_one_ends() -> None:
    assert opened(b"page").dump_id == hashlib.sha256(b"\0page").hexdigest()[:32]
    ids = [opened(value, ("source-url", url)).dump_id for url, value in ((b"a", b"bc"), (b"ab", b"c"), (b"", b"abc"))]
    assert len(set(ids)) == 3
