"""Prominence of a class in a text, and the score from it."""

import pytest

from streams.classify.class_set import parse_classes
from streams.classify.classify import LABEL_SCORE
from streams.classify.matcher import Hit, find_hits
from streams.classify.score import MAX_SCORE, measure_prominence, score

CLASSES = parse_classes(
    {
        "fen.toml": b"""
id = "fen"
kind = "region"
name = "Fen"
counts = "mention"

[[terms]]
weight = 0.3
any = ["reed"]

[[terms]]
weight = 0.9
any = ["Fen", "Fenland"]
"""
    }
)


def hits_of(text: str) -> list[Hit]:
    return find_hits(text, None, CLASSES.matcher)[0]


def test_early_is_measured_at_the_first_clear_hit() -> None:
    text = "\nThe reed is cut. " + "x " * 500 + "Fen " + "x " * 500
    place = text.index("Fen")
    assert measure_prominence(hits_of(text), 0, len(text)).early == pytest.approx(1 - place / len(text))


def test_early_is_measured_at_the_first_hit_if_none_is_clear() -> None:
    text = "\nreed " + "x " * 500 + "reed"
    assert measure_prominence(hits_of(text), 0, len(text)).early > 0.99


def test_headline_has_only_hits_before_its_end() -> None:
    text = "A reed\nFen is flooded"
    assert measure_prominence(hits_of(text), text.index("\n"), len(text)).headline == 0.3


def test_terms_are_counted_once_however_often_they_occur() -> None:
    prominence = measure_prominence(hits_of("Fen and Fen and Fen, and Fenland"), 0, 40)
    assert prominence.distinct_terms == 2
    assert prominence.certainty == pytest.approx(0.99)


def test_no_score_is_certain() -> None:
    text = " ".join(["Fen", "Fenland", "reed"] * 40)
    prominence = measure_prominence(hits_of(text), 20, len(text))
    assert prominence.certainty > MAX_SCORE
    assert score(prominence, "mention") == score(prominence, "discussion") == MAX_SCORE


@pytest.mark.parametrize(
    ("title", "body", "is_label"),
    [
        pytest.param("A row", "Fen " + "x " * 60, False, id="one-term-in-passing"),
        pytest.param("Fen row", "Fen " + "x " * 60, True, id="in-the-headline"),
        pytest.param("A row", "Fen Fenland " + "x " * 60, True, id="two-terms"),
        pytest.param("A row", "Fen " + "x " * 40, True, id="one-sentence"),
    ],
)
def test_one_term_in_passing_is_no_discussion(title: str, body: str, is_label: bool) -> None:
    text = f"{title}\n{body}"
    assert (score(measure_prominence(hits_of(text), len(title), len(text)), "discussion") >= LABEL_SCORE) == is_label
