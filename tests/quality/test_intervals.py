"""Intervals beside the figures of quality, and the side of its bound that a figure has to be on."""

import pytest

from tests.quality.intervals import calibration_error, calibration_interval, intervals_of, wilson
from tests.quality.scores import holds


def test_a_share_has_the_interval_that_wilson_gives() -> None:
    assert wilson(9, 10) == pytest.approx((0.596, 0.982), abs=0.001)
    assert wilson(0, 0) == (0.0, 1.0)


def test_each_interval_holds_its_figure_and_narrows_with_more_texts() -> None:
    few, many = ({"n": n, "precision": 0.96, "recall": 0.9, "f1": 2 * 0.96 * 0.9 / 1.86} for n in (20, 2000))
    for figure, (low, high) in intervals_of(few).items():
        assert low < few[figure] < high
        assert intervals_of(many)[figure][1] - intervals_of(many)[figure][0] < (high - low) / 5


def test_rows_of_counts_have_no_intervals() -> None:
    assert intervals_of({"n": 229, "published": 229, "calibration_error": 0.03}) == {}


def test_calibration_interval_is_about_the_error_and_the_same_each_time() -> None:
    scored = [(0.9, number % 10 != 0) for number in range(200)] + [(0.6, number % 2 == 0) for number in range(100)]
    low, high = calibration_interval(scored)
    assert calibration_error(scored) == pytest.approx(1 / 30)
    assert low < 1 / 30 < high < 0.1
    assert calibration_interval(scored) == (low, high)


@pytest.mark.parametrize(
    ("key", "value", "is_held"),
    [
        ("labels.all.f1", 0.9, True),
        ("labels.all.f1", 0.89, False),
        ("x.calibration_error", 0.9, True),
        ("x.calibration_error", 0.91, False),
    ],
)
def test_floors_hold_from_below_and_ceilings_from_above(key: str, value: float, is_held: bool) -> None:
    assert holds(key, value, 0.9) is is_held
    assert not holds(key, None, 0.9)
