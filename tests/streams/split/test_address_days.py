"""Read days from addresses. All addresses are invented."""

import pytest

from streams.records import Cut
from streams.split.address_days import fill_address_day

FETCHED_AT = 1_754_136_000  # 2025-08-02T12:00:00Z


def day(url: str | None, page_url: str | None = None, published_at: str | None = None) -> str | None:
    cut = Cut(title=None, body="", start=None, end=None, confidence=1.0, url=url, published_at=published_at)
    return fill_address_day(cut, page_url, FETCHED_AT).published_at


@pytest.mark.parametrize(
    "path", ["2024/03/17/old-bridge", "news/2024/3/17/", "2024-03-17/old-bridge", "20240317-old-bridge", "a/20240317/old-bridge"]
)
def test_the_path_of_an_address_has_the_day(path: str) -> None:
    assert day(f"https://post.example/{path}") == "2024-03-17"


@pytest.mark.parametrize(
    "path", ["2024/13/17/x", "2024/03/x", "1024/03/17/x", "202403171/x", "2025/08/20/x", "news/20111011", "login?next=/2024/03/17/x"]
)
def test_other_numbers_and_days_after_the_fetch_are_none(path: str) -> None:
    assert day(f"https://post.example/{path}") is None


def test_the_own_address_precedes_that_of_the_page_and_a_known_time_both() -> None:
    assert day("https://post.example/2024/03/17/x", "https://post.example/2024/03/18/") == "2024-03-17"
    assert day(None, "https://post.example/2024/03/18/") == "2024-03-18"
    assert day("https://post.example/2024/03/17/x", published_at="2024-03-16") == "2024-03-16"
