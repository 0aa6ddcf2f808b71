"""Dumps of forms that people have are cut no worse than before, and their fields are right or null."""

import pytest

from tests.quality.dumps import SETS, Judged, bounds, calibration_error, holds, measure


@pytest.mark.slow
@pytest.mark.quality
@pytest.mark.parametrize("name", SETS)
def test_no_figure_of_a_set_is_on_the_wrong_side_of_its_bound(name: str) -> None:
    if not SETS[name].is_dir():
        pytest.skip("the set is not there")
    figures = {f"{name}.{figure}": value for figure, value in measure(name).items()}
    wrong = {key: (figures[key], bound) for key, bound in bounds().items() if key in figures and not holds(key, figures[key], bound)}
    assert not wrong


def test_calibration_error_is_the_distance_of_confidence_and_right_share() -> None:
    assert calibration_error([Judged(0.95, True, "text")] * 9 + [Judged(0.95, False, "text")]) == pytest.approx(0.05)
    assert calibration_error([]) == 0.0
