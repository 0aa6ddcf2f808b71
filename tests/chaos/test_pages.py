import pytest

from streams.messages.codec import MAX_BATCH_ARTICLES
from streams.topics import LANGUAGE_GROUPS
from tests.chaos.pages import pages
from tests.deliveries import expected


@pytest.mark.slow
def test_pages_have_the_articles_that_were_asked_for_in_every_language_group() -> None:
    sent = pages(200, seed=4)
    assert sent == pages(200, seed=4)
    made = expected(sent, "news")
    assert len(made) == 200
    for group in LANGUAGE_GROUPS:
        assert any(event["language"] in group for event in made.values()), group


@pytest.mark.slow
def test_a_large_dump_is_among_many_pages() -> None:
    sent = pages(1_000, seed=4)
    assert len(expected(sent[-1:], "news")) > MAX_BATCH_ARTICLES
    assert len(expected(sent, "news")) > 1_000
