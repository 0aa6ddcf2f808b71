import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deduplicate.fingerprint import fingerprint
from streams.deduplicate.normalize import normalize
from streams.deduplicate.spans import _word_spans, shared_spans
from tests.streams.invented_texts import edited, text

TEXT = "The ferry left Quellmar at dawn, and nobody on the island had slept that night."


def _stretches(one: str, other: str) -> list[str]:
    return [one[start:end] for start, end in shared_spans(one, other).spans]


@pytest.mark.parametrize(
    ("other", "stretches"),
    [
        pytest.param(TEXT, [TEXT], id="the same text"),
        pytest.param(TEXT.upper().replace(",", " —"), [TEXT], id="case and punctuation"),
        pytest.param(
            TEXT.replace("dawn", "noon"), ["The ferry left Quellmar at", "and nobody on the island had slept that night."], id="a word"
        ),
        pytest.param("The island had slept that", ["the island had slept that"], id="a part, and too little of the beginning"),
        pytest.param("on the island. The ferry left", ["The ferry left", "on the island"], id="another order"),
        pytest.param("left at on had", [], id="single words"),
        pytest.param("the island", [], id="a text of two words"),
        pytest.param("", [], id="no text"),
    ],
)
def test_what_both_texts_have_are_the_stretches_of_three_words_and_more(other: str, stretches: list[str]) -> None:
    assert _stretches(TEXT, other) == stretches


def test_a_stretch_that_stands_twice_is_shared_twice_and_counted_once() -> None:
    shared = shared_spans("one two three. And then one two three", "one two three")
    assert (len(shared.spans), shared.shared_runs, shared.runs) == (2, 1, 5)


def test_texts_without_spaces_are_told_by_their_characters() -> None:
    assert _stretches("海が荒れて船が出ない", "昨日は海が荒れて困った") == ["海が荒れて"]


@pytest.mark.parametrize("seed", range(3))
def test_the_counts_are_those_of_the_comparison(seed: int) -> None:
    body, copy = text(seed, 500), edited(text(seed, 500), seed, 0.1)
    shared, runs = shared_spans(copy, body), fingerprint(copy).runs
    assert shared.runs == len(runs)
    assert shared.shared_runs == len(np.intersect1d(runs, fingerprint(body).runs))


@given(st.text(max_size=40))
def test_the_words_of_the_places_are_those_of_the_whole_text(given_text: str) -> None:
    assert [word for word, _, _ in _word_spans(given_text)] == normalize(given_text).split()


@given(st.text("ab c\n", max_size=60), st.text("ab c\n", max_size=60))
def test_spans_are_in_order_and_apart(one: str, other: str) -> None:
    ends = [end for span in shared_spans(one, other).spans for end in span]
    assert ends == sorted(set(ends))
