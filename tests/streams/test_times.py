"""RFC 3339 in and out; nothing that can't be written again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import InvalidRecord, Reason
from streams.times import FIRST_TIME, LAST_TIME, format_time, is_time, parse_time


@given(st.integers(FIRST_TIME, LAST_TIME))
def test_every_time_that_is_one_comes_back(seconds: int) -> None:
    assert parse_time(format_time(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2025-08-02T12:00:00Z", 1_754_136_000),
        ("2025-08-02t14:00:00.999+02:00", 1_754_136_000),
        ("1969-12-31T23:59:59.5Z", -1),
        ("0001-01-01T00:00:00Z", FIRST_TIME),
    ],
)
def test_zones_and_fractions_are_understood(text: str, seconds: int) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2025-08-02",
        "2025-08-02T12:00:00",
        "2025-13-02T12:00:00Z",
        "2025-W31-6T12:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "２０２５-08-02T12:00:00Z",
    ],
)
def test_what_is_no_time_in_utc_is_refused(text: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        parse_time(text)
    assert caught.value.reason is Reason.BAD_TIME


def test_wild_numbers_are_no_times() -> None:
    assert not any(is_time(seconds) for seconds in (None, FIRST_TIME - 1, LAST_TIME + 1, -(10**15)))
