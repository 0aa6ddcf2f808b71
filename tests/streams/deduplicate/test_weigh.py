"""The weights of the words by which stories are compared."""

from math import sqrt

import pytest

from streams.deduplicate.stories import Stories
from streams.deduplicate.story_words import StoryWords
from streams.deduplicate.weigh import MAX_WEIGHT, weigh


@pytest.mark.parametrize("count", [1, 7, 20, 48])
def test_the_weights_of_a_vector_have_its_length_within_one_percent(count: int) -> None:
    """Rounded down, vectors of many words would be 1.5 percent shorter than those of few, and their cosines 3 percent lower."""
    words = StoryWords(dict.fromkeys(range(1, count + 1), 1), frozenset(), frozenset())
    weights = weigh(words, Stories(), backfill=False).weights
    assert sqrt((weights * weights).sum()) == pytest.approx(MAX_WEIGHT, rel=0.01)
