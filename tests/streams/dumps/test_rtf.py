"""The text of RTF documents."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import MAX_BODY_BYTES, decode_dump
from streams.dumps.rtf import MAX_GROUP_DEPTH, MAX_NUMBERED_CHARACTERS, MAX_TOKENS, rtf_text
from streams.errors import InvalidRecord, Reason
from streams.split import split_page

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times;}{\f1 Arial;}}{\colortbl;\red0\green0\blue0;}{\*\generator Riched20;}"
    r"{\info{\title Search}}\viewkind4\uc1 "
)


def _text(body: str) -> str:
    return rtf_text((HEAD + body + "}").encode("ascii")) or ""


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(r"{\b HD}\tab Old bridge\par The council\line met.", "HD\tOld bridge\nThe council\nmet.", id="breaks"),
        pytest.param(r"caf\'e9 \u8364?5 \u-3913?", "café €5 \uf0b7", id="characters"),
        pytest.param("one \r\ntwo", "one two", id="line ends of the source"),
        pytest.param(r"\{a\} \\ \~b\emdash c", "{a} \\ \xa0b—c", id="escapes"),
        pytest.param(r'{\field{\*\fldinst HYPERLINK "https://x.example"}{\fldrslt Harbour Post}}', "Harbour Post", id="field"),
        pytest.param(r"{\pict\wmetafile8 0100}a{\footer page 1}b", "ab", id="groups without text"),
        pytest.param(r"{\uc2\u945 ??}\u946 ?", "αβ", id="fallbacks of a group"),
    ],
)
def test_text_of_a_document(body: str, text: str) -> None:
    assert _text(body) == text


def test_an_export_of_a_press_database_is_read() -> None:
    fields = [("HD", "Old bridge to close"), ("BY", "Ana Ruiz"), ("WC", "9 words"), ("PD", "8 May 2010"), ("SN", "El Faro")]
    records = "".join(rf"{{\b {name}}}\tab {value}\par " for name, value in fields)
    body = r"{\b LP}\par The council of Port Alder voted on Monday to close the old bridge.\par \par {\b AN}\tab Document FARO01\par "
    page = decode_dump((HEAD + 2 * (records + body) + "}").encode(), None)
    first, _ = split_page(page, None).cuts
    assert (first.title, first.outlet, first.author, first.published_at) == ("Old bridge to close", "El Faro", "Ana Ruiz", "2010-05-08")


def test_groups_too_deep_are_refused() -> None:
    with pytest.raises(InvalidRecord) as caught:
        _text("{" * (MAX_GROUP_DEPTH + 1))
    assert caught.value.reason is Reason.LIMIT


@given(st.text(alphabet="\\{}*' \nauparc19fé-", max_size=200))
def test_any_document_is_read(body: str) -> None:
    assert rtf_text((HEAD + body).encode("latin-1")) is not None


@pytest.mark.slow
@pytest.mark.parametrize("unit", [r"\u945?", r"\'e9", "{a}", r"{\b0 x}", r"\par ", r"\a", "word "])
def test_ten_megabytes_take_linear_time(unit: str) -> None:
    body = (HEAD + unit * (MAX_BODY_BYTES // len(unit))).encode()[:MAX_BODY_BYTES]
    started = time.process_time()
    with suppress(InvalidRecord):  # over the limit of groups
        rtf_text(body)
    assert time.process_time() - started < 20


@pytest.mark.slow
def test_tokens_beyond_the_limit_are_refused_and_words_that_are_not_read_are_none() -> None:
    with pytest.raises(InvalidRecord, match="over 1,500,000 texts, signs and control words") as caught:
        rtf_text(b"{\\rtf1 " + b"\\~" * MAX_TOKENS + b"}")
    assert caught.value.reason is Reason.LIMIT
    assert rtf_text(b"{\\rtf1 " + b"\\b0" * MAX_TOKENS + b" a}") == "a"


def test_characters_by_number_beyond_the_limit_are_refused() -> None:
    with pytest.raises(InvalidRecord, match="over 1,000,000 characters by number") as caught:
        rtf_text(b"{\\rtf1 " + b"\\u1?" * (MAX_NUMBERED_CHARACTERS + 1) + b"}")
    assert caught.value.reason is Reason.LIMIT
