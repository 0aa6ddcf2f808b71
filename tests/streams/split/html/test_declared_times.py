"""Parse declared times with their precision."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.split.html.declared_times import parse_declared_time

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
