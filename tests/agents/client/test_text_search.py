"""The words of an event are found in its JSON in whatever form they are written there."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.client.event_filter import contains, folded_words
from agents.client.text_search import may_have


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("Lithium", id="case"),
        pytest.param("LÍTHIÜM", id="accents"),
        pytest.param("li\u0301thium", id="combining-accent"),
        pytest.param("ｌithium", id="full-width"),
        pytest.param("lithiuᵐ", id="raised-letter"),
        pytest.param("“lithium”\nÁ", id="quotation-marks"),
    ],
)
def test_word_is_found_in_every_form_of_its_letters(written: str) -> None:
    assert may_have(["lithium"], orjson.dumps({"body": f"Más {written} x"}))


def test_text_that_lacks_a_word_is_not_parsed() -> None:
    assert not may_have(["ferry", "lithium"], orjson.dumps({"body": "Más “lithium”, nº 5 — año"}))


@given(
    text=st.text(st.sampled_from("aeinoszAEINOS15áéíñöÁÑßªº²½ﬁőŐ“… ́ｓⓢкıİſ"), max_size=30),
    word=st.text(st.sampled_from("aeinosz15"), min_size=1, max_size=3),
)
def test_every_text_that_contains_a_word_may_have_it(text: str, word: str) -> None:
    if contains(word)({"title": None, "body": text}):
        assert may_have(folded_words(word), orjson.dumps({"body": text}))
