"""Decoding: from the bytes of a dump to text, or to the reason why there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import MAX_BODY_BYTES, Page, decode_dump
from streams.dumps.formats import Format
from streams.errors import InvalidRecord, Reason

SPANISH = "El niño jugó en la montaña con su tía Begoña. «¿Qué pasó?», preguntó el alcalde de Puerto Claro."

RUSSIAN = "Совет города обсудил в понедельник старый мост. Паромы пойдут каждые двадцать минут, сказал инженер."


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(SPANISH.encode(), None, id="utf-8 without a declaration"),
        pytest.param(SPANISH.encode(), "text/plain; charset=iso-8859-1", id="utf-8 declared as latin-1"),
        pytest.param(SPANISH.encode("cp1252"), "text/plain; charset=iso-8859-1", id="latin-1 as declared"),
        pytest.param(SPANISH.encode("cp1252"), "text/plain; charset=utf-8", id="windows-1252 declared as utf-8"),
        pytest.param(SPANISH.encode("cp1252"), None, id="windows-1252 without a declaration"),
        pytest.param(SPANISH.encode("cp1252"), "text/plain; charset=klingon", id="unknown charset"),
        pytest.param(SPANISH.encode("cp1252"), "text/plain; charset=base64", id="a codec that is no charset"),
        pytest.param(SPANISH.encode("utf-8-sig"), "text/plain; charset=iso-8859-1", id="utf-8 with a mark"),
        pytest.param(SPANISH.encode("utf-16"), None, id="utf-16 with a mark"),
        pytest.param(SPANISH.encode("utf-16-le"), "text/plain; charset=utf-16le", id="utf-16 as declared"),
        pytest.param(SPANISH.encode("utf-16-be"), None, id="utf-16 by its zero bytes"),
        pytest.param(SPANISH.encode("utf-32"), None, id="utf-32 with a mark"),
    ],
)
def test_text_is_decoded_by_evidence_before_declaration(body: bytes, content_type: str | None) -> None:
    assert decode_dump(body, content_type) == Page(SPANISH, Format.TEXT)


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        pytest.param(RUSSIAN, "cp1251", id="windows-1251"),
        pytest.param(RUSSIAN, "koi8-r", id="koi8-r"),
        pytest.param(RUSSIAN, "cp866", id="dos, cyrillic"),
        pytest.param("Město zavře starý most kvůli opravám, řekl inženýr v pondělí.", "cp1250", id="windows-1250"),
        pytest.param("Το δημοτικό συμβούλιο αποφάσισε να κλείσει τη γέφυρα.", "cp1253", id="greek"),
        pytest.param("Belediye eski köprüyü on bir hafta kapatacak, vapurlar çalışacak.", "cp1254", id="turkish"),
        pytest.param("מועצת העיר החליטה ביום שני לסגור את הגשר הישן לשיפוצים", "cp1255", id="hebrew"),
        pytest.param("قرر مجلس المدينة يوم الاثنين إغلاق الجسر القديم لمدة أسبوع", "cp1256", id="arabic"),
        pytest.param("El consejo decidió el miércoles que la señora está aquí.", "mac-roman", id="mac"),
        pytest.param("El consejo decidió el miércoles que la señora está aquí.", "cp850", id="dos"),
        pytest.param("Le chœur et l'œuvre coûtent 5 €.", "iso8859-15", id="iso-8859-15"),
    ],
)
@pytest.mark.parametrize("content_type", [None, "text/plain; charset=utf-8"])
def test_a_charset_that_is_not_declared_is_told_by_its_letters(text: str, codec: str, content_type: str | None) -> None:
    assert decode_dump(text.encode(codec), content_type).text == text


def test_a_declared_charset_that_makes_no_words_is_not_used() -> None:
    assert decode_dump(RUSSIAN.encode("cp1251"), "text/plain; charset=iso-8859-1").text == RUSSIAN


@pytest.mark.parametrize("times", [1, 2])
def test_utf_8_that_was_encoded_again_is_read_as_it_was_meant(times: int) -> None:
    body = SPANISH.encode()
    for _ in range(times):
        body = body.decode("cp1252").encode()
    assert decode_dump(body, None).text == SPANISH


def test_a_text_about_charsets_keeps_its_example() -> None:
    text = "Die Größe wird als „GrÃ¶ÃŸe“ gezeigt, wenn die Seite für Leser in Köln falsch erklärt ist."
    assert decode_dump(text.encode(), None).text == text


def test_declared_cyrillic_charset_is_used() -> None:
    assert decode_dump("Совет города обсудил старый мост".encode("koi8-r"), "text/plain; charset=koi8-r").text.startswith("Совет")


def test_meta_charset_of_a_page_is_used() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body><p>Совет города</p></body></html>'
    assert decode_dump(page.encode("cp1251"), "text/html") == Page(page, Format.HTML)


CHINESE = "港口城市议会星期一开会讨论旧桥。市长说，这座桥将在五月关闭。"
JAPANESE = "港の市議会は月曜日に古い橋について話し合うために会合を開いた。五月に閉鎖される。"
KOREAN = "시의회는 월요일 오래된 다리에 대해 논의했다. 다리는 5월에 폐쇄될 예정이다."
EURO = "El billete de la barca cuesta 5 €, dijo Begoña."


@pytest.mark.parametrize(
    "header", ["text/html", "text/html; charset=utf-8", "text/html; charset=iso-8859-8-nonsense", "by header", "by xml"]
)
@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        pytest.param(EURO, "cp1252", "windows-1252", id="windows-1252"),
        pytest.param(EURO, "iso8859-15", "iso-8859-15", id="iso-8859-15"),
        pytest.param(CHINESE, "gb18030", "gb18030", id="gb18030"),
        pytest.param(CHINESE, "gbk", "gb2312", id="gb2312 as browsers read it"),
        pytest.param(JAPANESE + "①", "cp932", "shift_jis", id="shift_jis as browsers read it"),
        pytest.param(JAPANESE, "cp932", "x-sjis", id="x-sjis"),
        pytest.param(JAPANESE, "euc_jp", "euc-jp", id="euc-jp"),
        pytest.param(JAPANESE, "iso2022_jp", "iso-2022-jp", id="iso-2022-jp"),
        pytest.param(KOREAN, "cp949", "ks_c_5601-1987", id="ks_c_5601-1987"),
    ],
)
def test_a_page_is_read_in_the_charset_that_it_or_its_header_names(text: str, codec: str, label: str, header: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={"utf-8" if header.startswith("by") else label}">'
    prolog = f'<?xml version="1.0" encoding="{label}"?>' if header == "by xml" else ""
    page = f"{prolog}<html><head>{meta}</head><body><p>{text}</p></body></html>"
    assert decode_dump(page.encode(codec), f"text/html; charset={label}" if header == "by header" else header) == Page(page, Format.HTML)


def test_of_two_declarations_the_one_that_fits_the_bytes_is_used() -> None:
    page = f'<html><head><meta charset="iso-8859-15"></head><body><p>{EURO} «¿Qué pasó?» «Sí, sí», «¡Ay!»</p></body></html>'
    assert decode_dump(page.encode("iso8859-15"), "text/html; charset=shift_jis").text == page
    assert decode_dump(page.encode("iso8859-15"), "text/html; charset=euc-kr").text == page


def test_bytes_that_no_declaration_fits_are_read_as_windows_1252() -> None:
    assert decode_dump(("— «él» y ella — el año. " * 9 + SPANISH).encode("cp1252"), "text/plain; charset=euc-jp").text.endswith(SPANISH)


def test_newlines_stay_as_they_were() -> None:
    assert decode_dump(b"one\r\ntwo\rthree\n", None).text == "one\r\ntwo\rthree\n"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", Reason.EMPTY, id="no byte"),
        pytest.param(b" \r\n\t\xc2\xa0\n", Reason.EMPTY, id="only white space"),
        pytest.param(b"\xef\xbb\xbf", Reason.EMPTY, id="only a mark"),
        pytest.param(b"%PDF-1.7\nsome text that can be read", Reason.NOT_DECODABLE, id="pdf"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"text" * 99, Reason.NOT_DECODABLE, id="png"),
        pytest.param(b"PK\x03\x04 page.txt", Reason.NOT_DECODABLE, id="zip"),
        pytest.param(bytes(range(256)) * 40, Reason.NOT_DECODABLE, id="every byte"),
        pytest.param(b"\x00" * 500, Reason.NOT_DECODABLE, id="only zeros"),
        pytest.param("古い橋は閉鎖される".encode("cp932") * 9, Reason.NOT_DECODABLE, id="undeclared japanese"),
        pytest.param(b"\xff\xfe" + b"\x00\xd8" * 100, Reason.NOT_DECODABLE, id="broken utf-16"),
        pytest.param(b"a" * (MAX_BODY_BYTES + 1), Reason.TOO_LARGE, id="too large"),
    ],
)
def test_what_is_no_page_has_a_reason(body: bytes, reason: Reason) -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode_dump(body, "text/plain; charset=utf-8")
    assert caught.value.reason is reason
    assert caught.value.detail


def test_the_largest_body_is_taken() -> None:
    assert len(decode_dump(b"a" * MAX_BODY_BYTES, None).text) == MAX_BODY_BYTES


def test_a_stray_zero_byte_is_kept_in_place() -> None:
    assert decode_dump(SPANISH.encode() + b"\x00" + SPANISH.encode(), None).text == f"{SPANISH}\x00{SPANISH}"


def test_a_few_broken_bytes_do_not_change_the_charset() -> None:
    page = decode_dump((SPANISH * 20).encode() + b"\xe1\xbd" + SPANISH.encode(), None)
    assert page.text.startswith(SPANISH)
    assert page.text.count("\ufffd") == 1


@pytest.mark.parametrize(
    ("body", "content_type", "format"),
    [
        pytest.param("<!DOCTYPE html><title>x</title>", "text/plain", Format.HTML, id="doctype declared as text"),
        pytest.param("<!-- saved --> <html><body>x", None, Format.HTML, id="comment before html"),
        pytest.param("<div><p>One</p><p>Two</p></div>", None, Format.HTML, id="a fragment"),
        pytest.param("<p>One", "text/html; charset=utf-8", Format.HTML, id="one tag, declared"),
        pytest.param("Headline\nA text without any tag.", "text/html", Format.TEXT, id="text declared as html"),
        pytest.param("The tag <p> begins a paragraph, said Ana.", "text/plain", Format.TEXT, id="text about a tag"),
        pytest.param("A < B and C > D", None, Format.TEXT, id="signs that are no tags"),
    ],
)
def test_html_is_recognised_by_its_tags(body: str, content_type: str | None, format: Format) -> None:
    assert decode_dump(body.encode(), content_type).format is format


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text/html", "text/plain; charset=utf-16", "text/plain; charset=shift_jis", "charset=\x00"]),
)
def test_any_bytes_are_a_page_or_an_invalid_record(body: bytes, content_type: str | None) -> None:
    try:
        page = decode_dump(body, content_type)
    except InvalidRecord:
        return
    page.text.encode("utf-8")


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).filter(
        lambda text: text.strip("\u200b\ufeff\xa0").strip()
    )
)
def test_utf_8_text_comes_back_as_it_was(text: str) -> None:
    body = text.encode()
    if not body.startswith(b"\xef\xbb\xbf") and not body.startswith((b"GIF8", b"PK")):
        assert decode_dump(body, None).text == text
