"""Records become articles: cleaned fields, the body in HTML or text, limits, and a ledger that covers the dump."""

import pytest

from streams.errors import InvalidRecord, Reason
from streams.records import MAX_BODY_CHARACTERS, Cut, Fate
from streams.split.cuts import MAX_ARTICLES
from streams.split.html.declared_times import parse_declared_time
from streams.split.records.articles import MAX_IDENTITY_CHARACTERS, cut_record, split_records, with_fields
from streams.split.records.record import Record
from tests.stories import story

FETCHED_AT = 1_754_136_000  # 2025-08-02
STORY = story(1)


def cut_of(record: Record) -> Cut:
    cut = cut_record(record, FETCHED_AT, 0.9)
    assert cut is not None
    return cut


def test_html_goes_through_the_body_cleaner() -> None:
    html = f"<figure><figcaption>A picture of the old harbour in the rain.</figcaption></figure><p>{STORY}</p><nav>More</nav>"
    assert cut_of(Record(title="Ferries", html=html)).body == STORY


def test_html_without_a_sentence_keeps_its_text() -> None:
    assert cut_of(Record(html="<b>Ferries</b> run")).body == "Ferries run"


def test_text_keeps_its_paragraphs() -> None:
    assert cut_of(Record(text=" One.\r\n\r\n Two  words. \u2028Three.")).body == "One.\nTwo words.\nThree."


def test_a_title_without_text_is_the_body_as_well() -> None:
    cut = cut_of(Record(title=" Ferries  run again ", html="<img src=a.png>"))
    assert (cut.title, cut.body) == ("Ferries run again", "Ferries run again")


def test_a_record_with_neither_title_nor_text_is_no_article() -> None:
    assert cut_record(Record(outlet="Harbour Post", html="<br>"), FETCHED_AT, 0.9) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://post.example/1", "https://post.example/1"),
        (" http://post.example ", "http://post.example"),
        ("/1", None),
        ("javascript:alert(1)", None),
        ("https://post.example/" + "a" * 2048, None),
        ("https://post.example/\x00", None),
    ],
)
def test_only_an_absolute_web_address_is_a_url(url: str, expected: str | None) -> None:
    assert cut_of(Record(title="Ferries", url=url)).url == expected


@pytest.mark.parametrize(("identity", "expected"), [(" tag:1 ", "tag:1"), ("", None), ("a" * (MAX_IDENTITY_CHARACTERS + 1), None)])
def test_an_identity_has_a_limit(identity: str, expected: str | None) -> None:
    assert cut_of(Record(title="Ferries", identity=identity)).identity == expected


@pytest.mark.parametrize(("declared", "expected"), [("pt-BR", "pt"), ("IT-it", "it"), ("portuguese", None), (None, None)])
def test_a_text_too_short_to_tell_has_the_declared_language(declared: str | None, expected: str | None) -> None:
    assert cut_of(Record(title="Ferry", language=declared)).language == expected


def test_the_language_of_the_text_is_stronger_than_the_declared_one() -> None:
    assert cut_of(Record(text=STORY, language="de")).language == "en"


def test_a_declared_time_in_the_future_is_dropped() -> None:
    times = (parse_declared_time("2025-08-01T10:00:00Z"), parse_declared_time("2025-09-01T10:00:00Z"))
    assert [cut_of(Record(title="Ferry", published=time)).published_at for time in times] == ["2025-08-01T10:00:00Z", None]


def test_records_share_the_ledger_with_the_format_around_them() -> None:
    records = [Record(title="Ferry", start=3, end=6), Record(start=7, end=9)]
    cuts = split_records(records, "x" * 12, FETCHED_AT, 0.9)
    assert [(span.start, span.end, span.fate) for span in cuts.spans] == [
        (0, 3, Fate.CHROME),
        (3, 6, Fate.ARTICLE),
        (6, 7, Fate.CHROME),
        (7, 9, Fate.UNKNOWN),
        (9, 12, Fate.CHROME),
    ]


def test_too_many_records_are_refused_before_the_rest_is_read() -> None:
    read = (Record(title="Ferry") for _ in iter(int, 1))  # without an end
    with pytest.raises(InvalidRecord, match=f"{MAX_ARTICLES + 1:,} articles") as caught:
        split_records(read, "", FETCHED_AT, 0.9)
    assert caught.value.reason is Reason.LIMIT


def test_a_body_above_its_limit_is_refused() -> None:
    with pytest.raises(InvalidRecord) as caught:
        cut_of(Record(text="a" * (MAX_BODY_CHARACTERS + 1)))
    assert caught.value.reason is Reason.TOO_LONG


def test_fields_of_a_record_fill_those_that_a_cut_lacks() -> None:
    record = Record(outlet="Harbour Post", author="Ana Ruiz", published=parse_declared_time("2025-08-01"), language="de")
    own = Cut(title=None, body="b", start=None, end=None, confidence=1, outlet="Vela News", language="en")
    filled = with_fields(own, record, FETCHED_AT)
    assert (filled.outlet, filled.author, filled.published_at, filled.language) == ("Vela News", "Ana Ruiz", "2025-08-01", "en")
