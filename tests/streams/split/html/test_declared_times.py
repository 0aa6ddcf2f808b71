"""Parse declared times with their precision."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.records import Cut, Precision
from streams.split.html.declared_times import fill_declared_time, fill_declared_times, parse_declared_time, parse_declared_times

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("written", "at", "precision"),
    [
        pytest.param("2025-08-02T09:05:07Z", "2025-08-02T09:05:07Z", "second", id="second"),
        pytest.param("2025-08-02T09:05:07.250+02:00", "2025-08-02T07:05:07Z", "second", id="parts of a second"),
        pytest.param("2025-08-02T23:30-03:00", "2025-08-03T02:30:00Z", "minute", id="minute"),
        pytest.param("2025-08-02 09:05", "2025-08-02T09:05:00Z", "minute", id="space"),
        pytest.param("2025-08-02T09Z", "2025-08-02T09:00:00Z", "hour", id="hour"),
        pytest.param(" 2025-08-02 ", "2025-08-02", "day", id="day"),
    ],
)
def test_a_declared_time_is_as_precise_as_it_is_written(written: str, at: str, precision: str) -> None:
    declared = parse_declared_time(written)
    assert declared
    assert (declared.published_at, declared.precision) == (at, precision)


@pytest.mark.parametrize(
    "written", [None, "", "PT3H", "yesterday", "09:05", "2025-08", "0001-01-01T00:00+05:00", "1970-01-01", "9999-12-31"]
)
def test_text_that_is_no_plausible_time_is_none(written: str | None) -> None:
    assert parse_declared_time(written) is None


@given(st.datetimes(datetime(1996, 1, 1), datetime(2099, 1, 1), timezones=ZONES))
def test_any_time_in_iso_format_is_parsed(time: datetime) -> None:
    declared = parse_declared_time(time.isoformat())
    assert declared
    assert declared.time == time
    assert declared.published_at == time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@given(st.text())
def test_any_text_is_a_time_or_none(written: str) -> None:
    declared = parse_declared_time(written)
    assert declared is None or 1995 <= declared.time.year <= 2100


def cut_of(published_at: str | None, precision: Precision | None, start: int = 0) -> Cut:
    return Cut(title=None, body="", start=start, end=None, confidence=1, published_at=published_at, published_precision=precision)


@pytest.mark.parametrize(
    ("written", "printed", "precision", "expected"),
    [
        pytest.param("2025-08-03T11:00Z", None, None, "2025-08-03T11:00:00Z", id="less than a day ahead"),
        pytest.param("2025-08-03T13:00Z", None, None, None, id="more than a day ahead"),
        pytest.param("2025-08-02", "2025-08-02T09:00:00Z", "hour", "2025-08-02T09:00:00Z", id="a day for an hour"),
        pytest.param("2025-08-01", "2025-08-02", "day", "2025-08-01", id="a day for a day"),
        pytest.param("2025-08-02T10:00", "2025-08-02T09:00:00Z", "hour", "2025-08-02T10:00:00Z", id="no zone, within the hour"),
        pytest.param("2025-08-02T10:01", "2025-08-02T09:00:00Z", "hour", "2025-08-02T09:00:00Z", id="no zone, beyond the hour"),
        pytest.param("2025-08-02T09:02", "2025-08-02T09:00:00Z", "minute", "2025-08-02T09:02:00Z", id="no zone, within two minutes"),
        pytest.param("2025-08-02T09:03", "2025-08-02T09:00:00Z", "minute", "2025-08-02T09:00:00Z", id="no zone, beyond two minutes"),
        pytest.param("2025-08-02T05:00Z", "2025-08-02T09:00:00Z", "hour", "2025-08-02T05:00:00Z", id="a zone, hours apart"),
    ],
)
def test_a_declared_time_replaces_a_less_precise_one(
    written: str, printed: str | None, precision: Precision | None, expected: str | None
) -> None:
    declared = parse_declared_time(written)
    assert declared
    assert fill_declared_time(cut_of(printed, precision), declared, FETCHED_AT).published_at == expected


def test_each_cut_takes_the_first_time_from_its_start_to_the_next_cut() -> None:
    days = ["2025-07-01", "2025-07-02", "2025-07-03", "2025-07-04"]
    times = list(zip([5, 20, 25, 40], parse_declared_times(days), strict=True))
    cuts = fill_declared_times([cut_of(None, None, start) for start in (10, 20, 30, 40)], times, FETCHED_AT)
    assert [cut.published_at for cut in cuts] == ["2025-07-01", "2025-07-02", None, "2025-07-04"]
