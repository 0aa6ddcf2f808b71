import numpy as np
import pytest

from streams.deduplicate.compare import Overlap, is_enough, is_excerpt, is_filled_form, is_fuller, is_in_one_piece, overlap
from streams.deduplicate.fingerprint import SAMPLE_SIZE, fingerprint
from tests.streams.invented_texts import cut, edited, text


def _shared(hits: int, new: int, old: int, new_runs: int | None = None, old_runs: int | None = None) -> Overlap:
    return Overlap(hits=hits, new=new, old=old, new_runs=new_runs or new, old_runs=old_runs or old)


@pytest.mark.parametrize(
    ("shared", "enough"),
    [
        pytest.param(_shared(34, 96, 96, 300, 300), True, id="a third of a full sample"),
        pytest.param(_shared(31, 96, 96, 300, 300), False, id="less of a full sample"),
        pytest.param(_shared(13, 20, 20), True, id="more than half of a short text"),
        pytest.param(_shared(9, 20, 20, 60, 60), False, id="less than half of a short text"),
        pytest.param(_shared(7, 10, 96, 30, 300), True, id="most of a small part of a sample"),
        pytest.param(_shared(6, 10, 96, 30, 300), False, id="too little of a small part of a sample"),
        pytest.param(_shared(11, 11, 11), False, id="all of a text too short to tell"),
        pytest.param(_shared(3, 3, 96, 12, 900), False, id="too few hits to tell"),
        pytest.param(_shared(0, 0, 0), False, id="nothing"),
    ],
)
def test_the_smaller_the_count_the_larger_the_share_that_is_enough(shared: Overlap, enough: bool) -> None:
    assert is_enough(shared) is enough


@pytest.mark.parametrize("words", [100, 500, 3000])
def test_an_overlap_is_estimated_from_the_sample_for_texts_of_any_size(words: int) -> None:
    body = text(1, words)
    whole = fingerprint(body)
    part = overlap(fingerprint(cut(body, 0.5)), whole.sample, len(whole.runs))
    assert part.similarity > 0.95
    assert part.shared_runs == pytest.approx(len(whole.runs) / 2, rel=0.25)
    assert part.old == min(SAMPLE_SIZE, len(whole.runs))


def test_nothing_is_shared_with_a_text_of_no_runs() -> None:
    nothing = fingerprint("two words")
    assert overlap(fingerprint(text(1)), nothing.sample, 0).similarity == 0
    assert overlap(nothing, fingerprint(text(1)).sample, 300).similarity == 0


def test_shared_runs_in_one_piece_are_told_from_those_in_pieces() -> None:
    block = np.arange(100) < 45
    assert is_in_one_piece(block)
    assert is_in_one_piece(np.roll(block, 30))
    assert not is_in_one_piece(np.arange(100) % 9 < 4)


def test_a_form_keeps_its_plain_words_and_edits_keep_both() -> None:
    marked = np.arange(96) % 2 == 0
    form, edits = ~marked | (np.arange(96) % 10 == 0), np.arange(96) % 3 > 0
    assert is_filled_form([(form, marked), (form, marked)], 0.9)
    assert not is_filled_form([(edits, marked), (edits, marked)], 0.4)
    assert not is_filled_form([(marked, marked), (marked, marked)], 0.5)
    assert not is_filled_form([(np.ones(9, np.bool_), np.ones(9, np.bool_))] * 2, 1.0)


def test_where_little_is_shared_both_texts_together_may_show_the_form() -> None:
    marked = np.arange(96) % 2 == 0
    clear = ~marked & (np.arange(96) % 3 > 0)
    weak = clear | (np.arange(96) % 6 == 0)
    sides = [(clear, marked), (weak, marked)]
    assert not is_filled_form(sides, 0.8)
    assert is_filled_form(sides, 0.5)


@pytest.mark.parametrize("seed", range(5))
def test_every_fifth_word_edited_leaves_enough(seed: int) -> None:
    whole = fingerprint(text(seed, 400))
    assert is_enough(overlap(fingerprint(edited(text(seed, 400), seed, 0.2)), whole.sample, len(whole.runs)))


def test_an_excerpt_is_whole_in_a_text_that_is_clearly_longer() -> None:
    assert is_excerpt(_shared(50, 60, 96, 120, 200))
    assert not is_excerpt(_shared(40, 60, 96, 120, 200))
    assert not is_excerpt(_shared(50, 60, 96, 120, 140))
    assert is_fuller(_shared(50, 96, 60, 200, 120))
    assert not is_fuller(_shared(50, 60, 96, 120, 200))
