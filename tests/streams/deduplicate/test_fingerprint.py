import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deduplicate.fingerprint import RUN_WORDS, SAMPLE_SIZE, Fingerprint, fingerprint, fingerprints
from streams.deduplicate.normalize import normalize
from tests.streams.invented_texts import text


def _runs(body: str) -> set[int]:
    return set(fingerprint(body).runs.tolist())


def _phrases(body: str) -> set[tuple[str, ...]]:
    found = normalize(body).split()
    return {tuple(found[at : at + RUN_WORDS]) for at in range(len(found) - RUN_WORDS + 1)}


@given(st.text(alphabet="abAB1é, ж\n", max_size=80))
def test_there_is_one_hash_for_each_different_run_of_words(body: str) -> None:
    assert len(_runs(body)) == len(_phrases(body))


@given(st.lists(st.sampled_from(["uno", "dos", "tres", "cuatro", "cinco"]), max_size=12), st.integers(0, 5))
def test_a_run_hashes_alike_wherever_it_stands(drawn: list[str], moved: int) -> None:
    body = " ".join(drawn)
    assert _runs(body) <= _runs("Otra vez y mas " * moved + body)


def _columns(found: Fingerprint) -> list[list[int]]:
    return [found.runs.tolist(), found.positions.tolist(), found.marked.tolist()]


@given(st.lists(st.text(alphabet="abA1é“ж漢İ\ud800. \n", max_size=60), max_size=6))
def test_a_text_among_others_has_the_fingerprint_that_it_has_alone(bodies: list[str]) -> None:
    assert [_columns(found) for found in fingerprints(bodies)] == [_columns(fingerprint(body)) for body in bodies]


def test_so_have_texts_of_any_length() -> None:
    bodies = [text(seed, count) for seed, count in enumerate((300, 9000, 1, 40, 2000, 2500, 0, 12))]
    assert [_columns(found) for found in fingerprints(bodies)] == [_columns(fingerprint(body)) for body in bodies]


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        pytest.param("Then came rain. Then came snow", [], id="sentences"),
        pytest.param("Then came rain… Then came snow", [], id="an ellipsis"),
        pytest.param("“Then came rain” he said\n“Then came snow”", [], id="lines and quotation marks"),
        pytest.param("Élan came then", [], id="an accent"),
        pytest.param("Ёлки стоят тут. Ёлки стоят там", [], id="another alphabet"),
        pytest.param("then came Ёлки", [0], id="a name of another alphabet"),
        pytest.param("then came rain.Then", [1], id="a stop with no blank"),
        pytest.param("then came Élan", [0], id="a name with an accent"),
    ],
)
def test_the_capital_that_opens_a_sentence_is_no_mark(body: str, marked: list[int]) -> None:
    found = fingerprint(body)
    assert sorted(found.positions[found.marked].tolist()) == marked


def test_hashes_are_the_same_in_every_process_and_version() -> None:
    assert fingerprint("The bridge over the river opens").runs.tolist() == [403340364, 1178410532, 2654563422, 3985331760]


def test_case_accents_and_punctuation_leave_the_runs_alone() -> None:
    assert _runs("El RÍO creció, otra vez") == _runs("el rio crecio otra vez")


def test_texts_of_fewer_than_three_words_have_no_runs() -> None:
    assert not _runs("") | _runs("one") | _runs("one two")
    assert len(_runs("one two three")) == 1


def test_hashes_are_sorted_never_zero_and_leave_the_lowest_bit_free() -> None:
    runs = fingerprint(text(1, 2000)).runs
    assert np.all(runs[1:] > runs[:-1])
    assert runs[0] > 0
    assert not np.any(runs & 1)


def test_a_text_beyond_the_tables_hashes_as_its_parts_do() -> None:
    part = text(1, 300)
    long = text(2, 9000) + part
    assert len(long) > 1 << 15
    assert _runs(part) <= _runs(long)


def test_marks_are_on_runs_with_a_figure_or_a_capital() -> None:
    found = fingerprint("one two three four Five six seven eight nine 10 eleven")
    marked = sorted(found.positions[found.marked].tolist())
    assert marked == [2, 3, 4, 7, 8]


def test_the_sample_is_the_lowest_runs_with_their_marks() -> None:
    found = fingerprint(text(1, 400))
    assert len(found.sample) == SAMPLE_SIZE
    assert (found.sample & ~np.uint32(1)).tolist() == found.runs[:SAMPLE_SIZE].tolist()
    assert (found.sample & np.uint32(1)).astype(bool).tolist() == found.marked[:SAMPLE_SIZE].tolist()


def test_hashes_spread_evenly_over_their_range() -> None:
    runs = fingerprint(text(3, 20000)).runs
    counts = np.bincount(runs >> np.uint32(28), minlength=16)
    assert counts.min() > 0.9 * counts.mean()
