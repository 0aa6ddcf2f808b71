"""Word documents: their text by paragraphs, within limits, and other archives refused by name."""

import io
import random
import time
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import decode_dump
from streams.dumps.docx import MAX_TOKENS, MAX_XML_BYTES, TEXT_MEMBER, docx_text
from streams.errors import InvalidRecord, Reason


def docx(xml: str | bytes, name: str = TEXT_MEMBER.decode(), method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, xml)
        archive.comment = b"a comment"
    return stream.getvalue()


def paragraph(*runs: str) -> str:
    written = "".join(f"<w:r><w:t xml:space='preserve'>{run}</w:t></w:r>" for run in runs)
    return f"<w:p><w:pPr><w:tabs/></w:pPr>{written}</w:p>"


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_paragraph_is_a_line(method: int) -> None:
    broken = "<w:p><w:r><w:t>a</w:t><w:tab/><w:br/><w:t>b</w:t></w:r></w:p>"
    xml = f"<w:body>{paragraph('Ferries &amp; ', 'trams')}{paragraph('Fähren')}{broken}</w:body>"
    assert docx_text(docx(xml, method=method)) == "Ferries & trams\nFähren\na\t\nb\n"


def test_deleted_text_and_the_second_form_of_a_text_box_are_left_out() -> None:
    box = (
        f"<mc:AlternateContent><mc:Choice>{paragraph('Box')}</mc:Choice><mc:Fallback>{paragraph('Box')}</mc:Fallback></mc:AlternateContent>"
    )
    assert docx_text(docx(f"{box}<w:p><w:del><w:delText>gone</w:delText></w:del><w:t/>{paragraph('Text')}</w:p>")) == "Box\nText\n\n"


def test_a_word_document_is_a_dump_of_its_text() -> None:
    assert decode_dump(docx(paragraph("Ferries run again.")), None).text == "Ferries run again.\n"


def test_another_archive_is_refused_by_name() -> None:
    with pytest.raises(InvalidRecord, match="a ZIP archive") as caught:
        decode_dump(docx("text", name="page.txt"), None)
    assert caught.value.reason is Reason.NOT_DECODABLE


def test_an_empty_document_is_empty() -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode_dump(docx("<w:body/>"), None)
    assert caught.value.reason is Reason.EMPTY


@pytest.mark.slow
def test_a_bomb_is_refused_after_its_limit() -> None:
    bomb = docx(b"<w:p/>" * (MAX_XML_BYTES // 6 * 4))
    start = time.process_time()
    with pytest.raises(InvalidRecord) as caught:
        decode_dump(bomb, None)
    assert caught.value.reason is Reason.TOO_LARGE
    assert time.process_time() - start < 2


@pytest.mark.slow
def test_a_text_above_the_limit_of_a_dump_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="characters") as caught:
        decode_dump(docx(paragraph("ab " * 4_000_000)), None)
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_damaged_document_is_refused() -> None:
    packed = zlib.compress(paragraph("Ferries run again.").encode())[2:20]
    whole = docx(paragraph("Ferries run again."))
    with pytest.raises(InvalidRecord) as caught:
        decode_dump(whole.replace(packed, b"\xff" * len(packed)), None)
    assert caught.value.reason is Reason.NOT_DECODABLE


@given(st.integers(), st.integers(1, 8))
def test_any_damage_is_survived(seed: int, changes: int) -> None:
    draw = random.Random(seed)
    damaged = bytearray(docx(paragraph("Ferries run again.")))
    for _ in range(changes):
        damaged[draw.randrange(4, len(damaged))] = draw.randrange(256)
    with suppress(InvalidRecord):
        docx_text(bytes(damaged[: draw.randrange(len(damaged))] if draw.random() < 0.2 else damaged))


@pytest.mark.parametrize("unit", ["</w:p>", "<w:t>a</w:t>", "<w:t", "&amp;"])
def test_millions_of_paragraphs_runs_or_entities_are_refused_before_they_are_read(unit: str) -> None:
    bomb = docx(unit * (MAX_TOKENS + 1))
    with pytest.raises(InvalidRecord) as caught:
        docx_text(bomb)
    assert caught.value.reason is Reason.LIMIT
