"""Times of feeds, APIs and mail in the forms in which these write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.split.records.times import parse_written_time


@pytest.mark.parametrize(
    ("written", "published_at", "precision"),
    [
        ("Tue, 17 Oct 2017 22:17:00 +0200", "2017-10-17T20:17:00Z", "second"),
        ("Tue, 17 Oct 2017 22:17 GMT", "2017-10-17T22:17:00Z", "minute"),
        ("Thu, 25 Feb 2021 10:15:00 EST", "2021-02-25T15:15:00Z", "second"),
        ("17 Oct 2017", "2017-10-17", "day"),
        ("July 4, 2019", "2019-07-04", "day"),
        ("2019-07-10T11:53:37.123Z", "2019-07-10T11:53:37Z", "second"),
        ("2019-07-10 11:53:37 +0000", "2019-07-10T11:53:37Z", "second"),
        ("2019-07-10 11:53:37 UTC", "2019-07-10T11:53:37Z", "second"),
        ("2019-07-10", "2019-07-10", "day"),
        ("20190710T115337Z", "2019-07-10T11:53:37Z", "second"),
        ("20190710", "2019-07-10", "day"),
        ("1562759617", "2019-07-10T11:53:37Z", "second"),
        ("1562759617000", "2019-07-10T11:53:37Z", "second"),
    ],
)
def test_a_time_has_the_precision_that_it_is_written_in(written: str, published_at: str, precision: str) -> None:
    time = parse_written_time(f" {written}\n")
    assert time is not None
    assert (time.published_at, time.precision) == (published_at, precision)


@pytest.mark.parametrize(
    "written", [None, "", "soon", "3 hours ago", "12", "Mon, 99 Foo 2020 10:00:00", "1 Jan 0001", "9" * 61, "31-02-2019"]
)
def test_other_texts_are_no_time(written: str | None) -> None:
    assert parse_written_time(written) is None


@given(st.text(st.sampled_from("0123456789 :+-TZ,JanMonGMT/."), max_size=40))
def test_no_text_breaks_the_parser(written: str) -> None:
    time = parse_written_time(written)
    assert time is None or 1900 <= time.time.year <= 2100
