import pytest

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
